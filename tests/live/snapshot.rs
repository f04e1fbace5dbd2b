//! Lines are compiled from a copy of the sources. What they name, and what rustc says of them, is as if it were the
//! sources themselves; and whatever way a file came into the crate, it is the copy that counts once the file is
//! another.

use std::fs;
use std::process::Command;

use super::{answers, merged, typed};
use crate::support::{Package, succeeds};

const LIB: &str = r#"
use hookable::{hook, hookable};

#[path = "../../beside/outside.rs"]
mod outside;
#[path = "deep/../near.rs"]
mod near;
mod made {
    include!(concat!(env!("OUT_DIR"), "/made.rs"));
}
mod broken;
include!("parts/included.rs");
const BYTES: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/bytes"));
const TEXT: &str = include_str!("../data/text");

macro_rules! place {
    () => {
        concat!(file!(), " ", line!(), " ", column!())
    };
}

fn numbers() -> [usize; 6] {
    [outside::N, near::N, made::N, INCLUDED, BYTES.len(), TEXT.len()]
}

fn here() -> String {
    format!("{} {}", place!(), caller())
}

#[track_caller]
fn caller() -> String {
    std::panic::Location::caller().to_string()
}

#[hookable]
pub fn stop(given: usize) -> usize {
    hook!();
    println!("{}", here());
    given + numbers().len()
}
"#;

const BROKEN: &str = "pub fn wants(n: u8) -> u8 { n }\n";

/// A member of a workspace, with files in all kinds of places.
fn package() -> Package {
    let member = "[package]\nname = \"live_member\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nhookable.workspace = true\n";
    let root = crate::support::root();
    let build = "fn main() {\n    let folder = std::env::var(\"OUT_DIR\").unwrap();\n    \
                 std::fs::write(folder + \"/made.rs\", \"pub const N: usize = 3;\").unwrap();\n    \
                 println!(\"cargo::rerun-if-changed=build.rs\");\n}\n";
    let workspace = format!(
        "[workspace]\nmembers = [\"member\", \"app\"]\nresolver = \"3\"\n[workspace.dependencies]\nhookable = {{ path = \"{}\" }}\n",
        root.display()
    );
    Package::new("live_snapshot")
        .file("Cargo.toml", &workspace)
        .file("beside/outside.rs", "pub const N: usize = 1;")
        .file("member/Cargo.toml", member)
        .file("member/build.rs", build)
        .file("member/src/lib.rs", LIB)
        .file("member/src/near.rs", "pub const N: usize = 2;")
        .file("member/src/broken.rs", BROKEN)
        .file("member/src/deep/unused.rs", "")
        .file("member/src/parts/included.rs", "const INCLUDED: usize = 4;")
        .file("member/data/bytes", "12345")
        .file("member/data/text", "123456")
        .file(
            "app/Cargo.toml",
            "[package]\nname = \"live_snapshot\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nlive_member = { path = \"../member\" }\n",
        )
        .file("app/src/main.rs", "fn main() {\n    println!(\"{}\", live_member::stop(1));\n}\n")
}

#[test]
fn whatever_way_a_file_came_into_the_crate() {
    let package = package();
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.path().join("program");
    fs::copy(package.executable("debug"), &program).unwrap();
    let lines = [
        ("numbers()", "[1, 2, 3, 4, 5, 6]"),
        ("here()", "\"member/src/lib.rs 27 22 member/src/lib.rs:27:32\""),
        (
            "broken::wants(300u16)",
            "error[E0308]: mismatched types\n --> hook:1:15\n | broken::wants(300u16)\n | ------------- arguments to this function \
             are incorrect\n |               ^^^^^^ expected `u8`, found `u16`\n  = help: change the type of the numeric literal from \
             `u16` to `u8`: `broken::wants(300u8)`",
        ),
        (
            ":where 1",
            "member/src/lib.rs:37 in stop\n  36  pub fn stop(given: usize) -> usize {\n> 37      hook!();\n  38      println!(\"{}\", here());",
        ),
        (
            ":source caller",
            "fn caller at member/src/lib.rs:30\n30  #[track_caller]\n31  fn caller() -> String {\n\
             32      std::panic::Location::caller().to_string()\n33  }",
        ),
        ("given = 10", ""),
    ];
    let check = || {
        typed(
            &mut merged(&program, &[]),
            &lines,
            "member/src/lib.rs 27 22 member/src/lib.rs:27:32\n16",
        );
    };
    check();
    let made = made(&package);
    for (path, text) in [
        ("beside/outside.rs", "pub const N: usize = 10;"),
        ("member/src/near.rs", "pub const N: usize = 20;"),
        ("member/src/parts/included.rs", "const INCLUDED: usize = 40;"),
        ("member/data/bytes", "1"),
        ("member/data/text", "2"),
        (made.as_str(), "pub const N: usize = 30;"),
        ("member/src/lib.rs", "compile_error!(\"edited\");"),
    ] {
        fs::write(package.path().join(path), text).unwrap();
        check();
    }
}

/// The file that the build script made.
fn made(package: &Package) -> String {
    let folder = package.executable("debug").with_file_name("build");
    let mut found = Command::new("find");
    found.arg(folder).args(["-path", "*live_member-*/out/made.rs"]);
    let said = succeeds(&mut found).stdout;
    said.lines().last().expect("it was made").to_owned()
}

/// A program of one file, read by a name from the root on, with names that the user gave to folders.
#[test]
fn a_source_named_from_the_root_on() {
    let package = Package::new("live_rooted")
        .file("src/other.rs", "pub fn n() -> u32 { line!() }")
        .file("src/text", "text")
        .main(
            "mod other;\n#[hookable::hookable]\nfn main() {\n    let a = file!();\n    hookable::hook!();\n    println!(\"{a} {}\", \
             include_str!(\"text\"));\n}\n",
        );
    let (main, folder) = (
        package.path().join("src/main.rs"),
        package.path().to_str().unwrap().to_owned(),
    );
    let mut command = package.cargo(&["rustc", "-q", "--", &format!("--remap-path-prefix={folder}=/here")]);
    let wrapper = package.path().join("wrapper");
    let script = format!(
        "#!/bin/sh\nrustc=$1; shift\nfor arg; do shift; [ \"$arg\" = src/main.rs ] && arg='{}'; set -- \"$@\" \"$arg\"; done\n\
         exec \"$rustc\" \"$@\"\n",
        main.display()
    );
    fs::write(&wrapper, script).unwrap();
    succeeds(Command::new("chmod").arg("+x").arg(&wrapper));
    succeeds(command.env("RUSTC_WRAPPER", &wrapper));
    let program = package.executable("debug");
    let lines = ["a", "other::n() + a.len() as u32", "include_str!(\"text\")"];
    let end = "/here/src/main.rs text";
    let (before, said) = answers(&mut merged(&program, &[]), &lines);
    assert_eq!(
        before[..3],
        ["\"/here/src/main.rs\"", "18", "\"text\""],
        "{}",
        said.stdout
    );
    assert_eq!(before.last().map(String::as_str), Some(end), "{}", said.stdout);
    fs::write(package.path().join("src/other.rs"), "").unwrap();
    fs::write(package.path().join("src/text"), "TEXT").unwrap();
    let (after, said) = answers(&mut merged(&program, &[]), &lines);
    assert_eq!(after, before, "{}", said.stdout);
}
