//! What a program may be started in, or do to its process, and lines run all the same.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::Command;

use super::{merged, typed};
use crate::support::{Package, run, succeeds};

const SOURCE: &str = r#"
use hookable::{hook, hookable};

unsafe extern "C" {
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
}

#[hookable]
fn main() {
    let a = 1;
    if std::env::args().nth(1).is_some_and(|word| word == "reap") {
        std::thread::spawn(|| loop {
            unsafe { waitpid(-1, std::ptr::null_mut(), 0) };
            std::thread::sleep(std::time::Duration::from_millis(1));
        });
    }
    hook!();
    println!("{a}");
}
"#;

/// The folders of lines of this process.
const FOLDERS: &str = "std::fs::read_dir(std::env::temp_dir()).unwrap().flatten().filter(|entry| entry.file_name()\
                       .to_string_lossy().starts_with(&format!(\"hookable-{}-\", std::process::id())))";

/// Runs the program by way of a shell, which does this first.
fn after(first: &str, program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{first} \"$0\" 2>&1")]).arg(program);
    command
}

fn check(command: &mut Command) {
    typed(
        command,
        &[
            ("a + 1", "2"),
            ("std::thread::spawn(|| 3).join().unwrap()", "3"),
            ("a = 7", ""),
        ],
        "7",
    );
}

#[test]
fn whatever_the_program_is_started_in() {
    let package = Package::new("live_environment").main(SOURCE);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");

    let script = package.path().join("lines");
    fs::write(&script, "a + 1\n").unwrap();
    let mut bare = Command::new(&program);
    let said = run(
        bare.env_clear().env("HOOKABLE", format!("script={}", script.display())),
        "",
    );
    assert_eq!(said.stdout, "2\n1\n", "{}", said.stderr);

    let latin = OsStr::from_bytes(b"caf\xe9");
    fs::create_dir(package.path().join(latin)).unwrap();
    let folders: [OsString; 4] = [
        "/nowhere".into(),
        program.clone().into(),
        "/proc".into(),
        package.path().join(latin).into(),
    ];
    for folder in folders {
        check(merged(&program, &[]).env("TMPDIR", folder));
    }
    check(&mut after("exec env --ignore-signal=CHLD", &program));
    check(&mut merged(&program, &["reap"]));

    let rights = format!(
        "{{ use std::os::unix::fs::PermissionsExt; {FOLDERS}.map(|entry| entry.metadata().unwrap().permissions().mode() & 0o777)\
         .collect::<Vec<_>>() }}"
    );
    let gone = format!("{FOLDERS}.for_each(|entry| std::fs::remove_dir_all(entry.path()).unwrap())");
    for umask in ["umask 0; exec", "umask 0077; exec"] {
        let lines = [
            (&*rights, "[448]"),
            (&*gone, ""),
            ("a + 1", "2"),
            (&*rights, "[448]"),
            ("a = 7", ""),
        ];
        typed(&mut after(umask, &program), &lines, "7");
    }
}
