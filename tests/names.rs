//! Whatever `hook!`, its attribute and its crate are called, and whoever else is called so.

use crate::support::hits::{Hit, record};
use crate::support::{Package, bare, cargo, run, succeeds};

/// A crate that re-exports ours, and has a macro with a hook in it.
const FACADE: &str = r#"
pub use hookable;
pub mod all { pub use hookable::*; }
pub mod prelude { pub use hookable::{hook as pause, hookable as pausable}; }
#[macro_export]
macro_rules! checkpoint { ($($t:tt)*) => { $crate::hookable::hook!($($t)*) } }
"#;

const RENAMED: &str = r#"#![deny(warnings)]
use facade::prelude::*;
use hk as dbg;
use hk::{hook as stop, hookable};
mod inner { pub use hk::hook as halt; }
use inner::*;

macro_rules! look { () => { hk::hook!() }; ($e:expr) => {{ let value = $e; hk::hook!(); value }} }
macro_rules! define { ($n:ident, $e:expr) => { let $n = $e; hk::hook!(); } }
macro_rules! nested { ($($t:tt)*) => { look!(); $($t)* } }
macro_rules! plainly { () => { hk::hook!() } }
macro_rules! check { ($e:expr) => { if $e { Ok(()) } else { Err(stringify!($e)) } } }

#[hookable]
fn by_use(a: i32) -> i32 {
    let only_for_the_hook = 2;
    stop!("a is {a}", when = a > 0);
    a
}
#[hk::hookable]
fn by_path(a: i32) { hk::hook!(); dbg::hook!(); ::hk::hook!(read_only); self::inner::halt!(); let _ = a; }
#[pausable]
fn by_prelude(a: i32) { pause!(); halt![]; let _ = a; }
#[dbg::hookable]
fn by_facade(a: i32) { facade::hookable::hook!(); let s = String::from("x"); facade::checkpoint!("{a}"); drop(s); }
#[hookable(crate = facade::hookable)]
fn by_root(a: i32) { facade::hookable::hook!(); let _ = a; }
#[hookable(crate = "facade::hookable")]
fn by_root_in_quotes(a: i32) { stop!(); let _ = a; }

#[hookable(crate = facade::all)]
fn by_glob(a: i32) { facade::all::hook!(); let _ = a; }

#[hookable]
fn out_of_macros(a: i32) -> i32 {
    let words = vec!["x".to_string()];
    look!();
    let n = look!(a + 1);
    define!(m, n + 1);
    nested!(println!("{m}"););
    drop(words);
    let f = |x: i32| look!(x + 1);
    let g = |x: i32| { let y = x; look!(); y };
    println!("{}", look!(a));
    f(1) + g(2) + { let z = 1; look!(z) }
}
struct S { n: u8 }
#[hookable]
impl S { fn method(&mut self) { look!(); self.n += 1; } }
#[hookable]
fn text(n: i32) { println!("{:?}", check!({ stop!(); n > 5 })); }
fn unhooked() { plainly!(); }
#[hookable]
fn hooked(a: i32) { plainly!(); let _ = a; }

#[hookable]
#[hookable]
#[hk::hookable]
fn thrice(a: i32) { stop!(); println!("{}", { stop!(); a }); }

#[hookable]
fn outer(a: i32) {
    struct In;
    #[hookable]
    impl In { fn f(&self, b: i32) { stop!(); let _ = b; } }
    #[hookable]
    trait Tr { fn g(&self, c: i32) { stop!(); let _ = c; } }
    impl Tr for In {}
    #[hookable]
    mod m { pub fn h(d: i32) { ::hk::hook!(); let _ = d; } }
    #[pausable]
    fn k(e: i32) { stop!(); let _ = e; }
    stop!();
    In.f(a);
    In.g(a);
    m::h(a);
    k(a);
}

fn main() {
    by_use(1);
    by_path(1);
    by_prelude(1);
    by_facade(1);
    by_root(1);
    by_root_in_quotes(1);
    by_glob(1);
    out_of_macros(1);
    S { n: 0 }.method();
    text(1);
    unhooked();
    hooked(1);
    thrice(1);
    outer(1);
}
"#;

/// The function of each hit, and the locals that have a value.
const RENAMED_HITS: &str = "by_use a only_for_the_hook | by_path a | by_path a | by_path a | by_path a | by_prelude a | by_prelude a | \
    by_facade a | by_facade a s | by_root a | by_root_in_quotes a | by_glob a | \
    out_of_macros a words | out_of_macros a words | out_of_macros a words n | out_of_macros a words n m | \
    out_of_macros a n m | out_of_macros x | out_of_macros x y | out_of_macros a n m z | \
    S::method | text n |  |  | thrice a | thrice a | \
    outer a | In::f b | Tr::g c | h d | k e";

const OWN: &str = r#"#![deny(warnings)]
use hookable::hookable;
macro_rules! hook { ($($t:tt)*) => { concat!($(stringify!($t), "|"),*) } }
macro_rules! stop { ($e:expr) => { { hookable::hook!("in stop"); $e } } }
mod other { macro_rules! hook_ { ($n:expr) => { { let a = $n; a + 1 } } } pub(crate) use hook_ as hook; }
mod third {
    pub mod hook {
        #[hookable::hookable]
        pub fn f(a: u8) { let hook = a; hookable::hook!("{hook}"); let b = !hook; let _ = b; }
    }
}
#[hookable]
fn all(a: i32) -> String {
    let s = hook!(a b "c");
    hookable::hook!();
    let n = other::hook!(a);
    println!("{} {}", hook!(when = 1), n);
    assert_eq!(hook!(), "");
    if stop!(n > 1) { println!("{}", stringify!(hook!(x)).replace(' ', "")); }
    s.to_string()
}
#[hookable]
fn local(a: i32) -> i32 {
    macro_rules! hook { ($x:ident) => { $x + 1 } }
    let b = hook!(a);
    b
}
#[hookable]
fn both(a: i32) -> i32 { let b = a + crate::other::hook!(a); hookable::hook!(); b }
fn main() { println!("{} {} {}", all(1), local(1), both(2)); third::hook::f(1); }
"#;

/// In the edition of 2015 `::hookable` is what the root of the crate calls so, and here it calls nothing so.
const OF_2015: &str = r#"#![deny(warnings)]
#[derive(Debug)]
pub struct Point { x: i32 }
mod inner {
    extern crate hookable as hk;
    use self::hk::{hook, hookable};
    #[hookable]
    pub fn imported(n: i32) -> i32 { let doubled = n * 2; hook!(); doubled }
}
#[hookable::hookable]
fn main() {
    let point = Point { x: 1 };
    let words = vec!["x".to_string()];
    hookable::hook!();
    drop(words);
    println!("{:?} {} {}", point, point.x, ::inner::imported(2));
}
"#;

fn shown(hits: &[Hit]) -> String {
    let hits = hits.iter().map(|hit| {
        let locals = hit.locals.iter().filter(|local| local.value.is_some());
        let names = locals.map(|local| format!(" {}", local.name));
        format!("{}{}", hit.function, names.collect::<String>())
    });
    hits.collect::<Vec<_>>().join(" | ")
}

#[test]
fn renamed_and_out_of_macros() {
    let facade = Package::new("facade").lib(FACADE);
    let facade = format!("facade = {{ path = \"{}\" }}", facade.path().display());
    let package = Package::new("renamed").calling_it("hk").manifest(&facade).main(RENAMED);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");
    assert_eq!(shown(&record(&mut bare(&program))), RENAMED_HITS);
    // What a macro of the user's shows is the hook as it was written.
    let said = run(bare(&program).env("HOOKABLE", "off"), "");
    assert!(said.stdout.contains("stop"), "{}", said.stdout);
    assert!(!said.stdout.to_lowercase().contains("hookable"), "{}", said.stdout);
    succeeds(&mut package.cargo(&["build", "-q", "--release"]));
}

/// Where rustc was not asked, all hooks open as well.
#[test]
fn renamed_without_asking() {
    let facade = Package::new("facade_unasked").lib(FACADE);
    let facade = format!(
        "facade = {{ package = \"facade_unasked\", path = \"{}\" }}",
        facade.path().display()
    );
    let package = Package::new("renamed_unasked")
        .calling_it("hk")
        .manifest(&facade)
        .main(RENAMED);
    succeeds(package.cargo(&["build", "-q"]).env("HOOKABLE_ASK", "off"));
    let hits = record(&mut bare(&package.executable("debug")));
    assert_eq!(hits.len(), RENAMED_HITS.split('|').count(), "{}", shown(&hits));
}

#[test]
fn a_macro_of_the_users_own() {
    let package = Package::new("own_macro").edition("2021").main(OWN);
    let expected = "when|=|1| 2\nhook!(x)\na|b|\"c\"| 2 5\n";
    let program = package.executable("debug");
    for ask in ["on", "off"] {
        // Its fingerprint knows nothing of the variable.
        succeeds(
            cargo()
                .args(["clean", "-q", "-p", "own_macro"])
                .current_dir(package.path()),
        );
        succeeds(package.cargo(&["build", "-q"]).env("HOOKABLE_ASK", ask));
        assert_eq!(run(bare(&program).env("HOOKABLE", "off"), "").stdout, expected, "{ask}");
        if ask == "on" {
            assert_eq!(
                shown(&record(&mut bare(&program))),
                "all a s | all a s n | both a b | f a hook"
            );
        }
    }
    succeeds(&mut package.cargo(&["build", "-q", "--release"]));
    assert_eq!(run(&mut bare(&package.executable("release")), "").stdout, expected);
}

#[test]
fn in_the_edition_of_2015() {
    let package = Package::new("of_2015").edition("2015").main(OF_2015);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");
    assert_eq!(
        shown(&record(&mut bare(&program))),
        "main point words | imported n doubled"
    );
    let lines = "let k = point.x + 1\nfn twice(n: i32) -> i32 { n * 2 }\ntwice(k)\n:type words\npoint.x = 7\n:c\n\
                 n + twice(k)\ndoubled = ::inner::imported as usize as i32 * 0 + 9\n:c\n";
    let said = run(&mut bare(&program), lines);
    assert_eq!(
        said.stdout, "4\nVec<String>\n6\nPoint { x: 7 } 7 9\n",
        "{}",
        said.stderr
    );
    let said = run(&mut bare(&program), ":break inner::imported\n:c\nn + 1\n:c\n:c\n");
    assert_eq!(said.stdout, "3\nPoint { x: 1 } 1 4\n", "{}", said.stderr);
}
