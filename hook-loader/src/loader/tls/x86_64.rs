//! The thread pointer and the function of TLS descriptors on x86-64.
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
use std::arch::asm;
use std::arch::naked_asm;

#[cfg(target_os = "linux")]
pub(super) const DESCRIPTOR: unsafe extern "C" fn() = descriptor;
/// rustc uses no descriptors on this processor, so there is none that copies initial values.
#[cfg(target_os = "linux")]
pub(super) const LAZY_DESCRIPTOR: Option<unsafe extern "C" fn()> = None;

#[cfg(target_os = "linux")]
#[unsafe(naked)]
unsafe extern "C" fn descriptor() {
    naked_asm!("mov rax, [rax + 8]", "ret")
}

#[cfg(any(test, target_os = "macos"))]
pub(super) const THREAD_VARIABLE: unsafe extern "C" fn() = thread_variable;

/// The caller keeps values in all registers but `rax`, so those that a Rust function may change are saved around the
/// call.
#[cfg(any(test, target_os = "macos"))]
#[unsafe(naked)]
unsafe extern "C" fn thread_variable() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 320",
        "mov [rbp - 8], rdi",
        "mov [rbp - 16], rsi",
        "mov [rbp - 24], rdx",
        "mov [rbp - 32], rcx",
        "mov [rbp - 40], r8",
        "mov [rbp - 48], r9",
        "mov [rbp - 56], r10",
        "mov [rbp - 64], r11",
        "movups [rsp], xmm0",
        "movups [rsp + 16], xmm1",
        "movups [rsp + 32], xmm2",
        "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4",
        "movups [rsp + 80], xmm5",
        "movups [rsp + 96], xmm6",
        "movups [rsp + 112], xmm7",
        "movups [rsp + 128], xmm8",
        "movups [rsp + 144], xmm9",
        "movups [rsp + 160], xmm10",
        "movups [rsp + 176], xmm11",
        "movups [rsp + 192], xmm12",
        "movups [rsp + 208], xmm13",
        "movups [rsp + 224], xmm14",
        "movups [rsp + 240], xmm15",
        "call {function}",
        "movups xmm0, [rsp]",
        "movups xmm1, [rsp + 16]",
        "movups xmm2, [rsp + 32]",
        "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]",
        "movups xmm5, [rsp + 80]",
        "movups xmm6, [rsp + 96]",
        "movups xmm7, [rsp + 112]",
        "movups xmm8, [rsp + 128]",
        "movups xmm9, [rsp + 144]",
        "movups xmm10, [rsp + 160]",
        "movups xmm11, [rsp + 176]",
        "movups xmm12, [rsp + 192]",
        "movups xmm13, [rsp + 208]",
        "movups xmm14, [rsp + 224]",
        "movups xmm15, [rsp + 240]",
        "mov rdi, [rbp - 8]",
        "mov rsi, [rbp - 16]",
        "mov rdx, [rbp - 24]",
        "mov rcx, [rbp - 32]",
        "mov r8, [rbp - 40]",
        "mov r9, [rbp - 48]",
        "mov r10, [rbp - 56]",
        "mov r11, [rbp - 64]",
        "leave",
        "ret",
        function = sym super::thread_variable::address_of_variable,
    )
}

#[cfg(target_os = "linux")]
pub(super) fn thread_pointer() -> u64 {
    let pointer;
    // SAFETY: the first word at `fs` is its own address.
    unsafe { asm!("mov {}, fs:[0]", out(reg) pointer, options(nostack, readonly, preserves_flags)) };
    pointer
}
