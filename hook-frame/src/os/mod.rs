//! The operating system is asked here for room on the stack, for Ctrl-C, for what another thread waits for, for a call
//! at the end of the process, and for the two standard streams without the locks that std puts around them.

#[cfg(unix)]
pub mod call;
pub mod exit;
pub mod interrupt;
pub mod stack;
mod std_locks;
pub mod streams;
#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )),
    path = "no_unwind.rs"
)]
pub mod unwind;
pub mod wait;
#[cfg(windows)]
pub mod windows_console;
