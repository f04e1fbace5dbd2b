//! Futures that are suspended while hooks are planted in the functions that they are of.
#![allow(unused)]

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use hookable::{hook, hookable};

type Running = Pin<Box<dyn Future<Output = ()>>>;

struct Order {
    id: u32,
    items: Vec<u32>,
}

async fn again() {
    let mut first = true;
    std::future::poll_fn(move |_| match std::mem::take(&mut first) {
        true => Poll::Pending,
        false => Poll::Ready(()),
    })
    .await;
}

async fn paid(order: Order) {
    let count = order.items.len();
    let twice = count * 2;
    let shown = move |id: u32| format!("{id}: {twice}");
    println!("order {}", shown(order.id));
    again().await;
    let sum: u32 = order.items.iter().sum();
    async {
        again().await;
        println!("{} costs {sum}", order.id);
    }
    .await;
}

#[hookable]
fn turn(running: &mut Vec<Running>, id: u32) {
    hook!();
    running.push(Box::pin(paid(Order { id, items: vec![id; 3] })));
    let mut context = Context::from_waker(Waker::noop());
    running.retain_mut(|one| one.as_mut().poll(&mut context).is_pending());
}

fn futures() {
    let mut running = Vec::new();
    for id in 1..5 {
        turn(&mut running, id);
    }
}

async fn sold(order: Order) {
    let sum = order.items.len() as u32;
    async {
        again().await;
        println!("sold {}", sum + order.id);
    }
    .await;
}

#[hookable]
fn sell(running: &mut Vec<Running>, id: u32) {
    hook!();
    running.push(Box::pin(sold(Order { id, items: vec![id; 3] })));
    let mut context = Context::from_waker(Waker::noop());
    running.retain_mut(|one| one.as_mut().poll(&mut context).is_pending());
}

fn sales() {
    let mut running = Vec::new();
    for id in 1..4 {
        sell(&mut running, id);
    }
}

programs::run!(futures, sales);
