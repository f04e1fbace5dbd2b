//! Programs on a terminal: keys go in, and what the screen shows comes out.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rexpect::process::PtyProcess;
use vt100::Parser;

/// A screen is waited for at most so long.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// A terminal with a program on it.
pub(crate) struct Screen {
    parser: Arc<Mutex<Parser>>,
    keys: File,
    _process: PtyProcess,
}

impl Screen {
    /// Starts a program on a terminal of this size.
    pub(crate) fn open(program: &Path, args: &[&str], (rows, columns): (u16, u16), env: &[(&str, &str)]) -> Screen {
        let mut command = Command::new("sh");
        let script = format!("stty rows {rows} cols {columns} && exec \"$0\" \"$@\"");
        command.arg("-c").arg(script).arg(program).args(args);
        for name in ["HOOKABLE", "RUST_LOG", "RUST_BACKTRACE", "COLUMNS", "TMUX", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color").env("HOOKABLE_HISTORY", "off");
        command.envs(env.iter().copied());
        let process = PtyProcess::new(command).expect("the program starts on a terminal");
        let keys = process.get_file_handle().expect("the terminal can be written to");
        let mut shown = keys.try_clone().expect("the terminal can be read");
        let parser = Arc::new(Mutex::new(Parser::new(rows, columns, 0)));
        let (fed, mut answers) = (parser.clone(), keys.try_clone().expect("the terminal can answer"));
        // It ends with the terminal.
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(size @ 1..) = shown.read(&mut bytes) {
                let mut parser = fed.lock().unwrap_or_else(PoisonError::into_inner);
                parser.process(&bytes[..size]);
                // Where is the cursor?
                if bytes[..size].windows(4).any(|window| window == b"\x1b[6n") {
                    let (row, column) = parser.screen().cursor_position();
                    let _ = write!(answers, "\x1b[{};{}R", row + 1, column + 1);
                }
            }
        });
        Screen {
            parser,
            keys,
            _process: process,
        }
    }

    fn parser(&self) -> MutexGuard<'_, Parser> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of the screen, those at the end that are empty left out.
    pub(crate) fn rows(&self) -> Vec<String> {
        let contents = self.parser().screen().contents();
        contents
            .trim_end()
            .lines()
            .map(|row| row.trim_end().to_owned())
            .collect()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("keys can be pressed");
    }

    /// Waits until the screen is as wanted, and tells whether it came to that.
    fn comes_to(&self, patience: Duration, wanted: impl Fn(&[String]) -> bool) -> bool {
        let start = Instant::now();
        while !wanted(&self.rows()) {
            if start.elapsed() > patience {
                return false;
            }
            thread::sleep(INTERVAL);
        }
        true
    }

    /// Waits for a text.
    #[track_caller]
    pub(crate) fn sees(&self, text: &str) {
        let seen = self.comes_to(PATIENCE, |rows| rows.iter().any(|row| row.contains(text)));
        assert!(seen, "no {text:?} in\n{}", self.rows().join("\n"));
    }

    /// Waits until these are the last rows.
    #[track_caller]
    pub(crate) fn ends_with(&self, last: &[&str]) {
        let is_end = |rows: &[String]| rows.len() >= last.len() && rows[rows.len() - last.len()..] == *last;
        let seen = self.comes_to(PATIENCE, is_end);
        assert!(
            seen,
            "expected\n{}\nat the end of\n{}",
            last.join("\n"),
            self.rows().join("\n")
        );
    }

    /// Waits until the screen is as it stands in a file of `tests/screen/snapshots`. With `HOOKABLE_BLESS=1` the file
    /// is written instead, once the screen ends with this row and stays.
    #[track_caller]
    pub(crate) fn is_as_in(&self, name: &str, last: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screen/snapshots/{name}.txt"));
        if std::env::var_os("HOOKABLE_BLESS").is_some() {
            self.ends_with(&[last]);
            thread::sleep(Duration::from_secs(1));
            self.ends_with(&[last]);
            return std::fs::write(path, self.rows().join("\n") + "\n").expect("a snapshot can be written");
        }
        let expected = std::fs::read_to_string(&path).expect("the snapshot is there");
        let seen = self.comes_to(PATIENCE, |rows| rows.join("\n") == expected.trim_end());
        assert!(
            seen,
            "{name}: expected\n{expected}\nand there is\n{}",
            self.rows().join("\n")
        );
    }

    /// Types the lines of a session as a document shows it, in which a line begins with the prompt or is what the
    /// program prints, and waits after each until the screen is as the document has it so far.
    #[track_caller]
    pub(crate) fn shows(&mut self, session: &str) {
        let expected: Vec<&str> = session.trim_end().lines().collect();
        let is_typed = |line: &&str| line.starts_with("hook> ");
        for (at, line) in expected.iter().enumerate().filter(|(_, line)| is_typed(line)) {
            self.is(&[&expected[..at], &["hook>"]].concat());
            self.press(&format!("{}\r", &line["hook> ".len()..]));
        }
        self.is(&expected);
    }

    /// Waits until these are all rows.
    #[track_caller]
    fn is(&self, expected: &[&str]) {
        let seen = self.comes_to(PATIENCE, |rows| rows == expected);
        assert!(
            seen,
            "expected\n{}\nand there is\n{}",
            expected.join("\n"),
            self.rows().join("\n")
        );
    }

    /// Presses keys again and again until these are the last rows: rustc may need longer than the first of them
    /// waits.
    #[track_caller]
    pub(crate) fn presses_to(&mut self, keys: &str, last: &[&str]) {
        let is_end = |rows: &[String]| rows.len() >= last.len() && rows[rows.len() - last.len()..] == *last;
        let start = Instant::now();
        loop {
            self.press(keys);
            if self.comes_to(Duration::from_secs(2), is_end) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "expected\n{}\nat the end of\n{}",
                last.join("\n"),
                self.rows().join("\n")
            );
        }
    }
}
