//! What `:bt` says of functions whose code is not that of the file.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"use hookable::{hook, hookable};

struct Machine(Vec<i64>);

impl Machine {
    fn pop(&mut self) -> i64 {
        self.0.pop().unwrap_or(0)
    }
    fn add(&mut self) {
        let sum = self.pop() + self.pop();
        self.0.push(sum);
    }
}

#[hookable]
fn main() {
    let mut machine = Machine(vec![1, 2, 3]);
    hook!();
    machine.add();
    println!("{:?}", machine.0);
}
"#;

#[test]
fn functions_that_were_replaced_are_named() {
    let package = Package::new("live_callers").main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            (
                ":break Machine::add Machine::pop",
                "hook 2 is planted at src/main.rs:10 in Machine::add\nhook 3 is planted at src/main.rs:7 in Machine::pop",
            ),
            (":c", ""),
            (
                ":bt",
                "#0 in Machine::add at src/main.rs:10\n#1 in main at src/main.rs:19",
            ),
            (":c", ""),
            (
                ":bt",
                "#0 in Machine::pop at src/main.rs:7\n#1 in Machine::add\n#2 in main at src/main.rs:19",
            ),
            (":c", ""),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "[1, 5]",
    );
}
