//! The operating system is asked here for room on the stack, for Ctrl-C, for what another thread waits for, for a call
//! at the end of the process, and for the two standard streams without the locks that std puts around them.

#[cfg(unix)]
pub mod call;
pub mod exit;
pub mod interrupt;
pub mod stack;
mod std_locks;
pub mod streams;
#[cfg(target_os = "linux")]
pub mod unwind;
pub mod wait;
#[cfg(windows)]
pub mod windows_console;
