//! Hooks at which values and items are kept, for those that come later.
#![allow(unused)]

use hookable::{hook, hookable};

#[hookable]
fn kept() {
    let a = 2;
    let words = vec![String::from("w")];
    hook!();
    hook!();
    println!("{a}");
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
fn repeat<T: Copy>(what: T, times: usize) -> usize {
    let mut total = 0;
    for i in 0..times {
        total += i;
        hook!();
    }
    total
}

fn often() {
    println!("{} {}", repeat(1, 5), repeat("x", 5));
}

programs::run!(kept, threads, items, often);
