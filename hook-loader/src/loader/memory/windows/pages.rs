//! The system calls behind an arena, as types that can only be used in the right order.
//!
//! A [`Reservation`] is address space of our own that nobody can access. [`WritablePages`] are cut from it, so no two
//! of them overlap and nobody else knows their addresses; they are readable and writable as long as the value exists.
//! Sealing consumes the value, so nobody holds a `&mut [u8]` into pages that lost the right to be written.
#![allow(unsafe_code)]

use std::io;
use std::ops::Range;

use crate::loader::kernel32::{
    FlushInstructionCache, GetCurrentProcess, MEM_COMMIT, MEM_RESERVE, PAGE_EXECUTE_READ, PAGE_NOACCESS, PAGE_READONLY,
    PAGE_READWRITE, VirtualAlloc, VirtualProtect,
};

/// A reservation is address space that belongs to us and that cannot be accessed yet.
pub(crate) struct Reservation {
    range: Range<u64>,
}

/// These pages can be read and written, and nobody else knows them.
pub(crate) struct WritablePages {
    range: Range<u64>,
}

impl Reservation {
    /// Takes `size` bytes of address space from `start` on. Returns `None` if something of that is taken already.
    pub(crate) fn at(start: u64, size: u64) -> io::Result<Option<Reservation>> {
        // SAFETY: the system gives address space that nobody has, or none.
        let at = unsafe { VirtualAlloc(start as *mut _, size as usize, MEM_RESERVE, PAGE_NOACCESS) };
        // The system gives no other place than the one that was asked for.
        Ok((at as u64 == start).then(|| Reservation {
            range: start..start + size,
        }))
    }

    /// Cuts `size` bytes off the front, from the next multiple of `align` on, and makes them readable and writable.
    /// Returns `None` if there are not as many left. Both numbers must be multiples of the size of a page.
    pub(crate) fn cut(&mut self, size: u64, align: u64) -> io::Result<Option<WritablePages>> {
        let start = self.range.start.checked_next_multiple_of(align);
        let Some((start, end)) = start.and_then(|start| Some((start, start.checked_add(size)?))) else {
            return Ok(None);
        };
        if end > self.range.end {
            return Ok(None);
        }
        // SAFETY: these pages are a part of the reservation that nobody was given.
        let at = unsafe { VirtualAlloc(start as *mut _, size as usize, MEM_COMMIT, PAGE_READWRITE) };
        if size > 0 && at as u64 != start {
            return Err(io::Error::last_os_error());
        }
        self.range.start = end;
        Ok(Some(WritablePages { range: start..end }))
    }
}

impl WritablePages {
    pub(crate) fn start(&self) -> u64 {
        self.range.start
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        let len = (self.range.end - self.range.start) as usize;
        // SAFETY: `cut` made these pages readable and writable and took them out of the reservation, so nobody else has
        // a reference to them; the borrow of `self` keeps `seal` from taking the rights away.
        unsafe { std::slice::from_raw_parts_mut(self.range.start as *mut u8, len) }
    }

    /// Makes the first `code` bytes executable and the `constants` bytes behind them read-only. The rest stays
    /// writable. Both numbers must be multiples of the size of a page.
    pub(crate) fn seal(self, code: u64, constants: u64) -> io::Result<()> {
        let code_end = self.range.start.saturating_add(code).min(self.range.end);
        let constants_end = code_end.saturating_add(constants).min(self.range.end);
        self.protect(self.range.start..code_end, PAGE_EXECUTE_READ)?;
        self.protect(code_end..constants_end, PAGE_READONLY)?;
        // SAFETY: the call only makes the processor read the instructions again.
        unsafe { FlushInstructionCache(GetCurrentProcess(), self.range.start as *const _, code as usize) };
        Ok(())
    }

    fn protect(&self, range: Range<u64>, rights: u32) -> io::Result<()> {
        let (len, mut before) = ((range.end - range.start) as usize, 0);
        // SAFETY: the callers above pass a part of these pages, which nobody has a reference to.
        if len == 0 || unsafe { VirtualProtect(range.start as *mut _, len, rights, &raw mut before) } != 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

/// Returns the size of a page, which is the same on all x86-64 systems.
pub(crate) fn page_size() -> u64 {
    4096
}
