//! Building and running programs.

#[cfg(unix)]
pub(crate) mod compiler;
pub(crate) mod expect;
pub(crate) mod generate;
pub(crate) mod hits;
mod package;
#[cfg(unix)]
pub(crate) mod screen;
#[cfg(unix)]
pub(crate) mod terminal;

pub(crate) use package::Package;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

/// The folder of the crate under test.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The target that programs are built for, if it is another than that of the tests: `TARGET_OF_PROGRAMS`. Its linker
/// and its flags come from the variables that cargo has for them.
fn triple() -> Option<String> {
    std::env::var("TARGET_OF_PROGRAMS").ok()
}

/// Returns whether programs are built for Windows.
pub(crate) fn is_for_windows() -> bool {
    triple().map_or(cfg!(windows), |triple| triple.contains("windows"))
}

/// What starts a program: its path, behind that of an emulator where `RUNNER_OF_PROGRAMS` names one.
pub(crate) fn command_line(program: &Path) -> Vec<PathBuf> {
    let runner = std::env::var_os("RUNNER_OF_PROGRAMS").map(PathBuf::from);
    runner.into_iter().chain([program.to_owned()]).collect()
}

/// What rustc is told of all programs: `RUSTFLAGS_OF_PROGRAMS`.
fn flags() -> Option<String> {
    std::env::var("RUSTFLAGS_OF_PROGRAMS").ok()
}

/// What the tests build, so that dependencies are built once for all of them. `FOLDER_OF_PROGRAMS` names a folder of
/// their own for programs that another compiler builds, or that have other flags.
fn built() -> PathBuf {
    let folder = folder_of_programs().unwrap_or_else(|| "target".to_owned());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder)
}

fn folder_of_programs() -> Option<String> {
    std::env::var("FOLDER_OF_PROGRAMS").ok()
}

/// A path for what tests write themselves. Programs in a folder of their own have one of their own, too, so that the
/// tests can run with two compilers at once.
pub(crate) fn written(name: &str) -> PathBuf {
    let name = folder_of_programs().map_or_else(|| name.to_owned(), |folder| format!("{name}-{folder}"));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Where cargo has a folder for each profile.
pub(crate) fn target() -> PathBuf {
    triple().map_or_else(built, |triple| built().join(triple))
}

/// Where the tests themselves were built, and the examples with them.
pub(crate) fn workspace_target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("it is in the target folder")
}

/// A call of cargo that knows nothing of the one that runs the tests. A `--config` of the caller's must stand before
/// the command: behind it, it takes the place of those here.
pub(crate) fn cargo() -> Command {
    let mut cargo = cargo_as_told();
    cargo.args(of_dependencies());
    // Of a debug build they look at the dependencies, too, where those are optimized, as `.ci/run` asks for.
    if let Ok(level) = std::env::var("OPT_LEVEL_OF_HOOKABLE") {
        for name in [
            "hookable",
            "hook-debuginfo",
            "hook-frame",
            "hook-line",
            "hook-loader",
            "hook-runtime",
            "hook-rustc",
        ] {
            cargo.args(["--config", &format!("profile.dev.package.{name}.opt-level={level}")]);
        }
    }
    cargo.env("CARGO_TARGET_DIR", built());
    cargo
}

/// A call of cargo with the settings of the folder alone, as the call that runs the tests has them.
pub(crate) fn cargo_as_told() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let triple = triple();
    let of_target = triple.as_ref().map(|triple| triple.to_uppercase().replace('-', "_"));
    let of_target = of_target.map(|triple| [format!("CARGO_TARGET_{triple}_"), "CARGO_UNSTABLE_BUILD_STD".into()]);
    let of_target = of_target.as_slice().as_flattened();
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let network = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR"];
        let is_of_target = of_target.iter().any(|kept| text.starts_with(kept));
        let kept = is_of_target || network.iter().any(|kept| text.starts_with(kept));
        if (text.starts_with("CARGO_") && !kept) || text.starts_with("HOOKABLE") {
            cargo.env_remove(name);
        }
    }
    if let Some(triple) = triple {
        cargo.env("CARGO_BUILD_TARGET", triple);
    }
    match flags() {
        Some(flags) => cargo.env("RUSTFLAGS", flags),
        None => cargo.env_remove("RUSTFLAGS"),
    };
    cargo.env("CARGO_TERM_COLOR", "never").stdin(Stdio::null());
    cargo
}

/// Returns how cargo is to build what the tests' crates depend on. No test changes a dependency, so what would make the
/// next build of it faster is for nothing; nobody debugs one; and of a release build the tests look at the crate's own
/// code only.
fn of_dependencies() -> impl Iterator<Item = &'static str> {
    let settings = [
        "profile.release.package.'*'.opt-level=0",
        "profile.dev.package.'*'.debug=0",
        "profile.dev.package.'*'.incremental=false",
    ];
    settings.into_iter().flat_map(|setting| ["--config", setting])
}

/// A program of `tests/programs`, built once; all of them at once where all tests run, so that no core waits for
/// another.
pub(crate) fn program(name: &str) -> PathBuf {
    static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut built = BUILT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let all_run = std::env::args().skip(1).all(|argument| argument.starts_with('-'));
    let (wanted, kind) = if all_run {
        ("", vec!["--bins"])
    } else {
        (name, vec!["--bin", name])
    };
    if !built.contains(wanted) {
        let mut build = cargo();
        build
            .args(["build", "-q"])
            .args(kind)
            .current_dir(root().join("tests/programs"));
        succeeds(&mut build);
        built.insert(wanted.to_owned());
    }
    executable("debug", name)
}

/// The executable of a program in a profile's folder.
fn executable(profile: &str, name: &str) -> PathBuf {
    let suffix = if is_for_windows() { ".exe" } else { "" };
    target().join(profile).join(format!("{name}{suffix}"))
}

/// What a program printed.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Said {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }
}

/// Runs a command to its end, with this on its standard input.
pub(crate) fn run(command: &mut Command, stdin: &str) -> Said {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("failed to start {command:?}: {error}"));
    // It may end before it has read all of it.
    let _ = child.stdin.take().expect("it is piped").write_all(stdin.as_bytes());
    child.wait_with_output().expect("it was started").into()
}

/// Runs a command that must succeed.
#[track_caller]
pub(crate) fn succeeds(command: &mut Command) -> Said {
    let said = run(command, "");
    let args: Vec<_> = command.get_args().collect();
    assert!(said.code == Some(0), "{args:?} failed\n{}{}", said.stdout, said.stderr);
    said
}

/// A program with neither a terminal nor a setting of the person who runs the tests.
pub(crate) fn bare(program: &Path) -> Command {
    let mut words = command_line(program);
    let mut command = Command::new(words.remove(0));
    command.args(words);
    for name in [
        "HOOKABLE",
        "HOOKABLE_RECORD_HITS",
        "HOOKABLE_RECORD_VALUE",
        "RUST_BACKTRACE",
        "RUST_LOG",
        "COLUMNS",
    ] {
        command.env_remove(name);
    }
    command
}

/// Types lines into the hooks of one function of a program, and compares what it prints.
#[track_caller]
pub(crate) fn session(name: &str, function: &str, lines: &[&str], stdout: &[&str], errors: &[&str]) {
    let script: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = run(bare(&program(name)).arg(function), &script);
    let talk = said
        .stderr
        .lines()
        .filter(|line| !line.contains("hooked at ") && !line.contains("Ctrl-D or :c resumes"));
    assert_eq!(
        said.stdout.lines().collect::<Vec<_>>(),
        stdout,
        "stderr:\n{}",
        said.stderr
    );
    assert_eq!(talk.collect::<Vec<_>>(), errors);
    assert_eq!(said.code, Some(0));
}
