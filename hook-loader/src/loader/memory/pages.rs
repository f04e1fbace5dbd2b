//! The system calls behind an arena, as types that can only be used in the right order.
//!
//! A [`Reservation`] is address space of our own that nobody can access. [`WritablePages`] are cut from it, so no two
//! of them overlap and nobody else knows their addresses; they are readable and writable as long as the value exists.
//! Sealing consumes the value, so nobody holds a `&mut [u8]` into pages that lost the right to be written.
#![allow(unsafe_code)]

use std::io;
use std::ops::Range;
use std::ptr;

/// A reservation is address space that belongs to us and that cannot be accessed yet.
pub(super) struct Reservation {
    range: Range<u64>,
}

/// These pages can be read and written, and nobody else knows them.
pub(super) struct WritablePages {
    range: Range<u64>,
}

#[cfg(target_os = "linux")]
const NO_REPLACE: libc::c_int = libc::MAP_FIXED_NOREPLACE;
#[cfg(target_os = "macos")]
const NO_REPLACE: libc::c_int = 0;

impl Reservation {
    /// Takes `size` bytes of address space from `start` on. Returns `None` if something of that is taken already.
    pub(super) fn at(start: u64, size: u64) -> io::Result<Option<Reservation>> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | NO_REPLACE;
        let wish = ptr::without_provenance_mut(start as usize);
        // SAFETY: this is a new anonymous mapping, which replaces no other: MAP_FIXED_NOREPLACE forbids it, and systems
        // that do not know the flag (Linux before 4.17, macOS) take the address as a wish.
        let at = unsafe { libc::mmap(wish, size as usize, libc::PROT_NONE, flags, -1, 0) };
        if at == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        if at as u64 != start {
            // SAFETY: this is the mapping just made, which nobody knows of.
            unsafe { libc::munmap(at, size as usize) };
            return Ok(None);
        }
        Ok(Some(Reservation {
            range: start..start + size,
        }))
    }

    /// Cuts `size` bytes off the front, from the next multiple of `align` on, and makes them readable and writable.
    /// Returns `None` if there are not as many left. Both numbers must be multiples of the size of a page.
    pub(super) fn cut(&mut self, size: u64, align: u64) -> io::Result<Option<WritablePages>> {
        let start = self.range.start.checked_next_multiple_of(align);
        let Some((start, end)) = start.and_then(|start| Some((start, start.checked_add(size)?))) else {
            return Ok(None);
        };
        if end > self.range.end {
            return Ok(None);
        }
        let pages = WritablePages { range: start..end };
        pages.protect(start..end, libc::PROT_READ | libc::PROT_WRITE)?;
        self.range.start = end;
        Ok(Some(pages))
    }
}

impl WritablePages {
    pub(super) fn start(&self) -> u64 {
        self.range.start
    }

    pub(super) fn bytes(&mut self) -> &mut [u8] {
        let len = (self.range.end - self.range.start) as usize;
        // SAFETY: `cut` made these pages readable and writable and took them out of the reservation, so nobody else has
        // a reference to them; the borrow of `self` keeps `seal` from taking the rights away.
        unsafe { std::slice::from_raw_parts_mut(self.range.start as *mut u8, len) }
    }

    /// Makes the first `code` bytes executable and the `constants` bytes behind them read-only. The rest stays
    /// writable. Both numbers must be multiples of the size of a page.
    pub(super) fn seal(self, code: u64, constants: u64) -> io::Result<()> {
        let code_end = self.range.start.saturating_add(code).min(self.range.end);
        let constants_end = code_end.saturating_add(constants).min(self.range.end);
        flush_instructions(self.range.start..code_end);
        self.protect(self.range.start..code_end, libc::PROT_READ | libc::PROT_EXEC)?;
        self.protect(code_end..constants_end, libc::PROT_READ)
    }

    fn protect(&self, range: Range<u64>, rights: libc::c_int) -> io::Result<()> {
        let len = (range.end - range.start) as usize;
        // SAFETY: the callers above pass a part of these pages, which nobody has a reference to.
        if len == 0 || unsafe { libc::mprotect(range.start as *mut libc::c_void, len, rights) } == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

pub(super) fn page_size() -> u64 {
    // SAFETY: the call has no preconditions.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as u64 }
}

/// Does nothing: this processor sees what was written.
#[cfg(not(target_arch = "aarch64"))]
pub(super) fn flush_instructions(_: Range<u64>) {}

/// Makes written instructions visible to instruction fetch.
#[cfg(all(target_arch = "aarch64", target_os = "macos"))]
pub(super) fn flush_instructions(range: Range<u64>) {
    unsafe extern "C" {
        fn sys_icache_invalidate(start: *const libc::c_void, len: usize);
    }
    // SAFETY: the call only makes the processor read the instructions again.
    unsafe { sys_icache_invalidate(range.start as *const libc::c_void, (range.end - range.start) as usize) };
}

/// Makes written instructions visible to instruction fetch. Cache lines of 16 bytes are the smallest there are.
#[cfg(all(target_arch = "aarch64", not(target_os = "macos")))]
pub(super) fn flush_instructions(range: Range<u64>) {
    use std::arch::asm;
    for line in range.clone().step_by(16) {
        // SAFETY: this cleans the data cache for an address in readable pages.
        unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: this is a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    for line in range.step_by(16) {
        // SAFETY: this invalidates the instruction cache for an address in readable pages.
        unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: these are barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
}
