//! Where Rust cannot run, one sentence says so, and the rest of the console is as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{answers, merged, typed};
use crate::support::terminal::Terminal;
use crate::support::{Package, bare, run, succeeds};

const SOURCE: &str = r#"
use hookable::{hook, hookable};

#[hookable]
fn main() {
    let a = 1;
    let words = vec!["w"];
    hook!();
    check(a);
    println!("{a} {words:?}");
}

#[hookable(on_panic)]
fn check(a: i32) {
    assert_ne!(a, 100);
}
"#;

/// Types a line of Rust, which is answered with this; then all that needs no compiler.
#[track_caller]
fn check(command: &mut Command, line: &str, expected: &str) {
    let file = std::env::temp_dir().join(format!(
        "hookable-saved-{}-{:?}",
        std::process::id(),
        thread::current().id()
    ));
    let (save, load) = (
        format!(":save a {}", file.display()),
        format!(":load a {}", file.display()),
    );
    let saved = format!("saved a to {}, 2 bytes", file.display());
    let loaded = format!("loaded a from {}", file.display());
    typed(
        command,
        &[
            (line, expected),
            ("words", "[\"w\"]"),
            ("a = 5", ""),
            (&save, &saved),
            ("a = 6", ""),
            (&load, &loaded),
            ("a", "5"),
            (":undo", "a is 6 again"),
        ],
        "6 [\"w\"]",
    );
    let _ = fs::remove_file(file);
}

/// A copy of the executable, which later builds do not replace.
fn copied(package: &Package, name: &str) -> PathBuf {
    let copy = package.path().join(name);
    fs::copy(package.executable("debug"), &copy).expect("it was built");
    copy
}

#[test]
fn what_is_missing() {
    let package = Package::new("live_missing").main(SOURCE);
    // The compiler, by a path that will be no more; what it needs is found beside it.
    let compiler = package.path().join("compiler");
    let sysroot = succeeds(Command::new("rustc").args(["--print", "sysroot"])).stdout;
    let sysroot = Path::new(sysroot.trim());
    fs::create_dir_all(compiler.join("bin")).unwrap();
    fs::copy(sysroot.join("bin/rustc"), compiler.join("bin/rustc")).unwrap();
    std::os::unix::fs::symlink(sysroot.join("lib"), compiler.join("lib")).unwrap();
    let rustc = compiler.join("bin/rustc");
    succeeds(package.cargo(&["build", "-q"]).env("RUSTC", &rustc));
    fs::remove_dir_all(&compiler).unwrap();
    let gone = format!(
        "rust cannot run at this hook: the compiler is not at `{}`: `HOOKABLE_RUSTC=PATH` names where it is now",
        rustc.display()
    );
    check(&mut merged(&package.executable("debug"), &[]), "a + 1", &gone);
    let mut named = merged(&package.executable("debug"), &[]);
    check(named.env("HOOKABLE_RUSTC", "rustc"), "a + 1", "2");
    // A folder that cannot be entered, as one of another user, does not tell whether it is in there.
    std::os::unix::fs::symlink(&compiler, &compiler).unwrap();
    let unreachable = format!(
        "rust cannot run at this hook: failed to look for `{}`, which the build left or ran: Too many levels of symbolic links (os error 40)",
        rustc.display()
    );
    check(&mut merged(&package.executable("debug"), &[]), "a + 1", &unreachable);

    succeeds(&mut package.cargo(&["rustc", "-q", "--", "-C", "strip=symbols"]));
    let stripped = copied(&package, "stripped");
    let expected = format!(
        "`{}` has no symbol table: build it without `strip` to run rust at the prompt",
        stripped.display()
    );
    check(&mut merged(&stripped, &[]), "a + 1", &expected);
    // Nor does it say who called whom.
    let (said, all) = answers(
        merged(&stripped, &[]).env("HOOKABLE", "catch=panic"),
        &[":bt", "a = 100", ":c", ":bt"],
    );
    let caught = format!("hookable: nothing is caught: {expected}\n");
    let first = said[0]
        .strip_prefix(&caught)
        .unwrap_or_else(|| panic!("{}", all.stdout));
    let (hook, callers) = said[3].split_once("\n   ").unwrap_or_else(|| panic!("{}", all.stdout));
    assert!(
        hook.starts_with("#0 in check at src/main.rs:") && callers.contains(" frames without names: "),
        "{}",
        said[3]
    );
    let (hook, callers) = first.split_once("\n   ").unwrap_or_else(|| panic!("{first}"));
    assert_eq!(hook, "#0 in main at src/main.rs:8");
    let callers = callers.split_once(' ').unwrap().1;
    assert_eq!(
        callers,
        "frames without names: their files have no symbol table, as after `strip`"
    );
}

#[test]
fn what_fails() {
    let package = Package::new("live_failing").main(SOURCE);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");

    // A disk as full as it can be: nothing may grow beyond so many blocks, and whoever tries is told so.
    for (blocks, expected) in [
        (0, "failed to write the line to a file: File too large (os error 27)"),
        (16, "rustc failed on this line, exit status: 101: "),
    ] {
        let mut full = Command::new("sh");
        full.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" 2>&1")])
            .arg(&program);
        let (answers, said) = answers(&mut full, &["a + 1", "words", "a = 5", "a"]);
        assert!(
            answers[0].starts_with(expected) && !answers[0].contains('\n'),
            "{}",
            said.stdout
        );
        assert_eq!(answers[1..], ["[\"w\"]", "", "5", "5 [\"w\"]"], "{}", said.stdout);
    }

    let forever = "{ const N: u64 = { let mut n = 0; while n < u64::MAX { n += 1 } n }; N }";
    for (signal, expected) in [
        ("-KILL", "rustc failed on this line, signal: 9 (SIGKILL)"),
        ("-INT", "interrupted: the line did not run"),
    ] {
        let signals = thread::spawn(signal_compiler_of(program.clone(), signal));
        check(&mut merged(&program, &[]), forever, expected);
        signals.join().unwrap();
    }

    let (answers, said) = answers(&mut merged(&program, &[]), &["a + 1", "std::process::exit(a + 2)"]);
    assert_eq!((answers[0].as_str(), said.code), ("2", Some(3)), "{}", said.stdout);

    succeeds(&mut package.cargo(&["rustc", "-q", "--", "-C", "panic=abort"]));
    let said = run(&mut bare(&program), "a + 1\npanic!(\"oh {a}\")\n");
    assert_eq!((said.stdout.as_str(), said.code), ("2\n", None), "{}", said.stderr);
    let why = "this was within what was typed, and ends the program: it was built with `panic = \"abort\"`, and else a panic ends the line alone\n";
    assert!(
        said.stderr.contains("oh 1") && said.stderr.ends_with(why),
        "{}",
        said.stderr
    );

    // Nor can a panic stop a line there. The project's own lines are typed before the first prompt.
    let startup = package.path().join(".hookable.rs");
    fs::write(
        &startup,
        "// Of this project.\nfn twice(n: i32) -> i32 {\n    n * 2\n}\n:set lines 7\ntwice(a)\n",
    )
    .unwrap();
    let (mut terminal, opened) = Terminal::opened(&bare(&program));
    fs::remove_file(startup).unwrap();
    let is_answered = opened.lines().any(|line| line.trim() == "2");
    assert!(opened.contains(".hookable.rs runs\n") && is_answered, "{opened}");
    assert!(terminal.answer(":set lines").starts_with("lines = 7 "));
    assert_eq!(terminal.answer("twice(5)"), "10");
    terminal.types("println!(\".. it {}\", \"runs\"); loop {}");
    terminal.sees("it runs");
    terminal.control('c');
    terminal.sees("a panic ends this program, so this line cannot be stopped; still running:");
    terminal.press("e");
    terminal.ends();
}

/// Waits for the program's compiler to be at work on the line, and sends it a signal; an interrupt goes to the program,
/// too, as from the terminal that both share.
fn signal_compiler_of(program: PathBuf, signal: &'static str) -> impl FnOnce() {
    let status = |process: &Path| fs::read_to_string(process.join("stat")).unwrap_or_default();
    // Behind the name, which stands in parentheses: state, parent, ..; the eleventh from there is the time of its own.
    let field = move |process: &Path, number: usize| {
        let stat = status(process);
        let after = stat.rsplit_once(')')?.1;
        after.split_whitespace().nth(number)?.parse::<u64>().ok()
    };
    let is_ours = move |process: &Path| {
        let parent = field(process, 1).map(|parent| Path::new("/proc").join(parent.to_string()));
        parent.is_some_and(|parent| fs::read_link(parent.join("exe")).is_ok_and(|exe| exe == program))
    };
    move || {
        for _ in 0..6000 {
            let processes = fs::read_dir("/proc")
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path());
            // In hundredths of a second: the crate alone takes far less.
            if let Some(compiler) = processes
                .filter(|process| is_ours(process))
                .find(|process| field(process, 11).is_some_and(|time| time > 300))
            {
                let mut kill = Command::new("kill");
                kill.arg(signal).arg(compiler.file_name().unwrap());
                if signal == "-INT" {
                    kill.arg(field(&compiler, 1).unwrap().to_string());
                }
                assert!(kill.stdin(Stdio::null()).status().unwrap().success());
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no compiler was at work");
    }
}
