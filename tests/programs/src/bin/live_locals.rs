//! A function with locals of many kinds, for lines of many kinds.
#![allow(unused)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use hookable::{hook, hookable};

static COUNTER: AtomicUsize = AtomicUsize::new(7);
const LIMIT: usize = 3;

macro_rules! twice {
    ($e:expr) => {
        $e * 2
    };
}

#[derive(Debug, Clone, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}
impl Point {
    /// The distance from the origin.
    fn norm(&self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }
}

trait Shape {
    fn area(&self) -> f64;
    #[hookable]
    fn describe(&self) -> String {
        let kind = "shape";
        hook!();
        format!("{kind} {}", self.area())
    }
}

struct Square(f64);

impl Shape for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

struct Opaque;

/// Counts on.
fn private(n: usize) -> usize {
    COUNTER.fetch_add(n, Ordering::SeqCst)
}

fn third(numbers: &[i32]) -> i32 {
    numbers[2]
}

#[hookable]
fn locals() {
    third(&[1, 2, 3]);
    let a = 1;
    let words = vec!["one".to_string(), "two".to_string()];
    let p = Point { x: 3.0, y: 4.0 };
    let shape: Box<dyn Shape> = Box::new(Square(2.0));
    let opaque = Opaque;
    let map: HashMap<String, i32> = HashMap::new();
    hook!();
    println!("{a} {words:?} {p:?} {map:?} {}", twice!(LIMIT));
    let _ = opaque;
}

mod scale {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Point(pub u8);
    pub trait Grow {
        fn grow(&self) -> u8 {
            9
        }
    }
    impl Grow for u8 {}
}

#[hookable]
fn own_items() {
    use scale::{Grow, Point};
    const LIMIT: u8 = 100;
    let p = Point(1);
    hook!();
    println!("{p:?} {} {}", LIMIT, 1_u8.grow());
}

programs::run!(locals, own_items);
