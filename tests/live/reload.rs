//! `:reload`: what is replaced of a running program, what is refused, and what the program does then.

mod edits;
mod opaque;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use self::edits::{Edit, FOLLOWED};
use self::opaque::OPAQUE;
use super::merged;
use crate::support::{Package, run, succeeds};

/// Edits that are refused, all of them at once: the text, what takes its place, and what is said.
const REFUSED: &[(&str, &str, &str)] = &[
    ("struct F1 { a: u8 }", "struct F1 { a: u16 }", "struct `F1`"),
    ("struct F2 { a: u8 }", "struct F2 { a: u8, b: u8 }", "struct `F2`"),
    (
        "struct F3 { a: u8, b: u16 }",
        "struct F3 { b: u16, a: u8 }",
        "struct `F3`",
    ),
    ("struct F4(u8);", "struct F4(u32);", "struct `F4`"),
    ("enum E1 { A, B }", "enum E1 { A, B, C }", "enum `E1`"),
    ("enum E2 { A = 1 }", "enum E2 { A = 2 }", "enum `E2`"),
    ("enum E3 { A(u8) }", "enum E3 { A(u64) }", "enum `E3`"),
    ("enum E4 { A(u8), B(u8) }", "enum E4 { B(u8), A(u8) }", "enum `E4`"),
    ("enum E5 { A, B }", "enum E5 { B, A }", "enum `E5`"),
    ("struct V1 { a: u8 }", "struct V1 { pub a: u8 }", "struct `V1`"),
    ("struct V2 { a: u8 }", "struct V2 { b: u8 }", "struct `V2`"),
    ("struct R1(u8);", "#[repr(align(8))] struct R1(u8);", "struct `R1`"),
    ("union U1 { a: u8 }", "union U1 { a: u32 }", "union `U1`"),
    ("static S1: i32 = 1;", "static S1: i32 = 2;", "static `S1`"),
    ("static S2: i32 = 1;", "static S2: u32 = 1;", "static `S2`"),
    ("static S3: &str = \"a\";", "static S3: &str = \"b\";", "static `S3`"),
    (
        "struct D1;",
        "struct D1; impl Drop for D1 { fn drop(&mut self) {} }",
        "impl Drop for `D1`",
    ),
    ("impl Drop for D2 { fn drop(&mut self) {} }", "", "impl Drop for `D2`"),
    (
        "trait T1 { fn a(&self) {} }",
        "trait T1 { fn b(&self) {} fn a(&self) {} }",
        "trait `T1`",
    ),
    (
        "trait T2 { fn a(&self) {} }",
        "trait T2 { fn a(&self, _n: u8) {} }",
        "trait `T2`",
    ),
    ("type N1 = u8;", "type N1 = u64;", "struct `H1`"),
    ("const C1: usize = 2;", "const C1: usize = 3;", "static `S4`"),
    // A macro stands for the type of a field, and for that of an argument in tables that are kept.
    (
        "macro_rules! field { () => { u8 } }",
        "macro_rules! field { () => { [u64; 9] } }",
        "struct `M1`",
    ),
    (
        "macro_rules! argument { () => { u8 } }",
        "macro_rules! argument { () => { String } }",
        "trait `M2`",
    ),
    (
        "impl Iterator for It { type Item = u8; fn next(&mut self) -> Option<u8> { None } }",
        "impl Iterator for It { type Item = String; fn next(&mut self) -> Option<String> { None } }",
        "type `Item`",
    ),
    // Nothing in its text tells that it is another.
    (
        "struct H2(std::iter::Peekable<It>);",
        "struct H2(std::iter::Peekable<It>);",
        "type `H2`",
    ),
    ("mod a { struct X1(u8); }", "mod a { struct X1(u64); }", "struct `X1`"),
    ("mod b { struct X1(u64); }", "mod b { struct X1(u8); }", "struct `X1`"),
    (
        "use std::cell::*;",
        "use std::cell::*; use std::sync::OnceLock as OnceCell;",
        "struct `G1`",
    ),
    ("type N2 = u8;", "type N2 = String;", "function `exported`"),
    // A type of a generic length, and one that a macro makes by another.
    (
        "const fn length() -> usize { 2 }",
        "const fn length() -> usize { 900 }",
        "struct `L1`",
    ),
    (
        "macro_rules! outer { () => { inner! { L2, u8 } } }",
        "macro_rules! outer { () => { inner! { L2, u64 } } }",
        "macro `outer`",
    ),
    (
        "fn within() { inner! { L3, u8 } }",
        "fn within() { inner! { L3, u64 } }",
        "macro `inner`",
    ),
];

/// What is said of edits where names are those of the scheme v0, if it is something else. They do not tell a signature,
/// so a function is the same with another one; and that of a default tells which type has it.
const SAID_OF_V0: &[(&str, &[&str])] = &[
    ("default_method", &["replaced <A as T>::get"]),
    ("default_overridden", &["replaced <A as T>::name"]),
    ("signature", &["new code calls the new get"]),
    ("more_arguments", &["new code calls the new get", "replaced run"]),
    ("async_signature", &["new code calls the new later", "replaced run"]),
];

/// What stands before and behind the edits that are refused.
const REST: &str = "struct D2;\nstruct H1 { a: N1 }\nstatic S4: [u8; C1] = [0; C1];\nstruct M1 { a: field!() }\n\
                    trait M2 { fn a(&self, a: argument!()); }\nstruct It;\nstruct G1 { a: OnceCell<u8> }\n\
                    #[unsafe(no_mangle)]\nfn exported(a: N2) {}\n\
                    outer!();\n\
                    struct L1<T>([T; length() * 2]);\n";

/// Returns the edits that the program follows, all of them at once. Optimized code does not follow those of what is
/// opaque, and where a panic aborts, none can be caught.
fn followed(profile: &str) -> impl Iterator<Item = &'static Edit> {
    let opaque = OPAQUE.iter().filter(move |_| !profile.starts_with('o'));
    let edits = FOLLOWED.iter().chain(opaque);
    edits.filter(move |edit| profile != "abort" || edit.name != "panics")
}

fn program(edited: bool, profile: &str) -> String {
    let mut source = String::from(
        "#![allow(dead_code, unused, clippy::all)]\nuse hookable::{hook, hookable};\n\nfn main() {\n    print();\n    stop();\n    print();\n}\n\n\
         #[hookable]\nfn stop() {\n    let here = 1;\n    hook!();\n}\n\n#[inline(never)]\nfn print() {\n",
    );
    for Edit { name, .. } in followed(profile) {
        source += &format!("    println!(\"{name}: {{}}\", {name}::run());\n");
    }
    source += "}\n";
    for Edit { name, text, edits, .. } in followed(profile) {
        let text = match edited {
            true => edits.iter().fold((*text).to_owned(), |text, (from, to)| {
                assert_eq!(text.matches(from).count(), 1, "{name}: {from}");
                text.replace(from, to)
            }),
            false => (*text).to_owned(),
        };
        source += &format!("\nmod {name} {{\n{text}\n}}\n");
    }
    source + &refused(false)
}

fn refused(edited: bool) -> String {
    let texts = REFUSED
        .iter()
        .map(|(before, after, _)| if edited { after } else { before });
    let texts: String = texts.map(|text| format!("{text}\n")).collect();
    format!("\nmacro_rules! inner {{ ($name:ident, $of:ty) => {{ pub struct $name($of, $of); }} }}\n{texts}{REST}")
}

/// Returns what was said of functions, without places.
fn said(text: &str) -> BTreeSet<String> {
    let said = text.lines().filter(|line| {
        let mut kinds = ["replaced ", "added ", "new code calls"].into_iter();
        kinds.any(|kind| line.starts_with(kind))
    });
    let function = |line: &str| {
        let line = line.split(": what runs").next().unwrap_or(line);
        let line = line.split(", from the next call").next().unwrap_or(line);
        line.split(" (").next().unwrap_or(line).to_owned()
    };
    said.map(function).collect()
}

/// Returns whether the functions of a crate are named by the scheme v0: such a name has no `_ZN` at its beginning.
fn has_v0_names(executable: &Path, krate: &str) -> bool {
    let legacy = format!("_ZN{}{krate}", krate.len());
    let bytes = fs::read(executable).unwrap();
    !bytes.windows(legacy.len()).any(|window| window == legacy.as_bytes())
}

fn check(profile: &str, more: &str, flags: &[&str]) {
    let package = Package::new(&format!("live_reload_{profile}")).manifest(more);
    let package = package.main(&program(false, profile));
    succeeds(&mut package.cargo(&[&["rustc", "-q", "--"], flags].concat()));
    let executable = package.executable("debug");
    let krate = format!("live_reload_{profile}");
    let is_v0 = has_v0_names(&executable, &krate);
    let package = package.main(&program(true, profile));
    let said_all = run(&mut merged(&executable, &[]), ":reload\n:c\n");
    let text = &said_all.stdout;
    assert_eq!(said_all.code, Some(0), "{text}");
    for Edit { name, prints, .. } in followed(profile) {
        let printed: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("{name}: ")))
            .collect();
        // By a name of the scheme v0 a method has the path that the default had: what is kept goes on in the new one.
        let after = match *name {
            "default_overridden" if is_v0 => "own own",
            _ => prints.1,
        };
        assert_eq!(printed, [prints.0, after], "{name}\n{text}");
    }
    if profile == "plain" {
        let krate = &krate;
        let expected = followed(profile).flat_map(|Edit { name, says, .. }| {
            let mut of_v0 = SAID_OF_V0.iter().filter(|(edit, _)| is_v0 && edit == name);
            let says = of_v0.next().map_or(*says, |(_, says)| says).iter();
            says.map(move |said| {
                let kinds = ["replaced", "added", "new code calls the new"];
                let kind = kinds.into_iter().find(|kind| said.starts_with(kind)).unwrap();
                let path = &said[kind.len() + 1..];
                let within = format!("{krate}::{name}::");
                match path.strip_prefix('<').and_then(|path| path.split_once(" as ")) {
                    Some((own, of)) if of.starts_with("core") => format!("{kind} <{within}{own} as {of}"),
                    Some((own, of)) => format!("{kind} <{within}{own} as {within}{of}"),
                    None => format!("{kind} {within}{path}"),
                }
            })
        });
        assert_eq!(said(text), expected.collect(), "{text}");
    }
    if matches!(profile, "plain" | "v0") {
        let whole = program(false, profile);
        fs::write(
            package.path().join("src/main.rs"),
            whole.replace(&refused(false), &refused(true)),
        )
        .unwrap();
        let mut said_all = run(&mut merged(&executable, &[]), ":reload\n:c\n");
        // For Windows a file is named as it is there.
        said_all.stdout = said_all.stdout.replace("(src\\main.rs", "(src/main.rs");
        for (_, _, what) in REFUSED {
            assert!(
                said_all.stdout.contains(&format!("\n{what} (src/main.rs:")),
                "{what}\n{}",
                said_all.stdout
            );
        }
        assert!(said_all.stdout.contains("restart to get them"), "{}", said_all.stdout);
        let _ = package.main(&whole);
    }
}

#[test]
fn edits_of_all_kinds() {
    check("plain", "", &[]);
}

#[test]
fn optimized() {
    // What was inlined into another function is in the code of that.
    for level in [1, 2, 3] {
        let name = format!("o{level}");
        check(
            &name,
            &format!("[profile.dev.package.live_reload_{name}]\nopt-level = {level}\n"),
            &[],
        );
    }
}

#[test]
fn names_that_do_not_tell_signatures() {
    check("v0", "", &["-Csymbol-mangling-version=v0"]);
}

#[test]
fn where_a_panic_aborts() {
    check("abort", "", &["-Cpanic=abort"]);
}

/// The code alone tells of it: no text of an item is another, and a macro may be one that a crate exports.
#[test]
fn a_drop_that_a_macro_writes() {
    let source = "use hookable::{hook, hookable};\nmacro_rules! dropped { ($ty:ty) => { impl Drop for $ty { fn drop(&mut self) {} } } }\n\
                  struct A;\nstruct B;\ndropped!(B);\n\
                  #[hookable]\nfn main() {\n    drop((A, B));\n    let here = 1;\n    hook!();\n}\n";
    let package = Package::new("live_reload_dropped").main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let executable = package.executable("debug");
    let package = package.main(&source.replace("dropped!(B);", "dropped!(B);\ndropped!(A);"));
    let said = run(&mut merged(&executable, &[]), ":reload\n:c\n");
    let refused = "impl Drop for `A` (src/main.rs:3): it came or went, and running code does not know";
    assert!(said.stdout.contains(refused), "{}", said.stdout);
    let _ = package.main(
        &source
            .replace("struct A;", "struct C;\ndropped!(C);\nstruct A;")
            .replace("(A, B)", "(A, B, C)"),
    );
    let said = run(&mut merged(&executable, &[]), ":reload\n:c\n");
    assert!(
        said.stdout.contains("replaced live_reload_dropped::main"),
        "{}",
        said.stdout
    );
}

/// What tells values by their `TypeId` would take a future of the old body for one of the new.
#[test]
fn a_coroutine_that_is_told_by_its_type_id() {
    let source = "use std::any::Any;\nuse hookable::{hook, hookable};\nasync fn later() -> u8 { std::future::ready(1).await }\n\
                  fn kept<F: Any>(future: F) -> Box<dyn Any> { Box::new(future) }\n\
                  fn make() -> Box<dyn Any> { kept(later()) }\n\
                  #[hookable]\nfn main() {\n    let kept = make();\n    hook!();\n    drop(kept);\n}\n";
    let package = Package::new("live_reload_told").main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let executable = package.executable("debug");
    let _ = package.main(&source.replace(
        "std::future::ready(1).await",
        "let all = [1; 9]; std::future::ready(1).await + all[2]",
    ));
    let said = run(&mut merged(&executable, &[]), ":reload\n:c\n");
    let refused = "which stays: restart to get that: `live_reload_told::later`";
    assert!(said.stdout.contains(refused), "{}", said.stdout);
}

/// A hook asks for the `TypeId` of a type of its own, by which no future is told.
#[test]
fn a_coroutine_that_has_a_hook() {
    let source = "use std::future::ready;\nuse hookable::{hook, hookable};\n\
                  #[hookable]\nasync fn later(n: u8) -> u8 {\n    let m = ready(n).await;\n    if n > 9 { hook!(); }\n    m\n}\n\
                  fn now() -> u8 {\n    let mut context = std::task::Context::from_waker(std::task::Waker::noop());\n    \
                  match std::pin::pin!(later(2)).as_mut().poll(&mut context) { std::task::Poll::Ready(n) => n, _ => 0 }\n}\n\
                  #[hookable]\nfn main() {\n    println!(\"{}\", now());\n    hook!();\n    println!(\"{}\", now());\n}\n";
    let mut package = Package::new("live_reload_hooked").main(source);
    for options in [&[][..], &["-Csymbol-mangling-version=v0"]] {
        package = package.main(source);
        succeeds(&mut package.cargo(&[&["rustc", "-q", "--"], options].concat()));
        let executable = package.executable("debug");
        package = package.main(&source.replace("    m\n", "    m * 100\n"));
        let said = run(&mut merged(&executable, &[]), ":reload\n:c\n");
        let later = "new code calls the new live_reload_hooked::later";
        assert!(said.stdout.contains(later), "{}", said.stdout);
        assert!(said.stdout.ends_with("200\n"), "{}", said.stdout);
    }
}

/// The functions are written as before, and so is their own code: that of their closures has what is another.
#[test]
fn what_a_closure_has_of_a_macro_or_a_constant() {
    let source = "use hookable::{hook, hookable};\nmacro_rules! add { ($a:expr) => { $a + 1 } }\nconst N: u32 = 1;\n\
                  fn by_macro() -> u32 { let add = |n: u32| add!(n); add(2) }\n\
                  fn by_constant() -> u32 { (0..3).map(|n| n + N).sum() }\n\
                  #[hookable]\nfn main() {\n    hook!();\n    println!(\"{} {}\", by_macro(), by_constant());\n}\n";
    let mut package = Package::new("live_reload_closures").main(source);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let executable = package.executable("debug");
    for (edits, others, printed) in [
        (&[("$a + 1", "$a + 7")][..], "1 more function refers", "9 6\n"),
        (&[("u32 = 1", "u32 = 2")], "1 more function refers", "3 9\n"),
        (
            &[("$a + 1", "$a + 7"), ("u32 = 1", "u32 = 2")],
            "2 more functions refer",
            "9 9\n",
        ),
    ] {
        let edited = edits
            .iter()
            .fold(source.to_owned(), |text, (from, to)| text.replace(from, to));
        package = package.main(&edited);
        let said = run(&mut merged(&executable, &[]), ":reload\n:c\n");
        assert!(said.stdout.contains(others), "{}", said.stdout);
        assert!(said.stdout.ends_with(printed), "{}", said.stdout);
    }
}
