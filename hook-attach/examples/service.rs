//! A service that has no terminal. It counts orders, and has a bug: start it with `HOOKABLE=listen`, then type
//! `hook-attach`.

use std::collections::BTreeMap;
use std::io::{BufRead, stdin};

use hookable::{hook, hookable};

#[derive(Debug, Default)]
struct Orders {
    by_item: BTreeMap<String, u32>,
    total: u32,
}

#[hookable]
fn take(orders: &mut Orders, item: &str, number: u32) {
    let before = orders.total;
    *orders.by_item.entry(item.to_owned()).or_default() += number;
    orders.total = before + 1;
    hook!("order of {number} {item}");
}

fn main() {
    let mut orders = Orders::default();
    println!("ready");
    for line in stdin().lock().lines().map_while(Result::ok) {
        let mut words = line.split(' ');
        if let (Some(item), Some(Ok(number))) = (words.next(), words.next().map(str::parse)) {
            take(&mut orders, item, number);
            println!("{} in total", orders.total);
        }
    }
}
