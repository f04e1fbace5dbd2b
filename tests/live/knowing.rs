//! What can be asked of the program at a hook: its functions, types and sources, and what a session changed.

use super::check;

#[test]
fn functions_and_types_are_told() {
    check(
        "live_locals",
        "locals",
        &[
            (":type private", "fn(usize) -> usize"),
            (":type |text: &str, n: u8| n", "impl Fn(&str, u8) -> u8"),
            (":type Point::norm", "fn(&Point) -> f64"),
            (":type third as fn(&[i32]) -> i32", "fn(&[i32]) -> i32"),
            (":type map", "HashMap<String, i32>"),
            (
                ":type None",
                "error[E0282]: type annotations needed for `Option<_>`\n --> hook:1:1\n | None\n | ^^^^ type must be known at this point",
            ),
            ("p?", "p: Point\nPoint { x: 3.0, y: 4.0 }"),
            ("LIMIT?", "usize\n3"),
            ("let kept = Some(5)", ""),
            ("kept?", "5"),
            (
                "private?",
                "fn(usize) -> usize\nfn private at src/bin/live_locals.rs:49\nCounts on.",
            ),
            (
                ":source private",
                "fn private at src/bin/live_locals.rs:49\n49  /// Counts on.\n50  fn private(n: usize) -> usize {\n\
                 51      COUNTER.fetch_add(n, Ordering::SeqCst)\n52  }",
            ),
            (
                ":doc Point",
                "struct Point at src/bin/live_locals.rs:17\nit has no doc comment",
            ),
            (
                ":source nowhere",
                "nothing in the sources of this crate is called `nowhere`",
            ),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn the_frames_of_the_program_are_listed() {
    check(
        "live_locals",
        "locals",
        &[(
            ":bt",
            "#0 in locals at src/bin/live_locals.rs:68\n#1 in main at src/lib.rs:13",
        )],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn what_changed_is_told() {
    check(
        "live_locals",
        "locals",
        &[
            (":diff", "nothing that was typed here changed a local"),
            ("a = 5", ""),
            ("p.x = 6.0", ""),
            ("opaque = Opaque", ""),
            (
                ":diff",
                "a: 1 -> 5\np: Point { x: 3.0, y: 4.0 } -> Point { x: 6.0, y: 4.0 }\n\
                 written, and has no text that would tell what changed: opaque",
            ),
            ("a = 1", ""),
            (
                ":diff",
                "p: Point { x: 3.0, y: 4.0 } -> Point { x: 6.0, y: 4.0 }\n\
                 written, and has no text that would tell what changed: opaque",
            ),
        ],
        r#"1 ["one", "two"] Point { x: 6.0, y: 4.0 } {} 6"#,
    );
}
