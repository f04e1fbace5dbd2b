//! The names of the code around a line are taken out of rustc's messages. Pure.

use crate::eval::codegen::nest::MODULE;
use crate::eval::parse::names::RECEIVER;

/// Takes the closures and modules of the slot out of the names of what a line defines, and the file out of those of its
/// closures.
pub(super) fn without_slot(text: &str) -> String {
    without_modules(&without_closures(text))
}

fn without_modules(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MODULE) {
        let number = |c: char| c.is_ascii_digit() || c == '_';
        let after = after.trim_start_matches(number);
        out += before;
        rest = after.strip_prefix("::").unwrap_or(after);
    }
    out + rest
}

fn without_closures(text: &str) -> String {
    const IN: &str = "{closure#";
    const AT: &str = "{closure@";
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = [IN, AT].iter().filter_map(|mark| rest.find(mark)).min() {
        let Some(end) = rest[at..].find('}').map(|end| at + end + 1) else {
            break;
        };
        out += &rest[..at];
        let after = rest[end..].strip_prefix("::").filter(|_| rest[at..].starts_with(IN));
        match after {
            Some(after) => {
                let path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
                out.truncate(out.trim_end_matches(path).len());
                rest = after;
            }
            None => {
                out += "{closure}";
                rest = &rest[end..];
            }
        }
    }
    out + rest
}

/// Returns whether a text has a name of the code around the line.
pub(super) fn is_ours(text: &str) -> bool {
    text.replace(RECEIVER, "").contains("__hookable_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(without_slot(text), expected);
    }

    #[test]
    fn names_of_the_slot() {
        check("has type `main::{closure#0}::{closure#0}::Once`", "has type `Once`");
        check("`Vec<a::b::{closure#1}::P>`, not `P`", "`Vec<P>`, not `P`");
        check(
            "`{closure@/tmp/line.rs:3:4: 3:6}` is not `Fn`",
            "`{closure}` is not `Fn`",
        );
        check(
            "has type `main::{closure#0}::__hookable_level0_1::__hookable_level0_12::m::P`",
            "has type `m::P`",
        );
        check("{closure#0} of it", "{closure} of it");
        check("plain {x} {closure@", "plain {x} {closure@");
    }
}
