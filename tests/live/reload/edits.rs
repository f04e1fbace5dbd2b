//! Edits that a running program follows.

/// A function of the program, in the module of that name, and how it is edited. `run` in the module gives what is
/// printed before the reload and after.
pub(super) struct Edit {
    pub(super) name: &'static str,
    /// The text, and texts in it with what takes their place.
    pub(super) text: &'static str,
    pub(super) edits: &'static [(&'static str, &'static str)],
    pub(super) prints: (&'static str, &'static str),
    /// What is said of functions of the module, with `N` for the number of a line.
    pub(super) says: &'static [&'static str],
}

pub(super) const fn edit(
    name: &'static str,
    text: &'static str,
    edits: &'static [(&'static str, &'static str)],
    prints: (&'static str, &'static str),
    says: &'static [&'static str],
) -> Edit {
    Edit {
        name,
        text,
        edits,
        prints,
        says,
    }
}

/// Edits that the running program follows.
pub(super) const FOLLOWED: &[Edit] = &[
    edit(
        "constant",
        "pub fn run() -> i32 { 1 }",
        &[("{ 1 }", "{ 2 }")],
        ("1", "2"),
        &["replaced run"],
    ),
    edit(
        "text",
        "pub fn run() -> &'static str { \"one\" }",
        &[("one", "two")],
        ("one", "two"),
        &["replaced run"],
    ),
    edit(
        "longer_text",
        "pub fn run() -> &'static str { \"one\" }",
        &[("one", "seventeen")],
        ("one", "seventeen"),
        &["replaced run"],
    ),
    edit(
        "table",
        "pub fn run() -> i32 { const T: [i32; 3] = [1, 2, 3]; T.iter().sum() }",
        &[("[1, 2, 3]", "[1, 2, 4]")],
        ("6", "7"),
        &["replaced run"],
    ),
    edit(
        "named_constant",
        "const N: i32 = 1;\npub fn run() -> i32 { N }",
        &[("= 1", "= 5")],
        ("1", "5"),
        &[],
    ),
    edit(
        "closure",
        "pub fn run() -> i32 { [1, 2].iter().map(|n| n + 1).sum() }",
        &[("n + 1", "n * 10")],
        ("5", "30"),
        &["replaced run"],
    ),
    edit(
        "captures",
        "pub fn run() -> i32 { let (a, b) = (2, 3_i64); let f = |n: i32| n * a; f(4) + b as i32 }",
        &[("n * a", "n * a + b as i32")],
        ("11", "14"),
        &["replaced run"],
    ),
    edit(
        "kept_closure",
        "use std::sync::Mutex;\nstatic KEPT: Mutex<Option<Box<dyn Fn(i32) -> i32 + Send>>> = Mutex::new(None);\n\
         pub fn run() -> String {\n    let made = make(1);\n    \
         let old = KEPT.lock().unwrap().get_or_insert_with(|| make(100))(1);\n    format!(\"{} {old}\", made(1))\n}\n\
         fn make(by: i32) -> Box<dyn Fn(i32) -> i32 + Send> { Box::new(move |n| n + by) }",
        &[("n + by", "n - by")],
        ("2 101", "0 101"),
        &["replaced make"],
    ),
    edit(
        "method",
        "struct A(i32);\nimpl A { fn get(&self) -> i32 { self.0 } }\npub fn run() -> i32 { A(3).get() }",
        &[("self.0 }", "self.0 * 2 }")],
        ("3", "6"),
        &["replaced A::get"],
    ),
    edit(
        "trait_method",
        "trait T { fn get(&self) -> i32; }\nstruct A;\nimpl T for A { fn get(&self) -> i32 { 1 } }\n\
         pub fn run() -> i32 { let t: Box<dyn T> = Box::new(A); t.get() }",
        &[("{ 1 }", "{ 4 }")],
        ("1", "4"),
        &["replaced <A as T>::get"],
    ),
    edit(
        "kept_vtable",
        "pub trait T: Send + Sync { fn get(&self) -> i32; }\nstruct A;\nimpl T for A { fn get(&self) -> i32 { 1 } }\n\
         static KEPT: std::sync::OnceLock<Box<dyn T>> = std::sync::OnceLock::new();\n\
         pub fn run() -> i32 { KEPT.get_or_init(|| Box::new(A)).get() }",
        &[("{ 1 }", "{ 4 }")],
        ("1", "4"),
        &["replaced <A as T>::get"],
    ),
    // rustc numbers impls, and so names the method in another way than before.
    edit(
        "kept_vtable_behind_an_impl",
        "pub trait T: Send + Sync { fn get(&self) -> i32; fn other(&self) -> i32 { 10 } }\npub struct A;\n\
         impl T for A { fn get(&self) -> i32 { 1 } fn other(&self) -> i32 { 20 } }\n\
         static KEPT: std::sync::OnceLock<Box<dyn T>> = std::sync::OnceLock::new();\n\
         pub fn run() -> i32 { let kept = KEPT.get_or_init(|| Box::new(A)); kept.get() + kept.other() }",
        &[
            (
                "pub struct A;",
                "pub struct A;\nimpl Clone for A { fn clone(&self) -> A { A } }",
            ),
            ("{ 1 }", "{ 4 }"),
        ],
        ("21", "24"),
        &["replaced <A as T>::get"],
    ),
    edit(
        "default_method",
        "trait T { fn get(&self) -> i32 { 1 } }\nstruct A;\nimpl T for A {}\npub fn run() -> i32 { A.get() }",
        &[("{ 1 }", "{ 9 }")],
        ("1", "9"),
        &["replaced T::get"],
    ),
    edit(
        "pointer",
        "static KEPT: std::sync::OnceLock<fn() -> i32> = std::sync::OnceLock::new();\nfn get() -> i32 { 1 }\n\
         pub fn run() -> i32 { KEPT.get_or_init(|| get)() }",
        &[("{ 1 }", "{ 8 }")],
        ("1", "8"),
        &["replaced get"],
    ),
    edit(
        "generic",
        "fn twice<T: std::ops::Add<Output = T> + Copy>(n: T) -> T { n + n }\npub fn run() -> f64 { f64::from(twice(2)) + twice(0.5) }",
        &[("n + n", "n + n + n")],
        ("5", "7.5"),
        &["replaced twice"],
    ),
    edit(
        "generic_with_closure",
        "fn apply<F: Fn(i32) -> i32>(f: F) -> i32 { f(1) }\npub fn run() -> i32 { apply(|n| n + 1) }",
        &[("n + 1", "n + 2")],
        ("2", "3"),
        &["replaced run"],
    ),
    edit(
        "signature",
        "fn get(n: u8) -> u8 { n }\npub fn run() -> String { get(7).to_string() }",
        &[("n: u8) -> u8 { n }", "n: i64) -> i64 { -n }")],
        ("7", "-7"),
        &["added get"],
    ),
    edit(
        "more_arguments",
        "fn get(a: i32) -> i32 { a }\npub fn run() -> i32 { get(1) }",
        &[
            ("get(a: i32) -> i32 { a }", "get(a: i32, b: i32) -> i32 { a + b }"),
            ("get(1)", "get(1, 20)"),
        ],
        ("1", "21"),
        &["added get", "replaced run"],
    ),
    edit(
        "new_function",
        "pub fn run() -> i32 { 1 }",
        &[("{ 1 }", "{ more() }\nfn more() -> i32 { 30 }")],
        ("1", "30"),
        &["added more", "replaced run"],
    ),
    edit(
        "new_type",
        "pub fn run() -> i32 { 1 }",
        &[(
            "{ 1 }",
            "{ let p = P { a: 3, b: 4 }; p.a * p.b }\nstruct P { a: i32, b: i32 }",
        )],
        ("1", "12"),
        &["replaced run"],
    ),
    edit(
        "new_static",
        "pub fn run() -> usize { 1 }",
        &[(
            "{ 1 }",
            "{ COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 40 }\n\
             static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(2);",
        )],
        ("1", "42"),
        &["replaced run"],
    ),
    edit(
        "new_impl",
        "struct A;\npub fn run() -> String { let _ = A; \"none\".into() }",
        &[(
            "{ let _ = A; \"none\".into() }",
            "{ A.to_string() }\nimpl std::fmt::Display for A {\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(\"shown\") }\n}",
        )],
        ("none", "shown"),
        &["added <A as core::fmt::Display>::fmt", "replaced run"],
    ),
    edit(
        "state",
        "use std::sync::atomic::{AtomicI32, Ordering};\nstatic COUNT: AtomicI32 = AtomicI32::new(10);\n\
         pub fn run() -> i32 { COUNT.fetch_add(1, Ordering::Relaxed) }",
        &[("COUNT.fetch_add(1", "1000 + COUNT.fetch_add(1")],
        ("10", "1011"),
        &["replaced run"],
    ),
    edit(
        "thread_local",
        "use std::cell::Cell;\nthread_local! { static N: Cell<i32> = const { Cell::new(5) }; }\n\
         pub fn run() -> i32 { N.set(N.get() + 1); N.get() }",
        &[("N.get() }", "-N.get() }")],
        ("6", "-7"),
        &["replaced run"],
    ),
    edit(
        "once",
        "static ONCE: std::sync::OnceLock<Vec<i32>> = std::sync::OnceLock::new();\n\
         pub fn run() -> i32 { ONCE.get_or_init(|| vec![1, 2]).iter().sum::<i32>() + 1 }",
        &[("+ 1 }", "+ 2 }"), ("vec![1, 2]", "vec![7, 7]")],
        ("4", "5"),
        &["replaced run"],
    ),
    edit(
        "recursion",
        "fn sum(n: i32) -> i32 { if n == 0 { 0 } else { n + sum(n - 1) } }\npub fn run() -> i32 { sum(4) }",
        &[("{ 0 }", "{ 100 }")],
        ("10", "110"),
        &["replaced sum"],
    ),
    edit(
        "panics",
        "pub fn run() -> &'static str {\n    let caught = std::panic::catch_unwind(|| divide(std::hint::black_box(0)));\n    \
         if caught.is_ok() { \"fine\" } else { \"caught\" }\n}\nfn divide(n: i32) -> i32 { n + 1 }",
        &[("n + 1", "1 / n")],
        ("fine", "caught"),
        &["replaced divide"],
    ),
    edit(
        "drops",
        "struct D;\nimpl Drop for D { fn drop(&mut self) { N.fetch_add(1, std::sync::atomic::Ordering::Relaxed); } }\n\
         static N: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(0);\n\
         pub fn run() -> i32 { drop(D); N.load(std::sync::atomic::Ordering::Relaxed) }",
        &[("fetch_add(1", "fetch_add(10")],
        ("1", "11"),
        &["replaced <D as core::ops::drop::Drop>::drop"],
    ),
    edit(
        "shadow",
        "pub fn run() -> i32 { let a = 1; a }",
        &[("a }", "let a = a + 1; a }")],
        ("1", "2"),
        &["replaced run"],
    ),
    edit(
        "macro_call",
        "pub fn run() -> String { format!(\"{}\", 1) }",
        &[("{}\", 1", "<{}>\", 1")],
        ("1", "<1>"),
        &["replaced run"],
    ),
    edit(
        "own_macro",
        "macro_rules! number { () => { 1 } }\npub fn run() -> i32 { number!() }",
        &[("=> { 1 }", "=> { 6 }")],
        ("1", "6"),
        &[],
    ),
    edit(
        "matches",
        "pub fn run() -> &'static str { match std::hint::black_box(3) { 0 => \"a\", 1 => \"b\", 2 => \"c\", 3 => \"d\", _ => \"e\" } }",
        &[("\"d\"", "\"x\"")],
        ("d", "x"),
        &["replaced run"],
    ),
    edit(
        "large_array",
        "pub fn run() -> u64 { let a = [1_u64; 300]; a.iter().sum() }",
        &[("[1_u64; 300]", "[2_u64; 500]")],
        ("300", "1000"),
        &["replaced run"],
    ),
    edit(
        "nested",
        "pub fn run() -> i32 { fn inner() -> i32 { 1 } inner() }",
        &[("-> i32 { 1 }", "-> i32 { 3 }")],
        ("1", "3"),
        &["replaced run::inner"],
    ),
    edit(
        "unicode",
        "pub fn run() -> i32 { let größe = 1; größe }",
        &[("größe = 1", "größe = 7")],
        ("1", "7"),
        &["replaced run"],
    ),
    edit(
        "empty",
        "fn nothing() {}\npub fn run() -> i32 { nothing(); 1 }",
        &[("1 }", "2 }")],
        ("1", "2"),
        &["replaced run"],
    ),
    edit(
        "tiny",
        "static N: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(1);\nfn tiny() {}\n\
         pub fn run() -> i32 { tiny(); N.load(std::sync::atomic::Ordering::Relaxed) }",
        &[(
            "fn tiny() {}",
            "fn tiny() { N.store(9, std::sync::atomic::Ordering::Relaxed); }",
        )],
        ("1", "9"),
        &["replaced tiny"],
    ),
    edit(
        "awaits",
        "use std::task::{Context, Poll, Waker};\nasync fn later() -> i32 { step() }\nfn step() -> i32 { 1 }\n\
         pub fn run() -> i32 {\n    let mut future = Box::pin(later());\n    \
         match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(n) => n, Poll::Pending => 0 }\n}",
        &[("{ 1 }", "{ 15 }")],
        ("1", "15"),
        &["replaced step"],
    ),
    edit(
        "async_block",
        "use std::task::{Context, Poll, Waker};\n\
         pub fn run() -> i32 {\n    let mut future = Box::pin(async { 1 });\n    \
         match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(n) => n, Poll::Pending => 0 }\n}",
        &[("async { 1 }", "async { [1_i32; 100].iter().sum::<i32>() }")],
        ("1", "100"),
        &["replaced run"],
    ),
    edit(
        "lazy",
        "static L: std::sync::LazyLock<i32> = std::sync::LazyLock::new(|| 3);\npub fn run() -> i32 { *L }",
        &[("{ *L }", "{ *L + 1 }")],
        ("3", "4"),
        &["replaced run"],
    ),
    // Of types rustc tells that they are laid out as before.
    edit(
        "another_alias",
        "type A = u8;\nstruct S { a: A, b: String }\npub fn run() -> u8 { S { a: 1, b: String::new() }.a }",
        &[("type A = u8", "type B = u8"), ("a: A", "a: B"), ("a: 1", "a: 2")],
        ("1", "2"),
        &["replaced run"],
    ),
    edit(
        "another_spelling",
        "struct S<'a> { a: Option<&'a str> }\nenum E { A(Vec<u8>) }\n\
         pub fn run() -> usize { let E::A(a) = E::A(vec![1]); S { a: Some(\"a\") }.a.map_or(0, str::len) + a.len() }",
        &[
            ("a: Option<&'a str>", "a: ::std::option::Option<&'a str>"),
            ("A(Vec<u8>)", "A(std::vec::Vec<u8>)"),
            ("+ a.len()", "+ a.len() + 5"),
        ],
        ("2", "7"),
        &["replaced run"],
    ),
    edit(
        "another_computation",
        "const N: usize = 4;\nstruct S([u8; N]);\npub fn run() -> usize { S([1; N]).0.len() }",
        &[("= 4", "= 2 + 2"), (".0.len()", ".0.len() * 2")],
        ("4", "8"),
        &["replaced run"],
    ),
    edit(
        "another_import",
        "struct S { a: std::collections::BTreeMap<u8, u8> }\npub fn run() -> usize { S { a: Default::default() }.a.len() }",
        &[
            ("struct S", "use std::collections::BTreeMap;\nstruct S"),
            ("S { a: Default::default() }", "S { a: BTreeMap::from([(1, 2)]) }"),
        ],
        ("0", "1"),
        &["replaced run"],
    ),
    edit(
        "unchanged",
        "pub fn run() -> i32 { 1 }",
        &[("pub fn run()", "/// What it is.\n#[allow(unused)]\npub fn run()")],
        ("1", "1"),
        &[],
    ),
];
