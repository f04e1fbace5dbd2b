//! A file that is loaded, as each system tells of it.

use std::ops::Range;
use std::path::PathBuf;

use super::loaded::TlsModule;

pub(crate) struct LoadedFile {
    pub(crate) path: PathBuf,
    /// It is the program itself, and not a library.
    pub(crate) is_program: bool,
    /// This is added to an address of the file to get one in memory.
    pub(crate) bias: u64,
    pub(crate) segments: Vec<Segment>,
    pub(crate) tls_module: Option<TlsModule>,
    /// The file is known to have no symbol table before it is read.
    pub(crate) is_stripped: bool,
}

pub(crate) struct Segment {
    /// The segment has these addresses in memory.
    pub(crate) range: Range<u64>,
    /// It can be read and not written, and so it is as it is in the file.
    pub(crate) is_constant: bool,
    /// Its bytes begin here in the file.
    pub(crate) offset: u64,
    /// So many bytes are in the file. The rest is zero.
    pub(crate) len: u64,
}

impl LoadedFile {
    /// Returns whether both are the same file at the same place.
    pub(crate) fn is(&self, other: &LoadedFile) -> bool {
        (&self.path, self.bias, self.tls_module) == (&other.path, other.bias, other.tls_module)
            && self.range() == other.range()
    }

    pub(crate) fn range(&self) -> Range<u64> {
        let ranges = || self.segments.iter().map(|segment| &segment.range);
        let start = ranges().map(|range| range.start).min().unwrap_or(0);
        start..ranges().map(|range| range.end).max().unwrap_or(start)
    }
}
