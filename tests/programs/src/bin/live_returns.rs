//! Functions of every kind that are left at their hooks.
#![allow(unused, clippy::all)]

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hookable::{hook, hookable};

/// Says when it is dropped.
struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

macro_rules! fail {
    ($why:literal) => {
        return Err($why.into())
    };
}

/// Has the name of one of std's.
macro_rules! print {
    ($($arg:tt)*) => {
        told(format_args!($($arg)*))?
    };
}

fn told(text: std::fmt::Arguments<'_>) -> Result<(), String> {
    println!("told {text}");
    Ok(())
}

/// What is typed behind the last hook of a test is answered here.
#[hookable]
fn last() {
    hook!();
}

fn parsed(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("no number: {text}"))
}

#[hookable]
fn fallible(n: u32) -> Result<Vec<u32>, String> {
    let _first = Loud("first");
    let mut all = Vec::new();
    for each in 0..n {
        let _turn = Loud("turn");
        hook!();
        all.push(each);
    }
    Ok(all)
}

fn results() {
    for n in 1..=6 {
        println!("{:?}", fallible(n));
    }
    last();
}

#[hookable]
fn nothing(n: u32) {
    let _loud = Loud("unit");
    hook!();
    println!("went on with {n}");
}

fn units() {
    nothing(1);
    nothing(2);
    nothing(3);
    last();
}

#[hookable]
fn adapted(n: u32) -> impl Iterator<Item = u32> {
    hook!();
    (0..n).map(|x| x + 1)
}

#[hookable]
fn listed(n: u32) -> impl Iterator<Item = u32> {
    hook!();
    vec![n].into_iter()
}

#[hookable]
fn boxed(n: u32) -> Box<dyn Debug> {
    hook!();
    Box::new(n)
}

fn traits() {
    println!("{:?}", adapted(2).collect::<Vec<_>>());
    println!("{:?}", listed(2).collect::<Vec<_>>());
    println!("{:?}", boxed(2));
    last();
}

#[hookable]
fn closures() {
    let plain: Vec<u32> = [1, 2].iter().map(|n| { hook!(); n + 1 }).collect();
    let late = |n: u8| {
        hook!();
        let mut v = Vec::new();
        v.push(n);
        v
    };
    let either = |n: u8| {
        hook!();
        if n > 5 {
            return Err(String::new());
        }
        Ok(n)
    };
    let never = || {
        hook!();
        panic!("no end")
    };
    println!("{plain:?} {:?} {:?}", late(1), either(1));
    if plain[0] > 9 {
        never()
    }
    last();
}

/// Returns what a future gives that is ready at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it is not ready"),
    }
}

#[hookable]
async fn task(name: &str) -> Result<usize, String> {
    let _loud = Loud("task");
    std::future::ready(()).await;
    hook!();
    Ok(name.len())
}

#[hookable]
fn futures() {
    println!("{:?}", now(task("abc")));
    let block = async {
        hook!();
        1_u8
    };
    println!("{}", now(block));
    last();
}

#[hookable]
fn borrowed<'v>(v: &'v [String], other: &'v str) -> &'v str {
    let own = String::from("own");
    hook!();
    &v[0]
}

#[hookable]
fn positions(n: Option<u32>) -> u32 {
    let mut count = 0;
    while { hook!(); count < 1 } {
        count += 1;
    }
    match n {
        Some(n) if { hook!(); n > 2 } => n,
        _ => 0,
    }
}

#[hookable]
fn written<'v>(v: &'v mut Vec<u8>) -> &'v mut u8 {
    hook!();
    &mut v[0]
}

#[hookable]
fn places() {
    let v = vec!["a".to_owned()];
    println!("{}", written(&mut vec![1, 2]));
    println!("{}", borrowed(&v, "b"));
    println!("{} {}", positions(Some(3)), positions(Some(3)));
    last();
}

#[hookable]
fn end() -> ! {
    hook!();
    std::process::exit(0)
}

#[hookable]
fn descends(n: u32) -> u32 {
    hook!();
    if n == 0 { 0 } else { descends(n - 1) + 1 }
}

#[hookable]
fn large() -> [u8; 1 << 20] {
    hook!();
    [1; 1 << 20]
}

/// A borrow that would outlive its owner if the function ended before `finish`.
struct Holds<'v>(&'v [u8; 3]);

impl Holds<'_> {
    fn finish(self) -> u8 {
        let sum = self.0.iter().sum();
        std::mem::forget(self);
        sum
    }
}

impl Drop for Holds<'_> {
    fn drop(&mut self) {
        println!("{:?}", self.0);
    }
}

/// The capture of `v` is worth more than a way out.
#[hookable]
fn holds() -> u8 {
    let holds;
    let v = [1, 2, 3];
    holds = Holds(&v);
    hook!();
    holds.finish()
}

fn ends() {
    println!("{}", descends(2));
    println!("{}", large()[0]);
    println!("{}", holds());
    end()
}

programs::run!(results, units, traits, closures, futures, places, ends);
