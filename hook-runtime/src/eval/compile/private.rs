//! A line may name private items of the crate, and private fields and methods of its types.
//!
//! Where rustc says that an item, or the type of a value, is private, the item becomes visible in the copy of the
//! sources (`visible.rs`).
//!
//! rustc says which fields and methods are private (E0616, E0624). Then a method that gives a reference to the field,
//! or that calls the private method, is put beside the definition in the copy of the sources, and the line names that
//! instead. The reference is shared at first. Where rustc says that something is written through it (E0594, E0596), a
//! method that gives a unique one is named. A struct with private fields that the line makes (E0451, E0423) is written
//! as the call of a function beside the definition, too.

use std::ops::Range;

use hook_rustc::Diagnostic;

use super::CrateCompiler;
use crate::eval::beside::{CALL, FIELD, FIELD_MUT, MAKE, MadeOf};
use crate::eval::codegen::piece::Written;
use crate::eval::error::EvaluateError;
use crate::eval::parse::ParsedLine;

/// The private things that a line reaches.
#[derive(Default)]
pub(crate) struct PrivateAccesses {
    /// The names of fields in the line, and whether they are written.
    fields: Vec<(Range<usize>, bool)>,
    /// The places in the line where structs are made.
    made: Vec<usize>,
    /// The error of the line as it was typed.
    refused: Option<EvaluateError>,
    /// Why items stay private.
    reasons: Vec<String>,
}

/// Returns whether an error may be about something private.
pub(super) fn is_of_private(error: &Diagnostic) -> bool {
    matches!(
        error.code(),
        Some("E0423" | "E0451" | "E0603" | "E0616" | "E0624" | "E0594" | "E0596")
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
        refused: EvaluateError,
    ) -> bool {
        let mut reached = false;
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
                Some("E0451") => self.make(source, &typed, &error.message, compiler),
                Some("E0423") if error.message.contains("private fields") => self.construct(source, &typed, compiler),
                Some("E0603") if error.message.contains("constructor") => self.construct(source, &typed, compiler),
                Some("E0594" | "E0596") => self.write(source, &typed),
                _ => false,
            };
        }
        if reached && self.refused.is_none() {
            self.refused = Some(refused);
        }
        reached
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
    pub(super) fn told(self, error: EvaluateError) -> EvaluateError {
        let error = match error {
            EvaluateError::Rejected(mut refusal) => {
                refusal
                    .text
                    .extend(self.reasons.iter().map(|reason| format!("\n  = help: {reason}")));
                EvaluateError::Rejected(refusal)
            }
            error => error,
        };
        match (error, self.refused) {
            // A pattern is no call.
            (EvaluateError::Rejected(refusal), Some(refused)) if refusal.text.contains(MAKE) => refused,
            (EvaluateError::Rejected(refusal), Some(refused)) if refusal.text.contains("no method named") => {
                if refusal.text.contains(FIELD) || refusal.text.contains(CALL) {
                    refused
                } else {
                    EvaluateError::Rejected(refusal)
                }
            }
            (EvaluateError::Rejected(refusal), Some(_)) => EvaluateError::Rejected(as_typed(&refusal.text).into()),
            (error, _) => error,
        }
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
