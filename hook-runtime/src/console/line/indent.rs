//! The indentation that a line gets when Enter breaks a text that is not complete.
//!
//! Only spaces at the beginning of one line change. Text that is pasted as if it were typed has indentation of its own,
//! which takes the place of this.

use crate::syntax::BracketScanner;

/// The number of spaces of a level.
const LEVEL: usize = 4;

/// Spaces that were put into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Indent {
    /// The byte where the line begins.
    pub(crate) at: usize,
    pub(crate) spaces: usize,
}

impl Indent {
    /// Returns the indentation of the line that begins behind this text. Returns `None` where the line gets none:
    /// outside of brackets, and in a string or a comment, whose spaces are the user's.
    pub(crate) fn behind(text: &str) -> Option<Indent> {
        let mut scan = BracketScanner::default();
        scan.read(text);
        let levels = scan.levels(text).filter(|levels| *levels > 0)?;
        Some(Indent {
            at: text.len() + 1,
            spaces: levels * LEVEL,
        })
    }

    /// Returns the text once the line was typed: a closing bracket stands one level further out, a line of spaces is
    /// empty, and of two indentations the user's own is left.
    pub(crate) fn settled(self, text: &str) -> String {
        let unchanged = || text.to_owned();
        let Some((before, line)) = text
            .split_at_checked(self.at)
            .filter(|(before, _)| before.ends_with('\n'))
        else {
            return unchanged();
        };
        let (line, after) = line.split_at(line.find('\n').unwrap_or(line.len()));
        let Some(typed) = line.strip_prefix(&" ".repeat(self.spaces)) else {
            return unchanged();
        };
        let code = typed.trim_start_matches(' ');
        let own = typed.len() - code.len();
        let wanted = match code.chars().next() {
            None => 0,
            Some(')' | ']' | '}') => self.spaces - LEVEL,
            // Such a line continues the one before it, and whoever typed it may have indented it more.
            Some('.' | '&' | '|' | '+' | '?') if own > 0 => self.spaces + LEVEL,
            Some(_) => self.spaces,
        };
        let line = match own {
            _ if code.is_empty() => String::new(),
            0 => " ".repeat(wanted) + code,
            own if own >= wanted => typed.to_owned(),
            _ => line.to_owned(),
        };
        format!("{before}{line}{after}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, spaces: usize) {
        assert_eq!(Indent::behind(text).map_or(0, |indent| indent.spaces), spaces, "{text}");
    }

    #[test]
    fn a_level_is_a_line_with_an_open_bracket() {
        check("fn f() {", 4);
        check("f(|x| {", 4);
        check("f(|x| {\n    g(", 8);
        check("fn f() {\n    if a {\n    }", 4);
        check("let v = vec![1,", 4);
        check("#[derive(Debug)]", 0);
        check("let s = \"{", 0);
        check("f(r#\"\n", 0);
        check("f( /* {", 0);
        check("f( // {", 4);
        check("f('{',", 4);
    }

    #[track_caller]
    fn becomes(line: &str, expected: &str) {
        let indent = Indent::behind("{\n    {").unwrap();
        let text = format!("{{\n    {{\n        {line}");
        assert_eq!(indent.settled(&text), format!("{{\n    {{\n{expected}"));
    }

    #[test]
    fn what_was_typed_settles() {
        becomes("a", "        a");
        becomes("}", "    }");
        becomes("})\nb", "    })\nb");
        becomes("  ", "");
        becomes("  a", "          a");
        becomes("    .map(f)", "            .map(f)");
    }

    #[test]
    fn what_was_pasted_keeps_its_own_indentation() {
        becomes("        a", "        a");
        becomes("            a", "            a");
        becomes("            .map(f)", "            .map(f)");
        becomes("    }", "    }");
        becomes("        a\n        b\n", "        a\n        b\n");
    }

    #[test]
    fn a_text_that_was_changed_before_the_line_stays() {
        let indent = Indent { at: 3, spaces: 4 };
        for text in ["", "{\n", "ab\n  c", "abcd    e", "é\u{e9}\n"] {
            assert_eq!(indent.settled(text), text);
        }
    }
}
