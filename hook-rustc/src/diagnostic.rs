//! The diagnostics that rustc writes as JSON.

use std::borrow::Cow;

use hifijson::SliceLexer;
use hifijson::token::Lex;
use hifijson::value::{Value, parse_bounded};

/// How deep the JSON may nest. A macro call within a macro call is two levels.
const DEEPEST: usize = 600;

type Json<'j> = Value<&'j str, Cow<'j, str>>;

/// One message of rustc.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// How severe it is: `error`, `warning` or another word.
    pub level: String,
    /// The code of an error, as `E0382`, or the name of a lint; some errors have none.
    pub code: Option<String>,
    /// The first line of the message.
    pub message: String,
    /// The places that it points at, primary and secondary ones.
    pub spans: Vec<Span>,
    /// The notes and helps that belong to it.
    pub children: Vec<Diagnostic>,
    /// The whole message as a terminal shows it.
    pub rendered: String,
}

/// A place in the source that a diagnostic points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The file, as rustc names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The bytes of the file that it covers.
    pub bytes: std::ops::Range<usize>,
    /// The error is here, and not beside this place.
    pub primary: bool,
    /// What rustc says of the place.
    pub label: String,
    /// What to put there instead, if that is suggested.
    pub suggestion: Option<String>,
    /// The text of the first line of the place.
    pub text: String,
    /// The place where the macro was called that this place is in.
    pub call: Option<Box<Span>>,
}

impl Span {
    /// Returns the place itself, then the macro calls around it, outwards.
    pub fn calls(&self) -> impl Iterator<Item = &Span> {
        std::iter::successors(Some(self), |span| span.call.as_deref())
    }
}

impl Diagnostic {
    /// Reads one line of rustc's standard error; `None` if it is no diagnostic.
    pub fn read(line: &str) -> Option<Diagnostic> {
        let mut lexer = SliceLexer::new(line.as_bytes());
        let value = lexer
            .exactly_one(SliceLexer::ws_peek, |next, lexer| parse_bounded(DEEPEST, next, lexer))
            .ok()?;
        diagnostic(&value)
    }

    /// Gives a file another name in all places.
    pub fn rename(&mut self, from: &str, to: &str) {
        if from == to {
            return;
        }
        for span in &mut self.spans {
            let mut next = Some(span);
            while let Some(span) = next {
                if span.file == from {
                    to.clone_into(&mut span.file);
                }
                next = span.call.as_deref_mut();
            }
        }
        for child in &mut self.children {
            child.rename(from, to);
        }
    }

    /// Returns the code of an error, or the name of a lint.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns whether it is the error of this code, or a report of the lint of this name.
    pub fn has_code(&self, code: &str) -> bool {
        self.code() == Some(code)
    }

    /// Returns whether it keeps the crate from compiling.
    pub fn is_error(&self) -> bool {
        self.level.starts_with("error")
    }
}

fn at<'v, 'j>(value: &'v Json<'j>, key: &str) -> Option<&'v Json<'j>> {
    let Value::Object(entries) = value else { return None };
    entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

fn text(value: &Json<'_>, key: &str) -> String {
    match at(value, key) {
        Some(Value::String(text)) => text.to_string(),
        _ => String::new(),
    }
}

fn number(value: &Json<'_>, key: &str) -> usize {
    match at(value, key) {
        Some(Value::Number((digits, _))) => digits.parse().unwrap_or_default(),
        _ => 0,
    }
}

fn diagnostic(value: &Json<'_>) -> Option<Diagnostic> {
    let Value::String(level) = at(value, "level")? else {
        return None;
    };
    let array = |key| match at(value, key) {
        Some(Value::Array(values)) => Some(values),
        _ => None,
    };
    Some(Diagnostic {
        level: level.to_string(),
        code: at(value, "code")
            .map(|code| text(code, "code"))
            .filter(|code| !code.is_empty()),
        message: text(value, "message"),
        spans: array("spans")?.iter().map(span).collect(),
        children: array("children").into_iter().flatten().filter_map(diagnostic).collect(),
        rendered: text(value, "rendered"),
    })
}

fn span(value: &Json<'_>) -> Span {
    let first_line = match at(value, "text") {
        Some(Value::Array(lines)) => lines.first(),
        _ => None,
    };
    let call = at(value, "expansion").and_then(|expansion| at(expansion, "span"));
    Span {
        file: text(value, "file_name"),
        line: number(value, "line_start"),
        column: number(value, "column_start"),
        bytes: number(value, "byte_start")..number(value, "byte_end"),
        primary: matches!(at(value, "is_primary"), Some(Value::Bool(true))),
        label: text(value, "label"),
        suggestion: match at(value, "suggested_replacement") {
            Some(Value::String(text)) => Some(text.to_string()),
            _ => None,
        },
        text: first_line.map(|line| text(line, "text")).unwrap_or_default(),
        call: call.map(|call| Box::new(span(call))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_is_read_with_its_spans() {
        let line = r#"{"$message_type":"diagnostic","message":"borrow of moved value: `a`","code":{"code":"E0382","explanation":""},
            "level":"error","spans":[{"file_name":"m.rs","line_start":3,"column_start":9,"is_primary":true,"label":"here","text":[{"text":"let a;"}],
            "expansion":{"span":{"file_name":"n.rs","line_start":1,"column_start":1,"is_primary":false,"text":[]},"macro_decl_name":"m!"}}],"children":[],"rendered":"r"}"#
            .replace('\n', "");
        let diagnostic = Diagnostic::read(&line).unwrap();
        assert!(diagnostic.is_error());
        assert_eq!((diagnostic.code(), diagnostic.spans.len()), (Some("E0382"), 1));
        let files: Vec<_> = diagnostic.spans[0].calls().map(|span| span.file.as_str()).collect();
        assert_eq!(files, ["m.rs", "n.rs"]);
    }

    #[test]
    fn macro_calls_nest_deep() {
        let place = |line, expansion| {
            format!(
                r#"{{"file_name":"m.rs","line_start":{line},"column_start":1,"is_primary":true,"expansion":{expansion}}}"#
            )
        };
        let span = (0..250).fold(place(0, "null".into()), |call, line| {
            place(line, format!(r#"{{"span":{call}}}"#))
        });
        let line =
            format!(r#"{{"level":"error: internal compiler error","code":null,"message":"m","spans":[{span}]}}"#);
        let diagnostic = Diagnostic::read(&line).unwrap();
        assert!(diagnostic.is_error());
        assert_eq!(diagnostic.spans[0].calls().count(), 251);
    }

    #[test]
    fn other_lines_are_none() {
        for line in ["", "warning: x", r#"{"$message_type":"artifact","artifact":"a"}"#] {
            assert_eq!(Diagnostic::read(line), None);
        }
    }
}
