//! Tests get valid lines of Rust with random edits from here.

use std::ops::Range;

const LINES: &[&str] = &[
    "a + 1",
    "self.total += f(self)?.g()? + self::h();",
    "let (mut x, ref Y @ Some(_), Point { z: w, .. }): (i32, _, _) = t else { return };",
    "let 値 = \"größe 🦀\"; println!(\"{値} {self:?} {{}} {}\", 値.len(), a = ?b)",
    "unsafe { f() } > 0 && if let P { x } = p { x } else { 'é' } != 'x'",
    "#[derive(Debug)]\nstruct P<T: ?Sized> { x: T } impl<T> P<T> { fn f(&self) -> Option<u8> { None? } }",
    "macro_rules! m { ($($x:expr),* $(,)?) => { $($x?)* } } m!(1, 2)",
    "order.名 = \"abc\"; self.b = r#\"a\"b\"#",
    "include_str!(\"../ä.txt\").len() + file!().len() + std::line!() as usize",
    "match a { 1..=5 => |x| x?, _ => async move { y?.await } }",
    "use std::{fmt, io as 入出力}; extern \"C\" { fn f(); } r#type = b'\\'' as u8",
    "'a: loop { break 'a /* ä /* */ */ // ü\n}",
    "v = [1, 2.5e3, -0x1f_u8, \"\\u{e9}\\n\", null, {\"k\": 'x'}]",
    ":type a + ü",
];

const PARTS: &[&str] = &[
    "\"",
    "'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "::",
    ".",
    "..",
    ",",
    ";",
    ":",
    "=",
    "==",
    "?",
    "!",
    "#",
    "#[a]",
    "|",
    "||",
    "&",
    "*",
    "-",
    "+",
    "\\",
    "\n",
    "\t",
    " ",
    "//",
    "/*",
    "*/",
    "r#\"",
    "\"#",
    "b'",
    "ä",
    "値",
    "🦀",
    "e\u{301}",
    "\u{202e}",
    "\0",
    "\r",
    "self",
    "let",
    "fn",
    "impl",
    "if",
    "else",
    "match",
    "unsafe",
    "async",
    "move",
    "return",
    "_",
    "it",
    "file!()",
    "m!",
    "include!(\"a\")",
    "x = \"s\"",
    "$",
    "@",
    "0",
    "1e",
    "0x",
    "r#type",
    "r#",
    "'a",
    "{self}",
    "\"{self:?}\"",
    "🦀🦀",
    "#!",
    "macro_rules!",
    "as",
    "in",
    "for",
];

/// Generates numbers as Knuth's MMIX does.
pub(crate) struct Random(u64);

impl Random {
    /// Returns a generator, and how many rounds a test makes. `HOOKABLE_ROUNDS` asks for a long run, with other numbers
    /// each time.
    pub(crate) fn new() -> (Self, u32) {
        let rounds = std::env::var("HOOKABLE_ROUNDS").ok();
        let rounds = rounds.and_then(|rounds| rounds.parse().ok());
        let seed = rounds.map_or(1, |_: u32| std::process::id().into());
        (Random(seed), rounds.unwrap_or(4_000))
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// Returns a range of a text that begins and ends between characters.
    pub(crate) fn range(&mut self, text: &str, longest: usize) -> Range<usize> {
        let end = |at: usize| {
            let mut at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (at, length) = (self.below(text.len() + 1), self.below(longest + 1));
        end(at)..end(at + length)
    }

    /// Returns a line with up to five edits.
    pub(crate) fn edited(&mut self) -> String {
        let mut text = LINES[self.below(LINES.len())].to_owned();
        for _ in 0..self.below(6) {
            let range = self.range(&text, 8);
            let new = match self.below(4) {
                0 => String::new(),
                1 => {
                    let copied = self.range(&text, 12);
                    text[copied].to_owned()
                }
                _ => PARTS[self.below(PARTS.len())].to_owned(),
            };
            text.replace_range(range, &new);
        }
        text
    }
}
