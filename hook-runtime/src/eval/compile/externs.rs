//! A line may name crates that are in the program only because other crates need them.

use std::ops::Range;
use std::path::Path;

use hook_rustc::{Diagnostic, GraphLibrary};

use super::CrateCompiler;
use crate::eval::codegen::piece::Written;
use crate::eval::error::EvaluateError;
use crate::eval::parse::ParsedLine;
use crate::eval::parse::excerpt::{Annotation, excerpt};

/// The crates of this one, which its users do not name.
const OWN: [&str; 7] = [
    "hook_debuginfo",
    "hook_frame",
    "hook_line",
    "hook_loader",
    "hook_macros",
    "hook_runtime",
    "hook_rustc",
];

impl CrateCompiler {
    /// Lets this line and all later ones name crates that rustc does not find, if the program has them. Returns `false`
    /// if there is no such crate. The error says that the program has several versions of one.
    pub(super) fn name_crates(
        &self,
        source: &ParsedLine<'_>,
        diagnostics: &[Diagnostic],
        (written, file): (&Written, &str),
    ) -> Result<bool, EvaluateError> {
        let mut is_named = false;
        let codes = ["E0432", "E0433", "E0463"];
        let unresolved = diagnostics
            .iter()
            .filter(|error| error.code().is_some_and(|code| codes.contains(&code)));
        let spans = unresolved
            .flat_map(|error| &error.spans)
            .filter(|span| span.primary && span.file == file);
        for typed in spans.filter_map(|span| written.origin(&span.bytes)) {
            let Some(name) = first_name(source.text.get(typed.clone()).unwrap_or_default()) else {
                continue;
            };
            let is_known = self.named.borrow().iter().any(|(known, _)| known == name);
            if is_known || OWN.contains(&name) {
                continue;
            }
            match &self.record.call.in_graph(name)[..] {
                [] => {}
                [library] => {
                    let path: &Path = &library.path;
                    self.named.borrow_mut().push((name.to_owned(), path.to_owned()));
                    is_named = true;
                }
                several => {
                    return Err(of_several(source.text, name, typed, several));
                }
            }
        }
        Ok(is_named)
    }
}

/// Returns the crate's name in `memchr::f`, or in `extern crate memchr;`.
fn first_name(text: &str) -> Option<&str> {
    let text = text.trim_start_matches("extern crate ").trim_start_matches("::");
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let name = &text[..text.find(|c| !part(c)).unwrap_or(text.len())];
    (!name.is_empty()).then_some(name)
}

fn of_several(text: &str, name: &str, at: Range<usize>, several: &[GraphLibrary]) -> EvaluateError {
    let versions = several.iter().map(|library| match &library.version {
        Some(version) => version.clone(),
        None => library
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    });
    let versions: Vec<String> = versions.collect();
    let mut said = format!(
        "error: the program has several crates `{name}`, and this crate names none of them: {}",
        versions.join(", ")
    );
    said += &excerpt(text, &[Annotation::primary(at)]);
    EvaluateError::Rejected(said.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_crates() {
        assert_eq!(first_name("memchr"), Some("memchr"));
        assert_eq!(first_name("::memchr::memmem"), Some("memchr"));
        assert_eq!(first_name("extern crate a_b;"), Some("a_b"));
        assert_eq!(first_name("{"), None);
    }
}
