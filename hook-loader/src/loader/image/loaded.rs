//! What the system says is loaded.
#![allow(unsafe_code)]

use std::ffi::{CStr, OsStr};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

pub(super) struct Loaded {
    pub(super) path: PathBuf,
    /// It is the program itself, and not a library.
    pub(super) is_program: bool,
    /// This is added to an address of the file to get one in memory.
    pub(super) bias: u64,
    pub(super) segments: Vec<Segment>,
    pub(super) tls_module: Option<TlsModule>,
    /// The file is known to have no symbol table before it is read.
    pub(super) is_stripped: bool,
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

/// `__tls_get_addr` knows the thread-locals of an image by this number, which only ever comes from the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TlsModule(usize);

impl TlsModule {
    pub(crate) fn number(self) -> usize {
        self.0
    }
}

impl Loaded {
    /// Returns whether both are the same file at the same place.
    pub(super) fn is(&self, other: &Loaded) -> bool {
        (&self.path, self.bias, self.tls_module) == (&other.path, other.bias, other.tls_module)
            && self.range() == other.range()
    }

    pub(super) fn range(&self) -> Range<u64> {
        let ranges = || self.segments.iter().map(|segment| &segment.range);
        let start = ranges().map(|range| range.start).min().unwrap_or(0);
        start..ranges().map(|range| range.end).max().unwrap_or(start)
    }
}

/// Returns all files that are loaded, the program first.
pub(super) fn all() -> Vec<Loaded> {
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, all: *mut libc::c_void) -> libc::c_int {
        // SAFETY: `all` is the vector given to `dl_iterate_phdr` below, and `info` is valid during the call.
        let (info, all) = unsafe { (&*info, &mut *all.cast::<Vec<Loaded>>()) };
        let headers = match info.dlpi_phdr.is_null() {
            true => &[],
            // SAFETY: so many headers are there, and stay there during the call.
            false => unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) },
        };
        // SAFETY: the name is not null, ends in zero, and stays there during the call.
        let name = unsafe { CStr::from_ptr(info.dlpi_name) };
        let path = match all.is_empty() {
            true => OsStr::new("/proc/self/exe"),
            false => OsStr::from_bytes(name.to_bytes()),
        };
        let loaded = headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        let segment = |header: &libc::Elf64_Phdr| {
            let start = info.dlpi_addr.wrapping_add(header.p_vaddr);
            Segment {
                range: start..start.saturating_add(header.p_memsz),
                is_constant: header.p_flags & libc::PF_W == 0 && header.p_flags & libc::PF_R != 0,
                offset: header.p_offset,
                len: header.p_filesz,
            }
        };
        all.push(Loaded {
            path: path.into(),
            is_program: all.is_empty(),
            bias: info.dlpi_addr,
            segments: loaded.map(segment).collect(),
            tls_module: (info.dlpi_tls_modid != 0).then_some(TlsModule(info.dlpi_tls_modid)),
            is_stripped: false,
        });
        0
    }
    let mut all: Vec<Loaded> = Vec::new();
    // SAFETY: `visit` takes a vector, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut all).cast()) };
    all
}

/// Returns where this thread has the thread-locals of the program.
pub(crate) fn program_thread_locals() -> u64 {
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, found: *mut libc::c_void) -> libc::c_int {
        // SAFETY: `info` is valid during the call, and `found` is the number given to `dl_iterate_phdr` below.
        unsafe { *found.cast::<u64>() = (*info).dlpi_tls_data as u64 };
        // The program is the first, and the others are not asked for.
        1
    }
    let mut found = 0_u64;
    // SAFETY: `visit` takes a number, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut found).cast()) };
    found
}
