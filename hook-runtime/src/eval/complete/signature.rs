//! The signature of a function or a method, as rustc tells it of a call without arguments. Pure.
//!
//! The types are those at this very value: `push(value: i32)` for a `Vec<i32>`. The names of parameters come from the
//! source, where that is there.

use hook_rustc::Diagnostic;
use hook_rustc::lexer::{Lexer, Token};

/// What a function takes and gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The parameters as they are shown, `value: i32` or `i32`, without the receiver.
    pub(crate) parameters: Vec<String>,
    /// The type of what it gives, unless that is `()` or depends on the arguments.
    pub(crate) gives: Option<String>,
}

/// The place at which a function is defined: the file, as rustc names it, and the line.
pub(super) type Defined = (String, usize);

/// What the errors of one call without arguments say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CallErrors {
    pub(super) signature: Signature,
    pub(super) defined: Option<Defined>,
    /// Whether there is nothing of that name to be called.
    pub(super) is_absent: bool,
    /// Whether it is private where the line is.
    pub(super) is_private: bool,
}

impl CallErrors {
    /// Adds what an error says.
    pub(super) fn add(&mut self, error: &Diagnostic) {
        match error.code() {
            Some("E0061" | "E0057") => self.arguments(error),
            Some("E0308") => {
                let labels = error.spans.iter().map(|span| span.label.as_str());
                let found = labels
                    .filter_map(|label| label.strip_prefix("expected `()`, found `")?.split('`').next())
                    .next();
                self.signature.gives = found.map(str::to_owned);
            }
            // What the function gives has a type that the line decides.
            Some("E0277" | "E0283") if self.signature.gives.is_none() => self.signature.gives = Some("_".to_owned()),
            Some("E0624") => {
                self.is_private = true;
                let defined = error.spans.iter().find(|span| !span.primary);
                self.defined = defined.map(|span| (span.file.clone(), span.line));
            }
            // The last are of what is not stable, and of a destructor, which is not called by name.
            Some("E0599" | "E0425" | "E0618" | "E0658" | "E0040") => self.is_absent = true,
            _ => {}
        }
    }

    fn arguments(&mut self, error: &Diagnostic) {
        let types: Vec<&str> = error.spans.iter().flat_map(|span| backticks(&span.label)).collect();
        let suggested = error
            .children
            .iter()
            .flat_map(|child| &child.spans)
            .find_map(|span| span.suggestion.as_deref());
        let placeholders = suggested.unwrap_or_default().split("/* ").skip(1);
        let placeholders: Vec<&str> = placeholders.filter_map(|text| text.split(" */").next()).collect();
        let parameter = |text: &&str| {
            if types.contains(text) {
                (*text).to_owned()
            } else {
                format!("{text}: _")
            }
        };
        self.signature.parameters = placeholders.iter().map(parameter).collect();
        // Of several missing arguments of the same function some may be left out of the suggestion.
        let count = error
            .message
            .split("takes ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next()?.parse().ok());
        self.signature
            .parameters
            .resize(count.unwrap_or(self.signature.parameters.len()), "_".to_owned());
        let defined = error
            .children
            .iter()
            .find(|child| child.message.contains("defined here"));
        let span = defined.and_then(|child| child.spans.iter().find(|span| span.primary));
        self.defined = span.map(|span| (span.file.clone(), span.line));
    }

    /// Adds the names of the parameters, and the types that rustc left open, from the text of the file in which the
    /// function is defined.
    pub(super) fn name(&mut self, text: &str, name: &str) {
        let Some((_, line)) = self.defined else { return };
        let Some(head) = head(text, line, name) else { return };
        let own = head.parameters;
        if self.is_private {
            // rustc says nothing of the arguments.
            self.signature.parameters.resize(own.len(), "_".to_owned());
        }
        if own.len() != self.signature.parameters.len() {
            return;
        }
        for (parameter, (name, ty)) in self.signature.parameters.iter_mut().zip(own) {
            let told = parameter.split_once(": _").map_or(parameter.as_str(), |_| "_");
            let ty = if told == "_" { ty } else { told.to_owned() };
            // A pattern is no name.
            *parameter = match is_word(&name) {
                true => format!("{name}: {ty}"),
                false => ty,
            };
        }
        if self.signature.gives.as_deref().is_none_or(|gives| gives == "_") {
            self.signature.gives = head.gives;
        }
    }
}

impl Signature {
    /// Returns the text of a call: `push(value: i32)`, `len() -> usize`.
    pub(crate) fn of(&self, name: &str) -> String {
        let gives = self
            .gives
            .as_ref()
            .map_or(String::new(), |gives| format!(" -> {gives}"));
        format!("{name}({}){gives}", self.parameters.join(", "))
    }

    /// Returns what is to be typed yet of a call: the parameters from this one on. Where something of that was typed,
    /// it is left out.
    pub(crate) fn rest(&self, argument: usize, is_fresh: bool) -> String {
        let first = if is_fresh { argument } else { argument + 1 };
        let rest = self.parameters.get(first..).unwrap_or_default().join(", ");
        let comma = if !is_fresh && !rest.is_empty() { ", " } else { "" };
        let gives = self
            .gives
            .as_ref()
            .map_or(String::new(), |gives| format!(" -> {gives}"));
        format!("{comma}{rest}){gives}")
    }
}

fn backticks(label: &str) -> impl Iterator<Item = &str> {
    label.split('`').skip(1).step_by(2)
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The head of a function in a source.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    /// The names and types of the parameters, without the receiver.
    parameters: Vec<(String, String)>,
    gives: Option<String>,
}

/// Reads the head of the function that has this name on this line.
fn head(text: &str, line: usize, name: &str) -> Option<Head> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let text = text.get(start..)?;
    let named = text.find(&format!("fn {name}"))?;
    if text[..named].contains('\n') {
        return None;
    }
    let text = &text[named..];
    let mut lexer = Lexer::default();
    let (mut depth, mut angles, mut open, mut last) = (0, 0, None, ' ');
    let mut parts = Vec::new();
    while let Some((at, token)) = lexer.token(text) {
        let c = match token {
            Token::Open(c) | Token::Close(c) | Token::Punct(c) => c,
            _ => ' ',
        };
        match (token, open) {
            (Token::Open('('), None) if angles == 0 => open = Some(at + 1),
            (Token::Punct('<'), _) => angles += 1,
            (Token::Punct('>'), _) if last != '-' && last != '=' => angles -= 1,
            (Token::Open(_), Some(_)) => depth += 1,
            (Token::Close(')'), Some(from)) if depth == 0 => {
                parts.push(&text[from..at]);
                return Some(Head::of(&parts, &text[at + 1..]));
            }
            (Token::Close(_), Some(_)) => depth -= 1,
            (Token::Punct(','), Some(from)) if depth == 0 && angles == 0 => {
                parts.push(&text[from..at]);
                open = Some(at + 1);
            }
            _ => {}
        }
        last = c;
    }
    None
}

impl Head {
    fn of(parts: &[&str], after: &str) -> Head {
        let parameter = |part: &&str| {
            let (name, ty) = part.split_once(':')?;
            let name = name.trim().trim_start_matches("mut ").trim();
            let ty = ty.split_whitespace().collect::<Vec<_>>().join(" ");
            (!matches!(name, "self")).then(|| (name.to_owned(), ty))
        };
        let end = after.find(['{', ';']).unwrap_or(after.len());
        let gives = after[..end].trim().strip_prefix("->");
        let gives = gives.map(|gives| {
            gives
                .split(" where ")
                .next()
                .unwrap_or(gives)
                .split("\nwhere")
                .next()
                .unwrap_or(gives)
        });
        Head {
            parameters: parts.iter().filter_map(parameter).collect(),
            gives: gives.map(|gives| gives.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use hook_rustc::Span;

    use super::*;

    fn missing(message: &str, label: &str, suggested: &str) -> CallErrors {
        let span = |label: &str, suggestion: Option<&str>| Span {
            label: label.into(),
            suggestion: suggestion.map(str::to_owned),
            file: "src/a.rs".into(),
            line: 2,
            primary: true,
            ..Span::default()
        };
        let child = |message: &str, span| Diagnostic {
            message: message.into(),
            spans: vec![span],
            ..Diagnostic::default()
        };
        let mut told = CallErrors::default();
        told.add(&Diagnostic {
            code: Some("E0061".into()),
            message: message.into(),
            spans: vec![span(label, None)],
            children: vec![
                child("method defined here", span("", None)),
                child("provide the arguments", span("", Some(suggested))),
            ],
            ..Diagnostic::default()
        });
        told
    }

    #[test]
    fn what_rustc_tells() {
        let mut told = missing(
            "this method takes 2 arguments but 0 arguments were supplied",
            "two arguments of type `usize` and `i32` are missing",
            "(/* usize */, /* i32 */)",
        );
        assert_eq!(told.signature.of("resize"), "resize(usize, i32)");
        let source = "\n    pub fn resize(&mut self, new_len: usize, value: T) where T: Clone {\n";
        told.name(source, "resize");
        assert_eq!(told.signature.of("resize"), "resize(new_len: usize, value: i32)");

        let mut told = missing(
            "this method takes 1 argument but 0 arguments were supplied",
            "argument #1 is missing",
            "(/* index */)",
        );
        told.add(&Diagnostic {
            code: Some("E0308".into()),
            spans: vec![Span {
                label: "expected `()`, found `Option<&_>`".into(),
                ..Span::default()
            }],
            ..Diagnostic::default()
        });
        assert_eq!(told.signature.of("get"), "get(index: _) -> Option<&_>");
        told.name(
            "\nfn get<I: Fn(u8) -> u8>(&self, index: I) -> Option<&I::Output>\nwhere I: SliceIndex<[T]>, {",
            "get",
        );
        assert_eq!(told.signature.of("get"), "get(index: I) -> Option<&_>");
    }

    #[test]
    fn what_is_private_is_read() {
        let mut told = CallErrors::default();
        told.add(&Diagnostic {
            code: Some("E0624".into()),
            spans: vec![Span {
                file: "src/a.rs".into(),
                line: 1,
                ..Span::default()
            }],
            ..Diagnostic::default()
        });
        told.name("fn secret(&self, by: u32) -> u32 {", "secret");
        assert_eq!(told.signature.of("secret"), "secret(by: u32) -> u32");
    }

    #[test]
    fn what_is_typed_yet() {
        let signature = Signature {
            parameters: vec!["a: u8".into(), "b: u16".into()],
            gives: Some("u32".into()),
        };
        assert_eq!(signature.rest(0, true), "a: u8, b: u16) -> u32");
        assert_eq!(signature.rest(0, false), ", b: u16) -> u32");
        assert_eq!(signature.rest(1, true), "b: u16) -> u32");
        assert_eq!(signature.rest(1, false), ") -> u32");
        assert_eq!(signature.rest(2, true), ") -> u32");
    }

    #[test]
    fn heads_in_sources() {
        let parameters = |text| head(text, 1, "f").map(|head| (head.parameters, head.gives));
        let own = |name: &str, ty: &str| (name.to_owned(), ty.to_owned());
        assert_eq!(parameters("fn f() {}"), Some((vec![], None)));
        assert_eq!(
            parameters("fn f(self: Box<Self>, (a, b): (u8, u8), mut g: impl Fn(u8, u8) -> u8) -> Vec<u8> { }"),
            Some((
                vec![own("(a, b)", "(u8, u8)"), own("g", "impl Fn(u8, u8) -> u8")],
                Some("Vec<u8>".into())
            ))
        );
        assert_eq!(
            parameters("fn f(\n    a: HashMap<u8, u8>,\n);"),
            Some((vec![own("a", "HashMap<u8, u8>")], None))
        );
        assert_eq!(parameters("x\nfn f(a: u8) {}"), None);
        assert_eq!(parameters("fn f(a"), None);
    }
}
