//! Text is written to a writer that fails at a limit, so that the `Debug` of ten million elements ends there.

use std::fmt;

use super::apart;
use crate::settings;

/// Says how much text a value may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// This is the number of characters.
    pub chars: usize,
    /// This is the number of lines.
    pub lines: usize,
}

impl Limit {
    /// The prompt shows no more than this of a value, unless the user sets something else.
    #[cfg(test)]
    pub const PROMPT: Limit = Limit { chars: 4000, lines: 60 };
    /// This sets no limit.
    pub const NONE: Limit = Limit {
        chars: usize::MAX,
        lines: usize::MAX,
    };

    /// Returns the limit for what the prompt shows of a value.
    pub fn prompt() -> Self {
        let (lines, chars) = settings::limits();
        Limit { chars, lines }
    }

    /// Returns a limit for the text that is laid out and then shown within this one. It is so much larger that the
    /// elements of all but very long values can be counted.
    pub fn counted(self) -> Self {
        Limit {
            chars: self.chars.saturating_mul(50),
            lines: self.lines.saturating_mul(200),
        }
    }

    /// Returns a limit of one line of so many characters.
    pub fn line(chars: usize) -> Self {
        Limit { chars, lines: 1 }
    }
}

/// Takes text up to a limit, and fails from there on.
pub(crate) struct Bounded {
    text: String,
    left: Limit,
    cut: bool,
    /// Nothing but empty lines was written, and of one line there is to be something.
    is_blank: bool,
}

impl Bounded {
    pub(super) fn new(limit: Limit) -> Self {
        Bounded::onto(String::new(), limit)
    }

    /// Adds to a text, of which the limit does not count what is there.
    pub(crate) fn onto(text: String, limit: Limit) -> Self {
        Bounded {
            text,
            left: limit,
            cut: false,
            is_blank: limit.lines == 1,
        }
    }

    /// Returns the text, and whether some of it was refused.
    pub(super) fn finish(self) -> (String, bool) {
        (self.text, self.cut)
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        if self.is_blank {
            text = text.trim_start_matches('\n');
            self.is_blank = text.is_empty();
        }
        // Most pieces are short and without a line break, and to look at each character takes longer than to copy them.
        if !self.cut && text.len() <= self.left.chars && !text.as_bytes().contains(&b'\n') {
            self.left.chars -= text.chars().count();
            self.text.push_str(text);
            return Ok(());
        }
        for (at, c) in text.char_indices() {
            let line_ends = c == '\n';
            if self.cut || self.left.chars == 0 || line_ends && self.left.lines <= 1 {
                if !self.cut {
                    self.cut = true;
                    self.text.push_str(&text[..at]);
                }
                // The `Debug` of a collection visits all elements even after a writer has failed.
                apart::leave();
                return Err(fmt::Error);
            }
            self.left.chars -= 1;
            self.left.lines -= usize::from(line_ends);
        }
        self.text.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[track_caller]
    fn check(parts: &[&str], chars: usize, lines: usize, text: &str, cut: bool) {
        let mut bounded = Bounded::new(Limit { chars, lines });
        for part in parts {
            let _ = bounded.write_str(part);
        }
        assert_eq!(bounded.finish(), (text.to_owned(), cut));
    }

    #[test]
    fn stops_at_the_limit() {
        check(&["abc"], 3, 1, "abc", false);
        check(&["abcd"], 3, 1, "abc", true);
        check(&["ab", "cd", "e"], 3, 1, "abc", true);
        check(&["äöüß"], 3, 1, "äöü", true);
        check(&[""], 0, 1, "", false);
    }

    #[test]
    fn counts_lines() {
        check(&["a\nb"], 9, 1, "a", true);
        check(&["a\nb"], 9, 2, "a\nb", false);
        check(&["a\nb\n", "c"], 9, 2, "a\nb", true);
    }

    #[test]
    fn one_line_is_the_first_that_has_text() {
        check(&["\n", "\nHttp", "Request\n  headers:\n"], 99, 1, "HttpRequest", true);
        check(&["\n"], 9, 1, "", false);
        check(&["\na"], 9, 2, "\na", false);
    }

    #[test]
    fn takes_nothing_after_it_refused() {
        check(&["ab\n", "c"], 9, 1, "ab", true);
    }
}
