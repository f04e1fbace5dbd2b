//! Functions, methods and closures of every kind, at whose hooks Rust is typed.
#![allow(unused)]

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use hookable::{hook, hookable};

static COUNTER: AtomicUsize = AtomicUsize::new(7);
const LIMIT: usize = 3;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(1) };
    static NAMES: RefCell<Vec<String>> = RefCell::new(vec!["first".into()]);
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

fn private(n: usize) -> usize {
    COUNTER.fetch_add(n, Ordering::SeqCst)
}

fn fails(n: i32) -> Result<i32, String> {
    if n > 0 { Ok(n) } else { Err(format!("{n} is too small")) }
}

#[hookable]
fn statics() {
    private(1);
    DEPTH.set(DEPTH.get() + 1);
    NAMES.with_borrow_mut(|names| names.push("second".into()));
    hook!();
    println!("{} {} {:?}", COUNTER.load(Ordering::SeqCst), DEPTH.get(), NAMES.with_borrow(Vec::clone));
}

#[hookable]
fn inner(depth: u32) -> u32 {
    hook!();
    depth * 2
}

#[hookable]
fn outer() {
    let n = 1;
    hook!();
    println!("{}", inner(n));
}

struct Account {
    total: i64,
    log: Vec<String>,
}

#[hookable]
impl Account {
    fn deposit(&mut self, amount: i64) -> i64 {
        self.total += amount;
        hook!();
        self.total
    }

    fn peek(&self) -> i64 {
        hook!();
        self.total
    }
}

fn methods() {
    let mut account = Account { total: 5, log: vec![] };
    println!("{}", account.deposit(10));
    println!("{} {:?}", account.peek(), account.log);
}

fn traits() {
    println!("{}", Square(3.0).describe());
}

#[hookable]
fn repeat<T: Clone + std::fmt::Debug, const N: usize>(item: T) -> Vec<T> {
    let mut out = vec![item.clone(); N];
    hook!();
    out
}

fn generics() {
    println!("{:?}", repeat::<_, 2>("g"));
    println!("{:?}", repeat::<_, 1>(2.5_f32));
}

#[hookable]
fn borrows() {
    let text = String::from("x y z");
    let mut words: Vec<&str> = text.split(' ').collect();
    let mut total = 0;
    let first = &mut total;
    hook!();
    *first += 1;
    let gone = words;
    hook!();
    println!("{total} {gone:?}");
}

#[hookable]
fn closures() {
    let base = 5;
    let mut seen = Vec::new();
    let mut f = |x: i32| {
        seen.push(x);
        hook!();
        x + base
    };
    println!("{}", f(10));
}

#[hookable]
fn fallible() {
    let n = 0;
    let text = "12";
    hook!();
    println!("{n}");
}

#[hookable]
fn read_only() {
    let a = 2;
    let words = vec![String::from("w")];
    hook!(read_only);
    println!("{a} {words:?}");
}

static TELLS: AtomicBool = AtomicBool::new(false);

/// Never ends, and reaches a hook again and again.
fn simulated() {
    let mut at = 0;
    while at < u64::MAX {
        at = stepped(at);
    }
}

#[hookable]
fn stepped(at: u64) -> u64 {
    std::thread::sleep(std::time::Duration::from_millis(1));
    hook!();
    if TELLS.swap(false, Ordering::Relaxed) {
        println!("goes on");
    }
    at + 1
}

#[hookable]
fn patient() {
    let mut n = 1_u64;
    hook!();
    println!("{n}");
}

programs::run!(statics, outer, methods, traits, generics, borrows, closures, fallible, read_only, patient);
