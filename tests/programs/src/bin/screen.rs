//! Hooks at which keys are typed on a terminal.

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

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("plain") => plain(),
        _ => account(),
    }
}
