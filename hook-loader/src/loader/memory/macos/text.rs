//! Code of the running program is written by way of a copy of its pages. The copy is written, then it may be executed
//! and not written any more, and then the kernel puts it in the place of the pages, at once. So no page is writable and
//! executable at a time, and none can ever not be executed, which may be one that this code is on.
//!
//! A kernel can refuse that, or end the process, as it does with programs that are signed for the hardened runtime. So
//! it is tried out first in a fork of the process.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::hint::black_box;
use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;
use std::sync::OnceLock;
use std::{ptr, slice};

use super::pages::{flush_instructions, page_size};
use crate::loader::mach::{INHERIT_COPY, OVERWRITE, THIS_TASK, mach_vm_remap};

/// Writes code of the program.
pub(crate) struct CodeWriter {
    page: u64,
}

impl CodeWriter {
    /// Returns an error if the kernel does not let code be replaced.
    pub(crate) fn open() -> io::Result<CodeWriter> {
        static IS_POSSIBLE: OnceLock<bool> = OnceLock::new();
        let writer = CodeWriter { page: page_size() };
        match *IS_POSSIBLE.get_or_init(|| writer.is_possible()) {
            true => Ok(writer),
            false => Err(io::Error::other(
                "the system does not let code of the program be replaced",
            )),
        }
    }

    /// Writes bytes of code. It allocates nothing and takes no lock.
    ///
    /// # Safety
    ///
    /// No thread is about to execute any of the bytes, and whatever calls the code can go on with the new one.
    pub(crate) unsafe fn write(&self, address: u64, bytes: &[u8]) -> io::Result<()> {
        let start = address - address % self.page;
        let end = (address + bytes.len() as u64).next_multiple_of(self.page);
        let size = (end - start) as usize;
        let (rights, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANON);
        // SAFETY: this is a new mapping, and replaces no other.
        let copy = unsafe { libc::mmap(ptr::null_mut(), size, rights, kind, -1, 0) };
        if copy == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the pages are code of this program, which can be read, and the copy is as large and nobody else's.
        let pages = unsafe {
            let pages = slice::from_raw_parts_mut(copy.cast::<u8>(), size);
            pages.copy_from_slice(slice::from_raw_parts(start as *const u8, size));
            pages
        };
        pages[(address - start) as usize..][..bytes.len()].copy_from_slice(bytes);
        // SAFETY: nobody has a reference to the copy any more. It is what is there, but for the bytes, for which the
        // caller vouches.
        unsafe {
            let replaced = replace(start, copy, size);
            libc::munmap(copy, size);
            replaced
        }
    }

    /// Replaces code in a fork of the process, and calls it there. Whatever becomes of that, it tells by a byte that
    /// all is well.
    fn is_possible(&self) -> bool {
        let all_is_well = 1_u8;
        let Ok((mut answer, answering)) = io::pipe() else {
            return false;
        };
        let code = black_box(trial as extern "C" fn(u32) -> u32);
        let address = code as usize as u64;
        // SAFETY: the child has one thread, allocates nothing, takes no lock, and ends here. The code is long enough
        // for the bytes, and is the same as before.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: as above.
            unsafe {
                let bytes = (address as *const [u8; 4]).read_unaligned();
                if self.write(address, &bytes).is_ok() && code(1) == 2 {
                    libc::write(answering.as_raw_fd(), (&raw const all_is_well).cast(), 1);
                }
                libc::_exit(0);
            }
        }
        drop(answering);
        let is_well = child > 0 && answer.read_exact(&mut [0]).is_ok();
        if child > 0 {
            // SAFETY: the child has ended or is about to. Where the program waits for all its children, it may be gone.
            let wait = || unsafe { libc::waitpid(child, ptr::null_mut(), 0) };
            while wait() == -1 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted {}
        }
        is_well
    }
}

/// Is written anew, as it is, and called.
#[inline(never)]
extern "C" fn trial(n: u32) -> u32 {
    black_box(n) + 1
}

/// Puts pages in the place of others, which were code.
///
/// # Safety
///
/// Nobody has a reference to the pages, and what is executed in the others can go on with what these have.
unsafe fn replace(start: u64, pages: *mut c_void, size: usize) -> io::Result<()> {
    const RIGHTS: i32 = libc::PROT_READ | libc::PROT_EXEC;
    flush_instructions(pages as u64..pages as u64 + size as u64);
    let (mut at, mut rights, mut possible) = (start, 0, 0);
    // SAFETY: as the caller promises. The kernel writes the numbers.
    unsafe {
        if libc::mprotect(pages, size, RIGHTS) != 0 {
            return Err(io::Error::last_os_error());
        }
        let failed = mach_vm_remap(
            THIS_TASK,
            &raw mut at,
            size as u64,
            0,
            OVERWRITE,
            THIS_TASK,
            pages as u64,
            1,
            &raw mut rights,
            &raw mut possible,
            INHERIT_COPY,
        );
        if failed != 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        if rights & RIGHTS != RIGHTS && libc::mprotect(start as *mut c_void, size, RIGHTS) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    flush_instructions(start..start + size as u64);
    Ok(())
}
