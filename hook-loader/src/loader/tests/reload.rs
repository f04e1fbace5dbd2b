//! Functions of the test are replaced while its threads call them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::*;
use crate::{FunctionKind, ReloadRules, reload, undo_reload};

std::arch::global_asm!(
    ".macro reloaded name, number",
    ".pushsection .text.\\name,\"ax\",@progbits",
    ".globl \\name",
    ".type \\name,@function",
    "\\name: mov eax, \\number",
    "ret",
    ".size \\name, . - \\name",
    ".popsection",
    ".endm",
    "reloaded hookable_often, 1",
    "reloaded hookable_once, 1",
    "reloaded hookable_severed, 1",
    "reloaded hookable_for_macos, 1",
    "reloaded hookable_made_with, 1",
);

unsafe extern "C" {
    safe fn hookable_often() -> i32;
    safe fn hookable_once() -> i32;
    safe fn hookable_severed() -> i32;
    safe fn hookable_for_macos() -> i32;
    safe fn hookable_made_with() -> i32;
}

/// Compiles a function that gives a number, and one that calls it.
fn version(name: &str, number: i32) -> Line {
    let source = format!(
        "__attribute__((noinline)) int {name}(void) {{ return {number}; }}\nint SLOT(void) {{ return {name}(); }}"
    );
    let flags = ["-ffunction-sections", "-fno-asynchronous-unwind-tables"];
    compile(&format!("{name}_{number}"), &source, &flags)
}

/// One test at a time reloads, for the reloads of a program are one after another.
struct Turn {
    slot: RunningSlot,
    _one: MutexGuard<'static, ()>,
}

impl Turn {
    fn take() -> Turn {
        static ONE: Mutex<()> = Mutex::new(());
        Turn {
            _one: ONE.lock().unwrap_or_else(PoisonError::into_inner),
            slot: version("hookable_slot", 0).running_slot(),
        }
    }

    /// Replaces the functions of one version by those of another.
    fn replace(&self, before: &Line, after: &Line, kind: FunctionKind) -> Result<crate::Reload, LoadError> {
        self.replace_by(before, after, &|_| kind)
    }

    /// The same, where functions are of several kinds.
    fn replace_by(
        &self,
        before: &Line,
        after: &Line,
        kind: &dyn Fn(&str) -> FunctionKind,
    ) -> Result<crate::Reload, LoadError> {
        let rules = ReloadRules {
            asks_for_type_ids: true,
            krate: "line",
            builds: &[],
            is_optimized: false,
            site: "HOOKABLE_SITE",
            table: "HOOKABLE_LAYOUT",
            suits: &|tables, _| tables.iter().all(|table| table.is_same),
            is_called_as_before: &|_| true,
            may_be_elsewhere: &|_| false,
            kind,
        };
        let (before, after) = ([before.object(0)], [after.object(0)]);
        let host = Host::of_this_process()?;
        // SAFETY: all versions of the functions have the same signature.
        unsafe { reload(host, &self.slot, (&before, &after), Archives::index([]), &rules) }
    }

    fn undo(&self) -> bool {
        let host = Host::of_this_process().expect("a host");
        undo_reload(host, &self.slot).expect("taken back")
    }
}

/// Each thread calls the function so often, and then pauses, or those that wait for a processor would have to be waited
/// for by each reload.
const CALLS: u64 = 1000;
const PAUSE: Duration = Duration::from_micros(20);

#[test]
fn threads_call_a_function_that_is_replaced_and_replaced_again() {
    let versions = [version("hookable_often", 1), version("hookable_often", 2)];
    let turn = Turn::take();
    let (is_over, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    for _ in 0..CALLS {
                        let number = hookable_often();
                        assert!(number == 1 || number == 2, "{number}");
                    }
                    calls.fetch_add(CALLS, Ordering::Relaxed);
                    std::thread::sleep(PAUSE);
                }
            });
        }
        for round in 0..reloads() {
            let (before, after) = (&versions[round % 2], &versions[(round + 1) % 2]);
            let reloaded = turn.replace(before, after, FunctionKind::Plain).expect("replaced");
            assert!(
                reloaded.functions.iter().any(|function| function.is_replaced),
                "{round}"
            );
            assert_eq!(hookable_often(), [2, 1][round % 2]);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(calls.into_inner() > 0);
}

/// Objects for macOS have one section for all functions, which is cut where symbols begin.
#[test]
fn a_function_of_an_object_for_macos_is_replaced() {
    let version = |number: i32| {
        let function = |name: &str, code: &str| format!("    .globl _{name}\n_{name}:\n{code}\n");
        let functions = [
            function("slot_macos", "    jmp _hookable_for_macos"),
            function("hookable_for_macos", &format!("    mov eax, {number}\n    ret")),
            function("hookable_as_it_was", "    mov eax, 5\n    ret"),
        ];
        let text = "    .section __TEXT,__text,regular,pure_instructions\n";
        let source = format!("{text}{}    .subsections_via_symbols\n", functions.concat());
        macho::assemble("macos", &source)
    };
    let versions = [version(1), version(2)];
    let turn = Turn::take();
    let reloaded = turn
        .replace(&versions[0], &versions[1], FunctionKind::Plain)
        .expect("replaced");
    let replaced = reloaded.functions.iter().filter(|function| function.is_replaced);
    assert_eq!(
        replaced.map(|function| &*function.name).collect::<Vec<_>>(),
        ["hookable_for_macos"]
    );
    assert_eq!(hookable_for_macos(), 2);
    assert!(turn.undo());
    assert_eq!(hookable_for_macos(), 1);
}

/// Returns how often the function is replaced. Under a tool that slows the program down, the environment says less.
fn reloads() -> usize {
    let given = std::env::var("HOOKABLE_TEST_RELOADS").ok();
    given.and_then(|given| given.parse().ok()).unwrap_or(200)
}

#[test]
fn a_reload_is_taken_back() {
    let turn = Turn::take();
    let versions = [1, 2, 3].map(|number| version("hookable_once", number));
    turn.replace(&versions[0], &versions[1], FunctionKind::Plain)
        .expect("replaced");
    turn.replace(&versions[1], &versions[2], FunctionKind::Plain)
        .expect("replaced");
    assert_eq!(hookable_once(), 3);
    assert!(turn.undo());
    assert_eq!(hookable_once(), 2);
    assert!(turn.undo());
    assert_eq!(hookable_once(), 1);
    turn.replace(&versions[0], &versions[2], FunctionKind::Plain)
        .expect("replaced");
    assert_eq!(hookable_once(), 3);
}

#[test]
fn what_values_belong_to_is_not_replaced() {
    let versions = [1, 2].map(|number| version("hookable_severed", number));
    let reloaded = Turn::take().replace(&versions[0], &versions[1], FunctionKind::Closure);
    assert!(reloaded.expect("nothing is to be replaced").functions.is_empty());
    assert_eq!(hookable_severed(), 1);
}

/// A closure that is the same, of which the program has no code, keeps no function from being replaced.
#[test]
fn what_the_program_does_not_have_no_value_belongs_to() {
    let versions = [1, 2].map(|number| {
        let source = format!(
            "__attribute__((noinline)) int hookable_absent(void) {{ return 5; }}
             __attribute__((noinline)) int hookable_made_with(void) {{ return hookable_absent() + {number}; }}
             int SLOT(void) {{ return hookable_made_with(); }}"
        );
        let flags = ["-ffunction-sections", "-fno-asynchronous-unwind-tables"];
        compile(&format!("made_with_{number}"), &source, &flags)
    });
    let kind = |name: &str| match name {
        "hookable_absent" => FunctionKind::Closure,
        _ => FunctionKind::Generic,
    };
    let reloaded = Turn::take().replace_by(&versions[0], &versions[1], &kind);
    reloaded.expect("replaced");
    assert_eq!(hookable_made_with(), 7);
}

/// Assembles a static that refers to one of these four-letter texts, which stand in a section whose parts linkers move.
fn table(name: &str, texts: &str, offset: usize) -> Line {
    let line = Line {
        folder: tempfile::tempdir().expect("folder"),
        slot: format!("slot_{name}"),
        objects: 1,
    };
    let source = format!(
        "
        .section .rodata.cst4,\"aM\",%progbits,4
        .ascii \"{texts}\"
        .section .data.rel.ro.hookable_names,\"aw\",%progbits
        .globl hookable_names
        .type hookable_names,%object
        hookable_names: .quad .rodata.cst4 + {offset}
        .size hookable_names, 8
        "
    );
    let file = line.folder.path().join("table.s");
    std::fs::write(&file, source).expect("written");
    let mut cc = c_compiler();
    cc.arg("-c").arg(&file).arg("-o").arg(line.object(0));
    assert!(cc.status().expect("cc").success());
    line
}

#[test]
fn a_static_is_the_same_wherever_the_constant_is_that_it_refers_to() {
    let turn = Turn::take();
    let check = |before: (&str, usize), after: (&str, usize), is_same: bool| {
        let [before, after] = [before, after].map(|(texts, offset)| table("names", texts, offset));
        let reloaded = turn.replace(&before, &after, FunctionKind::Plain);
        assert_eq!(reloaded.is_ok(), is_same, "{:?}", reloaded.err());
    };
    check(("portseen", 4), ("portseen", 4), true);
    check(("portseen", 4), ("seen", 0), true);
    check(("seen", 0), ("portkindseen", 8), true);
    check(("portseen", 4), ("portseen", 0), false);
    check(("portseen", 0), ("seen", 0), false);
}
