//! Every form of binding in every state that moves and borrows leave it in.

use crate::support::hits::{Hit, record};
use crate::support::{Package, bare, succeeds};

/// A way to bind `x`: what comes before and behind the statements that use it.
struct Form {
    name: &'static str,
    /// With `MUT` where `mut ` can stand, and `NAME` for the function.
    before: &'static str,
    behind: &'static str,
}

#[rustfmt::skip]
const FORMS: &[Form] = &[
    Form { name: "let", before: "fn NAME() { let MUTx = pair();", behind: "}" },
    Form { name: "late", before: "fn NAME() { let MUTx; x = pair();", behind: "}" },
    Form { name: "tuple", before: "fn NAME() { let (MUTx, _y) = (pair(), 1);", behind: "}" },
    Form { name: "let_else", before: "fn NAME() { let Some(MUTx) = Some(pair()) else { return };", behind: "}" },
    Form { name: "parameter", before: "fn NAME() { inner(pair()); #[hookable] fn inner(MUTx: Pair) {", behind: "} }" },
    Form { name: "generic", before: "fn NAME() { inner::<u8>(pair()); #[hookable] fn inner<T>(MUTx: Pair) {", behind: "} }" },
    Form { name: "closure", before: "fn NAME() { (|MUTx: Pair| {", behind: "})(pair()); }" },
    Form { name: "arm", before: "fn NAME() { match Some(pair()) { Some(MUTx) => {", behind: "} None => {} } }" },
    Form { name: "if_let", before: "fn NAME() { if let Some(MUTx) = Some(pair()) {", behind: "} }" },
    Form { name: "or", before: "fn NAME() { match Ok::<_, Pair>(pair()) { Ok(MUTx) | Err(MUTx) => {", behind: "} } }" },
    Form { name: "destructured", before: "fn NAME() { inner(Some((1, pair()))); #[hookable] fn inner(found: Option<(u8, Pair)>) { if let Some((_y, MUTx)) = found {", behind: "} } }" },
    Form { name: "closure_of_parts", before: "fn NAME() { (|(_y, MUTx): (u8, Pair)| {", behind: "})((1, pair())); }" },
    Form { name: "for", before: "fn NAME() { for MUTx in [pair()] {", behind: "} }" },
    Form { name: "block", before: "fn NAME() { let MUTx = pair(); { let _inner = 1;", behind: "} }" },
    Form { name: "async", before: "fn NAME() { now(inner(pair())); #[hookable] async fn inner(MUTx: Pair) {", behind: "} }" },
    Form { name: "async_block", before: "fn NAME() { now(async { let MUTx = pair();", behind: "}); }" },
    Form { name: "method", before: "fn NAME() { pair().NAME(); } #[hookable] impl Pair { fn NAME(MUTself) {", behind: "} }" },
];

/// What the program did with `x` before the hook, on lines of their own, and what is said of it there.
struct Situation {
    name: &'static str,
    code: &'static str,
    needs_mut: bool,
    expected: &'static str,
}

#[rustfmt::skip]
const SITUATIONS: &[Situation] = &[
    Situation { name: "untouched", code: "hook!(); keep(&x);", needs_mut: false, expected: "writable" },
    Situation { name: "unused", code: "hook!();", needs_mut: false, expected: "writable" },
    Situation { name: "moved", code: "drop(x);\nhook!();", needs_mut: false, expected: "moved: moved at line -1" },
    Situation { name: "part_moved", code: "drop(x.a);\nhook!();", needs_mut: false, expected: "moved: partly moved at line -1" },
    Situation { name: "part_moved_back", code: "drop(x.a);\nx.a = text();\nhook!();", needs_mut: true, expected: "writable" },
    Situation { name: "moved_in_branch", code: "if no() { drop(x);\n}\nhook!();", needs_mut: false, expected: "moved: moved at line -2" },
    Situation { name: "moved_in_other_branch", code: "if no() { drop(x); }\nelse { hook!(); }", needs_mut: false, expected: "writable" },
    Situation { name: "moved_after", code: "hook!();\ndrop(x);", needs_mut: false, expected: "writable" },
    Situation { name: "moved_in_loop", code: "loop { if !no() { drop(x);\nhook!();\nbreak; } }", needs_mut: false, expected: "moved: moved at line -1" },
    Situation { name: "moved_round", code: "for _ in 0..2 { hook!();\ndrop(x);\nx = pair(); }", needs_mut: true, expected: "writable" },
    Situation { name: "assigned_again", code: "drop(x);\nx = pair();\nhook!();", needs_mut: true, expected: "writable" },
    Situation { name: "borrowed", code: "let r = &x;\nhook!();\nkeep(r);", needs_mut: false, expected: "read_only: borrowed by r, line -1" },
    Situation { name: "part_borrowed", code: "let r = &x.a;\nhook!();\nkeep(r);", needs_mut: false, expected: "read_only: borrowed by r, line -1" },
    Situation { name: "borrowed_mutably", code: "let r = &mut x;\nhook!();\nr.a.clear();", needs_mut: true, expected: "borrowed: mutably borrowed by r, line -1" },
    Situation { name: "part_borrowed_mutably", code: "let r = &mut x.a;\nhook!();\nr.clear();", needs_mut: true, expected: "borrowed: mutably borrowed by r, line -1" },
    Situation { name: "borrow_ended", code: "keep(&x);\nx.a.clear();\nhook!();", needs_mut: true, expected: "writable" },
    Situation { name: "named_borrow_ended", code: "let r = &x;\nkeep(r);\nhook!();", needs_mut: false, expected: "read_only: borrowed by r" },
    Situation { name: "captured", code: "let f = || keep(&x);\nhook!();\nf();", needs_mut: false, expected: "read_only: borrowed by f, line -1" },
    Situation { name: "captured_mutably", code: "let mut f = || x.a.clear();\nhook!();\nf();", needs_mut: true, expected: "borrowed: mutably borrowed by f, line -1" },
    Situation { name: "captured_by_move", code: "let f = move || keep(&x);\nhook!();\nf();", needs_mut: false, expected: "moved: moved into a closure at line -1" },
    Situation { name: "inside_closure", code: "let f = || {\nhook!();\nkeep(&x); };\nf();", needs_mut: false, expected: "read_only: captured by this closure" },
];

/// States of a variable without a value, which only a `let` can be in.
#[rustfmt::skip]
const UNASSIGNED: &[Situation] = &[
    Situation { name: "unassigned", code: "hook!();\nx = pair(); keep(&x);", needs_mut: false, expected: "unassigned: not yet assigned" },
    Situation { name: "perhaps_assigned", code: "if !no() { x = pair(); keep(&x); }\nhook!();", needs_mut: false, expected: "unassigned: not yet assigned" },
    Situation { name: "assigned_in_both", code: "if no() { x = pair(); } else { x = pair(); }\nhook!();\nkeep(&x);", needs_mut: false, expected: "writable" },
];

const UNASSIGNED_LET: Form = Form {
    name: "let",
    before: "fn NAME() { let MUTx: Pair;",
    behind: "}",
};

const PRELUDE: &str = "#![allow(warnings)]
use hookable::{hook, hookable};
#[derive(Debug)]
struct Pair { a: String, b: String }
fn text() -> String { \"a\".into() }
fn pair() -> Pair { Pair { a: text(), b: text() } }
fn keep<T>(_: &T) {}
fn no() -> bool { std::env::args().count() > 9 }
fn now(future: impl Future<Output = ()>) {
    let _ = std::pin::pin!(future).poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
}
";

#[test]
fn every_form_in_every_state() {
    let cases = FORMS
        .iter()
        .flat_map(|form| SITUATIONS.iter().map(move |situation| (form, situation)));
    let cases: Vec<_> = cases
        .chain(UNASSIGNED.iter().map(|situation| (&UNASSIGNED_LET, situation)))
        .collect();
    let source = source(&cases);
    let package = Package::new("matrix").main(&source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let hits = record(&mut bare(&package.executable("debug")));
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|(form, situation)| wrong(&source, &hits, form, situation))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn name(form: &Form, situation: &Situation) -> String {
    format!("case_{}_{}", form.name, situation.name)
}

fn source(cases: &[(&Form, &Situation)]) -> String {
    let mut source = PRELUDE.to_owned();
    for (form, situation) in cases {
        let name = name(form, situation);
        let before = form
            .before
            .replace("NAME", &name)
            .replace("MUT", if situation.needs_mut { "mut " } else { "" });
        // The message tells the line of each case's hook.
        let code = situation.code.replace("hook!()", &format!("hook!(\"{name}\")"));
        let code = if form.name == "method" { renamed(&code) } else { code };
        source.push_str(&format!("#[hookable]\n{before}\n{code}\n{}\n", form.behind));
    }
    let calls: String = cases
        .iter()
        .map(|(form, situation)| format!("    {}();\n", name(form, situation)))
        .collect();
    source + "fn main() {\n" + &calls + "}\n"
}

/// With `self` for `x`.
fn renamed(code: &str) -> String {
    let mut out = String::new();
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
    let mut before = None;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c == 'x' && !word(before) && !word(chars.peek().copied()) {
            out.push_str("self");
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// What was said of `x`, if it is not what was expected.
fn wrong(source: &str, hits: &[Hit], form: &Form, situation: &Situation) -> Option<String> {
    let name = name(form, situation);
    let line = source
        .lines()
        .position(|line| line.contains(&format!("hook!(\"{name}\")")))
        .expect("each case has a hook")
        + 1;
    let Some(hit) = hits.iter().find(|hit| hit.line == line) else {
        return Some(format!("{name}: never hit"));
    };
    let local = hit.local(if form.name == "method" { "self" } else { "x" });
    let reason = local.reason.as_deref().unwrap_or_default();
    let said = format!("{}: {reason}", local.state);
    let expected = match situation.expected {
        "writable" => "writable: ",
        other => other,
    };
    let said = crate::support::expect::relative(&said, hit.line);
    let readable = ["writable", "read_only"].contains(&&*local.state);
    let typed = local.ty.as_deref() == Some("Pair");
    (said != expected || readable != local.value.is_some() || !typed).then(|| {
        format!(
            "{name}: expected {expected:?}, was {said:?}, {:?} = {:?}",
            local.ty, local.value
        )
    })
}
