//! A terminal shows some parts of a Rust text in colours, and brackets that belong together. They are found here, in a
//! text that may be unfinished.

use std::ops::Range;

use hook_rustc::lexer::{Lexer, TextEnd, Token};

/// Says what a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Keyword,
    Number,
    /// It is a string or a character.
    String,
    Comment,
}

const KEYWORDS: [&str; 39] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "Self", "self",
    "static", "struct", "super", "trait", "true", "type", "union", "unsafe", "use", "where", "while",
];

/// Returns the parts of a text that have a colour, in order.
pub(crate) fn parts(text: &str) -> Vec<(Range<usize>, Part)> {
    let (mut lexer, mut parts, mut end) = (Lexer::default(), Vec::new(), 0);
    while let Some((begin, token)) = lexer.token(text) {
        comment(text, end..begin, &mut parts);
        end = lexer.at();
        let part = match token {
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => Part::Number,
            Token::Word(word) if KEYWORDS.contains(&word) => Part::Keyword,
            // The tick of a lifetime is a literal of one byte to the lexer.
            Token::Literal if end - begin > 1 => Part::String,
            _ => continue,
        };
        parts.push((begin..end, part));
    }
    match lexer.within() {
        TextEnd::String(begin) | TextEnd::RawString(begin, _) => {
            comment(text, end..begin, &mut parts);
            parts.push((begin..text.len(), Part::String));
        }
        TextEnd::Code | TextEnd::Comment(..) => comment(text, end..text.len(), &mut parts),
    }
    parts
}

/// Adds the comments that stand between two tokens, if any.
fn comment(text: &str, between: Range<usize>, parts: &mut Vec<(Range<usize>, Part)>) {
    let inner = text.get(between.clone()).unwrap_or_default();
    let trimmed = inner.trim();
    if !trimmed.is_empty() {
        let begin = between.start + (inner.len() - inner.trim_start().len());
        parts.push((begin..begin + trimmed.len(), Part::Comment));
    }
}

/// Returns the name that is being typed behind a brace in a string at the end of a text, as `alp` in `format!("{alp`.
pub(crate) fn inline_argument(text: &str) -> Option<&str> {
    let mut lexer = Lexer::default();
    while lexer.token(text).is_some() {}
    let (TextEnd::String(begin) | TextEnd::RawString(begin, _)) = lexer.within() else {
        return None;
    };
    let string = &text[begin..];
    let name = string.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    let braces = string[..name].bytes().rev().take_while(|byte| *byte == b'{').count();
    // Two braces stand for one that is printed.
    (braces % 2 == 1).then_some(&string[name..])
}

/// Returns the places of two brackets that belong together, of which one is at the cursor or just before it.
pub(crate) fn brackets(text: &str, cursor: usize) -> Option<(usize, usize)> {
    let (mut lexer, mut open, mut found) = (Lexer::default(), Vec::new(), None);
    while let Some((at, token)) = lexer.token(text) {
        match token {
            Token::Open(c) => open.push((at, c)),
            Token::Close(c) => {
                let (begin, opening) = open.pop()?;
                if !matches!((opening, c), ('(', ')') | ('[', ']') | ('{', '}')) {
                    return found;
                }
                if begin == cursor || at == cursor {
                    return Some((begin, at));
                }
                if begin + 1 == cursor || at + 1 == cursor {
                    found = Some((begin, at));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Part)]) {
        let parts: Vec<_> = parts(text)
            .into_iter()
            .map(|(range, part)| (&text[range], part))
            .collect();
        assert_eq!(parts, expected);
    }

    #[test]
    fn parts_are_told() {
        use Part::{Comment, Keyword, Number, String};
        check("let x = 15 + y2;", &[("let", Keyword), ("15", Number)]);
        check(
            "f(\"a \\\" let\", 'c', b'x') // 1",
            &[
                ("\"a \\\" let\"", String),
                ("'c'", String),
                ("b'x'", String),
                ("// 1", Comment),
            ],
        );
        check(
            "fn f<'a>() /* a\n b */ {}",
            &[("fn", Keyword), ("/* a\n b */", Comment)],
        );
        check("\"open", &[("\"open", String)]);
        check("a /* open", &[("/* open", Comment)]);
        check("r#\"raw \" 1\"# r#let", &[("r#\"raw \" 1\"#", String)]);
        check("größe(\"ä\")", &[("\"ä\"", String)]);
        check("", &[]);
    }

    #[test]
    fn inline_arguments() {
        let check = |text, expected| assert_eq!(inline_argument(text), expected, "{text}");
        check("format!(\"{al", Some("al"));
        check("println!(\"{", Some(""));
        check("println!(\"{a} {b:?} {größ", Some("größ"));
        check("println!(\"{{{al", Some("al"));
        check("println!(r#\"{al", Some("al"));
        check("println!(\"{{al", None);
        check("println!(\"al", None);
        check("println!(\"{a:", None);
        check("println!(\"{a}\", {al", None);
        check("if x {al", None);
        check("// \"{al", None);
    }

    #[test]
    fn brackets_belong_together() {
        let check = |text, cursor, expected| assert_eq!(brackets(text, cursor), expected);
        check("f(a[1])", 1, Some((1, 6)));
        check("f(a[1])", 7, Some((1, 6)));
        check("f(a[1])", 6, Some((1, 6)));
        check("f(a[1])", 5, Some((3, 5)));
        check("f(a[1])", 3, Some((3, 5)));
        check("f(a[1])", 0, None);
        check("f(\")\")", 1, Some((1, 5)));
        check("f(a", 1, None);
        check("f(a]", 4, None);
        check(")", 1, None);
    }

    #[test]
    fn parts_lie_in_the_text_and_in_order() {
        let text = "let s = r##\"x\"## + 'a /* é */ + \"\\u{e9}\" 'x' // ü";
        for (end, _) in text.char_indices() {
            let mut last = 0;
            for (range, part) in parts(&text[..end]) {
                assert!(
                    last <= range.start && text.get(range.clone()).is_some(),
                    "{end}: {range:?} {part:?}"
                );
                last = range.end;
            }
        }
    }
}
