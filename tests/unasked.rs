//! Where rustc is not asked what a hook may capture, no hook breaks a build either.

use crate::support::hits::{Local, record};
use crate::support::{Package, bare, succeeds};

/// Types that hide their lifetimes, and whose `Debug` is for some lifetimes only; variables that get such a value
/// after the hook; closures that capture what a hook names; macros of the user's that move and borrow; what never gets
/// a value; and constants and unit structs that look like bindings.
const PROGRAM: &str = r#"
#![deny(warnings)]
#![allow(non_camel_case_types, non_upper_case_globals, dropping_copy_types, unreachable_code)]
use hookable::{hook, hookable};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

#[derive(Clone, Copy)]
struct Held<'a>(&'a str);
impl fmt::Debug for Held<'static> { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.0) } }
struct Gen<T>(T);
impl fmt::Debug for Gen<&'static str> { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.0) } }
trait Shape { fn sides(&self) -> u8; }
impl fmt::Debug for dyn Shape { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("shape") } }
impl Shape for Held<'_> { fn sides(&self) -> u8 { 3 } }
fn text() -> String { String::from("text") }

#[hookable] fn hidden(given: Held) -> usize { hook!(); given.0.len() }
#[hookable] fn inside(given: [Option<Held>; 1], boxed: Box<Held>, one: &mut Held) -> usize { hook!(); *one = Held("y"); drop(boxed); given.len() }
#[hookable] fn elided(given: Gen<&str>, by: &Gen<&str>) -> usize { hook!(); given.0.len() + by.0.len() }
#[hookable] fn object(shape: &dyn Shape, boxed: Box<dyn Shape + '_>) -> u8 { hook!(); shape.sides() + boxed.sides() }
#[hookable] fn assigned() { let mut k = Held("x"); hook!(); let s = text(); let _ = k; k = Held(&s); drop(k); }
#[hookable] fn optional() { let mut k = None; hook!(); let s = text(); let _ = k; k = Some(Held(&s)); drop(k); }
#[hookable] fn in_cell() { let k = Cell::new(None); let s = text(); hook!(); k.set(Some(Held(&s))); }
#[hookable] fn in_ref_cell() { let k = RefCell::new(Vec::new()); let s = text(); hook!(); k.borrow_mut().push(Held(&s)); drop(k); }
#[hookable] fn pushed() { let mut k = Vec::new(); hook!(); let s = text(); k.push(Held(&s)); drop(k); }
#[hookable] fn in_part() { let mut k = (1, Gen("x")); hook!(); let s = text(); k.1.0 = &s; drop(k); }
#[hookable] fn closures() { let f = |h: Held, g: &Held| { hook!(); h.0.len() + g.0.len() }; let s = text(); f(Held(&s), &Held(&s)); }

#[hookable] fn named(n: Option<u8>) -> u8 { let f = |m: u8| { hook!(when = n.is_some()); m }; hook!(); f(3) }
#[hookable] fn moved(n: String) -> u8 { let f = move |m: u8| { hook!(when = !n.is_empty()); m }; hook!(); f(3) }
#[hookable] fn changed(mut n: u8) -> u8 { let mut f = || { hook!(when = { n += 1; n > 1 }); 1 }; hook!(); f() }
#[hookable] async fn in_async(n: String) -> u8 { let f = async { hook!(when = !n.is_empty()); 3 }; hook!(); f.await }

macro_rules! by_mut { ($place:expr) => { &mut $place } }
#[hookable] fn never(n: u8) -> usize { let mut v = Vec::new(); let o = if n > 9 { Some(panic!()) } else { None }; hook!(); if n > 9 { v.push(panic!()) } drop(o); v.len() }
#[hookable] fn moved_by_own() { let s = text(); macro_rules! take { () => { drop(s) } } take!(); hook!(); }
#[hookable] fn borrowed_by_own() -> u8 { let mut n = 5; macro_rules! r { () => { &mut n } } let r = r!(); hook!(); *r += 1; *r }
#[hookable] fn borrowed_by(mut n: u8) -> u8 { let r = by_mut!(n); hook!(); *r += 1; *r }
#[hookable] fn defined() { let s = text(); #[allow(unused_macros)] macro_rules! take { () => { drop(s) } } hook!(); }
mod shadowing {
    use super::*;
    macro_rules! println { ($value:expr) => { drop($value) } }
    macro_rules! format { ($value:expr) => { &mut $value } }
    macro_rules! vec { ($value:expr) => { &mut $value } }
    macro_rules! dbg { ($value:expr) => { &$value } }
    macro_rules! assert_eq { ($left:expr, $right:expr) => { ($left, &mut $right) } }
    #[hookable] pub fn vec() -> u8 { let mut n = 5; let r = vec![n]; hook!(); *r += 1; *r }
    #[hookable] pub fn dbg() -> u8 { let n = 5; let r = dbg!(n); hook!(); *r }
    #[hookable] pub fn assert_eq() -> usize { let (s, mut n) = (text(), 5); let r = assert_eq!(s, n); hook!(); *r.1 += 1; r.0.len() + *r.1 }
    #[hookable] pub fn moved() { let s = text(); println!(s); hook!(); }
    #[hookable] pub fn borrowed() -> u8 { let mut n = 5; let r = format!(n); hook!(); *r += 1; *r }
}

const limit: u8 = 4;
struct unit;
fn new() -> unit { unit }
#[hookable] fn constant(n: u8) -> u8 { match n { limit => { hook!(); 1 } other => { hook!(); other } } }
#[hookable] fn within(n: Option<u8>) -> u8 { let Some(limit) = n else { hook!(); return 2 }; hook!(); limit }
#[hookable] fn units(unit: unit) { hook!(); let unit = new(); hook!(); for unit in [unit] { hook!(); } (|unit| { hook!(); })(unit) }

mod own {
    use super::*;
    pub struct Vec<'a>(pub &'a str);
    impl fmt::Debug for Vec<'static> { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.0) } }
    pub type Option<'a> = std::option::Option<Vec<'a>>;
    macro_rules! vec { ($text:expr) => { Vec($text) } }
    macro_rules! format { ($text:expr) => { Some(Vec($text)) } }

    #[hookable] pub fn typed(given: Vec, option: Option, one: &mut Vec) { hook!(); *one = Vec("y"); drop((given, option)); }
    #[hookable] pub fn made() { let s = text(); let mut a = vec!("x"); let mut b = format!("x"); hook!(); a.0 = &s; drop((a, b.take())); b = Some(Vec(&s)); drop(b); }
}
#[hookable] fn of_std(n: u8, words: &[String], of: HashMap<u8, Option<&str>>) -> usize {
    let (pair, made) = ((1, Duration::from_secs(2)), ["a", "b"].iter().collect::<Vec<_>>());
    let other = Held("x");
    hook!();
    drop(pair);
    usize::from(n) + words.len() + of.len() + made.len() + other.0.len()
}

fn main() {
    let s = text();
    own::typed(own::Vec(&s), None, &mut own::Vec(&s));
    own::made();
    of_std(1, &[text()], HashMap::from([(1, Some(&*s))]));
    hidden(Held(&s));
    inside([None], Box::new(Held(&s)), &mut Held(&s));
    elided(Gen(&s), &Gen(&s));
    object(&Held(&s), Box::new(Held(&s)));
    assigned(); optional(); in_cell(); in_ref_cell(); pushed(); in_part(); closures();
    named(None); moved(text()); changed(0);
    drop(in_async(text()));
    never(1); moved_by_own(); borrowed_by_own(); borrowed_by(1); defined();
    shadowing::moved(); shadowing::borrowed(); shadowing::vec(); shadowing::dbg(); shadowing::assert_eq();
    constant(4); within(Some(4)); units(unit);
}
"#;

#[test]
fn no_hook_breaks_a_build_of_which_nothing_is_known() {
    let package = Package::new("unasked").main(PROGRAM);
    succeeds(package.cargo(&["build", "-q"]).env("HOOKABLE_ASK", "off"));
    let hits = record(&mut bare(&package.executable("debug")));
    assert_eq!(hits.len(), 34);
    let shown = |local: &Local| Some(format!("{} = {}", local.name, local.value.as_ref()?));
    let of_std = hits.iter().find(|hit| hit.function == "of_std").unwrap();
    assert_eq!(
        of_std.locals.iter().filter_map(shown).collect::<Vec<_>>(),
        [
            "n = 1",
            r#"words = ["text"]"#,
            r#"of = {1: Some("text")}"#,
            "pair = (1, 2s)",
            r#"made = ["a", "b"]"#
        ]
    );
}
