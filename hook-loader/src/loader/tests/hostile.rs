//! Objects that are damaged or made in bad faith. Loading them is an error, or works; it never crashes.

use std::panic::catch_unwind;

use super::patch::{Patch, field};
use super::thread_locals::{NINES, ZEROS};
use super::*;

/// A slot that refers to a function, a constant, a variable and something outside.
const PLAIN: &str = "
    extern int abs(int);
    static int variable = 5;
    static const int table[] = { 1, 2, 3 };
    __attribute__((noinline)) static int other(int n) { return abs(n) + variable++; }
    int SLOT(void) { return other(table[variable & 1]); }";

/// Changes one thing in an object, and returns what comes of loading it.
pub(super) fn patched(line: &Line, change: impl Fn(&mut Patch)) -> Result<Slot, LoadError> {
    let original = std::fs::read(line.object(0)).expect("read");
    let mut patch = Patch::of(&line.object(0));
    change(&mut patch);
    std::fs::write(line.object(0), patch.bytes).expect("written");
    let loaded = line.load();
    std::fs::write(line.object(0), original).expect("written");
    loaded
}

pub(super) fn refused(line: &Line, what: &str, change: impl Fn(&mut Patch)) {
    let loaded = patched(line, change);
    assert!(loaded.is_err(), "{what}: it was loaded");
}

/// The name of the section with the relocations of the code of [`PLAIN`].
const RELOCATIONS: &str = ".rela.text";
/// A symbol of a common block has this in the place of a section.
const COMMON: u16 = 0xfff2;

#[test]
fn an_object_cut_short() {
    let line = compile("short", NINES, &[]);
    let whole = std::fs::read(line.object(0)).expect("read");
    for len in (0..whole.len()).step_by(7) {
        std::fs::write(line.object(0), &whole[..len]).expect("written");
        assert!(line.load().is_err(), "{len} of {} bytes", whole.len());
    }
    std::fs::write(line.object(0), "not an object").expect("written");
    assert!(matches!(line.load(), Err(LoadError::Object(_))));
}

#[test]
fn an_object_with_each_byte_changed() {
    let line = compile("damaged", ZEROS, &[]);
    let whole = std::fs::read(line.object(0)).expect("read");
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        std::fs::write(line.object(0), damaged).expect("written");
        _ = line.load();
    }
    // Whatever was registered of these, the unwinder still works.
    assert!(catch_unwind(|| panic!("unwinding")).is_err());
}

#[test]
fn no_objects_and_no_files() {
    let line = compile("nothing", PLAIN, &[]);
    let host = Host::of_this_process().expect("a host");
    let load = |paths: &[PathBuf]| load(host, paths, Archives::index([]), &line.running_slot(), SlotCode::Named).err();
    assert!(matches!(load(&[]), Some(LoadError::NoSlot(_))));
    let folder = line.folder.path();
    let empty = folder.join("empty");
    std::fs::write(&empty, "").expect("written");
    for path in [folder.join("none"), folder.into(), empty] {
        assert!(
            matches!(load(std::slice::from_ref(&path)), Some(LoadError::Read { .. })),
            "{path:?}"
        );
    }
}

#[test]
fn an_object_of_something_else() {
    let line = compile("elsewhere", PLAIN, &[]);
    for machine in [0_u16, 3, 40, 62, 183, 243, 0xffff] {
        if machine != ::object::elf::EM_X86_64.0 && machine != ::object::elf::EM_AARCH64.0 {
            refused(&line, "machine", |patch| {
                patch.put(field::MACHINE, machine.to_le_bytes());
            });
        }
    }
    let other = if cfg!(target_arch = "x86_64") { 183_u16 } else { 62 };
    refused(&line, "other", |patch| patch.put(field::MACHINE, other.to_le_bytes()));
    refused(&line, "32 bits", |patch| patch.put(field::CLASS, [1]));
    refused(&line, "big-endian", |patch| patch.put(field::BYTE_ORDER, [2]));
    for kind in [0_u16, 2, 3, 4] {
        refused(&line, "file type", |patch| {
            patch.put(field::FILE_TYPE, kind.to_le_bytes());
        });
    }
}

#[test]
fn headers_that_lie() {
    let line = compile("headers", PLAIN, &[]);
    refused(&line, "no sections", |patch| {
        patch.put(field::SECTION_TABLE, [0; 8]);
        patch.put(field::SECTION_COUNT, [0; 2]);
    });
    refused(&line, "a table outside", |patch| {
        patch.put(field::SECTION_TABLE, u64::MAX.to_le_bytes());
    });
    refused(&line, "more sections than there are", |patch| {
        patch.put(field::SECTION_COUNT, [0xfe, 0xfe]);
    });
    refused(&line, "no names", |patch| patch.put(field::SECTION_NAMES, [0xfe, 0xfe]));
    for align in [3, 1 << 40, 1 << 63, u64::MAX] {
        refused(&line, "alignment", |patch| {
            let at = patch.section(".text") + field::SECTION_ALIGN;
            patch.put(at, align.to_le_bytes());
        });
    }
    for size in [1 << 20, 1 << 40, u64::MAX] {
        refused(&line, "size", |patch| {
            let at = patch.section(".text") + field::SECTION_SIZE;
            patch.put(at, u64::to_le_bytes(size));
        });
    }
    refused(&line, "offset", |patch| {
        let at = patch.section(".text") + field::SECTION_OFFSET;
        patch.put(at, (u64::MAX - 3).to_le_bytes());
    });
    refused(&line, "symbols without strings", |patch| {
        let at = patch.section(".symtab") + field::SECTION_LINK;
        patch.put(at, 0xfff0_u32.to_le_bytes());
    });
    refused(&line, "relocations without addends", |patch| {
        let at = patch.section(RELOCATIONS) + field::SECTION_TYPE;
        patch.put(at, ::object::elf::SHT_REL.0.to_le_bytes());
    });
}

#[test]
fn sections_of_no_size() {
    let line = compile("empty", PLAIN, &[]);
    // The slot is at the end of its section, and no function.
    let loaded = patched(&line, |patch| {
        let at = patch.section(".text") + field::SECTION_SIZE;
        patch.put(at, [0; 8]);
    });
    assert!(loaded.is_err());
    let source = "static char none[0]; void *volatile where; int SLOT(void) { where = none; return 4; }";
    assert_eq!(compile("none", source, &[]).load().expect("loaded")(), 4);
}

#[test]
fn relocations_outside_of_their_section() {
    let line = compile("outside", PLAIN, &["-fno-asynchronous-unwind-tables"]);
    let size = {
        let patch = Patch::of(&line.object(0));
        let at = patch.section(".text") + field::SECTION_SIZE;
        u64::from_le_bytes(*patch.bytes[at..].first_chunk().expect("eight bytes"))
    };
    for offset in [size - 3, size, size + 8, 4096, 1 << 20, 1 << 40, u64::MAX - 3, u64::MAX] {
        refused(&line, &format!("{offset:#x} of {size:#x}"), |patch| {
            let at = patch.contents(RELOCATIONS) + field::RELOCATION_OFFSET;
            patch.put(at, offset.to_le_bytes());
        });
    }
}

#[test]
fn addends_that_overflow() {
    let line = compile("addends", PLAIN, &["-fno-asynchronous-unwind-tables"]);
    for addend in [
        i64::MIN,
        i64::MAX,
        1 << 40,
        -(1 << 40),
        i64::from(i32::MIN),
        i64::from(i32::MAX),
    ] {
        _ = patched(&line, |patch| {
            let at = patch.contents(RELOCATIONS) + field::RELOCATION_ADDEND;
            patch.put(at, addend.to_le_bytes());
        });
    }
    refused(&line, "a distance of 63 bits", |patch| {
        let at = patch.contents(RELOCATIONS) + field::RELOCATION_ADDEND;
        patch.put(at, (i64::MAX / 2).to_le_bytes());
    });
}

#[test]
fn relocations_of_unknown_types_and_symbols() {
    let line = compile("unknown", PLAIN, &["-fno-asynchronous-unwind-tables"]);
    for kind in [5_u32, 0xff, 0xffff, u32::MAX] {
        let loaded = patched(&line, |patch| {
            let at = patch.contents(RELOCATIONS) + field::RELOCATION_KIND;
            patch.put(at, kind.to_le_bytes());
        });
        assert!(matches!(loaded, Err(LoadError::Relocation { .. })), "{kind}");
    }
    for symbol in [1_u32 << 20, u32::MAX] {
        refused(&line, "symbol", |patch| {
            let at = patch.contents(RELOCATIONS) + field::RELOCATION_SYMBOL;
            patch.put(at, symbol.to_le_bytes());
        });
    }
}

#[test]
fn symbols_that_lie() {
    let line = compile("symbols", PLAIN, &["-fno-builtin"]);
    let slot = line.slot.clone();
    refused(&line, "a name outside", |patch| {
        let at = patch.symbol("abs") + field::SYMBOL_NAME;
        patch.put(at, u32::MAX.to_le_bytes());
    });
    refused(&line, "a name that is no text", |patch| {
        let name = patch.contents(".strtab");
        let text = patch.bytes[name..]
            .windows(3)
            .position(|text| text == b"abs")
            .expect("the name");
        patch.put(name + text, [0xff]);
    });
    for section in [200_u16, 0xff00, 0xff05, 0xff3f, COMMON, 0xfffe, 0xffff] {
        refused(&line, &format!("the slot in section {section:#x}"), |patch| {
            let at = patch.symbol(&slot) + field::SYMBOL_SECTION;
            patch.put(at, section.to_le_bytes());
        });
        if section == COMMON {
            continue; // It is then the function of the program.
        }
        refused(&line, &format!("a function in section {section:#x}"), |patch| {
            let at = patch.symbol("abs") + field::SYMBOL_SECTION;
            patch.put(at, section.to_le_bytes());
        });
    }
    for value in [1 << 20, 1 << 40, u64::MAX] {
        let loaded = patched(&line, |patch| {
            let at = patch.symbol(&slot) + field::SYMBOL_VALUE;
            patch.put(at, u64::to_le_bytes(value));
        });
        assert!(
            matches!(loaded, Err(LoadError::NoSlot(_))),
            "the slot at {value:#x}: {loaded:?}"
        );
    }
}

#[test]
fn symbols_of_another_type() {
    let line = compile("types", PLAIN, &["-fno-builtin"]);
    let slot = line.slot.clone();
    for name in ["abs", "table", "variable", &slot] {
        for info in 0..=u8::MAX {
            _ = patched(&line, |patch| {
                let at = patch.symbol(name) + field::SYMBOL_INFO;
                patch.put(at, [info]);
            });
        }
    }
    refused(&line, "a function that is thread-local", |patch| {
        let at = patch.symbol("abs") + field::SYMBOL_INFO;
        patch.put(at, [0x16]);
    });
    refused(&line, "an indirect function", |patch| {
        let at = patch.symbol(&slot) + field::SYMBOL_INFO;
        patch.put(at, [0x1a]);
    });
}

#[test]
fn a_symbol_that_is_defined_by_itself() {
    // Neither defined nor undefined, it is looked for among the objects, and found there.
    let line = compile_all("itself", &[PLAIN, "int abs(int n) { return n; }"], &["-fno-builtin"]);
    for section in [0xff05_u16, 0xffff] {
        let whole = std::fs::read(line.object(1)).expect("read");
        let mut patch = Patch::of(&line.object(1));
        let at = patch.symbol("abs") + field::SYMBOL_SECTION;
        patch.put(at, section.to_le_bytes());
        std::fs::write(line.object(1), patch.bytes).expect("written");
        assert!(line.load().is_err());
        std::fs::write(line.object(1), whole).expect("written");
    }
    assert!(line.load().is_ok());
}

#[test]
fn thread_locals_that_are_none() {
    for model in ["global-dynamic", "local-dynamic", "initial-exec", "local-exec"] {
        let model = format!("-ftls-model={model}");
        let flags = [&*model, "-fno-asynchronous-unwind-tables"];
        let line = compile("no_local", ZEROS, &flags);
        refused(&line, &model, |patch| {
            // In a section that is not thread-local.
            for section in [".tbss", ".tbss.zero_no_local"] {
                let Ok(at) = catch_unwind(|| patch.section(section)) else {
                    continue;
                };
                patch.put(at + 8, 3_u64.to_le_bytes());
            }
        });
    }
}
