//! Attaches to a program whose `hookable` hooks listen, because it was started with `HOOKABLE=listen`.
//!
//! [`docs/protocol.md`](https://github.com/hookable/hookable/blob/main/docs/protocol.md) describes what it says to the
//! program, for those who write clients of their own.

use std::process::ExitCode;

#[cfg(unix)]
mod client;

#[cfg(unix)]
fn main() -> ExitCode {
    match client::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hook-attach: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("hook-attach: programs listen on Linux only");
    ExitCode::from(2)
}
