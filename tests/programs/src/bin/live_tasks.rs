//! A task of a runtime, at whose hook Rust is typed.
#![allow(unused)]

use hookable::{hook, hookable};

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

programs::run!(tasks);
