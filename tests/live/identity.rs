//! What is typed anew is another thing, and what was made before stays what it was.

use super::{merged, typed};
use crate::support::program;

#[track_caller]
fn check(function: &str, lines: &[(&str, &str)]) {
    let program = program("identity");
    typed(&mut merged(&program, &[function]), lines, "");
}

const SECOND: &str = "error: there is such an impl from an earlier line, and what was made with that would not fit a second one: an impl can be typed \
                      anew if its trait or its type was typed at the prompt, or if only the bodies of its functions differ";

#[test]
fn what_is_made_of_what_is_typed_anew() {
    check(
        "one",
        &[
            ("struct B { x: usize }", ""),
            ("struct A { b: B }", ""),
            ("let a2 = A { b: B { x: 5 } }; let f = move || B { x: 6 };", ""),
            ("struct B { x: &'static u64 }", ""),
            ("a2.b.x + f().x", "11"),
            ("let b = B { x: &FIVE }; *b.x + 1", "6"),
            ("b.x", "5"),
            ("let b = 5", ""),
            ("b + 1", "6"),
            ("const N: usize = 2;", ""),
            ("struct Arr([u8; N]);", ""),
            ("let arr = Arr([1, 2])", ""),
            ("const N: usize = 3;", ""),
            ("arr.0", "[1, 2]"),
            ("Arr([3, 4]).0.len() + N", "5"),
            ("macro_rules! inner { () => { usize } }", ""),
            ("macro_rules! outer { () => { inner!() } }", ""),
            ("struct M(outer!());", ""),
            ("let m = M(5)", ""),
            ("macro_rules! inner { () => { &'static u64 } }", ""),
            ("m.0 + M(1).0", "6"),
            ("fn make() -> impl Fn() -> usize { || 5 }", ""),
            ("let h = make()", ""),
            ("fn make() -> impl Fn() -> &'static u64 { || &FIVE }", ""),
            ("apply(|| h()) + apply(&h) + *make()() as usize", "15"),
            ("use std::cmp::min as pick", ""),
            ("pick(1, 2)", "1"),
            ("use std::cmp::max as pick", ""),
            ("pick(1, 2)", "2"),
            (
                "static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);",
                "",
            ),
            (
                "fn count() -> usize { COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst) }",
                "",
            ),
            ("count() + count()", "3"),
            ("static COUNT: &str = \"other\";", ""),
            ("(count(), COUNT)", "(3, \"other\")"),
        ],
    );
}

#[test]
fn impls_that_are_typed_anew() {
    check(
        "one",
        &[
            ("impl Tr for u8 { type Out = usize; }", ""),
            ("let w = W::<u8>(5)", ""),
            ("impl Tr for u8 { type Out = &'static u64; }", SECOND),
            ("w.0", "5"),
            ("struct Ex { v: i32 }", ""),
            (
                "impl Ex { fn show(&self) -> String { format!(\"one {}\", self.v) } }",
                "",
            ),
            ("impl Ex { fn more(&self) -> i32 { self.v } }", ""),
            ("let ex = Ex { v: 1 }; let plain = vec![1];", ""),
            ("format!(\"{} {}\", ex.show(), ex.more())", "\"one 1 1\""),
            (
                "impl Ex { fn show(&self) -> Option<i32> { Some(self.v) } }",
                "`ex` is gone: an impl that its type may depend on was typed anew",
            ),
            (
                "ex.v",
                "error: `ex` cannot be used here: an earlier line moved it out, or typed an impl anew that its type may depend on\n \
                 --> hook:1:1\n | ex.v\n | ^^",
            ),
            ("(Ex { v: 3 }.show(), Ex { v: 3 }.more(), plain[0])", "(Some(3), 3, 1)"),
            ("impl Plain { fn show(&self) -> u8 { self.0 } }", ""),
            ("let f = |n: i32| n + a", ""),
            ("let by = &words", ""),
            ("f(1)", "3"),
            (
                "impl Plain { fn show(&self) -> u8 { self.0 + 1 } }",
                "`f` is gone: an impl that its type may depend on was typed anew",
            ),
            ("usize::from(Plain(1).show()) + by.len()", "3"),
            (
                "f(1)",
                "error: `f` cannot be used here: an impl that its type may depend on was typed anew\n --> hook:1:1\n | f(1)\n | ^",
            ),
            ("impl Plain { const N: usize = 5; }", ""),
            ("impl Plain { const N: usize = 6; }", SECOND),
            (
                "impl std::fmt::Display for Plain { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, \"a\") } }",
                "",
            ),
            ("Plain(1).to_string()", "\"a\""),
            (
                "impl std::fmt::Display for Plain { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, \"b\") } }",
                "",
            ),
            ("Plain(1).to_string()", "\"b\""),
            ("w.0", "5"),
        ],
    );
}

#[test]
fn what_a_line_brings_into_being() {
    check(
        "one",
        &[
            (
                "{ static N: Mutex<u8> = Mutex::new(1); let mut n = N.lock().unwrap(); *n += 1; *n }",
                "2",
            ),
            (
                "{ static N: Mutex<u8> = Mutex::new(1); let mut n = N.lock().unwrap(); *n += 1; *n }",
                "2",
            ),
            (
                "{ static L: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| 1); *L }",
                "1",
            ),
            (
                "{ static L: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| 2); *L }",
                "2",
            ),
            (
                "{ thread_local!(static T: std::cell::RefCell<String> = std::cell::RefCell::new(\"a\".into())); T.with_borrow_mut(|t| { t.push('!'); t.clone() }) }",
                "\"a!\"",
            ),
            (
                "{ thread_local!(static T: std::cell::RefCell<String> = std::cell::RefCell::new(\"b\".into())); T.with_borrow_mut(|t| { t.push('!'); t.clone() }) }",
                "\"b!\"",
            ),
            ("{ struct S(usize); BOXES.lock().unwrap().push(Box::new(S(3))); }", ""),
            (
                "{ struct S(&'static u64); BOXES.lock().unwrap().iter().any(|b| b.is::<S>()) }",
                "false",
            ),
            (
                "{ fn f() -> impl Any + Send { || 3usize } BOXES.lock().unwrap().push(Box::new(f())); type_of(&f()); } fn type_of<T: Any>(_: &T) -> std::any::TypeId { std::any::TypeId::of::<T>() }",
                "",
            ),
            (
                "{ fn f() -> impl Any + Send { || &FIVE } BOXES.lock().unwrap().iter().any(|b| (**b).type_id() == type_of(&f())) }",
                "false",
            ),
        ],
    );
}

#[test]
fn kept_values_are_of_the_type_that_they_were_kept_with() {
    check(
        "both",
        &[
            ("let n: &'static u64 = &FIVE", ""),
            ("let f = move |x: i32| x + a", ""),
            ("let g = move || f(1) + 1", ""),
            ("g()", "4"),
            ("let (p, q) = (move || n, { let a = a; move || a });", ""),
            ("(*p(), q())", "(5, 2)"),
            ("let texts = words.clone()", ""),
            ("texts.first()", "Some(\"w\")"),
            ("texts.iter().max()", "Some(\"w\")"),
            ("texts.into_iter().next()", "Some(\"w\")"),
            (
                "texts.len()",
                "error: `texts` cannot be used here: an earlier line moved it out\n --> hook:1:1\n | texts.len()\n | ^^^^^",
            ),
            ("struct Here;", ""),
            ("let here = Here", ""),
            (":c\nlet c = move || n", ""),
            ("c()", "7"),
            (
                "f(1)",
                "error: `f` cannot be used here: it was made at another hook, and its type cannot be written here\n --> hook:1:1\n | f(1)\n | ^",
            ),
            (
                "here",
                "error: `here` cannot be used here: it was made at another hook, and its type cannot be written here\n --> hook:1:1\n | here\n | ^^^^",
            ),
            ("struct Here;", ""),
            ("let here = Here", ""),
            (":c\nf(1) + g()", "7"),
            ("(*p(), q())", "(5, 2)"),
            (
                "here",
                "error: `here` cannot be used here: it was made at another hook, and its type cannot be written here\n --> hook:1:1\n | here\n | ^^^^",
            ),
        ],
    );
}

/// The modules in which these types are defined are private, and a function has a type that no path names.
#[test]
fn kept_values_at_another_hook() {
    check(
        "both",
        &[
            ("let task: Option<tokio::task::JoinHandle<u8>> = None", ""),
            ("let pairs = std::collections::HashMap::from([(1, 2)]).into_iter()", ""),
            ("let max = std::cmp::max::<u8>", ""),
            (":c\nstd::cmp::max(n, 1)", "7"),
            ("(pairs.len(), task.is_none())", "(1, true)"),
            (
                "max(1, 2)",
                "error: `max` cannot be used here: it was made at another hook, and its type cannot be written here\n --> hook:1:1\n | max(1, 2)\n | ^^^",
            ),
        ],
    );
}

/// More lines than one level has.
#[test]
fn a_long_session() {
    let mut lines: Vec<(String, String)> = vec![("let f = move |x: i32| x * a".into(), String::new())];
    for n in 0..45 {
        lines.push((
            format!("struct S{n}(i32); impl S{n} {{ fn get(&self) -> i32 {{ self.0 }} }} let s = S{n}(f({n}));"),
            String::new(),
        ));
    }
    for n in 0..3 {
        lines.push((format!("s.get() + f({n})"), (88 + 2 * n).to_string()));
    }
    lines.push(("struct S1(u8);".into(), String::new()));
    for n in 0..42 {
        lines.push((format!("S1({n}).0 + 1"), (n + 1).to_string()));
    }
    lines.push(("s.get() + f(1)".into(), "90".into()));
    let lines: Vec<(&str, &str)> = lines.iter().map(|(line, answer)| (&**line, &**answer)).collect();
    check("one", &lines);
}

/// The program has no code of these functions, or none for such types.
#[test]
fn hooks_in_what_only_lines_call() {
    check(
        "one",
        &[
            ("let k = 5u64", ""),
            (
                "unused(3)\nn + k\nlet z = n * 2\nz\nunused(5)\nn + z\n:c\nz + 1",
                "8\n6\n11\n5\n7",
            ),
            (":c", "3"),
            ("generic(7i64)\n(t, 1)\n:c", "(7, 1)\n7"),
            ("generic(\"text\").len()\n(t, 2)\n:c", "(\"text\", 2)\n4"),
            ("#[hookable] fn typed(n: u8) -> u8 { let m = n + 1; hook!(); m }", ""),
            ("typed(3)\nm = n * 10\n:c", "30"),
            ("generic(k)\nt\n(t, k + 1)\n:c", "5\n(5, 6)\n5"),
            ("let v = vec![1]", ""),
            ("generic(v.len())\nv\n:c\nv", "[1]\n1\n[1]"),
            ("z + k", "11"),
        ],
    );
}

/// `:undo` says what it cannot take back, and takes no older write back instead.
#[test]
fn undo_of_kept_values() {
    check(
        "one",
        &[
            ("a = 5", ""),
            ("let y = vec![1]", ""),
            ("y.push(2); a += y.len() as i32", ""),
            ("y.iter().sum::<i32>() + a", "10"),
            ("y.push(3)", ""),
            (":undo", "y is as it was before `y.push(3)`"),
            (
                ":undo",
                "a is 5 again\ny is as it was before `y.push(2); a += y.len() as i32`",
            ),
            (":undo", "a is 2 again"),
            ("y.len() + a as usize", "3"),
            (":undo", "there is no write to undo"),
        ],
    );
}
