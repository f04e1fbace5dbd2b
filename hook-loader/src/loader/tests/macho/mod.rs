//! Objects for macOS, loaded into the test. The processor and its calling convention are those of Linux, and so are
//! unwinding and the format of what the personality function reads.

mod archive;
mod damaged;
mod image;
mod read;

use std::cell::Cell;
use std::panic::catch_unwind;
use std::process::Command;

use super::*;

#[cfg(target_arch = "x86_64")]
const SOURCE: &str = concat!(include_str!("x86_64.s"), include_str!("data.s"));
#[cfg(target_arch = "aarch64")]
const SOURCE: &str = concat!(include_str!("aarch64.s"), include_str!("data.s"));

/// Assembles a source for macOS. LLVM makes of it what it makes of code of rustc's; the sources here have what rustc
/// writes by `--emit=asm`, and what it writes rarely.
pub(super) fn assemble(slot: &str, source: &str) -> Line {
    keep();
    let line = Line {
        folder: tempfile::tempdir().expect("folder"),
        slot: format!("slot_{slot}"),
        objects: 1,
    };
    let file = line.folder.path().join("line.rs");
    let head = "#![feature(no_core, rustc_attrs)]\n#![no_core]\n#![allow(internal_features)]\n\
                #[rustc_builtin_macro]\nmacro_rules! global_asm { () => {} }\n";
    std::fs::write(&file, format!("{head}global_asm!(r##\"{source}\"##);\n")).expect("written");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    // The target has no library here, and needs none.
    rustc
        .arg(format!("--target={}-apple-darwin", std::env::consts::ARCH))
        .args(["--crate-type=lib", "--emit=obj", "--edition=2024"])
        .env("RUSTC_BOOTSTRAP", "1")
        .arg("-o")
        .args([&line.object(0), &file]);
    assert!(rustc.status().expect("rustc").success());
    line
}

// The program has these, and loaded code refers to them by name.
#[unsafe(no_mangle)]
static hookable_macho_variable: i32 = 100;

#[unsafe(no_mangle)]
extern "C" fn hookable_macho_million() -> i32 {
    1_000_000
}

#[unsafe(no_mangle)]
extern "C-unwind" fn hookable_macho_panics(n: i32) -> i32 {
    panic!("{n}")
}

thread_local! {
    static DROPPED: Cell<i32> = const { Cell::new(0) };
}

#[unsafe(no_mangle)]
extern "C" fn hookable_macho_dropped(n: i32) {
    DROPPED.set(DROPPED.get() + n);
}

/// Refers to what only loaded code uses, which a linker would leave out.
fn keep() {
    std::hint::black_box((
        &hookable_macho_variable,
        hookable_macho_million as extern "C" fn() -> i32,
        hookable_macho_panics as extern "C-unwind" fn(i32) -> i32,
        hookable_macho_dropped as extern "C" fn(i32),
    ));
}

#[test]
fn calls_variables_and_constants() {
    let line = assemble("calls", SOURCE);
    let slot = line.load().expect("loaded");
    // The word that a distance leads to, a variable, one that was zero, the program's, a text, a number, a function.
    assert_eq!(slot(), 2 + 20 + 1000 + 100 + 10_000 + 100_000 + 1_000_000);
    assert_eq!(slot(), 2 + 21 + 1000 + 100 + 10_000 + 100_000 + 1_000_000);
    // A variable is the same one in later lines, and only what leads to it is loaded.
    let again = line.load().expect("loaded");
    assert_eq!(again(), 2 + 22 + 1000 + 100 + 10_000 + 100_000 + 1_000_000);
    assert_eq!(assemble("wide", SOURCE).load().expect("loaded")(), 77);
}

#[test]
fn a_panic_leaves_loaded_code() {
    let slot = assemble("unwinds", SOURCE).load().expect("loaded");
    assert_eq!(DROPPED.get(), 0);
    let caught = catch_unwind(|| slot());
    let message = caught.expect_err("it panics").downcast::<String>();
    assert_eq!(*message.expect("a text"), "5");
    // The registers of the caller are those that it had.
    assert_eq!(DROPPED.get(), 30);
}

#[test]
fn a_panic_leaves_a_function_that_has_nothing_to_do_then() {
    let source = SOURCE.replace("    .cfi_lsda 16, Lexception0\n", "");
    assert_ne!(source, SOURCE);
    let slot = assemble("unwinds", &source).load().expect("loaded");
    assert!(catch_unwind(|| slot()).is_err());
    assert_eq!(DROPPED.get(), 0);
}

#[test]
fn thread_locals_begin_anew_in_each_thread() {
    let line = assemble("locals", SOURCE);
    let slot = line.load().expect("loaded");
    let expected = [8 + 11, 9 * 2 + 11];
    assert_eq!([slot(), slot()], expected);
    let elsewhere = std::thread::spawn(move || [slot(), slot()]).join();
    assert_eq!(elsewhere.expect("a thread"), expected);
    let again = line.load().expect("loaded");
    assert_eq!(again(), 10 * 3 + 11);
}

#[test]
fn what_is_nowhere_is_named() {
    let source = SOURCE.replace("_macho_unused", "_slot_unused");
    let loaded = assemble("unused", &source).load();
    assert!(matches!(loaded, Err(LoadError::Missing(names)) if names == ["macho_is_nowhere"]));
    let loaded = assemble("calls", &SOURCE.replace("_slot_calls", "_other")).load();
    assert!(matches!(loaded, Err(LoadError::NoSlot(name)) if name == "slot_calls"));
}

#[test]
fn a_function_whose_body_was_left_out_is_known_by_its_stub() {
    let source = SOURCE.replace("_hookable_macho_million", "___hookable_stub_a");
    let loaded = assemble("calls", &source).load();
    assert!(matches!(loaded, Err(LoadError::LeftOut(symbols)) if symbols == ["__hookable_stub_a"]));
}

#[test]
fn a_distance_that_changes_with_each_place_is_refused() {
    let distance = SOURCE.replace("_macho_words + 2 - _macho_distances", "_macho_distances - _macho_words");
    let loaded = assemble("calls", &distance).load();
    assert!(matches!(loaded, Err(LoadError::Relocation { .. })));
}
