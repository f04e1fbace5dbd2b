//! A future that is kept as a value of any type, so that its `TypeId` tells it.
#![allow(unused)]

use std::any::Any;
use std::future::Future;
use std::task::Poll;

use hookable::{hook, hookable};

async fn again() {
    let mut first = true;
    std::future::poll_fn(move |_| match std::mem::take(&mut first) {
        true => Poll::Pending,
        false => Poll::Ready(()),
    })
    .await;
}

fn kept<F: Future + 'static>(future: F) -> Box<dyn Any> {
    Box::new(future)
}

async fn held(n: u32) -> u32 {
    let more = n + 1;
    again().await;
    more
}

#[hookable]
fn asked_for() {
    hook!();
    println!("{}", kept(held(1)).is::<u8>());
}

fn asked() {
    asked_for();
}

programs::run!(asked);
