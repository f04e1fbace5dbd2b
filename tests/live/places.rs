//! Places are looked at where they are, and types that rustc knows only further down are known.

use super::check;

#[test]
fn places() {
    check(
        "places",
        &[
            ("ledger.entries", "[(\"rent\", 5)]"),
            ("ledger.entries[0]", "(\"rent\", 5)"),
            ("ledger.entries[0].1 += 2", ""),
            ("ledger.entries[0].1", "7"),
            ("it + 1", "8"),
            ("*shared.lock().unwrap()", "[1, 2]"),
            ("shared.lock().unwrap().push(3)", ""),
            ("*shared.lock().unwrap()", "[1, 2, 3]"),
            ("text[1..3]", "\"ex\""),
            (
                "ledger.policy",
                "<Box<dyn Fn(i32) -> bool>>\nBox<dyn Fn(i32) -> bool> has neither Debug nor Display",
            ),
            ("(ledger.policy)(6)", "true"),
            ("boxed.0", "Some(5)"),
            (":type *shared.lock().unwrap()", "alloc::vec::Vec<i32>"),
            (":type ledger.entries[0].0", "alloc::string::String"),
            ("CONFIG", "OnceLock(\"set\")"),
            ("*LAZY", "\"lazy\""),
            (
                "RAW",
                "error[E0133]: use of mutable static is unsafe and requires unsafe block\n --> hook:1:1\n | RAW\n | ^^^ use of mutable static\n  = note: mutable statics can be mutated by multiple threads: aliasing violations or data races will cause undefined behavior",
            ),
            ("unsafe { RAW += 1; RAW }", "6"),
            ("leaf.parent.borrow().upgrade().map(|up| up.name)", "Some(\"root\")"),
            ("Rc::strong_count(&leaf)", "2"),
            ("cow.to_mut().push('!')", ""),
            ("cow", "\"borrowed!\""),
            ("*first + last[0]", "5"),
            ("queue.push_back(Some(Box::new(|x| x - 1)))", ""),
            ("queue.iter().flatten().map(|f| f(10)).collect::<Vec<_>>()", "[30, 9]"),
            ("queue[0].as_ref().unwrap()(7)", "21"),
            ("grid[1][2] = 5; grid", "[[0, 0, 0], [0, 0, 5]]"),
            (
                "async { 5 }",
                "<places::{{closure}}>\nplaces::{{closure}} has neither Debug nor Display",
            ),
            ("dbg!(grid[1][2])", "[hook] grid[1][2] = 5\n5"),
            (":full vec![0u8; 4]", "[0, 0, 0, 0]"),
            ("\"x\".repeat(5000).len()", "5000"),
        ],
        "ledger [(\"rent\", 7)] borrowed! 2 [[0, 0, 0], [0, 0, 5]]",
    );
}

#[test]
fn what_does_not_fit_is_printed_by_full() {
    let script = "(0..100).collect::<Vec<_>>()\n:full (0..100).collect::<Vec<_>>()\n";
    let said = crate::support::run(
        crate::support::bare(&crate::support::program("live")).arg("early"),
        script,
    );
    assert!(
        said.stderr
            .contains("... and more: `:full (0..100).collect::<Vec<_>>()` prints all of it"),
        "{}",
        said.stderr
    );
    assert_eq!(
        said.stdout.lines().filter(|line| *line == "    99,").count(),
        1,
        "{}",
        said.stdout
    );
}

#[test]
fn types_that_are_known_further_down() {
    check(
        "early",
        &[
            ("n.pow(2)", "25"),
            ("ratio.sqrt()", "1.5"),
            ("f64::from(ratio)", "2.25"),
            ("v.push(5)", ""),
            ("v[0].count_ones() + v[0].leading_zeros()", "15"),
            ("points.push(Point { x: 3.0, y: 4.0 })", ""),
            ("points.iter().map(|p| p.norm()).sum::<f64>()", "5.0"),
            ("map.insert(\"x\", vec![2]); map[\"x\"][0].trailing_zeros()", "1"),
            ("none = Some(4)", ""),
            ("none.map(|n| n.pow(2))", "Some(16)"),
            ("parsed.clone().unwrap().abs()", "12"),
            (":type n", "u64"),
        ],
        "5 [5, 1] [Point { x: 3.0, y: 4.0 }] {\"x\": [2]} 4 12 2.25",
    );
    check(
        "early_generic",
        &[
            ("n.pow(2)", "4"),
            ("out.len()", "0"),
            (
                "out[0].clone()",
                "error[E0282]: type annotations needed for `Vec<_>`\n --> hook:1:1\n | out[0].clone()\n | ^^^^^^ type must be known at this point\n  = note: the type of a local may be known only further down in the function than the hook",
            ),
            ("out.push(seed.clone())", ""),
            (
                "let kept = seed.clone();",
                "error: `kept` may borrow, for its type has `T` in it: `let` keeps only what owns its data",
            ),
        ],
        "[\"s\", \"s\", \"s\"]",
    );
}
