//! What the system says is loaded.
#![allow(unsafe_code)]

use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt as _;

use super::loaded_file::{LoadedFile, Segment};

/// `__tls_get_addr` knows the thread-locals of an image by this number, which only ever comes from the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TlsModule(usize);

impl TlsModule {
    pub(crate) fn number(self) -> usize {
        self.0
    }
}

/// Returns all files that are loaded, the program first.
pub(super) fn all() -> Vec<LoadedFile> {
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, all: *mut libc::c_void) -> libc::c_int {
        // SAFETY: `all` is the vector given to `dl_iterate_phdr` below, and `info` is valid during the call.
        let (info, all) = unsafe { (&*info, &mut *all.cast::<Vec<LoadedFile>>()) };
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
        all.push(LoadedFile {
            path: path.into(),
            is_program: all.is_empty(),
            bias: info.dlpi_addr,
            segments: loaded.map(segment).collect(),
            tls_module: (info.dlpi_tls_modid != 0).then_some(TlsModule(info.dlpi_tls_modid)),
            is_stripped: false,
        });
        0
    }
    let mut all: Vec<LoadedFile> = Vec::new();
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
