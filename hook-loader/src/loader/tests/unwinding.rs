//! Panics that leave loaded code, and unwinding tables that are damaged.

use std::panic::catch_unwind;

use super::hostile::{patched, refused};
use super::patch::{Patch, field};
use super::*;

/// Loaded code calls it by name.
#[unsafe(no_mangle)]
extern "C-unwind" fn hookable_test_panics(n: i32) -> i32 {
    panic!("{n}")
}

#[test]
fn a_panic_leaves_functions_of_mixed_sections() {
    // GCC writes such an order for functions with unlikely parts: the functions of a section are not together.
    assert!(catch_unwind(|| hookable_test_panics(0)).is_err());
    let source = "
        extern int hookable_test_panics(int);
        __attribute__((section(\".text.mixed\"), noinline)) int SLOT(void);
        __attribute__((section(\".text.mixed_cold\"), noinline)) int mixed_first(int n) { return hookable_test_panics(n) + 1; }
        __attribute__((section(\".text.mixed\"), noinline)) int mixed_second(int n) { return mixed_first(n) + 1; }
        __attribute__((section(\".text.mixed_cold\"), noinline)) int mixed_third(int n) { return mixed_second(n) + 1; }
        __attribute__((section(\".text.mixed\"), noinline)) int SLOT(void) { return mixed_third(5) + 1; }
        __attribute__((section(\".text.mixed_cold\"), noinline)) int mixed_last(int n) { return SLOT() + n; }";
    let line = compile("mixed", source, &["-fexceptions", "-fno-toplevel-reorder"]);
    let slot = line.load().expect("loaded");
    let caught = catch_unwind(|| slot());
    let message = caught.expect_err("it panics").downcast::<String>();
    assert_eq!(*message.expect("a text"), "5");
}

const SOURCE: &str = "extern int abs(int); int SLOT(void) { return abs(-3) + 1; }";
/// Where things are in the CIE that compilers write first: length, zero, version, `zR`, two factors, a register, the
/// length of the augmentation, and the encoding.
mod cie {
    pub(super) const LENGTH: usize = 0;
    pub(super) const ID: usize = 4;
    pub(super) const VERSION: usize = 8;
    pub(super) const AUGMENTATION: usize = 9;
    pub(super) const AUGMENTATION_LENGTH: usize = 15;
    pub(super) const ENCODING: usize = 16;
}
/// Where things are in an FDE.
mod fde {
    pub(super) const LENGTH: usize = 0;
    pub(super) const CIE: usize = 4;
    pub(super) const RANGE: usize = 12;
    pub(super) const AUGMENTATION_LENGTH: usize = 16;
}

#[test]
fn a_common_record_that_lies() {
    let line = compile("cie", SOURCE, &["-fno-builtin"]);
    let check = |what: &str, at: usize, bytes: &[u8]| {
        refused(&line, &format!("{what} {bytes:?}"), |patch| {
            let at = patch.contents(".eh_frame") + at;
            for (at, byte) in (at..).zip(bytes) {
                patch.put(at, [*byte]);
            }
        });
    };
    for length in [0_u32, 1, 8, 12, 1 << 20, u32::MAX - 4, u32::MAX] {
        check("length", cie::LENGTH, &length.to_le_bytes());
    }
    check("identity", cie::ID, &[1, 0, 0, 0]);
    for version in [0, 2, 4, 9, 0xff] {
        check("version", cie::VERSION, &[version]);
    }
    for augmentation in ["aR", "zQ", "RR", "zz", "eh"] {
        check("augmentation", cie::AUGMENTATION, augmentation.as_bytes());
    }
    for length in [0, 100, 0xff] {
        check("length of the augmentation", cie::AUGMENTATION_LENGTH, &[length]);
    }
    for encoding in (0..=u8::MAX).filter(|encoding| *encoding != 0x1b) {
        check("encoding", cie::ENCODING, &[encoding]);
    }
}

#[test]
fn a_record_of_a_function_that_lies() {
    let line = compile("fde", SOURCE, &["-fno-builtin"]);
    let check = |what: &str, at: usize, value: u32| {
        refused(&line, &format!("{what} {value:#x}"), |patch| {
            let table = patch.contents(".eh_frame");
            let length = u32::from_le_bytes(*patch.bytes[table..].first_chunk().expect("four bytes"));
            patch.put(table + 4 + length as usize + at, value.to_le_bytes());
        });
    };
    for length in [0, 1, 4, 8, 11, 12, 1 << 20, u32::MAX - 4, u32::MAX] {
        check("length", fde::LENGTH, length);
    }
    for back in [0, 4, 8, 1 << 20, u32::MAX] {
        check("where its common record is", fde::CIE, back);
    }
    for range in [1 << 10, 1 << 20, u32::MAX] {
        check("range", fde::RANGE, range);
    }
    check("length of the augmentation", fde::AUGMENTATION_LENGTH, 0x7f);
    // One for no code at all is of no use, and does no harm.
    let loaded = patched(&line, |patch| {
        let table = patch.contents(".eh_frame");
        let length = u32::from_le_bytes(*patch.bytes[table..].first_chunk().expect("four bytes"));
        patch.put(table + 4 + length as usize + fde::RANGE, [0; 4]);
    });
    assert!(loaded.is_ok());
    assert!(catch_unwind(|| panic!("unwinding")).is_err());
}

/// LLVM's unwinder follows these fields as a table is registered.
#[test]
fn a_personality_that_lies() {
    let source = "
        static volatile int ended;
        static inline __attribute__((always_inline)) void end(int *n) { ended = *n; }
        extern int abs(int);
        int SLOT(void) { __attribute__((cleanup(end))) int n = 3; return abs(n) + 1; }";
    let line = compile("personality", source, &["-fexceptions", "-fno-builtin"]);
    assert_eq!(line.load().expect("loaded")(), 4);
    // The length, zero, the version, `zPLR`, two factors, a register and a length stand before the encoding.
    const PERSONALITY: usize = 4 + 4 + 1 + 5 + 3 + 1;
    let encoding = |patch: &Patch| patch.bytes[patch.contents(".eh_frame") + PERSONALITY];
    let width = |encoding: u8| if encoding & 0xf == 0xc { 8 } else { 4 };
    let first = encoding(&Patch::of(&line.object(0)));
    assert!(first & 0x80 != 0, "{first:#x}");
    let data = PERSONALITY + 1 + width(first);
    refused(&line, "nothing leads to it", |patch| {
        let at = patch.contents(".rela.eh_frame") + field::RELOCATION_KIND;
        patch.put(at, [0; 4]);
    });
    for addend in [1, 8, 1 << 20, -1, i64::MIN] {
        refused(&line, &format!("an address {addend} bytes further"), |patch| {
            let at = patch.contents(".rela.eh_frame") + field::RELOCATION_ADDEND;
            patch.put(at, addend.to_le_bytes());
        });
    }
    for encoding in
        (0..=u8::MAX).filter(|encoding| !matches!(encoding, 0xff | 0 | 3 | 4 | 0xc | 0x10 | 0x14 | 0x1b | 0x1c))
    {
        refused(&line, &format!("encoding {encoding:#x} of what it reads"), |patch| {
            let at = patch.contents(".eh_frame") + data;
            patch.put(at, [encoding]);
        });
    }
    refused(&line, "no room for what it reads", |patch| {
        let table = patch.contents(".eh_frame");
        let common = u32::from_le_bytes(*patch.bytes[table..].first_chunk().expect("four bytes")) as usize;
        patch.put(table + 4 + common + 8 + 2 * 4, [0]);
    });
}

#[test]
fn relocations_of_a_table_that_lie() {
    let line = compile("table", SOURCE, &["-fno-builtin"]);
    let check = |what: &str, at: usize, value: u64| {
        refused(&line, &format!("{what} {value:#x}"), |patch| {
            let at = patch.contents(".rela.eh_frame") + at;
            patch.put(at, value.to_le_bytes());
        });
    };
    for offset in [0, 3, 7, 8, 12, 36, 40, 1 << 20, u64::MAX - 4, u64::MAX] {
        check("offset", field::RELOCATION_OFFSET, offset);
    }
    for addend in [1 << 10, 1 << 40, u64::MAX, 1 << 63] {
        check("addend", field::RELOCATION_ADDEND, addend);
    }
    let loaded = patched(&line, |patch| {
        let at = patch.contents(".rela.eh_frame") + field::RELOCATION_KIND;
        patch.put(at, u32::MAX.to_le_bytes());
    });
    assert!(loaded.is_err());
}
