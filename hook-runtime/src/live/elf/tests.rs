//! Objects of the C compiler, which can be told what rustc would decide itself, loaded into the test.
#![allow(unsafe_code)]

use std::path::PathBuf;
use std::process::Command;

use super::*;

/// Counts up two thread-locals that start as zero.
const ZEROS: &str = "
    __thread int ZERO;
    static __thread char OWN[3];
    int SLOT(void) { ZERO += 1; OWN[2] += 2; return ZERO * 10 + OWN[2]; }";
/// Counts up one that starts as zero and one that does not, beside one that is relocated.
const NINES: &str = "
    static int spare;
    __thread int ZERO;
    __thread int NINE = 9;
    static __thread int *OWN = &spare;
    int SLOT(void) { ZERO += 1; NINE += 1; return ZERO * 100 + NINE + (OWN != &spare); }";

struct Line {
    folder: tempfile::TempDir,
    slot: String,
}

type Slot = extern "C" fn() -> i32;

fn compile(name: &str, source: &str, flags: &[&str]) -> Line {
    let line = Line {
        folder: tempfile::tempdir().expect("folder"),
        slot: format!("slot_{name}"),
    };
    let file = line.folder.path().join("line.c");
    std::fs::write(&file, source).expect("written");
    let mut cc = Command::new("cc");
    cc.args(["-c", "-O1", "-fPIC"])
        .args(flags)
        .arg(&file)
        .arg("-o")
        .arg(line.object());
    for what in ["ZERO", "NINE", "OWN", "SLOT"] {
        cc.arg(format!("-D{what}={}_{name}", what.to_lowercase()));
    }
    assert!(cc.status().expect("cc").success());
    line
}

impl Line {
    fn object(&self) -> PathBuf {
        self.folder.path().join("line.o")
    }

    fn load(&self) -> Result<Slot, LoadError> {
        let host = Host::of_this_process()?;
        let test = a_broken_object_is_an_error as fn() as usize;
        let image = host.slot_at(test)?.expect("a function of this test").image;
        let name = self.slot.clone().leak();
        let loaded = load(host, &[self.object()], Archives::index([]), &RunningSlot { name, image })?;
        // SAFETY: the type that the slots above have in C.
        Ok(unsafe { std::mem::transmute::<usize, Slot>(loaded.address) })
    }
}

/// Each thread begins anew, and goes on when the same line is loaded again.
fn check(name: &str, source: &str, flags: &[&str], expected: [i32; 3]) {
    let line = compile(name, source, flags);
    let slot = line.load().expect(name);
    assert_eq!([slot(), slot()], expected[..2], "{name}");
    assert_eq!(
        std::thread::spawn(move || [slot(), slot()]).join().expect(name),
        expected[..2],
        "{name}"
    );
    let host = Host::of_this_process().expect(name);
    let loaded = host.slot_at(slot as usize).expect(name).expect(name);
    assert_eq!(loaded.name, line.slot);
    let again = line.load().expect(name);
    assert_eq!(again(), expected[2], "{name}");
    assert_ne!(again as usize, slot as usize);
}

#[test]
fn thread_locals_of_all_models() {
    let zeros = [12, 24, 36];
    check("gd", ZEROS, &["-ftls-model=global-dynamic"], zeros);
    check("ld", ZEROS, &["-ftls-model=local-dynamic"], zeros);
    check("ie", ZEROS, &["-ftls-model=initial-exec"], zeros);
    check("le", ZEROS, &["-ftls-model=local-exec"], zeros);
}

#[test]
fn thread_locals_with_an_initial_value() {
    let nines = [110, 211, 312];
    check("gd_nine", NINES, &["-ftls-model=global-dynamic"], nines);
    check("ld_nine", NINES, &["-ftls-model=local-dynamic"], nines);
    for model in ["initial-exec", "local-exec"] {
        let line = compile("fixed", NINES, &[&format!("-ftls-model={model}")]);
        assert!(matches!(line.load(), Err(LoadError::ThreadLocal(_))), "{model}");
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn thread_locals_by_descriptor() {
    check("desc", ZEROS, &["-mtls-dialect=gnu2"], [12, 24, 36]);
    assert!(compile("desc_nine", NINES, &["-mtls-dialect=gnu2"]).load().is_err());
}

#[test]
fn calls_into_far_libraries() {
    let source = "#include <stdlib.h>\nint SLOT(void) { return abs(atoi(\"-7\")); }";
    let slot = compile("far", source, &["-fno-builtin"]).load().expect("loaded");
    assert_eq!(slot(), 7);
}

#[test]
fn a_broken_object_is_an_error() {
    let line = compile("broken", NINES, &[]);
    let whole = std::fs::read(line.object()).expect("read");
    for len in (0..whole.len()).step_by(7) {
        std::fs::write(line.object(), &whole[..len]).expect("written");
        assert!(line.load().is_err(), "{len} of {} bytes", whole.len());
    }
    std::fs::write(line.object(), "not an object").expect("written");
    assert!(matches!(line.load(), Err(LoadError::Object(_))));
}

#[test]
fn a_damaged_object_is_no_panic() {
    // What the unwinder reads is checked by nobody.
    let line = compile("damaged", ZEROS, &["-fno-asynchronous-unwind-tables"]);
    let whole = std::fs::read(line.object()).expect("read");
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        std::fs::write(line.object(), damaged).expect("written");
        _ = line.load();
    }
}
