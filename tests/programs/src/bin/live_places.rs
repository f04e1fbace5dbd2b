//! Locals that are looked at, and written, where they are.
#![allow(unused)]

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

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

struct Ledger {
    entries: Vec<(String, i32)>,
    policy: Box<dyn Fn(i32) -> bool>,
}

struct Node {
    name: &'static str,
    parent: RefCell<Weak<Node>>,
}

static CONFIG: OnceLock<&str> = OnceLock::new();
static LAZY: LazyLock<String> = LazyLock::new(|| "lazy".to_owned());
static mut RAW: u32 = 5;

#[hookable]
fn places() {
    CONFIG.set("set").unwrap();
    LazyLock::force(&LAZY);
    let ledger = Ledger {
        entries: vec![("rent".into(), 5)],
        policy: Box::new(|n| n > 5),
    };
    let shared = Arc::new(Mutex::new(vec![1, 2]));
    let text = "text".to_string();
    let boxed = Box::new((Some(5), ()));
    let root = Rc::new(Node {
        name: "root",
        parent: RefCell::default(),
    });
    let leaf = Rc::new(Node {
        name: "leaf",
        parent: RefCell::new(Rc::downgrade(&root)),
    });
    let same = leaf.clone();
    let cow = Cow::Borrowed("borrowed");
    let [first, last @ ..] = &[2, 3, 4];
    let k = 3;
    let queue: VecDeque<Option<Box<dyn Fn(i32) -> i32>>> = VecDeque::from([Some(Box::new(move |x| x * k) as _)]);
    let grid = [[0; 3]; 2];
    hook!();
    println!("ledger {:?} {cow} {} {grid:?}", ledger.entries, queue.len());
}

/// An index by two numbers, and a product by reference, as a matrix has them.
#[derive(Debug)]
struct Matrix<const N: usize>([[f64; N]; N]);

impl<const N: usize> std::ops::Index<(usize, usize)> for Matrix<N> {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.0[row][column]
    }
}

impl<const N: usize> std::ops::Mul for &Matrix<N> {
    type Output = f64;
    fn mul(self, other: Self) -> f64 {
        self.0[0][0] * other.0[0][0]
    }
}

#[hookable]
fn places_to_read(pair: (Vec<Point>, Option<String>), mut twice: impl FnMut(i32) -> i32) {
    let (points, name) = pair;
    let cell = Cell::new(3);
    let shared = Rc::new(RefCell::new(vec![1]));
    let lock = Mutex::new(5);
    let guard = lock.lock().unwrap();
    let matrix = Matrix([[2.0; 2]; 2]);
    let shape: &dyn Shape = &Square(2.0);
    let add = |n: i32| n + 1;
    let result: Result<i32, String> = Err("bad".into());
    hook!(read_only);
    println!("{} {} {:?}", points.len(), cell.get(), shared.borrow());
    println!("{}", twice(1));
}

fn looked_at() {
    let mut calls = 0;
    places_to_read((vec![Point { x: 1.0, y: 2.0 }], Some("name".into())), |n| {
        calls += n;
        calls
    });
}

programs::run!(places, looked_at);
