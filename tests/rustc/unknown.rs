//! A compiler whose errors are not known is not asked about captures. What makes one is a library in a real compiler,
//! which gives its errors other codes, or other words.

use std::fs;
use std::os::unix;
use std::path::Path;
use std::process::Command;

use crate::support::{Package, Said, bare, root, run, succeeds};

const MAIN: &str = "#[hookable::hookable]\nfn main() {\n    let v = vec![1];\n    let w = v;\n    let mut n = 2;\n    \
                    hookable::hook!();\n    n += 1;\n    println!(\"{w:?} {n}\");\n}\n";

/// Builds a program by a compiler that has other texts for one, and types lines into it. The compiler is a copy, for
/// what one answers is known from then on.
fn built(name: &str, text: &str, lines: &str) -> Said {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rustc").join(name);
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
    let compiler = folder.join("bin/rustc");
    fs::copy(sysroot.join("bin/rustc"), &compiler).expect("a compiler");
    let package = Package::new(name).main(MAIN);
    let mut build = package.cargo(&["build", "-q"]);
    succeeds(
        build
            .env("RUSTC", compiler)
            .env("LD_PRELOAD", library)
            .env("REWORDED", text),
    );
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
