//! Programs at whose hooks Rust is typed.
#![allow(unused)]

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use hookable::{hook, hookable};

static COUNTER: AtomicUsize = AtomicUsize::new(7);
const LIMIT: usize = 3;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(1) };
    static NAMES: RefCell<Vec<String>> = RefCell::new(vec!["first".into()]);
}

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

fn private(n: usize) -> usize {
    COUNTER.fetch_add(n, Ordering::SeqCst)
}

fn fails(n: i32) -> Result<i32, String> {
    if n > 0 { Ok(n) } else { Err(format!("{n} is too small")) }
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
fn kept() {
    let a = 2;
    let words = vec![String::from("w")];
    hook!();
    hook!();
    println!("{a}");
}

#[hookable]
fn read_only() {
    let a = 2;
    let words = vec![String::from("w")];
    hook!(read_only);
    println!("{a} {words:?}");
}

#[hookable]
async fn later(n: u32) -> u32 {
    let before = n + 1;
    tokio::task::yield_now().await;
    hook!();
    before
}

#[tokio::main]
async fn tasks() {
    println!("{}", tokio::spawn(later(3)).await.unwrap());
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
fn threads() {
    let a = 1;
    hook!();
    std::thread::Builder::new()
        .name("worker".into())
        .spawn(worker)
        .unwrap()
        .join()
        .unwrap();
}

#[hookable]
fn worker() {
    let b = "worker";
    hook!();
    println!("{b}");
}

mod other {
    use super::*;

    pub struct Private(u8);

    #[hookable]
    pub fn here() {
        let a = Private(1);
        hook!();
        elsewhere();
    }
}

#[hookable]
fn elsewhere() {
    let a = 2;
    hook!();
    println!("{a}");
}

fn items() {
    other::here();
}

#[hookable]
fn undone() {
    let a = 1;
    let p = Copied { x: 1, y: 2 };
    let words = vec!["w"];
    hook!();
    println!("{a} {p:?} {words:?}");
}

#[derive(Debug, Clone, Copy)]
struct Copied {
    x: i32,
    y: i32,
}

#[derive(Debug)]
struct Order {
    tick: u32,
    lines: Vec<Point>,
    note: Note,
    sums: HashMap<&'static str, i32>,
}

#[derive(Debug)]
struct Note {
    text: String,
    open: bool,
    seal: Seal,
}

/// Whose clone would be seen by others.
#[derive(Debug)]
struct Seal(Rc<u8>);

impl Seal {
    fn again(&mut self) {
        self.0 = Rc::new(2);
    }
}

#[hookable]
impl Order {
    fn change(&mut self, at: usize) {
        let mut numbers = vec![1, 2, 3];
        let mut total = 1u32;
        let through = &mut total;
        let mut seal = Seal(Rc::new(1));
        hook!();
        *through += 1;
        println!("{self:?} {numbers:?} {total} {seal:?}");
    }
}

fn undone_in_part() {
    let note = Note {
        text: "n".into(),
        open: false,
        seal: Seal(Rc::new(1)),
    };
    let mut order = Order {
        tick: 1,
        lines: vec![Point { x: 1.0, y: 2.0 }],
        note,
        sums: HashMap::from([("a", 1)]),
    };
    order.change(2);
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

#[hookable]
fn large() {
    let mut big = [3u8; 2_500_000];
    let grid = [[0i64; 40]; 40];
    let row: usize = 3;
    hook!();
    println!("{} {} {}", big[5], big.len(), grid[3][4]);
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

programs::run!(
    fields, references, locals, places, undone_in_part, looked_at, large, early, early_generic, threads, items, undone, statics, outer, methods, traits, generics, borrows, closures, fallible, kept, read_only, tasks
);
