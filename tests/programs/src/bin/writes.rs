//! Values to be written, saved and loaded.
#![allow(unused)]

use hookable::{hook, hookable};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Debug, Serialize, Deserialize)]
enum Shape {
    Unit,
    Circle(f64),
    Square { side: u32 },
}

#[derive(Debug)]
struct Plain(u8);

#[hookable]
fn scalars() {
    let a = 1;
    let small: u8 = 2;
    let f = 1.0;
    let b = false;
    let c = 'a';
    let s = String::from("one");
    let t = "two";
    hook!();
    println!("{a} {small} {f:?} {b} {c:?} {s:?} {t:?}");
}

#[hookable]
fn structures() {
    let o = None;
    let v = vec![1];
    let p = Point { x: 1.0, y: 2.0 };
    let shape = Shape::Unit;
    let pair = (1, "x".to_string());
    let array = [0_u8; 2];
    let map = std::collections::BTreeMap::from([(1, true)]);
    hook!();
    let _: &Option<i32> = &o;
    println!("{o:?} {v:?} {p:?} {shape:?} {pair:?} {array:?} {map:?}");
}

#[hookable]
fn refused() {
    let small: u8 = 2;
    let words = vec![String::from("a")];
    let mut v = vec![1];
    let r = &mut v;
    let plain = Plain(3);
    drop(words);
    let late: i32;
    hook!();
    r.push(1);
    late = small.into();
    println!("{small} {v:?} {late} {plain:?}");
}

#[hookable]
fn files() {
    let path = std::env::args().nth(2).expect("a file");
    let p = Point { x: 1.0, y: 0.1 };
    hook!();
    let p = Point { x: p.x + 1.0, y: p.y };
    hook!();
    println!("{p:?}");
}

#[hookable]
fn counter(start: u32) -> u32 {
    let total = start;
    let step = |by: u32| {
        let next = total + by;
        hook!();
        next
    };
    step(2)
}

fn call_counter() {
    println!("{}", counter(1));
}

struct Account {
    balance: i64,
}

#[hookable]
impl Account {
    fn deposit(&mut self, amount: i64) -> i64 {
        hook!();
        self.balance += amount;
        self.balance
    }
}

fn methods() {
    println!("{}", Account { balance: 1 }.deposit(2));
}

// Of what stands for a type parameter, rustc knows no trait.
#[hookable]
fn generic<T, U, V>(step: T, text: U, list: V) -> (T, U, V) {
    hook!();
    (step, text, list)
}

fn call_generic() {
    println!("{:?}", generic(1, String::from("a"), vec![1]));
}

programs::run!(scalars, structures, refused, files, call_counter, methods, call_generic);
