//! What rustc and clippy say of a function with hooks: what they say without.

use crate::support::{Package, run};

const SOURCE: &str = r#"use hookable::{hook, hookable};
#[hookable] fn forever(n: u64) -> u64 { hook!(); forever(n + 1) }
#[hookable] fn owned(n: u64) { let s = n.to_string(); hook!(); owned(1); drop(s); }
pub struct S;
#[hookable] impl S { fn f(&self, a: &str) -> usize { if a.is_empty() { hook!(); self.f("x") } else { self.f("y") } } }
#[hookable] fn after(n: u64) -> u64 { return n; hook!(); } #[hookable] fn after_in(v: Vec<u64>) { for x in v { after(x); return; hook!(); } }
#[hookable] fn after_an_if(n: u64) -> u64 { if n > 2 { return n } else { return 1 } hook!("n {n}"); }
fn drop_of(s: String) -> usize { s.len() }
#[hookable] impl S { fn drop_of(self) -> usize { hook!(); drop_of(String::new()) } }
#[hookable] impl S { fn drop(self) { hook!(); drop(String::new()) } }
#[hookable] #[expect(unused_variables)] fn unused(arg: i32) { hook!(); }
#[expect(unused_variables, dead_code, reason = "why")] #[hookable] fn unused_too(arg: i32) { hook!(); }
#[hookable] fn unused_inside(a: i32) { #![expect(unused_variables)] hook!(); }
#[expect(unused)] #[hookable] impl S { fn g(a: i32) { hook!(); } }
#[hookable] fn unused_locals() {
    #[expect(unused_mut)] let mut x = 1;
    #[expect(unused_assignments)] let mut y = 1;
    hook!();
    y = 2;
    println!("{x} {y}");
}
#[hookable] fn suggests() { let o = Some(1); for x in o { hook!(); println!("{x}"); } }
#[hookable] fn guards(x: i32) -> bool { match x { n if { hook!(); n > 1 } => true, _ if { hook!(); true } => false, _ => false } }
#[hookable] fn by_path(n: u8) -> u8 { let v = vec![n]; hook!(); crate::by_path(v[0]) }
trait T { fn t(&self, s: String) -> usize; }
#[hookable] impl T for S { fn t(&self, s: String) -> usize { hook!(); T::t(self, s) } }
#[hookable] impl S { fn typed(o: &S, s: String) -> usize { let s = s; hook!(); S::typed(o, s) } }
#[hookable] fn never(v: &mut Vec<u8>) -> ! { hook!(); v.push(1); never(v) }
fn main() {
    (forever(1), owned(1), S.f(""), after(1), after_an_if(1), S.drop_of(), S.drop());
    (after_in(vec![1]), unused(1), unused_inside(1), S::g(1), unused_locals(), suggests(), guards(1));
    (by_path(1), S.t(String::new()), S::typed(&S, String::new()));
    never(&mut Vec::new());
}
"#;

/// The line of each warning, and its text.
const SAID: &str = "
    2: function cannot return without recursing
    3: function cannot return without recursing
    5: function cannot return without recursing
    6: unreachable statement
    6: unreachable statement
    7: unreachable statement
    22: for loop over an `Option`. This is more readably written as an `if let` statement
    24: function cannot return without recursing
    26: function cannot return without recursing
    27: function cannot return without recursing
    28: function cannot return without recursing";

/// What cargo says; the line of each warning in it, and its text.
fn warnings(package: &Package, args: &[&str]) -> (String, Vec<(usize, String)>) {
    let said = run(&mut package.cargo(args), "").stderr;
    let pairs = said.lines().zip(said.lines().skip(1));
    let found = pairs.filter_map(|(text, place)| {
        let text = text.strip_prefix("warning: ")?;
        let place = place.trim_start().strip_prefix("--> ")?;
        Some((place.split(':').nth(1)?.parse().ok()?, text.to_owned()))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    (said, found)
}

#[track_caller]
fn check(package: &Package, args: &[&str]) {
    let (said, warnings) = warnings(package, args);
    let found: String = warnings
        .iter()
        .map(|(line, text)| format!("\n    {line}: {text}"))
        .collect();
    assert_eq!(found, SAID, "{args:?}\n{said}");
    assert!(said.contains("while let Some(x) = o"), "{said}");
}

#[test]
fn in_every_kind_of_build() {
    let package = Package::new("lints").main(SOURCE);
    for args in [&["build"][..], &["check"], &["build", "--release"]] {
        check(&package, args);
    }
    check(
        &Package::new("lints_off")
            .features(", default-features = false")
            .main(SOURCE),
        &["build"],
    );
}

/// Nothing for clippy to say, however much it is asked.
#[test]
fn of_clippy() {
    let source = r#"//! A program.
        #![warn(clippy::pedantic, clippy::nursery, clippy::restriction, unused)]
        #![allow(clippy::blanket_clippy_restriction_lints, clippy::implicit_return, clippy::print_stdout, clippy::arithmetic_side_effects)]
        use hookable::{hook, hookable};
        /// It takes anything.
        fn take<T>(_: T) {}
        /// A guard, a unit, a condition.
        #[hookable]
        fn names(given: i32) -> i32 {
            let _guard = String::new();
            let only_for_the_hook = given;
            hook!();
            take(hook!());
            take({
                hook!("given {given}", when = given > 1_i32, every = 2);
                given
            });
            let closure = |inner: i32| {
                hook!();
                inner
            };
            closure(given)
        }
        fn main() {
            take(names(1_i32));
        }"#;
    let plain = source
        .replace("#[hookable]", "")
        .replace("use hookable::{hook, hookable};", "")
        .replace("hook!()", "()")
        .replace("let only_for_the_hook = given;", "");
    let plain = plain.replace("hook!(\"given {given}\", when = given > 1_i32, every = 2);", "");
    let clippy = |name: &str, source: &str| {
        let (_, warnings) = warnings(&Package::new(name).main(source), &["clippy"]);
        let texts = warnings.into_iter().map(|(_, text)| text);
        texts.collect::<std::collections::BTreeSet<_>>()
    };
    let (plain, hooked) = (clippy("clippy_plain", &plain), clippy("clippy_hooked", source));
    assert!(!plain.is_empty());
    let new: Vec<_> = hooked.difference(&plain).collect();
    assert!(new.is_empty(), "{new:?}");
}
