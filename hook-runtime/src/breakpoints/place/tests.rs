use std::path::Path;

use super::{CrateSource, Place};

const MAIN: &str = "\
mod shop;
fn main() {
    let a = 1; let b = 2;

    // Nothing.
    let c = a
        .max(b)
        .min(3);
    shop::open(c);
}

impl Account {
    fn deposit(&mut self) {
    }
    const fn limit() -> u8 { 3 }
}
";
const SHOP: &str = "pub fn open(n: u8) {\n    match n {\n        1 => close(),\n        _ => {}\n    }\n}\npub fn close() { drop(1) }\n";

/// Checks what a place is: the file, the line and the function, or the error.
#[track_caller]
fn check(typed: &str, expected: &str) {
    let sources = [
        ("src/main.rs", MAIN),
        ("src/shop.rs", SHOP),
        ("src/a/shop.rs", "fn open() {}"),
    ];
    let sources = sources.map(|(file, text)| CrateSource {
        file: Path::new(file),
        text,
    });
    let found = Place::parse(typed).and_then(|place| place.find(&sources, Path::new("src/main.rs")));
    let said = match found {
        Ok(found) => format!(
            "{}:{} {}",
            sources[found.source].file.display(),
            found.line,
            found.function.path.join("::")
        ),
        Err(error) => error.to_string(),
    };
    assert_eq!(said, expected, "{typed}");
}

#[test]
fn lines() {
    check("3", "src/main.rs:3 main");
    check("2", "src/main.rs:3 main");
    check("4", "src/main.rs:6 main");
    check("7", "src/main.rs:9 main");
    check(
        "10",
        "nothing can stop at src/main.rs:10: the nearest statement is at line 9",
    );
    check(
        "12",
        "nothing can stop at src/main.rs:12: the nearest statement is at line 9",
    );
    check("13", "src/main.rs:13 Account::deposit");
    check("14", "src/main.rs:13 Account::deposit");
    check("99", "src/main.rs has 16 lines");
    check(
        "0",
        "`0` is no place: a place is `FILE:LINE`, `LINE`, or the name of a function",
    );
    check(
        "15",
        "`Account::limit` is a `const fn`, which may be evaluated at compile time: no hook can be there",
    );
}

#[test]
fn files() {
    check("main.rs:9", "src/main.rs:9 main");
    check("./src/shop.rs:3", "src/shop.rs:3 open");
    check("shop.rs:3", "`shop.rs` could be src/shop.rs or src/a/shop.rs");
    check("a/shop.rs:1", "src/a/shop.rs:1 open");
    check(
        "mian.rs:3",
        "`mian.rs` is no source of this crate, did you mean `main.rs`?",
    );
    check("src/shop.rs:2", "src/shop.rs:2 open");
    check(
        "src/shop.rs:4",
        "nothing can stop at src/shop.rs:4: the nearest statement is at line 3",
    );
}

#[test]
fn function_names() {
    check("main", "src/main.rs:3 main");
    check("deposit", "src/main.rs:13 Account::deposit");
    check("Account::deposit", "src/main.rs:13 Account::deposit");
    check("crate::shop::close", "src/shop.rs:7 close");
    check("open", "`open` could be open (src/shop.rs:2) or open (src/a/shop.rs:1)");
    check("a::shop::open", "src/a/shop.rs:1 open");
    check(
        "Account::depsoit",
        "no function of this crate is called `Account::depsoit`, did you mean `Account::deposit`?",
    );
    check(
        "limit",
        "`Account::limit` is a `const fn`, which may be evaluated at compile time: no hook can be there",
    );
    check(
        "a + b",
        "`a + b` is no place: a place is `FILE:LINE`, `LINE`, or the name of a function",
    );
    check(
        "f:",
        "`f:` is no place: a place is `FILE:LINE`, `LINE`, or the name of a function",
    );
}
