//! rustc called without cargo, and kinds of output that a line must not disturb.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{merged, typed};
use crate::support::{Package, succeeds, target};

const MAIN: &str = r#"
use hookable::{hook, hookable};

fn own(n: usize) -> usize {
    n + 40
}

#[hookable]
fn main() {
    let a = 1;
    hook!();
    println!("{}", own(a));
}
"#;

/// Builds the package, and returns the library that it is built with. Others that cargo has built are not for every
/// program: they may have other features.
fn library(package: &Package) -> PathBuf {
    let said = succeeds(&mut package.cargo(&["build", "-q", "--message-format=json"])).stdout;
    let artifacts = said
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let files = artifacts
        .filter(|artifact| artifact["target"]["name"] == "hookable")
        .flat_map(|artifact| artifact["filenames"].as_array().cloned().unwrap_or_default());
    let mut paths = files.filter_map(|file| file.as_str().map(PathBuf::from));
    paths
        .find(|path| path.extension().is_some_and(|extension| extension == "rlib"))
        .expect("it was built")
}

/// Compiles the program, and types a line.
fn check(folder: &Path, library: &Path, args: &[&str], program: &str) {
    let mut rustc = Command::new("rustc");
    rustc.args(["main.rs", "--edition=2024"]).args(args).current_dir(folder);
    rustc.arg(format!("--extern=hookable={}", library.display()));
    rustc.arg(format!("-Ldependency={}", target().join("debug/deps").display()));
    succeeds(&mut rustc);
    let before = contents(folder);
    let lines = [
        ("own(a)", "41"),
        ("std::thread::spawn(|| own(2)).join().unwrap()", "42"),
        (
            "zzz",
            "error[E0425]: cannot find value `zzz` in this scope\n --> hook:1:1\n | zzz\n | ^^^ not found in this scope",
        ),
        ("a = 2", ""),
    ];
    typed(&mut merged(&folder.join(program), &[]), &lines, "42");
    assert_eq!(contents(folder), before, "{args:?}");
}

/// What there is besides what the attribute keeps.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file());
    let mut contents: Vec<_> = files.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    contents.sort();
    contents
}

#[test]
fn called_by_hand() {
    // Its libraries are what this is about.
    let package = Package::new("live_by_hand").main("fn main() {}");
    let library = library(&package);
    let folder = package.path().join("hand");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("main.rs"), MAIN).unwrap();
    let ways: &[(&[&str], &str)] = &[
        (&[], "main"),
        (&["--emit=link=linked,dep-info=linked.d"], "linked"),
        (
            &["--emit=asm=listing.s,obj=object.o,link=three", "-Csave-temps"],
            "three",
        ),
        (&["-Csplit-debuginfo=packed", "-g", "-o", "packed"], "packed"),
        (&["--remap-path-prefix=/=/everything", "-o", "remapped"], "remapped"),
        (&["-Ccode-model=large", "-o", "large"], "large"),
        #[cfg(target_env = "gnu")]
        (&["-Ctarget-feature=+crt-static", "-o", "fixed"], "fixed"),
    ];
    for (args, program) in ways {
        check(&folder, &library, args, program);
    }
}
