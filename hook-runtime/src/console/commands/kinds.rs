//! What kind of line a client of a socket asks for, before it is answered.

use super::super::line::{self, TypedLine};
use super::{Command, Group, Takes, find};

/// Returns whether a line is one of these commands, or nothing.
pub(crate) fn is_command_of(text: &str, names: &[&str]) -> bool {
    match line::parse(text) {
        TypedLine::Empty | TypedLine::Help(_) => true,
        TypedLine::Command { name, .. } => find(name).is_ok_and(|command| names.contains(&command.name)),
        _ => false,
    }
}

/// Returns whether a line may change a local. One that surely only looks cannot.
pub(crate) fn may_change(text: &str) -> bool {
    let changes = |command: &Command| command.takes == Takes::Rust || command.group == Group::Change;
    match line::parse(text) {
        TypedLine::Empty | TypedLine::Quit(_) | TypedLine::Help(_) | TypedLine::Asked(_) => false,
        TypedLine::Name(_) | TypedLine::Ended(_) => false,
        TypedLine::Command { name, .. } => find(name).is_ok_and(changes),
        TypedLine::Rust(text) => !text.chars().all(|c| c.is_alphanumeric() || "_.&[] ".contains(c)),
        TypedLine::Write { .. } | TypedLine::Assign { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_may_change_a_local() {
        for line in [
            "a", "a.b[0].c", "&a", ":locals", ":bt all", "?a", "", ":nothing", "// a = 1",
        ] {
            assert!(!may_change(line), "{line}");
        }
        for line in [
            "a = 1",
            "a.len()",
            "a[{n += 1; n}]",
            "a += 1",
            ":full a",
            ":undo",
            ":reload",
        ] {
            assert!(may_change(line), "{line}");
        }
    }
}
