//! What is known of the macros of the standard library by their names.

/// Macros whose arguments are expressions, among them a format string and `name = value`. Each makes a value, or
/// nothing.
pub const OF_EXPRESSIONS: [&str; 21] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Macros whose arguments are text, or none. Each makes a value.
pub const OF_TEXT: [&str; 9] = [
    "cfg",
    "column",
    "concat",
    "env",
    "file",
    "include_str",
    "line",
    "option_env",
    "stringify",
];

/// Returns whether a macro of this name makes a value, or nothing: it declares no item.
pub fn makes_value(name: &str) -> bool {
    OF_EXPRESSIONS.contains(&name) || OF_TEXT.contains(&name) || name == "compile_error"
}
