//! The hook is not in the executable: it is in a library that was loaded, and what a line means is that library's.

use super::{answers, merged, typed};
use crate::support::{Package, run, succeeds, target};

/// It is part of the program, too.
const PLUGIN: &str = r#"
use hookable::{hook, hookable};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

pub static COUNTER: AtomicUsize = AtomicUsize::new(5);
thread_local!(static DEPTH: Cell<usize> = const { Cell::new(3) });

fn private(n: usize) -> usize {
    COUNTER.fetch_add(1, Ordering::SeqCst) + n
}

#[hookable]
#[unsafe(no_mangle)]
pub extern "C" fn plugged(n: usize) -> usize {
    let mut words = vec!["w".to_string()];
    DEPTH.set(n);
    hook!();
    private(words.len())
}
"#;

const MAIN: &str = r#"
use live_plugin::COUNTER;
use std::sync::atomic::Ordering;

unsafe extern "C" {
    fn dlopen(path: *const u8, flags: i32) -> *mut u8;
    fn dlsym(library: *mut u8, name: *const u8) -> *mut u8;
}

fn main() {
    COUNTER.store(1000, Ordering::SeqCst);
    let path = std::env::args().nth(1).unwrap() + "\0";
    let library = unsafe { dlopen(path.as_ptr(), 2) };
    let plugged = unsafe { dlsym(library, c"plugged".as_ptr().cast()) };
    let plugged: extern "C" fn(usize) -> usize = unsafe { std::mem::transmute(plugged) };
    println!("{} {}", plugged(4), COUNTER.load(Ordering::SeqCst));
}
"#;

const LINES: &[(&str, &str)] = &[
    ("COUNTER.load(Ordering::SeqCst)", "5"),
    ("private(10) + COUNTER.load(Ordering::SeqCst)", "21"),
    ("DEPTH.set(DEPTH.get() + n)", ""),
    (
        "(DEPTH.get(), std::thread::spawn(|| DEPTH.get()).join().unwrap())",
        "(8, 3)",
    ),
    ("words.push(format!(\"{n}\"))", ""),
    (
        "words[n].len()",
        "the line panicked: index out of bounds: the len is 2 but the index is 4\n --> hook:1:6",
    ),
    ("std::panic::catch_unwind(|| panic!(\"inside\")).is_err()", "true"),
    ("std::collections::BTreeMap::from([(n, \"a\")])", "{4: \"a\"}"),
];

#[test]
fn a_plugin_of_a_program() {
    let package = Package::new("live_plugin")
        .manifest("[lib]\ncrate-type = [\"cdylib\", \"rlib\"]")
        .lib(PLUGIN)
        .main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let library = target().join("debug/liblive_plugin.so");
    let library = library.to_str().expect("the target folder has a name");
    let program = package.executable("debug");
    let lines: Vec<&str> = LINES.iter().map(|(line, _)| *line).collect();
    // What a panic says of itself stands among the answers.
    let check = |end: &str| {
        let (answers, said) = answers(&mut merged(&program, &[library]), &lines);
        for ((line, expected), answer) in LINES.iter().zip(&answers) {
            let lines: Vec<&str> = answer.lines().collect();
            let last = lines.len().saturating_sub(expected.lines().count().max(1));
            assert_eq!(lines[last..].join("\n"), *expected, "{line}\n{}", said.stdout);
        }
        assert_eq!(answers.last().map(String::as_str), Some(end), "{}", said.stdout);
    };
    check("8 1000");
    // A program without a symbol table has a plugin with one.
    succeeds(&mut package.cargo(&["rustc", "-q", "--bin", "live_plugin", "--", "-C", "strip=symbols"]));
    check("8 1000");

    // A line is compiled from the sources that the plugin was built from, whatever they are now.
    std::fs::write(package.path().join("src/lib.rs"), format!("{PLUGIN}\n")).unwrap();
    typed(&mut merged(&program, &[library]), &[("n + 1", "5")], "6 1000");
}

#[test]
fn a_proc_macro() {
    let library = r#"
use hookable::{hook, hookable};
use proc_macro::TokenStream;

fn count(tokens: &TokenStream) -> usize {
    tokens.clone().into_iter().count()
}

#[hookable]
#[proc_macro]
pub fn same(input: TokenStream) -> TokenStream {
    let mut text = input.to_string();
    hook!();
    text += &format!("+ {}", count(&input));
    text.parse().unwrap()
}
"#;
    let package = Package::new("live_macro")
        .manifest("[lib]\nproc-macro = true")
        .lib(library);
    let package = package.main("fn main() { println!(\"{}\", live_macro::same!(1 + 2)); }");
    let lines = ["text.len() + count(&input)", "text.push_str(\" + 40\")", "text"];
    // cargo shows nothing of what rustc prints to its standard output, but the line that was run.
    let script = package.path().join("lines");
    std::fs::write(&script, lines.join("\n")).unwrap();
    let mut build = package.cargo(&["build"]);
    let said = run(build.env("HOOKABLE", format!("script={}", script.display())), "");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(!said.stderr.contains("rust cannot run"), "{}", said.stderr);
    let said = succeeds(&mut merged(&package.executable("debug"), &[]));
    assert_eq!(said.stdout, "46\n");
}
