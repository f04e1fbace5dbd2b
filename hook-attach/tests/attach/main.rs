//! The client against a program that listens: `examples/service.rs`, which is a process of its own and has no terminal.
#![cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]

mod console;
mod hostile;
mod lines;
mod service;
