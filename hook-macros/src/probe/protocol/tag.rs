//! What a line of a probe's file is about. It is written in a comment behind the line, so that rustc shows it in its
//! diagnostics.

use hook_rustc::{enum_fields, records, struct_fields};

use super::BindingKey;

/// What rustc is asked by a line of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Is the name that of a binding?
    Name,
    /// Does a macro make a closure or the like around the hook?
    Enclosed,
    /// Can the binding be borrowed mutably, by itself?
    Unique,
    /// Can the binding be borrowed at all, by itself?
    Shared,
    /// Is the binding whole? `emit/questions.rs` says how that is asked.
    Whole,
    /// Can the type of the binding be named?
    Type,
    /// Can the traits of its type be asked for?
    Traits,
    /// Is the binding a mutable reference?
    Reference,
    /// Is the type of the binding not `Send`?
    Sent,
    /// Can the binding be captured together with all the others?
    Capture,
    /// Can the function be left at the hook? The tag names no binding then.
    Return,
    /// Can the function have a closure? The tag names no binding then.
    Closure,
}

enum_fields!(Question {
    Name = "name",
    Enclosed = "enclosed",
    Unique = "unique",
    Shared = "shared",
    Whole = "whole",
    Type = "type",
    Traits = "traits",
    Reference = "reference",
    Sent = "sent",
    Capture = "capture",
    Return = "return",
    Closure = "closure",
});

/// The binding that a line is about, and what the line asks of it. A line that asks about the hook itself has the key
/// of the first binding there, whether there is one or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) key: BindingKey,
    pub(crate) question: Question,
}

struct_fields!(Tag { key, question });

/// What stands between a line and its tag.
const COMMENT: &str = "//~ ";

impl Tag {
    /// Returns the code as a line with the tag behind it.
    pub(crate) fn line(&self, code: &str) -> String {
        format!("{} {COMMENT}{}\n", code.replace('\n', " "), written(self))
    }

    /// Reads the tag behind a line; `None` if there is none.
    pub(crate) fn read(line: &str) -> Option<Tag> {
        behind(line, COMMENT)
    }
}

fn written(record: &impl records::RecordFields) -> String {
    records::to_line(record).expect("a tag has no paths")
}

fn behind<R: records::RecordFields>(line: &str, comment: &str) -> Option<R> {
    let at = line.rfind(comment)? + comment.len();
    records::from_line(line[at..].trim_end_matches(['\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::hook::HookKey;
    use crate::syntax::location::SourceLocation;

    fn key() -> HookKey {
        HookKey {
            location: SourceLocation {
                file: "src/a b\tc.rs".into(),
                line: 3,
                column: 5,
            },
            repetition: 1,
        }
    }

    #[test]
    fn a_tag_is_read_as_it_was_written() {
        use Question::*;
        for question in [
            Name, Enclosed, Unique, Shared, Whole, Type, Traits, Reference, Capture, Return,
        ] {
            let key = BindingKey::new(&key(), 7);
            let tag = Tag { key, question };
            assert_eq!(Tag::read(&tag.line("let _ = &a;\n// b")), Some(tag));
        }
    }

    #[test]
    fn what_is_no_tag() {
        for line in [
            "",
            "let a = 1; // 3 4 unique",
            "a //~ ",
            "a //~ src/a.rs\t3\t5\t0\t7",
            "a //~ src/a.rs\t3\t5\t0\t7\tunknown",
            "a //~ src/a.rs\t3\t5\t0\t7\tunique\tmore",
            "a //~ src/a.rs\tthree\t5\t0\t7\tunique",
        ] {
            assert_eq!(Tag::read(line), None, "{line}");
        }
        assert!(Tag::read("a //~ src/a.rs\t3\t5\t0\t7\tunique").is_some());
    }
}
