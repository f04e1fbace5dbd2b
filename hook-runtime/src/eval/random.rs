//! Valid lines are edited at random, and rustc is taken to point at random places: nothing may panic, and no byte may
//! lie outside of the text.

use hook_rustc::{Diagnostic, Span};

use crate::eval::codegen::piece::{Piece, Spelling, Spot, Written};
use crate::eval::diagnostics::message::Explainer;
use crate::eval::parse::{self, ParsedLine};
use crate::syntax::random::Random;

impl Random {
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
            code: Some(codes[self.below(codes.len())].to_owned()).filter(|code| !code.is_empty()),
            message: messages[self.below(messages.len())].to_owned(),
            spans,
            children: vec![child],
            ..Diagnostic::default()
        }
    }
}

/// Checks that the parts of a line that were read are in its text, in order.
fn check(text: &str, source: &ParsedLine<'_>) {
    let mut at = 0;
    for statement in &source.statements {
        assert!(
            statement.bytes.start >= at && !source.slice(statement).is_empty(),
            "{text:?}"
        );
        at = statement.bytes.end;
    }
    at = 0;
    for (bytes, _) in &source.replacements {
        assert!(bytes.start >= at && text.get(bytes.clone()).is_some(), "{text:?}");
        at = bytes.end;
    }
}

fn written(source: &ParsedLine<'_>) -> Written {
    let spelling = Spelling {
        attempt: ".__hookable_try()?",
        in_macro: "?",
        owned: true,
        returns: ["return of(", ")"],
        safepoints: true,
        spot: Spot::default(),
        modules: 2,
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
    let (mut random, rounds) = Random::new();
    let mut read = 0;
    for _ in 0..rounds {
        let text = random.edited();
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
            let typed = Explainer {
                lent: &[],
                kept: &[],
                in_block: &[],
                held: &[],
                borrowed: &[],
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
