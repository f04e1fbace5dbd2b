//! JSON text is built here, element by element.

use std::fmt::{Display, Write};

use crate::render::is_obeyed;

/// Says how the elements are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonLayout {
    /// All elements stand on one line, without spaces.
    Line,
    /// Each entry of an object has a line, and scalars of an array stand side by side.
    #[cfg_attr(not(feature = "serde"), allow(dead_code))]
    Spread,
}

/// Holds the text so far, and the brackets that are open in it.
pub struct Text {
    text: String,
    layout: JsonLayout,
    open: Vec<Bracket>,
    /// This is set when a key stands before the next element.
    keyed: bool,
}

struct Bracket {
    close: char,
    empty: bool,
    /// This is set when the closing bracket stands on a line of its own.
    spread: bool,
}

impl Text {
    /// Begins an empty text.
    pub fn new(layout: JsonLayout) -> Self {
        Text {
            text: String::new(),
            layout,
            open: Vec::new(),
            keyed: false,
        }
    }

    /// Returns the text. Each object and array has to be closed.
    pub fn finish(self) -> String {
        self.text
    }

    /// Begins an object.
    pub fn object(&mut self) -> &mut Self {
        self.bracket('{', '}')
    }

    /// Begins an array.
    pub fn array(&mut self) -> &mut Self {
        self.bracket('[', ']')
    }

    fn bracket(&mut self, open: char, close: char) -> &mut Self {
        self.element(true);
        self.text.push(open);
        self.open.push(Bracket {
            close,
            empty: true,
            spread: false,
        });
        self
    }

    /// Ends the object or the array that was opened last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(bracket) = self.open.pop() {
            if bracket.spread {
                self.line();
            }
            self.text.push(bracket.close);
        }
        self
    }

    /// Writes the key of the next element of an object.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key).text.push(':');
        if self.layout == JsonLayout::Spread {
            self.text.push(' ');
        }
        self.keyed = true;
        self
    }

    /// Writes a string, with escapes for what JSON or a terminal would take for more than text.
    pub fn string(&mut self, string: &str) -> &mut Self {
        self.element(false);
        self.text.push('"');
        for c in string.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                // This escapes characters that JSON permits, too, where a terminal would obey them.
                c if c < ' ' || c != '\t' && is_obeyed(c) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(self.text, "\\u{unit:04x}");
                    }
                }
                c => self.text.push(c),
            }
        }
        self.text.push('"');
        self
    }

    /// Writes a string, or `null`.
    pub fn string_or_null(&mut self, string: Option<&str>) -> &mut Self {
        match string {
            Some(string) => self.string(string),
            None => self.bare("null"),
        }
    }

    /// Writes a number, `true`, `false` or `null`.
    pub fn bare(&mut self, value: impl Display) -> &mut Self {
        self.element(false);
        let _ = write!(self.text, "{value}");
        self
    }

    /// Writes what separates the next element from the last one.
    fn element(&mut self, compound: bool) {
        if std::mem::take(&mut self.keyed) {
            return;
        }
        let Some(bracket) = self.open.last_mut() else {
            return;
        };
        let first = std::mem::take(&mut bracket.empty);
        let spread = self.layout == JsonLayout::Spread && (compound || bracket.close == '}');
        bracket.spread |= spread;
        if !first {
            self.text.push(',');
        }
        if spread {
            self.line();
        } else if !first && self.layout == JsonLayout::Spread {
            self.text.push(' ');
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.open.len()));
    }
}

#[cfg(feature = "serde")]
impl Text {
    /// Returns how many brackets are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Returns whether the last element is `null`.
    pub(super) fn ends_in_null(&self) -> bool {
        self.text.ends_with("null")
    }

    /// Hands the text so far to `to` and forgets it, if it has `at_least` so many bytes.
    pub(super) fn drain(&mut self, at_least: usize, to: impl FnOnce(&str)) {
        if self.text.len() >= at_least {
            to(&self.text);
            self.text.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(build: impl Fn(&mut Text) -> &mut Text, line: &str, spread: &str) {
        for (layout, expected) in [(JsonLayout::Line, line), (JsonLayout::Spread, spread)] {
            let mut text = Text::new(layout);
            build(&mut text);
            assert_eq!(text.finish(), expected);
        }
    }

    #[track_caller]
    fn check_string(string: &str, expected: &str) {
        check(|text| text.string(string), expected, expected);
    }

    #[test]
    fn strings() {
        check_string("plain", "\"plain\"");
        check_string("a \"b\" \\", r#""a \"b\" \\""#);
        check_string("a\nb\tc\u{1}\u{1b}[0m", r#""a\nb\u0009c\u0001\u001b[0m""#);
        check_string("äß\u{1F600}", "\"äß\u{1F600}\"");
        check_string("\u{9b}\u{202e}\u{e0041}", r#""\u009b\u202e\udb40\udc41""#);
    }

    #[test]
    fn structure() {
        check(
            |text| text.array().bare(1).string_or_null(None).close(),
            "[1,null]",
            "[1, null]",
        );
        check(
            |text| text.array().array().close().object().close().close(),
            "[[],{}]",
            "[\n  [],\n  {}\n]",
        );
        check(
            |text| {
                text.object().key("a").array().bare(1).bare(2).close();
                text.key("b").object().key("c").bare(true).close().close()
            },
            r#"{"a":[1,2],"b":{"c":true}}"#,
            "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": true\n  }\n}",
        );
    }
}
