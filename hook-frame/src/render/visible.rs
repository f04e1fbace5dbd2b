//! A terminal must not obey the text of a value, which may have come over a network. So characters that would move the
//! cursor, change a colour or a title, ring, or turn the direction of writing, are spelled as in a literal of Rust.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns whether a terminal would obey the character rather than show it.
pub(crate) fn is_obeyed(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // These are C0, DEL and C1, among them ESC, CR, BEL and CSI.
        c if c.is_control() => true,
        // These are the marks, embeddings, overrides and isolates of the direction of writing.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // These are other ends of lines and paragraphs, annotations, and tags, which are invisible.
        '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Returns a text in which the characters that a terminal would obey are spelled out.
pub fn visible(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_obeyed) else {
        return Cow::Borrowed(text);
    };
    let mut shown = text[..first].to_owned();
    for c in text[first..].chars() {
        match c {
            '\r' => shown.push_str("\\r"),
            c if is_obeyed(c) => write!(shown, "\\u{{{:x}}}", u32::from(c)).expect("a string takes all"),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Returns a text for one line in which those characters and the ends of lines are spelled out.
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\n").replace('\t', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_spelled() {
        let check = |text: &str, expected: &str| assert_eq!(visible(text), expected);
        check("plain äß\n\tx", "plain äß\n\tx");
        check("\x1b[2J\x1b]0;t\x07", "\\u{1b}[2J\\u{1b}]0;t\\u{7}");
        check("a\rb\x08\x7f\u{9b}31m", "a\\rb\\u{8}\\u{7f}\\u{9b}31m");
        check("ab\u{202e}cd\u{2069}", "ab\\u{202e}cd\\u{2069}");
        check(
            "a\u{200d}b \u{1f469}\u{200d}\u{1f680}",
            "a\u{200d}b \u{1f469}\u{200d}\u{1f680}",
        );
        assert_eq!(visible_line("a\nb\t\x1b"), "a\\nb \\u{1b}");
    }
}
