//! The unwinding tables of Mach-O objects, made into one of the form that ELF has.
//!
//! `__eh_frame` has records as in ELF, but where both ends of a distance are in the object, the field holds the
//! distance between the two there, and there is no relocation. Linkers move functions, so each gets its relocation
//! here.
//! `__compact_unwind` has an entry for each function: a word that says where a function of the usual form keeps the
//! registers of its caller. On aarch64 LLVM gives such functions no record, so one is made of the entry. The unwinder
//! takes both from linkers alone; of what is loaded at run time, it takes records.

use object::LittleEndian as LE;
#[cfg(target_arch = "aarch64")]
use object::macho;
use object::read::macho::Section as _;

use super::macho::Object;
use super::macho_relocations::{SUBTRACTOR, UNSIGNED};
use super::{PointerEncoding, Relocation, SectionIndex};
use crate::LoadError;
use crate::loader::relocate::macho_kind as kind;

pub(super) struct UnwindTable {
    pub(super) bytes: Vec<u8>,
    /// They are in the order of their offsets.
    pub(super) relocations: Vec<Relocation>,
}

/// What a common record says of the records that build on it.
#[derive(Clone, Copy)]
struct Common {
    start: usize,
    function: PointerEncoding,
    /// There is an address of what the personality function reads.
    data: Option<PointerEncoding>,
    has_augmentation: bool,
}

impl UnwindTable {
    /// Makes the table of an object.
    pub(super) fn of(object: &Object<'_>) -> Result<UnwindTable, LoadError> {
        let mut table = UnwindTable {
            bytes: Vec::new(),
            relocations: Vec::new(),
        };
        if let Some(section) = find(object, b"__eh_frame") {
            table.read_records(object, section)?;
        }
        #[cfg(target_arch = "aarch64")]
        if let Some(section) = find(object, b"__compact_unwind") {
            compact::read_entries(&mut table, object, section)?;
        }
        table.relocations.sort_by_key(|relocation| relocation.offset);
        Ok(table)
    }

    fn read_records(&mut self, object: &Object<'_>, section: SectionIndex) -> Result<(), LoadError> {
        let malformed = || LoadError::Object("its unwinding table is malformed".into());
        let data = object.section(section)?.data;
        let start = object.subsection(section).map(|piece| &object.sections[piece.section]);
        let start = start.ok_or_else(malformed)?.addr.get(LE);
        self.bytes = data.to_vec();
        let relocations = object.relocations(section)?;
        self.relocations = relocations.iter().filter(|one| one.kind != kind::NONE).collect();
        let known = self.relocations.len();
        let has_relocation = |table: &UnwindTable, at: usize| {
            let found = table.relocations[..known].binary_search_by_key(&(at as u64), |one| one.offset);
            found.is_ok()
        };
        let (mut commons, mut at) = (Vec::<Common>::new(), 0);
        while at < data.len() {
            let len = word(data, at).ok_or_else(malformed)? as usize;
            let (record, next) = (at, at.checked_add(4 + len).filter(|next| *next <= data.len()));
            let next = next.ok_or_else(malformed)?;
            at = next;
            if len == 0 {
                continue;
            }
            let back = word(data, record + 4).ok_or_else(malformed)? as usize;
            if back == 0 {
                commons.push(Common::read(data, record, next).ok_or_else(malformed)?);
                continue;
            }
            let common = (record + 4).checked_sub(back);
            let common = common.and_then(|start| commons.iter().find(|common| common.start == start));
            let common = *common.ok_or_else(malformed)?;
            for (field, encoding) in common.addresses(data, record, next).ok_or_else(malformed)? {
                if !has_relocation(self, field) {
                    let target = encoding.read(data, field, start).ok_or_else(malformed)?;
                    let (symbol, addend) = object.reference_to(target).ok_or_else(malformed)?;
                    self.relocations.push(Relocation {
                        offset: field as u64,
                        kind: encoding.relocation(),
                        symbol,
                        addend,
                    });
                }
            }
        }
        Ok(())
    }
}

fn find(object: &Object<'_>, name: &[u8]) -> Option<SectionIndex> {
    let number = object.sections.iter().position(|header| header.name() == name)?;
    object.section_at(number, 0)
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

impl Common {
    fn read(data: &[u8], start: usize, end: usize) -> Option<Common> {
        let mut common = Common {
            start,
            function: PointerEncoding::of(0)?,
            data: None,
            has_augmentation: false,
        };
        // Behind the length, a zero and the version.
        let augmentation = data.get(start + 9..end)?;
        let len = augmentation.iter().position(|byte| *byte == 0)?;
        let (augmentation, mut rest) = (&augmentation[..len], &augmentation[len + 1..]);
        let Some(parts) = augmentation.strip_prefix(b"z") else {
            return augmentation.is_empty().then_some(common);
        };
        common.has_augmentation = true;
        // Two factors, a register, and the length of what follows.
        for _ in 0..4 {
            rest = behind_number(rest)?;
        }
        for part in parts {
            match part {
                b'R' => common.function = PointerEncoding::of(*rest.first()?)?,
                b'L' => common.data = Some(PointerEncoding::of(*rest.first()?)?),
                b'P' => rest = rest.get(PointerEncoding::of(*rest.first()? & 0x7f)?.size..)?,
                _ => continue,
            }
            rest = rest.get(1..)?;
        }
        Some(common)
    }

    /// Returns the fields of a record that hold addresses.
    fn addresses(&self, data: &[u8], record: usize, end: usize) -> Option<Vec<(usize, PointerEncoding)>> {
        let function = record + 8;
        let mut addresses = vec![(function, self.function)];
        if let Some(encoding) = self.data.filter(|_| self.has_augmentation) {
            let len = function + 2 * self.function.size;
            let rest = data.get(len..end)?;
            let field = end - behind_number(rest)?.len();
            // A function of which there is nothing to read has zero there, or nothing.
            if rest[0] != 0 && data.get(field..field + encoding.size)?.iter().any(|byte| *byte != 0) {
                addresses.push((field, encoding));
            }
        }
        Some(addresses)
    }
}

fn behind_number(data: &[u8]) -> Option<&[u8]> {
    let last = data.iter().position(|byte| byte & 0x80 == 0)?;
    data.get(last + 1..)
}

impl PointerEncoding {
    /// Returns the address that a field holds, where the table begins at `start`.
    fn read(self, data: &[u8], at: usize, start: u64) -> Option<u64> {
        let field = data.get(at..)?;
        let stored = match self.size {
            4 => i32::from_le_bytes(*field.first_chunk()?).into(),
            _ => i64::from_le_bytes(*field.first_chunk()?),
        };
        let place = if self.is_pc_relative {
            start.wrapping_add(at as u64)
        } else {
            0
        };
        Some(place.wrapping_add_signed(stored))
    }

    /// Returns the kind of a relocation that writes such a field.
    fn relocation(self) -> u32 {
        let number = if self.is_pc_relative { SUBTRACTOR } else { UNSIGNED };
        kind::of(number, self.size as u32, false)
    }
}

/// Records made of the entries of a compact table.
#[cfg(target_arch = "aarch64")]
mod compact {
    use super::*;

    const ENTRY: usize = 32;
    const FUNCTION: u64 = 0;
    const SIZE: usize = 8;
    const ENCODING: usize = 12;
    const PERSONALITY: u64 = 16;
    const DATA: u64 = 24;

    /// The frame is where the frame pointer says, or so many times sixteen bytes above the stack pointer.
    const MODE: u32 = 0x0f00_0000;
    const WITH_FRAME: u32 = 0x0400_0000;
    const WITHOUT_FRAME: u32 = 0x0200_0000;
    const STACK_SIZE_AT: u32 = 12;
    /// Pairs of registers that are saved below the frame, one behind the other: the bit, and the first one's number.
    const PAIRS: [(u32, u8); 9] = [
        (0x001, 19),
        (0x002, 21),
        (0x004, 23),
        (0x008, 25),
        (0x010, 27),
        (0x100, 64 + 8),
        (0x200, 64 + 10),
        (0x400, 64 + 12),
        (0x800, 64 + 14),
    ];

    pub(super) fn read_entries(
        table: &mut UnwindTable,
        object: &Object<'_>,
        section: SectionIndex,
    ) -> Result<(), LoadError> {
        let malformed = || LoadError::Object("its unwinding table is malformed".into());
        let data = object.section(section)?.data;
        let relocations = object.relocations(section)?;
        let mut relocations = relocations.iter().peekable();
        for number in 0..data.len() / ENTRY {
            let start = number * ENTRY;
            let (mut function, mut personality, mut exceptions) = (None, None, None);
            while let Some(one) = relocations.next_if(|one| one.offset < (start + ENTRY) as u64) {
                match one.offset.checked_sub(start as u64) {
                    Some(FUNCTION) => function = Some(one),
                    Some(PERSONALITY) => personality = Some(one),
                    Some(DATA) => exceptions = Some(one),
                    _ => return Err(malformed()),
                }
            }
            let size = word(data, start + SIZE).ok_or_else(malformed)?;
            let encoding = word(data, start + ENCODING).ok_or_else(malformed)?;
            if let (Some(rules), Some(function)) = (rules(encoding), function) {
                let common = table.add_common(personality);
                table.add(common, function, size, personality.map(|_| exceptions), &rules);
            }
        }
        Ok(())
    }

    /// Returns how to find the registers of the caller; `None` if a record says so, or nothing does. A function without
    /// a frame that saves registers calls no other.
    fn rules(encoding: u32) -> Option<Vec<u8>> {
        const DEFINE_FRAME: u8 = 0x0c;
        const SAVED: u8 = 0x80;
        const SAVED_HIGH: u8 = 0x05;
        const FRAME_POINTER: u8 = 29;
        const LINK: u8 = 30;
        const STACK_POINTER: u8 = 31;
        let pairs = || PAIRS.iter().filter(|(bit, _)| encoding & bit != 0);
        match encoding & MODE {
            WITH_FRAME => {
                let mut rules = vec![
                    DEFINE_FRAME,
                    FRAME_POINTER,
                    16,
                    SAVED | LINK,
                    1,
                    SAVED | FRAME_POINTER,
                    2,
                ];
                let registers = pairs().flat_map(|(_, first)| [*first, first + 1]);
                for (words, register) in (3..).zip(registers) {
                    match register {
                        0..0x40 => rules.extend([SAVED | register, words]),
                        _ => rules.extend([SAVED_HIGH, register, words]),
                    }
                }
                Some(rules)
            }
            WITHOUT_FRAME if pairs().next().is_none() => {
                let size = 16 * (encoding >> STACK_SIZE_AT & 0xfff);
                let digits = [size as u8 | 0x80, (size >> 7) as u8 | 0x80, (size >> 14) as u8];
                Some([&[DEFINE_FRAME, STACK_POINTER][..], &digits].concat())
            }
            _ => None,
        }
    }

    impl UnwindTable {
        fn put_relocation(&mut self, relocation: Relocation, kind: u32) {
            let offset = self.bytes.len() as u64;
            self.relocations.push(Relocation {
                offset,
                kind,
                ..relocation
            });
        }

        /// Adds a common record, and returns where it begins.
        fn add_common(&mut self, personality: Option<Relocation>) -> usize {
            let start = self.begin(0);
            // A version, factors of 1 and -8, and the register that has the return address.
            let head = |augmentation: &[u8]| [&[1][..], augmentation, &[0, 1, 0x78, 30]].concat();
            match personality {
                Some(personality) => {
                    self.bytes.extend(head(b"zPLR"));
                    self.bytes.extend([7, 0x9b]);
                    self.put_relocation(personality, kind::of(macho::ARM64_RELOC_POINTER_TO_GOT, 4, true));
                    self.bytes.extend([0, 0, 0, 0, 0x10, 0x10]);
                }
                None => {
                    self.bytes.extend(head(b"zR"));
                    self.bytes.extend([1, 0x10]);
                }
            }
            self.end(start);
            start
        }

        /// Adds the record of a function. With a personality function there is a field for what that reads.
        fn add(
            &mut self,
            common: usize,
            function: Relocation,
            size: u32,
            data: Option<Option<Relocation>>,
            rules: &[u8],
        ) {
            let start = self.begin(0);
            let back = (start + 4 - common) as u32;
            self.bytes[start + 4..].copy_from_slice(&back.to_le_bytes());
            let distance = kind::of(SUBTRACTOR, 8, false);
            self.put_relocation(function, distance);
            self.bytes.extend([0; 8]);
            self.bytes.extend(u64::from(size).to_le_bytes());
            match data {
                // Zero in the field says that there is nothing to read.
                Some(data) => {
                    self.bytes.push(8);
                    if let Some(data) = data {
                        self.put_relocation(data, distance);
                    }
                    self.bytes.extend([0; 8]);
                }
                None => self.bytes.push(0),
            }
            self.bytes.extend(rules);
            self.end(start);
        }

        fn begin(&mut self, back: u32) -> usize {
            let start = self.bytes.len();
            self.bytes.extend([0; 4]);
            self.bytes.extend(back.to_le_bytes());
            start
        }

        /// Ends a record at a multiple of eight. What is between is no rule.
        fn end(&mut self, start: usize) {
            self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
            let len = (self.bytes.len() - start - 4) as u32;
            self.bytes[start..start + 4].copy_from_slice(&len.to_le_bytes());
        }
    }
}
