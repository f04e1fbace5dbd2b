//! Memory for loaded code, and the bytes of files and of the process.
//!
//! Code reaches what it refers to within 2 GiB, so it must lie near the program that it calls into. Address space is
//! taken 64 MiB at a time, without memory behind it; a block is cut from that, made writable, filled and sealed.
//! That memory is never writable and executable at once. It is never given back either: a function pointer, a vtable, a
//! thread or a destructor may lead to loaded code at any time.

mod address_space;
mod arena;
#[cfg(target_os = "linux")]
mod emulator;
#[cfg_attr(windows, path = "windows/file.rs")]
mod file;
#[cfg_attr(target_os = "macos", path = "macos/mappings.rs")]
#[cfg_attr(windows, path = "windows/mappings.rs")]
mod mappings;
#[cfg_attr(windows, path = "windows/pages.rs")]
mod pages;
mod process;
#[cfg_attr(target_os = "macos", path = "macos/reader.rs")]
#[cfg_attr(windows, path = "windows/reader.rs")]
mod reader;
#[cfg_attr(target_os = "macos", path = "macos/text.rs")]
#[cfg_attr(windows, path = "windows/text.rs")]
mod text;

pub(super) use arena::{Arena, Block, Part};
#[cfg(target_os = "linux")]
pub(super) use emulator::{is_emulated, is_of_emulator};
pub(super) use file::{leak_file, map_files};
#[cfg(windows)]
pub(super) use mappings::information;
pub use process::read_memory;
pub(super) use process::read_process;
pub(super) use text::CodeWriter;
