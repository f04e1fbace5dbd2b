//! Modules that are typed see what was typed before them.

use super::check;

#[test]
fn items_of_all_kinds() {
    check(
        "live_locals",
        "locals",
        &[
            (
                "struct P { x: i32, y: Vec<u8> } impl P { fn len(&self) -> usize { self.y.len() } }",
                "",
            ),
            ("let p = P { x: 3, y: vec![1] };", ""),
            (
                "mod m { use super::*; pub fn sum(p: &P) -> i32 { p.x + p.len() as i32 } pub struct Q(pub P); }",
                "",
            ),
            ("m::sum(&p)", "4"),
            ("let q = m::Q(P { x: 9, y: vec![] });", ""),
            ("m::sum(&q.0)", "9"),
            ("macro_rules! three { ($e:expr) => { $e * 3 } }", ""),
            (
                "use std::collections::BTreeMap as Map; const K: usize = 2; thread_local! { static T: u8 = const { 7 }; }",
                "",
            ),
            (
                "mod n { use super::*; pub fn map() -> Map<usize, u8> { Map::from([(three!(K), T.with(|t| *t))]) } }",
                "",
            ),
            ("n::map()", "{6: 7}"),
            (
                "trait Area { fn area(&self) -> i32; fn twice(&self) -> i32 { self.area() * 2 } }",
                "",
            ),
            ("impl Area for P { fn area(&self) -> i32 { self.x * 10 } }", ""),
            (
                "mod o { use super::{Area, P}; pub fn go(p: &impl Area) -> i32 { p.twice() } impl P { pub(super) fn own(&self) -> i32 { self.x } } }",
                "",
            ),
            ("o::go(&p) + p.own()", "63"),
            ("static S: AtomicUsize = AtomicUsize::new(5);", ""),
            (
                "mod s { use super::*; pub(super) fn add() { S.fetch_add(1, Ordering::SeqCst); } }",
                "",
            ),
            ("s::add(); s::add(); S.load(Ordering::SeqCst)", "7"),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn an_item_that_is_typed_anew() {
    check(
        "live_locals",
        "locals",
        &[
            ("struct P(u8); mod m { pub fn f(p: &super::P) -> u8 { p.0 } }", ""),
            ("let old = P(1);", ""),
            ("struct P(String);", ""),
            (
                "mod n { use super::*; pub fn f(p: &P) -> usize { p.0.len() + usize::from(m::f(&old())) } fn old() -> m::Old { m::Old(2) } }",
                "error[E0425]: cannot find type `Old` in module `m`\n --> hook:1:105\n | mod n { use super::*; pub fn f(p: &P) -> usize { p.0.len() + usize::from(m::f(&old())) } fn old() -> m::Old { m::Old(2) } }\n |                                                                                                         ^^^ not found in `m`\nerror[E0425]: cannot find function, tuple struct or tuple variant `Old` in module `m`\n --> hook:1:114\n | mod n { use super::*; pub fn f(p: &P) -> usize { p.0.len() + usize::from(m::f(&old())) } fn old() -> m::Old { m::Old(2) } }\n |                                                                                                                  ^^^ not found in `m`",
            ),
            ("mod n { use super::*; pub fn f(p: &P) -> usize { p.0.len() } }", ""),
            ("m::f(&old)", "1"),
            ("n::f(&P(\"abc\".into()))", "3"),
            ("old.0", "1"),
            ("mod m { use super::*; pub fn f(p: &P) -> String { p.0.clone() } }", ""),
            ("m::f(&P(\"abc\".into()))", "\"abc\""),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn the_module_of_the_hook() {
    check(
        "live_locals",
        "locals",
        &[
            ("fn typed() -> usize { LIMIT + private(0) }", ""),
            (
                "mod a { pub mod b { use super::super::*; pub(in super::super) fn both(p: &Point) -> f64 { p.norm() + typed() as f64 } pub(super) fn up() -> usize { twice!(LIMIT) } } pub(super) fn up() -> usize { b::up() + crate::private(0) } }",
                "",
            ),
            ("a::b::both(&p)", "15.0"),
            ("a::up()", "13"),
            (
                "fn above() -> usize { self::private(0) } pub(self) fn own(p: &self::Point) -> f64 { p.x }",
                "",
            ),
            (
                "mod c { pub(super) fn both(p: &super::Point) -> f64 { super::own(p) + super::above() as f64 } }",
                "",
            ),
            ("c::both(&p)", "10.0"),
            (
                "mod tests { use super::*; #[test] fn works() { assert_eq!(typed(), 10); } }",
                "",
            ),
        ],
        r#"1 ["one", "two"] Point { x: 3.0, y: 4.0 } {} 6"#,
    );
}

#[test]
fn items_that_need_the_function() {
    check(
        "live_locals",
        "own_items",
        &[
            ("fn of(p: &Point) -> u8 { p.0 + LIMIT }", ""),
            ("of(&p)", "101"),
            ("fn grown() -> u8 { 1u8.grow() }", ""),
            ("grown()", "9"),
            (
                "struct Free(u8); mod m { use super::*; pub fn free(f: &Free) -> u8 { f.0 } }",
                "",
            ),
            ("m::free(&Free(4))", "4"),
            (
                "mod n { use super::*; pub fn f(p: Point) -> u8 { of(&p) } }",
                "error[E0425]: cannot find function `of` in this scope\n --> hook:1:50\n | mod n { use super::*; pub fn f(p: Point) -> u8 { of(&p) } }\n \
                 |                                                  ^^ not found in this scope\n  = note: no module sees `of`, which stands in the block \
                 of the hook: it needs what only the function has, or a macro made it",
            ),
        ],
        "Point(1) 100 9",
    );
}
