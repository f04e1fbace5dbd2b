//! What the system says is loaded.
#![allow(unsafe_code)]

use std::ffi::{OsString, c_char, c_void};
use std::os::unix::ffi::OsStringExt as _;

use super::loaded_file::LoadedFile;
use super::macho::{Header, read_header};
use crate::loader::memory::read_process;

unsafe extern "C" {
    fn _dyld_image_count() -> u32;
    fn _dyld_get_image_header(number: u32) -> *const c_void;
    fn _dyld_get_image_vmaddr_slide(number: u32) -> isize;
    fn _dyld_get_image_name(number: u32) -> *const c_char;
}

/// It stands for the static TLS block, the only one that the loader reaches by an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TlsModule;

impl TlsModule {
    pub(crate) fn number(self) -> usize {
        0
    }
}

/// Returns all files that are loaded, the program first. The libraries of the system are left out: they have no files,
/// and what they define, the system finds by name.
pub(crate) fn all() -> Vec<LoadedFile> {
    // SAFETY: the call has no preconditions.
    let count = unsafe { _dyld_image_count() };
    let mut all: Vec<LoadedFile> = (0..count).filter_map(loaded).collect();
    all.sort_by_key(|loaded| !loaded.is_program);
    all
}

/// Returns the image of a number; `None` if it was unloaded meanwhile. Another may have its number then, so its name
/// and its place may not belong together: what is in the file tells later whether they do.
fn loaded(number: u32) -> Option<LoadedFile> {
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
    (!is_of_system).then_some(LoadedFile {
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
