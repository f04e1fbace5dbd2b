//! A line may name private items of the crate, and private fields and methods of its types.
//!
//! Where rustc says that an item, or the type of a value, is private, the item becomes visible in the copy of the
//! sources (`visible.rs`).
//!
//! rustc says which fields and methods are private (E0616, E0624). Then a method that gives a reference to the field,
//! or that calls the private method, is put beside the definition in the copy of the sources, and the line names that
//! instead. So a pattern that takes a struct apart by its private fields is written. The reference is shared at first.
//! Where rustc says that something is written through it (E0594, E0596), a method that gives a unique one is named. A
//! struct with private fields that the line makes (E0451, E0423) is written as the call of a function beside the
//! definition, too.

use std::ops::Range;

use hook_rustc::Diagnostic;

use super::CrateCompiler;
use crate::eval::beside::{CALL, FIELD, FIELD_MUT, MAKE, MadeOf};
use crate::eval::codegen::piece::Written;
use crate::eval::error::{EvaluateError, Refusal};
use crate::eval::parse::ParsedLine;
use crate::eval::parse::destructure::WHOLE;

/// The private things that a line reaches.
#[derive(Default)]
pub(crate) struct PrivateAccesses {
    /// The names of fields in the line, and whether they are written.
    fields: Vec<(Range<usize>, bool)>,
    /// The places in the line where structs are made.
    made: Vec<usize>,
    /// The places of patterns that were taken apart.
    taken_apart: Vec<usize>,
    /// A private field of the crate that a pattern may name.
    in_pattern: Option<String>,
    /// The error of the line as it was typed.
    refused: Option<EvaluateError>,
    /// What of that is about patterns, if there are such.
    refused_pattern: Option<EvaluateError>,
    /// Why items stay private.
    reasons: Vec<String>,
}

/// Returns whether an error may be about something private.
pub(super) fn is_of_private(error: &Diagnostic) -> bool {
    matches!(
        error.code(),
        Some("E0423" | "E0451" | "E0532" | "E0603" | "E0616" | "E0624" | "E0594" | "E0596")
    ) || private_type(error).is_some()
}

/// Returns the name of the type or trait in the message `type `a::B` is private`, which has no code.
fn private_type(error: &Diagnostic) -> Option<&str> {
    let message = error
        .message
        .strip_suffix("` is private")
        .filter(|_| error.code.is_none())?;
    let path = message
        .strip_prefix("type `")
        .or_else(|| message.strip_prefix("trait `"))?;
    path.split('<').next()?.rsplit("::").next()
}

impl PrivateAccesses {
    /// Writes into the line what reaches the private things that the errors are about. Returns `false` if there is
    /// nothing new of that kind.
    pub(crate) fn reach(
        &mut self,
        source: &mut ParsedLine<'_>,
        diagnostics: &[Diagnostic],
        (written, file): (&Written, &str),
        compiler: &CrateCompiler,
        refused: &dyn Fn(&[Diagnostic]) -> EvaluateError,
    ) -> bool {
        let mut reached = false;
        let mut of_patterns = Vec::new();
        for error in diagnostics {
            if error.spans.iter().any(|span| span.primary && span.file == file) {
                let shown = match private_type(error) {
                    Some(name) => compiler.show_types(name),
                    None if error.has_code("E0603") => show_item(error, file, compiler),
                    None => Ok(false),
                };
                match shown {
                    Ok(is_shown) => reached |= is_shown,
                    Err(reason) if self.reasons.contains(&reason) => {}
                    Err(reason) => self.reasons.push(reason),
                }
            }
            let primary = error.spans.iter().find(|span| span.primary && span.file == file);
            let Some(typed) = primary.and_then(|span| written.origin(&span.bytes)) else {
                continue;
            };
            let name = source.text.get(typed.clone()).unwrap_or_default();
            let plain = name.trim_start_matches("r#").to_owned();
            let taken_before = self.taken_apart.len();
            reached |= match error.code() {
                Some("E0616") => {
                    let owner = owner(&error.message);
                    let is_new = !self.fields.iter().any(|(field, _)| *field == typed);
                    let getter = format!("{FIELD}{plain}");
                    let is_reached = is_new
                        && owner.is_some_and(|owner| compiler.reach_field(owner, &plain))
                        && source.reach_field(&typed, &getter);
                    if is_reached {
                        self.fields.push((typed, false));
                    }
                    is_reached
                }
                Some("E0624") if !plain.starts_with(CALL) => {
                    let defined = error.spans.iter().find(|span| !span.primary && span.file != file);
                    let is_reached =
                        defined.is_some_and(|span| compiler.reach_method(&span.file, span.bytes.start, &plain));
                    if is_reached {
                        source.put(typed, &format!("{CALL}{plain}"));
                    }
                    is_reached
                }
                Some("E0451") => {
                    let of_crate = owner(&error.message).is_some_and(|owner| compiler.reach_field(owner, &plain));
                    self.note_pattern(of_crate, &plain);
                    let taken_apart = self.take_apart(source, &typed, compiler);
                    taken_apart.unwrap_or_else(|| self.make(source, &typed, &error.message, compiler))
                }
                Some("E0423") if error.message.contains("private fields") => self.construct(source, &typed, compiler),
                Some("E0532") if error.message.contains("private fields") => {
                    self.note_pattern(compiler.reach_field(last_name(&plain), "0"), "0");
                    self.take_apart(source, &typed, compiler).unwrap_or(false)
                }
                Some("E0603") if error.message.contains("constructor") => {
                    self.note_pattern(compiler.reach_field(last_name(&plain), "0"), "0");
                    let taken_apart = self.take_apart(source, &typed, compiler);
                    taken_apart.unwrap_or_else(|| self.construct(source, &typed, compiler))
                }
                Some("E0594" | "E0596") => self.write(source, &typed),
                _ => false,
            };
            if self.taken_apart.len() > taken_before {
                of_patterns.push(error.clone());
            }
        }
        if reached && self.refused.is_none() {
            self.refused = Some(refused(diagnostics));
        }
        if !of_patterns.is_empty() && self.refused_pattern.is_none() {
            self.refused_pattern = Some(refused(&of_patterns));
        }
        reached
    }

    /// Notes that a pattern may name a private field, if that is one of the crate.
    fn note_pattern(&mut self, is_of_crate: bool, field: &str) {
        if is_of_crate && self.in_pattern.is_none() {
            self.in_pattern = Some(field.to_owned());
        }
    }

    /// Has a pattern of the line take structs apart by methods that give references to their fields. Returns `None` if
    /// no such pattern is there, and `Some(false)` if it was taken apart before.
    fn take_apart(
        &mut self,
        source: &mut ParsedLine<'_>,
        typed: &Range<usize>,
        compiler: &CrateCompiler,
    ) -> Option<bool> {
        let reach = |owner: &str, field: &str| {
            let is_reached = compiler.reach_field(owner, field);
            is_reached.then(|| format!("{FIELD}{field}"))
        };
        let taken_apart = source.take_apart(typed.start, &reach)?;
        if self.taken_apart.contains(&taken_apart.start) {
            return Some(false);
        }
        self.taken_apart.push(taken_apart.start);
        for (bytes, text) in taken_apart.written {
            source.put(bytes, &text);
        }
        Some(true)
    }

    /// Has the line make a struct by a function, of which it names this field, or another value with the field.
    fn make(
        &mut self,
        source: &mut ParsedLine<'_>,
        typed: &Range<usize>,
        message: &str,
        compiler: &CrateCompiler,
    ) -> bool {
        let (Some(literal), Some(owner)) = (source.literal(typed.start), owner(message)) else {
            return false;
        };
        let of = MadeOf::Named(literal.fields.clone(), literal.has_base);
        if self.made.contains(&literal.open.start) || !compiler.reach_struct(owner, &of) {
            return false;
        }
        source.make(&literal, &of.function());
        self.made.push(literal.open.start);
        true
    }

    /// Has the line make a tuple struct by a function. The name of the struct ends what stands in this place.
    fn construct(&mut self, source: &mut ParsedLine<'_>, typed: &Range<usize>, compiler: &CrateCompiler) -> bool {
        let path = source.text.get(typed.clone()).unwrap_or_default();
        let name = path
            .split('<')
            .next()
            .and_then(|path| path.trim_end_matches(':').rsplit("::").next());
        let name = name.unwrap_or_default().trim_start_matches("r#");
        if self.made.contains(&typed.end) || !compiler.reach_struct(name, &MadeOf::Tuple) {
            return false;
        }
        source.construct(typed, &MadeOf::Tuple.function());
        self.made.push(typed.end);
        true
    }

    /// Notes that the line writes the fields in a part of it, and returns whether one of them was only read until now.
    fn write(&mut self, source: &mut ParsedLine<'_>, typed: &Range<usize>) -> bool {
        let mut made = false;
        // An assignment writes only what stands before its operator.
        let end = typed.start + assigned(source.text.get(typed.clone()).unwrap_or_default());
        for (field, is_written) in &mut self.fields {
            if !*is_written && field.start < end && typed.start < field.end {
                *is_written = true;
                let name = source.text[field.clone()].trim_start_matches("r#");
                let method = format!("{FIELD_MUT}{name}())");
                source.put(field.clone(), &method);
                made = true;
            }
        }
        made
    }

    /// Returns an error in terms of the line as it was typed.
    pub(super) fn told(mut self, error: EvaluateError) -> EvaluateError {
        let EvaluateError::Rejected(refusal) = error else {
            return error;
        };
        let names = |parts: &[&str]| parts.iter().any(|part| refusal.text.contains(part));
        // What stands behind a pattern may be no reference to the struct.
        let is_of_pattern = !self.taken_apart.is_empty() && names(&["E0308", "E0005", WHOLE]);
        let is_as_typed = names(&["no method named"]) && !names(&[FIELD, CALL]);
        // A struct that the line makes along with it is no reason to refuse the pattern.
        let refused_pattern = self.refused_pattern.take().filter(|_| is_of_pattern && !names(&[MAKE]));
        let error = match refused_pattern.or(self.refused.take()) {
            // A pattern is no call.
            Some(refused) if is_of_pattern || names(&[MAKE]) => refused,
            Some(_) if is_as_typed => EvaluateError::Rejected(refusal),
            Some(refused) if names(&["no method named"]) => refused,
            Some(_) => EvaluateError::Rejected(as_typed(&refusal.text).into()),
            None => EvaluateError::Rejected(refusal),
        };
        match error {
            EvaluateError::Rejected(refusal) => EvaluateError::Rejected(self.with_reasons(refusal)),
            error => error,
        }
    }

    /// Adds to an error why items stay private, and how a private field is read.
    fn with_reasons(mut self, mut refusal: Refusal) -> Refusal {
        let is_of_field = ["E0451", "E0532", "constructor"]
            .iter()
            .any(|part| refusal.text.contains(part));
        if let Some(field) = self.in_pattern.filter(|_| is_of_field) {
            self.reasons.push(format!(
                "a pattern names what is private where it takes a reference apart, as in `let Type {{ field, .. }} = &value`; \
                 else read the field: `value.{field}`"
            ));
        }
        if refusal.text.contains("E0004") && !self.taken_apart.is_empty() {
            self.reasons.push(
                "what an arm wants of private fields is a condition to rustc, so the last arm has to be one for all that is left: `_ => ..`"
                    .to_owned(),
            );
        }
        let reasons = self.reasons.iter().map(|reason| format!("\n  = help: {reason}"));
        refusal.text.extend(reasons);
        refusal
    }
}

/// Makes the item visible that an error is about. The error is the reason why it stays private.
fn show_item(error: &Diagnostic, file: &str, compiler: &CrateCompiler) -> Result<bool, String> {
    let notes = error
        .children
        .iter()
        .filter(|note| note.message.contains("is defined here"));
    let defined = notes
        .flat_map(|note| &note.spans)
        .find(|span| span.primary && span.file != file);
    let name = error.message.split('`').nth(1);
    match (defined, name) {
        (Some(span), Some(name)) => compiler.show_item(span, name),
        _ => Ok(false),
    }
}

/// Returns the length of the text before the operator of an assignment, or of all the text if there is no such
/// operator.
fn assigned(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_operator = |at: &usize| {
        let (before, after) = (at.checked_sub(1).map(|before| bytes[before]), bytes.get(at + 1));
        let shifts = *at >= 2 && bytes[at - 2] == bytes[at - 1];
        let compares = matches!(before, Some(b'=' | b'!')) || matches!(before, Some(b'<' | b'>')) && !shifts;
        bytes[*at] == b'=' && !compares && !matches!(after, Some(b'=' | b'>'))
    };
    (0..bytes.len()).find(is_operator).unwrap_or(bytes.len())
}

/// Returns the last name of a path.
fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}

/// Returns the name of the struct in the message `field .. of struct `a::B` is private`.
fn owner(message: &str) -> Option<&str> {
    let path = message.split("of struct `").nth(1)?.split('`').next()?;
    path.split('<').next()?.rsplit("::").next()
}

/// Returns a text with what was typed in place of what was written for it: `a.b` for `a.__hookable_field_b()`.
fn as_typed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(FIELD) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = rest.strip_prefix(FIELD_MUT).unwrap_or(&rest[FIELD.len()..]);
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        out.push_str(&rest[..end]);
        rest = rest[end..].strip_prefix("()").unwrap_or(&rest[end..]);
    }
    out.push_str(rest);
    out.replace(CALL, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_they_were_typed() {
        assert_eq!(
            as_typed(
                "cannot move out of `*(*a.__hookable_field_mut_b()).__hookable_field_c()` or `x.__hookable_call_f()`"
            ),
            "cannot move out of `*(*a.b).c` or `x.f()`"
        );
    }

    #[test]
    fn what_is_assigned_to() {
        for (text, expect) in [
            ("a.b += c.d", "a.b +"),
            ("a.b <<= c", "a.b <<"),
            ("a[b <= c].d = e == f", "a[b <= c].d "),
            ("a.b == c", "a.b == c"),
            ("a.b", "a.b"),
        ] {
            assert_eq!(&text[..assigned(text)], expect);
        }
    }

    #[test]
    fn whose_field_it_is() {
        assert_eq!(owner("field `b` of struct `shop::A<u8>` is private"), Some("A"));
        assert_eq!(owner("field `b` of struct `A` is private"), Some("A"));
        assert_eq!(owner("something else"), None);
    }
}
