//! A line where its places are: it runs, its value is shown, and what it binds is kept. Pure.

use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::held;
use crate::eval::codegen::input::{CompileInput, KeptValue, Purpose, RESULTS, ValueSource};
use crate::eval::codegen::piece::{Piece, Spelling, Spot, Written};
use crate::eval::codegen::places::hidden;
use crate::eval::codegen::runtime;
use crate::eval::parse::{LineKind, ParsedLine, Statement};

const SHOW: &str = "(&&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line);\n";
/// What shows the elements of an iterator in the place of it, which most have no text of.
const SHOW_DRAWN: &str = "let __hookable_drawn = (&mut &mut __hookable_private::DrawnValue(&mut __hookable_value))\
    .__hookable_drawn(__hookable_line.number);\n\
    (&&&&__hookable_private::ShownValue(&*__hookable_drawn)).__hookable_show(__hookable_line);\n";
const SHOW_PLACE: &str = "(&&&&__hookable_private::ShownValue(__hookable_value)).__hookable_show(__hookable_line);\n";
const KEEP_PLACE: &str =
    "(&&__hookable_private::ShownValue(__hookable_value)).__hookable_keep(__hookable_line, __hookable_send);\n";

/// Writes what runs the line, shows its value, and keeps what it binds.
pub(super) fn body(
    out: &mut Written,
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    purpose: Purpose,
    fallbacks: &Fallbacks,
) {
    // What the elements of an iterator run is code of the line, too, so that a panic of it is caught.
    let draws = purpose == Purpose::Text;
    let bound = source.bound();
    let own = input.values.iter().filter(|value| !value.source.is_reference());
    let rebound: Vec<&KeptValue<'_>> = own.filter(|value| bound.contains(&value.name)).collect();
    for KeptValue { name, .. } in rebound.iter().filter(|value| copies(value, fallbacks)) {
        let copy = format!(
            "let {} = (&&__hookable_private::ShownValue(&{name})).__hookable_clone();\n",
            old(name)
        );
        out.piece_of(&copy, Piece::KeptCopy((*name).to_owned()));
    }
    let tokio = input.tokio.filter(|_| fallbacks.awaits);
    runtime::name(out, tokio, fallbacks.runtime);
    let (open, close) = run(source, fallbacks);
    out.push(&open);
    out.push(&hidden(input, source, &fallbacks.seen));
    let within = !bound.is_empty() || source.ends_in_place || fallbacks.in_place || fallbacks.borrows || draws;
    let tail = source.tail().filter(|_| within);
    let spelling = &Spelling::of(input.spot, fallbacks);
    let ended = source.ended_value().filter(|_| bound.is_empty());
    statements(out, source, tail.or(ended.as_ref().map(|(whole, _)| *whole)), spelling);
    if let Some((_, value)) = &ended {
        out.push("__hookable_private::RunningLine::ended(__hookable_line, ");
        out.statement(source, value, spelling);
        out.push(");\n");
    }
    if let Some(tail) = tail {
        show_within(out, source, tail, (spelling, fallbacks, draws), true);
    }
    if !bound.is_empty() {
        out.push("(");
        for name in &bound {
            out.piece_of(name, Piece::Gives((*name).to_owned()));
            out.push(",");
        }
        out.push(")\n");
    }
    out.push(&format!("{close};\nif let __hookable_private::Option::Some(__hookable_value) = __hookable_private::RunningLine::ran(__hookable_line, __hookable_value) {{\n"));
    if !within {
        out.push(SHOW);
        keep(out, "keep_last(__hookable_line, ", "__hookable_value", fallbacks);
    }
    keep_bound(out, &bound, fallbacks);
    out.push("}");
    if !rebound.is_empty() {
        restore(out, &rebound, fallbacks);
    }
    out.push("\n");
}

/// Writes what shows the value of the line before the line ends, because the value is that of a place, or borrows, or
/// is too large to be moved. Where it can be copied out of a place, and is wanted, it is kept.
fn show_within(
    out: &mut Written,
    source: &ParsedLine<'_>,
    tail: &Statement,
    (spelling, fallbacks, draws): (&Spelling<'_>, &Fallbacks, bool),
    keeps: bool,
) {
    if !source.ends_in_place && !fallbacks.in_place {
        out.push("let mut __hookable_value = {\n");
        out.statement(source, tail, spelling);
        out.push("};\n");
        out.push(if draws { SHOW_DRAWN } else { SHOW });
        return;
    }
    // A place stands without parentheses, because rustc repeats in its errors how a place is written.
    let (open, close) = if source.ends_in_place { ("", "") } else { ("(", ")") };
    out.push(&format!("match &{open}"));
    out.statement(source, tail, spelling);
    out.push(&format!("{close} {{ __hookable_value => {{\n"));
    out.push(SHOW_PLACE);
    // A look at an earlier value makes no new one.
    let is_result = RESULTS.contains(&source.text.trim());
    if keeps && source.bound().is_empty() && !fallbacks.borrows && !is_result {
        send(out, "__hookable_value", fallbacks);
        out.piece_of(KEEP_PLACE, Piece::Copy);
    }
    out.push("} };\n");
}

/// Writes what keeps the values that the line binds, if it binds any.
fn keep_bound(out: &mut Written, bound: &[&str], fallbacks: &Fallbacks) {
    if bound.is_empty() {
        return;
    }
    out.push("let (");
    for name in bound {
        // No constant and no unit struct can be `mut`, so rustc refuses the name here if it is that of one.
        out.piece_of(&format!("mut {name}"), Piece::Bound((*name).to_owned()));
        out.push(",");
    }
    out.push(") = __hookable_value;\n");
    for name in bound {
        match fallbacks.holds {
            true => held::hold(out, name),
            false => keep(out, &format!("keep(__hookable_line, {name:?}, "), name, fallbacks),
        }
    }
}

/// Returns whether a value that the line moves and replaces is cloned before, to be there if the line fails.
fn copies(value: &KeptValue<'_>, fallbacks: &Fallbacks) -> bool {
    value.source == ValueSource::Kept && fallbacks.moves(value.name) && fallbacks.copies(value.name)
}

/// Writes what puts back the kept values that the line would have replaced, if it does not run to its end.
fn restore(out: &mut Written, rebound: &[&KeptValue<'_>], fallbacks: &Fallbacks) {
    out.push(" else {\n");
    for value in rebound {
        let name = value.name;
        if copies(value, fallbacks) {
            out.push(&format!(
                "__hookable_private::RunningLine::restore(__hookable_line, {name:?}, {});\n",
                old(name)
            ));
        } else if !fallbacks.moves(name) {
            put_back(out, value);
        }
    }
    out.push("}");
}

/// Writes what puts a kept or held value back.
pub(super) fn put_back(out: &mut Written, value: &KeptValue<'_>) {
    let name = value.name;
    out.push("__hookable_private::RunningLine");
    let back = match value.source.is_held() {
        true => format!("::hold_back(__hookable_line, {name:?}, {name}, &__hookable_opening)"),
        false => format!("::put_back(__hookable_line, {name:?}, {name})"),
    };
    out.piece_of(&back, Piece::Back(name.to_owned()));
    out.push(";\n");
}

/// Returns the name of the copy of a kept value.
fn old(name: &str) -> String {
    format!("__hookable_old_{}", name.trim_start_matches("r#"))
}

/// Writes the question whether a value is `Send`, which is asked by a reference to it.
fn send(out: &mut Written, reference: &str, fallbacks: &Fallbacks) {
    if fallbacks.unsent {
        out.push("let __hookable_send = false;\n");
    } else {
        let asked =
            format!("let __hookable_send = (&&__hookable_private::ShownValue({reference})).__hookable_is_send();\n");
        out.piece_of(&asked, Piece::Send);
    }
}

/// Writes what keeps a value under a name.
fn keep(out: &mut Written, call: &str, name: &str, fallbacks: &Fallbacks) {
    send(out, &format!("&{name}"), fallbacks);
    out.push(&format!(
        "__hookable_private::RunningLine::{call}{name}, __hookable_send);\n"
    ));
}

/// Writes all statements that are no items, except for `without`.
pub(super) fn statements(
    out: &mut Written,
    source: &ParsedLine<'_>,
    without: Option<&Statement>,
    spelling: &Spelling<'_>,
) {
    for statement in source.statements.iter().filter(|statement| without != Some(statement)) {
        if !matches!(statement.kind, LineKind::Item(_)) {
            out.statement(source, statement, spelling);
        }
    }
}

/// Returns the text of a closure that `gives` what the `let`s of a line bind, or else its value, and behind these the
/// held values that it may have changed. Later lines repeat it without running it, for the types. The statements are
/// spelled as they were when they ran, so that the closures in them have the same numbers.
pub(crate) fn replay(
    source: &ParsedLine<'_>,
    spot: Spot<'_>,
    fallbacks: &Fallbacks,
    gives: bool,
    touched: &[String],
) -> String {
    let mut out = Written::default();
    out.push(runtime::NONE);
    let (open, close) = run(source, fallbacks);
    out.push(&open);
    let (tail, bound) = (source.tail(), source.bound());
    let spelling = &Spelling::of(spot, fallbacks);
    statements(&mut out, source, tail, spelling);
    let is_kept = tail.is_some() && (gives || !bound.is_empty());
    match tail {
        Some(tail) if is_kept => {
            out.push("let __hookable_value = {\n");
            out.statement(source, tail, spelling);
            out.push("};\n");
        }
        // The impl that showed the value may have bound lifetimes.
        Some(tail) => show_within(&mut out, source, tail, (spelling, fallbacks, false), false),
        None => {}
    }
    let names: String = bound.iter().map(|name| format!("{name},")).collect();
    let (value, parts) = match (bound.len(), is_kept) {
        (0, true) => ("__hookable_value,", 1),
        (bound, _) => (names.as_str(), bound),
    };
    let given = if gives { parts } else { 0 };
    let given = held::given((touched, &fallbacks.seen.pinned), parts, given);
    out.push(&format!(
        "({value})\n{close};\nmatch __hookable_private::RunningLine::ran(__hookable_line, __hookable_value) {{\n\
         __hookable_private::Option::Some(__hookable_value) => {given},\n\
         __hookable_private::Option::None => loop {{}},\n}}\n"
    ));
    out.text
}

/// Returns the code before and behind a line that runs.
fn run(source: &ParsedLine<'_>, fallbacks: &Fallbacks) -> (String, String) {
    const OK: &str = "__hookable_private::Result::Ok({\n";
    let (ends, ok, close, place) = match source.ends_early() {
        _ if fallbacks.returns => (
            "__hookable_private::returning",
            OK,
            "})",
            ", __hookable_line, &__hookable_return",
        ),
        true => ("__hookable_private::fallible", OK, "})", ""),
        false => ("", "{\n", "}", ""),
    };
    let run = match fallbacks.awaits {
        true => "run_waiting(&__hookable_runtime, async",
        false => "run(||",
    };
    let open = format!("let __hookable_value = {ends}(__hookable_private::{run} {{ {ok}");
    (open, format!("{close} }}){place})"))
}
