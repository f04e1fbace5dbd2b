//! Whole sessions on frames built by hand. In a transcript, what goes to standard error stands behind `! `.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use super::*;
use crate::capture::*;

struct Sink {
    text: Rc<RefCell<String>>,
    mark: &'static str,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.text.borrow_mut();
        for c in std::str::from_utf8(bytes).unwrap().chars() {
            if text.is_empty() || text.ends_with('\n') {
                text.push_str(self.mark);
            }
            text.push(c);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn probe_of<T>(_: &T) -> Probe<T> {
    Late::<T, ()>::new().probe()
}

pub(crate) fn mark<T, M>(_: &T, _: M) -> Marker<T, M> {
    Marker::new()
}

/// What the attribute finds out about a type.
macro_rules! marked {
    ($place:expr) => {{
        #[allow(unused_imports)]
        use crate::capture::*;
        let probe = || crate::console::tests::probe_of(&$place);
        let abilities = (
            (&probe()).__hookable_debug(),
            (&probe()).__hookable_display(),
            (&probe()).__hookable_parse(),
            (&probe()).__hookable_serialize(),
            (&probe()).__hookable_deserialize(),
        );
        crate::console::tests::mark(&$place, abilities)
    }};
}
pub(crate) use marked;

pub(crate) fn site(bindings: Vec<Binding>) -> Site {
    Site {
        file: "src/demo.rs",
        path: "",
        line: 12,
        column: 5,
        module_path: "demo",
        function: "main",
        target: "",
        read_only: false,
        note: "",
        bindings: Vec::leak(bindings),
        hits: AtomicU64::new(0),
    }
}

pub(crate) fn binding(name: &'static str, state: State, reason: &'static str) -> Binding {
    Binding {
        name,
        line: 3,
        state,
        reason,
    }
}

pub(crate) fn frame<'a, 'f>(site: Site, access: &'a mut [Access<'f>]) -> Frame<'a, 'f> {
    let hit = Hit {
        site: Box::leak(Box::new(site)),
        number: 1,
        message: None,
    };
    Frame::new(hit, access)
}

/// Runs a script on a frame, and gives the transcript and what comes after.
fn run(frame: &mut Frame<'_, '_>, script: &str) -> (String, Flow) {
    let text = Rc::new(RefCell::new(String::new()));
    let sink = |mark| Sink {
        text: text.clone(),
        mark,
    };
    let mut out = Output::new(Box::new(sink("")), Box::new(sink("! ")), 80);
    let mut console = Console { frame, out: &mut out };
    let flow = console.run(&mut text::Script(script.as_bytes()), "hook> ", &|line| line());
    let transcript = text.borrow().trim_end().to_owned();
    (transcript, flow)
}

struct Blank;

struct Boom;
impl std::fmt::Debug for Boom {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("fuse {}", 7)
    }
}

/// A session with one local of each kind.
#[track_caller]
fn check(script: &str, expected: &str) {
    let (transcript, flow) = with_locals(|site| site, script);
    assert_eq!(transcript, expected.trim());
    assert_eq!(flow, Flow::Resume);
}

fn with_locals(change: impl Fn(Site) -> Site, script: &str) -> (String, Flow) {
    let (mut a, mut small, mut s, mut words) = (1_i32, 200_u8, "x".to_owned(), vec!["one".to_owned()]);
    let (mut text, n, r, mut blank, mut boom) = ("abc", 5_i64, 7_u16, Blank, Boom);
    let mut many = vec![0_u8; 1_000_000];
    let marked = (marked!(a), marked!(small), marked!(s), marked!(words));
    let marked = (
        marked,
        marked!(text),
        marked!(n),
        marked!(r),
        marked!(blank),
        marked!(boom),
    );
    let many_marked = marked!(many);
    let moved = marked!(n);
    let bindings = vec![
        binding("a", State::Unavailable, "shadowed"),
        binding("a", State::Writable, ""),
        binding("small", State::Writable, ""),
        binding("s", State::Writable, ""),
        binding("words", State::Writable, ""),
        binding("text", State::Writable, ""),
        binding("n", State::ReadOnly, "borrowed by m"),
        binding("r", State::ReadOnly, ""),
        binding("blank", State::Writable, ""),
        binding("boom", State::Writable, ""),
        binding("many", State::Writable, ""),
        binding("gone", State::Moved, "moved at line 12 (drop)"),
        binding("later", State::Unassigned, ""),
    ];
    let snapshot = snapshot(&r, &marked.3);
    let mut access = [
        unknown(),
        writable(&mut a, &marked.0.0),
        writable(&mut small, &marked.0.1),
        writable(&mut s, &marked.0.2),
        writable(&mut words, &marked.0.3),
        writable(&mut text, &marked.1),
        readable(&n, &marked.2),
        Access::Snapshot(snapshot),
        writable(&mut blank, &marked.4),
        writable(&mut boom, &marked.5),
        writable(&mut many, &many_marked),
        type_only(&moved),
        unknown(),
    ];
    let mut frame = frame(change(site(bindings)), &mut access);
    run(&mut frame, script)
}

#[test]
fn names_print_values() {
    check("a\ns\nwords\ntext\nn\nr", "1\n\"x\"\n[\"one\"]\n\"abc\"\n5\n7");
}

#[test]
fn literals_write() {
    check("a = 1000\na", "1000");
    check("s = \"it's\"; \ns", "\"it's\"");
    #[cfg(feature = "serde")]
    check("text = r\"c:\\\"\ntext", "\"c:\\\\\"");
    check("a = 0x10\na\na = -1_000\na", "16\n-1000");
}

#[cfg(feature = "serde")]
#[test]
fn sequences_write_over_lines() {
    check("words = [\n  \"a\",\n  \"b\".into(),\n]\nwords", "[\"a\", \"b\"]");
}

#[test]
fn what_does_not_fit_is_refused() {
    check("small = 300\nsmall", "! 300 is out of range for u8\n200");
    check("small = -1", "! -1 is out of range for u8");
    check("small = 1i32", "! expected u8, found i32");
    check("small = 1.5", "! expected u8, found a float");
    let string = if cfg!(feature = "serde") { "a string" } else { "String" };
    check("s = 5", &format!("! expected {string}, found an integer"));
    check("a = \"x\"\na", "! expected i32, found a string\n1");
    #[cfg(feature = "serde")]
    check(
        "boom = 1",
        "! Boom cannot be written: it has neither Deserialize nor FromStr",
    );
}

#[test]
fn what_cannot_be_written_says_why() {
    check("r\na = 2\nr", "7\n7\n! r is shown as it was when the hook was reached");
    check("n = 6\nn", "! `n` cannot be written: borrowed by m\n5");
    check("r = 6", "! `r` cannot be written: another local borrows it");
    check("gone = 6", "! `gone` cannot be written: moved at line 12 (drop)");
    check("later = 6", "! `later` cannot be written: not yet assigned");
    let (transcript, _) = with_locals(
        |site| Site {
            read_only: true,
            ..site
        },
        "a = 2\na",
    );
    assert_eq!(transcript, "! `a` cannot be written: the hook is read_only\n1");
}

#[test]
fn what_cannot_be_read_says_why() {
    check("gone", "! `gone` cannot be read: moved at line 12 (drop)");
    check("later", "! `later` cannot be read: not yet assigned");
    check("blank", "<Blank>\n! Blank has neither Debug nor Display");
    check("boom\na", "! `boom` cannot be shown: Debug panicked: fuse 7\n1");
}

#[test]
fn unknown_names_are_guessed() {
    check("word", "! no local is called `word`, did you mean `words`?");
    check("wrods = 1", "! no local is called `wrods`, did you mean `words`?");
    check("xyzzy", "! no local is called `xyzzy`");
}

#[test]
fn undo_goes_back_write_by_write() {
    check(
        "a = 2\ns = \"y\"\na = 3\n:undo\na\n:undo\ns\n:undo\na\n:undo",
        "! a is 2 again\n2\n! s is \"x\" again\n\"x\"\n! a is 1 again\n1\n! there is no write to undo",
    );
}

#[test]
fn types() {
    check(":type words\n:t a", "alloc::vec::Vec<alloc::string::String>\ni32");
    check(":type gone", "i64");
    check(
        ":type later",
        "! `later` cannot be read: its type is not known here (not yet assigned)",
    );
    check(":type", "! usage: :type NAME");
}

#[test]
fn all_locals_in_columns() {
    check(
        ":locals",
        r#"
a                    shadowed   shadowed
a: i32             = 1
small: u8          = 200
s: String          = "x"
words: Vec<String> = ["one"]
text: &str         = "abc"
n: i64             = 5   read-only: borrowed by m
r: u16             = 7   read-only: another local borrows it, as it was at the hook
blank: Blank         no Debug, no Display
boom: Boom           Debug panicked: fuse 7
many: Vec<u8>      = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0...
gone: i64            moved at line 12 (drop)
later                not yet assigned"#,
    );
    check(
        ":locals n, gone",
        "n: i64    = 5   read-only: borrowed by m\ngone: i64   moved at line 12 (drop)",
    );
    check(":locals worsd", "! no local is called `worsd`, did you mean `words`?");
}

#[test]
fn long_values_are_cut() {
    let (transcript, _) = with_locals(|site| site, "many");
    assert_eq!(transcript.lines().count(), 61);
    assert!(transcript.starts_with("[\n    0,\n"));
    assert!(
        transcript.ends_with("! ... and more: `:full many` prints all of it"),
        "{transcript}"
    );
    let (transcript, _) = with_locals(|site| site, ":full many");
    assert_eq!(transcript.lines().count(), 1_000_002);
}

#[test]
fn commands_are_guessed() {
    check(":frob", "! there is no command `:frob`; `:help` lists them");
    check(":undp", "! there is no command `:undp`, did you mean `:undo`?");
}

#[test]
fn quitting_is_explained() {
    let explained = "! this console is part of a running program: Ctrl-D or :c resumes the program, :exit ends it";
    for line in ["exit", "quit", ":q", "quit()", "exit()"] {
        check(line, explained);
    }
}

#[test]
fn ways_out() {
    let ends = |script: &str, expected| assert_eq!(with_locals(|site| site, script), expected);
    ends(":c\na", (String::new(), Flow::Resume));
    ends("a\n:continue\na", ("1".to_owned(), Flow::Resume));
    ends(":exit\na", (String::new(), Flow::Exit(0)));
    ends(":exit 3", (String::new(), Flow::Exit(3)));
    ends(":exit x\n:exit 1", ("! `x` is no exit code".to_owned(), Flow::Exit(1)));
    ends(":continue now", ("! usage: :continue".to_owned(), Flow::Resume));
}

#[test]
fn rust_is_not_yet_run() {
    check(
        "a = f(1)",
        "! cannot write `a = f(1)`: `f` is not a value; a literal value is needed here",
    );
    check(
        "a =",
        "! cannot write `a =`: a value is missing; a literal value is needed here",
    );
    check(
        "a + 1",
        "! cannot run `a + 1` here: a line is a name, `name = value` with a literal value, or a :command",
    );
}

#[test]
fn help_lists_the_table() {
    let (help, _) = with_locals(|site| site, ":help");
    for command in commands::COMMANDS {
        assert!(help.contains(&command.usage()), "{help}");
    }
    check(
        ":help :undo",
        ":undo\n  take back the last write, then the one before\n  As far back as to the opening of this hook.",
    );
    check(":help c", ":continue\n  resume the program, as Ctrl-D does");
}

#[cfg(feature = "serde")]
mod files {
    use super::*;

    #[track_caller]
    fn check_in(folder: &tempfile::TempDir, script: &str, expected: &str) {
        let path = folder.path().join("v.json").display().to_string();
        let (transcript, _) = with_locals(|site| site, &script.replace("FILE", &path));
        assert_eq!(transcript.replace(&path, "FILE"), expected);
    }

    #[test]
    fn saved_loaded_undone() {
        let folder = tempfile::tempdir().unwrap();
        check_in(&folder, ":save words FILE", "! saved words to FILE, 8 bytes");
        check_in(
            &folder,
            "words = []\n:load words FILE\nwords\n:undo\nwords",
            "! loaded words from FILE\n[\"one\"]\n! words is [] again\n[]",
        );
        check_in(&folder, ":load n FILE", "! `n` cannot be written: borrowed by m");
        check_in(
            &folder,
            ":load a FILE\na",
            "! failed to load FILE into `a`: expected i32, found a sequence of 1; it is as it was\n1",
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn broken_files_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("v.json"), "[\"a\", ").unwrap();
        check_in(
            &folder,
            ":load words FILE\nwords",
            "! failed to load FILE into `words`: EOF while parsing a value at line 1 column 6; it is as it was\n[\"one\"]",
        );
    }

    #[test]
    fn what_cannot_be_saved_says_why() {
        let folder = tempfile::tempdir().unwrap();
        check_in(
            &folder,
            ":save blank FILE",
            "! `blank` cannot be saved: Blank has no Serialize",
        );
        check_in(
            &folder,
            ":save gone FILE",
            "! `gone` cannot be read: moved at line 12 (drop)",
        );
        check_in(&folder, ":save a", "! usage: :save NAME FILE");
        check_in(
            &folder,
            ":load a FILE",
            "! failed to read FILE: No such file or directory (os error 2)",
        );
        check_in(
            &folder,
            ":save a FILE/sub",
            "! failed to write FILE/sub: No such file or directory (os error 2)",
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
