//! `:reload` in a program of several crates.

use std::fs;

use super::merged;
use crate::support::{Package, root, run, succeeds};

const MAIN: &str = "use hookable::{hook, hookable};\nfn shown() -> String { format!(\"<{}>\", live_reload_b::line(1)) }\n\
    #[hookable]\nfn stop() {\n    let here = 1;\n    hook!();\n}\n\
    fn main() {\n    println!(\"{} {} {}\", shown(), live_reload_a::largest(&[1, 3, 2]), live_reload_c::plain());\n    stop();\n    println!(\"{}\", shown());\n}\n";
const A: &str = "#[hookable::hookable]\npub fn price(n: u32) -> u32 { if n > 1000 { hookable::hook!() } n * unit() }\n\
    fn unit() -> u32 { 2 }\n\
    pub fn largest<T: Ord + Copy>(all: &[T]) -> T { *all.iter().max().unwrap() }\n";
const B: &str = "#[hookable::hookable]\npub fn line(n: u32) -> String { if n > 1000 { hookable::hook!() } format!(\"{}\", live_reload_a::price(n)) }\n";
const C: &str = "pub fn plain() -> u32 { 7 }\n";

/// The text of a file of the program, what takes its place, and what `:reload` says then, in this order.
type Step<'s> = (&'s str, &'s str, &'s str, &'s [&'s str]);

#[test]
fn each_crate_that_has_a_hook() {
    let library = |name: &str, more: &str| {
        let hookable = root().display();
        format!(
            "[package]\nname = \"live_reload_{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n\
             hookable = {{ path = \"{hookable}\" }}\n{more}"
        )
    };
    let package = Package::new("live_reload_crates")
        .manifest(
            "live_reload_a = { path = \"a\" }\nlive_reload_b = { path = \"b\" }\nlive_reload_c = { path = \"c\" }\n",
        )
        .file("a/Cargo.toml", &library("a", ""))
        .file("b/Cargo.toml", &library("b", "live_reload_a = { path = \"../a\" }\n"))
        .file("c/Cargo.toml", &library("c", ""))
        .file("a/src/lib.rs", A)
        .file("b/src/lib.rs", B)
        .file("c/src/lib.rs", C)
        .main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let steps: &[Step<'_>] = &[
        (
            "a/src/lib.rs",
            "{ 2 }",
            "{ 5 }",
            &["replaced live_reload_a::unit (a/src/lib.rs:3)"],
        ),
        (
            "b/src/lib.rs",
            "\"{}\"",
            "\"b {}\"",
            &["replaced live_reload_b::line (b/src/lib.rs:2)"],
        ),
        (
            "src/main.rs",
            "<{}>",
            "({})",
            &["replaced live_reload_crates::shown (src/main.rs:2)"],
        ),
        (
            "a/src/lib.rs",
            ".max()",
            ".min()",
            &[
                "function `largest` (a/src/lib.rs:4): it is generic or inline, and crates that use it have their own copies",
            ],
        ),
        (
            "a/src/lib.rs",
            ".min()",
            ".max()",
            &["nothing has changed in the sources"],
        ),
        (
            "a/src/lib.rs",
            "price(n: u32) -> u32",
            "price(n: u64) -> u32",
            &["mismatched types"],
        ),
        (
            "a/src/lib.rs",
            "n * unit()",
            "n as u32 * unit()",
            &["function `price` (a/src/lib.rs:2): its signature has changed, and crates that use it call it as it was"],
        ),
        ("a/src/lib.rs", "n: u64", "m: u32", &["cannot find value `n`"]),
        (
            "a/src/lib.rs",
            "m: u32",
            "n: u32",
            // rustc makes the same code of it.
            &["the sources have changed, and no function of the program with them"],
        ),
        (
            "a/src/lib.rs",
            "fn unit()",
            "pub fn more() -> u32 { unit() }\nfn unit()",
            &["added live_reload_a::more (a/src/lib.rs:3)"],
        ),
        (
            "src/main.rs",
            "live_reload_b::line(1)",
            "live_reload_a::more()",
            &[
                "cannot find function `more` in crate `live_reload_a`",
                "note: `live_reload_crates` is compiled against `live_reload_a`, `live_reload_b` as the program was built with: restart to get \
                 what is new in the interface",
            ],
        ),
        (
            "src/main.rs",
            "live_reload_a::more()",
            "live_reload_b::line(2)",
            &["replaced live_reload_crates::shown (src/main.rs:2)"],
        ),
        (
            "c/src/lib.rs",
            "{ 7 }",
            "{ 8 }",
            &[
                "nothing has changed in the sources",
                "c/src/lib.rs was written after the program was built, and its crate `live_reload_c` has no hook: restart to get it",
            ],
        ),
    ];
    let (mut script, mut texts) = (
        String::new(),
        [
            ("a/src/lib.rs", A),
            ("b/src/lib.rs", B),
            ("c/src/lib.rs", C),
            ("src/main.rs", MAIN),
        ]
        .map(|(file, text)| (file, text.to_owned())),
    );
    for (number, (file, from, to, _)) in steps.iter().enumerate() {
        let (_, text) = texts.iter_mut().find(|(path, _)| path == file).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        *text = text.replace(from, to);
        let version = package.path().join(format!("{number}.rs"));
        fs::write(&version, &text).unwrap();
        script += &format!(
            "let _ = std::fs::copy({version:?}, {:?}).unwrap();\n:reload\n",
            package.path().join(file)
        );
    }
    // One is taken back after the other, of whatever crates they were.
    script += "shown()\n:reload undo\nshown()\n:reload undo\n:reload undo\n:reload undo\nshown()\n:reload undo\nshown()\n:reload undo\nshown()\n:reload undo\n:c\n";
    let said = run(&mut merged(&package.executable("debug"), &[]), &script);
    assert_eq!(said.code, Some(0), "{}", said.stdout);
    let taken_back = "the functions are as they were before the last reload";
    let mut expected: Vec<&str> = vec!["<2> 3 7"];
    expected.extend(steps.iter().flat_map(|(.., says)| *says));
    expected.extend([
        "\"(b 10)\"",
        taken_back,
        "\"(b 5)\"",
        taken_back,
        taken_back,
        taken_back,
        "\"<b 5>\"",
    ]);
    expected.extend([
        taken_back,
        "\"<5>\"",
        taken_back,
        "\"<2>\"",
        "there is no reload to take back",
        "\n<2>\n",
    ]);
    let mut rest = said.stdout.as_str();
    for expected in expected {
        let at = rest.find(expected);
        rest = &rest[at.unwrap_or_else(|| panic!("{expected}\n{}", said.stdout)) + expected.len()..];
    }
}
