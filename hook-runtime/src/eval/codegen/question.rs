//! What is asked of a line that is not run as such: its type, its kept values, or the parts of its value. Pure.

use crate::eval::codegen::body::statements;
use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::CompileInput;
use crate::eval::codegen::input::{KeptValue, ValueSource};
use crate::eval::codegen::nest;
use crate::eval::codegen::piece::{Piece, Spelling, Written};
use crate::eval::parse::ParsedLine;

/// Writes the question for the type of the line's value. The line does not run and takes no value, so it stands where
/// the borrow checker does not read: what it would move or borrow is not asked.
pub(super) fn type_of(out: &mut Written, source: &ParsedLine<'_>, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    const UNREAD: &str = "__hookable_private::void();\n";
    let (spelling, awaits) = (&Spelling::never(input.spot, fallbacks), fallbacks.awaits);
    let is_async = if awaits { "async move " } else { "" };
    let values = input.values.iter().filter(|value| !value.source.is_reference());
    let values: String = values
        .map(
            |KeptValue {
                 name, line, kept_as, ..
             }| {
                let like = nest::like(*line, kept_as);
                format!("let mut {name} = __hookable_private::never_of({like});\n")
            },
        )
        .collect();
    out.push("let __hookable_type = __hookable_private::Pointee::asked();\nmatch () { () => {} () => {\n");
    out.push(UNREAD);
    // A closure is a body of its own to the borrow checker, and so is an async block.
    let open = |of: &str| {
        format!("__hookable_private::Pointee::is{of}(&__hookable_type, || {{ {UNREAD}{is_async}{{ {UNREAD}{values}")
    };
    match source.tail().filter(|_| source.ends_in_place) {
        Some(tail) => {
            out.push(&open(if awaits { "_output_place" } else { "_place" }));
            statements(out, source, Some(tail), spelling);
            out.push("match &");
            out.statement(source, tail, spelling);
            out.push("{ __hookable_value => __hookable_private::type_of(__hookable_value) }\n");
        }
        None => {
            out.push(&open(if awaits { "_output" } else { "" }));
            statements(out, source, None, spelling);
        }
    }
    out.push("} });\n} }\n__hookable_private::RunningLine::type_of(__hookable_line, &__hookable_type);\n");
    if !awaits && may_be_called(source) {
        out.push("{ __hookable_private::signature_traits!();\n");
        out.push("(&&&&&&&&__hookable_type).__hookable_signature(__hookable_line); }\n");
    }
}

/// Returns whether a line may be the name of a function, or a closure, so that its signature is asked for too. Other
/// lines are not asked, because rustc has to know more of a type for that than its name, and could refuse them.
fn may_be_called(source: &ParsedLine<'_>) -> bool {
    let text = source.text.trim();
    let is_path = text.chars().all(|c| c.is_alphanumeric() || "_:<>, ".contains(c));
    is_path || text.starts_with('|') || text.starts_with("move ")
}

/// Writes what shows the value of the place that the line is, by its parts.
pub(super) fn parts_of(out: &mut Written, source: &ParsedLine<'_>, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    if let Some(tail) = source.tail() {
        out.push("__hookable_private::RunningLine::show_parts(__hookable_line, &");
        out.statement(source, tail, &Spelling::of(input.spot, fallbacks));
        out.push(&format!(", {});\n", input.parts.show));
        if let Some(learn) = input.parts.learn.filter(|_| !fallbacks.unlearned) {
            out.piece_of(&format!("{learn};\n"), Piece::Learned);
        }
    }
}

/// Writes what captures kept values as the attribute captures places, with the traits that their types have.
pub(super) fn capture(out: &mut Written, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    for KeptValue { name, source, .. } in input.values.iter().filter(|value| fallbacks.copies(value.name)) {
        let captured = match source {
            ValueSource::Kept => format!("writable()(&mut {name})"),
            _ => format!("readable()(&{name})"),
        };
        let capture = format!(
            "{{\n__hookable_private::captures!();\n\
             let ((__hookable_late, __hookable_late_marker), __hookable_marker) = (__hookable_private::late(), []);\n\
             __hookable_late_marker.__hookable_tie(&raw const {name}, __hookable_marker);\n\
             __hookable_private::RunningLine::captured(__hookable_line, {name:?}, __hookable_marker.__hookable_{captured});\n\
             __hookable_private::ask_traits!(); __hookable_private::resolve!(__hookable_late);\n}}\n"
        );
        out.piece_of(&capture, Piece::KeptCopy((*name).to_owned()));
    }
}
