//! A `return` ends the hooked function.

use super::check;

#[test]
fn what_is_returned_has_the_type_that_the_function_returns() {
    check(
        "live_returns",
        "results",
        &[
            (
                ":return Err(\"no\".into())",
                "the function returns: Err(\"no\")\ndrop turn\ndrop first\nErr(\"no\")",
            ),
            (
                "return Ok(Vec::new())",
                "the function returns: Ok([])\ndrop turn\ndrop first\nOk([])",
            ),
            (
                "for n in 0..3 { if n == 1 { return Ok(vec![n]) } }",
                "the function returns: Ok([1])\ndrop turn\ndrop first\nOk([1])",
            ),
            (
                "fail!(\"macro\")",
                "the function returns: Err(\"macro\")\ndrop turn\ndrop first\nErr(\"macro\")",
            ),
            ("print!(\"{n}\")", "told 5"),
            ("for _ in 0..2 { print!(\"yes\") }", "told yes\ntold yes"),
            // What goes wrong at a `?` ends the line alone.
            ("parsed(\"x\")?; return Ok(vec![])", "Err(\"no number: x\")"),
            (":type return Ok(vec![])", "!"),
            (
                ":when return Ok(vec![])",
                "`return Ok(vec![])` cannot be used here: it would return from the function",
            ),
            (
                ":return",
                "error[E0308]: mismatched types\n --> hook:1:1\n | return\n | ^^^^^^ expected `Result<Vec<u32>, String>`, found `()`\n  \
                 = note:   expected enum `Result<Vec<u32>, String>`\n    found unit type `()`",
            ),
            (
                "return 5",
                "error[E0308]: mismatched types\n --> hook:1:8\n | return 5\n |        ^ expected `Result<Vec<u32>, String>`, found integer\n  \
                 = note: expected enum `Result<Vec<u32>, String>`\n       found type `{integer}`",
            ),
            (
                "let x = parsed(\"3\")?; return Ok(vec![x, n])",
                "the function returns: Ok([3, 5])\ndrop turn\ndrop first\nOk([3, 5])",
            ),
            (
                "return Err(panic!(\"at {n}\"))",
                "the line panicked: at 6\n --> hook:1:12",
            ),
            (
                "all.push(7); return Ok(std::mem::take(&mut all))",
                "the function returns: Ok([7])\ndrop turn\ndrop first\nOk([7])",
            ),
        ],
        "",
    );
}

#[test]
fn without_a_value() {
    check(
        "live_returns",
        "units",
        &[
            (":return", "the function returns\ndrop unit"),
            (
                ":return 5",
                "error[E0308]: mismatched types\n --> hook:1:8\n | return 5\n |        ^ expected `()`, found integer",
            ),
            ("if n == 2 { return; }", "the function returns\ndrop unit"),
            ("if n == 2 { return; }", ""),
            (":c", "went on with 3\ndrop unit"),
        ],
        "",
    );
}

#[test]
fn what_a_trait_hides() {
    check(
        "live_returns",
        "traits",
        &[
            (
                ":return (0..9).map(|x| x)",
                "error[E0308]: mismatched types\n --> hook:1:19\n | return (0..9).map(|x| x)\n |                   ^^^ the expected closure\n  \
                 = note: expected closure `{closure}`\n       found closure `{closure}`\n  \
                 = note: no two closures, even if identical, have the same type\n  \
                 = help: consider boxing your closure and/or using it as a trait object",
            ),
            (":c", "[1, 2]"),
            (
                ":return vec![7, 8].into_iter()",
                "the function returns: IntoIter([7, 8])\n[7, 8]",
            ),
            (":return Box::new(\"dyn\")", "the function returns: \"dyn\"\n\"dyn\""),
        ],
        "",
    );
}

#[test]
fn closures_whose_types_are_known_later() {
    check(
        "live_returns",
        "closures",
        &[
            (":return 5", "the function returns: 5"),
            (
                ":return",
                "error[E0308]: mismatched types\n --> hook:1:1\n | return\n | ^^^^^^ expected `u32`, found `()`",
            ),
            ("return 6", "the function returns: 6"),
            ("return vec![9]", "the function returns: [9]"),
            (
                "return Err(\"late\".into())",
                "the function returns: Err(\"late\")\n[5, 6] [9] Err(\"late\")",
            ),
        ],
        "",
    );
}

#[test]
fn futures() {
    check(
        "live_returns",
        "futures",
        &[
            (
                "return Err(std::future::ready(\"f\").await.to_string())",
                "the function returns: Err(\"f\")\ndrop task\nErr(\"f\")",
            ),
            (":return 4", "the function returns: 4\n4"),
        ],
        "",
    );
}

#[test]
fn borrows_live_as_long_as_the_function_says() {
    check(
        "live_returns",
        "places",
        &[
            (
                ":return &mut v[1]",
                "error: what a line returns cannot borrow `*v` mutably, for the frame has it, too\n --> hook:1:13\n | return &mut v[1]\n \
                 |             ^",
            ),
            (":return Box::leak(Box::new(4))", "the function returns: 4\n4"),
            (
                ":return &own",
                "error: `own` ends with the function, which cannot return a borrow of it\n --> hook:1:9\n | return &own\n |         ^^^",
            ),
            (":return &v[0][..0]", "the function returns: \"\""),
            (":return 9", "the function returns: 9"),
            (":c\n:c\n:return 4", "the function returns: 4\n9 4"),
        ],
        "",
    );
}

#[test]
fn where_there_is_no_way_out() {
    const NOT: &str = "a line cannot return from the function at this hook";
    check(
        "live_returns",
        "ends",
        &[
            (":return 40", "the function returns: 40\n40"),
            (
                ":return [7; 1 << 20]",
                &format!("{NOT}: what it returns is too large to be moved over the stack"),
            ),
            (":c", "1"),
            ("v", "[1, 2, 3]"),
            (
                ":return 1",
                &format!("{NOT}: rustc refuses a `return` there: `v` does not live long enough"),
            ),
            (":c", "6"),
            (
                "return loop {}",
                &format!("{NOT}: it never returns, as its type `!` says"),
            ),
        ],
        "",
    );
}
