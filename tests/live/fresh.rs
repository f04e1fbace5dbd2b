//! A line is compiled from what the program was made of, whatever became of the sources since. Content tells, never a
//! time.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{answers, merged};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"
use hookable::{hook, hookable};

mod data;
const TEXT: &str = include_str!("text.txt");
include!(concat!(env!("OUT_DIR"), "/made.rs"));

fn sum() -> usize {
    data::N + TEXT.len() + MADE + fresh_inner::N
}

#[hookable]
fn main() {
    let a = 1;
    hook!();
    println!("{}", a + sum());
}
"#;

/// A package that reads a file in each of the ways there are; its program prints 1 and what they say.
fn package() -> Package {
    let inner = "[package]\nname = \"fresh_inner\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    let build = "fn main() {\n    let folder = std::env::var(\"OUT_DIR\").unwrap();\n    \
                 std::fs::write(folder + \"/made.rs\", \"const MADE: usize = 100;\").unwrap();\n    \
                 println!(\"cargo::rerun-if-changed=build.rs\");\n}\n";
    Package::new("live_fresh")
        .manifest("fresh_inner = { path = \"inner\" }")
        .file("inner/Cargo.toml", inner)
        .file("inner/src/lib.rs", "pub const N: usize = 1000;")
        .file("build.rs", build)
        .file("src/data.rs", "pub const N: usize = 10;")
        .file("src/text.txt", "text")
        .main(MAIN)
}

fn answer(program: &Path) -> String {
    let (answers, said) = answers(&mut merged(program, &[]), &["a + sum()"]);
    assert_eq!(said.code, Some(0), "{}", said.stdout);
    answers[0].clone()
}

/// Writes a file, and has it look as old as it was.
fn rewrite(path: &Path, text: &str) {
    let time = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, text).unwrap();
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

/// A program that waits at its hook.
struct Stopped {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Stopped {
    fn new(program: &Path) -> Stopped {
        let mut child = merged(program, &[])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was built");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut stopped = Stopped { child, output };
        stopped.read_until("Ctrl-D or :c resumes");
        stopped
    }

    fn read_until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.lines().last().is_some_and(|line| line.contains(end)) {
            assert_ne!(self.output.read_line(&mut text).expect("it is text"), 0, "{text}");
        }
        text
    }

    fn typed(&mut self, line: &str) -> String {
        let input = self.child.stdin.as_mut().expect("it is piped");
        writeln!(input, "{line}\n:mark").expect("it reads");
        let text = self.read_until("there is no command `:mark`");
        let answer: Vec<&str> = text.lines().filter(|line| !line.contains(":mark")).collect();
        answer.join("\n")
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_runs_is_what_was_built() {
    let package = package();
    let build = || succeeds(&mut package.cargo(&["build", "-q"]));
    build();
    let program = package.path().join("program");
    fs::copy(package.executable("debug"), &program).unwrap();
    assert_eq!(answer(&program), "1115");

    // Each file that rustc read, and one that a build script made.
    let made = made(&package);
    let source = |name: &str| package.path().join("src").join(name);
    for (path, text) in [
        (source("data.rs"), "pub const N: usize = 11;"),
        (source("text.txt"), "TEXT"),
        (made.clone(), "const MADE: usize = 101;"),
        (source("main.rs"), &MAIN.replace("a + sum", "sum() + a + sum")),
    ] {
        rewrite(&path, text);
        assert_eq!(answer(&program), "1115", "{}", path.display());
    }
    fs::remove_dir_all(package.path().join("src")).unwrap();
    assert_eq!(answer(&program), "1115");
    fs::create_dir(package.path().join("src")).unwrap();
    for (path, text) in [
        (source("data.rs"), "pub const N: usize = 10;"),
        (source("text.txt"), "text"),
        (source("main.rs"), MAIN),
        (made, "const MADE: usize = 100;"),
    ] {
        fs::write(path, text).unwrap();
    }

    // A program whose file is gone goes by what it was.
    let gone = package.path().join("gone");
    fs::copy(&program, &gone).unwrap();
    let mut stopped = Stopped::new(&gone);
    fs::remove_file(&gone).unwrap();
    assert_eq!(stopped.typed("a + sum()"), "1115");

    // Built again while it is stopped: from the same, then from something else.
    build();
    assert_eq!(stopped.typed("sum() + a"), "1115");
    fs::write(source("data.rs"), "pub const N: usize = 20;").unwrap();
    assert_eq!(stopped.typed("sum() + a"), "1115");
    build();
    assert_eq!(stopped.typed("a + sum()"), "1115");
    assert_eq!(answer(&program), "1115");
    assert_eq!(answer(&package.executable("debug")), "1125");
    drop(stopped);

    // A library that was built again, when the program was not.
    let mut stopped = Stopped::new(&package.executable("debug"));
    assert_eq!(stopped.typed("sum() + a"), "1125");
    fs::write(package.path().join("inner/src/lib.rs"), "pub const N: usize = 2000;").unwrap();
    succeeds(&mut package.cargo(&["build", "-q", "-p", "fresh_inner"]));
    let libraries =
        "the libraries of the program were built again since it was: build it too to run rust at the prompt";
    assert_eq!(stopped.typed("sum() + a"), libraries);
    drop(stopped);

    // What the build left is taken away.
    build();
    let mut stopped = Stopped::new(&package.executable("debug"));
    assert_eq!(stopped.typed("sum() + a"), "2125");
    let record = record(&package);
    fs::rename(&record, record.with_extension("gone")).unwrap();
    let cleaned = format!(
        "rust cannot run at this hook: what the build left in `{}` is not there: after `cargo clean`, build the program again; in a container \
         or on another machine, have that folder at the same place",
        record.display()
    );
    for line in ["sum() + a", ":break sum", ":trace sum a"] {
        assert_eq!(stopped.typed(line), cleaned, "{line}");
    }
    let mut anew = Stopped::new(&package.executable("debug"));
    for line in [":source sum", ":doc sum"] {
        let said = anew.typed(line);
        assert!(said.starts_with("`sum` cannot be looked for: "), "{line}: {said}");
    }
    drop(anew);
    fs::rename(record.with_extension("gone"), &record).unwrap();
    assert_eq!(stopped.typed("sum() + a"), "2125");
    fs::remove_dir_all(record.join("builds")).unwrap();
    let gone = "the program was built again many times since this one was, and what its build left is gone: only a fresh start can \
                run rust at the prompt";
    assert_eq!(stopped.typed("sum() + a"), gone);
}

/// The folder of the crate with this name that was built last.
fn record(package: &Package) -> PathBuf {
    let folder = package.executable("debug").with_file_name("hookable");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("live_fresh-"));
    let built = |path: &PathBuf| path.join("builds").metadata().and_then(|meta| meta.modified()).ok();
    named.max_by_key(built).expect("it was built")
}

/// The file that the build script made.
fn made(package: &Package) -> PathBuf {
    let builds = fs::read_dir(record(package).join("builds")).unwrap();
    let build = builds.last().expect("it was built").unwrap().path();
    let text = fs::read_to_string(build.join("read")).unwrap();
    let path = text
        .lines()
        .find_map(|line| line.strip_suffix("/made.rs")?.rsplit('\t').next());
    Path::new(path.expect("it is included")).join("made.rs")
}

#[test]
fn a_source_saved_while_it_is_compiled() {
    let main = "mod data;\n#[hookable::hookable]\nfn main() {\n    let a = 1;\n    hookable::hook!();\n    \
                println!(\"{}\", a + data::N);\n}\n";
    let package = Package::new("live_saved")
        .file("src/data.rs", "pub const N: usize = 1;")
        .main(main);
    let (saved, wrapper) = (package.path().join("src/data.rs"), package.path().join("wrapper"));
    let doubt = format!(
        "`{}` was saved while rustc compiled it, so what the program was built from is not known: build it again to run rust at \
         the prompt",
        saved.display()
    );
    // Whether rustc read this module before it was saved, the moment decides; a line may never say otherwise than the
    // program.
    for seconds in ["0", "0.03", "0.06", "0.1", "0.2", "0.4"] {
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in *'crate-name live_saved'*) (sleep {seconds}; echo 'pub const N: usize = 2;' > '{0}.new'; \
             mv '{0}.new' '{0}') & ;; esac\nexec \"$@\"\n",
            saved.display()
        );
        fs::write(&wrapper, script).unwrap();
        succeeds(Command::new("chmod").arg("+x").arg(&wrapper));
        fs::write(&saved, "pub const N: usize = 1;").unwrap();
        fs::write(package.path().join("src/main.rs"), format!("{main}// {seconds}\n")).unwrap();
        succeeds(package.cargo(&["build", "-q"]).env("RUSTC_WRAPPER", &wrapper));
        while !fs::read_to_string(&saved).unwrap().contains('2') {
            thread::sleep(Duration::from_millis(10));
        }
        let (answers, said) = answers(&mut merged(&package.executable("debug"), &[]), &["a + data::N"]);
        let printed = said.stdout.lines().last().unwrap();
        assert!(["2", "3"].contains(&printed), "{}", said.stdout);
        assert!([&*doubt, printed].contains(&&*answers[0]), "{seconds}: {}", said.stdout);
    }
    fs::write(package.path().join("src/main.rs"), main).unwrap();
    succeeds(&mut package.cargo(&["build", "-q"]));
    let (answers, said) = answers(&mut merged(&package.executable("debug"), &[]), &["a + data::N"]);
    assert_eq!(answers[0], "3", "{}", said.stdout);
}

/// A hook is in no file on the disk, and a file that is named by `OUT_DIR` is not in the copy's folder.
#[test]
fn a_hook_is_planted_in_what_a_build_script_made() {
    let build = "fn main() {\n    let folder = std::env::var(\"OUT_DIR\").unwrap();\n    \
                 let made = \"pub fn made(n: u32) -> u32 {\\n    let twice = n * 2;\\n    twice\\n}\\n\";\n    \
                 std::fs::write(folder + \"/made.rs\", made).unwrap();\n}\n";
    let source = "use hookable::{hook, hookable};\nmod within {\n    include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));\n}\n\
                  #[hookable]\nfn main() {\n    let a = 1;\n    hook!();\n    println!(\"{}\", within::made(a));\n}\n";
    let package = Package::new("live_fresh_made").file("build.rs", build).main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");
    let lines = ["a + 1", ":break made", ":c", "n = 4", ":next", "twice + 1"];
    let (answers, said) = answers(&mut merged(&program, &[]), &lines);
    assert!(answers[1].contains("made.rs:2 in made"), "{}", said.stdout);
    assert_eq!(answers[5], "9", "{}", said.stdout);
    assert!(said.stdout.ends_with("\n8\n"), "{}", said.stdout);
}
