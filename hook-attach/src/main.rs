//! Attaches to a program whose `hookable` hooks listen, because it was started with `HOOKABLE=listen`.
//!
//! [`docs/protocol.md`](https://github.com/hookable/hookable/blob/main/docs/protocol.md) describes what it says to the
//! program, for those who write clients of their own.

#[cfg(unix)]
mod arguments;
#[cfg(unix)]
mod connection;
#[cfg(unix)]
mod console;
#[cfg(unix)]
mod dap;
#[cfg(unix)]
mod error;
#[cfg(unix)]
mod mcp;
#[cfg(unix)]
mod print;
#[cfg(unix)]
mod programs;
#[cfg(unix)]
mod terminal;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    match run() {
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

/// Does what the arguments say. The exit code is 1 if the program refused a line, or no hook was reached in time.
#[cfg(unix)]
fn run() -> Result<ExitCode, error::AttachError> {
    use arguments::{Action, HELP};
    use serde_json::json;

    let arguments = arguments::parse(std::env::args_os().skip(1))?;
    match arguments.action {
        Action::Help => print!("{HELP}"),
        Action::Version => println!("hook-attach {}", env!("CARGO_PKG_VERSION")),
        Action::Mcp => mcp::serve(std::io::stdin().lock(), std::io::stdout().lock())?,
        Action::Dap => dap::serve(
            std::io::stdin().lock(),
            Box::new(std::io::stdout()),
            arguments.program,
            arguments.token,
        )?,
        Action::List => {
            let programs = programs::listening()?;
            if !programs.is_empty() {
                println!("{}", programs::table(&programs));
            }
        }
        _ => {
            let token = arguments.token.or_else(|| std::env::var("HOOKABLE_TOKEN").ok());
            let mut connection = programs::connect(&arguments.program, token)?;
            let mut is_ok = true;
            let mut answered = |answer: connection::Answer, text: &dyn Fn(&connection::Answer)| {
                is_ok &= answer.is_ok();
                match arguments.json {
                    true => println!("{}", answer.text),
                    false => text(&answer),
                }
            };
            match arguments.action {
                Action::Console { watch } => eprintln!("{}", console::open(connection, watch)?),
                Action::State => answered(connection.state()?, &stopped),
                Action::Wait(seconds) => answered(connection.ask("wait", json!({ "seconds": seconds }))?, &stopped),
                Action::Evaluate(lines) => {
                    for line in lines {
                        answered(connection.ask("evaluate", json!({ "line": line }))?, &evaluated);
                    }
                }
                Action::Help | Action::Version | Action::List | Action::Mcp | Action::Dap => {
                    unreachable!("done without a connection")
                }
            }
            return Ok(ExitCode::from(u8::from(!is_ok)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the state of a program.
#[cfg(unix)]
fn stopped(answer: &connection::Answer) {
    match answer.is_ok() {
        true => print!("{}", print::state(&answer.value)),
        false => eprintln!("{}", answer.error()),
    }
}

/// Prints what came of a line: its value to standard output, and the rest to standard error.
#[cfg(unix)]
fn evaluated(answer: &connection::Answer) {
    let text = |key: &str| answer.value[key].as_str().map(str::to_owned);
    if answer.value.get("stop").is_some() {
        eprintln!("the line reached another hook, and waits:");
        return stopped(answer);
    }
    text("value").iter().for_each(|value| println!("{value}"));
    [text("notes"), text("error")]
        .iter()
        .flatten()
        .for_each(|said| eprintln!("{said}"));
}
