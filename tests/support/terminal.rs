//! Sessions typed on a pseudo-terminal.

use std::process::Command;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

/// A program on a terminal of its own.
pub(crate) struct Terminal(PtySession);

impl Terminal {
    /// Runs a program to its first prompt, on a terminal of 120 columns.
    #[track_caller]
    pub(crate) fn open(program: &Command) -> Self {
        Self::opened(program).0
    }

    /// Does the same, and gives what is printed before the prompt.
    #[track_caller]
    pub(crate) fn opened(program: &Command) -> (Self, String) {
        let mut command = Command::new("sh");
        command.args(["-c", "stty cols 120 rows 40; exec \"$0\" \"$@\""]);
        command.env("XDG_CONFIG_HOME", "/nowhere");
        command.arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .env("HOOKABLE_HISTORY", "off")
            .env_remove("TMUX");
        let options = Options::new().timeout_ms(Some(60_000)).strip_ansi_escape_codes(false);
        let mut terminal = Terminal(spawn_with_options(command, options).expect("it is there"));
        let before = plain(&terminal.prompt());
        (terminal, before)
    }

    /// Waits for a text, and gives what came before it.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> String {
        match self.0.exp_string(text) {
            Ok(before) => before,
            Err(error) => panic!("{text:?} does not appear: {error}"),
        }
    }

    /// Waits for a prompt, and gives what came before it.
    #[track_caller]
    pub(crate) fn prompt(&mut self) -> String {
        self.sees("hook> ")
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.0.send(keys).expect("the program reads");
        self.0.flush().expect("the program reads");
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) {
        self.press(&format!("{line}\r"));
    }

    /// Types a line, and gives what is printed until the next prompt.
    #[track_caller]
    pub(crate) fn answer(&mut self, line: &str) -> String {
        self.types(line);
        let shown = plain(&self.prompt());
        let after = shown.rsplit_once(&format!("{line}\n"));
        after.map_or(shown.as_str(), |(_, answer)| answer).trim().to_owned()
    }

    /// Presses a key together with Ctrl.
    pub(crate) fn control(&mut self, key: char) {
        self.0.send_control(key).expect("the program reads");
    }

    /// Waits for the end of the program, and gives what it printed before.
    #[track_caller]
    pub(crate) fn ends(mut self) -> String {
        self.0.exp_eof().expect("the program ends")
    }
}

/// Returns a text without what the terminal is told to do, and without what was drawn beside it for a while.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}7");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += part.split_once("\u{1b}8").map_or("", |(_, after)| after);
    }
    let mut parts = plain.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic());
        out += end.map_or("", |end| &part[end + 1..]);
    }
    out.replace('\r', "")
}
