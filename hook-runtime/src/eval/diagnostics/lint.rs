//! The lints that apply to a line. Pure.

use hook_rustc::Diagnostic;

use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::diagnostics::findings::primary;

/// The lints that rustc denies by default and that a line can cause. In a line they are errors even if the crate
/// silences lints.
const DENIED: [&str; 23] = [
    "ambiguous_associated_items",
    "arithmetic_overflow",
    "binary_asm_labels",
    "bindings_with_variant_name",
    "conflicting_repr_hints",
    "dangerous_implicit_autorefs",
    "deref_nullptr",
    "enum_intrinsics_non_enums",
    "ill_formed_attribute_input",
    "invalid_atomic_ordering",
    "invalid_from_utf8_unchecked",
    "invalid_null_arguments",
    "invalid_reference_casting",
    "let_underscore_lock",
    "long_running_const_eval",
    "mutable_transmutes",
    "named_asm_labels",
    "no_mangle_const_items",
    "overflowing_literals",
    "text_direction_codepoint_in_literal",
    "unconditional_panic",
    "undropped_manually_drops",
    "useless_deprecated",
];

/// Returns whether a lint that rustc denies by default fires in the line. Those that fire in the crate itself do not
/// count.
pub(crate) fn is_denied(diagnostics: &[Diagnostic], written: &Written, file: &str) -> bool {
    diagnostics.iter().any(|warning| is_lint(warning, written, file))
}

pub(crate) fn is_lint(warning: &Diagnostic, written: &Written, file: &str) -> bool {
    let typed = |piece: &&Piece| matches!(piece, Piece::AsTyped(_) | Piece::Instead(_));
    warning.code().is_some_and(|code| DENIED.contains(&code)) && primary(warning, written, file).iter().any(typed)
}
