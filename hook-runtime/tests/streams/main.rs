//! Hooks in whole processes: where lines come from, what goes to which stream, and that the program goes on. Each test
//! runs this very executable again as one of the programs of [`program`].

#[macro_use]
mod emitted;
mod hostile;
mod output;
mod program;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod stops;
#[cfg(unix)]
mod terminal;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

const BANNER: &str = "Ctrl-D or :c resumes the program, :help lists the commands\n";

fn command(program: &str, hookable: Option<&str>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command
        .env("STREAMS_PROGRAM", program)
        .env_remove("HOOKABLE")
        .env("HOOKABLE_HISTORY", "off")
        .env("XDG_CONFIG_HOME", "/nowhere")
        .env_remove("NEXTEST")
        .env_remove("TMUX")
        .env_remove("RUST_BACKTRACE");
    if let Some(hookable) = hookable {
        command.env("HOOKABLE", hookable);
    }
    command
}

fn spawn(program: &str, hookable: Option<&str>) -> Child {
    let mut command = command(program, hookable);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn run(program: &str, hookable: Option<&str>, stdin: &str) -> Output {
    let mut child = spawn(program, hookable);
    // The program may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// What the program itself wrote, without what the test harness wrote before it.
fn stdout(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_once("--\n")
        .map_or(text.to_string(), |(_, text)| text.to_owned())
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn check(program: &str, hookable: Option<&str>, stdin: &str, expected_stdout: &str, expected_stderr: &str) {
    let output = run(program, hookable, stdin);
    assert_eq!(stdout(&output), expected_stdout);
    assert_eq!(stderr(&output), expected_stderr);
    assert_eq!(output.status.code(), Some(0));
}

/// The programs, when this is not the test but the tested.
#[test]
fn child() {
    if let Ok(name) = std::env::var("STREAMS_PROGRAM") {
        println!("--");
        program::run(&name);
        std::process::exit(0);
    }
}

#[test]
fn a_pipe_is_a_script_and_the_rest_is_the_programs() {
    check(
        "once",
        None,
        "a\na = 1000\n:c\nrest\n",
        "1\n1000 rest\n",
        &format!("hooked at once.rs:5 in once, thread child, 1 local\n{BANNER}"),
    );
    check(
        "once",
        None,
        "a = 2",
        "2 \n",
        &format!("hooked at once.rs:5 in once, thread child, 1 local\n{BANNER}"),
    );
}

#[test]
fn with_nothing_to_read_the_program_goes_on() {
    let expected = "hookable: hooked at thrice.rs:5 in thrice, but there is no terminal and no script: going on\n";
    check("thrice", None, "", "0 1 2\n", expected);
}

#[test]
fn under_nextest_the_ways_are_named() {
    let output = command("once", None)
        .env("NEXTEST", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = stderr(&output);
    assert!(
        said.starts_with("hookable: hooked at once.rs:5 in once, but there is no terminal and no script (")
            && said.contains("`cargo nextest run --debugger env NAME`")
            && said.contains("HOOKABLE=script=FILE)")
            && said.ends_with(": going on\n"),
        "{said}"
    );
}

#[test]
fn the_end_of_a_script_is_no_end_of_the_program() {
    let ended = "hookable: hooked at thrice.rs:5 in thrice, but the script on standard input has ended: going on\n";
    let banner = "hooked at thrice.rs:5 in thrice, thread child, 1 local\n";
    check(
        "thrice",
        None,
        "n = 7\n",
        "7 1 2\n",
        &format!("{banner}{BANNER}{ended}"),
    );
}

#[test]
fn a_program_that_reads_is_left_alone() {
    let expected = "hookable: hooked at lines.rs:5 in lines, but the program is reading standard input: going on\n";
    check("lines", None, "a\nb\nc\n", "a b c\n", expected);
}

#[test]
fn a_script_in_the_programs_own_buffer_is_found() {
    let expected = format!("hooked at after.rs:5 in after, thread child, 1 local\n{BANNER}");
    check("after", None, "name\nline\n", "\"name\"\n\"name\"\n", &expected);
}

#[test]
fn off() {
    check("once", Some("off"), "rest\n", "1 rest\n", "");
}

#[test]
fn what_is_not_understood_is_said_once() {
    let nothing = "hookable: hooked at thrice.rs:5 in thrice, but there is no terminal and no script: going on\n";
    let wrong = "hookable: HOOKABLE=on is not understood: it is off, tty, tty=PATH, listen, listen=PATH, \
                 script=FILE, record=FILE or catch=err|panic\n";
    check("thrice", Some("on"), "", "0 1 2\n", &format!("{wrong}{nothing}"));
    let wrong = "hookable: 99999 is no port: it is a number up to 65535\n";
    check(
        "thrice",
        Some("listen=tcp:99999"),
        "",
        "0 1 2\n",
        &format!("{wrong}{nothing}"),
    );
}

#[test]
fn a_script_file_is_read_on_by_every_hook() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script");
    std::fs::write(&path, "n\n:c\nn\nn = [\n").unwrap();
    let output = run("thrice", Some(&format!("script={}", path.display())), "");
    assert_eq!(stdout(&output), "0\n1\n0 1 2\n");
    let ended = "hookable: hooked at thrice.rs:5 in thrice, but the script has ended: going on\n";
    assert!(stderr(&output).ends_with(ended), "{}", stderr(&output));

    std::fs::write(
        &path,
        "# at other.rs:1\nn\n# at thrice.rs:5\nn\n:expect 0\n:c\nn\n# at thrice\nn = 7\nn\n:expect 8",
    )
    .unwrap();
    let output = run("thrice", Some(&format!("script={}", path.display())), "");
    assert_eq!(
        (stdout(&output), output.status.code()),
        ("0\n1\n7\n".to_owned(), Some(1))
    );
    assert!(
        stderr(&output).ends_with("at thrice.rs:5\n- 8\n+ 7\n"),
        "{}",
        stderr(&output)
    );
    std::fs::write(&path, "# at other\nn\n").unwrap();
    let others = "hookable: hooked at thrice.rs:5 in thrice, but the script has no lines for this place: going on\n";
    check(
        "thrice",
        Some(&format!("script={}", path.display())),
        "",
        "0 1 2\n",
        others,
    );
    std::fs::write(&path, "n\0").unwrap();
    let nul = format!(
        "hookable: failed to open the script {}: it has a NUL byte, so it is no text: hooks do nothing\n",
        path.display()
    );
    check(
        "thrice",
        Some(&format!("script={}", path.display())),
        "",
        "0 1 2\n",
        &nul,
    );

    let missing = format!("script={}/none", folder.path().display());
    let expected = format!(
        "hookable: failed to open the script {}/none: No such file or directory (os error 2): hooks do nothing\n",
        folder.path().display()
    );
    check("thrice", Some(&missing), "n\n", "0 1 2\n", &expected);
}

#[test]
fn the_program_can_be_ended() {
    let output = run("once", None, "a = 2\n:exit 3\n");
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(3)));
}

#[test]
fn hooks_in_a_formatting_are_passed_over() {
    let expected = format!("hooked at nosy.rs:5 in nosy, thread child, 1 local\n{BANNER}");
    check("nosy", None, "nosy\n", "Nosy 1\n", &expected);
}

#[cfg(feature = "serde")]
#[test]
fn hooks_in_a_write_open_nested() {
    let output = run("nested", None, "inner = 5\nx = 6\n:c\ninner\n");
    assert_eq!(stdout(&output), "Inner(6)\n");
    let banner = |site| format!("hooked at {site}, thread child, 1 local\n{BANNER}");
    let back = "back at nested.rs:5 in nested, thread child, hit 1\n";
    let expected = banner("nested.rs:5 in nested") + &banner("deserialize.rs:5 in deserialize") + back;
    assert_eq!(stderr(&output), expected);
}

#[cfg(feature = "serde")]
#[test]
fn a_panic_in_a_write_changes_nothing() {
    let output = run("panicky", None, "p = 5\np\n");
    assert_eq!(stdout(&output), "Panicky(1)\n");
    let said = "reading the new value of `p` panicked: not 5; it is as it was\n";
    assert!(stderr(&output).ends_with(said), "{}", stderr(&output));
}

#[test]
fn logged_as_the_site() {
    let output = run("logged", None, "\n");
    let expected = "[DEBUG logged::module logged.rs:5 logged::module] Starting interactive shell.\n\
        hooked at logged.rs:5 in logged, thread child, 1 local\n\
        Ctrl-D or :c resumes the program, :help lists the commands\n\
        [DEBUG logged::module logged.rs:5 logged::module] Returned from interactive shell. Resuming execution.\n";
    assert_eq!(stderr(&output), expected);
}

#[test]
fn closed_streams_stop_nothing() {
    let mut child = spawn("once", None);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.ends_with("--\n") {
        assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "{line}");
    }
    drop((stdout, child.stderr.take()));
    let _ = child
        .stdin
        .take()
        .unwrap()
        .write_all(b"a\n:locals\n:full a\n:nope\n:exit 4\n");
    assert_eq!(child.wait().unwrap().code(), Some(4));
}

#[test]
fn threads_queue() {
    let output = run("threads", None, "n = 10\n:c\nn = 10\n:c\nn = 10\n");
    assert_eq!(stdout(&output), "30\n");
    assert_eq!(stderr(&output).matches("hooked at").count(), 3);
}

#[test]
fn a_record_of_many_processes_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let record = format!("record={}", path.display());
    let mut children: Vec<_> = (0..3).map(|_| spawn("recorded", Some(&record))).collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let lines = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // Ten hits of the one site in each process.
    assert_eq!(lines.len(), 30);
    let local = &lines[0]["locals"][0];
    assert_eq!(local["state"], "writable");
    assert_eq!(local["value"].as_str().unwrap().len(), 1003);
}
