use super::*;

/// Statements as `kind text`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let source = parse(text).unwrap();
    let shown = source.statements.iter().map(|statement| {
        let kind = match &statement.kind {
            Kind::Item(name) => format!("item({name})"),
            Kind::Let(names) => format!("let({})", names.join(" ")),
            Kind::Expression => "expr".to_owned(),
        };
        format!(
            "{kind}{} {}",
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
    check("const { 1 }", &["expr open const { 1 }"]);
    check("unsafe { f() }", &["expr open unsafe { f() }"]);
    check("use_it()", &["expr open use_it()"]);
}

#[test]
fn lets() {
    check("let y = a + 1;", &["let(y) let y = a + 1;"]);
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
}

#[track_caller]
fn marks(text: &str, expected: &str) {
    let source = parse(text).unwrap();
    let mut shown = text.to_owned();
    for (at, mark) in source.marks.iter().rev() {
        shown.insert_str(*at, if *mark == Mark::Try { "#" } else { "@" });
    }
    assert_eq!(shown, expected);
}

#[test]
fn what_is_written_in_another_way() {
    marks("self.total + f(self)", "@self.total + f(@self)");
    marks("a.parse::<i32>()?", "a.parse::<i32>()#?");
    marks("f(g()?).h()?", "f(g()#?).h()#?");
    marks(
        "v.iter().map(|s| Ok(s.parse()?)).collect::<Result<Vec<_>, E>>()?",
        "v.iter().map(|s| Ok(s.parse()?)).collect::<Result<Vec<_>, E>>()#?",
    );
    marks("a | b()?", "a | b()#?");
    marks(
        "{ fn g() -> Option<u8> { None? } g()? }",
        "{ fn g() -> Option<u8> { None? } g()#? }",
    );
    marks("self::f()", "self::f()");
    marks("impl P { fn f(&self) {} }", "impl P { fn f(&self) {} }");
}

#[track_caller]
fn place(text: &str, expected: bool) {
    assert_eq!(parse(text).unwrap().ends_in_place, expected, "{text}");
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
fn words() {
    assert!(mentions("a + b", "a") && mentions("println!(\"{a}\")", "a") && mentions("r#type", "r#type"));
    assert!(!mentions("ab + ba", "a") && !mentions("a_", "a"));
}

#[test]
fn what_is_not_even_tokens() {
    assert!(parse("a )").is_err() && parse("\"a").is_err());
}
