//! Thread-locals on Windows, for msvc. Each image has a number, and each thread a table of where it has the
//! thread-locals of each image. Code reads the number of its own image and adds the offset of the variable.
//!
//! A variable that the program lacks gets room in the static TLS block of each thread, a zeroed thread-local of this
//! crate, and is at one offset like all others. Nobody asks for its address, so that one that does not start as zero is
//! refused.
#![allow(unsafe_code)]

mod static_block;

use std::arch::asm;

pub(super) use self::static_block::{ALIGN, InitialValue, SIZE, add_initial_value};
use super::image::{Image, TlsModule};

unsafe extern "C" {
    /// The linker defines it, in each image. It is written before the image runs.
    static _tls_index: u32;
}

/// This says how the process reaches thread-locals.
#[derive(Debug)]
pub(super) struct ThreadLocals {
    /// The static TLS block is in this image, at this offset.
    block: Option<(TlsModule, u64)>,
}

/// A thread-local is at the same offset of its image's in every thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TlsAddress {
    pub(super) module: TlsModule,
    pub(super) offset: u64,
    /// It does not start as zero.
    pub(super) is_lazy: bool,
}

impl ThreadLocals {
    /// Returns those of this process. `images` are all that is loaded.
    pub(super) fn of(images: &[&Image]) -> ThreadLocals {
        let here = ThreadLocals::of as fn(&[&Image]) -> ThreadLocals as usize as u64;
        let image = images.iter().find(|image| image.holds(here));
        let module = image.and_then(|image| image.tls_module());
        let offset = static_block::address_of_block().wrapping_sub(start());
        // Where the block is kept otherwise, nothing can be added.
        let is_near = offset < u64::from(u32::MAX);
        ThreadLocals {
            block: module.filter(|_| is_near).map(|module| (module, offset)),
        }
    }

    /// Returns the address of what is at `offset` in the static TLS block.
    pub(super) fn in_block(&self, offset: u64, is_lazy: bool) -> Option<TlsAddress> {
        let (module, start) = self.block?;
        Some(TlsAddress {
            module,
            offset: start.wrapping_add(offset),
            is_lazy,
        })
    }

    /// Returns `None`: code reaches nothing by its distance from the thread pointer.
    pub(super) fn thread_pointer_offset(&self, _: TlsAddress) -> Option<u64> {
        None
    }
}

/// Returns where this thread has the thread-locals of this image.
fn start() -> u64 {
    let table: *const u64;
    // SAFETY: each thread has at this offset of its own block the address of its table, which has an entry for each
    // image that was started, as the one with this code was.
    unsafe {
        asm!("mov {}, gs:[0x58]", out(reg) table, options(nostack, readonly, preserves_flags));
        *table.add((&raw const _tls_index).read() as usize)
    }
}

/// Returns `None`: no function of the system's is replaced.
pub(super) fn replacement(_: &str) -> Option<u64> {
    None
}

/// Returns `None`: there are no descriptors.
pub(super) fn descriptor_function(_: bool) -> Option<u64> {
    None
}
