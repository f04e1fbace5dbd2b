//! Hooks at which keys are typed on a terminal.
#![allow(dead_code)]

use std::collections::HashMap;

use hookable::{hook, hookable};
use shop::{Account, Kind, Priced as _};

mod shop {
    #[derive(Debug)]
    pub struct Account {
        name: String,
        ledger: Ledger,
        pub open: bool,
    }

    #[derive(Debug)]
    struct Ledger {
        entries: Vec<u64>,
    }

    #[derive(Debug)]
    pub enum Kind {
        Small,
        Large(u32),
        Named { name: String },
    }

    pub trait Priced {
        fn price(&self, kind: &Kind) -> u32;
    }

    impl Priced for Account {
        fn price(&self, kind: &Kind) -> u32 {
            self.fee(kind) + u32::from(self.open)
        }
    }

    impl Account {
        pub fn new(name: &str) -> Account {
            let ledger = Ledger { entries: vec![1, 2] };
            Account {
                name: name.to_owned(),
                ledger,
                open: true,
            }
        }

        pub fn entries(&self, from: usize, to: usize) -> &[u64] {
            &self.ledger.entries[from..to]
        }

        fn fee(&self, kind: &Kind) -> u32 {
            match kind {
                Kind::Small => 1,
                Kind::Large(fee) => *fee,
                Kind::Named { name } => u32::from(*name == self.name),
            }
        }
    }
}

#[hookable]
fn account() {
    let account = Account::new("me");
    let kinds = [Kind::Small, Kind::Large(2), Kind::Named { name: "n".into() }];
    let accounts = HashMap::from([("me", vec![Account::new("you")])]);
    hook!();
    let prices: u32 = kinds.iter().map(|kind| account.price(kind)).sum();
    println!("{prices} {:?} {}", account.entries(0, 1), accounts.len());
}

#[hookable]
fn plain() {
    let n = 5;
    let words = vec!["one".to_owned(), "two".to_owned()];
    hook!();
    println!("{n} {words:?}");
}

#[derive(Debug, Clone)]
struct Sensor {
    name: String,
    place: (f32, f32),
    readings: Vec<f64>,
    near: Vec<Sensor>,
    model: Option<Model>,
}

#[derive(Debug, Clone)]
struct Model {
    offsets: Vec<f64>,
    range: (u16, u16),
    note: String,
}

fn sensor(name: &str, near: Vec<Sensor>) -> Sensor {
    let model = Model {
        offsets: (0..12).map(f64::from).collect(),
        range: (10, 1200),
        note: "calibrated".to_owned(),
    };
    Sensor {
        name: name.to_owned(),
        place: (1.5, 2.25),
        readings: (0..40).map(|n| f64::from(n % 7) / 2.0).collect(),
        near,
        model: Some(model),
    }
}

#[hookable]
fn values() {
    let station = sensor("köln 日本", vec![sensor("a", vec![sensor("b", Vec::new())])]);
    let matrix: Vec<Vec<u32>> = (0..6).map(|row| (0..14).map(|column| row * column).collect()).collect();
    let text = "a long text, ".repeat(30);
    let ages = std::collections::BTreeMap::from([("ann", 31), ("bartholomew", 7), ("eve", 104)]);
    let mut offsets = station.readings.clone();
    let first = &mut offsets;
    let moved = text.clone();
    let count = drop_all(moved);
    hook!();
    first.push(1.0);
    println!(
        "{count} {} {} {} {}",
        station.name,
        matrix.len(),
        text.len(),
        ages.len()
    );
}

fn drop_all(text: String) -> usize {
    text.len()
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("values") => values(),
        Some("plain") => plain(),
        _ => account(),
    }
}

/// An item of the crate names `Sized`, so Tab asks whether a path has that name, too.
#[allow(dead_code)]
fn sized<T: ?Sized>(_: &T) {}
