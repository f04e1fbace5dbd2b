//! This crate has the console behind [`hookable`](https://docs.rs/hookable), and what a line of Rust takes from its
//! text to its answer. Users name that crate, and its attribute emits calls to `hook-frame`, on which this one stands.
// Some of what clients of a socket ask for has no other use.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports))]

mod breakpoints;
mod console;
mod eval;
mod hooks;
#[cfg_attr(not(target_os = "linux"), path = "listen/unsupported.rs")]
mod listen;
mod progress;
mod record;
mod syntax;

#[doc(hidden)]
pub use hooks::start;

// What stands below, as the folders of this crate name each other.
use hook_frame::{format, frame, guard, interruption, literal, os, parts, render, settings, suggest, turn, value};
