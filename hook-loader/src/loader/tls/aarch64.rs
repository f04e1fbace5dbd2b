//! The thread pointer and the functions of TLS descriptors on aarch64.
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
use std::arch::asm;
use std::arch::naked_asm;

#[cfg(target_os = "linux")]
use super::static_block::copy_initial_values;

#[cfg(target_os = "linux")]
pub(super) const DESCRIPTOR: unsafe extern "C" fn() = descriptor;
#[cfg(target_os = "linux")]
pub(super) const LAZY_DESCRIPTOR: Option<unsafe extern "C" fn()> = Some(lazy_descriptor);

#[cfg(target_os = "linux")]
#[unsafe(naked)]
unsafe extern "C" fn descriptor() {
    naked_asm!("ldr x0, [x0, #8]", "ret")
}

/// Gives `x0` to a Rust function. The caller keeps values in all other registers, so those that the function may change
/// are saved around the call. Further instructions stand right behind the call, and at the end.
macro_rules! saving_registers {
    ($function:path, [$($between:literal),*], [$($end:literal),*]) => {
        naked_asm!(
            "sub sp, sp, #688",
            "stp x29, x30, [sp]",
            "mov x29, sp",
            "stp x0, x1, [sp, #16]",
            "stp x2, x3, [sp, #32]",
            "stp x4, x5, [sp, #48]",
            "stp x6, x7, [sp, #64]",
            "stp x8, x9, [sp, #80]",
            "stp x10, x11, [sp, #96]",
            "stp x12, x13, [sp, #112]",
            "stp x14, x15, [sp, #128]",
            "stp x16, x17, [sp, #144]",
            "mrs x16, nzcv",
            "stp x18, x16, [sp, #160]",
            "stp q0, q1, [sp, #176]",
            "stp q2, q3, [sp, #208]",
            "stp q4, q5, [sp, #240]",
            "stp q6, q7, [sp, #272]",
            "stp q8, q9, [sp, #304]",
            "stp q10, q11, [sp, #336]",
            "stp q12, q13, [sp, #368]",
            "stp q14, q15, [sp, #400]",
            "stp q16, q17, [sp, #432]",
            "stp q18, q19, [sp, #464]",
            "stp q20, q21, [sp, #496]",
            "stp q22, q23, [sp, #528]",
            "stp q24, q25, [sp, #560]",
            "stp q26, q27, [sp, #592]",
            "stp q28, q29, [sp, #624]",
            "stp q30, q31, [sp, #656]",
            "bl {function}",
            $($between,)*
            "ldp q0, q1, [sp, #176]",
            "ldp q2, q3, [sp, #208]",
            "ldp q4, q5, [sp, #240]",
            "ldp q6, q7, [sp, #272]",
            "ldp q8, q9, [sp, #304]",
            "ldp q10, q11, [sp, #336]",
            "ldp q12, q13, [sp, #368]",
            "ldp q14, q15, [sp, #400]",
            "ldp q16, q17, [sp, #432]",
            "ldp q18, q19, [sp, #464]",
            "ldp q20, q21, [sp, #496]",
            "ldp q22, q23, [sp, #528]",
            "ldp q24, q25, [sp, #560]",
            "ldp q26, q27, [sp, #592]",
            "ldp q28, q29, [sp, #624]",
            "ldp q30, q31, [sp, #656]",
            "ldp x18, x16, [sp, #160]",
            "msr nzcv, x16",
            "ldp x16, x17, [sp, #144]",
            "ldp x14, x15, [sp, #128]",
            "ldp x12, x13, [sp, #112]",
            "ldp x10, x11, [sp, #96]",
            "ldp x8, x9, [sp, #80]",
            "ldp x6, x7, [sp, #64]",
            "ldp x4, x5, [sp, #48]",
            "ldp x2, x3, [sp, #32]",
            "ldp x0, x1, [sp, #16]",
            "ldp x29, x30, [sp]",
            "add sp, sp, #688",
            $($end,)*
            "ret",
            function = sym $function,
        )
    };
}

#[cfg(target_os = "linux")]
#[unsafe(naked)]
unsafe extern "C" fn lazy_descriptor() {
    saving_registers!(copy_initial_values, [], ["ldr x0, [x0, #8]"])
}

#[cfg(any(test, target_os = "macos"))]
pub(super) const THREAD_VARIABLE: unsafe extern "C" fn() = thread_variable;

/// The result takes the place of what `x0` was.
#[cfg(any(test, target_os = "macos"))]
#[unsafe(naked)]
unsafe extern "C" fn thread_variable() {
    saving_registers!(super::thread_variable::address_of_variable, ["str x0, [sp, #16]"], [])
}

#[cfg(target_os = "linux")]
pub(super) fn thread_pointer() -> u64 {
    let pointer;
    // SAFETY: this reads a register.
    unsafe { asm!("mrs {}, tpidr_el0", out(reg) pointer, options(nostack, nomem, preserves_flags)) };
    pointer
}
