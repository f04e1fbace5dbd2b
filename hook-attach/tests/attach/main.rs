//! The client against a program that listens: `examples/service.rs`, which is a process of its own and has no terminal.
#![cfg(target_os = "linux")]

mod console;
mod hostile;
mod lines;
mod mutations;
mod printed;
mod runner;
mod service;
