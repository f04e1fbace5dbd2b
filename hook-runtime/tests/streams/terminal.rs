//! Sessions typed on a pseudo-terminal.

use std::process::Command;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

const TAB: &str = "\t";

pub(super) struct Terminal(PtySession);

impl Terminal {
    pub(super) fn open(program: &str, kind: &str) -> Self {
        Self::run(super::command(program, None), kind)
    }

    pub(super) fn run(command: Command, kind: &str) -> Self {
        Self::with(command, kind, true)
    }

    pub(super) fn open_in(program: &str, hookable: &str) -> Self {
        Self::run(super::command(program, Some(hookable)), "xterm")
    }

    /// With what it is told to do, too.
    pub(super) fn obeyed(command: Command) -> Self {
        Self::with(command, "xterm", false)
    }

    fn with(mut command: Command, kind: &str, stripped: bool) -> Self {
        command.env("TERM", kind).env("NO_COLOR", "1");
        let options = Options::new()
            .timeout_ms(Some(20_000))
            .strip_ansi_escape_codes(stripped);
        Terminal(spawn_with_options(command, options).unwrap())
    }

    /// Waits for a text, and gives what came before it.
    #[track_caller]
    pub(super) fn sees(&mut self, text: &str) -> String {
        self.0.exp_string(text).unwrap()
    }

    pub(super) fn press(&mut self, keys: &str) {
        self.0.send(keys).unwrap();
        self.0.flush().unwrap();
    }

    pub(super) fn control(&mut self, key: char) {
        self.0.send_control(key).unwrap();
    }

    #[track_caller]
    pub(super) fn ends(mut self) -> String {
        self.0.exp_eof().unwrap()
    }
}

#[test]
fn lines_of_earlier_sessions_come_back() {
    let home = tempfile::tempdir().unwrap();
    let session = |history: &str| {
        let mut command = super::command("once", None);
        let folder = home.path().join("state");
        command.env("HOME", home.path()).env("XDG_STATE_HOME", &folder);
        command.env("LOCALAPPDATA", &folder).env("HOOKABLE_HISTORY", history);
        let mut terminal = Terminal::with(command, "xterm", true);
        terminal.sees("hook> ");
        terminal
    };
    let mut first = session("on");
    first.press(":help undo\r");
    first.sees("As far back");
    first.sees("hook> ");
    first.press(":exit\r");
    first.ends();

    // The last one but one.
    let mut second = session("on");
    second.press("\u{1b}[A\u{1b}[A\r");
    second.sees("As far back");
    second.sees("hook> ");
    second.press(":exit\r");
    second.ends();

    let mut without = session("off");
    without.press("\u{1b}[A:help type\r");
    without.sees("does not run");
    without.sees("hook> ");
    without.press(":exit\r");
    assert!(!without.ends().contains("As far back"));
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
    terminal.sees("String");
    terminal.sees("hook> ");

    // Thrown away, so what is typed next is a line of its own.
    terminal.press("nonsense");
    terminal.sees("nonsense");
    terminal.control('c');
    terminal.sees("hook> ");
    terminal.press("words = (\r");
    terminal.press("\"two\")\r");
    // The prompt is drawn again with each of the two rows, so it tells nothing before the last one has ended.
    terminal.sees("\"two\")\r\n");
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
fn a_dumb_terminal_gets_no_escape() {
    let coloured = in_shell("unset NO_COLOR; exec \"$0\" \"$@\"", &super::command("twice", None));
    let mut terminal = Terminal::with(coloured, "dumb", false);
    let mut seen = terminal.sees("hook> ");
    terminal.press(":locals\n");
    seen += &terminal.sees("hook> ");
    terminal.press(":exit\n");
    seen += &terminal.ends();
    assert!(seen.contains("words") && !seen.contains('\x1b'), "{seen:?}");
}

#[test]
fn the_controlling_terminal_can_be_asked_for() {
    let piped = in_shell("echo rest | \"$0\" \"$@\"", &super::command("once", Some("tty")));
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
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.sees("hooked at named.rs:5 in named, thread second");
    terminal.sees("hook[second]> ");
    terminal.control('d');
    terminal.sees("done");
    terminal.ends();
}

/// A script of the shell that has the command as its arguments.
fn in_shell(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

#[test]
fn answers_go_to_the_terminal_though_the_output_is_redirected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    let mut redirected = in_shell(
        "\"$0\" \"$@\" > \"$OUT\" 2>&1; cat \"$OUT\"",
        &super::command("twice", None),
    );
    redirected.env("OUT", &file);
    let mut terminal = Terminal::run(redirected, "xterm");
    terminal.sees("hooked at twice.rs:5");
    terminal.sees("hook> ");
    terminal.press("words\r");
    terminal.sees("\"one\"\r\n");
    terminal.sees("hook> ");
    terminal.press(":nope\r");
    terminal.sees("there is no command `:nope`");
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.sees("hook> ");
    terminal.control('d');
    assert!(terminal.ends().ends_with("one\r\n3\r\n"));
    let written = std::fs::read_to_string(file).unwrap();
    assert_eq!(written.split_once("--\n").unwrap().1, "one\n3\n");
}

#[test]
fn another_terminal_can_be_named() {
    let mut tty = Command::new("sh");
    tty.args(["-c", "stty rows 30 cols 50; tty; exec sleep 1000"]);
    let mut other = Terminal::run(tty, "xterm");
    let name = other.sees("\r\n");
    let mut program = Terminal::open_in("twice", &format!("tty={}", name.trim()));
    other.sees("hooked at twice.rs:5");
    other.sees("hook> ");
    other.press(&format!("wor{TAB}\r"));
    other.sees("\"one\"\r\n");
    other.sees("hook> ");
    // Not the interrupt of whoever waits on that terminal.
    other.press("words = \"never");
    other.sees("never");
    other.control('c');
    other.sees("hook> ");
    other.control('d');
    program.sees("one\r\n");
    other.sees("hooked at again.rs:5");
    other.sees("hook> ");
    // The history is there, too.
    other.press("\u{1b}[A\r");
    other.sees("3\r\n");
    other.sees("hook> ");
    other.control('d');
    let said = program.ends();
    assert!(said.ends_with("3\r\n") && !said.contains("hook"), "{said}");

    let no_terminal = super::run("once", Some("tty=/dev/null"), "rest\n");
    let said = "hookable: failed to open the terminal /dev/null: it is no terminal: hooks do nothing\n";
    assert_eq!(
        (
            super::stdout(&no_terminal).as_str(),
            super::stderr(&no_terminal).as_str()
        ),
        ("1 rest\n", said)
    );
}

#[test]
fn in_the_background_of_its_terminal_the_program_goes_on() {
    let mut command = super::command("thrice", None);
    let script = "set -m; \"$0\" \"$@\" & wait";
    let said = Terminal::run(in_shell(script, &command), "xterm").ends();
    assert!(
        said.contains("but the program runs in the background of its terminal: going on\r\n0 1 2"),
        "{said}"
    );
    // Its standard error may be kept by others.
    let script = "set -m; \"$0\" \"$@\" 2>/dev/null & wait";
    command.env("NEXTEST", "1").env("HOOKABLE", "tty");
    let said = Terminal::run(in_shell(script, &command), "xterm").ends();
    assert!(
        said.contains("`cargo nextest run --debugger env NAME`") && said.contains("script=FILE"),
        "{said}"
    );
}

#[test]
fn what_reads_a_pipe_on_a_terminal_is_told_of_that() {
    let at = |input: &str, name: &str, hookable| {
        let command = super::command(name, hookable);
        let script = format!("printf '{input}' | \"$0\" \"$@\"");
        Terminal::run(in_shell(&script, &command), "xterm")
    };
    let way = "(HOOKABLE=tty opens the console on this terminal): going on\r\n";
    let said = at("", "thrice", None).ends();
    let why = "hookable: hooked at thrice.rs:5 in thrice, but standard input is no terminal and has no script";
    assert!(said.contains(&format!("{why} {way}0 1 2")), "{said}");
    let said = at("a\\nb\\n", "lines", None).ends();
    assert!(
        said.contains(&format!("but the program is reading standard input {way}")),
        "{said}"
    );
    let mut terminal = at("a\\nb\\n", "lines", Some("tty"));
    terminal.sees("hook> ");
    terminal.press(":exit\r");
    terminal.ends();
}

#[test]
fn a_hook_that_waits_for_a_client_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let listen = format!("listen={}", folder.path().join("s").display());
    let mut terminal = Terminal::open_in("once", &listen);
    terminal.sees("hookable: hooked at once.rs:5 in once, and waits for `hook-attach`\r\n");
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let mut terminal = Terminal::open("slow", "xterm");
    terminal.sees("hook> ");
    // Pasted without brackets: it comes at once.
    terminal.press(":type n\r:type n\rn\r");
    for text in ["Slow", "Slow", "Slow 1"] {
        terminal.sees(text);
    }
    terminal.sees("hook> ");
    // Typed while the first is being shown.
    terminal.press("n\r");
    terminal.press(":type n\r:locals n\rn\r:where 0\r");
    for text in ["Slow 1", "Slow", "n: Slow", "Slow 1", "slow.rs"] {
        terminal.sees(text);
    }
    terminal.sees("hook> ");
    terminal.press(":exit\r");
    terminal.ends();
}
