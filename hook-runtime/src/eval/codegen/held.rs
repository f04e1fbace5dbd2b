//! A line holds values that borrow from the frame, and uses those that earlier lines hold. Pure.

use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::{CompileInput, KeptValue, ValueSource};
use crate::eval::codegen::nest;
use crate::eval::codegen::piece::Written;

/// Writes what names the time for which the hook is open, if the line needs it.
pub(super) fn opening(out: &mut Written, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    if fallbacks.holds || input.values.iter().any(|value| value.source.is_held()) {
        out.push("let __hookable_opening = __hookable_private::Places::opening(&__hookable_frame);\n");
    }
}

/// Writes what holds a value that the line binds.
pub(super) fn hold(out: &mut Written, name: &str) {
    out.push(&format!(
        "__hookable_private::RunningLine::hold(__hookable_line, {name:?}, {name}, &__hookable_opening);\n"
    ));
}

/// Writes the names of values that the line has by reference.
pub(super) fn references(out: &mut Written, input: &CompileInput<'_>) {
    out.push("let __hookable_lends = ();\n");
    for KeptValue {
        name,
        line,
        kept_as,
        source,
    } in &input.values
    {
        let (function, lifetime) = match source {
            ValueSource::Lent => ("lent", "__hookable_lends"),
            ValueSource::Pinned => ("pinned", "__hookable_opening"),
            ValueSource::Kept | ValueSource::Held => continue,
        };
        let like = nest::like(*line, kept_as);
        out.push(&format!(
            "let __hookable_private::Option::Some({name}) = \
             __hookable_private::RunningLine::{function}(__hookable_line, {name:?}, {like}, &{lifetime}) else {{ return }};\n"
        ));
    }
}

/// Returns the expression for what a repeated line gives: the first `gives` of the parts of `__hookable_value`, and the
/// held values that the line may have changed. The line has a reference to those of them that are `pinned`.
pub(super) fn given((touched, pinned): (&[String], &[String]), parts: usize, gives: usize) -> String {
    if touched.is_empty() && parts == gives {
        return "__hookable_value".to_owned();
    }
    let name = |part: usize| format!("__hookable_{part}, ");
    let pattern: String = (0..parts).map(name).collect();
    let given: String = (0..gives).map(name).collect();
    let touched = touched.iter().map(|name| match pinned.contains(name) {
        true => format!("__hookable_private::never_moved(&{name}), "),
        false => format!("{name}, "),
    });
    format!(
        "{{ let ({pattern}) = __hookable_value; ({given}{}) }}",
        touched.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_repeated_line_gives() {
        assert_eq!(given((&[], &[]), 2, 2), "__hookable_value");
        let touched = ["v".to_owned(), "w".to_owned()];
        assert_eq!(
            given((&touched, &touched[1..]), 0, 0),
            "{ let () = __hookable_value; (v, __hookable_private::never_moved(&w), ) }"
        );
        assert_eq!(
            given((&touched[..1], &[]), 1, 1),
            "{ let (__hookable_0, ) = __hookable_value; (__hookable_0, v, ) }"
        );
    }
}
