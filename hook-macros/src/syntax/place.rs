//! Where a span lies. proc-macro2 has known the file since 1.0.100, and the line since a version not much older; the compiler's own
//! spans since Rust 1.88. Lockfiles have older versions of the one, so the other is asked.

use std::path::PathBuf;

use proc_macro2::{LineColumn, Span};

/// As rustc names the file, remapped or not; empty in a unit test, where there is no rustc.
pub(crate) fn file(span: Span) -> String {
    compilers(span).map(|span| span.file()).unwrap_or_default()
}

/// The file on this machine.
pub(crate) fn local_file(span: Span) -> Option<PathBuf> {
    compilers(span).and_then(|span| span.local_file())
}

/// Its first character.
pub(crate) fn start(span: Span) -> LineColumn {
    compilers(span).map_or_else(|| span.start(), place)
}

/// Behind its last character.
pub(crate) fn end(span: Span) -> LineColumn {
    compilers(span).map_or_else(|| span.end(), |span| place(span.end()))
}

fn place(span: proc_macro::Span) -> LineColumn {
    LineColumn {
        line: span.line(),
        column: span.column().saturating_sub(1),
    }
}

fn compilers(span: Span) -> Option<proc_macro::Span> {
    proc_macro::is_available().then(|| span.unwrap())
}
