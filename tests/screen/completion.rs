//! What the Tab key offers, and the parameters behind the parenthesis of a call.

use super::{DISCARD, TAB, at_hook};
use crate::support::screen::Screen;

/// Types a line, and presses Tab until these are the last rows of the screen. Then discards the line.
#[track_caller]
fn check(screen: &mut Screen, typed: &str, last: &[&str]) {
    screen.press(typed);
    screen.sees(typed);
    screen.presses_to(TAB, last);
    screen.press(DISCARD);
    screen.ends_with(&["hook>"]);
}

#[test]
fn members_of_values() {
    let mut screen = at_hook("account", 100);
    check(
        &mut screen,
        "account.",
        &[
            "hook> account.",
            "ledger: Ledger                             fee(kind: &Kind) -> u32",
            "name: String                               into() -> _",
            "open: bool                                 price(kind: &Kind) -> u32",
            "entries(from: usize, to: usize) -> &[u64]  try_into() -> Result<_, _>",
            "hook> account.",
        ],
    );
    check(
        &mut screen,
        "account.ledger.",
        &[
            "hook> account.ledger.",
            "entries: Vec<u64>           into() -> _                 try_into() -> Result<_, _>",
            "hook> account.ledger.",
        ],
    );
    check(
        &mut screen,
        "kinds.iter().map(|kind| kind.clone_",
        &[
            "hook> kinds.iter().map(|kind| kind.clone_",
            "clone_from(&&Kind)      clone_into(&mut &Kind)",
            "hook> kinds.iter().map(|kind| kind.clone_",
        ],
    );
}

#[test]
fn the_parameters_of_a_call() {
    let mut screen = at_hook("account", 100);
    let rest = "from: usize, to: usize) -> &[u64]";
    // They are shown with the next key once rustc has answered.
    screen.press("accounts.get(\"me\").unwrap()[0].entries(");
    screen.presses_to(
        "1\x7f",
        &[&format!("hook> accounts.get(\"me\").unwrap()[0].entries({rest}")],
    );
    screen.press(DISCARD);
    screen.ends_with(&["hook>"]);
    screen.press("account.entries(");
    screen.presses_to("1\x7f", &[&format!("hook> account.entries({rest}")]);
    screen.press("1");
    screen.ends_with(&["hook> account.entries(1, to: usize) -> &[u64]"]);
    screen.press(", ");
    screen.ends_with(&["hook> account.entries(1, to: usize) -> &[u64]"]);
    screen.press("2)\r");
    screen.ends_with(&["hook> account.entries(1, 2)", "[2]", "hook>"]);
}

#[test]
fn paths_and_names() {
    let mut screen = at_hook("account", 100);
    check(&mut screen, "std::coll", &["hook> std::collections::"]);
    check(
        &mut screen,
        "Kind::",
        &[
            "hook> Kind::",
            "Large(u32) -> Kind                              into(Kind) -> _",
            "Named { .. }                                    try_from(value: _) -> Result<Kind, Infallible>",
            "Small: Kind                                     try_into(Kind) -> Result<_, _>",
            "from(Kind) -> Kind",
            "hook> Kind::",
        ],
    );
    check(
        &mut screen,
        "shop::",
        &["hook> shop::", "Account  Kind     Priced", "hook> shop::"],
    );
    check(
        &mut screen,
        "Account::n",
        &["hook> Account::new(name: &str) -> Account"],
    );
    check(
        &mut screen,
        "Account::entr",
        &["hook> Account::entries(&Account, usize, usize) -> &[u64]"],
    );
    check(&mut screen, "Option::<u8>::Non", &["hook> Option::<u8>::None"]);
    check(
        &mut screen,
        "acc",
        &["hook> account", "account   accounts", "hook> account"],
    );
    check(&mut screen, ":type kin", &["hook> :type kinds"]);
    check(&mut screen, ":full account.op", &["hook> :full account.open"]);
}

#[test]
fn what_the_session_has() {
    let mut screen = at_hook("plain", 60);
    for line in [
        "struct Pair { left: u8, right: u8 }",
        "impl Pair { fn swapped(self, times: u8) -> Pair { self } }",
        "let pair = Pair { left: 1, right: 2 };",
        "let rc = std::rc::Rc::new(pair.left);",
    ] {
        screen.press(&format!("{line}\r"));
        screen.ends_with(&["hook>"]);
    }
    check(
        &mut screen,
        "pair.",
        &[
            "hook> pair.",
            "left: u8                    swapped(times: u8) -> Pair",
            "right: u8                   try_into() -> Result<_, _>",
            "into() -> _",
            "hook> pair.",
        ],
    );
    // Not `Send`, so another thread than the one that asks has it.
    check(&mut screen, "rc.is_as", &["hook> rc.is_ascii"]);
    check(
        &mut screen,
        "let sum = n + 5; sum.leading_",
        &[
            "hook> let sum = n + 5; sum.leading_",
            "leading_ones() -> u32   leading_zeros() -> u32",
            "hook> let sum = n + 5; sum.leading_",
        ],
    );
    check(&mut screen, "let pa", &["hook> let pa"]);
    check(&mut screen, "\"n.", &["hook> \"n."]);
}
