//! Hooks that are planted in a running program.

use super::{check, merged, typed};
use crate::support::{Package, succeeds};

const FILE: &str = "src/bin/live_planted.rs";

#[test]
fn where_a_place_is() {
    let planted =
        |number: usize, at: usize, function: &str| format!("hook {number} is planted at {FILE}:{at} in {function}");
    check(
        "live_planted",
        "planted",
        &[
            (":break deposit", &planted(2, 12, "Account::deposit")),
            (":disable 1", ""),
            (":c", ""),
            ("(self.total, amount)", "(0, 0)"),
            // The source is shown as the user wrote it.
            (
                ":where 0",
                &format!("{FILE}:12 in Account::deposit\n> 12          let before = self.total;"),
            ),
            (
                ":type before",
                "error[E0425]: cannot find value `before` in this scope\n --> hook:1:1\n | before\n | ^^^^^^ not found in this scope",
            ),
            // Between statements it is the next one, and an arm of a `match` becomes a block.
            (
                ":b 14 live_planted.rs:25",
                &format!(
                    "{}\n{}\nthe call of the function that is stopped here goes on without it: it stops from the next call on",
                    planted(3, 15, "Account::deposit"),
                    planted(4, 25, "kind")
                ),
            ),
            (":c", "0 0 0 zero"),
            ("amount", "30"),
            (":c", ""),
            ("before", "0"),
            (":c", ""),
            ("n", "30"),
            (
                ":breaks",
                &format!(
                    "1  {FILE}:35 in turn, disabled, hit once\n2  {FILE}:12 in Account::deposit, planted, hit 2 times\n\
                     3  {FILE}:15 in Account::deposit, planted, hit once\n4  {FILE}:25 in kind, planted, hit once\n\
                     5  {FILE}:110 in ask, not hit yet"
                ),
            ),
            (":delete 2 4", ""),
            (":ignore 3 1", "the next hit of hook 3 is passed over"),
            (":c", "30 0 30 more\n60 30 90 more"),
            ("amount", "90"),
            (":delete 3", ""),
            (":tbreak turn if n > 100", &planted(6, 35, "turn")),
            (":c", "rich\n90 90 180 more"),
            ("n", "120"),
            (
                ":breaks",
                &format!("1  {FILE}:35 in turn, disabled, hit once\n5  {FILE}:110 in ask, not hit yet"),
            ),
            (":on live_planted.rs:35", ""),
            (":c", ""),
            ("n", "120"),
            (":c", "rich\n120 180 300 more"),
            ("n", "150"),
            (":off turn", ""),
        ],
        "rich\n150 300 450 more",
    );
}

#[test]
fn where_no_hook_can_be() {
    check(
        "live_planted",
        "planted",
        &[
            (
                ":break",
                &format!("1  {FILE}:35 in turn, hit once\n2  {FILE}:110 in ask, not hit yet"),
            ),
            (
                ":break depsoit",
                "no function of this crate is called `depsoit`, did you mean `deposit`?",
            ),
            (
                ":break limit",
                "`limit` is a `const fn`, which may be evaluated at compile time: no hook can be there",
            ),
            (
                ":break 19",
                &format!("nothing can stop at {FILE}:19: the nearest statement is at line 18"),
            ),
            (
                ":break nosuch.rs:3",
                "`nosuch.rs` is no source of this crate, nor of another one that has a hook or the line `hookable::this_crate!();`",
            ),
            (":break if n > 1", "usage: :break PLACE.. [if EXPR]"),
            (":delete 7", "no hook has the number 7: `:breaks` lists them"),
            (
                ":disable x",
                "no hook is at `x`: `:breaks` lists them with their numbers, functions and lines",
            ),
            (":off 1x", "`1x` is no number of a hook"),
            (":skip", "usage: :skip N"),
            (":condition", "usage: :condition N [EXPR]"),
            (
                ":break 13 if nothing > 1",
                &format!(
                    "error[E0425]: cannot find value `nothing` in this scope\n  --> {FILE}:13:35\n   |\n13 |          \
                     ::hookable::hook!(when = nothing > 1); self.total += amount;\n   |                                   ^^^^^^^ not found in this scope"
                ),
            ),
            (
                ":breaks",
                &format!("1  {FILE}:35 in turn, hit once\n2  {FILE}:110 in ask, not hit yet"),
            ),
            (":disable 1", ""),
        ],
        "0 0 0 zero\n30 0 30 more\n60 30 90 more\nrich\n90 90 180 more\nrich\n120 180 300 more\nrich\n150 300 450 more",
    );
}

#[test]
fn values_are_traced() {
    let trace =
        |number: usize, at: usize, function: &str| format!("trace {number} is planted at {FILE}:{at} in {function}");
    let first = format!("{FILE}:12 Account::deposit: self = a value of type &mut Account, amount = ");
    let shown = format!("{FILE}:12 Account::deposit: self = Account {{ total: 90 }}, amount = ");
    let second = format!("{FILE}:15 Account::deposit: self.total = ");
    check(
        "live_planted",
        "planted",
        &[
            (":trace deposit", &trace(2, 12, "Account::deposit")),
            (
                ":tr 15 self.total, [amount, before].map(|n| n / 2)",
                &trace(3, 15, "Account::deposit"),
            ),
            (":trace 25", &trace(4, 25, "kind")),
            (
                ":c",
                &format!("{first}0\n{second}0, [amount, before].map(|n| n / 2) = [0, 0]\n0 0 0 zero"),
            ),
            (":disable 2", ""),
            (":ignore 4 0", "no hit of hook 4 is passed over"),
            (
                ":c",
                &format!("{second}30, [amount, before].map(|n| n / 2) = [15, 0]\n{FILE}:25 kind: n = 30\n30 0 30 more"),
            ),
            (":delete 3 4", ""),
            (":enable 2", ""),
            (":c", &format!("{first}60\n60 30 90 more")),
            // A type without `Debug` that was shown at the prompt is shown by its fields.
            ("account", "Account { total: 90 }"),
            (
                ":breaks",
                &format!(
                    "1  {FILE}:35 in turn, hit 4 times\n2  {FILE}:12 in Account::deposit, traces self, amount, hit 2 times\n\
                     5  {FILE}:110 in ask, not hit yet"
                ),
            ),
            // Nothing can be moved, changed or left.
            (
                ":trace turn account.total += 1",
                &format!(
                    "error[E0594]: cannot assign to value, as it is a captured variable in a `Fn` closure\n  --> {FILE}:35:36\n   |\n35 |      \
                     ::hookable::__private::trace!(account.total += 1); hook!();\n   |      ------------------------------^^^^^^^^^^^^^^^^^^-\n   |      \
                     |                             |\n   |      |                             cannot assign\n   |      in this closure"
                ),
            ),
            (":trace 15 100 / (before - 90)", &trace(6, 15, "Account::deposit")),
            (
                ":c",
                &format!(
                    "{shown}90\n{FILE}:15 Account::deposit: (panicked: attempt to divide by zero)\nrich\n90 90 180 more"
                ),
            ),
            (":trace", "usage: :trace PLACE [EXPR, ..]"),
            (":delete 6 2", ""),
            (":disable 1", ""),
        ],
        "rich\n120 180 300 more\nrich\n150 300 450 more",
    );
}

#[test]
fn what_is_asked_of_a_hook_holds_for_its_new_code() {
    let old =
        "the call of the function that is stopped here goes on without it: it stops from the next call on".to_owned();
    let planted = |number: usize, at: usize| format!("hook {number} is planted at {FILE}:{at} in turn");
    check(
        "live_planted",
        "planted",
        &[
            (":when n > 60", "this hook stops when `n > 60`, which is false now"),
            (":break turn if n == 30", &[planted(2, 35), old.clone()].join("\n")),
            (":c", "0 0 0 zero"),
            ("n", "30"),
            // Another hook than this one is asked for.
            (
                ":condition 1 n > 100",
                "hook 1 stops when `n > 100`; rustc reads that at its next hit, and what it refuses stops there",
            ),
            (":ignore 1 4", "the next 4 hits of hook 1 are passed over"),
            (
                ":breaks",
                &format!(
                    "1  {FILE}:35 in turn, when n > 100, hit once, passes over the next 4 hits\n\
                     2  {FILE}:35 in turn, planted, if n == 30, hit once\n3  {FILE}:110 in ask, not hit yet"
                ),
            ),
            (
                ":c",
                "30 0 30 more\n60 30 90 more\nrich\n90 90 180 more\nrich\n120 180 300 more\n`n > 100` is true",
            ),
            ("n", "150"),
            (":condition 1", "removed: n > 100"),
            (":condition 9 true", "no hook has the number 9: `:breaks` lists them"),
        ],
        "rich\n150 300 450 more",
    );
}

#[test]
fn a_hook_that_is_off_stays_off_in_new_code() {
    let old = "the call of the function that is stopped here goes on without it: it stops from the next call on";
    check(
        "live_planted",
        "planted",
        &[
            (":off", "this hook does not stop any more; `:on` switches it on again"),
            (":break 37", &format!("hook 2 is planted at {FILE}:37 in turn\n{old}")),
            (":c", "0 0 0 zero"),
            ("(n, before)", "(30, 0)"),
            (":on", &format!("on again: {FILE}:35")),
            (":disable 2", ""),
            (":c", "30 0 30 more"),
            ("n", "60"),
            (":disable 1", ""),
        ],
        "60 30 90 more\nrich\n90 90 180 more\nrich\n120 180 300 more\nrich\n150 300 450 more",
    );
}

#[test]
fn in_every_kind_of_function() {
    let planted =
        |number: usize, at: usize, function: &str| format!("hook {number} is planted at {FILE}:{at} in {function}");
    check(
        "live_planted",
        "kinds",
        &[
            (":disable 1", ""),
            (
                ":break twice 61 68 largest 86 apply",
                &[
                    planted(2, 51, "Area::twice"),
                    planted(3, 61, "Square::area"),
                    planted(4, 68, "Vec::area"),
                    planted(5, 74, "largest"),
                    planted(6, 86, "factorial"),
                    planted(7, 91, "apply"),
                ]
                .join("\n"),
            ),
            (":c", ""),
            (":disable 2", ""),
            (":c", ""),
            ("self.0", "1"),
            (
                ":bt",
                &format!(
                    "#0 in Square::area at {FILE}:61\n#1 in Area::twice\n#2 in ask at {FILE}:112\n#3 in kinds at {FILE}:121\n#4 in main at src/lib.rs:13"
                ),
            ),
            (":delete 3", ""),
            (":c", ""),
            ("self", "[1, 2]"),
            (":c", "2 2"),
            ("items", "[1, 3, 2]"),
            (":c", ""),
            ("items", "[\"a\", \"b\"]"),
            (":delete 5", ""),
            (":c", "Some(3) Some(\"b\")"),
            ("n", "2"),
            (":c", ""),
            ("n", "1"),
            (":c", "2"),
            ("n", "5"),
            (":delete 4 6 7", ""),
            (
                ":break never_called",
                &format!(
                    "hook 8: the program has no code of `never_called` that could be replaced; it stops where new code calls that\n{}",
                    planted(8, 105, "never_called")
                ),
            ),
            // Nothing calls it.
            (":break waits", NOT_IN_PROGRAM),
            // What it returns is laid out as before.
            (":break evens", &planted(9, 100, "evens")),
            (":c", "6"),
            ("n", "4"),
            (":delete 8 9", ""),
        ],
        "2\n8 2\nSome(3) Some(\"b\")\n2\n7\n2\n18 2\nSome(3) Some(\"b\")\n2\n8\n2",
    );
}

/// A library without a hook, whose one line is that of another name of the crate.
const LIBRARY: &str = r#"#![deny(warnings)]
#![forbid(unsafe_code)]
hk::this_crate!();
pub mod shop;

fn secret(n: u32) -> u32 {
    n * 3
}

pub fn doubled(n: u32) -> u32 {
    secret(n) + 1
}

pub async fn later() {
    std::future::ready(()).await;
}
"#;

const SHOP: &str = "pub struct Order {\n    id: u32,\n}\n\nimpl Order {\n    pub fn new(id: u32) -> Order {\n        Order { id }\n    }\n    pub fn total(&self) -> u32 {\n        self.id * 5\n    }\n}\n";

/// A library that knows the crate only by another one, in an edition in which a path begins at the root.
const BEHIND: &str = r#"#![no_std]
extern crate facade;
facade::hookable::this_crate!(crate = facade::hookable);

pub fn halved(n: u32) -> u32 {
    let half = n / 2;
    half
}

pub fn same<T>(n: T) -> T {
    n
}
"#;

#[test]
fn in_crates_that_have_no_hook() {
    let package = Package::new("this_crate_live")
        .calling_it("hk")
        .manifest("behind = { path = \"behind\" }")
        .file("behind/Cargo.toml", "[package]\nname = \"behind\"\nversion = \"0.0.0\"\nedition = \"2015\"\n[dependencies]\nfacade = { path = \"../facade\" }\n")
        .file("behind/src/lib.rs", BEHIND)
        .file(
            "facade/Cargo.toml",
            &format!(
                "[package]\nname = \"facade\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nhookable = {{ path = \"{}\" }}\n",
                crate::support::root().display()
            ),
        )
        .file("facade/src/lib.rs", "pub use hookable;\n")
        .file("src/shop.rs", SHOP)
        .lib(LIBRARY)
        .main(
            "use this_crate_live::{doubled, shop::Order};\n#[hk::hookable]\nfn main() {\n    for n in 1..5 {\n        hk::hook!();\n        \
             println!(\"{} {} {}\", doubled(n), Order::new(n).total(), behind::halved(n));\n    }\n}\n",
        );
    succeeds(&mut package.cargo(&["build", "-q"]));
    let listed = "1  src/main.rs:5 in main, disabled, hit 2 times\n4  behind/src/lib.rs:6 in halved, planted, disabled, hit 2 times\n\
                  5  src/lib.rs:7 in secret, traces n, n * 3, hit 2 times";
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            // One line, two crates, and neither is that of the hook.
            (
                ":break this_crate_live::secret halved shop.rs:10",
                "hook 2 is planted at src/lib.rs:7 in secret\nhook 3 is planted at src/shop.rs:10 in Order::total\n\
                 hook 4 is planted at behind/src/lib.rs:6 in halved",
            ),
            (":c", ""),
            ("n + 1", "2"),
            (":c", ""),
            ("self.id", "1"),
            (":c", ""),
            ("n", "1"),
            (":delete 2 3", ""),
            (":c", "4 5 0"),
            (":disable 1", ""),
            (":c", ""),
            ("n", "2"),
            // In a crate without hooks, from one without hooks.
            (":trace secret n, n * 3", "trace 5 is planted at src/lib.rs:7 in secret"),
            (
                ":break halvde",
                "no function of this crate is called `halvde`, did you mean `halved`?",
            ),
            (
                ":break total if self.id > 3",
                "hook 6 is planted at src/shop.rs:10 in Order::total",
            ),
            (":disable 4", ""),
            (
                ":c",
                "7 10 1\nsrc/lib.rs:7 secret: n = 3, n * 3 = 9\n10 15 1\nsrc/lib.rs:7 secret: n = 4, n * 3 = 12",
            ),
            ("self.id", "4"),
            // What was planted last is taken back first, whatever crate it is in.
            (
                ":reload undo",
                "hook 6 is gone: the functions are as they were before it was planted\nthe function at this hook goes on in its old code, and so does what is typed here",
            ),
            (":breaks", listed),
            (
                ":break later",
                "no hook was planted: the program has no code of that `async fn` that could be replaced. Nothing awaits it, or it has type \
                 parameters, or closures that cannot be told apart, and rustc compiled it in the crate that awaits it: a `hook!` in its source \
                 stops in it, after a build",
            ),
            // Nothing calls the second, and the first is in another crate.
            (":break shop.rs:10 same", NOT_IN_PROGRAM),
            (":breaks", listed),
        ],
        "13 20 2",
    );
}

const NOT_IN_PROGRAM: &str = "no hook was planted: the crate has no code of that function. Nothing calls it, or it is generic or inlined and rustc \
     compiled it in the crates that call it: a `hook!` in its source stops in it, after a build";
