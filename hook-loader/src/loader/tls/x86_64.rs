//! The thread pointer and the function of TLS descriptors on x86-64.
#![allow(unsafe_code)]

use std::arch::{asm, naked_asm};

pub(super) const DESCRIPTOR: unsafe extern "C" fn() = descriptor;
/// rustc uses no descriptors on this processor, so there is none that copies initial values.
pub(super) const LAZY_DESCRIPTOR: Option<unsafe extern "C" fn()> = None;

#[unsafe(naked)]
unsafe extern "C" fn descriptor() {
    naked_asm!("mov rax, [rax + 8]", "ret")
}

pub(super) fn thread_pointer() -> u64 {
    let pointer;
    // SAFETY: the first word at `fs` is its own address.
    unsafe { asm!("mov {}, fs:[0]", out(reg) pointer, options(nostack, readonly, preserves_flags)) };
    pointer
}
