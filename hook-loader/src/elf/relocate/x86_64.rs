//! x86-64. Instruction fields are plain little-endian numbers, so the fields are few.

use object::elf::{self, RelocationType};

use super::{Source, TooFar, put};

/// How a value is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Word64,
    Unsigned32,
    Signed32,
    Relative32,
    Relative64,
}

impl Field {
    /// Bytes covered.
    pub(crate) fn len(self) -> usize {
        match self {
            Field::Word64 | Field::Relative64 => 8,
            Field::Unsigned32 | Field::Signed32 | Field::Relative32 => 4,
        }
    }
}

pub(crate) fn form(kind: u32) -> Option<(Source, Field)> {
    Some(match RelocationType(kind) {
        elf::R_X86_64_NONE | elf::R_X86_64_TLSDESC_CALL => (Source::Hint, Field::Word64),
        elf::R_X86_64_64 => (Source::Symbol, Field::Word64),
        elf::R_X86_64_32 => (Source::Symbol, Field::Unsigned32),
        elf::R_X86_64_32S => (Source::Symbol, Field::Signed32),
        elf::R_X86_64_PC32 => (Source::Symbol, Field::Relative32),
        elf::R_X86_64_PC64 => (Source::Symbol, Field::Relative64),
        elf::R_X86_64_PLT32 => (Source::Callee, Field::Relative32),
        // Large code adds these to the start of a table, which is said to be at zero.
        elf::R_X86_64_GOTPC64 => (Source::Symbol, Field::Relative64),
        elf::R_X86_64_GOTOFF64 => (Source::Symbol, Field::Word64),
        elf::R_X86_64_PLTOFF64 => (Source::Callee, Field::Word64),
        elf::R_X86_64_GOT64 => (Source::Pointer, Field::Word64),
        elf::R_X86_64_GOTPCREL
        | elf::R_X86_64_GOTPCRELX
        | elf::R_X86_64_REX_GOTPCRELX
        | elf::R_X86_64_CODE_4_GOTPCRELX => (Source::Pointer, Field::Relative32),
        elf::R_X86_64_GOTPCREL64 => (Source::Pointer, Field::Relative64),
        elf::R_X86_64_GOTTPOFF | elf::R_X86_64_CODE_4_GOTTPOFF => (Source::ThreadPointer, Field::Relative32),
        elf::R_X86_64_TLSGD => (Source::ThreadLocal, Field::Relative32),
        elf::R_X86_64_TLSLD => (Source::ThreadModule, Field::Relative32),
        elf::R_X86_64_GOTPC32_TLSDESC | elf::R_X86_64_CODE_4_GOTPC32_TLSDESC => {
            (Source::ThreadDescriptor, Field::Relative32)
        }
        elf::R_X86_64_TPOFF32 => (Source::FromThreadPointer, Field::Signed32),
        elf::R_X86_64_TPOFF64 => (Source::FromThreadPointer, Field::Word64),
        elf::R_X86_64_DTPOFF32 => (Source::FromModule, Field::Signed32),
        elf::R_X86_64_DTPOFF64 => (Source::FromModule, Field::Word64),
        _ => return None,
    })
}

/// Writes `value`, of which the addend is already a part, into the field that begins `code` and will run at `place`.
pub(crate) fn write(field: Field, code: &mut [u8], value: u64, place: u64) -> Result<(), TooFar> {
    let distance = value.wrapping_sub(place).cast_signed();
    match field {
        Field::Word64 => put(code, value.to_le_bytes()),
        Field::Relative64 => put(code, distance.to_le_bytes()),
        Field::Unsigned32 => put(code, u32::try_from(value).map_err(|_| TooFar)?.to_le_bytes()),
        Field::Signed32 => put(
            code,
            i32::try_from(value.cast_signed()).map_err(|_| TooFar)?.to_le_bytes(),
        ),
        Field::Relative32 => put(code, i32::try_from(distance).map_err(|_| TooFar)?.to_le_bytes()),
    }
}

/// What was written into a field at `place`, the addend included; `None` if that does not tell.
pub(crate) fn read(field: Field, code: &[u8], place: u64) -> Option<u64> {
    let word = || Some(i32::from_le_bytes(*code.first_chunk()?));
    let wide = || Some(u64::from_le_bytes(*code.first_chunk()?));
    Some(match field {
        Field::Word64 => wide()?,
        Field::Relative64 => place.wrapping_add(wide()?),
        Field::Unsigned32 => u64::from(word()?.cast_unsigned()),
        Field::Signed32 => i64::from(word()?).cast_unsigned(),
        Field::Relative32 => place.wrapping_add_signed(word()?.into()),
    })
}

/// Whether the code before a field differs only in that the linker had no need of a word between it and what it refers to:
/// `call *word` became `call`, `mov word` became `lea`. The field is at the same place, and means the same.
pub(crate) fn is_direct(kind: u32, old: &[u8], new: &[u8]) -> bool {
    let by_word = matches!(
        RelocationType(kind),
        elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX
    );
    let (Some((old, [a, b])), Some((new, [c, d]))) = (old.split_last_chunk(), new.split_last_chunk()) else {
        return false;
    };
    let call = (*a, *b, *c, *d) == (0x67, 0xe8, 0xff, 0x15);
    let load = (*a, *c) == (0x8d, 0x8b) && b == d;
    by_word && old == new && (call || load)
}

/// The word by which code at `place` jumps, if it is the stub that a linker makes for a function of another library.
pub(crate) fn jumps_by(code: &[u8], place: u64) -> Option<u64> {
    // `endbr64`, and `bnd` before the jump, are for processors that check where it leads.
    let rest = code.strip_prefix(&[0xf3, 0x0f, 0x1e, 0xfa]).unwrap_or(code);
    let rest = rest.strip_prefix(&[0xf2]).unwrap_or(rest);
    let field = rest.strip_prefix(&[0xff, 0x25])?;
    let end = place + (code.len() - field.len()) as u64 + 4;
    read(Field::Relative32, field, end)
}

/// Bytes of a [`stub`].
pub(crate) const STUB: usize = 16;

/// `jmp *0(%rip)`, then the address.
pub(crate) fn stub(target: u64) -> [u8; STUB] {
    let mut code = [0xcc; STUB];
    code[..6].copy_from_slice(&[0xff, 0x25, 0, 0, 0, 0]);
    code[6..14].copy_from_slice(&target.to_le_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: RelocationType, value: u64, place: u64, expected: Result<&[u8], TooFar>) {
        let (_, field) = form(kind.0).expect("known");
        let mut code = [0; 8];
        let written = write(field, &mut code, value, place).map(|()| &code[..field.len()]);
        assert_eq!(written, expected, "{kind:?}");
    }

    #[test]
    fn fields() {
        check(
            elf::R_X86_64_64,
            0x1122_3344_5566_7788,
            0,
            Ok(&[0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]),
        );
        check(elf::R_X86_64_PC32, 0x1000, 0x1004, Ok(&[0xfc, 0xff, 0xff, 0xff]));
        check(elf::R_X86_64_PLT32, 0x2000, 0x1000, Ok(&[0, 0x10, 0, 0]));
        check(elf::R_X86_64_PC32, 0x8000_1000, 0x1000, Err(TooFar));
        check(elf::R_X86_64_PC32, 0x1000, 0x8000_1000, Ok(&[0, 0, 0, 0x80]));
        check(
            elf::R_X86_64_PC64,
            0x1000,
            0x1008,
            Ok(&[0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        );
        check(elf::R_X86_64_32, 0xffff_fff0, 0, Ok(&[0xf0, 0xff, 0xff, 0xff]));
        check(elf::R_X86_64_32, 0x1_0000_0000, 0, Err(TooFar));
        check(elf::R_X86_64_32S, -16i64 as u64, 0, Ok(&[0xf0, 0xff, 0xff, 0xff]));
        check(elf::R_X86_64_32S, 0x8000_0000, 0, Err(TooFar));
        check(
            elf::R_X86_64_TPOFF32,
            -8i64 as u64,
            0x5555_0000_0000,
            Ok(&[0xf8, 0xff, 0xff, 0xff]),
        );
        check(elf::R_X86_64_DTPOFF32, 0x30, 0x5555_0000_0000, Ok(&[0x30, 0, 0, 0]));
    }

    #[test]
    fn what_is_written_is_read() {
        for kind in [
            elf::R_X86_64_64,
            elf::R_X86_64_PC32,
            elf::R_X86_64_PC64,
            elf::R_X86_64_32,
            elf::R_X86_64_32S,
        ] {
            let (_, field) = form(kind.0).expect("known");
            let mut code = [0; 8];
            write(field, &mut code, 0x1234, 0x5678).expect("it fits");
            assert_eq!(read(field, &code, 0x5678), Some(0x1234), "{kind:?}");
            assert_eq!(read(field, &code[..2], 0), None);
        }
    }

    #[test]
    fn sources() {
        let source = |kind: RelocationType| form(kind.0).map(|(source, _)| source);
        assert_eq!(source(elf::R_X86_64_PLT32), Some(Source::Callee));
        assert_eq!(source(elf::R_X86_64_GOTPCREL), Some(Source::Pointer));
        assert_eq!(source(elf::R_X86_64_TLSGD), Some(Source::ThreadLocal));
        assert_eq!(source(elf::R_X86_64_TLSLD), Some(Source::ThreadModule));
        assert_eq!(source(elf::R_X86_64_GOTTPOFF), Some(Source::ThreadPointer));
        assert_eq!(source(elf::R_X86_64_COPY), None);
    }

    #[test]
    fn a_linkers_stub() {
        assert_eq!(jumps_by(&[0xff, 0x25, 0, 1, 0, 0], 0x1000), Some(0x1106));
        assert_eq!(jumps_by(&[0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0, 1, 0, 0], 0x1000), Some(0x110b));
        assert_eq!(jumps_by(&[0xe9, 0, 1, 0, 0], 0x1000), None);
        assert_eq!(jumps_by(&[0xff, 0x25, 0], 0x1000), None);
    }

    #[test]
    fn a_stub_jumps_to_its_address() {
        assert_eq!(
            stub(0x0102_0304_0506_0708),
            [0xff, 0x25, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0xcc, 0xcc]
        );
    }

    #[test]
    fn a_field_at_the_end_of_a_section_is_no_panic() {
        assert_eq!(write(Field::Word64, &mut [0; 4], 1, 0), Err(TooFar));
    }
}
