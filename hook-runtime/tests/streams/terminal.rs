//! Sessions typed on a pseudo-terminal.

use std::process::Command;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

const TAB: &str = "\t";

struct Terminal(PtySession);

impl Terminal {
    fn open(program: &str, kind: &str) -> Self {
        Self::run(super::command(program, None), kind)
    }

    fn run(mut command: Command, kind: &str) -> Self {
        command.env("TERM", kind).env("NO_COLOR", "1");
        let options = Options::new().timeout_ms(Some(20_000)).strip_ansi_escape_codes(true);
        Terminal(spawn_with_options(command, options).unwrap())
    }

    /// Waits for a text, and gives what came before it.
    #[track_caller]
    fn sees(&mut self, text: &str) -> String {
        self.0.exp_string(text).unwrap()
    }

    fn press(&mut self, keys: &str) {
        self.0.send(keys).unwrap();
        self.0.flush().unwrap();
    }

    fn control(&mut self, key: char) {
        self.0.send_control(key).unwrap();
    }

    #[track_caller]
    fn ends(mut self) -> String {
        self.0.exp_eof().unwrap()
    }
}

#[test]
fn lines_are_typed_edited_and_completed() {
    let mut terminal = Terminal::open("twice", "xterm");
    terminal.sees("hooked at twice.rs:5 in twice, thread child, 1 local");
    terminal.sees("hook> ");
    terminal.press("words\r");
    terminal.sees("\"one\"");
    terminal.sees("hook> ");

    // A command and a local, by their beginnings.
    terminal.press(&format!(":ty{TAB}wo{TAB}\r"));
    terminal.sees("alloc::string::String");
    terminal.sees("hook> ");

    // Thrown away, so what is typed next is a line of its own.
    terminal.press("nonsense");
    terminal.sees("nonsense");
    terminal.control('c');
    terminal.sees("hook> ");
    terminal.press("words = (\r");
    terminal.press("\"two\")\r");
    terminal.sees("hook> ");

    terminal.control('d');
    terminal.sees("two\r\n");

    // The history is one for all hooks.
    terminal.sees("hooked at again.rs:5 in again");
    terminal.sees("hook> ");
    terminal.press("\u{1b}[A\u{1b}[A\r");
    terminal.sees("usize");
    terminal.sees("hook> ");
    terminal.press("words = 7\r");
    terminal.sees("hook> ");
    terminal.control('d');
    assert!(terminal.ends().contains("7\r\n"));
}

#[test]
fn a_dumb_terminal_is_read_plainly() {
    let mut terminal = Terminal::open("twice", "dumb");
    terminal.sees("hook> ");
    terminal.press("words\n");
    terminal.sees("\"one\"");
    terminal.sees("hook> ");
    terminal.press(":exit\n");
    terminal.ends();
}

#[test]
fn the_controlling_terminal_can_be_asked_for() {
    let direct = super::command("once", Some("tty"));
    let mut piped = Command::new("sh");
    piped.args(["-c", "echo rest | \"$0\" \"$@\""]);
    piped.arg(direct.get_program()).args(direct.get_args());
    for (name, value) in direct.get_envs() {
        match value {
            Some(value) => piped.env(name, value),
            None => piped.env_remove(name),
        };
    }
    let mut terminal = Terminal::run(piped, "xterm");
    terminal.sees("hook> ");
    terminal.press("a = 1000\r");
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.sees("1000 rest");
    terminal.ends();
}

#[test]
fn the_prompt_names_the_thread_where_there_is_more_than_one() {
    let mut terminal = Terminal::open("named", "xterm");
    terminal.sees("hooked at named.rs:5 in named, thread first");
    terminal.control('d');
    terminal.sees("hooked at named.rs:5 in named, thread second");
    terminal.sees("hook[second]> ");
    terminal.control('d');
    terminal.sees("done");
    terminal.ends();
}
