//! Frames that have borrows in them, for lines that try to let these out.
#![allow(unused)]

use std::cell::{Cell, RefCell};
use std::sync::Mutex;

use hookable::{hook, hookable};

static KEEP: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

thread_local! {
    static SEEN: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

#[hookable]
fn locals() {
    let owned = String::from("owned");
    let r: &str = &owned;
    let fixed: &'static str = "fixed";
    hook!();
    println!("{r} {:?}", KEEP.lock().unwrap());
}

#[hookable]
fn takes(s: &String, f: &dyn Fn() -> usize, v: Vec<&str>) {
    hook!();
    println!("{s} {} {v:?}", f());
}

fn parameters() {
    let (s, n) = (String::from("s"), 3);
    takes(&s, &|| n, vec![&s]);
}

#[hookable]
fn gathers<T: Clone + std::fmt::Debug>(t: T, list: &mut Vec<T>) {
    hook!();
    println!("{list:?}");
}

fn generics() {
    let s = String::from("s");
    gathers(&s, &mut vec![]);
}

struct Parser<'a> {
    text: &'a str,
    seen: Vec<&'a str>,
}

#[hookable]
impl<'a> Parser<'a> {
    fn word(&mut self) -> &'a str {
        let text = self.text;
        hook!();
        text
    }
}

fn methods() {
    let s = String::from("s t");
    let mut parser = Parser { text: &s, seen: vec![] };
    println!("{} {:?}", parser.word(), parser.seen);
}

#[hookable]
async fn later(s: &str) -> usize {
    let n = s.len();
    hook!();
    n
}

fn tasks() {
    let s = String::from("task");
    let mut task = Box::pin(later(&s));
    let done = task.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    println!("{done:?}");
}

#[hookable]
fn holders() {
    let owned = String::from("owned");
    let mut v: Vec<&str> = vec![&owned];
    let cell = Cell::new(&owned[..]);
    let list = RefCell::new(vec![&owned[..]]);
    let mut call: Box<dyn Fn() -> usize + '_> = Box::new(|| owned.len());
    let mut n = 5;
    let m = &mut n;
    {
        let short = String::from("short");
        let r = &short[..];
        hook!();
    }
    *m += 1;
    println!("{v:?} {} {list:?} {} {n}", cell.get(), call());
}

#[hookable]
fn closures() {
    let owned = String::from("owned");
    let r = &owned;
    let f = || {
        let q = r;
        hook!();
        q.len()
    };
    println!("{}", f());
}

programs::run!(locals, parameters, generics, methods, tasks, holders, closures);
