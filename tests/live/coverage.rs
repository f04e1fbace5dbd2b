//! A program with `-C instrument-coverage`, as `cargo llvm-cov` builds it: its objects hold records of functions that
//! no program has in memory, and its functions count in variables without names.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"use hookable::{hook, hookable};

fn double(n: u32) -> u32 {
    let twice = n * 2;
    twice
}

#[hookable]
fn main() {
    for n in 1..4 {
        hook!();
        println!("{}", double(n));
    }
}
"#;

#[test]
fn functions_are_replaced() {
    let package = Package::new("live_coverage").main(MAIN);
    succeeds(&mut package.cargo(&["rustc", "-q", "--", "-Cinstrument-coverage"]));
    let package = package.main(&MAIN.replace("n * 2", "if n > 2 { 0 } else { n * 20 }"));
    let mut program = merged(&package.executable("debug"), &[]);
    program.env("LLVM_PROFILE_FILE", package.path().join("counts.profraw"));
    typed(
        &mut program,
        &[
            (":break double", "hook 2 is planted at src/main.rs:4 in double"),
            (":c", ""),
            (":next", ""),
            ("twice = 7", ""),
            (":c", "7"),
            (":delete 2", ""),
            (":reload", "replaced live_coverage::double (src/main.rs:3)"),
            ("double(3)", "0"),
            (":c", "40"),
        ],
        "0",
    );
}
