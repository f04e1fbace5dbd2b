//! rustc's JSON diagnostics.

use serde_json::Value;

/// One message of rustc.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// `error`, `warning`, ..
    pub level: String,
    /// `E0382`, or empty.
    pub code: String,
    /// The first line.
    pub message: String,
    /// Primary and secondary places.
    pub spans: Vec<Span>,
    /// The whole, as a terminal shows it.
    pub rendered: String,
}

/// A place in the source that a diagnostic points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// As rustc names it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Whether it is where the error is, and not beside it.
    pub primary: bool,
    /// What is said of it.
    pub label: String,
    /// The text of its first line.
    pub text: String,
    /// Where the macro was called that the place is in.
    pub call: Option<Box<Span>>,
}

impl Span {
    /// The place, then the macro calls around it, outwards.
    pub fn calls(&self) -> impl Iterator<Item = &Span> {
        std::iter::successors(Some(self), |span| span.call.as_deref())
    }
}

impl Diagnostic {
    /// Reads one line of rustc's standard error; `None` if it is no diagnostic.
    pub fn read(line: &str) -> Option<Diagnostic> {
        let value: Value = serde_json::from_str(line).ok()?;
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_string();
        Some(Diagnostic {
            level: value["level"].as_str()?.to_string(),
            code: text(&value["code"], "code"),
            message: text(&value, "message"),
            spans: value["spans"].as_array()?.iter().map(span).collect(),
            rendered: text(&value, "rendered"),
        })
    }

    /// Whether it keeps the crate from compiling.
    pub fn is_error(&self) -> bool {
        self.level.starts_with("error")
    }
}

fn span(value: &Value) -> Span {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_string();
    let number = |key: &str| value[key].as_u64().unwrap_or_default() as usize;
    Span {
        file: text("file_name"),
        line: number("line_start"),
        column: number("column_start"),
        primary: value["is_primary"].as_bool().unwrap_or_default(),
        label: text("label"),
        text: value["text"][0]["text"].as_str().unwrap_or_default().to_string(),
        call: value["expansion"].is_object().then(|| Box::new(span(&value["expansion"]["span"]))),
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
        assert_eq!((diagnostic.code.as_str(), diagnostic.spans.len()), ("E0382", 1));
        let files: Vec<_> = diagnostic.spans[0].calls().map(|span| span.file.as_str()).collect();
        assert_eq!(files, ["m.rs", "n.rs"]);
    }

    #[test]
    fn other_lines_are_none() {
        for line in ["", "warning: x", r#"{"$message_type":"artifact","artifact":"a"}"#] {
            assert_eq!(Diagnostic::read(line), None);
        }
    }
}
