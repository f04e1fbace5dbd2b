//! Reads the variables of calls that have not returned, by the debug information of the program.
//!
//! The console behind [`hookable`](https://docs.rs/hookable) has of the function at a hook what rustc knows of it. Of
//! the functions that called it there is only what lies in memory, and what debug information says of that, as for gdb.
//! So the values are read and shown, and nothing else is done with them. What is read may be something else by now: a
//! variable that was moved away still has its bytes, and what it pointed at may be gone. All memory is read by way of
//! the system, so a pointer that leads nowhere is a text in the answer.
//!
//! It reads DWARF in ELF files of 64 bits.

mod call;
mod error;
mod file;
mod function;
mod location;
mod memory;
mod object;
mod show;
mod types;
mod variable;

pub use call::Registers;
pub use error::DebugInfoError;
pub use variable::{Variable, variables};
