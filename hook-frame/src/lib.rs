//! This crate has the frame and the values behind [`hookable`](https://docs.rs/hookable), and all else that compiled
//! code names: that of a hook, and that of a line which is typed there. Users name that crate. Nothing here is an
//! interface.
//!
//! It is a crate of its own for the sake of lines. rustc loads every crate of the graph for each line, so a line is
//! compiled against this one, and against none of what only the console needs.
// What has a `new` here is held while something lasts, and nobody wants one by default.
#![allow(clippy::new_without_default)]

#[doc(hidden)]
pub mod abi;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod frame;
#[doc(hidden)]
pub mod gate;
#[doc(hidden)]
pub mod guard;
#[doc(hidden)]
pub mod interruption;
#[doc(hidden)]
pub mod lex;
#[doc(hidden)]
pub mod literal;
#[doc(hidden)]
pub mod os;
#[doc(hidden)]
pub mod parts;
#[doc(hidden)]
pub mod private;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod suggest;
#[doc(hidden)]
pub mod turn;
mod type_id;
#[doc(hidden)]
pub mod value;
