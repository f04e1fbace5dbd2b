//! Two hooks, the first of which is reached twice, for lines that define things and keep values of them.
#![allow(unused)]

use std::any::Any;
use std::sync::Mutex;

use hookable::{hook, hookable};

static FIVE: u64 = 5;
static BOXES: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());

trait Tr {
    type Out;
    fn go(&self) -> usize {
        1
    }
}

struct W<T: Tr>(T::Out);

struct Plain(u8);

fn apply<F: Fn() -> usize>(f: F) -> usize {
    f()
}

#[hookable]
fn first(a: i32, words: Vec<String>) {
    hook!();
}

#[hookable]
fn second(n: usize) {
    hook!();
}

#[hookable]
fn generic<T: Copy + std::fmt::Debug>(t: T) -> T {
    hook!();
    t
}

#[hookable]
fn unused(n: u64) -> u64 {
    hook!();
    n
}

fn both() {
    first(2, vec!["w".into()]);
    second(7);
    first(3, vec!["v".into()]);
}

fn one() {
    first(2, vec!["w".into()]);
}

programs::run!(both, one);
