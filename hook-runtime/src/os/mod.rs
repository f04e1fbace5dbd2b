//! The operating system is asked here for room on the stack, for Ctrl-C, for what another thread waits for, for a call
//! at the end of the process, and for the two standard streams without the locks that std puts around them.

#[cfg(unix)]
pub(crate) mod call;
pub(crate) mod exit;
pub(crate) mod interrupt;
pub(crate) mod stack;
mod std_locks;
pub(crate) mod streams;
pub(crate) mod wait;
#[cfg(windows)]
pub(crate) mod windows_console;
