//! What a session keeps, and what it takes back.

use super::check;
use crate::support::written;

#[test]
fn types_that_were_typed_are_shown_by_their_fields() {
    check(
        "live_kept",
        "kept",
        &[
            ("struct P { x: f64, n: Option<u8> }", ""),
            ("P { x: 1.5, n: None }", "P { x: 1.5, n: None }"),
            ("it", "P { x: 1.5, n: None }"),
            ("vec![it]", "[P { x: 1.5, n: None }]"),
            (
                "mod m { pub struct Q { pub a: i32, b: u8 } pub fn q() -> Q { Q { a: 1, b: 2 } } }",
                "",
            ),
            ("enum E<T> { A(T, P), B { q: m::Q } }", ""),
            (
                "vec![E::B { q: m::q() }, E::A('c', P { x: 0.5, n: Some(1) })]",
                "[B { q: Q { a: 1, b: 2 } }, A('c', P { x: 0.5, n: Some(1) })]",
            ),
            // What is typed anew is another type.
            ("struct P { y: char }", ""),
            ("P { y: 'a' }", "P { y: 'a' }"),
            (
                "impl std::fmt::Debug for P { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(\"own\") } }",
                "",
            ),
            ("P { y: 'a' }", "own"),
        ],
        "2",
    );
}

#[test]
fn earlier_values() {
    const NONE: &str = "there is no such earlier value, or a line moved it out";
    let none = |line: &str, name: &str| {
        let (at, marks) = (line.find(name).unwrap(), "^".repeat(name.len()));
        format!(
            "error: `{name}` cannot be used here: {NONE}\n --> hook:1:{}\n | {line}\n | {}{marks}",
            at + 1,
            " ".repeat(at)
        )
    };
    check(
        "live_kept",
        "kept",
        &[
            ("1u8", "1"),
            ("it + _1", &none("it + _1", "_1")),
            ("\"two\"", "\"two\""),
            ("(it, _1)", "(\"two\", 1)"),
            ("(it.1, _1, _2)", "(1, \"two\", 1)"),
            // A look makes no new value.
            ("_1.0", "\"two\""),
            ("(_2.1, it)", "(1, \"two\")"),
            ("_2", "(1, \"two\", 1)"),
            ("it", "(1, \"two\")"),
            ("_1", "\"two\""),
            ("_2", "(1, \"two\", 1)"),
            // A closure that was a value is one by any of its names, also where a later line repeats it.
            ("vec![move |x: i32| x + a]; 0", "0"),
            ("vec![move |x: i32| x + a]", "[<kept::{{closure}}>]"),
            ("5", "5"),
            ("_1[0](it)", "7"),
            ("let w = _2.pop().unwrap();", ""),
            ("w(it)", "9"),
            // Numbers have the type that they have.
            ("it.pow(2)", "81"),
            ("let k = 7;", ""),
            ("k.pow(2) + it", "130"),
            // What is moved is gone.
            ("vec![1, 2, 3]", "[1, 2, 3]"),
            ("it.into_iter().rev().collect::<Vec<i32>>()", "[3, 2, 1]"),
            ("_1", &none("_1", "_1")),
            ("_2", "130"),
            ("it.push(4)", ""),
            ("it.clone()", "[3, 2, 1, 4]"),
            ("panic!(\"{}\", _1.len())", "the line panicked: 4\n --> hook:1:1"),
            ("(it.len(), _1.len())", "(4, 4)"),
            // A `let` of such a name stays.
            ("let _1 = 99;", ""),
            ("_1 + 1", "100"),
            ("it + _1", "199"),
            ("(it, _1)", "(199, 99)"),
            ("|_1: i32| _1 * 2; 1", "1"),
            (":c\n(it, _1)", "(1, 99)"),
            ("(it.0, _1, _2)", &none("(it.0, _1, _2)", "_2")),
        ],
        "2",
    );
}

#[test]
fn what_a_session_keeps() {
    check(
        "live_kept",
        "kept",
        &[
            ("let y = vec![a, 2];", ""),
            ("y", "[2, 2]"),
            ("a * 21", "42"),
            ("it + 1", "43"),
            ("words.first()", "Some(\"w\")"),
            ("it + 1", "44"),
            ("words[0].clone() + \"x\"", "\"wx\""),
            ("it.len()", "2"),
            (
                "let y: String = panic!(\"no\");",
                "the line panicked: no\n --> hook:1:17",
            ),
            ("y", "[2, 2]"),
            ("y.push(5)", ""),
            ("y.iter().sum::<i32>() + a", "11"),
            ("let f = move |x: i32| x + a;", ""),
            ("f(1)", "3"),
            ("let g = { a += 1; a -= 1; move |x: i32| x * a };", ""),
            ("g(3)", "6"),
            ("let (q, r) = (7 / a, 7 % a);", ""),
            ("q * 10 + r", "31"),
            ("let y = y.len(); y + 1", "4"),
            ("y", "3"),
            ("fn helper(n: i32) -> i32 { n * 7 }", ""),
            ("helper(a)", "14"),
            ("fn helper(n: i32) -> i32 { n * 8 }", ""),
            ("helper(a)", "16"),
            ("struct Extra { v: i32 }", ""),
            (
                "impl Extra { fn show(&self) -> String { format!(\"extra {}\", self.v) } }",
                "",
            ),
            ("Extra { v: 3 }.show()", "\"extra 3\""),
            ("use std::fmt::Write", ""),
            ("{ let mut t = String::new(); write!(t, \"{}\", 5)?; t }", "\"5\""),
            (
                "static TIMES: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(1);",
                "",
            ),
            ("TIMES.fetch_add(1, std::sync::atomic::Ordering::SeqCst)", "1"),
            ("TIMES.fetch_add(1, std::sync::atomic::Ordering::SeqCst)", "2"),
            ("macro_rules! m { ($x:expr) => { $x + 1 } }", ""),
            ("m!(a)", "3"),
            (":c\nhelper(1) + q", "11"),
            (
                "f(1)",
                "error: `f` cannot be used here: it was made at another hook, and its type cannot be written here\n --> hook:1:1\n | f(1)\n | ^",
            ),
        ],
        "2",
    );
}

#[test]
fn what_a_line_moves_or_gives_anew() {
    check(
        "live_kept",
        "kept",
        &[
            ("let v = vec![1, 2];", ""),
            ("v.into_iter().sum::<i32>()", "3"),
            (
                "v",
                "error: `v` cannot be used here: an earlier line moved it out\n --> hook:1:1\n | v\n | ^",
            ),
            // As in a function, the variable has a value again once it is assigned to.
            (
                "v = vec![v[0]]",
                "error: `v` cannot be used here: an earlier line moved it out\n --> hook:1:1\n | v = vec![v[0]]\n | ^\n\
                 error: `v` cannot be used here: an earlier line moved it out\n --> hook:1:10\n | v = vec![v[0]]\n |          ^",
            ),
            ("v = vec![4, 5]", ""),
            ("v.push(6)", ""),
            ("v = vec![v[0]]", ""),
            ("v", "[4]"),
            // It keeps its type, unless the value has another one.
            ("drop(v)", ""),
            ("v = vec![]", ""),
            ("v.push(7); v", "[7]"),
            ("drop(v)", ""),
            ("v = Default::default()", ""),
            ("v.push(8); v", "[8]"),
            ("drop(v)", ""),
            ("v = \"text\"", ""),
            ("v", "\"text\""),
            ("let closure = { let v = vec![String::new()]; move || v.len() };", ""),
            ("drop(closure)", ""),
            ("closure = || 2", ""),
            ("closure()", "2"),
            ("let list: ::std::vec::Vec<u8> = Vec::new()", ""),
            ("list", "[]"),
            ("let w = vec![String::from(\"a\")];", ""),
            ("let w = { let mut x = w; x.push(\"b\".into()); x }", ""),
            (
                "let w = { let x = w; panic!(\"oh\"); x }",
                "the line panicked: oh\n --> hook:1:22",
            ),
            ("w", "[\"a\", \"b\"]"),
            ("struct Once;", ""),
            ("let once = Once;", ""),
            (
                "let once = { let x = once; panic!(\"oh\"); x }",
                "the line panicked: oh\n --> hook:1:28\n`once` is gone: the line had moved it",
            ),
            ("let once = Once; let f = move || size_of::<Once>() + 5;", ""),
            ("f()", "5"),
            ("struct Once(u8);", ""),
            ("f() + size_of_val(&once) + size_of::<Once>()", "6"),
            ("let n = 5", ""),
            (
                "words.len() + n",
                "error[E0308]: mismatched types\n --> hook:1:15\n | words.len() + n\n |               ^ expected `usize`, found `i32`\nerror[E0277]: cannot add `i32` to `usize`\n --> hook:1:13\n | words.len() + n\n |             ^ no implementation for `usize + i32`\n  = help: the trait `Add<i32>` is not implemented for `usize`",
            ),
            ("n", "5"),
            ("let a = 9;", ""),
            ("a", "9"),
            ("a = 10", ""),
            ("a + 1", "11"),
            (":locals a", "a: i32 = 2"),
            (":c\na", "2"),
        ],
        "2",
    );
}

#[test]
fn what_a_line_binds_and_moves_or_borrows_itself() {
    check(
        "live_kept",
        "kept",
        &[
            ("let v = vec![1]; drop(v);", "`v` is not kept: the line moves it"),
            (
                "v",
                "error: `v` cannot be used here: an earlier line moved it out\n --> hook:1:1\n | v\n | ^",
            ),
            ("let v = vec![2];", ""),
            (
                "let (v, n) = (vec![3], 4); std::thread::spawn(move || v).join().unwrap()",
                "[3]\n`v` is not kept: the line moves it",
            ),
            (
                "v.len() + n",
                "error: `v` cannot be used here: an earlier line moved it out\n --> hook:1:1\n | v.len() + n\n | ^",
            ),
            ("n", "4"),
            (
                "let b = 5; let c = &b;",
                "error: a `let` would keep a borrow of `b`, and that is moved or ends as the line ends\n --> hook:1:20\n \
                 | let b = 5; let c = &b;\n |                    ^^\n  \
                 = help: bind it on a line of its own before, and write the borrow where it is used",
            ),
            (
                "struct Loud; impl Drop for Loud { fn drop(&mut self) { panic!(\"oh\") } }",
                "",
            ),
            ("let loud = Loud;", ""),
            ("let loud = 1;", "dropping the value that `loud` had panicked: oh"),
            ("loud", "1"),
        ],
        "2",
    );
}

#[test]
fn hooks_within_a_line_see_what_it_only_reads() {
    const RUNS: &str = "a line that is running";
    check(
        "live_functions",
        "outer",
        &[
            ("let y = vec![1, 2]; let z = 3_u32; let w = vec![4_u32];", ""),
            ("w.push(inner(y.len() as u32 + z)); w", ""),
            ("y.len() as u32 + z", "5"),
            (
                "y.push(3)",
                &format!(
                    "error: `y` cannot be written or moved here: {RUNS} reads it\n --> hook:1:1\n | y.push(3)\n | ^"
                ),
            ),
            (
                "w",
                &format!(
                    "error: `w` cannot be used here: {RUNS} has it, and may write or move it\n --> hook:1:1\n | w\n | ^"
                ),
            ),
            ("let q = y.clone();", ""),
            ("let z = \"new\";", ""),
            (":c", "[4, 10]"),
            ("(y.len(), q, z)", "(2, [1, 2], \"new\")"),
            ("y.push(5); y.len()", "3"),
            (":c", ""),
        ],
        "2",
    );
}

#[test]
fn what_a_session_has() {
    let file = written("kept_values.json");
    let file = file.display().to_string();
    let of = |text: &str| text.replace("FILE", &file);
    check(
        "live_functions",
        "outer",
        &[
            (
                ":vars",
                "nothing was defined at the prompt yet; a `let` or an item defines something",
            ),
            ("let y = vec![1, 2]; let n = 3;", ""),
            ("struct P { a: u8 }", ""),
            ("fn f(n: i32) -> i32 { n + 1 }", ""),
            ("fn f(n: i64) -> i64 { n + 2 }", ""),
            ("let p = P { a: 1 };", ""),
            (
                ":vars",
                "struct P { .. }\nfn f(n: i64) -> i64 { .. }\nlet n: i32 = 3\nlet p: P\nlet y: Vec<i32> = [1, 2]",
            ),
            (&of(":save y FILE"), &of("saved y to FILE, 7 bytes")),
            ("y.push(3)", ""),
            (&of(":load y FILE"), &of("loaded y from FILE")),
            ("y", "[1, 2]"),
            (":undo", &of("y is as it was before `:load y FILE`")),
            ("y", "[1, 2, 3]"),
            (&of(":save p FILE"), "`p` cannot be saved: P has no Serialize"),
            (
                &of(":load p FILE"),
                &of(
                    "failed to load FILE into `p`: P cannot be written like this: it has no Deserialize; it is as it was",
                ),
            ),
            ("inner(y.len() as u32)", ""),
            (&of(":save y FILE"), &of("saved y to FILE, 10 bytes")),
            (
                &of(":load y FILE"),
                "`y` cannot be written: a line that is running reads it",
            ),
            (":c", "6"),
            (":c", ""),
        ],
        "2",
    );
}

#[test]
fn threads() {
    check(
        "live_kept",
        "threads",
        &[
            ("let all = vec![a, 2];", ""),
            ("let own = std::rc::Rc::new(5);", ""),
            (":c\nall", "[1, 2]"),
            (
                "own",
                "error: `own` cannot be used here: it belongs to thread main, where it was made: its type is not `Send`\n --> hook:1:1\n | own\n | ^^^",
            ),
            ("let own = std::rc::Rc::new(b.len());", ""),
            ("*own", "6"),
            ("std::thread::spawn(move || all.len()).join().unwrap()", "2"),
        ],
        "worker",
    );
}

#[test]
fn items_that_fit_one_hook() {
    check(
        "live_kept",
        "items",
        &[
            ("use self::Private as P;", ""),
            ("fn seven() -> u8 { 7 }", ""),
            ("fn within(p: &P) -> u8 { p.0 }", ""),
            ("within(&a)", "1"),
            ("let p = P(3);", ""),
            ("p.0 + seven()", "10"),
            (
                ":c\nseven()",
                "7\nleft out at this hook: `use self::Private as P`: unresolved import `self::Private`\nleft out at this hook: `fn within(p: &P) -> u8 { p.0 }`: cannot find type `P` in this scope",
            ),
            ("a + 1", "3"),
            (
                "within(&a)",
                "error[E0425]: cannot find function `within` in this scope\n --> hook:1:1\n | within(&a)\n | ^^^^^^ not found in this scope",
            ),
        ],
        "2",
    );
}
