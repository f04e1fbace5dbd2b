//! From diagnostics to captures: a table, a few lines of a probe, and what rustc said of them.

use std::collections::BTreeMap;

use hook_rustc::{Diagnostic, RustcOutcome, Span};

use super::permit::rank;
use super::{Lowering, Progress, lower, lower_after_crash};
use crate::plan::{Capture, Level, State, Typing};
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey, EdgeFact, FunctionMark, MoveTold, Question, Tag};
use crate::syntax::hook::HookKey;
use crate::syntax::location::SourceLocation;

mod moves;

/// The hook in line 9.
fn hook() -> HookKey {
    let location = SourceLocation {
        file: "src/main.rs".into(),
        line: 9,
        column: 4,
    };
    HookKey {
        location,
        repetition: 0,
    }
}

fn key(position: usize) -> BindingKey {
    BindingKey::new(&hook(), position)
}

/// Two bindings of one function at one hook: `v`, declared in line 1, and `r`, in line 2.
fn facts() -> BindingFacts {
    let fact = |name: &str, line| BindingFact {
        function: "f".into(),
        named: "f".into(),
        lines: (1, 20),
        attribute: 1,
        name: name.into(),
        may_add_mut: true,
        made_mutable: false,
        move_told: MoveTold::EachTime,
        has_fields: false,
        declared: (line, 9),
        extent: ((line, 1), (line, 80)),
        capture: Capture::writable(),
    };
    BindingFacts::from([(key(0), fact("v", 1)), (key(1), fact("r", 2))])
}

fn made_mutable() -> BindingFacts {
    let made = |(key, fact)| {
        (
            key,
            BindingFact {
                made_mutable: true,
                ..fact
            },
        )
    };
    facts().into_iter().map(made).collect()
}

/// A place: `Ok` with a position and a role is a line of the probe, `Err` with a line is the user's.
fn span(at: Result<(usize, Question), usize>, primary: bool, label: &str) -> Span {
    let (text, line) = match at {
        Ok((position, question)) => (
            Tag {
                key: key(position),
                question,
            }
            .line("code"),
            1,
        ),
        Err(line) => (String::new(), line),
    };
    Span {
        text,
        line,
        column: 5,
        primary,
        label: label.into(),
        ..Span::default()
    }
}

fn error(code: &str, message: &str, spans: Vec<Span>) -> Diagnostic {
    Diagnostic {
        level: "error".into(),
        code: Some(code.to_owned()).filter(|code| !code.is_empty()),
        message: message.into(),
        spans,
        ..Diagnostic::default()
    }
}

/// Lowers with one error; what is expected of `v` and `r`, or of the one that was lowered.
fn check(diagnostic: Diagnostic, lowered: &[(usize, Capture)]) {
    let (mut table, facts) = (Lowering::default(), facts());
    assert_eq!(lower(&mut table, &facts, &[diagnostic], false), Progress::Lowered);
    let mut found: Vec<_> = table
        .lowered
        .iter()
        .map(|(key, capture)| (key.position, capture.clone()))
        .collect();
    found.sort_by_key(|(position, _)| *position);
    assert_eq!(found, lowered);
}

#[test]
fn kept_by_a_future() {
    let note = |line| Diagnostic {
        level: "note".into(),
        message: "future is not `Send` as this value is used across an await".into(),
        spans: vec![
            span(Err(12), true, "await occurs here, with `v` maybe used later"),
            Span {
                file: "src/main.rs".into(),
                column: 9,
                ..span(Err(line), false, "has type `Rc<u8>` which is not `Send`")
            },
        ],
        ..Diagnostic::default()
    };
    let sent = |line| Diagnostic {
        children: vec![note(line)],
        ..error(
            "",
            "future cannot be sent between threads safely",
            vec![span(Err(30), true, "")],
        )
    };
    let why = "the `.await` at line 12 would keep it, and the future would not be `Send`";
    check(sent(1), &[(0, Capture::refused(State::Unavailable, why))]);
    // No hook sees a variable of line 3.
    let (mut table, facts) = (Lowering::default(), facts());
    let foreign = Progress::Foreign("future cannot be sent between threads safely".into());
    assert_eq!(lower(&mut table, &facts, &[sent(3)], false), foreign);
}

#[test]
fn borrowed_by_what_is_used_later() {
    let spans = vec![
        span(Ok((0, Question::Shared)), true, "immutable borrow occurs here"),
        span(Err(2), false, "mutable borrow occurs here"),
        span(Err(12), false, "mutable borrow later used here"),
    ];
    let capture = Capture::refused(State::Borrowed, "mutably borrowed by r, line 2");
    check(
        error(
            "E0502",
            "cannot borrow `v` as immutable because it is also borrowed as mutable",
            spans,
        ),
        &[(0, capture)],
    );
}

#[test]
fn readable_while_it_is_shared() {
    let spans = vec![
        span(Ok((0, Question::Unique)), true, "mutable borrow occurs here"),
        span(Err(2), false, "immutable borrow occurs here"),
        span(Err(12), false, "immutable borrow later used here"),
    ];
    let message = "cannot borrow `v` as mutable because it is also borrowed as immutable";
    check(
        error("E0502", message, spans),
        &[(0, Capture::read_only("borrowed by r, line 2"))],
    );
}

#[test]
fn a_binding_that_hinders_another_is_kept_as_it_was() {
    let spans = vec![
        span(Ok((0, Question::Capture)), true, "second mutable borrow occurs here"),
        span(Err(2), false, "first mutable borrow occurs here"),
        span(Ok((1, Question::Capture)), false, "first borrow later used here"),
    ];
    let snapshot = Capture {
        level: Level::Snapshot,
        ..Capture::read_only("shown as the hook opened: it borrows v")
    };
    check(
        error("E0499", "cannot borrow `v` as mutable more than once at a time", spans),
        &[(1, snapshot)],
    );
}

#[test]
fn a_binding_that_hinders_none_after_all_is_captured() {
    let hinders = |spans: Vec<Span>| {
        [error(
            "E0499",
            "cannot borrow `v` as mutable more than once at a time",
            spans,
        )]
    };
    let (mut table, facts) = (Lowering::default(), facts());
    let by_hook = hinders(vec![
        span(Ok((0, Question::Capture)), true, "second mutable borrow occurs here"),
        span(Err(2), false, "first mutable borrow occurs here"),
        span(Ok((1, Question::Capture)), false, "first borrow later used here"),
    ]);
    assert_eq!(lower(&mut table, &facts, &by_hook, false), Progress::Lowered);
    assert_eq!(table.lowered.len(), 1);
    let by_user = hinders(vec![
        span(Ok((0, Question::Capture)), true, "second mutable borrow occurs here"),
        span(Err(2), false, "first mutable borrow occurs here"),
        span(Err(12), false, "first borrow later used here"),
    ]);
    let mut rounds = 0;
    while table.lowered.values().all(|capture| capture.level > Level::None) && rounds < 5 {
        assert_eq!(lower(&mut table, &facts, &by_user, false), Progress::Lowered);
        rounds += 1;
    }
    let levels: Vec<Level> = table.lowered.values().map(|capture| capture.level).collect();
    assert_eq!(levels, [Level::None, Level::Unique]);
}

#[test]
fn traits_that_cannot_be_asked_for() {
    let spans = vec![span(Ok((0, Question::Traits)), true, "")];
    let mut shown = Capture::writable();
    shown.typing = Typing::Shown;
    check(
        error("E0275", "overflow evaluating the requirement", spans),
        &[(0, shown)],
    );
}

/// What a compiler says in a way that nobody has seen only takes away: whatever is asked, an error about a capture
/// leaves less of it than there was.
#[test]
fn a_code_that_nobody_knows_only_takes_away() {
    let questions = [
        Question::Unique,
        Question::Shared,
        Question::Type,
        Question::Traits,
        Question::Reference,
        Question::Capture,
    ];
    for (question, code) in questions
        .into_iter()
        .flat_map(|question| [(question, "E9999"), (question, "")])
    {
        let (mut table, facts) = (Lowering::default(), facts());
        let diagnostics = [error(
            code,
            "as no compiler says it",
            vec![span(Ok((0, question)), true, "")],
        )];
        let mut before = rank(&Capture::writable());
        for _ in 0..5 {
            if lower(&mut table, &facts, &diagnostics, false) != Progress::Lowered {
                break;
            }
            let left = table.lowered.get(&key(0)).map_or(before, rank);
            assert!(left <= before, "{question:?} {code}: {left:?}");
            before = left;
        }
        assert!(before < rank(&Capture::writable()), "{question:?} {code}");
        assert!(!table.lowered.contains_key(&key(1)), "{question:?} {code}");
    }
}

#[test]
fn what_is_not_declared_mut_is_fine_but_is_looked_at_again() {
    let (mut table, facts) = (Lowering::default(), facts());
    let spans = vec![span(Ok((0, Question::Capture)), true, "cannot borrow as mutable")];
    let diagnostics = [error("E0596", "cannot borrow `v` as mutable", spans)];
    assert_eq!(lower(&mut table, &facts, &diagnostics, false), Progress::Lowered);
    assert!(table.lowered.is_empty() && table.is("f", FunctionMark::Mutable));
    assert_eq!(lower(&mut table, &made_mutable(), &[], false), Progress::Done);
}

#[test]
fn beside_a_plain_copy_one_round_is_enough() {
    let mut table = Lowering::default();
    assert_eq!(lower(&mut table, &made_mutable(), &[], false), Progress::Done);
    assert!(table.is("f", FunctionMark::Settled) && table.is("f", FunctionMark::Mutable));
}

#[test]
fn an_error_within_a_function_with_hooks_may_be_owed_to_them() {
    let (mut table, facts) = (Lowering::default(), facts());
    let within = Span {
        file: "src/main.rs".into(),
        ..span(Err(7), true, "")
    };
    let errors = [error("", "implementation of `Fn` is not general enough", vec![within])];
    assert_eq!(lower(&mut table, &facts, &errors, false), Progress::Lowered);
    assert!(table.lowered.values().all(|capture| capture.typing == Typing::Unknown));
    assert_eq!(table.lowered.len(), facts.len());
    let again = lower(&mut table, &facts, &errors, false);
    assert_eq!(
        again,
        Progress::Own("implementation of `Fn` is not general enough".into())
    );
}

#[test]
fn a_function_beside_a_method_of_a_trait_is_no_member_of_it() {
    let error = |code| {
        let message = "method `__hookable_alone_f_0` is not a member of trait `T`";
        error(code, message, vec![span(Err(3), true, "not a member of trait `T`")])
    };
    let mut table = Lowering::default();
    table.marks.insert(("f".into(), FunctionMark::Alone));
    assert_eq!(
        lower(&mut table, &made_mutable(), &[error("E0407")], false),
        Progress::Done
    );
    assert!(!table.is("f", FunctionMark::NotBeside));
    let mut table = Lowering::default();
    table.marks.insert(("f".into(), FunctionMark::Alone));
    let errors = [error("E0592"), error("E0592")];
    assert_eq!(lower(&mut table, &made_mutable(), &errors, false), Progress::Lowered);
    assert!(table.is("f", FunctionMark::NotBeside));
}

#[test]
fn a_copy_that_may_be_the_reason_of_an_error_is_left_out_first() {
    let (mut table, facts) = (Lowering::default(), made_mutable());
    let errors = [error(
        "E0119",
        "conflicting implementations",
        vec![span(Err(3), true, "")],
    )];
    assert_eq!(lower(&mut table, &facts, &errors, false), Progress::Lowered);
    assert!(table.is("f", FunctionMark::NotMutableAtOnce) && !table.is("f", FunctionMark::Mutable));
    assert_eq!(
        lower(&mut table, &facts, &errors, false),
        Progress::Foreign("conflicting implementations".into())
    );
}

#[test]
fn a_type_that_rustc_does_not_accept_is_asked_about_less() {
    let at = |line, primary, call| Span {
        file: "src/main.rs".into(),
        column: 9,
        call,
        ..span(Err(line), primary, "")
    };
    let name = at(2, true, Some(Box::new(at(1, false, None))));
    let mut shown = Capture::writable();
    shown.typing = Typing::Shown;
    // Each trait that is asked for is an error, and the reason of others perhaps.
    let said = error("E0277", "`V` doesn't implement `Debug`", vec![name]);
    let foreign = error("", "`V` does not live long enough", vec![at(1, true, None)]);
    let (mut table, errors) = (Lowering::default(), [foreign, said.clone(), said]);
    assert_eq!(lower(&mut table, &facts(), &errors, false), Progress::Lowered);
    assert_eq!(table.lowered, [(key(1), shown)].into());
}

#[test]
fn the_users_own_mistakes_are_foreign() {
    let foreign = |diagnostic| lower(&mut Lowering::default(), &facts(), &[diagnostic], false);
    let own = error("E0308", "mismatched types", vec![span(Err(3), true, "expected u8")]);
    assert_eq!(foreign(own), Progress::Foreign("mismatched types".into()));
    let mutable = vec![
        span(Err(1), true, "not mutable"),
        span(Err(5), false, "cannot borrow as mutable"),
        span(Ok((0, Question::Unique)), false, ""),
    ];
    let own = error("E0596", "cannot borrow `v` as mutable", mutable);
    assert_eq!(foreign(own), Progress::Foreign("cannot borrow `v` as mutable".into()));
}

#[test]
fn a_round_that_did_not_come_to_its_end_approves_of_nothing() {
    let outcome = |rest: &str| RustcOutcome {
        killed: false,
        success: false,
        complete: false,
        ended: "exit status: 101".into(),
        diagnostics: Vec::new(),
        rest: rest.into(),
    };
    let mut table = Lowering::default();
    assert_eq!(lower_after_crash(&mut table, &facts(), &outcome("killed"), false), None);
    assert!(table.marks.is_empty() && table.lowered.is_empty());
    // First the copy of the body is given up, then the function that it crashed in.
    let crashed = outcome("#0 [mir_borrowck] borrow-checking `f`");
    let lowered = lower_after_crash(&mut table, &made_mutable(), &crashed, false);
    assert_eq!(lowered, Some(Progress::Lowered));
    assert!(table.is("f", FunctionMark::NotMutableAtOnce) && table.marks.len() == 1 && table.lowered.is_empty());
    assert_eq!(
        lower_after_crash(&mut table, &facts(), &crashed, false),
        Some(Progress::Lowered)
    );
    assert!(table.lowered.values().all(|capture| capture.typing == Typing::Unknown) && table.lowered.len() == 2);
    assert_eq!(lower_after_crash(&mut table, &facts(), &crashed, false), None);
}

#[test]
fn a_borrow_that_only_the_hook_uses_again_gives_way() {
    let (mut table, facts) = (Lowering::default(), facts());
    let again = |later| {
        let spans = vec![
            span(Ok((0, Question::Unique)), true, "second mutable borrow occurs here"),
            span(Err(2), false, "first mutable borrow occurs here"),
            later,
        ];
        error("E0499", "cannot borrow `v` as mutable more than once at a time", spans)
    };
    let by_hook = span(Ok((1, Question::Unique)), false, "first borrow later used here");
    assert_eq!(
        lower(&mut table, &facts, &[again(by_hook.clone())], false),
        Progress::Lowered
    );
    let reason = "not used again: v is shown, which it borrows";
    let given_up = BTreeMap::from([(key(1), Capture::refused(State::Borrowed, reason))]);
    assert_eq!(table.lowered, given_up);
    assert!(!table.is("f", FunctionMark::Judged));
    // The user's own code uses `r`, so `v` is borrowed, and `r` is shown.
    let by_user = Span {
        text: "    r.push(1);".into(),
        bytes: 40..41,
        ..span(Err(8), false, "first borrow later used here")
    };
    assert_eq!(lower(&mut table, &facts, &[again(by_user)], false), Progress::Lowered);
    let borrowed = Capture::read_only("mutably borrowed by r, line 2");
    assert_eq!(table.lowered, BTreeMap::from([(key(0), borrowed.clone())]));
    // Once is enough.
    assert_eq!(lower(&mut table, &facts, &[again(by_hook)], false), Progress::Lowered);
    assert_eq!(table.lowered, BTreeMap::from([(key(0), borrowed)]));
}

#[test]
fn what_name_resolution_says() {
    let said = |code: &str, question| {
        let (mut table, spans) = (Lowering::default(), vec![span(Ok((0, question)), true, "")]);
        let progress = lower(&mut table, &made_mutable(), &[error(code, "", spans)], false);
        (table, progress)
    };
    let (table, progress) = said("E0435", Question::Name);
    assert!(table.bound.contains(&key(0)) && progress == Progress::Lowered);
    // A constant, or nothing at all; or one whose type nobody tells.
    for code in ["E0425", "E0282"] {
        let (table, progress) = said(code, Question::Name);
        assert!(table.bound.is_empty() && progress == Progress::Done);
    }
    for code in ["E0767", "E0426"] {
        let (table, progress) = said(code, Question::Enclosed);
        assert!(table.enclosed.contains(&hook()) && progress == Progress::Lowered);
    }
    let (table, _) = said("E0745", Question::Type);
    assert_eq!(table.lowered[&key(0)], Capture::doubtful());
}

#[test]
fn a_reference_is_known_at_all_hooks() {
    let mut table = Lowering::default();
    let answer = |code: &str, question| Diagnostic {
        level: "warning".into(),
        ..error(code, "", vec![span(Ok((0, question)), true, "")])
    };
    // The user's own use of what is deprecated says nothing.
    for other in [
        answer("deprecated", Question::Traits),
        answer("unused", Question::Reference),
    ] {
        assert_eq!(lower(&mut table, &made_mutable(), &[other], false), Progress::Done);
        assert!(table.references.is_empty());
    }
    let known = answer("deprecated", Question::Reference);
    let progress = lower(&mut table, &made_mutable(), std::slice::from_ref(&known), false);
    assert!(table.references.contains(&key(0)) && progress == Progress::Lowered);
    // Once is enough.
    table.marks.clear();
    let value = Diagnostic {
        message: "use of deprecated method `..`: no reference".into(),
        ..known.clone()
    };
    assert_eq!(lower(&mut table, &made_mutable(), &[known], false), Progress::Done);
    let progress = lower(&mut table, &made_mutable(), &[value], false);
    assert!(table.values.contains(&key(0)) && progress == Progress::Lowered);
}

/// A table in which it was asked whether the function can be left at the hook.
fn with_edge() -> Lowering {
    let mut table = Lowering::default();
    let fact = EdgeFact {
        function: "f".into(),
        lines: (1, 20),
    };
    table.edges.insert(hook(), fact);
    table
}

#[test]
fn a_capture_is_worth_more_than_a_way_out() {
    let mut table = with_edge();
    let spans = vec![
        span(Ok((0, Question::Capture)), true, "mutable borrow occurs here"),
        span(Ok((0, Question::Return)), false, "returning this value"),
    ];
    let error = error("E0499", "cannot borrow `v`", spans);
    assert_eq!(lower(&mut table, &facts(), &[error], false), Progress::Lowered);
    assert!(table.lowered.is_empty());
    let why = "rustc refuses a `return` there: cannot borrow `v`";
    assert_eq!(table.no_return.get(&hook()).map(String::as_str), Some(why));
}

#[test]
fn a_function_without_closures() {
    // One without a binding is known by its way out.
    for (facts, mut table) in [(facts(), Lowering::default()), (BindingFacts::new(), with_edge())] {
        let spans = vec![span(Ok((0, Question::Closure)), true, "")];
        let error = error("", "`L` does not live long enough", spans);
        lower(&mut table, &facts, &[error], false);
        assert!(table.lowered.is_empty() && table.no_return.is_empty());
        assert!(table.is("f", FunctionMark::NoClosures) && !table.is("f", FunctionMark::Settled));
        assert!(!table.request("f", true).closures);
    }
}

#[test]
fn where_an_error_may_be_about_the_way_out_it_is_given_up() {
    let mut table = with_edge();
    let spans = vec![Span {
        file: "src/main.rs".into(),
        ..span(Err(4), true, "")
    }];
    let unliving = [error("E0597", "`v` does not live long enough", spans)];
    assert_eq!(lower(&mut table, &facts(), &unliving, false), Progress::Lowered);
    assert!(table.lowered.is_empty() && table.no_return.contains_key(&hook()));
    assert_eq!(lower(&mut table, &facts(), &unliving, false), Progress::Lowered);
    assert_eq!(table.lowered.len(), 2);
}

#[test]
fn the_only_way_out_is_none() {
    for (line, known) in [(1, true), (30, false)] {
        let mut table = with_edge();
        let warning = Diagnostic {
            level: "warning".into(),
            ..error(
                hook_rustc::RECURSION,
                "function cannot return without recursing",
                vec![Span {
                    file: "src/main.rs".into(),
                    ..span(Err(line), true, "")
                }],
            )
        };
        lower(&mut table, &facts(), &[warning], false);
        assert_eq!(table.no_return.contains_key(&hook()), known);
    }
}

#[test]
fn a_value_that_never_comes_is_no_way_out() {
    for (question, known) in [(Question::Return, true), (Question::Capture, false)] {
        let mut table = with_edge();
        let warning = Diagnostic {
            level: "warning".into(),
            ..error(
                hook_rustc::UNREACHABLE,
                "unreachable expression",
                vec![span(Ok((0, question)), true, "")],
            )
        };
        lower(&mut table, &facts(), &[warning], false);
        assert_eq!(table.no_return.contains_key(&hook()), known);
    }
}
