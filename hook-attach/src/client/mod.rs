//! The client: it does what its arguments say.

mod arguments;
mod connection;
mod console;
mod dap;
mod error;
mod mcp;
mod print;
mod programs;
mod replay;
mod terminal;

use std::process::ExitCode;

use serde_json::json;

use arguments::{Action, Ask, HELP};
use connection::{Answer, Connection};
use error::AttachError;

/// Does what the arguments say. The exit code is 1 if the program refused a line, or no hook was reached in time.
pub(crate) fn run() -> Result<ExitCode, AttachError> {
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
        Action::Replay(file) => {
            let only = arguments.program.text();
            let read = |error| AttachError::Read {
                file: file.to_string_lossy().into_owned(),
                error,
            };
            let record = std::io::BufReader::new(std::fs::File::open(&file).map_err(read)?);
            let hits = replay::read(record, &only, &mut |said| eprintln!("{said}"))?;
            hits.iter().for_each(|hit| println!("{hit}"));
        }
        Action::Ask(ask) => {
            let token = arguments.token.or_else(|| std::env::var("HOOKABLE_TOKEN").ok());
            let connection = programs::connect(&arguments.program, token)?;
            return asked(connection, ask, arguments.json);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks a program, and prints its answers.
fn asked(mut connection: Connection, ask: Ask, json: bool) -> Result<ExitCode, AttachError> {
    let mut is_ok = true;
    let mut answered = |answer: Answer, text: &dyn Fn(&Answer)| {
        is_ok &= answer.is_ok();
        match json {
            true => println!("{}", answer.text),
            false => text(&answer),
        }
    };
    match ask {
        Ask::Console { watch } => eprintln!("{}", console::open(connection, watch)?),
        Ask::State => answered(connection.state()?, &stopped),
        Ask::Wait(seconds) => answered(connection.ask("wait", json!({ "seconds": seconds }))?, &stopped),
        Ask::Evaluate(lines) => {
            for line in lines {
                answered(connection.ask("evaluate", json!({ "line": line }))?, &evaluated);
            }
        }
    }
    Ok(ExitCode::from(u8::from(!is_ok)))
}

/// Prints the state of a program.
fn stopped(answer: &Answer) {
    match answer.is_ok() {
        true => print!("{}", print::state(&answer.value)),
        false => eprintln!("{}", answer.error()),
    }
}

/// Prints what came of a line: what it printed to the stream that it printed to, its value to standard output, and the
/// rest to standard error.
fn evaluated(answer: &Answer) {
    let text = |key: &str| answer.value[key].as_str().map(str::to_owned);
    if answer.value.get("stop").is_some() {
        eprintln!("the line reached another hook, and waits:");
        return stopped(answer);
    }
    text("stdout")
        .iter()
        .for_each(|printed| println!("{}", printed.trim_end_matches('\n')));
    text("stderr")
        .iter()
        .for_each(|printed| eprintln!("{}", printed.trim_end_matches('\n')));
    text("value").iter().for_each(|value| println!("{value}"));
    [text("notes"), text("error")]
        .iter()
        .flatten()
        .for_each(|said| eprintln!("{said}"));
}
