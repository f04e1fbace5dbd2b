//! This crate has the frame, the console and the values behind [`hookable`](https://docs.rs/hookable). Users name that
//! crate, and its attribute emits calls to this one.
// Some of what clients of a socket ask for has no other use.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports))]

mod breakpoints;
mod console;
mod eval;
mod format;
mod frame;
mod guard;
mod hooks;
mod interruption;
#[cfg_attr(not(target_os = "linux"), path = "listen/unsupported.rs")]
mod listen;
#[doc(hidden)]
pub mod literal;
mod os;
mod parts;
#[doc(hidden)]
pub mod private;
mod progress;
mod record;
mod render;
mod settings;
mod suggest;
mod syntax;
mod turn;
mod type_id;
mod value;
