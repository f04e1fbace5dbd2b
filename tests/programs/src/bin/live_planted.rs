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

trait Area {
    fn area(&self) -> i64;

    fn twice(&self) -> i64 {
        let once = self.area();
        once * 2
    }
}

#[derive(Clone, Debug, Default)]
struct Square(i64);

impl Area for Square {
    fn area(&self) -> i64 {
        let side = self.0;
        side * side
    }
}

impl<T: Copy> Area for Vec<T> {
    fn area(&self) -> i64 {
        let length = self.len();
        length as i64
    }
}

fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
    let mut best = *items.first()?;
    for &item in items {
        if item > best {
            best = item;
        }
    }
    Some(best)
}

fn factorial(n: u64) -> u64 {
    match n {
        0 => 1,
        n => n * factorial(n - 1),
    }
}

fn apply<F: Fn(i64) -> i64>(f: F, n: i64) -> i64 {
    let done = f(n);
    done
}

async fn waits(n: i64) -> i64 {
    n
}

fn evens(n: i64) -> impl Iterator<Item = i64> {
    let half = n / 2;
    (0..half).map(|n| n * 2)
}

fn never_called() -> u8 {
    1
}

#[hookable]
fn ask(round: i64) {
    hook!();
    let square = Square(round);
    println!("{} {}", square.twice(), vec![1, 2].area());
    println!("{:?} {:?}", largest(&[1, 3, 2]), largest(&["a", "b"]));
    println!("{}", factorial(2));
    println!("{}", apply(|n| n + round, 5));
    println!("{}", evens(4).count());
}

fn kinds() {
    for round in 1..4 {
        ask(round);
    }
}

programs::run!(planted, kinds);
