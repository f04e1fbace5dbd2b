//! Valid lines with random edits, and random places that rustc could point at: nothing of ours may panic, or miss the text.

use std::ops::Range;

use hook_rustc::{Diagnostic, Span};

use crate::console::line::{self, Whole};
use crate::eval::codegen::piece::{Piece, Spelling, Spot, Written};
use crate::eval::diagnostics::message::Typed;
use crate::eval::parse::{self, Source};
use crate::syntax::Scan;

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

/// Knuth's MMIX generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// A part of a text, between characters.
    fn range(&mut self, text: &str, longest: usize) -> Range<usize> {
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

    fn edited(&mut self) -> String {
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

    fn span(&mut self, written: &Written) -> Span {
        Span {
            file: ["line", "line", "line", "main.rs"][self.below(4)].to_owned(),
            bytes: self.range(&written.text, 30),
            primary: self.below(2) == 0,
            label: ["", "here", "`a` captured here", "`__hookable_slot` is `&self`"][self.below(4)].to_owned(),
            suggestion: [None, Some("値("), Some("use a::b;\n"), Some("__hookable_slot")][self.below(4)]
                .map(String::from),
            ..Span::default()
        }
    }

    fn diagnostic(&mut self, written: &Written) -> Diagnostic {
        let codes = [
            "",
            "E0425",
            "E0382",
            "E0308",
            "E0277",
            "E0599",
            "E0596",
            "E0728",
            "E0310",
            "overflowing_literals",
        ];
        let messages = [
            "cannot find value `__hookable_self` in this scope",
            "expected `;`, found `}`",
            "no method named `__hookable_try` in {closure#0}::a",
            "`ä",
            "a::b::c `",
        ];
        let spans = (0..self.below(4)).map(|_| self.span(written)).collect();
        let child = Diagnostic {
            level: "help".to_owned(),
            message: messages[self.below(messages.len())].to_owned(),
            spans: (0..self.below(3)).map(|_| self.span(written)).collect(),
            ..Diagnostic::default()
        };
        Diagnostic {
            level: ["error", "warning"][self.below(2)].to_owned(),
            code: codes[self.below(codes.len())].to_owned(),
            message: messages[self.below(messages.len())].to_owned(),
            spans,
            children: vec![child],
            ..Diagnostic::default()
        }
    }
}

/// What was read is in the text, in order.
fn check(text: &str, source: &Source<'_>) {
    let mut at = 0;
    for statement in &source.statements {
        assert!(
            statement.bytes.start >= at && !source.slice(statement).is_empty(),
            "{text:?}"
        );
        at = statement.bytes.end;
    }
    at = 0;
    for (bytes, _) in &source.marks {
        assert!(bytes.start >= at && text.get(bytes.clone()).is_some(), "{text:?}");
        at = bytes.end;
    }
}

fn written(source: &Source<'_>) -> Written {
    let spelling = Spelling {
        attempt: ".__hookable_try()?",
        in_macro: "?",
        owned: true,
        returns: ["return end()", "return of(", ")"],
        spot: Spot::default(),
    };
    let mut out = Written::default();
    out.piece_of("{ let mut a = b;\n", Piece::Place(0));
    source
        .statements
        .iter()
        .for_each(|statement| out.statement(source, statement, &spelling));
    out.push("}");
    out
}

#[test]
fn random_edits() {
    // For a long run by hand.
    let rounds = std::env::var("HOOKABLE_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    let mut random = Random(rounds.map_or(1, |_| std::process::id().into()));
    let mut read = 0;
    for _ in 0..rounds.unwrap_or(4_000) {
        let text = random.edited();
        let mut whole = Whole::default();
        for line in text.split('\n') {
            whole.add(line);
        }
        let _ = (line::parse(&text), Scan::fault(&text));
        let Ok(source) = parse::parse(&text) else { continue };
        check(&text, &source);
        read += 1;
        let written = written(&source);
        for _ in 0..3 {
            let bytes = random.range(&written.text, 40);
            if let Some(origin) = written.origin(&bytes) {
                assert!(text.get(origin).is_some(), "{text:?} {bytes:?}");
            }
            let diagnostics: Vec<Diagnostic> = (0..2).map(|_| random.diagnostic(&written)).collect();
            let typed = Typed {
                text: &text,
                written: &written,
                file: "line",
                places: &[],
                lost: &[],
                bound: &source.bound(),
                absent: &[("a", "why".to_owned())],
                foreign: &["a".to_owned()],
            };
            let explained = typed.explain(&diagnostics);
            assert!(!explained.contains("__hookable_self"), "{explained}");
        }
    }
    assert!(read > 300, "too few of the lines are Rust: {read}");
}
