//! Where a span lies. proc-macro2 tells the file of a span since 1.0.100, and the line since a version not much older;
//! the compiler's own spans tell both since Rust 1.88. Lockfiles have older versions of proc-macro2, so the compiler's
//! spans are asked.

use std::fmt;
use std::path::PathBuf;

use hook_rustc::struct_fields;
use proc_macro2::{LineColumn, Span};

/// A place in a source file, by which every run of rustc on the same sources finds the same token.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceLocation {
    /// The file as rustc names it.
    pub(crate) file: String,
    /// The first line is 1.
    pub(crate) line: usize,
    /// The first column is 0.
    pub(crate) column: usize,
}

struct_fields!(SourceLocation { file, line, column });

impl SourceLocation {
    /// Returns the place where a span begins.
    pub(crate) fn of(span: Span) -> SourceLocation {
        let LineColumn { line, column } = start(span);
        SourceLocation {
            file: file(span),
            line,
            column,
        }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Returns the file as rustc names it, remapped or not. The name is empty in a unit test, where there is no rustc.
pub(crate) fn file(span: Span) -> String {
    compilers(span).map(|span| span.file()).unwrap_or_default()
}

/// Returns the path of the file on this machine, if the file is on it.
pub(crate) fn local_file(span: Span) -> Option<PathBuf> {
    compilers(span).and_then(|span| span.local_file())
}

/// Returns the line and the column of the first character.
pub(crate) fn start(span: Span) -> LineColumn {
    compilers(span).map_or_else(|| span.start(), line_column)
}

/// Returns the line and the column behind the last character.
pub(crate) fn end(span: Span) -> LineColumn {
    compilers(span).map_or_else(|| span.end(), |span| line_column(span.end()))
}

fn line_column(span: proc_macro::Span) -> LineColumn {
    LineColumn {
        line: span.line(),
        column: span.column().saturating_sub(1),
    }
}

/// Returns the compiler's own span, unless this runs in a unit test.
fn compilers(span: Span) -> Option<proc_macro::Span> {
    proc_macro::is_available().then(|| span.unwrap())
}
