//! `:step` at calls of functions in another crate.

use super::{merged, typed};
use crate::support::{Package, root, succeeds};

const BANK: &str = r#"hookable::this_crate!();

#[derive(Clone, Copy)]
pub struct Sum(pub u32);

impl std::ops::Add for Sum {
    type Output = Sum;
    fn add(self, other: Sum) -> Sum {
        let both = self.0 + other.0;
        Sum(both)
    }
}

pub struct Account {
    left: u32,
}

impl Account {
    pub fn open(left: u32) -> Account {
        Account { left }
    }
    pub fn pay(&mut self, amount: Sum) -> u32 {
        let fee = fee(amount);
        self.left -= amount.0 + fee;
        self.left
    }
}

fn fee(amount: Sum) -> u32 {
    let fee = amount.0 / 10;
    fee
}

pub fn twice<T: Copy>(value: T) -> (T, T) {
    (value, value)
}

pub use parts::half;
mod parts {
    /// Is not inline.
    #[inline(never)]
    pub fn half(of: u32) -> u32 {
        of / 2
    }
}
"#;

const MAIN: &str = r#"use hookable::{hook, hookable};
use steps_bank::{Account, Sum};

#[hookable(step)]
fn main() {
    let mut account = Account::open(100);
    hook!();
    let sum = Sum(10) + Sum(20);
    let left = account.pay(sum);
    let pair = steps_bank::twice(left);
    let half = steps_bank::half(pair.0);
    println!("{pair:?} {half}");
}
"#;

#[test]
fn into_calls_of_another_crate() {
    let hookable = root().display();
    let manifest = format!(
        "[package]\nname = \"steps_bank\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
         hookable = {{ path = \"{hookable}\" }}\n"
    );
    let package = Package::new("steps_elsewhere")
        .manifest("steps_bank = { path = \"bank\" }\n")
        .file("bank/Cargo.toml", &manifest)
        .file("bank/src/lib.rs", BANK)
        .main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let w = ":where 0";
    let at = |(file, text): (&str, &str), line: usize, function: &str| {
        let code = text.lines().nth(line - 1).unwrap_or_default();
        format!("{file}:{line} in {function}\n> {line}  {code}")
    };
    let (main, bank) = (("src/main.rs", MAIN), ("bank/src/lib.rs", BANK));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            (":n", ""),
            (":step", ""),
            (w, &at(bank, 9, "Sum::add")),
            (":n", ""),
            ("both", "30"),
            (":n", ""),
            (w, &at(main, 9, "main")),
            (":step", ""),
            (w, &at(bank, 23, "Account::pay")),
            // From a crate without hooks into its own, which the program's crate could not name.
            (":step", ""),
            (w, &at(bank, 30, "fee")),
            (":n", ""),
            ("fee = 0", ""),
            (":n", ""),
            (w, &at(bank, 24, "Account::pay")),
            (
                ":finish",
                "this call goes on until it returns: the next statement of a caller with hooks before its statements stops",
            ),
            (w, &at(main, 10, "main")),
            ("left", "70"),
            // Its code is in the crate that calls it.
            (":step", ""),
            (w, &at(main, 11, "main")),
            // Its module has another name.
            (":step", ""),
            (w, &at(bank, 43, "half")),
            ("of = 8", ""),
            // What sleeps was not asked for, and is no reload.
            (
                ":reload undo",
                "there is no reload to take back\nthe function at this hook goes on in its old code, and so does what is typed here",
            ),
        ],
        "(70, 70) 4",
    );
}
