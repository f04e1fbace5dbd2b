//! What can be asked of the program at a hook: its functions, types and sources, and what a session changed.

use super::{answers, check, merged};
use crate::support::program;

#[test]
fn functions_and_types_are_told() {
    check(
        "live_locals",
        "locals",
        &[
            (
                ":locals *",
                "a: i32                    = 1\nwords: Vec<String>        = [\"one\", \"two\"]\np: Point                  = Point { x: 3.0, y: 4.0 }\n\
                 shape: Box<dyn Shape>     = <Box<dyn Shape>>\nopaque: Opaque            = Opaque\nmap: HashMap<String, i32> = {}",
            ),
            (":type private", "fn(usize) -> usize"),
            (":type |text: &str, n: u8| n", "impl Fn(&str, u8) -> u8"),
            (":type Point::norm", "fn(&Point) -> f64"),
            (":type third as fn(&[i32]) -> i32", "fn(&[i32]) -> i32"),
            (":type map", "HashMap<String, i32>"),
            // What is asked for its type does not run, so it may move or borrow whatever it likes.
            (":type words.into_iter()", "IntoIter<String>"),
            (":type words", "Vec<String>"),
            (
                ":type { let moved = words; (moved.len(), p, words) }",
                "(usize, Point, Vec<String>)",
            ),
            (":type std::thread::spawn(|| &map)", "JoinHandle<&HashMap<String, i32>>"),
            (":type (async { words }).await", "Vec<String>"),
            // A future is told by what it gives, since its type has no name.
            ("async fn later(n: u32) -> Vec<u32> { vec![n] }", ""),
            (":type later(1)", "impl Future<Output = Vec<u32>>"),
            (":type { let n = 2; later(n) }", "impl Future<Output = Vec<u32>>"),
            (
                ":type words.iter().map(|word| &word[..1])",
                "Map<Iter<'_, String>, locals::{{closure}}>",
            ),
            ("let owned = vec![p.clone()]", ""),
            (":type owned.into_iter().next()", "Option<Point>"),
            (":type &owned[0]", "&Point"),
            (
                ":type owned.iter().map(|p| p.x)",
                "Map<Iter<'_, Point>, locals::{{closure}}>",
            ),
            ("owned.len() + words.len()", "3"),
            // Nothing of it counts as written.
            (":type owned.push(p.clone())", "()"),
            (":type { a += 1; words.push(String::new()) }", "()"),
            (":undo", "there is no write to undo"),
            (
                ":type None",
                "error[E0282]: type annotations needed for `Option<_>`\n --> hook:1:1\n | None\n | ^^^^ type must be known at this point",
            ),
            ("?p", "p: Point\nPoint { x: 3.0, y: 4.0 }"),
            ("?LIMIT", "usize\n3"),
            // What was typed is told by its head.
            ("fn thrice(n: i32) -> i32 {\n    n * 3\n}", ""),
            ("?thrice", "fn thrice(n: i32) -> i32 { .. }"),
            (
                "?Shape",
                "trait Shape at src/bin/live_locals.rs:30\nit has no doc comment",
            ),
            (
                "?Opaque",
                "struct Opaque at src/bin/live_locals.rs:48\nit has no doc comment",
            ),
            // A crate cannot be added at the prompt, so that is not advised.
            (
                "scael::point()",
                "error[E0433]: cannot find module or crate `scael` in this scope\n --> hook:1:1\n | scael::point()\n | ^^^^^ use of \
                 unresolved module or unlinked crate `scael`",
            ),
            ("struct Pair<T>(T, T)", ""),
            ("?Pair", "struct Pair<T>(T, T)"),
            ("const MOST: u8 = 9", ""),
            ("?MOST", "u8\n9"),
            ("let kept = Some(5)", ""),
            ("kept?", "5"),
            ("?kept", "Option<i32>\nSome(5)"),
            (
                "?private",
                "fn private at src/bin/live_locals.rs:50\nfn private(n: usize) -> usize\nCounts on.",
            ),
            (
                ":source private",
                "fn private at src/bin/live_locals.rs:50\n50  /// Counts on.\n51  fn private(n: usize) -> usize {\n\
                 52      COUNTER.fetch_add(n, Ordering::SeqCst)\n53  }",
            ),
            (
                ":doc Point",
                "struct Point at src/bin/live_locals.rs:18\nit has no doc comment\n\
                 struct scale::Point at src/bin/live_locals.rs:74\nit has no doc comment",
            ),
            (
                ":doc p.norm()",
                "fn Point::norm at src/bin/live_locals.rs:24\nfn norm(&self) -> f64\nThe distance from the origin.",
            ),
            (
                ":doc shape.area",
                "fn Shape::area at src/bin/live_locals.rs:31\nfn area(&self) -> f64\nit has no doc comment",
            ),
            (
                "?Point::norm",
                "fn Point::norm at src/bin/live_locals.rs:24\nfn norm(&self) -> f64\nThe distance from the origin.",
            ),
            ("?u32::MAX", "u32\n4294967295"),
            ("?str::len", "fn(&str) -> usize"),
            ("?p.x", "f64\n3.0"),
            (
                "?Some(&p).unwrap().norm",
                "error: expected expression, found `?`\n --> hook:1:1\n | ?Some(&p).unwrap().norm\n | ^ expected expression",
            ),
            (
                "?p.norm",
                "fn Point::norm at src/bin/live_locals.rs:24\nfn norm(&self) -> f64\nThe distance from the origin.",
            ),
            (
                ":source nowhere",
                "nothing in the sources of this crate and of those that it depends on is called `nowhere`",
            ),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn other_crates_have_documentation_and_sources() {
    let lines = [
        ":doc log::LevelFilter",
        ":source serde::de::Visitor::visit_unit",
        ":doc log::nowhere",
    ];
    let (answers, said) = answers(&mut merged(&program("live_locals"), &["locals"]), &lines);
    let has = |at: usize, texts: [&str; 2]| {
        assert!(texts.iter().all(|text| answers[at].contains(text)), "{}", said.stdout);
    };
    has(0, ["enum LevelFilter at log-0.4", "verbosity level filters"]);
    has(1, ["fn Visitor::visit_unit at serde_core-1", "Unexpected::Unit"]);
    has(2, ["nothing in the sources of this crate", "`log::nowhere`"]);
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

#[test]
fn a_hook_stops_for_what_was_typed() {
    check(
        "live_kept",
        "often",
        &[
            ("let limit = 3_usize", ""),
            (
                ":when i == limit",
                "this hook stops when `i == limit`, which is false now",
            ),
            (":when total", "`total` cannot be used here: it is no `bool`"),
            (":when", ":when i == limit"),
            (":watch total", "a stop shows `total` when it is not 0 any more"),
            (":c", "`i == limit` is true\ntotal: 0 -> 6"),
            // Of another instance, which has another slot.
            (":c", "`i == limit` is true"),
            ("limit", "3"),
            (":when off", "removed: i == limit"),
            (":watch off", "removed: total"),
            (
                ":check [1, 2][i] > 0",
                "`[1, 2][i] > 0` cannot be used here: it panicked: index out of bounds: the len is 2 but the index is 3",
            ),
            (":check i < 4", "this hook stops when `i < 4` is false; it is true now"),
            (
                ":check nothing",
                "error[E0425]: cannot find value `nothing` in this scope\n --> hook:1:1\n | nothing\n | ^^^^^^^ not found in this scope",
            ),
            (":c", "check failed: `i < 4` is false"),
            ("i", "4"),
        ],
        "10 10",
    );
}

#[test]
fn what_takes_long_is_told() {
    let (answers, _) = answers(
        &mut merged(&program("live_kept"), &["kept"]),
        &[
            ":time words.len()",
            ":time words.push(String::new())",
            "words.len() > 2",
            ":undo",
            "words",
            ":time nothing()",
        ],
    );
    let is_told = |answer: &String| answer.contains("s, the median of ") && answer.contains(" runs of a debug build (");
    assert!(is_told(&answers[0]) && is_told(&answers[1]), "{answers:?}");
    assert_eq!(answers[2..5], ["true", "words is [\"w\"] again", "[\"w\"]"]);
    assert!(answers[5].starts_with("error[E0425]"), "{answers:?}");
}
