//! Objects of the C compiler, which can be told what rustc would decide itself, loaded into the test.
#![allow(unsafe_code)]

mod c_library;
#[cfg(target_arch = "x86_64")]
mod coff;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(target_arch = "x86_64")]
mod identical_code;
mod macho;
#[cfg(target_arch = "x86_64")]
mod msvc;
mod mutations;
#[cfg(target_os = "linux")]
mod patch;
#[cfg(target_arch = "x86_64")]
mod pe;
mod rare;
#[cfg(target_arch = "x86_64")]
mod reload;
mod renamed;
mod stubs;
mod thread_locals;
#[cfg(target_os = "linux")]
mod unwinding;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

/// What the C compiler made of a line: the objects, and the name of the slot in them.
struct Line {
    folder: tempfile::TempDir,
    slot: String,
    objects: usize,
}

type Slot = extern "C-unwind" fn() -> i32;

/// Returns a call of the C compiler, which `CC` names where these tests run on another processor than it does.
fn c_compiler() -> Command {
    Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
}

fn compile(name: &str, source: &str, flags: &[&str]) -> Line {
    compile_all(name, &[source], flags)
}

/// Compiles a line of several objects.
fn compile_all(name: &str, sources: &[&str], flags: &[&str]) -> Line {
    let line = Line {
        folder: tempfile::tempdir().expect("folder"),
        slot: format!("slot_{name}"),
        objects: sources.len(),
    };
    for (index, source) in sources.iter().enumerate() {
        let file = line.folder.path().join("line.c");
        std::fs::write(&file, source).expect("written");
        let mut cc = c_compiler();
        cc.args(["-c", "-O1", "-fPIC"])
            .args(flags)
            .arg(&file)
            .arg("-o")
            .arg(line.object(index));
        for what in ["ZERO", "NINE", "OWN", "SLOT"] {
            cc.arg(format!("-D{what}={}_{name}", what.to_lowercase()));
        }
        assert!(cc.status().expect("cc").success());
    }
    line
}

impl Line {
    fn object(&self, index: usize) -> PathBuf {
        self.folder.path().join(format!("line{index}.o"))
    }

    fn running_slot(&self) -> RunningSlot {
        let host = Host::of_this_process().expect("a host");
        let test = compile as fn(&str, &str, &[&str]) -> Line as usize;
        let image = host
            .slot_at(test)
            .expect("symbols")
            .expect("a function of this test")
            .image;
        let name = self.slot.clone().leak();
        RunningSlot { name, image }
    }

    fn load(&self) -> Result<Slot, LoadError> {
        self.load_with(Archives::index([]))
    }

    fn load_with(&self, archives: &Archives) -> Result<Slot, LoadError> {
        let objects: Vec<PathBuf> = (0..self.objects).map(|index| self.object(index)).collect();
        let host = Host::of_this_process()?;
        let loaded = load(host, &objects, archives, &self.running_slot(), SlotCode::Named)?;
        // SAFETY: this is the type that the slots have in C.
        Ok(unsafe { std::mem::transmute::<usize, Slot>(loaded.address) })
    }
}

#[test]
fn calls_into_far_libraries() {
    let source = "#include <stdlib.h>\nint SLOT(void) { return abs(atoi(\"-7\")); }";
    let slot = compile("far", source, &["-fno-builtin"]).load().expect("loaded");
    assert_eq!(slot(), 7);
}

fn stdout(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("a text")
}

/// Returns the path of the linker of Rust's toolchain, which links for all systems.
fn rust_lld() -> PathBuf {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = stdout(Command::new(&rustc).arg("-vV"));
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let sysroot = stdout(Command::new(&rustc).args(["--print", "sysroot"]));
    Path::new(sysroot.trim_end())
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld")
}
