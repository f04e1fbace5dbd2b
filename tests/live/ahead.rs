//! rustc is started while a line is typed, goes on with that line, and is gone where nothing is typed any more.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::support::compiler::compiler;
use crate::support::terminal::Terminal;
use crate::support::{bare, program, succeeds};

/// A program at a hook, whose compilers note that they are started.
struct Typing {
    terminal: Terminal,
    folder: PathBuf,
    /// The number of compilers that were asked about.
    known: usize,
}

/// A compiler of lines: whether it was started before its line was known, and its process.
type Started = (bool, u32);

impl Typing {
    fn begin(name: &str, function: &str) -> Typing {
        let folder = std::env::temp_dir().join(format!("hookable-typing-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let before = format!(
            "case \"$HOOKABLE_LINE\" in *questions) ;; *) echo \"${{HOOKABLE_WAITS-known}} $$\" >> '{}' ;; esac",
            folder.join("started").display()
        );
        let mut command = bare(&program("live_steps"));
        command.arg(function);
        command.env("HOOKABLE_RUSTC", compiler(&folder, &before));
        let mut terminal = Terminal::open(&command);
        assert_eq!(terminal.answer("n - n"), "0");
        let mut typing = Typing {
            terminal,
            folder,
            known: 0,
        };
        typing.started();
        typing
    }

    /// Returns the compilers that were started since this was asked last.
    fn started(&mut self) -> Vec<Started> {
        let text = fs::read_to_string(self.folder.join("started")).unwrap_or_default();
        let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let started = lines
            .skip(self.known)
            .filter_map(|line| line.trim_end().rsplit_once(' '));
        let started: Vec<Started> = started
            .map(|(how, process)| (how != "known", process.parse().unwrap()))
            .collect();
        self.known += started.len();
        started
    }

    /// Types the beginning of a line, and returns the compiler that waits for the rest.
    #[track_caller]
    fn compiler_of(&mut self, beginning: &str) -> u32 {
        self.terminal.press(beginning);
        let mut started = Vec::new();
        within_a_minute(|| {
            started.extend(self.started());
            !started.is_empty()
        });
        let [(true, process)] = started[..] else {
            panic!("{started:?}")
        };
        process
    }

    /// Ends the program by going on with it.
    fn end(mut self) {
        self.terminal.types(":off all");
        self.terminal.prompt();
        self.terminal.types(":c");
        self.terminal.ends();
        let _ = fs::remove_dir_all(self.folder);
    }
}

#[track_caller]
fn within_a_minute(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(5));
    }
}

/// A process that ended and that nobody waited for is there, too.
fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[test]
fn the_compiler_that_was_started_goes_on() {
    let mut typing = Typing::begin("goes-on", "returns");
    for times in 2..5 {
        let process = typing.compiler_of("n + ");
        assert!(is_there(process));
        assert_eq!(
            typing.terminal.answer(&format!("10 * {times}")),
            (10 * times).to_string()
        );
        assert!(!is_there(process));
        assert_eq!(typing.started(), []);
    }
    // What rustc refuses is told of the line, and changes nothing.
    typing.compiler_of("n + ");
    let refused = typing.terminal.answer("\"1\"");
    assert!(refused.contains("no implementation for `i64 + &str`"), "{refused}");
    typing.compiler_of("n + ");
    assert_eq!(typing.terminal.answer("2 + 3"), "5");
    typing.end();
}

/// To show a value by its parts, rustc is called again, for other code around the line.
#[test]
fn a_line_that_is_compiled_twice() {
    let mut typing = Typing::begin("twice", "returns");
    let process = typing.compiler_of("struct ");
    let defined = typing.terminal.answer("Pair { one: i64, other: i64 }");
    assert_eq!((defined.as_str(), typing.started()), ("", Vec::new()));
    typing.compiler_of("Pair { ");
    assert_eq!(
        typing.terminal.answer("one: n, other: n + 5 }"),
        "Pair { one: 0, other: 5 }"
    );
    assert!(!is_there(process));
    let others = typing.started();
    assert!(
        !others.is_empty() && others.iter().all(|(waits, _)| !waits),
        "{others:?}"
    );
    typing.compiler_of("n + ");
    assert_eq!(typing.terminal.answer("4 + 4"), "8");
    typing.end();
}

/// To show a local by its fields, code is added to the copy of the sources that the compiler has read.
#[test]
fn the_sources_are_others_than_the_compiler_has_read() {
    let mut typing = Typing::begin("other-sources", "steps");
    typing.terminal.types(":n");
    typing.terminal.prompt();
    typing.terminal.types(":n");
    typing.terminal.prompt();
    // At another hook, what lines have in common is compiled before the first one.
    assert_eq!(typing.terminal.answer("n - n"), "0");
    typing.started();
    let process = typing.compiler_of("n + 1");
    typing.terminal.control('u');
    let shown = typing.terminal.answer(":locals account");
    assert!(shown.contains("Account { total: 1 }"), "{shown}");
    assert!(!is_there(process));
    assert!(matches!(typing.started()[..], [(false, _), ..]));
    typing.compiler_of("n + ");
    assert_eq!(typing.terminal.answer("4 + 4"), "9");
    typing.end();
}

#[test]
fn where_nothing_is_typed_no_compiler_waits() {
    let mut typing = Typing::begin("resumes", "returns");
    // What is taken back is typed no more, but the line may still come.
    let process = typing.compiler_of("n + 1");
    typing.terminal.control('u');
    assert_eq!(typing.terminal.answer("n"), "0");
    assert!(is_there(process));
    typing.terminal.types(":c");
    typing.terminal.prompt();
    assert!(!is_there(process));
    // At the next hook it is as at the first.
    typing.compiler_of("n + ");
    assert_eq!(typing.terminal.answer("3 - 2"), "2");
    assert_eq!(typing.started(), []);
    let process = typing.compiler_of("n + 1");
    typing.terminal.control('u');
    typing.terminal.types(":exit");
    typing.terminal.ends();
    within_a_minute(|| !is_there(process));
    let _ = fs::remove_dir_all(typing.folder);
}

#[test]
fn a_compiler_that_was_killed_is_not_missed() {
    let mut typing = Typing::begin("killed", "returns");
    let process = typing.compiler_of("n + ");
    succeeds(Command::new("kill").args(["-9", &process.to_string()]));
    assert_eq!(typing.terminal.answer("3 + 4"), "7");
    assert!(matches!(typing.started()[..], [(false, _)]));
    typing.end();
}

#[test]
fn with_the_program_its_compiler_ends() {
    let mut typing = Typing::begin("program-killed", "returns");
    let process = typing.compiler_of("n + 1");
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let program = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap();
    succeeds(Command::new("kill").args(["-9", program.trim()]));
    typing.terminal.ends();
    within_a_minute(|| !is_there(process));
    let _ = fs::remove_dir_all(typing.folder);
}
