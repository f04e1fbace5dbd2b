//! A `select!` that waits while hooks are planted in its arms.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hookable::{hook, hookable};

async fn after(turns: u32) -> u32 {
    let mut left = turns;
    poll_fn(|_| {
        left = left.saturating_sub(1);
        if left == 0 { Poll::Ready(turns) } else { Poll::Pending }
    })
    .await
}

async fn race(first: u32, second: u32) -> u32 {
    let mut sum = 0;
    for turn in 0..2 {
        tokio::select! {
            biased;
            turns = after(first + turn) => sum += turns,
            turns = after(second) => {
                println!("second");
                sum += turns;
            }
        }
    }
    sum
}

#[hookable]
fn selected() {
    let mut race = pin!(race(2, 3));
    let mut context = Context::from_waker(Waker::noop());
    let mut poll = move || race.as_mut().poll(&mut context);
    assert!(poll().is_pending());
    hook!();
    loop {
        if let Poll::Ready(sum) = poll() {
            println!("{sum}");
            return;
        }
    }
}

programs::run!(selected);
