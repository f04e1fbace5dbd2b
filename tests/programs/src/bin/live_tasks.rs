//! A task of a runtime, at whose hook Rust is typed.
#![allow(unused)]

use std::time::Duration;

use hookable::{hook, hookable};

#[hookable]
async fn later(n: u32) -> u32 {
    let before = n + 1;
    tokio::task::yield_now().await;
    hook!();
    before
}

async fn soon(n: u32) -> u32 {
    tokio::time::sleep(Duration::from_millis(1)).await;
    n
}

#[tokio::main]
async fn tasks() {
    println!("{}", tokio::spawn(later(3)).await.unwrap());
}

#[tokio::main(flavor = "current_thread")]
async fn single_task() {
    println!("{}", later(3).await);
}

/// No runtime is there.
#[hookable]
fn unhosted() {
    let mut x = 10;
    hook!();
    println!("{x}");
}

programs::run!(tasks, single_task, unhosted);
