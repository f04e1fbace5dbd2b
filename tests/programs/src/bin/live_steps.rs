//! Functions that are gone through statement by statement.
#![allow(unused)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hookable::{hook, hookable};

struct Account {
    total: i64,
}

#[hookable(step)]
impl Account {
    fn deposit(&mut self, amount: i64) -> i64 {
        let before = self.total;
        self.total += amount;
        before
    }

    const fn limit() -> i64 {
        let limit = 9;
        limit
    }
}

#[hookable(step)]
fn walk(n: i64) -> i64 {
    hook!();
    let mut account = Account { total: n };
    for i in 0..2 {
        account.deposit(i);
    }
    let twice = |x: i64| {
        let y = x * 2;
        y
    };
    match n {
        0 => -1,
        _ => {
            let last = twice(account.total);
            last + 1
        }
    }
}

#[hookable(step)]
fn factorial(n: u64) -> u64 {
    hook!(when = n == 3);
    let before = n - 1;
    if before == 0 {
        return 1;
    }
    let rest = factorial(before);
    n * rest
}

#[hookable(step)]
async fn wait(n: u8) -> u8 {
    hook!();
    let first = std::future::ready(n).await;
    let second = async move {
        let more = first + 1;
        more
    };
    second.await
}

fn plain(n: i64) -> Option<i64> {
    let half = (n % 2 == 0).then_some(n / 2)?;
    Some(half + 1)
}

#[hookable]
fn calls(n: i64) -> Option<i64> {
    hook!();
    let found = plain(n)?;
    Some(found * 10)
}

fn steps() {
    println!("{}", walk(1));
    println!("{}", factorial(3));
    let mut waiting = pin!(wait(1));
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(second) = waiting.as_mut().poll(&mut context) else {
        unreachable!()
    };
    println!("{second}");
}

fn returns() {
    for n in 0..4 {
        println!("{:?}", calls(n));
    }
}

#[hookable]
fn arms() {
    hook!();
    let start = 3;
    if start > 1 {
        let more = start + 1;
        println!("{:?}", plain(more));
    }
}

programs::run!(steps, returns, arms);
