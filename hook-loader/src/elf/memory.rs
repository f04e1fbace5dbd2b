//! Memory for loaded code: near the program, never writable and executable at once, never given back.
//!
//! Code reaches what it refers to within 2 GiB, so it must lie near the program that it calls into. Address space for
//! it is taken 64 MiB at a time, without memory behind it; a block is cut from that, made writable, filled, and
//! sealed. Loaded code stays for ever: a function pointer, a vtable, a thread or a destructor may lead to it at any
//! time.
#![allow(unsafe_code)]

use std::ops::Range;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::{fs, io, ptr};

use crate::LoadError;

/// Address space, and how much of it is taken.
pub(super) struct Arena {
    range: Range<u64>,
}

/// Three parts, each a whole number of pages: code, then constants, then variables. Writable until sealed.
pub(super) struct Block {
    start: u64,
    code: u64,
    constants: u64,
    variables: u64,
}

const ARENA: u64 = 64 << 20;
/// Kept free of the 2 GiB, for what is reached from the far ends of both sides.
const REACH: u64 = (2 << 30) - 2 * ARENA;

impl Arena {
    /// Takes address space within reach of all of `image`.
    pub(super) fn near(image: &Range<u64>, least: u64) -> Result<Arena, LoadError> {
        let maps = fs::read_to_string("/proc/self/maps").map_err(no_memory)?;
        let size = least.next_multiple_of(ARENA);
        let mut error = io::Error::from(io::ErrorKind::OutOfMemory);
        for start in candidates(&maps, image, size) {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED_NOREPLACE;
            // SAFETY: a new anonymous mapping that replaces nothing (kernels before 4.17 take the address as a wish).
            let at = unsafe {
                libc::mmap(
                    ptr::without_provenance_mut(start as usize),
                    size as usize,
                    libc::PROT_NONE,
                    flags,
                    -1,
                    0,
                )
            };
            if at as u64 == start {
                return Ok(Arena {
                    range: start..start + size,
                });
            }
            if at == libc::MAP_FAILED {
                error = io::Error::last_os_error();
            } else {
                // SAFETY: the mapping just made, in a place where it is of no use.
                unsafe { libc::munmap(at, size as usize) };
            }
        }
        Err(no_memory(error))
    }

    /// Cuts off a block whose parts begin at multiples of `align`, or `None` if there is no room left for it.
    pub(super) fn cut(&mut self, sizes: [u64; 3], align: u64) -> Result<Option<Block>, LoadError> {
        let align = align.max(page_size());
        let [code, constants, variables] = sizes.map(|size| size.next_multiple_of(align));
        let block = Block {
            start: self.range.start.next_multiple_of(align),
            code,
            constants,
            variables,
        };
        if block.start.saturating_add(block.len()) > self.range.end {
            return Ok(None);
        }
        protect(block.start, block.len(), libc::PROT_READ | libc::PROT_WRITE)?;
        self.range.start = block.start + block.len();
        Ok(Some(block))
    }
}

impl Block {
    /// Bytes that a block of these parts takes, wherever its place begins.
    pub(super) fn size(sizes: [u64; 3], align: u64) -> u64 {
        let align = align.max(page_size());
        sizes.iter().map(|part| part.next_multiple_of(align)).sum::<u64>() + align
    }

    fn len(&self) -> u64 {
        self.code + self.constants + self.variables
    }

    /// Where the parts begin.
    pub(super) fn parts(&self) -> [u64; 3] {
        [
            self.start,
            self.start + self.code,
            self.start + self.code + self.constants,
        ]
    }

    pub(super) fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: `cut` made this range readable and writable, gave it to nobody else, and it stays so until `seal`
        // takes the block.
        unsafe { std::slice::from_raw_parts_mut(self.start as *mut u8, self.len() as usize) }
    }

    /// Takes the right to write from code and constants, and gives code the right to run.
    pub(super) fn seal(self) -> Result<(), LoadError> {
        flush(self.start..self.start + self.code);
        protect(self.start, self.code, libc::PROT_READ | libc::PROT_EXEC)?;
        protect(self.start + self.code, self.constants, libc::PROT_READ)
    }
}

/// Starts of free space of that size within reach, nearest first; below the program before above it, where its heap
/// grows.
fn candidates(maps: &str, image: &Range<u64>, size: u64) -> Vec<u64> {
    let lowest = image.end.saturating_sub(REACH).max(1 << 20).next_multiple_of(1 << 16);
    let highest = image.start.saturating_add(REACH);
    let mut below = Vec::new();
    let mut above = Vec::new();
    let mut free = lowest;
    let taken = maps.lines().filter_map(|line| {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    });
    for (start, end) in taken.chain([(highest, highest)]) {
        let gap = free..start.min(highest);
        if gap.end.saturating_sub(gap.start) >= size + (1 << 16) {
            if gap.end <= image.start {
                below.push((gap.end - size) & !0xffff);
            } else {
                let heap = gap.start.saturating_add(512 << 20).min(gap.end - size) & !0xffff;
                above.push(heap.max(gap.start.next_multiple_of(1 << 16)));
            }
        }
        free = free.max(end);
    }
    below.reverse();
    below.extend(above);
    below
}

/// A whole file. Changes that replace it by another file are not seen.
pub(super) struct Mapping {
    start: *mut libc::c_void,
    len: usize,
}

impl Mapping {
    pub(super) fn of(path: &Path) -> Result<Mapping, LoadError> {
        let unreadable = |reason: io::Error| LoadError::Read {
            path: path.into(),
            reason: reason.to_string(),
        };
        let file = fs::File::open(path).map_err(unreadable)?;
        let len = file.metadata().map_err(unreadable)?.len() as usize;
        if len == 0 {
            return Err(unreadable(io::ErrorKind::UnexpectedEof.into()));
        }
        // SAFETY: a new private mapping of an open file.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                len,
                libc::PROT_READ,
                libc::MAP_PRIVATE,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(unreadable(io::Error::last_os_error()));
        }
        Ok(Mapping { start, len })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: mapped with that length until dropped. Compilers and linkers replace files, they do not write into
        // those that exist.
        unsafe { std::slice::from_raw_parts(self.start.cast(), self.len) }
    }

    /// Keeps it mapped for ever.
    pub(super) fn leak(self) -> &'static [u8] {
        Box::leak(Box::new(self)).bytes()
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped with that length, and nothing that borrows it is left.
        unsafe { libc::munmap(self.start, self.len) };
    }
}

fn protect(start: u64, len: u64, rights: libc::c_int) -> Result<(), LoadError> {
    // SAFETY: only called on ranges of an arena, with nothing in use there that needs the rights taken.
    let done = len == 0 || unsafe { libc::mprotect(start as *mut libc::c_void, len as usize, rights) } == 0;
    if done {
        Ok(())
    } else {
        Err(no_memory(io::Error::last_os_error()))
    }
}

fn page_size() -> u64 {
    // SAFETY: no preconditions.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as u64 }
}

fn no_memory(error: io::Error) -> LoadError {
    LoadError::Memory(error.to_string())
}

#[cfg(not(target_arch = "aarch64"))]
fn flush(_: Range<u64>) {}

/// Makes the instructions written visible to instruction fetch. Lines of 16 bytes are the smallest there are.
#[cfg(target_arch = "aarch64")]
fn flush(range: Range<u64>) {
    use std::arch::asm;
    for line in range.clone().step_by(16) {
        // SAFETY: cleans the data cache for an address of a readable mapping.
        unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    for line in range.step_by(16) {
        // SAFETY: drops the instruction cache for an address of a readable mapping.
        unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(maps: &str, image: Range<u64>, expected: &[u64]) {
        assert_eq!(candidates(maps, &image, ARENA), expected);
    }

    const PIE: u64 = 0x5555_5555_0000;

    #[test]
    fn nothing_below_but_the_program() {
        let maps = "555555550000-555555560000 r--p 0 0:0 1 /exe\n555555560000-555555600000 rw-p 0 0:0 0 [heap]\n";
        check(
            maps,
            PIE..PIE + 0x1_0000,
            &[PIE - ARENA, 0x5555_5560_0000 + (512 << 20)],
        );
    }

    #[test]
    fn a_program_at_a_low_address_has_space_above() {
        let maps = "00400000-00500000 r-xp 0 0:0 1 /exe\n";
        check(maps, 0x40_0000..0x50_0000, &[0x50_0000 + (512 << 20)]);
    }

    #[test]
    fn blocks_fill_an_arena_and_no_more() {
        let here = check as fn(&str, Range<u64>, &[u64]) as usize as u64;
        let mut arena = Arena::near(&(here..here + 1), 1).expect("space");
        let mut block = arena.cut([1, 0, 5000], 1).expect("memory").expect("room");
        block.bytes()[0] = 1;
        assert_eq!(block.parts()[2] - block.parts()[0], page_size());
        let aligned = arena.cut([1, 1, 1], 1 << 16).expect("memory").expect("room");
        assert!(aligned.parts().iter().all(|part| part.is_multiple_of(1 << 16)));
        assert!(block.start.abs_diff(here) < 2 << 30);
        block.seal().expect("rights");
        assert!(arena.cut([ARENA, 0, 0], 1).expect("memory").is_none());
    }
}
