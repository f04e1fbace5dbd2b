//! Thread-locals that the program does not have, in all models of access.

use super::*;

/// Counts up two thread-locals that start as zero.
pub(super) const ZEROS: &str = "
    __thread int ZERO;
    static __thread char OWN[3];
    int SLOT(void) { ZERO += 1; OWN[2] += 2; return ZERO * 10 + OWN[2]; }";
/// Counts up one that starts as zero and one that does not, beside one that is relocated.
pub(super) const NINES: &str = "
    static int spare;
    __thread int ZERO;
    __thread int NINE = 9;
    static __thread int *OWN = &spare;
    int SLOT(void) { ZERO += 1; NINE += 1; return ZERO * 100 + NINE + (OWN != &spare); }";

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
