//! Locals whose types are known further down, whose whole is out of reach, that are large, or that are references.
#![allow(unused)]

use std::collections::HashMap;

use hookable::{hook, hookable};

#[derive(Debug, Clone, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn norm(&self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }
}

#[hookable]
fn early() {
    let n = 5;
    let ratio = 2.25;
    let mut v = Vec::new();
    let mut points = vec![];
    let mut map = HashMap::new();
    let none = None;
    let parsed = "12".parse();
    hook!();
    v.push(1u16);
    if false {
        points.push(Point { x: 0.0, y: 0.0 });
        map.insert("k", vec![1u8]);
    }
    let n: u64 = n;
    let ratio: f32 = ratio;
    let parsed: Result<i64, _> = parsed;
    println!("{n} {v:?} {points:?} {map:?} {} {} {ratio}", none.unwrap_or(3u8), parsed.unwrap());
}

#[hookable]
fn generic<T: Clone + std::fmt::Debug>(seed: T) -> Vec<T> {
    let mut out = Vec::new();
    let n = 2;
    hook!();
    for _ in 0..n {
        out.push(seed.clone());
    }
    out
}

fn early_generic() {
    println!("{:?}", generic("s"));
}

#[hookable]
fn on_large_stack() {
    let mut big = [3u8; 2_500_000];
    let grid = [[0i64; 40]; 40];
    let row: usize = 3;
    hook!();
    println!("{} {} {}", big[5], big.len(), grid[3][4]);
}

/// The main thread of Windows has a stack of 1 or 2 MiB.
fn large() {
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(on_large_stack);
    thread.expect("a thread").join().expect("it ends");
}

struct Engine {
    tick: u32,
    at: (i32, String),
    items: Vec<u8>,
}

#[hookable]
impl Engine {
    fn turn(&mut self) {
        let item = self.items.get_mut(0).unwrap();
        hook!();
        *item += 1;
        self.tick += 1;
        self.at.0 += 1;
        self.at.1.push('!');
        let add = |n: u32, m: u32| {
            hook!();
            self.tick += n;
        };
        let (outer, mut add) = (1, add);
        add(2, 3);
    }
}

fn fields() {
    let (at, items) = ((1, "here".to_owned()), vec![7]);
    let mut engine = Engine { tick: 0, at, items };
    engine.turn();
}

#[hookable]
fn references() {
    let mut pairs = [(1, String::from("a")), (2, String::from("b"))];
    for (index, (n, text)) in pairs.iter_mut().enumerate() {
        hook!();
        *n += index;
        text.push('!');
    }
    println!("{pairs:?}");
}

programs::run!(early, early_generic, fields, large, references);
