//! Each kind of line means what it means in Rust, and what is wrong with one is said as rustc says it.

use super::{merged, typed};
use crate::support::{Package, program, succeeds};

const END: &str = "1 [1, 2] Swap { x: 1, y: 2 } Id(1) 1 1s Order { customer: \"\", cache: 0 } 10 None";

#[track_caller]
fn check(lines: &[(&str, &str)], end: &str) {
    typed(&mut merged(&program("typed"), &[]), lines, end);
}

#[test]
fn a_write_means_what_rust_means() {
    check(
        &[
            ("a = LIMIT", ""),
            ("a", "5"),
            ("a = i32::MAX", ""),
            ("v = vec![LIMIT, a]", ""),
            ("swap = Swap { x: 10, y: 20 }", ""),
            ("swap", "Swap { x: 10, y: 20 }"),
            ("swap = {\"x\": 7, \"y\": 8}", ""),
            ("id = Id(5)", ""),
            ("w = Wrapping(9)", ""),
            ("w = w + Wrapping(250)", ""),
            ("d = Duration::MAX", ""),
            ("d = Duration::from_millis(1)", ""),
            ("order = Order { customer: \"a\".into(), cache: 2 }", ""),
            ("order.customer", "\"a\""),
            ("order.customer = \"hooked\"", ""),
            ("o = if yes { Some(a) } else { None }", ""),
            (
                "a = 300_u8",
                "expected i32, found u8\n --> hook:1:5\n | a = 300_u8\n |     ^^^^^^",
            ),
        ],
        "2147483647 [5, 2147483647] Swap { x: 8, y: 7 } Id(5) 3 1ms Order { customer: \"hooked\", cache: 2 } 10 Some(2147483647)",
    );
}

#[test]
fn names() {
    check(
        &[
            ("let N = 5", ""),
            ("N", "5"),
            ("let (値, Q) = (3, \"q\")", ""),
            ("値 + N", "8"),
            ("Q", "\"q\""),
            ("let (LIMIT, x) = (5, 6) else { panic!() }", ""),
            ("x + LIMIT", "11"),
            ("let (low | _) = 4", ""),
            ("low", "3"),
            ("r#type", "10"),
            ("r#type + 1", "11"),
            ("r#type += 1", ""),
            ("let k = r#type", ""),
            ("let r#match = k; r#match", "11"),
            ("r#match", "11"),
            ("let r#plain = 1", ""),
            ("plain", "1"),
            (":type r#type + 1", "i32"),
        ],
        &END.replace("10", "11"),
    );
}

#[test]
fn expressions_and_items() {
    check(
        &[
            ("unsafe { danger() } > 0", "true"),
            ("if yes { 1 } else { 2 } + 1", "2"),
            ("match a { 1 => 5, _ => 6 } == 5", "true"),
            ("{ a } as u8", "1"),
            (
                "{ 1 } - 1; 7",
                "error[E0308]: mismatched types\n --> hook:1:3\n | { 1 } - 1; 7\n |   ^ expected `()`, found integer\n  = help: you might have meant to return this value: `{ return 1; } - 1; 7`",
            ),
            ("#[derive(Debug, Clone)]\nstruct T {\n  n: i32\n}", ""),
            ("T { n: 1 }.clone()", "T { n: 1 }"),
            ("let s = \"one\n  two\";", ""),
            ("s.len()", "9"),
            ("fn twice(n: i32) -> i32\n{ n * 2 }", ""),
            ("twice(4)", "8"),
            ("unsafe extern \"C\" { safe fn abs(n: i32) -> i32; }", ""),
            ("abs(-3)", "3"),
            ("::std::mem::size_of::<u16>()", "2"),
            ("file!()", "\"src/bin/typed.rs\""),
            ("line!()", "107"),
            ("std::column!()", "5"),
            (
                "include_str!(\"typed.rs\").len() == include_bytes!(\"../bin/typed.rs\").len()",
                "true",
            ),
            ("println!(\"{}\", parsed(\"12\")?)", "12"),
            (
                "println!(\"{}\", parsed(\"x\")?)",
                "Err(ParseIntError { kind: InvalidDigit })",
            ),
            ("println!(\"{}\", maybe(a)? + maybe(0)?)", "None"),
        ],
        END,
    );
}

#[test]
fn items_that_macros_make() {
    check(
        &[
            (
                "thread_local! { static T: std::cell::Cell<u32> = const { std::cell::Cell::new(3) }; }",
                "",
            ),
            ("T.get()", "3"),
            ("T.set(4)", ""),
            ("T.get()", "4"),
            ("macro_rules! mk { ($n:ident) => { fn $n() -> i32 { 1 } } }", ""),
            ("mk!(hello);", ""),
            ("mk!(again)", ""),
            ("hello() + again()", "2"),
            ("macro_rules! say { ($n:expr) => { println!(\"said {}\", $n) } }", ""),
            ("say!(a);", "said 1"),
            ("macro_rules! more { ($n:expr) => { a + $n } }", ""),
            (
                "more!(2)",
                "error: `a` cannot be used here: the macro means the variable of the function itself, which no line reaches\n \
                 --> hook:1:1\n | more!(2)\n | ^^^^^^^^\n  = help: a macro that is given `a` can use it",
            ),
            (
                "nothing",
                "error[E0425]: cannot find value `nothing` in this scope\n --> hook:1:1\n | nothing\n | ^^^^^^^ not found in this scope",
            ),
            ("a + 1", "2"),
        ],
        END,
    );
}

#[test]
fn what_ends_a_line() {
    check(
        &[
            ("let Some(x) = maybe(a) else { return };", ""),
            ("x", "1"),
            (
                "let Some(y) = maybe(-a) else { panic!(\"none\") };",
                "the line panicked: none\n --> hook:1:32",
            ),
            (
                "y",
                "error[E0425]: cannot find value `y` in this scope\n --> hook:1:1\n | y\n | ^ not found in this scope",
            ),
            ("if !yes { return } 5", "5"),
            ("macro_rules! fail { ($why:literal) => { return Err($why) } }", ""),
            (
                "fail!(\"why\")",
                "error: a macro in this line returns an error, which is not of the type that the function returns",
            ),
            ("parsed(\"x\")?; 5", "Err(ParseIntError { kind: InvalidDigit })"),
            (
                "a, yes",
                "error: expected one of `!`, `.`, `::`, `;`, `?`, `{`, `}`, or an operator, found `,`\n --> hook:1:2\n | a, yes\n |  ^ expected one of 8 possible tokens",
            ),
            (
                "'ab'",
                "error: character literal may only contain one codepoint\n --> hook:1:1\n | 'ab'\n | ^^^^\n  = help: if you meant to write a string literal, use double quotes: `\"ab\"`",
            ),
            (
                "break",
                "error: `break` outside of a loop\n --> hook:1:1\n | break\n | ^^^^^\na command begins with a colon: `:break`",
            ),
        ],
        END,
    );
}

#[test]
fn what_is_wrong() {
    let trait_hint = "error[E0599]: no method named `area` found for struct `Swap` in the current scope\n --> hook:1:6\n | swap.area()\n |      ^^^^ method not found in `Swap`\n  = help: items from traits can only be used if the trait is in scope\n  = help: trait `Area` which provides `area` is implemented but not in scope; perhaps you want to import it: `use crate::shapes::Area;`";
    check(
        &[
            (
                "let x: u8 = 300",
                "error: literal out of range for `u8`\n --> hook:1:13\n | let x: u8 = 300\n |             ^^^\n  = note: the literal `300` does not fit into the type `u8` whose range is `0..=255`\n  = note: `#[deny(overflowing_literals)]` on by default",
            ),
            (
                "[1][3]",
                "error: this operation will panic at runtime\n --> hook:1:1\n | [1][3]\n | ^^^^^^ index out of bounds: the length is 1 but the index is 3\n  = note: `#[deny(unconditional_panic)]` on by default",
            ),
            (
                "255_u8 + 1",
                "error: this arithmetic operation will overflow\n --> hook:1:1\n | 255_u8 + 1\n | ^^^^^^^^^^ attempt to compute `u8::MAX + 1_u8`, which would overflow\n  = note: `#[deny(arithmetic_overflow)]` on by default",
            ),
            ("#[allow(overflowing_literals)] let small: u8 = 300", ""),
            ("let unused = a; let _A = 1;", ""),
            (")", "error: `)` closes nothing\n --> hook:1:1\n | )\n | ^"),
            (
                "(a]",
                "error: `]` does not close what is open\n --> hook:1:3\n | (a]\n |   ^\n | - this is open",
            ),
            (
                "\"\\q\"",
                "error: unknown character escape: `q`\n --> hook:1:3\n | \"\\q\"\n |   ^ unknown character escape\n  = help: for more information, visit <https://doc.rust-lang.org/reference/tokens.html#literals>\n  = help: if you meant to write a literal backslash (perhaps escaping in a regular expression), consider a raw string literal: `r\"\\q\"`",
            ),
            (
                "self",
                "error: there is no `self` at this hook\n --> hook:1:1\n | self\n | ^^^^",
            ),
            (
                "let m = self.mode + \"ä\".len()",
                "error: there is no `self` at this hook\n --> hook:1:9\n | let m = self.mode + \"ä\".len()\n |         ^^^^",
            ),
            (
                "a?",
                "error[E0277]: the `?` operator can only be applied to values that implement `Try`\n --> hook:1:1\n | a?\n | ^^ the `?` operator cannot be applied to type `i32`\n  = help: the nightly-only, unstable trait `Try` is not implemented for `i32`\n`?a` shows type and value, `:doc a` and `:source a` what it is",
            ),
            ("swap.area()", trait_hint),
            ("use shapes::Area", ""),
            ("swap.area()", "2"),
            (
                "BTreeSet::from([1])",
                "error[E0433]: cannot find type `BTreeSet` in this scope\n --> hook:1:1\n | BTreeSet::from([1])\n | ^^^^^^^^ use of undeclared type `BTreeSet`\n  = help: consider importing this struct: `use std::collections::BTreeSet;`",
            ),
        ],
        END,
    );
}

#[test]
fn the_receiver_in_macros() {
    typed(
        &mut merged(&program("typed"), &["method"]),
        &[
            ("println!(\"{}\", self.ready)", "false"),
            (
                "assert!(self.ready)",
                "the line panicked: assertion failed: self.ready\n --> hook:1:1",
            ),
            ("dbg!(self.ready)", "[hook] self.ready = false\nfalse"),
            ("self.ready = true", ""),
        ],
        "true",
    );
}

#[test]
fn futures() {
    check(
        &[
            ("let fut = async move { a + 4 };", ""),
            (
                "fut",
                "<main::{{closure}}>\nmain::{{closure}} has neither Debug nor Display",
            ),
            ("let mut fut = Box::pin(fut);", ""),
            ("use std::{future::Future, task::{Context, Waker}};", ""),
            ("fut.as_mut().poll(&mut Context::from_waker(Waker::noop()))", "Ready(5)"),
        ],
        END,
    );
}

#[test]
fn what_only_bounds_tell() {
    typed(
        &mut merged(&program("typed"), &["generic"]),
        &[
            ("v", "'c'"),
            ("&self.0", "1.5"),
            ("self.1.clone()", "\"b\""),
            ("Some(Some(self.1.clone()))", "Some(Some(\"b\"))"),
            ("Ok::<_, ()>(self.1.clone())", "Ok(\"b\")"),
            ("5", "5"),
        ],
        "",
    );
}

const MACROS: &str = r#"
use hookable::{hook, hookable};

macro_rules! stop {
    () => {
        hook!()
    };
}

macro_rules! squared {
    ($e:expr) => {{
        let e = $e;
        hook!();
        e * e
    }};
}

#[hookable]
fn main() {
    let n = 2;
    squared!(n);
    let m = squared!(n + 1);
    stop!();
    println!("{n} {m}");
}
"#;

/// A hook that comes out of a macro of the program does nothing where a line calls the macro.
#[test]
fn macros_with_hooks() {
    let package = Package::new("live_macros").main(MACROS);
    succeeds(&mut package.cargo(&["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            ("stop!()", ""),
            ("squared!(n + 2)", "16"),
            ("fn g(a: i32) -> i32 { stop!(); squared!(a) }", ""),
            ("g(3)", "9"),
            ("#[hookable] fn h(a: i32) -> i32 { stop!(); a }", ""),
            ("h(4)", "4"),
            (":c\nn", "2"),
            (":c\nsquared!(m)", "81"),
        ],
        "2 9",
    );
}
