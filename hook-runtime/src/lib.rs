//! This crate has the frame, the console and the values behind [`hookable`](https://docs.rs/hookable). Users name that
//! crate, and its attribute emits calls to this one.

mod breakpoints;
mod console;
mod eval;
mod format;
mod frame;
mod guard;
mod hooks;
mod interruption;
#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
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
