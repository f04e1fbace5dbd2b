//! What this crate says to the rustc that asks, through the diagnostics of the rustc that is asked.

use hook_rustc::records;
use proc_macro2::Ident;
use quote::format_ident;

use crate::syntax::location::SourceLocation;

/// What an error begins with that a hook makes of itself because no attribute saw it.
const UNSEEN: &str = "__hookable_unseen ";
/// What an error begins with that says why a probe cannot be made.
const FAILED: &str = "__hookable_failed ";
/// How a copy of a function is named that stands beside the function, before the function's own name.
const COPY: &str = "__hookable_alone_";

/// Returns the error of the hook at this place, which no attribute saw.
pub(crate) fn unseen(hook: &SourceLocation) -> String {
    let hook = records::to_line(hook).expect("a location has no paths");
    format!("{UNSEEN}{hook}")
}

/// Reads the place of such a hook from the message of an error.
pub(crate) fn unseen_hook(message: &str) -> Option<SourceLocation> {
    records::from_line(message.strip_prefix(UNSEEN)?)
}

/// Returns the error of a probe that cannot be made.
pub(crate) fn failed(why: &str) -> String {
    format!("{FAILED}{why}")
}

/// Reads why a probe could not be made from the message of an error.
pub(crate) fn failure(message: &str) -> Option<&str> {
    message.strip_prefix(FAILED)
}

/// Names a copy of a function; `function` is the name of the function's folder.
pub(crate) fn copy_name(function: &str, copy: usize) -> Ident {
    format_ident!("{COPY}{function}_{copy}")
}

/// Reads the name of the function's folder from a message about one of its copies.
pub(crate) fn function_of_copy(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(COPY)?;
    rest.split('_').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_they_were_written() {
        let hook = SourceLocation {
            file: "src/a b.rs".into(),
            line: 1,
            column: 2,
        };
        assert_eq!(unseen_hook(&unseen(&hook)), Some(hook));
        assert_eq!(failure(&failed("the disk is full")), Some("the disk is full"));
        let message = format!("method `{}` is not a member of trait `T`", copy_name("0123", 4));
        assert_eq!(function_of_copy(&message), Some("0123"));
    }

    #[test]
    fn messages_of_others_are_none() {
        for message in [
            "",
            "mismatched types",
            "__hookable_unseen src/a.rs",
            "__hookable_unseen a\t1\t2\t3",
        ] {
            assert_eq!(unseen_hook(message), None, "{message}");
            assert_eq!((failure(message), function_of_copy(message)), (None, None), "{message}");
        }
    }
}
