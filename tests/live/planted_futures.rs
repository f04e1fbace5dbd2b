//! Hooks that are planted in `async` functions of a running program.

use super::check;

const FUTURES: &str = "src/bin/live_planted_futures.rs";

#[test]
fn futures_that_are_suspended_get_the_hook() {
    let planted = |number: usize, at: usize| format!("hook {number} is planted at {FUTURES}:{at} in paid");
    check(
        "live_planted_futures",
        "futures",
        &[
            (":c", "order 1: 6"),
            // The first future is suspended between the two.
            (
                ":break paid 33 36",
                &format!("{}\n{}\n{}", planted(2, 28), planted(3, 33), planted(4, 36)),
            ),
            (":disable 1", ""),
            (":c", ""),
            ("(order.id, order.items.len(), shown(7))", "(1, 3, \"7: 6\")"),
            (":c", ""),
            ("order.id", "2"),
            (":delete 2 3", ""),
            (":c", "order 2: 6"),
            ("sum", "3"),
            (":delete 4", ""),
        ],
        "1 costs 3\norder 3: 6\n2 costs 6\norder 4: 6",
    );
}

#[test]
fn a_future_has_its_parts_in_the_order_of_its_own_code() {
    // The block names `sum` first, and the hook sees `order` first.
    let line = 60;
    check(
        "live_planted_futures",
        "sales",
        &[
            (":c", ""),
            (
                &format!(":break {line}"),
                &format!("hook 2 is planted at {FUTURES}:{line} in sold"),
            ),
            (":disable 1", ""),
            (":c", ""),
            ("(sum, order.id)", "(3, 1)"),
            (":delete 2", ""),
        ],
        "sold 4\nsold 5",
    );
}

#[test]
fn hooks_that_were_planted_together_are_taken_back_together() {
    let planted = |number: usize, at: usize| format!("hook {number} is planted at {FUTURES}:{at} in sold");
    check(
        "live_planted_futures",
        "sales",
        &[
            (":break 57 60", &format!("{}\n{}", planted(2, 57), planted(3, 60))),
            (
                ":reload undo",
                "hooks 2, 3 are gone: the functions are as they were before they were planted",
            ),
            (":disable 1", ""),
        ],
        "sold 4\nsold 5",
    );
}

#[test]
fn a_future_keeps_no_more_for_a_hook() {
    let copy = "read-only: a copy: an `.await` behind this hook would have to keep it";
    let kept = "futures that run do not keep it up to this hook";
    let since = "from the next call of `live_planted_futures::turn` on";
    check(
        "live_planted_futures",
        "futures",
        &[
            (":disable 1", ""),
            (":break 30", &format!("hook 2 is planted at {FUTURES}:30 in paid")),
            (":c", ""),
            ("order.id", "1"),
            (
                ":locals",
                &format!("order: Order = <Order>\ncount: usize = 3   {copy}\ntwice: usize = 6   {copy}"),
            ),
            ("count + twice", "9"),
            // Of what is not kept up to the hook there is no copy either.
            (
                ":break 33",
                &format!(
                    "hook 3 is planted at {FUTURES}:33 in paid\n\
                     the call of the function that is stopped here goes on without it: it stops from the next call on"
                ),
            ),
            (":delete 2", ""),
            (":c", "order 1: 6"),
            (
                ":locals",
                &format!(
                    "order: Order             = <Order>\ncount: usize               {kept}\ntwice: usize               {kept}\n\
                     shown: paid::{{{{closure}}}} = <paid::{{{{closure}}}}>"
                ),
            ),
            // A condition that borrows nothing has futures keep no more.
            (
                ":break 31 if twice > 8",
                &format!(
                    "hook 4 is planted at {FUTURES}:31 in paid\n\
                     the call of the function that is stopped here goes on without it: it stops from the next call on"
                ),
            ),
            (":delete 4", ""),
            // What the condition borrows, new futures keep, and those that run do not get the hook.
            (
                ":break 31 if twice.to_string().len() > 8",
                &format!(
                    "hook 5: what runs or is kept of `paid` goes on without it; it stops where new code calls that, {since}\n\
                     hook 5 is planted at {FUTURES}:31 in paid"
                ),
            ),
            // So it is with hooks before all statements.
            (
                ":next",
                &format!(
                    "hook 6: what runs or is kept of `paid` goes on without it; it stops where new code calls that, {since}\n\
                     this call of `paid` has no hooks before its statements: `:c` goes on with it. A call that new code makes has \
                     them: hook 6 stops at its beginning, and there `:next` goes on to the next statement. `:break LINE` stops \
                     in those that are kept, too. A function with `#[hookable(step)]` has them in every call"
                ),
            ),
            (":delete 6", ""),
            // The sources are as they were, and a reload leaves what is planted in them.
            (
                ":reload",
                "nothing has changed in the sources\n\
                 the function at this hook goes on in its old code, and so does what is typed here",
            ),
        ],
        "order 2: 6\n1 costs 3\norder 3: 6\n2 costs 6\norder 4: 6",
    );
}

#[test]
fn in_the_arms_of_a_select() {
    let file = "src/bin/live_planted_select.rs";
    let planted = |number: usize, at: usize| format!("hook {number} is planted at {file}:{at} in race");
    check(
        "live_planted_select",
        "selected",
        &[
            (":break 23 26", &format!("{}\n{}", planted(2, 23), planted(3, 26))),
            (":c", ""),
            ("turns", "2"),
            (":c", ""),
            ("sum", "2"),
        ],
        "5",
    );
}

#[test]
fn futures_that_are_told_by_their_type() {
    check(
        "live_planted_asked",
        "asked",
        &[(
            ":break held",
            "nothing was replaced, for the bodies of these have changed, and code that uses them tells values by their `TypeId`, which stays: \
             restart to get that: `live_planted_asked::held`",
        )],
        "false",
    );
}
