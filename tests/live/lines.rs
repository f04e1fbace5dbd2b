//! What can be typed, and what comes of it.

use super::{answers, check, merged};
use crate::support::program;

#[test]
fn locals() {
    check(
        "live_locals",
        "locals",
        &[
            ("a + 1", "2"),
            ("a = private(3) as i32 + a", ""),
            ("a", "8"),
            (r#"words.push("three".into())"#, ""),
            ("words.iter().map(|w| w.len()).collect::<Vec<_>>()", "[3, 3, 5]"),
            ("words.iter().max()", r#"Some("two")"#),
            ("p.x *= 2.0", ""),
            ("p.norm()", "7.211102550927978"),
            ("p == Point { x: 6.0, y: 4.0 }", "true"),
            ("p = Point { x: 1.0, y: 2.0 }", ""),
            ("twice!(LIMIT)", "6"),
            ("shape.area() + Shape::area(&Square(3.0))", "13.0"),
            ("&opaque", "Opaque"),
            (r#"map.insert("k".into(), 3)"#, "None"),
            ("for i in 0..3 { a += i; }", ""),
            ("{\nlet v: Vec<i32> = vec![];\nv.len()\n}", "0"),
            ("match a { 11 => \"eleven\", _ => \"other\" }", "\"eleven\""),
            ("println!(\"{a} {:?}\", p)", "11 Point { x: 1.0, y: 2.0 }"),
            ("std::thread::spawn(|| 5).join().unwrap()", "5"),
            // What borrows from what the line itself made is shown, and is not kept.
            ("std::thread::current().name()", "Some(\"main\")"),
            ("&mut 3", "3"),
            ("words.clone().as_slice()", r#"["one", "two", "three"]"#),
            ("it", "5"),
            ("(0..10).filter(|n| n % 2 == 0).sum::<i32>()", "20"),
            (":type words.iter().max()", "Option<&String>"),
            ("crate::private(0)", "10"),
        ],
        r#"11 ["one", "two", "three"] Point { x: 1.0, y: 2.0 } {"k": 3} 6"#,
    );
}

#[test]
fn what_rustc_refuses() {
    check(
        "live_locals",
        "locals",
        &[
            (
                "drop(words)",
                "error: cannot move `words` out of the program, which goes on with it\n --> hook:1:6\n | drop(words)\n |      ^^^^^ moved here\n  \
                 = help: use `&words` or `words.clone()`, or put another value in its place with `std::mem::take(&mut words)`",
            ),
            (
                "nothing + 1",
                "error[E0425]: cannot find value `nothing` in this scope\n --> hook:1:1\n | nothing + 1\n | ^^^^^^^ not found in this scope",
            ),
            (
                "a +",
                "error: expected expression, found the end of the line\n --> hook:1:4\n | a +\n |    ^",
            ),
            (
                "a.",
                "error: expected the name of a field or a method, found the end of the line\n --> hook:1:3\n | a.\n |   ^",
            ),
            // rustc reads on, and says that this moves.
            (
                "words[0].",
                "error: expected the name of a field or a method, found the end of the line\n --> hook:1:10\n | words[0].\n |          ^",
            ),
            (
                "words.iter().map(|w| w.)",
                "error: unexpected token: `)`\n --> hook:1:24\n | words.iter().map(|w| w.)\n |                        ^",
            ),
            (
                "words[0 + ]",
                "error: expected expression, found `]`\n --> hook:1:11\n | words[0 + ]\n |           ^ expected expression",
            ),
            (
                "words.iter().map(|w| ).count()",
                "error: expected expression, found `)`\n --> hook:1:22\n | words.iter().map(|w| ).count()\n |                  --- \
                 while parsing the body of this closure\n |                      ^ expected expression\n  = help: you might have meant to open the body of the closure: \
                 `words.iter().map(|w| { }).count()`",
            ),
            (
                "{\n  a.foo()\n}",
                "error[E0599]: no method named `foo` found for type `i32` in the current scope\n --> hook:2:5\n  2 |   a.foo()\n    |     ^^^ method not found in `i32`",
            ),
            (
                "let z: String = 5;",
                "error[E0308]: mismatched types\n --> hook:1:17\n | let z: String = 5;\n |        ------ expected due to this\n |                 \
                 ^ expected `String`, found integer\n  = help: try using a conversion method: `let z: String = 5.to_string();`",
            ),
            ("let s = &words[0];", ""),
            ("s", r#""one""#),
            ("words", r#"["one", "two"]"#),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn a_panic_loses_nothing() {
    check(
        "live_locals",
        "locals",
        &[
            (
                "words.clear(); panic!(\"boom {a}\")",
                "the line panicked: boom 1\n --> hook:1:16",
            ),
            ("words", "[]"),
            (
                "vec![1][3]",
                "the line panicked: index out of bounds: the len is 1 but the index is 3\n --> hook:1:8",
            ),
            ("a += 1; words.push(a.to_string())", ""),
        ],
        r#"2 ["2"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn a_panic_on_another_thread() {
    check(
        "live_locals",
        "locals",
        &[
            (
                "std::thread::spawn(|| panic!(\"in {}\", 1)).join().is_err()",
                "thread '<unnamed>' panicked at hook:1:23:\nin 1\ntrue",
            ),
            ("fn typed() { None::<u8>.unwrap(); }", ""),
            (
                "std::thread::Builder::new().name(\"own\".into()).spawn(typed).unwrap().join().is_err()",
                "thread 'own' panicked at what an earlier line typed:\ncalled `Option::unwrap()` on a `None` value\ntrue",
            ),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn a_panic_in_a_destructor() {
    let lines = [
        "struct Catches; impl Drop for Catches { fn drop(&mut self) { let _ = std::panic::catch_unwind(|| panic!(\"inner\")); } }",
        "let c = Catches; panic!(\"outer\")",
        "struct Panics; impl Drop for Panics { fn drop(&mut self) { panic!(\"second\") } }",
        "let p = Panics; panic!(\"first\")",
    ];
    let (answers, said) = answers(&mut merged(&program("live_locals"), &["locals"]), &lines);
    assert_eq!(
        answers[1], "the line panicked: outer\n --> hook:1:18",
        "{}",
        said.stdout
    );
    // Rust lets no one catch the second one. The program ends, and says why.
    let told = "panicked: first\n --> hook:1:17\npanicked: second\n --> what an earlier line typed\n\
                this was within what was typed, and ends the program: panic in a destructor during cleanup";
    assert!(answers[3].starts_with(told), "{}", said.stdout);
    assert_ne!(said.code, Some(0));
}

#[test]
fn a_panic_says_where() {
    let lines = [
        "third(&[1])",
        "HashMap::from([(1, 2)])[&a.wrapping_add(4)]",
        "let late = |at: usize| [1, 2][at];",
        "0",
        "late(2)",
        "Vec::<u8>::with_capacity(usize::MAX)",
    ];
    let (answers, said) = answers(&mut merged(&program("live_locals"), &["locals"]), &lines);
    const PANICKED: &str = "the line panicked: ";
    const BOUNDS: &str = "index out of bounds: the len is";
    let own = format!("{PANICKED}{BOUNDS} 1 but the index is 2\n --> src/bin/live_locals.rs:");
    assert!(
        answers[0].starts_with(&own) && answers[0].lines().count() == 2,
        "{}",
        said.stdout
    );
    // In std, the place is that of who called.
    let called = format!("{PANICKED}no entry found for key\n --> hook:1:24");
    assert_eq!(answers[1], called, "{}", said.stdout);
    // It was in the code of an earlier line.
    let earlier = format!("{PANICKED}{BOUNDS} 2 but the index is 2");
    assert_eq!(answers[4], earlier, "{}", said.stdout);
    // It was in std, on behalf of the line and of nothing else in the program.
    assert_eq!(answers[5], format!("{PANICKED}capacity overflow"), "{}", said.stdout);

    let mut traced = merged(&program("live_locals"), &["locals"]);
    let (answers, said) = self::answers(traced.env("RUST_BACKTRACE", "1"), &["third(&[1])"]);
    let frames: Vec<&str> = answers[0].lines().skip(2).collect();
    let at = |name: &str| frames.iter().position(|frame| frame.contains(name));
    let in_order = at("live_locals::third at ") < at("the line")
        && at("the line") < at("live_locals::locals at src/bin/live_locals.rs:68:5")
        && at("live_locals::main at ") > at("live_locals::locals at ");
    assert!(in_order && at("live_locals::third").is_some(), "{}", said.stdout);
    assert!(
        at("hook_runtime")
            .or(at("hook_frame"))
            .or(at("panicking"))
            .or(at("backtrace"))
            .is_none(),
        "{}",
        said.stdout
    );
}

#[test]
fn what_ends_in_a_semicolon_is_not_shown() {
    check(
        "live_locals",
        "locals",
        &[
            ("a += 1;", ""),
            (
                "a;",
                "a line that ends in `;` is a statement: its value is not shown, and not kept",
            ),
            ("a + 1;", ""),
            ("a + 2", "4"),
            ("words.len();", ""),
            ("it", "4"),
            ("words;", ""),
            ("words.len()", "2"),
        ],
        r#"2 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn the_same_program() {
    check(
        "live_functions",
        "statics",
        &[
            ("private(3)", "8"),
            ("COUNTER.load(Ordering::SeqCst)", "11"),
            ("DEPTH.get()", "2"),
            ("DEPTH.set(43)", ""),
            ("NAMES.with_borrow_mut(|n| n.push(\"line\".into()))", ""),
            ("NAMES.with_borrow(|n| n.len())", "3"),
        ],
        r#"11 43 ["first", "second", "line"]"#,
    );
}

#[test]
fn a_line_opens_hooks() {
    check(
        "live_functions",
        "outer",
        &[
            ("inner(20) + 1\ndepth += 1\n:c", "43"),
            ("n", "1"),
            ("n = 4\n:c\ndepth + 1", "5"),
        ],
        "8",
    );
}

#[test]
fn methods() {
    check(
        "live_functions",
        "methods",
        &[
            ("self.total", "15"),
            ("self.total += amount", ""),
            ("self.log.push(format!(\"{}\", self.total))", ""),
        ],
        "25\n25 [\"25\"]",
    );
    check(
        "live_functions",
        "traits",
        &[
            ("self.area() + 1.0", "10.0"),
            ("kind.len()", "5"),
            ("kind = \"square\"", ""),
        ],
        "square 9",
    );
}

#[test]
fn generics() {
    check(
        "live_functions",
        "generics",
        &[
            ("item.clone()", "\"g\""),
            ("std::any::type_name::<T>()", "\"&str\""),
            ("N + out.len()", "4"),
            ("out.push(item.clone())\n:c", "[\"g\", \"g\", \"g\"]"),
            ("std::any::type_name::<T>()", "\"f32\""),
            ("out.clear()", ""),
        ],
        "[]",
    );
}

#[test]
fn borrows() {
    check(
        "live_functions",
        "borrows",
        &[
            ("words.len()", "3"),
            ("words.push(\"new\")", ""),
            ("*first += 4", ""),
            (
                "total + 1",
                "error: `total` cannot be used here: mutably borrowed by first, line 111\n --> hook:1:1\n | total + 1\n | ^^^^^",
            ),
            (":c\ngone.len()", "4"),
            ("gone.pop()", "Some(\"new\")"),
        ],
        "5 [\"x\", \"y\", \"z\"]",
    );
}

#[test]
fn closures_and_tasks() {
    check(
        "live_functions",
        "closures",
        &[("x + base", "15"), ("seen.len()", "1"), ("x = 20", "")],
        "25",
    );
    check("live_tasks", "tasks", &[("n + before", "7"), ("before *= 2", "")], "8");
}

#[test]
fn errors_that_a_question_mark_meets() {
    check(
        "live_functions",
        "fallible",
        &[
            ("fails(3)?", "3"),
            ("fails(n)?", "Err(\"0 is too small\")"),
            ("text.parse::<i32>()? + 1", "13"),
            ("\"x\".parse::<i32>()?", "Err(ParseIntError { kind: InvalidDigit })"),
            ("None::<i32>?", "None"),
            (
                "[1, 2].iter().map(|n| Ok(fails(*n)? + 1)).collect::<Result<Vec<_>, String>>()?",
                "[2, 3]",
            ),
            ("n = fails(7)?; fails(-1)?; n = 100;", "Err(\"-1 is too small\")"),
        ],
        "7",
    );
}

#[test]
fn read_only() {
    check(
        "live_functions",
        "read_only",
        &[
            ("a + words.len() as i32", "3"),
            (
                "words.push(String::new())",
                "error: `words` cannot be written here: the hook is read_only\n --> hook:1:1\n | words.push(String::new())\n | ^^^^^",
            ),
            (
                "a += 1",
                "error: `a` cannot be written here: the hook is read_only\n --> hook:1:1\n | a += 1\n | ^^^^^^",
            ),
        ],
        "2 [\"w\"]",
    );
}
