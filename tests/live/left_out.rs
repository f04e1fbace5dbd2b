//! Lines are compiled without most bodies of the crate, and call the program's own functions. That changes nothing but
//! how long they take.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"
#![deny(unused_variables, unused_imports, unreachable_code)]
#![forbid(unsafe_op_in_unsafe_fn)]
#![allow(non_local_definitions, dead_code)]
use hookable::{hook, hookable};
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

mod a {
    pub fn same(n: u32) -> u32 {
        // The bodies are no shorter than what stands for them.
        n + 1
    }
}
mod b {
    pub fn same(n: u32) -> u32 {
        n + 2
    }
    pub(crate) mod deep {
        pub fn same(n: u32) -> u32 {
            super::same(n) + 1
        }
    }
}
#[path = "odd/name of a file.rs"]
mod odd;
mod included {
    include!("included.rs");
}

struct A;
struct B {
    drops: &'static AtomicU32,
}

impl A {
    fn same(&self) -> u32 {
        10
    }
}
impl B {
    fn same(&self) -> u32 {
        20
    }
}
trait Named {
    fn name(&self) -> String;
    fn twice(&self) -> String {
        self.name() + &self.name()
    }
}
impl Named for A {
    fn name(&self) -> String {
        "a".to_owned()
    }
}
impl Named for B {
    fn name(&self) -> String {
        "b".to_owned()
    }
    fn twice(&self) -> String {
        "bb, by itself".to_owned()
    }
}
impl fmt::Display for B {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B after {}", self.drops.load(Ordering::SeqCst))
    }
}
impl Drop for B {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
    }
}
impl std::ops::Add<u32> for A {
    type Output = u32;
    fn add(self, n: u32) -> u32 {
        self.same() + n
    }
}

#[cfg(debug_assertions)]
fn chosen() -> &'static str {
    "with assertions"
}
#[cfg(not(debug_assertions))]
fn chosen() -> &'static str {
    "without assertions"
}

const fn constant(n: u32) -> u32 {
    n * 2
}
const LIMIT: u32 = constant(21);
static LENGTH: u32 = constant(LIMIT) + 1;

fn counted() -> u32 {
    static TIMES: AtomicU32 = AtomicU32::new(0);
    TIMES.fetch_add(1, Ordering::SeqCst) + 1
}

#[track_caller]
fn place() -> String {
    let place = std::panic::Location::caller();
    format!("{}:{}", place.file(), place.line())
}

fn placed() -> String {
    place()
}

extern "C" fn foreign(n: u32) -> u32 {
    n + 100
}

#[unsafe(no_mangle)]
extern "C" fn left_out_unmangled(n: u32) -> u32 {
    n + 200
}

unsafe fn dangerous(n: *const u32) -> u32 {
    // SAFETY: the tests give an address of a number.
    unsafe { *n }
}

fn diverges(why: &str) -> ! {
    panic!("diverged: {why}")
}

fn even(n: u32) -> bool {
    n == 0 || odd_number(n - 1)
}
fn odd_number(n: u32) -> bool {
    n != 0 && even(n - 1)
}

fn nested(n: u32) -> u32 {
    fn helper(n: u32) -> u32 {
        n + 1000
    }
    helper(n)
}
fn nested_too(n: u32) -> u32 {
    fn helper(n: u32) -> u32 {
        n + 2000
    }
    helper(n)
}

fn closure(n: u32) -> Box<dyn Fn(u32) -> u32> {
    Box::new(move |m| m + n)
}
fn hidden(n: u32) -> impl Fn(u32) -> u32 {
    move |m| m * n
}
fn generic<T: fmt::Display>(value: T) -> String {
    format!("<{}>", described(&value))
}
fn described(value: &dyn fmt::Display) -> String {
    value.to_string().to_uppercase()
}

macro_rules! implement {
    ($ty:ty) => {
        impl Default for $ty {
            fn default() -> Self {
                A
            }
        }
    };
}
fn has_an_impl_in_it() {
    implement!(A);
    fn within() -> A {
        A
    }
    within();
}

fn only_a_line_calls(n: u32) -> u32 {
    static TIMES: AtomicU32 = AtomicU32::new(0);
    TIMES.fetch_add(1, Ordering::SeqCst) * 100 + only_that_calls(n)
}
fn only_that_calls(n: u32) -> u32 {
    a::same(n) + b::same(n)
}

type Function = fn(u32) -> u32;
static FUNCTIONS: [Function; 3] = [a::same, b::same, nested];

fn is_of_program(function: Function) -> bool {
    FUNCTIONS.iter().any(|known| *known as usize == function as usize)
}

/// Nothing that is left in the copy calls it.
fn leads_to_the_hook(n: u32) -> u32 {
    let found = stop(n, &A);
    found + 1
}

#[hookable]
fn stop(n: u32, a: &A) -> u32 {
    static DROPS: AtomicU32 = AtomicU32::new(0);
    let b = B { drops: &DROPS };
    hook!();
    println!("{n} {} {} {}", a.twice(), b, counted());
    n
}

impl Named for u8 {
    #[hookable]
    fn name(&self) -> String {
        let name = format!("the number {self}");
        hook!();
        name
    }
}

#[hookable]
fn stop_with<T: fmt::Debug>(value: T) -> u32 {
    let text = format!("{value:?}");
    hook!();
    text.len() as u32
}

fn leads_to_the_generic_one() -> u32 {
    let value = Some(1);
    stop_with(value) + 1
}

#[hookable]
async fn wait(n: u32) -> u32 {
    let m = a::same(n);
    hook!();
    m
}

fn leads_to_the_future() -> u32 {
    let mut future = std::pin::pin!(wait(1));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(n) = future.as_mut().poll(&mut context) {
            return n;
        }
    }
}

fn all() {
    let uses: [u32; 6] = [
        a::same(1),
        b::deep::same(1),
        A.same(),
        LENGTH,
        foreign(1) + left_out_unmangled(1),
        odd::same(1) + included::same(1),
    ];
    println!("{uses:?} {} {} {}", chosen(), placed(), even(4));
    let n = 5;
    // SAFETY: it is the address of a number.
    println!("{} {}", nested_too(1), unsafe { dangerous(&n) });
    println!("{} {} {}", closure(1)(2), hidden(2)(3), generic(5) + &generic("five"));
    println!("{} {}", A + 1, is_of_program(nested));
    has_an_impl_in_it();
    println!("{}", leads_to_the_hook(7));
    println!("{}", 3_u8.name());
    println!("{}", leads_to_the_generic_one());
    println!("{}", leads_to_the_future());
    if counted() > 1000 {
        diverges("the end");
    }
}

fn main() {
    all();
    println!("{}", chosen());
}
"#;

/// Each line at each of the hooks is what the program's own functions make of it.
const AT_STOP: [(&str, &str); 34] = [
    (
        "n",
        "[2, 4, 10, 85, 302, 702] with assertions src/main.rs:109 true\n2001 5\n3 6 <5><FIVE>\n11 true\n7",
    ),
    ("(a::same(n), b::same(n), b::deep::same(n))", "(8, 9, 10)"),
    ("(odd::same(n), included::same(n))", "(307, 407)"),
    ("(a.same(), b.same(), a.name(), b.name())", "(10, 20, \"a\", \"b\")"),
    ("a.twice() + &b.twice()", "\"aabb, by itself\""),
    ("[&A as &dyn Named, &b].map(|named| named.name())", "[\"a\", \"b\"]"),
    ("b.to_string()", "\"B after 0\""),
    ("drop(B { drops: b.drops })", ""),
    ("format!(\"{b}\")", "\"B after 1\""),
    ("A + 5", "15"),
    ("chosen()", "\"with assertions\""),
    ("(constant(4), LIMIT, LENGTH)", "(8, 42, 85)"),
    ("const { constant(LIMIT) }", "84"),
    ("counted()", "1"),
    ("counted() + counted()", "5"),
    ("placed()", "\"src/main.rs:109\""),
    ("foreign(n)", "107"),
    ("left_out_unmangled(n)", "207"),
    ("unsafe { dangerous(&n) }", "7"),
    (
        "diverges(\"here\")",
        "the line panicked: diverged: here\n --> src/main.rs:127:5",
    ),
    ("(even(10), even(7), odd_number(7))", "(true, false, true)"),
    ("(nested(1), nested_too(1))", "(1001, 2001)"),
    ("closure(3)(4)", "7"),
    ("hidden(3)(4)", "12"),
    (
        "(generic('x'), generic(1.5), generic(&*b.name()))",
        "(\"<X>\", \"<1.5>\", \"<B>\")",
    ),
    ("<A as Default>::default().same()", "10"),
    ("only_a_line_calls(1)", "5"),
    ("only_that_calls(2)", "7"),
    ("is_of_program(a::same)", "true"),
    ("is_of_program(nested) && !is_of_program(nested_too)", "true"),
    (
        "(b::same as Function as usize == FUNCTIONS[1] as usize, 1)",
        "(true, 1)",
    ),
    ("std::thread::spawn(|| a::same(1)).join().unwrap()", "2"),
    ("[3, 1, 2].map(b::same)", "[5, 3, 4]"),
    (":c", "7 aa B after 1 4\n8"),
];
const AT_NAME: [(&str, &str); 2] = [
    ("name.len() as u32 + a::same(u32::from(*self))", "16"),
    (":c", "the number 3"),
];
const AT_GENERIC: [(&str, &str); 3] = [
    ("text.len() as u32 + b::same(1)", "10"),
    ("generic(text.as_str())", "\"<SOME(1)>\""),
    (":c", "8"),
];
const AT_FUTURE: [(&str, &str); 1] = [("m + nested(n)", "1003")];

fn package(name: &str) -> Package {
    Package::new(name)
        .file(
            "src/odd/name of a file.rs",
            "pub fn same(n: u32) -> u32 {\n    n + 300\n}\n",
        )
        .file("src/included.rs", "pub fn same(n: u32) -> u32 {\n    n + 400\n}\n")
        .main(MAIN)
}

fn check(name: &str, profile: &str, options: &[&str]) {
    let package = package(name);
    let mut build = package.cargo(&["rustc", "-q"]);
    build.args(options);
    succeeds(&mut build);
    let lines: Vec<(&str, &str)> = [&AT_STOP[..], &AT_NAME, &AT_GENERIC, &AT_FUTURE].concat();
    typed(
        &mut merged(&package.executable(profile), &[]),
        &lines,
        "2\nwith assertions",
    );
}

#[test]
fn what_a_line_calls_is_the_programs() {
    check("live_left_out", "debug", &[]);
}
