//! Crates that are in the program only because others need them can be named in a line.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"
use hookable::{hook, hookable};

#[hookable]
fn main() {
    let n = a::one();
    hook!();
    println!("{}", n + b::two());
}
"#;

fn package() -> Package {
    let crates = [
        (
            "a",
            "1.0.0",
            "deep1 = { path = \"../deep1\" }\nonce = { path = \"../once\" }",
        ),
        ("b", "1.0.0", "deep2 = { path = \"../deep2\" }"),
        ("deep1", "1.0.0", ""),
        ("deep2", "2.0.0", ""),
        ("once", "0.3.0", ""),
    ];
    let texts = [
        "pub fn one() -> u32 { deep::f() + once::Counter::new(0).next() }",
        "pub fn two() -> u32 { deep::f() }",
        "pub fn f() -> u32 { 1 }",
        "pub fn f() -> u32 { 2 }",
        "/// Counts.\n#[derive(Debug)]\npub struct Counter(u32);\nimpl Counter {\n    pub fn new(n: u32) -> Counter { Counter(n) }\n    pub fn \
         next(&mut self) -> u32 { self.0 += 1; self.0 }\n}\npub fn never_called(n: u32) -> u32 { n * 3 }",
    ];
    let package = Package::new("graph_live").manifest("a = { path = \"a\" }\nb = { path = \"b\" }");
    let with = |package: Package, ((folder, version, needs), text): (&(&str, &str, &str), &str)| {
        let name = folder.trim_end_matches(char::is_numeric);
        let manifest = format!(
            "[package]\nname = \"{folder}\"\nversion = \"{version}\"\nedition = \"2024\"\n[lib]\nname = \"{name}\"\n[dependencies]\n{needs}\n"
        );
        package
            .file(&format!("{folder}/Cargo.toml"), &manifest)
            .file(&format!("{folder}/src/lib.rs"), text)
    };
    crates.iter().zip(texts).fold(package, with).main(MAIN)
}

#[test]
fn crates_that_others_need() {
    let package = package();
    for level in ["0", "3"] {
        let mut build = package.cargo(&[]);
        // Of the program's graph all but ours, which would take minutes.
        for name in ["graph_live", "a", "b", "deep1", "deep2", "once"] {
            build.args(["--config", &format!("profile.dev.package.{name}.opt-level={level}")]);
        }
        succeeds(build.args(["build", "-q"]));
        typed(
            &mut merged(&package.executable("debug"), &[]),
            &[
                ("once::never_called(n)", "6"),
                ("let mut counter = once::Counter::new(n)", ""),
                ("counter.next()", "3"),
                ("counter", "Counter(3)"),
                ("use once::Counter as Other", ""),
                ("Other::new(7).next()", "8"),
                (
                    "deep::f()",
                    "error: the program has several crates `deep`, and this crate names none of them: 1.0.0, 2.0.0\n --> hook:1:1\n | \
                     deep::f()\n | ^^^^",
                ),
                ("a::one() + b::two()", "4"),
            ],
            "4",
        );
    }
}
