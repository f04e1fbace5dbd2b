//! Places are looked at where they are, and types that rustc knows only further down are known.

use super::check;

#[test]
fn fields_whose_whole_is_borrowed_or_not_captured() {
    check(
        "live_early",
        "fields",
        &[
            ("self.tick", "0"),
            ("self.tick = 5", ""),
            ("self.tick + self.at.0 as u32", "6"),
            ("self.at.0 *= 10; self.at.1.push_str(&item.to_string())", ""),
            ("self.at.1.to_uppercase()", "\"HERE7\""),
            (":type self.at.1", "String"),
            (":locals self.tick", "self.tick: u32 = 5"),
            ("self.at.0 += 1", ""),
            (":undo", "self.at.0 is 10 again"),
            ("self.at.0", "10"),
            (":c", ""),
            (
                ":locals",
                "self.tick: u32 = 6\nn: u32         = 2\nm: u32         = 3\nnot captured whole by this closure: self, item",
            ),
            ("self.tick + n", "8"),
            ("self.tick = m", ""),
            ("self.tick", "3"),
        ],
        "",
    );
}

#[test]
fn references_bound_by_a_pattern() {
    check(
        "live_early",
        "references",
        &[
            ("*n += 40", ""),
            ("n", "41"),
            ("text.push_str(\"bc\")", ""),
            ("*text = text.to_uppercase() + \"d\"", ""),
            (":undo", "text is \"abc\" again"),
            ("std::mem::swap(n, &mut 7)", ""),
            // What is bound by value is declared `mut` in the pattern.
            ("index = 2", ""),
            (
                "n = Box::leak(Box::new(3))",
                "error[E0594]: cannot assign to `n`, as it is not declared as mutable\n --> hook:1:1\n | n = Box::leak(Box::new(3))\n | ^^^^^^^^^^^^^^^^^^^^^^^^^^ cannot assign",
            ),
            (":c", ""),
            ("*n = index * 10", ""),
        ],
        "[(9, \"abc!\"), (11, \"b!\")]",
    );
}

#[test]
fn what_only_the_rest_of_the_function_tells() {
    const REFUSED: &str = "error[E0308]: mismatched types\n --> hook:1:";
    check(
        "live_early",
        "early",
        &[
            (
                "points = vec![1]",
                &format!("{REFUSED}15\n | points = vec![1]\n |               ^ expected `Point`, found integer"),
            ),
            (
                "n = usize::MAX",
                &format!("{REFUSED}5\n | n = usize::MAX\n |     ^^^^^^^^^^ expected `u64`, found `usize`"),
            ),
            ("n = 7; v.push(2)", ""),
        ],
        "7 [2, 1] [] {} 3 12 2.25",
    );
    check(
        "live_early",
        "early_generic",
        &[
            (
                "n = usize::MAX",
                &format!("{REFUSED}5\n | n = usize::MAX\n |     ^^^^^^^^^^ expected `i32`, found `usize`"),
            ),
            ("n + 1", "3"),
        ],
        "[\"s\", \"s\"]",
    );
}

#[test]
fn a_constant_that_would_change_types_of_the_program() {
    check(
        "live_locals",
        "locals",
        &[
            (
                "impl Point { const SeqCst: u8 = 1; }",
                "error: the program has a path that ends in `::SeqCst`, and this constant could change what that means there, and with it the \
                 types of running values: give it another name",
            ),
            ("impl Point { const CORNERS: u8 = 1; }", ""),
            ("Point::CORNERS", "1"),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn places() {
    check(
        "live_places",
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
            (":type *shared.lock().unwrap()", "Vec<i32>"),
            (":type ledger.entries[0].0", "String"),
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
    let script = "(0..3000).collect::<Vec<_>>()\n:full (0..3000).collect::<Vec<_>>()\n\
                  :table [(1, \"a\"), (20, \"b\")]\n";
    let said = crate::support::run(
        crate::support::bare(&crate::support::program("live_early")).arg("early"),
        script,
    );
    assert!(
        said.stderr.contains("... and more: `:full it` prints all of it"),
        "{}",
        said.stderr
    );
    assert_eq!(
        said.stdout.lines().filter(|line| line.ends_with(" 2999,")).count(),
        1,
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains(" of 3000 shown\n"), "{}", said.stdout);
    let table = "    0  1\n0   1  \"a\"\n1  20  \"b\"\n";
    assert!(said.stdout.contains(table), "{}", said.stdout);
}

#[test]
fn types_that_are_known_further_down() {
    check(
        "live_early",
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
        "live_early",
        "early_generic",
        &[
            ("n.pow(2)", "4"),
            ("out.len()", "0"),
            (
                "out[0].clone()",
                "error[E0282]: type annotations needed for `Vec<_>`\n --> hook:1:1\n | out[0].clone()\n | ^^^^^^ type must be known at this point\n  = note: the type of a local may be known only further down in the function than the hook",
            ),
            ("out.push(seed.clone())", ""),
            ("let held = seed.clone();", ""),
            ("out.push(held)", ""),
        ],
        "[\"s\", \"s\", \"s\", \"s\"]",
    );
}

#[test]
fn what_can_only_be_read_is_a_place_too() {
    const MOVED: &str = "out of the program, which goes on with it";
    check(
        "live_places",
        "looked_at",
        &[
            ("points == vec![]", "false"),
            ("for p in &points { println!(\"{}\", p.norm()) }", "2.23606797749979"),
            ("points[0].x + points.iter().map(|p| p.y).sum::<f64>()", "3.0"),
            (":type points", "Vec<Point>"),
            ("(|points: &[Point]| points.len())(&points)", "1"),
            ("match &name { Some(name) => name.len(), None => 0 }", "4"),
            ("match name { Some(name) => name.len(), None => 0 }", "4"),
            (
                "if let Some(points) = name.as_deref() && points == \"name\" { points.len() } else { points.len() }",
                "4",
            ),
            ("cell.set(9)", ""),
            ("shared.borrow_mut().push(2); shared", "RefCell { value: [1, 2] }"),
            ("*guard + 1", "6"),
            ("&matrix * &matrix + matrix[(0, 1)]", "6.0"),
            ("shape.area()", "4.0"),
            ("add(3)", "4"),
            ("dbg!(points.len())", "[hook] points.len() = 1\n1"),
            ("println!(\"{name:?} {}\", points.len())", "Some(\"name\") 1"),
            (
                "assert!(points.is_empty())",
                "the line panicked: assertion failed: points.is_empty()\n --> hook:1:1",
            ),
            ("assert_eq!(points, [Point { x: 1.0, y: 2.0 }])", ""),
            ("stringify!(points)", "\"points\""),
            (
                "let k = points;",
                &format!(
                    "error: cannot move `points` {MOVED}\n --> hook:1:9\n | let k = points;\n |         ^^^^^^ moved here\n  = help: use `&points` or `points.clone()`"
                ),
            ),
            (
                "Ledger { entries: vec![], policy: points }",
                "error[E0308]: mismatched types\n --> hook:1:35\n | Ledger { entries: vec![], policy: points }\n |                                   ^^^^^^ expected `Box<dyn Fn(i32) -> bool>`, found `Vec<Point>`\n  \
                 = note: expected struct `Box<(dyn Fn(i32) -> bool + 'static)>`\n       found struct `Vec<Point>`",
            ),
            (
                "points.clear()",
                "error: `points` cannot be written here: the hook is read_only\n --> hook:1:1\n | points.clear()\n | ^^^^^^",
            ),
            (
                "twice(2)",
                "error: `twice` cannot be written here: the hook is read_only\n --> hook:1:1\n | twice(2)\n | ^^^^^",
            ),
        ],
        "1 9 [1, 2]\n1",
    );
}

#[test]
fn what_is_large_stays_where_it_is() {
    check(
        "live_early",
        "large",
        &[
            ("big[5]", "3"),
            ("it + 1", "4"),
            ("big.len()", "2500000"),
            ("big == [3; 2_500_000]", "true"),
            ("big[5] = 9", ""),
            ("big.iter().filter(|n| **n == 9).count()", "1"),
            ("for n in &mut big[..3] { *n = 4 }", ""),
            ("big[..4]", "[4, 4, 4, 3]"),
            ("grid[row][4] = i64::from(big[5])", ""),
            ("grid[3][4]", "9"),
            (
                "let all = big;",
                "error: `all` is too large to be kept, more than 64 KiB: a `Vec` or a `Box` of it can be",
            ),
            ("let all = big.to_vec();", ""),
            ("all.len()", "2500000"),
            ("[1u8; 100_000].map(|n| n + 1)[7]", "2"),
            (":type [1u8; 100_000]", "[u8; 100000]"),
        ],
        "9 2500000 9",
    );
}
