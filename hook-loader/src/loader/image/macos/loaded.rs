//! What the system says is loaded.
#![allow(unsafe_code)]

use std::ffi::{OsString, c_char, c_void};
use std::ops::Range;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use super::macho::{Header, read_header};
use crate::loader::memory::read_process;

unsafe extern "C" {
    fn _dyld_image_count() -> u32;
    fn _dyld_get_image_header(number: u32) -> *const c_void;
    fn _dyld_get_image_vmaddr_slide(number: u32) -> isize;
    fn _dyld_get_image_name(number: u32) -> *const c_char;
}

pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    /// It is the program itself, and not a library.
    pub(crate) is_program: bool,
    /// This is added to an address of the file to get one in memory.
    pub(crate) bias: u64,
    pub(crate) segments: Vec<Segment>,
    /// Nothing has a module: thread-locals are reached by their descriptors, which are variables.
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

/// It stands for the static TLS block, the only one that the loader reaches by an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TlsModule;

impl TlsModule {
    pub(crate) fn number(self) -> usize {
        0
    }
}

impl Loaded {
    /// Returns whether both are the same file at the same place.
    pub(crate) fn is(&self, other: &Loaded) -> bool {
        (&self.path, self.bias) == (&other.path, other.bias) && self.range() == other.range()
    }

    pub(crate) fn range(&self) -> Range<u64> {
        let ranges = || self.segments.iter().map(|segment| &segment.range);
        let start = ranges().map(|range| range.start).min().unwrap_or(0);
        start..ranges().map(|range| range.end).max().unwrap_or(start)
    }
}

/// Returns all files that are loaded, the program first. The libraries of the system are left out: they have no files,
/// and what they define, the system finds by name.
pub(crate) fn all() -> Vec<Loaded> {
    // SAFETY: the call has no preconditions.
    let count = unsafe { _dyld_image_count() };
    let mut all: Vec<Loaded> = (0..count).filter_map(loaded).collect();
    all.sort_by_key(|loaded| !loaded.is_program);
    all
}

/// Returns the image of a number; `None` if it was unloaded meanwhile. Another may have its number then, so its name
/// and its place may not belong together: what is in the file tells later whether they do.
fn loaded(number: u32) -> Option<Loaded> {
    // SAFETY: the system checks the number.
    let (header, slide, name) = unsafe {
        (
            _dyld_get_image_header(number) as u64,
            _dyld_get_image_vmaddr_slide(number) as u64,
            _dyld_get_image_name(number) as u64,
        )
    };
    let path = OsString::from_vec(text(name)?).into();
    let Header {
        is_program,
        is_of_system,
        segments,
        has_symbols,
    } = read_header(&commands(header)?, slide)?;
    (!is_of_system).then_some(Loaded {
        path,
        is_program,
        bias: slide,
        segments,
        tls_module: None,
        is_stripped: !has_symbols,
    })
}

/// Returns a header in memory and the commands behind it.
fn commands(address: u64) -> Option<Vec<u8>> {
    const HEADER: u64 = 32;
    const SIZE_OF_COMMANDS: usize = 20;
    let size = u32::from_le_bytes(*read(address, HEADER)?.get(SIZE_OF_COMMANDS..)?.first_chunk()?);
    read(address, HEADER + u64::from(size))
}

/// Returns a text in memory that ends in zero. Whatever is behind its page may not be readable.
fn text(mut address: u64) -> Option<Vec<u8>> {
    const PAGE: u64 = 4096;
    let mut text = Vec::new();
    loop {
        let rest = read(address, PAGE - address % PAGE)?;
        if let Some(end) = rest.iter().position(|byte| *byte == 0) {
            text.extend_from_slice(&rest[..end]);
            return Some(text);
        }
        text.extend_from_slice(&rest);
        address = address.checked_add(rest.len() as u64)?;
    }
}

fn read(address: u64, len: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_read = read_process(address, len, |piece| {
        bytes.extend_from_slice(piece);
        true
    });
    is_read.then_some(bytes)
}
