//! A line is compiled against the names of this crate, without what only its console needs.

use std::fs;

use super::{merged, typed};
use crate::support::compiler::compiler;
use crate::support::{Package, succeeds};

const LIB: &str = r#"
use hk::{hook, hookable};

#[hookable]
pub fn twice(n: i32) -> i32 {
    hook!();
    n * 2
}
"#;

const MAIN: &str = r#"
use hk::{hook as stop, hookable};

#[hookable]
fn main() {
    let words = vec![live_stand_in::twice(4).to_string()];
    stop!();
    println!("{words:?}");
}
"#;

/// The library is compiled against metadata alone, the program against libraries, and both call this crate `hk`.
#[test]
fn the_console_is_not_loaded() {
    let package = Package::new("live_stand_in").calling_it("hk").lib(LIB).main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let calls = package.path().join("calls");
    let wrapper = compiler(package.path(), &format!("echo \"$@\" >> '{}'", calls.display()));
    let mut program = merged(&package.executable("debug"), &[]);
    typed(
        program.env("HOOKABLE_RUSTC", &wrapper),
        &[
            ("n + 1", "5"),
            ("#[hk::hookable] fn inner(m: i32) -> i32 { hk::hook!(); m + 1 }", ""),
            ("std::any::type_name_of_val(&n)", "\"i32\""),
            ("let kept = vec![n; 2]", ""),
            (":c", ""),
            ("words.push(format!(\"{kept:?}\"))", ""),
            ("words", "[\"8\", \"[4, 4]\"]"),
            ("inner(40)", ""),
            ("m = 41", ""),
            (":c", "42"),
        ],
        "[\"8\", \"[4, 4]\"]",
    );
    let recorded = fs::read_to_string(&calls).unwrap();
    check_stand_ins(&recorded);

    // Once functions are replaced, their code tells which version a line calls, and that names instances.
    fs::remove_file(&calls).unwrap();
    let mut program = merged(&package.executable("debug"), &[]);
    typed(
        program.env("HOOKABLE_RUSTC", &wrapper),
        &[
            (
                ":break 7",
                "hook 2 is planted at src/lib.rs:7 in twice\nthe call of the function that is stopped here goes on without it: it stops from the \
                 next call on",
            ),
            ("n + 1", "5"),
            (":c", ""),
        ],
        "[\"8\"]",
    );
    let recorded = fs::read_to_string(&calls).unwrap();
    let line = recorded.lines().last().unwrap();
    assert!(named_as_hookable(line).starts_with("libhookable-"), "{line}");
}

#[track_caller]
fn check_stand_ins(calls: &str) {
    for kind in ["--crate-type lib", "--crate-type bin"] {
        let of_kind = calls
            .lines()
            .filter(|call| call.contains(kind) || call.contains(&kind.replace(' ', "=")));
        let named: Vec<&str> = of_kind.map(named_as_hookable).collect();
        assert!(named.len() > 1, "{calls}");
        assert!(named.iter().all(|file| file.starts_with("libhook_line-")), "{named:?}");
    }
}

/// Returns the name of the file that a call names as `hk`.
fn named_as_hookable(call: &str) -> &str {
    let path = call.split("hk=").nth(1).and_then(|rest| rest.split(' ').next());
    path.and_then(|path| path.rsplit('/').next()).unwrap_or_default()
}

/// A crate of the user's that is called as one of ours is no other than it was.
#[test]
fn crates_that_are_called_as_ours_are() {
    let names = ["hook_frame", "hook_line"];
    let needs = names.map(|name| format!("{name} = {{ path = \"{name}\" }}\n")).concat();
    let main = r#"
use hookable::{hook, hookable};

#[hookable]
fn main() {
    let n = hook_line::of() + hook_frame::of();
    hook!();
    println!("{n}");
}
"#;
    let of_name = |package: Package, name: &str| {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        let text = format!("pub fn of() -> usize {{ \"{name}\".len() }}\n");
        package
            .file(&format!("{name}/Cargo.toml"), &manifest)
            .file(&format!("{name}/src/lib.rs"), &text)
    };
    let package = Package::new("live_called_as_ours").manifest(&needs).main(main);
    let package = names.into_iter().fold(package, of_name);
    succeeds(&mut package.cargo(&["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            ("hook_line::of()", "9"),
            ("hook_frame::of() + n", "29"),
            ("#[hookable] fn inner(m: usize) -> usize { hook!(); m + 1 }", ""),
            ("inner(1)", ""),
            ("hook_line::of() + m", "10"),
            (":c", "2"),
        ],
        "19",
    );
}
