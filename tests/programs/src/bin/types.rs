//! Types: known only later, without any trait, generic, borrowed, behind a pointer.
#![allow(unused)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use hookable::{hook, hookable};

struct Opaque(u8);

struct Displayed;

impl std::fmt::Display for Displayed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("displayed")
    }
}

#[hookable]
fn known_later() {
    let mut opaque = Vec::new();
    let mut debug = Vec::new();
    let parsed = "5".parse().unwrap();
    let none = None;
    let number = 6;
    let collected = (0..2).collect();
    let default = Default::default();
    hook!();
    //~ opaque: Vec<Opaque>
    //~ debug: Vec<i32> = []
    //~ parsed: u16 = 5
    //~ none: Option<Opaque>
    //~ number: i128 = 6
    //~ collected: Vec<u64> = [0, 1]
    //~ default: String = ""
    opaque.push(Opaque(1));
    debug.push(2);
    let _: u16 = parsed;
    let _: Option<Opaque> = none;
    let _: i128 = number;
    let _: Vec<u64> = collected;
    let _: String = default;
}

#[hookable]
fn without_traits() {
    let opaque = Opaque(1);
    let displayed = Displayed;
    let pair = (Opaque(2), 3);
    hook!();
    //~ opaque: Opaque
    //~ displayed: Displayed = displayed
    //~ pair: (Opaque, i32)
}

#[hookable]
fn generic<T, U: Debug, F: Fn(T) -> U>(value: T, function: F) -> U {
    hook!();
    //~ value: i32 = 1
    //~ function: {{closure}}
    let result = function(value);
    hook!();
    //~ value: i32 -- moved: moved at line -1
    //~ function: {{closure}}
    //~ result: i32 = 2
    result
}

fn call_generic() {
    generic(1, |n| n + 1);
}

#[hookable]
fn bounded<T: Debug + ?Sized>(value: &T) {
    hook!();
    //~ value: &str = "unsized"
    println!("{value:?}");
}

fn call_bounded() {
    bounded("unsized");
}

#[hookable]
fn implied(items: impl Iterator<Item = u8> + Debug, shown: &impl Debug) -> impl Debug {
    hook!();
    //~ items: Range<u8> = 0..2
    //~ shown: &i32 = 3
    println!("{shown:?}");
    items.collect::<Vec<_>>()
}

fn call_implied() {
    implied(0..2, &3);
}

/// The closure works for any lifetime only because rustc knows, as it comes to it, what is returned.
#[hookable]
fn returned_closure<'a>(key: &'a str) -> impl Fn(&String) -> bool + 'a {
    hook!();
    //~ key: &str = "b"
    move |other| key == other
}

fn call_returned_closure() {
    assert!(returned_closure("b")(&"b".to_owned()));
}

#[hookable]
fn references() {
    let text = String::from("text");
    let slice = &text[1..];
    let mut numbers = vec![1, 2];
    let first = &mut numbers[0];
    let boxed: Box<str> = "boxed".into();
    let nested = &&boxed;
    hook!();
    //~ text: String = "text" -- read_only: borrowed by slice, line -5
    //~ slice: &str = "ext"
    //~ numbers: Vec<i32> -- borrowed: mutably borrowed by first, line -3
    //~ first: &mut i32 = 1
    //~ boxed: Box<str> = "boxed" -- read_only: borrowed by nested, line -1
    //~ nested: &&Box<str> = "boxed"
    *first += 1;
    println!("{slice} {nested}");
}

#[hookable]
fn lifetimes<'a>(long: &'a str, short: &str) -> &'a str {
    let word = long.split(' ').next().unwrap_or(long);
    hook!();
    //~ long: &str = "two words"
    //~ short: &str = "short"
    //~ word: &str = "two"
    word
}

fn call_lifetimes() {
    lifetimes("two words", "short");
}

#[hookable]
fn functions() {
    let add = |a: i32| a + 1;
    let pointer: fn(i32) -> i32 = add;
    let item = call_generic;
    let dynamic: Box<dyn Fn(u8) -> u8> = Box::new(|n| n);
    hook!();
    //~ add: {{closure}}
    //~ pointer: fn(i32) -> i32 = 0x..
    //~ item: call_generic
    //~ dynamic: Box<dyn Fn(u8) -> u8>
}

#[hookable]
fn pointers() {
    let n = 5;
    let raw = &raw const n;
    let mutable = std::ptr::null_mut::<u8>();
    hook!();
    //~ n: i32 = 5
    //~ raw: *const i32 = 0x..
    //~ mutable: *mut u8 = 0x0
}

#[hookable]
fn behind_pointers() {
    let slice: Box<[u8]> = Box::new([1, 2]);
    let object: Box<dyn Debug> = Box::new(3);
    let shared: Rc<str> = "four".into();
    let error: Box<dyn std::error::Error + Send + Sync> = "five".into();
    let dynamic: &dyn std::any::Any = &6;
    hook!();
    //~ slice: Box<[u8]> = [1, 2]
    //~ object: Box<dyn Debug> = 3
    //~ shared: Rc<str> = "four"
    //~ error: Box<dyn Error + Send + Sync> = "five"
    //~ dynamic: &dyn Any = Any { .. }
    println!("{dynamic:?}");
}

#[hookable]
fn containers() {
    let map = HashMap::from([(1, "one")]);
    let cell = RefCell::new(2);
    let lock = Arc::new(Mutex::new(3));
    let guard = lock.lock().unwrap();
    let array = [[0_u8; 2]; 2];
    let unit = ();
    let chars = ['a', '\n'];
    let iterator = [1].iter();
    hook!();
    //~ map: HashMap<i32, &str> = {1: "one"}
    //~ cell: RefCell<i32> = RefCell { value: 2 }
    //~ lock: Arc<Mutex<i32>> = Mutex { data: "<locked>", poisoned: false, .. } -- read_only: borrowed by guard, line -5
    //~ guard: MutexGuard<'_, i32> = 3
    //~ array: [[u8; 2]; 2] = [[0, 0], [0, 0]]
    //~ unit: () = ()
    //~ chars: [char; 2] = ['a', '\n']
    //~ iterator: Iter<'_, i32> = Iter([1])
    println!("{guard:?} {iterator:?}");
}

programs::run!(
    known_later,
    without_traits,
    call_generic,
    call_bounded,
    call_implied,
    call_returned_closure,
    references,
    call_lifetimes,
    functions,
    pointers,
    behind_pointers,
    containers,
);
