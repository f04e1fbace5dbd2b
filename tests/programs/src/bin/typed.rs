//! A function at whose hook all kinds of Rust are typed.
#![allow(unused)]

use hookable::{hook, hookable};
use serde::Deserialize;
use std::num::Wrapping;
use std::time::Duration;

const LIMIT: i32 = 5;
#[allow(non_upper_case_globals)]
const low: i32 = 3;

mod shapes {
    pub trait Area {
        fn area(&self) -> i32;
    }
    impl Area for super::Swap {
        fn area(&self) -> i32 {
            self.x * self.y
        }
    }
}

#[derive(Debug, Deserialize)]
struct Swap {
    #[serde(rename = "y")]
    x: i32,
    #[serde(rename = "x")]
    y: i32,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Id(u32);

#[derive(Debug, Default, Deserialize)]
struct Order {
    customer: String,
    #[serde(skip)]
    cache: i32,
}

fn maybe(n: i32) -> Option<i32> {
    (n > 0).then_some(n)
}

fn parsed(text: &str) -> Result<i32, std::num::ParseIntError> {
    text.parse()
}

unsafe fn danger() -> i32 {
    4
}

struct State {
    ready: bool,
}

impl State {
    #[hookable]
    fn go(&mut self) {
        hook!();
        println!("{}", self.ready);
    }
}

#[hookable]
fn read() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    hook!();
    Ok(Vec::new())
}

#[hookable]
fn opaque() -> impl Iterator<Item = u8> {
    hook!();
    std::iter::empty()
}

struct Pair<A, B>(A, B);

#[hookable]
impl<A, B: Clone> Pair<A, B> {
    fn show(&self, v: &impl Copy) {
        hook!();
        let _ = v;
    }
}

#[hookable]
fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("method") => return State { ready: false }.go(),
        Some("fallible") => return println!("{} {}", read().unwrap().len(), opaque().count()),
        Some("generic") => return Pair(1.5_f32, "b").show(&'c'),
        _ => {}
    }
    let a = 1;
    let yes = true;
    let v = vec![1, 2];
    let swap = Swap { x: 1, y: 2 };
    let id = Id(1);
    let w = Wrapping(1_u8);
    let d = Duration::from_secs(1);
    let order = Order::default();
    let r#type = 10;
    let o: Option<i32> = None;
    hook!();
    println!("{a} {v:?} {swap:?} {id:?} {w} {d:?} {order:?} {} {o:?}", r#type);
}
