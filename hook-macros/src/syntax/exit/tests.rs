//! The exits of a function, and what may be evaluated again there.

use quote::ToTokens;
use syn::ItemFn;

use super::{ExitVerdict, SettledExit, expose, settle};
use crate::syntax::function::Function;
use crate::syntax::hook::mark;

fn function(source: &str) -> Function {
    let item: ItemFn = syn::parse_str(source).expect("the test is a function");
    item.into()
}

fn settled(source: &str, verdict: ExitVerdict) -> (Function, Vec<SettledExit>) {
    let mut function = function(source);
    expose(&mut function);
    mark(&mut function.block, false, &mut Vec::new());
    let exits = settle(&mut function.block, &|_| verdict.clone());
    (function, exits)
}

/// Takes away what numbers the hooks and the bodies.
fn unmarked(text: String) -> String {
    (0..9).fold(text, |text, number| {
        let text = text.replace(&format!("# [__hookable_body ({number})] "), "");
        text.replace(&format!("__hookable_mark {number}"), "")
    })
}

/// `expect`: the text of each exit, in the order of their hooks; one that may not be evaluated again has `!` before it.
#[track_caller]
fn check(source: &str, expect: &str) {
    let (_, mut exits) = settled(source, ExitVerdict::Retries);
    exits.sort_by_key(|exit| exit.number);
    let lines: Vec<&str> = source.lines().collect();
    let text = |exit: &SettledExit| {
        let (first, last) = exit.extent;
        let text = &lines[first.start().line - 1][first.start().column..last.end().column];
        format!("{}{text}", if exit.no_retry.is_some() { "!" } else { "" })
    };
    assert_eq!(
        exits.iter().map(text).collect::<Vec<_>>().join(" | "),
        expect,
        "{source}"
    );
    // Where no hook may stand, the function is as it was.
    let (refused, exits) = settled(source, ExitVerdict::Refused);
    let text = |code: &Function| unmarked(code.to_token_stream().to_string());
    assert!(exits.is_empty());
    assert_eq!(text(&refused), text(&function(source)), "{source}");
}

#[test]
fn question_marks() {
    check("fn f() -> Result<u8, E> { let a = g()?; Ok(a) }", "g()?");
    check("fn f() -> Result<u8, E> { Ok(a(b()?)?) }", "b()? | a(b()?)?");
    check("fn f() -> impl A { a.b()?.c()? }", "a.b()? | a.b()?.c()?");
    check(
        "fn f() -> Option<u8> { let a = g()?; let b = || c()?; Some(a) }",
        "c()?",
    );
    check("fn f() -> R { async { g()? }; h(|x| x?) }", "g()? | !x? | h(|x| x?)");
    check("fn f() { m!(a?); const { a()? }; fn g() { a()? } }", "");
}

#[test]
fn what_is_returned() {
    check("fn f() -> R<u8> { if a { return Err(b); } Ok(1) }", "!Err(b)");
    check("fn f() -> R<u8> { if a { g(1) } else { return h() } }", "g(1) | h()");
    check(
        "fn f() -> R<u8> { match a { 1 => g(), 2 if b()? => { c }, _ => loop {} } }",
        "g() | b()? | !c",
    );
    check("fn f() -> R<u8> { unsafe { a.b().await } }", "a.b().await");
    for none in [
        "",
        "-> u8",
        "-> Option<u8>",
        "-> Vec<R>",
        "-> impl R",
        "-> Result<impl R, E>",
        "-> (R, R)",
        "-> !",
    ] {
        check(&format!("fn f() {none} {{ if a {{ return g() }} h() }}"), "");
    }
    check("fn f() -> R<u8> { || return g(); async { return h() }; a! {} }", "");
}

#[test]
fn what_ends_a_loop_that_is_returned() {
    check(
        "fn f() -> R<u8> { loop { if a { break g() } break Err(1); } }",
        "g() | !Err(1)",
    );
    check("fn f() -> R<u8> { 'a: { if a { break 'a g() } h() } }", "g() | h()");
    check(
        "fn f() -> R<u8> { 'a: loop { while b { for _ in c { break 'a g() } break } } }",
        "g()",
    );
    check(
        "fn f() -> R<u8> { return loop { match a { 1 => break g(), _ => break } } }",
        "g()",
    );
    check(
        "fn f() -> R<u8> { let x = loop { break g() }; loop { loop { break g() }; || loop { break g() }; 'b: { break 'b g() } } }",
        "",
    );
    check("fn f() -> u8 { loop { break g() } }", "");
}

#[test]
fn what_is_not_evaluated_again() {
    check(
        "fn f() { a[0]?; a.b?; (a)?; Err(1)?; g(err)?; }",
        "a[0]? | !a.b? | !(a)? | !Err(1)? | !g(err)?",
    );
    check(
        "fn f() { format(m!(\"{err}\"))?; g(hook!())?; }",
        "!format(m!(\"{err}\"))? | !g(hook!())?",
    );
    check(
        "fn f() { loop { g(break)?; g(|| break)?; g('a: loop { break })?; } }",
        "!g(break)? | g(|| break)? | g('a: loop { break })?",
    );
}
