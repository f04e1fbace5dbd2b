//! The whole of it from outside: programs built by cargo as a user's are, and run with a script, or to record their
//! hits.
//!
//! Most of what is expected stands in the programs themselves, under each hook: see [`support::expect`].

mod broken;
mod capture;
mod dependencies;
mod errors;
mod examples;
mod forms;
mod generated;
mod large;
mod lints;
mod live;
mod matrix;
mod names;
mod quiet;
mod rustc;
mod same;
#[cfg(unix)]
mod screen;
mod support;
mod targets;
mod threads;
mod tidy;
mod unasked;
mod writes;
