//! The frame, the console and the values behind [`hookable`](https://docs.rs/hookable). Users name that crate; this one is
//! what its attribute emits calls to.

mod apart;
#[doc(hidden)]
pub mod capture;
mod console;
mod evaluate;
mod interrupt;
mod json;
mod lex;
pub mod literal;
mod record;
mod render;
mod session;
mod stack;
mod turn;
