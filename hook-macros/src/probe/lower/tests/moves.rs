//! What was moved, where rustc says so at each hook and where it does not.

use std::collections::BTreeSet;

use super::*;

#[test]
fn moved() {
    let spans = |user| {
        vec![
            span(Ok((0, Question::Shared)), true, "value borrowed here after move"),
            user,
        ]
    };
    let user = span(Err(4), false, "value moved here");
    check(
        error("E0382", "borrow of moved value: `v`", spans(user)),
        &[(0, Capture::refused(State::Moved, "moved at line 4"))],
    );
    let user = span(Err(4), false, "value moved into closure here");
    let capture = Capture::refused(State::Moved, "moved into a closure at line 4");
    check(
        error("E0382", "borrow of moved value: `v`", spans(user)),
        &[(0, capture)],
    );
    let spans = vec![
        span(Ok((0, Question::Capture)), true, "value borrowed here after move"),
        span(Err(4), false, "value moved here"),
    ];
    check(
        error("E0382", "borrow of moved value: `v`", spans),
        &[(0, Capture::refused(State::Moved, "moved at line 4"))],
    );
}

#[test]
fn moved_by_the_question_alone() {
    let (mut table, facts) = (Lowering::default(), facts());
    let spans = vec![
        span(Ok((0, Question::Whole)), true, "value borrowed here after move"),
        span(Ok((0, Question::Whole)), false, "value moved here"),
        span(Err(1), false, "move occurs because `v` has type `String`"),
    ];
    lower(
        &mut table,
        &facts,
        &[error("E0382", "borrow of moved value: `v`", spans)],
        false,
    );
    assert!(table.lowered.is_empty());
}

#[test]
fn moved_where_it_was_not_asked_at_each_hook() {
    let (mut table, mut facts) = (Lowering::default(), facts());
    facts.get_mut(&key(0)).unwrap().move_told = MoveTold::OnceUnlessAsked;
    let spans = vec![
        span(Ok((0, Question::Shared)), true, "value borrowed here after move"),
        span(Err(4), false, "value moved here"),
    ];
    let diagnostics = [error("E0382", "borrow of moved value: `v`", spans)];
    assert_eq!(lower(&mut table, &facts, &diagnostics, false), Progress::Lowered);
    assert_eq!(table.moved, BTreeSet::from([key(0)]));
    assert_eq!(
        table.lowered[&key(0)],
        Capture::refused(State::Moved, "moved at line 4")
    );
    assert!(!table.is("f", FunctionMark::Judged) && !table.is("f", FunctionMark::Alone));
}
