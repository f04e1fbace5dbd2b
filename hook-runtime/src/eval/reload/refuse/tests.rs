use super::super::changes::Texts;
use super::*;

fn texts(text: &str) -> Texts {
    Texts::from([("src/main.rs".into(), text.to_owned())])
}

#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    let (before, after) = (texts(before), texts(after));
    let refusals = Changes::of(&before, &after).refusals((false, false));
    let what: Vec<&str> = refusals.iter().map(|refusal| refusal.what.as_str()).collect();
    assert_eq!(what, expected, "{before:?} {after:?}");
}

#[test]
fn what_changes_the_memory_is_refused() {
    check("struct A { a: u8 }", "struct A { a: u16 }", &["struct `A`"]);
    check(
        "struct A { a: u8, b: u8 }",
        "struct A { b: u8, a: u8 }",
        &["struct `A`"],
    );
    check("struct A { a: u8 }", "struct A { pub a: u8 }", &["struct `A`"]);
    check("enum A { B }", "enum A { B, C }", &["enum `A`"]);
    check("enum A { B = 1 }", "enum A { B = 2 }", &["enum `A`"]);
    check("union A { a: u8 }", "union A { a: u16 }", &["union `A`"]);
    check("struct A(u8);", "#[repr(C)] struct A(u8);", &["struct `A`"]);
    check("static A: u8 = 1;", "static A: u8 = 2;", &["static `A`"]);
    check("static A: u8 = 1;", "static A: i8 = 1;", &["static `A`"]);
    check(
        "thread_local! { static A: u8 = 1; }",
        "thread_local! { static A: u8 = 2; }",
        &["static `A`"],
    );
    check(
        "fn f() { static A: u8 = 1; }",
        "fn f() { static A: u8 = 2; }",
        &["static `A`"],
    );
    check(
        "trait T { fn f(&self); }",
        "trait T { fn f(&self); fn g(&self); }",
        &["trait `T`"],
    );
    check(
        "trait T { fn f(&self); }",
        "trait T { fn f(&mut self); }",
        &["trait `T`"],
    );
    check("trait T {}", "trait T: Copy {}", &["trait `T`"]);
    check(
        "struct A;",
        "struct A; impl Drop for A { fn drop(&mut self) {} }",
        &["impl Drop for `A`"],
    );
    check(
        "struct A; impl Drop for A { fn drop(&mut self) {} }",
        "struct A;",
        &["impl Drop for `A`"],
    );
    check(
        "mod m { struct A { a: u8 } }",
        "mod m { struct A { a: u16 } }",
        &["struct `A`"],
    );
    check("fn f() { struct A(u8); }", "fn f() { struct A(u16); }", &["struct `A`"]);
    check("bitflags! { A }", "bitflags! { B }", &["macro `bitflags`"]);
    check(
        "macro_rules! m { () => { struct A(u8); } }",
        "macro_rules! m { () => { struct A(u16); } }",
        &["macro `m`"],
    );
}

#[test]
fn items_of_one_name_are_told_apart() {
    // Two modules, and two blocks of a function, exchange theirs.
    check(
        "mod a { struct A(u8); }\nmod b { struct A(u16); }",
        "mod a { struct A(u16); }\nmod b { struct A(u8); }",
        &["struct `A`", "struct `A`"],
    );
    check(
        "fn f() { { static A: u8 = 1; } }",
        "fn f() { { static A: u16 = 1; } { static A: u8 = 1; } }",
        &["static `A`"],
    );
    check("struct A(u8);", "struct A(u8); mod b { struct A(u16); }", &[]);
    check(
        "const _: () = { struct A(u8); };",
        "const _: () = { struct A(u16); };",
        &["struct `A`"],
    );
    check(
        "impl A { fn f() { struct A; } }",
        "impl A { fn f() { struct A; } fn g() {} }",
        &[],
    );
}

#[test]
fn types_of_impls() {
    check(
        "struct A; impl Iterator for A { type Item = u8; }",
        "struct A; impl Iterator for A { type Item = u16; }",
        &["type `Item`"],
    );
    check(
        "impl T for A { type O = u8; }\nimpl T for B { type O = u16; }",
        "impl T for A { type O = u16; }\nimpl T for B { type O = u8; }",
        &["type `O`", "type `O`"],
    );
    check(
        "impl<X> T for X { type O = u8; }",
        "impl T for A { type O = u8; } impl T for B { type O = u16; }",
        &["type `O`"],
    );
    check(
        "impl T for A { type O = u8; }",
        "impl T for A { type O = u8; } impl T for B { type O = u16; }",
        &[],
    );
}

#[test]
fn types_that_are_gone_are_remembered() {
    let (with, without) = (texts("struct A(u8); fn f() {}"), texts("fn f() {}"));
    let gone = Changes::of(&with, &without).gone();
    let refusals = |text: &str| {
        let changes = Changes::of(&without, &texts(text)).with_gone(&gone);
        changes.refusals((false, false)).len()
    };
    assert_eq!(
        [
            refusals("struct A(u16);"),
            refusals("struct A(u8);"),
            refusals("struct B(u16);")
        ],
        [1, 0, 0]
    );
}

#[test]
fn a_symbol_that_does_not_tell_the_signature() {
    let before = "#[unsafe(no_mangle)] pub extern \"C\" fn f(a: u8) -> u8 { a }";
    check(before, &before.replace("a: u8", "a: u64"), &["function `f`"]);
    check(before, &before.replace("{ a }", "{ a + 1 }"), &[]);
}

#[test]
fn what_other_crates_have_copies_of() {
    let check = |before: &str, is_library, expected: usize| {
        let after = texts(&before.replace('1', "2"));
        let refusals = Changes::of(&texts(before), &after).refusals((is_library, false));
        assert_eq!(refusals.len(), expected, "{before}");
    };
    check("pub fn f<T>(_: T) -> u8 { 1 }", true, 1);
    check("pub fn f<T>(_: T) -> u8 { 1 }", false, 0);
    check("#[inline] pub fn f() -> u8 { 1 }", true, 1);
    check("pub fn f() -> u8 { 1 }", true, 0);
    check("pub trait T { fn f(&self) -> u8 { 1 } }", true, 1);
    check("async fn f() -> u8 { 1 }", true, 1);
    check("async fn f() -> u8 { 1 }", false, 0);
    check("pub fn f() -> impl Fn() -> u8 { || 1 }", true, 1);
    check("pub fn f(a: [u8; 1]) -> u8 { 3 }", true, 1);
    check("pub fn f(a: [u8; 1]) -> u8 { 3 }", false, 0);
    check("pub(crate) fn f(a: [u8; 1]) -> u8 { 3 }", true, 0);
    check("pub fn f(a1: u8) -> u8 { a1 }", true, 0);
}

#[test]
fn functions_that_are_called_in_another_way() {
    let check = |before: &str, after: &str, expected: &[(&str, bool)]| {
        let after = texts(after);
        let resigned = Changes::of(&texts(before), &after).resigned();
        let found: Vec<(&str, bool)> = resigned
            .iter()
            .map(|resigned| (resigned.function.1.name.as_str(), resigned.attributes))
            .collect();
        assert_eq!(found, expected);
    };
    check("fn f(a: u8) {}", "fn f(a: u16) {}", &[("f", false)]);
    check("fn f(a: u8) {}", "#[track_caller] fn f(a: u8) {}", &[("f", true)]);
    check("fn f(a: u8) { 1; }", "#[inline] fn f(b: u8) { 2; }", &[]);
    check(
        "type A = u8; fn f(a: A) {} fn g() {}",
        "type A = u16; fn f(a: A) {} fn g() {}",
        &[("f", false)],
    );
    check(
        "struct A; impl A { fn f(&self) {} }",
        "struct A; impl A { fn f(self) {} }",
        &[("f", false)],
    );
    check("fn f() {}", "fn f() {} fn g(a: u8) {}", &[]);
}

#[test]
fn names_that_mean_something_else() {
    check(
        "type A = u8; struct B { a: A }",
        "type A = u16; struct B { a: A }",
        &["struct `B`"],
    );
    check(
        "const N: usize = 1; const M: usize = N; static B: [u8; M] = [0; M];",
        "const N: usize = 2; const M: usize = N; static B: [u8; M] = [0; M];",
        &["static `B`"],
    );
    check(
        "use a::A; struct B { a: A }",
        "use b::A; struct B { a: A }",
        &["struct `B`"],
    );
    check("use a::{A}; struct B { a: A }", "use a::{A, C}; struct B { a: A }", &[]);
    check("const N: u8 = 1; struct B;", "const N: u8 = 2; struct B;", &[]);
    // A macro stands for a type, in a trait too, of which the tables are kept.
    let macros = "macro_rules! a { () => { u8 } } struct B { a: a!() } trait T { fn f(&self, a: a!()); }";
    check(macros, &macros.replacen("u8", "u16", 1), &["struct `B`", "trait `T`"]);
    // A name hides another.
    let hidden = "use a::*; struct B { a: A }";
    check(hidden, &format!("{hidden} type A = u16;"), &["struct `B`"]);
    check(hidden, &format!("{hidden} use b::A;"), &["struct `B`"]);
    check(hidden, &format!("{hidden} struct A;"), &["struct `B`"]);
    check(hidden, "use b::*; struct B { a: A }", &["struct `B`"]);
    check(
        "type A = u8; use A as C; struct B(C);",
        "type A = u16; use A as C; struct B(C);",
        &["struct `B`"],
    );
    let exported = "type A = u8; #[unsafe(no_mangle)] fn f(a: A) {}";
    check(exported, &exported.replacen("u8", "u16", 1), &["function `f`"]);
    check("type A = u8;", "type A = u8; type C = u8; struct B { a: C }", &[]);
}

#[test]
fn what_changes_code_alone_is_not() {
    check("fn f() -> u8 { 1 }", "fn f() -> u8 { 2 }", &[]);
    check("fn f() -> u8 { 1 }", "fn f() -> u16 { 2 }", &[]);
    check(
        "struct A { a: u8 }",
        "/// text\n#[derive(Debug)]\nstruct A {\n a: u8\n}",
        &[],
    );
    check(
        "struct A;",
        "struct A; struct B { b: u8 } static C: u8 = 1; trait T {}",
        &[],
    );
    check("struct A; struct B;", "struct B;", &[]);
    check("trait T { fn f(&self) { 1; } }", "trait T { fn f(&self) { 2; } }", &[]);
    check("macro_rules! m { () => { 1 } }", "macro_rules! m { () => { 2 } }", &[]);
    check("", "struct A; impl Drop for A { fn drop(&mut self) {} }", &[]);
    check("struct A; impl Drop for A { fn drop(&mut self) {} }", "", &[]);
    check(
        "impl A { fn f(&self) {} }",
        "impl A { fn f(&self) {} fn g(&self) {} }",
        &[],
    );
}

#[test]
fn lengths_that_a_const_fn_gives() {
    let text =
        "const fn n() -> usize { 1 } const N: usize = n(); struct A<T>([T; N]); static B: u8 = n(); fn f() { n(); }";
    check(text, &text.replace("{ 1 }", "{ 2 }"), &["struct `A`"]);
    check(text, &text.replace("f() { n(); }", "f() {}"), &[]);
    let chain = "const fn n() -> usize { 1 } const fn m() -> usize { n() } struct A<T>([T; m()]);";
    check(chain, &chain.replace("{ 1 }", "{ 2 }"), &["struct `A`"]);
}

#[test]
fn macros_that_define_by_others() {
    let text = "macro_rules! inner { ($n:ident $t:ty) => { struct $n($t); } } macro_rules! outer { () => { inner!(A u8); } } outer!();";
    check(text, &text.replace("A u8", "A u16"), &["macro `outer`"]);
    let within = "macro_rules! inner { ($n:ident $t:ty) => { struct $n($t); } } fn f() { inner!(A u8); log!(1); }";
    check(within, &within.replace("A u8", "A u16"), &["macro `inner`"]);
    check(within, &within.replace("log!(1)", "log!(2)"), &[]);
}

#[test]
fn a_drop_that_the_code_alone_tells() {
    let drops = |before: &str, after: &str, name: &str| {
        let mut refusals = Vec::new();
        Changes::of(&texts(before), &texts(after)).drops(&[format!("demo::{name}")], &mut refusals);
        refusals.len()
    };
    assert_eq!(drops("struct A;", "#[derive(Zeroize)] struct A;", "A"), 1);
    // It is another type, or its impl stands there and was not used before.
    assert_eq!(drops("struct A;", "struct A; struct B;", "B"), 0);
    let written = "struct A; impl Drop for A { fn drop(&mut self) {} } fn f() {}";
    assert_eq!(drops(written, &written.replace("{}", "{ }"), "A"), 0);
}

#[test]
fn futures_of_optimized_code_are_refused_for_that() {
    let before = texts("async fn f() -> u8 { 1 }");
    for is_library in [true, false] {
        let refusals = Changes::of(&before, &texts("async fn f() -> u8 { 2 }")).refusals((is_library, true));
        assert!(
            refusals.iter().all(|refusal| refusal.why.contains("`opt-level = 0`")),
            "{refusals:?}"
        );
        assert_eq!(refusals.len(), 1);
    }
}
