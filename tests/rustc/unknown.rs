//! A compiler whose errors are not known is not asked about captures. What makes one is a library in a real compiler,
//! which gives its errors other codes, or other words.

use std::fs;
use std::os::unix;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::errors::ERRORS;
use super::table::WORDS;
use crate::support::hits::{self, Hit, Local};
use crate::support::{Package, Said, bare, root, run, succeeds, written};

const MAIN: &str = "#[hookable::hookable]\nfn main() {\n    let v = vec![1];\n    let w = v;\n    let mut n = 2;\n    \
                    hookable::hook!();\n    n += 1;\n    println!(\"{w:?} {n}\");\n}\n";

/// So many hooks are reached in the program of all situations.
const HITS: usize = 55;

/// The errors that rustc reports to a probe of that program.
const REPORTED: [&str; 17] = [
    "E0435", "E0767", "E0267", "E0745", "E0407", "E0381", "E0382", "E0596", "E0499", "E0502", "E0501", "E0503",
    "E0505", "E0506", "E0713", "E0521", "E0597",
];

/// What is in the environment of a probe.
const PROBES: Option<&str> = Some("HOOKABLE_PROBE");

/// A compiler that has other texts for some.
struct RewordedCompiler {
    program: PathBuf,
    original: PathBuf,
    library: PathBuf,
}

impl RewordedCompiler {
    /// It is a copy, for what one answers is known from then on.
    fn new(name: &str) -> RewordedCompiler {
        let folder = written("rustc").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        let (library, source) = (folder.join("reworded.so"), root().join("tests/rustc/reworded.c"));
        succeeds(
            Command::new("cc")
                .args(["-shared", "-fPIC", "-o"])
                .args([&library, &source]),
        );
        let sysroot = succeeds(Command::new("rustc").args(["--print", "sysroot"])).stdout;
        let sysroot = Path::new(sysroot.trim());
        unix::fs::symlink(sysroot.join("lib"), folder.join("lib")).expect("a link");
        let compiler = RewordedCompiler {
            program: folder.join("bin/rustc"),
            original: sysroot.join("bin/rustc"),
            library,
        };
        compiler.renew();
        compiler
    }

    /// Makes another compiler of it, of which nothing is known.
    fn renew(&self) {
        let _ = fs::remove_file(&self.program);
        fs::copy(&self.original, &self.program).expect("a compiler");
    }

    /// A build by it, with another text for one; with `REWORDED_WHERE` only where that variable is there.
    fn build(&self, package: &Package, text: &str, place: Option<&str>) -> Command {
        let mut build = package.cargo(&["build", "-q"]);
        build
            .env("RUSTC", &self.program)
            .env("LD_PRELOAD", &self.library)
            .env("REWORDED", text);
        if let Some(place) = place {
            build.env("REWORDED_WHERE", place);
        }
        build
    }
}

/// Builds a program by a compiler that has other texts for one, and types lines into it.
fn built(name: &str, text: &str, lines: &str) -> Said {
    let package = Package::new(name).main(MAIN);
    succeeds(&mut RewordedCompiler::new(name).build(&package, text, None));
    run(&mut bare(&package.executable("debug")), lines)
}

#[test]
fn an_error_with_another_code() {
    let said = built("unknown_code", "E0767", "n = 5\nw\nv\n1 + 1\n");
    let note = "note: rustc was not asked what can be captured: rustc 1.";
    assert!(said.stderr.contains(note), "{}", said.stderr);
    let why = "does not report E0767 as this version of hookable expects it: look for a newer version of hookable";
    assert!(said.stderr.contains(why), "{}", said.stderr);
    // What is surely legal is there, and only that.
    assert!(said.stdout.ends_with("[1] 6\n"), "{}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains("perhaps moved or borrowed"), "{}", said.stderr);
}

#[test]
fn no_error_that_is_known() {
    let said = built("unknown_all", "E0", "n = 5\n");
    assert!(
        said.stderr.contains("does not report any of its errors"),
        "{}",
        said.stderr
    );
    assert!(said.stdout.ends_with("[1] 6\n"), "{}{}", said.stdout, said.stderr);
}

#[test]
fn an_error_in_other_words() {
    let said = built("unknown_words", "value moved here", "n = 5\nw\nv\n1 + 1\n");
    assert!(!said.stderr.contains("was not asked"), "{}", said.stderr);
    assert!(
        said.stdout.ends_with("[1]\n2\n[1] 6\n"),
        "{}{}",
        said.stdout,
        said.stderr
    );
    assert!(said.stderr.contains("moved"), "{}", said.stderr);
}

/// Runs a program, and gives what it prints and its hits.
fn recorded(package: &Package) -> (Said, Vec<Hit>) {
    let file = hits::file();
    let _ = fs::remove_file(&file);
    let mut program = bare(&package.executable("debug"));
    let said = run(program.env("HOOKABLE", format!("record={}", file.display())), "");
    let hits = hits::read(&file);
    (said, hits)
}

/// Returns what is wrong with the hits of a program whose compiler speaks otherwise: it may capture less, and has hooks
/// of `on_err` only where it was understood. Errors also choose between captures, all of which rustc has to accept; so
/// with `may_choose` it may capture others, of the same values.
fn wrong(known: &(Said, Vec<Hit>), now: &(Said, Vec<Hit>), may_choose: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    if (&known.0.stdout, known.0.code) != (&now.0.stdout, now.0.code) {
        wrong.push(format!("printed: {}{}", now.0.stdout, now.0.stderr));
    }
    let is_at =
        |hit: &Hit, other: &Hit| (hit.line, &hit.function, hit.number) == (other.line, &other.function, other.number);
    let missing = known
        .1
        .iter()
        .filter(|known| !now.1.iter().any(|hit| is_at(hit, known)));
    wrong.extend(
        missing
            .filter(|hit| hit.function != "fails")
            .map(|hit| format!("missing: {hit:?}")),
    );
    for hit in &now.1 {
        let Some(known) = known.1.iter().find(|known| is_at(hit, known)) else {
            wrong.push(format!("new: {hit:?}"));
            continue;
        };
        for local in hit.locals.iter().filter(|local| local.value.is_some()) {
            let of_name = || {
                known
                    .locals
                    .iter()
                    .filter(|other| other.name == local.name && other.value.is_some())
            };
            // What is writable now was writable before, unless errors choose.
            let may_be_so = |other: &Local| may_choose || local.state != "writable" || other.state == "writable";
            let is_such = |other: &Local| other.value == local.value && may_be_so(other);
            let is_other = may_choose && of_name().next().is_none();
            if !is_other && !of_name().any(is_such) {
                wrong.push(format!("line {}: {local:?}", hit.line));
            }
        }
    }
    wrong
}

/// Builds the program of all situations by compilers that say one thing otherwise, and compares what it captures.
#[track_caller]
fn check(name: &str, texts: &[(&str, Option<&str>)]) {
    let main = fs::read_to_string(root().join("tests/rustc/situations.rs")).expect("a source");
    let mut package = Package::new(name).main(&main);
    let compiler = RewordedCompiler::new(name);
    succeeds(&mut compiler.build(&package, "", None));
    let known = recorded(&package);
    assert_eq!((known.0.code, known.1.len()), (Some(0), HITS), "{}", known.0.stdout);
    let (mut all, mut silent) = (Vec::new(), Vec::new());
    let seen = compiler.library.with_file_name("seen");
    for &(text, place) in texts {
        if place.is_none() {
            compiler.renew();
        }
        package = package.main(&main);
        let _ = fs::remove_file(&seen);
        let build = run(compiler.build(&package, text, place).env("REWORDED_SEEN", &seen), "");
        if !seen.exists() {
            silent.push(text);
        }
        let mut wrong = match build.code {
            Some(0) => wrong(&known, &recorded(&package), place.is_some()),
            _ => vec![build.stderr],
        };
        if place.is_none() {
            let banner = run(&mut bare(&package.executable("debug")), ":c\n").stderr;
            let why = format!("does not report {text} as this version of hookable expects it");
            wrong.extend((!banner.contains(&why)).then_some(banner));
        }
        all.extend(wrong.iter().map(|wrong| format!("{text}, {place:?}: {wrong}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert_eq!(silent, [""; 0], "no hook has rustc say this");
}

/// One code is another, as a compiler says that is asked first, or as it says of the user's code alone.
#[test]
fn each_code_by_itself() {
    let everywhere = ERRORS.iter().map(|(code, _)| (*code, None));
    let texts: Vec<_> = everywhere.chain(REPORTED.map(|code| (code, PROBES))).collect();
    check("unknown_each_code", &texts);
}

#[test]
fn each_text_by_itself() {
    let reported = WORDS.iter().filter(|said| REPORTED.contains(&said.code));
    let texts: Vec<_> = reported
        .map(|said| (said.text, PROBES))
        .chain([("E0", PROBES)])
        .collect();
    check("unknown_each_text", &texts);
}
