use super::*;

/// Checks the statements of a line, each as `kind text`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let source = parse(text).unwrap();
    let shown = source.statements.iter().map(|statement| {
        let kind = match &statement.kind {
            LineKind::Item(name) => format!("item({name})"),
            LineKind::Let(names) => format!("let({})", names.join(" ")),
            LineKind::Expression => "expr".to_owned(),
        };
        format!(
            "{kind}{}{} {}",
            if statement.in_parentheses { "()" } else { "" },
            if statement.ended { "" } else { " open" },
            source.slice(statement)
        )
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn statements() {
    check("a + 1", &["expr open a + 1"]);
    check("a = 1; b", &["expr a = 1;", "expr open b"]);
    check(
        "for x in y { f(x) } let z = 1",
        &["expr open for x in y { f(x) }", "let(z) open let z = 1"],
    );
    check("if a { 1 } else { 2 }", &["expr open if a { 1 } else { 2 }"]);
    check("match a { _ => 1 }.max(2)", &["expr open match a { _ => 1 }.max(2)"]);
    check(";;", &[]);
    check("🦀 a", &["expr open 🦀 a"]);
}

#[test]
fn what_begins_with_a_block() {
    check("unsafe { f() } > 0", &["expr() open unsafe { f() } > 0"]);
    check("if a { 1 } else { 2 } + 1;", &["expr() if a { 1 } else { 2 } + 1;"]);
    check("{ a } as u8", &["expr() open { a } as u8"]);
    check("match a { _ => 1 } == 2", &["expr() open match a { _ => 1 } == 2"]);
    check("const { 1 }..3", &["expr() open const { 1 }..3"]);
    check("'a: { break 'a 1 } != 2", &["expr() open 'a: { break 'a 1 } != 2"]);
    check(
        "if let P { x } = p { x } else if b { 2 } else { 3 } + 1",
        &["expr() open if let P { x } = p { x } else if b { 2 } else { 3 } + 1"],
    );
    check("loop { break f }?.g()", &["expr open loop { break f }?.g()"]);
    // Rust takes these for two statements.
    check("if a { f() } *p = 5", &["expr open if a { f() }", "expr open *p = 5"]);
    check(
        "for P { x, .. } in v { f(x) } -1",
        &["expr open for P { x, .. } in v { f(x) }", "expr open -1"],
    );
    check("{ 1 }; 2", &["expr { 1 };", "expr open 2"]);
    check(
        "m! { a } m! { b }.c(); m! { d } + 1",
        &["expr open m! { a }", "expr m! { b }.c();", "expr() open m! { d } + 1"],
    );
    check("async { 1 }", &["expr open async { 1 }"]);
}

#[test]
fn items() {
    check(
        "use std::{fmt, io}",
        &["item(use std :: { fmt , io }) open use std::{fmt, io}"],
    );
    check(
        "pub fn f<T>(t: T) -> T { t } f(1)",
        &["item(value f) pub fn f<T>(t: T) -> T { t }", "expr open f(1)"],
    );
    check(
        "struct P(i32); P(1)",
        &["item(type P) struct P(i32);", "expr open P(1)"],
    );
    check(
        "#[derive(Debug)] struct P { x: i32 }",
        &["item(type P) #[derive(Debug)] struct P { x: i32 }"],
    );
    check("impl P { fn f(&self) {} }", &["item(impl P) impl P { fn f(&self) {} }"]);
    check("const N: usize = { 1 };", &["item(value N) const N: usize = { 1 };"]);
    check("const fn n() -> u8 { 1 }", &["item(value n) const fn n() -> u8 { 1 }"]);
    check("static mut X: u8 = 1;", &["item(value X) static mut X: u8 = 1;"]);
    check(
        "macro_rules! m { () => { 1 } } m!()",
        &["item(macro m) macro_rules! m { () => { 1 } }", "expr open m!()"],
    );
    check(
        "unsafe extern \"C\" { fn abs(n: i32) -> i32; } 1",
        &[
            "item(extern \"C\" { fn abs (n : i32) -> i32 ; }) unsafe extern \"C\" { fn abs(n: i32) -> i32; }",
            "expr open 1",
        ],
    );
    check("extern { fn f(); }", &["item(extern { fn f () ; }) extern { fn f(); }"]);
    check(
        "const extern \"C\" fn f() {}",
        &["item(value f) const extern \"C\" fn f() {}"],
    );
    check("const { 1 }", &["expr open const { 1 }"]);
    check("unsafe { f() }", &["expr open unsafe { f() }"]);
    check("use_it()", &["expr open use_it()"]);
}

#[test]
fn lets() {
    check("let y = a + 1;", &["let(y) let y = a + 1;"]);
    check("let y: ::a::B = 1", &["let(y) open let y: ::a::B = 1"]);
    check(
        "let (x, mut y): ::B<::C> = b",
        &["let(x y) open let (x, mut y): ::B<::C> = b"],
    );
    check(
        "let ::a::B { x: ::C(y), z }: ::D = b",
        &["let(y z) open let ::a::B { x: ::C(y), z }: ::D = b"],
    );
    check(
        "let (mut a, ref b): (i32, _) = t;",
        &["let(a b) let (mut a, ref b): (i32, _) = t;"],
    );
    check(
        "let Point { x: left, y } = p",
        &["let(left y) open let Point { x: left, y } = p"],
    );
    check(
        "let Some(v) = o else { return };",
        &["let(v) let Some(v) = o else { return };"],
    );
    check("let f = |x: i32| x == 1;", &["let(f) let f = |x: i32| x == 1;"]);
    check("let v: Vec<_> = x;", &["let(v) let v: Vec<_> = x;"]);
    check("let _ = a;", &["let() let _ = a;"]);
    check("let N = 5", &["let(N) open let N = 5"]);
    check("let (値, Σ) = t", &["let(値 Σ) open let (値, Σ) = t"]);
    check("let r#type = 1", &["let(r#type) open let r#type = 1"]);
    check(
        "let P::<u8> { X: a @ Q(b), .. } = p",
        &["let(a b) open let P::<u8> { X: a @ Q(b), .. } = p"],
    );
    check("let [A, .., Z] = v", &["let(A Z) open let [A, .., Z] = v"]);
    check(
        "let (0..=LAST | FIRST..) = n else { return }",
        &["let() open let (0..=LAST | FIRST..) = n else { return }"],
    );
    check(
        "let (None | Some(m::ONE | _)) = o",
        &["let() open let (None | Some(m::ONE | _)) = o"],
    );
}

fn is_of_module(mark: &Replacement) -> bool {
    matches!(
        mark,
        Replacement::Visible | Replacement::Within(_) | Replacement::Super | Replacement::Same
    )
}

/// Checks the text with a letter in place of each mark.
#[track_caller]
fn replacements(text: &str, expected: &str) {
    marked(text, expected, |mark| !is_of_module(mark));
}

/// Checks the text with a letter in place of what is written in another way in a module.
#[track_caller]
fn in_module(text: &str, expected: &str) {
    marked(text, expected, is_of_module);
}

#[track_caller]
fn marked(text: &str, expected: &str, shows: fn(&Replacement) -> bool) {
    let mut source = parse(text).unwrap();
    source.find_parts(["self.tick", "self.at", "self.at.x", "p.0"].into_iter());
    let mut shown = text.to_owned();
    for (bytes, mark) in source.replacements.iter().rev().filter(|(_, mark)| shows(mark)) {
        let letter = match mark {
            Replacement::Receiver => "@".to_owned(),
            Replacement::Part(name) => name.replace("__hookable_part_", "").replace("__dot__", "/"),
            Replacement::Try => "#".to_owned(),
            Replacement::MacroTry => "%".to_owned(),
            Replacement::Call | Replacement::Safepoint | Replacement::SafepointOpen | Replacement::SafepointClose => {
                String::new()
            }
            Replacement::Eager => "LAZY".to_owned(),
            Replacement::End => "END".to_owned(),
            Replacement::Return => "<".to_owned(),
            Replacement::Returned => ">".to_owned(),
            Replacement::Here(here) => format!("{here:?}"),
            Replacement::Path(path) => format!("<{path}>"),
            Replacement::Own => "[".to_owned(),
            Replacement::Owned => "]".to_owned(),
            Replacement::Await => "A".to_owned(),
            Replacement::Other(text) => text.clone(),
            Replacement::Visible => "V ".to_owned(),
            Replacement::Within(supers) => format!("W{supers}"),
            Replacement::Super => "S".to_owned(),
            Replacement::Same => "self::".to_owned(),
        };
        shown.replace_range(bytes.clone(), &letter);
    }
    assert_eq!(shown, expected);
}

#[test]
fn what_an_item_is_in_a_module() {
    in_module(
        "enum E { A } use E::*; use a::E; pub(super) use E::A as B;",
        "V enum E { A } use self::E::*; use a::E; pub(W1) use self::E::A as B;",
    );

    in_module("fn f() { g() }", "V fn f() { g() }");
    in_module("#[inline] async unsafe fn f() {}", "#[inline] V async unsafe fn f() {}");
    in_module(
        "pub fn f() {} pub(crate) const K: u8 = 1;",
        "pub fn f() {} pub(crate) const K: u8 = 1;",
    );
    in_module(
        "pub(self) fn f() {} pub(super) type A = u8;",
        "pub(W0) fn f() {} pub(W1) type A = u8;",
    );
    in_module(
        "pub(in super::super) static mut S: u8 = 1;",
        "pub(W2) static mut S: u8 = 1;",
    );
    in_module(
        "struct U; struct T(u8, #[a] pub (super::B, A<B, C>), pub(in self) D);",
        "V struct U; V struct T(V u8, #[a] pub (Ssuper::B, A<B, C>), pub(W0) D);",
    );
    in_module(
        "struct P<F: Fn(u8) -> (u8,)> where F: Fn(u8) { a: HashMap<u8, F>, b: fn() -> u8, pub c: u8, }",
        "V struct P<F: Fn(u8) -> (u8,)> where F: Fn(u8) { V a: HashMap<u8, F>, V b: fn() -> u8, pub c: u8, }",
    );
    in_module(
        "struct Q<const N: usize = { 1 }>(u8); union U { a: u8 }",
        "V struct Q<const N: usize = { 1 }>(V u8); V union U { V a: u8 }",
    );
    in_module(
        "enum E { A, B(u8), C { x: super::D } }",
        "V enum E { A, B(u8), C { x: Ssuper::D } }",
    );
    in_module(
        "trait T { fn f(); type A; } const _: () = ();",
        "V trait T { fn f(); type A; } const _: () = ();",
    );
    in_module(
        "use a::b; pub(super) use super::{c, d}; extern crate e;",
        "use a::b; pub(W1) use Ssuper::{c, d}; extern crate e;",
    );
    in_module(
        "macro_rules! m { () => { super::f() } }",
        "macro_rules! m { () => { super::f() } }",
    );
    in_module(
        "extern \"C\" { fn f(a: u8); static S: u8; } extern fn g() {}",
        "extern \"C\" { V fn f(a: u8); V static S: u8; } V extern fn g() {}",
    );
}

#[test]
fn what_an_impl_is_in_a_module() {
    in_module(
        "impl<T: for<'a> Fn(&'a u8)> P<T> { fn f(&self) {} pub fn g() {} #[a] const K: [u8; { 1 }] = [1]; mk! {} a::mk!(); type A = u8; }",
        "impl<T: for<'a> Fn(&'a u8)> P<T> { V fn f(&self) {} pub fn g() {} #[a] V const K: [u8; { 1 }] = [1]; mk! {} a::mk!(); V type A = u8; }",
    );
    in_module(
        "unsafe impl<T> Tr<T> for P { fn f() {} }",
        "unsafe impl<T> Tr<T> for P { fn f() {} }",
    );
    in_module(
        "impl P where u8: for<'a> Tr<'a> { fn f() {} }",
        "impl P where u8: for<'a> Tr<'a> { V fn f() {} }",
    );
}

#[test]
fn what_leads_out_of_a_module() {
    in_module(
        "fn f() -> super::A { vec![super::super::g()] }",
        "V fn f() -> Ssuper::A { vec![Ssuper::super::g()] }",
    );
    in_module("fn f() { self::super::g() }", "V fn f() { self::Ssuper::g() }");
    in_module(
        "mod a { use super::*; pub(super) fn f() {} pub(self) fn g() -> super::super::B {} }",
        "V mod a { use super::*; pub(W1) fn f() {} pub(self) fn g() -> Ssuper::super::B {} }",
    );
    in_module(
        "mod a { mod b { use super::super::{self, *}; pub(in super::super) struct C; pub(super) struct D; super::super::super::m!() } }",
        "V mod a { mod b { use super::super::{self, *}; pub(W2) struct C; pub(super) struct D; Ssuper::super::super::m!() } }",
    );
}

#[test]
fn awaits() {
    replacements("a.await + b.c().await?", "a.A + b.c().A#");
    replacements("f(g!(a.await, async { b.await }))", "f(g!(a.A, async { b.await }))");
    replacements("async { a.await }; (|| b.await)()", "async { a.await }; (|| b.await)()");
    replacements("async fn f() { a.await } f().await", "async fn f() { a.await } f().A");
}

#[test]
fn fields_that_are_places() {
    replacements("self.tick += 1; self.ticks", "self/tick += 1; @.ticks");
    replacements("f(self.at.x, [p.0.pow(2), p.01])", "f(self/at/x, [p/0.pow(2), p.01])");
    replacements(
        "self.tick() + q.self_.p.0 + self.at.x()",
        "@.tick() + q.self_.p.0 + self/at.x()",
    );
}

#[test]
fn what_is_written_in_another_way() {
    replacements("self.total + f(self)", "@.total + f(@)");
    replacements("a.parse::<i32>()?", "a.parse::<i32>()#");
    replacements("f(g()?).h()?", "f(g()#).h()#");
    replacements(
        "v.iter().map(|s| Ok(s.parse()?)).collect::<Result<Vec<_>, E>>()?",
        "v.iter().map(|s| Ok(s.parse()?)).collect::<Result<Vec<_>, E>>()#",
    );
    replacements("a | b()?", "a | b()#");
    replacements("None::<u8>?", "None::<u8>#");
    replacements(
        "{ fn g() -> Option<u8> { None? } g()? }",
        "{ fn g() -> Option<u8> { None? } g()# }",
    );
    replacements("self::f()", "self::f()");
    replacements("{ Some(self)?; self::f() }", "{ Some(@)#; self::f() }");
    replacements("impl P { fn f(&self) {} }", "impl P { fn f(&self) {} }");
}

#[test]
fn returns() {
    replacements("return", "END");
    replacements("let Some(x) = o else { return };", "let Some(x) = o else { END };");
    replacements("if a { return; } return f(b)?;", "if a { END; } < f(b)#>;");
    replacements(
        "match a { 1 => return b, _ => return self }",
        "match a { 1 => < b>, _ => < @> }",
    );
    replacements("return return 5", "< < 5>>");
    replacements("f(return Err::<(), _>(3), 1)", "f(< Err::<(), _>(3)>, 1)");
    replacements("f(|x| return x, || { return 1 })", "f(|x| return x, || { return 1 })");
    replacements(
        "{ fn f() { return } async { return 1 } }",
        "{ fn f() { return } async { return 1 } }",
    );
    replacements("m!(return 1)", "m!(return 1)");
}

#[test]
fn macros() {
    replacements("info!(a = ?key, b = a?)", "info!(a = ?key, b = a%)");
    replacements("info!(words, ?key, %self.x)", "info!(words, ?key, %@.x)");
    replacements("m!(a ?b c? \"d\", f()?.g, v?[0])", "m!(a ?b c? \"d\", f()%.g, v%[0])");
    replacements("vec![f(|x| x?)?]", "vec![f(|x| x?)%]");
    replacements(
        "{ macro_rules! m { ($($x:expr)?) => { $($x?)? } } }",
        "{ macro_rules! m { ($($x:expr)?) => { $($x?)? } } }",
    );
    replacements(
        "println!(\"{self:?} {{self}} {selfish} {}\", \"self\")",
        "println!(\"{@:?} {{self}} {selfish} {}\", \"self\")",
    );
    replacements("\"{self}\"", "\"{self}\"");
    replacements("f(file!(), std::line!(), ::core::column!())", "f(File, Line, Column)");
    replacements("my::file!(a) + line!(b)", "my::file!(a) + line!(b)");
    replacements("include_str!(\"../a\\x41\")", "include_str!(<../aA>)");
    let whole = if cfg!(windows) { "C:/a" } else { "/a" };
    let of_whole = format!("include_bytes!({whole:?})");
    replacements(&of_whole, &of_whole);
    let locals =
        |eager| format!("std::thread_local! {{ static A: u8 = {eager} {{ 1 }}; static B: u8 = f(const {{ 2 }}); }}");
    replacements(&locals("const"), &locals("LAZY"));
    replacements(
        &format!("fn f() {{ {} }}", locals("const")),
        &format!("fn f() {{ {} }}", locals("LAZY")),
    );
    replacements("include_str!(concat!(\"a\"))", "include_str!(concat!(\"a\"))");
}

#[test]
fn strings_that_are_written() {
    replacements("self.input = \"a\"", "@.input = [\"a\"]");
    replacements("v[0].b = r#\"a\"#;", "v[0].b = [r#\"a\"#];");
    replacements("*s = \"a\"", "*s = [\"a\"]");
    replacements("s == \"a\"", "s == \"a\"");
    replacements("s += \"a\"", "s += \"a\"");
    replacements("s = b\"a\"", "s = b\"a\"");
    replacements("s = \"a\"; 1", "s = \"a\"; 1");
}

#[track_caller]
fn place(text: &str, expected: bool) {
    assert_eq!(parse(text).unwrap().ends_in_place, expected, "{text}");
}

#[test]
fn what_only_looks() {
    let check = |text: &str, expected| assert_eq!(parse(text).unwrap().only_looks(), expected, "{text}");
    ["a", "a.b[0].c", "a[n]"].into_iter().for_each(|text| check(text, true));
    let others = ["a[{n += 1; n}]", "a[next!()]", "a[f()]", "a[n].f()"];
    others.into_iter().for_each(|text| check(text, false));
}

#[test]
fn places() {
    for text in [
        "a",
        "self.a",
        "a.0",
        "a.0.1",
        "a[1]",
        "*a",
        "**a.b()",
        "*shared.lock().unwrap()",
        "f()?.g",
        "CONFIG",
        "crate::config::TABLE",
        "v.iter().collect::<Vec<_>>()[0]",
        "(*a).b",
        "(a)",
        "let x = 1; x",
    ] {
        place(text, true);
    }
    for text in [
        "1",
        "a()",
        "a + b",
        "-a",
        "&a",
        "a as u8",
        "a.b()",
        "vec![1]",
        "[1]",
        "P { x: 1 }",
        "Kind::Unit",
        "a;",
        "0..a",
        "a..b",
        "return",
        "a = b",
        "x.await",
        "()",
        "(1, 2)",
        "|x| x",
        "match a { _ => b }",
        "",
    ] {
        place(text, false);
    }
}

#[test]
fn calls_that_may_make_items() {
    let text = "mk!(a); thread_local! { static T: u8 = 1 } vec![1]; my::mk![b].c; mk! { c }.d; f(mk!(e)); ::mk!(f)";
    let calls = ["mk!(a);", "thread_local! { static T: u8 = 1 }", "::mk!(f);"];
    assert!(parse(text).unwrap().calls().eq(calls));
    let source = ParsedLine::of_items("mk!(a); mk! { b }").unwrap();
    let names: Vec<_> = source.items().map(|(name, _)| name).collect();
    assert_eq!(names, ["call mk!(a);", "call mk! { b }"]);
}

#[test]
fn words() {
    assert!(mentions("a + b", "a") && mentions("println!(\"{a}\")", "a") && mentions("r#type", "r#type"));
    assert!(!mentions("ab + ba", "a") && !mentions("a_", "a"));
}

#[test]
fn what_is_not_even_tokens() {
    assert_eq!(
        parse("a )").unwrap_err(),
        "error: `)` closes nothing\n --> hook:1:3\n | a )\n |   ^"
    );
    assert_eq!(
        parse("f(\n(]").unwrap_err(),
        "error: `]` does not close what is open\n --> hook:2:2\n  2 | (]\n    |  ^\n    | - this is open"
    );
    assert!(parse("\"a").is_err() && parse("f(").is_err());
}

#[test]
fn words_that_are_no_members() {
    assert!(names("a + b", "a") && names("x[..a]", "a") && names("f(\"{a}\")", "a"));
    assert!(!names("b.a + b. a()", "a") && !names("ab", "a"));
}

#[test]
fn what_a_let_binds_is_not_what_it_uses() {
    let uses = |text: &str| parse(text).unwrap().uses("q");
    for text in [
        "let q = &mut s",
        "let (a, q) = f(); q.push(1); q",
        "let mut q = || b.q()",
        "let q = 1; let q = q",
        "b.q",
    ] {
        assert!(!uses(text), "{text}");
    }
    for text in [
        "q",
        "let q = q",
        "let q = &q.b",
        "f(&q); let q = 1",
        "let a = q; let q = 2",
        "let q = || { q }",
        "let q = format!(\"{q}\")",
    ] {
        assert!(uses(text), "{text}");
    }
}
