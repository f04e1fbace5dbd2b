//! Functions without an attribute, in which hooks are planted from the one that has one.
#![allow(unused)]

use hookable::{hook, hookable};

struct Account {
    total: i64,
}

impl Account {
    fn deposit(&mut self, amount: i64) -> i64 {
        let before = self.total;
        self.total += amount;

        if self.total > 100 {
            println!("rich");
        }
        before
    }
}

fn kind(n: i64) -> &'static str {
    match n {
        0 => "zero",
        _ => "more",
    }
}

const fn limit() -> i64 {
    9
}

#[hookable]
fn turn(account: &mut Account, n: i64) {
    hook!();
    let before = account.deposit(n);
    println!("{n} {before} {} {}", account.total, kind(n));
}

fn planted() {
    let mut account = Account { total: 0 };
    for n in 0..6 {
        turn(&mut account, n * 30);
    }
}

programs::run!(planted);
