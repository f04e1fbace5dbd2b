//! What the system says is loaded.
#![allow(unsafe_code)]

use std::ffi::OsString;
use std::ops::Range;
use std::os::windows::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::ptr;

use super::codeview::named_pdb;
use super::loaded_file::{LoadedFile, Segment};
use crate::loader::kernel32::{GetCurrentProcess, GetModuleFileNameW, K32EnumProcessModules, Module};
use crate::loader::memory::read_process;

/// Nothing has thread-locals that the processor reaches by itself: rustc has the system keep them by numbers.
#[cfg(target_env = "gnu")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TlsModule {}

#[cfg(target_env = "gnu")]
impl TlsModule {
    pub(crate) fn number(self) -> usize {
        match self {}
    }

    fn of_image(_: u64) -> Option<TlsModule> {
        None
    }
}

/// The thread-locals of an image are known by the address that it is loaded at.
#[cfg(target_env = "msvc")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TlsModule(u64);

#[cfg(target_env = "msvc")]
impl TlsModule {
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }

    fn of_image(base: u64) -> Option<TlsModule> {
        Some(TlsModule(base))
    }
}

/// Returns all files that are loaded, the program first.
pub(crate) fn all() -> Vec<LoadedFile> {
    let modules = modules().into_iter().enumerate();
    modules
        .filter_map(|(number, module)| loaded(module, number == 0))
        .collect()
}

/// Returns all modules, the program first.
pub(crate) fn modules() -> Vec<Module> {
    let mut modules = vec![ptr::null_mut(); 256];
    loop {
        let size = size_of_val(&*modules);
        let mut needed = 0;
        let listed = u32::try_from(size).is_ok_and(|size| {
            // SAFETY: the system writes at most so many bytes.
            unsafe { K32EnumProcessModules(GetCurrentProcess(), modules.as_mut_ptr(), size, &raw mut needed) != 0 }
        });
        if !listed {
            return Vec::new();
        }
        let count = needed as usize / size_of::<Module>();
        if count <= modules.len() {
            modules.truncate(count);
            return modules;
        }
        modules.resize(count * 2, ptr::null_mut());
    }
}

/// Reads the headers of a module in memory; `None` if it was unloaded meanwhile.
fn loaded(module: Module, is_program: bool) -> Option<LoadedFile> {
    let base = module as u64;
    let header = u64::from(word(base + 0x3c)?);
    // The signature, the header of COFF, and the optional header.
    let coff = base + header + 4;
    let (sections, optional) = (u64::from(half(coff + 2)?), u64::from(half(coff + 16)?));
    let table = coff + 20 + optional;
    let as_in_file = |range: Range<u64>| Segment {
        is_constant: true,
        offset: range.start - base,
        len: range.end - range.start,
        range,
    };
    let mut segments = vec![as_in_file(coff..coff + 20), as_in_file(table..table + sections * 40)];
    for section in 0..sections {
        let entry = table + section * 40;
        let (size, start) = (u64::from(word(entry + 8)?), base + u64::from(word(entry + 12)?));
        // The contents of a section are as they are in memory, where the system has written addresses.
        segments.push(Segment {
            range: start..start + size,
            is_constant: false,
            offset: 0,
            len: size,
        });
    }
    let path = path(module)?;
    Some(LoadedFile {
        is_program,
        bias: base,
        segments,
        tls_module: TlsModule::of_image(base),
        is_stripped: word(coff + 12)? == 0 && !has_pdb(base, &path),
        path,
    })
}

/// Returns whether a file names a PDB that exists. The libraries of the system name one that only its makers have.
fn has_pdb(base: u64, path: &Path) -> bool {
    let read = |address: u32, len: u32| {
        let mut bytes = Vec::with_capacity(len as usize);
        let is_read = read_process(base + u64::from(address), len.into(), |part| {
            bytes.extend_from_slice(part);
            true
        });
        is_read.then_some(bytes)
    };
    named_pdb(&read).is_some_and(|named| named.path_beside(path).is_some())
}

fn path(module: Module) -> Option<PathBuf> {
    // A path has at most so many characters.
    let mut name = vec![0_u16; 1 << 15];
    // SAFETY: the system writes at most so many characters.
    let len = unsafe { GetModuleFileNameW(module, name.as_mut_ptr(), name.len() as u32) };
    let name = name.get(..len as usize).filter(|name| !name.is_empty())?;
    Some(OsString::from_wide(name).into())
}

fn read<const N: usize>(address: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let is_read = read_process(address, N as u64, |read| {
        bytes.copy_from_slice(read);
        true
    });
    is_read.then_some(bytes)
}

fn word(address: u64) -> Option<u32> {
    read(address).map(u32::from_le_bytes)
}

fn half(address: u64) -> Option<u16> {
    read(address).map(u16::from_le_bytes)
}
