//! The reader of Mach-O objects: relocations.
//!
//! A relocation has no addend beside it: that is in the field, or in a relocation of its own before it, or it is what
//! the field has beyond the address of a section in the object. A distance between two symbols takes two relocations,
//! too. Here a relocation has its addend beside it, distances count from the field's beginning, as in ELF, and the
//! other one of two is nothing.

use object::LittleEndian as LE;
use object::macho::{self, RelocationInfo};
use object::read::macho::Section as _;

use super::macho::{Object, Subsection};
use super::{Relocation, SymbolIndex};
use crate::LoadError;
use crate::loader::relocate::macho_kind as kind;

/// The relocations of a section that is cut, or those that were made for an unwinding table.
#[derive(Clone, Copy)]
pub(crate) enum Relocations<'o> {
    InFile(InFile<'o>),
    Made(&'o [Relocation]),
}

#[derive(Clone, Copy)]
pub(crate) struct InFile<'o> {
    object: &'o Object<'o>,
    piece: Subsection,
    /// These are those of the whole section, the last one first, as LLVM writes them.
    all: &'o [macho::Relocation<LE>],
    /// Those of the piece.
    first: usize,
    end: usize,
    /// The bytes of the whole section.
    data: &'o [u8],
}

/// The relocations of a section in another order than in the file, if that has another one.
pub(super) type Sorted = Option<Vec<macho::Relocation<LE>>>;

/// Both processors have these, by other numbers.
#[cfg(target_arch = "x86_64")]
pub(super) const SUBTRACTOR: macho::RelocationType = macho::X86_64_RELOC_SUBTRACTOR;
#[cfg(target_arch = "aarch64")]
pub(super) const SUBTRACTOR: macho::RelocationType = macho::ARM64_RELOC_SUBTRACTOR;
pub(super) const UNSIGNED: macho::RelocationType = macho::RelocationType(0);

/// A descriptor of a thread-local has three words: a function, a key, and where the thread-local is.
const DESCRIPTOR: u64 = 24;
const WHERE: u64 = 16;

impl<'o> Relocations<'o> {
    pub(super) fn of(object: &'o Object<'_>, piece: Subsection) -> Result<Relocations<'o>, LoadError> {
        let in_file = object.raw_relocations(piece.section)?;
        if in_file.is_empty() {
            return Ok(Relocations::Made(&[]));
        }
        let sorted = object.sorted[piece.section].get_or_init(|| {
            if in_file.is_sorted_by(|a, b| address(*a) >= address(*b)) {
                return None;
            }
            let mut sorted = in_file.to_vec();
            // Two that belong together have the same address, and stay in their order.
            sorted.sort_by_key(|raw| std::cmp::Reverse(address(*raw)));
            Some(sorted)
        });
        let all = sorted.as_deref().unwrap_or(in_file);
        Ok(Relocations::InFile(InFile {
            object,
            piece,
            all,
            first: all.partition_point(|raw| address(*raw) >= piece.end),
            end: all.partition_point(|raw| address(*raw) >= piece.start),
            data: object.contents(piece.section)?,
        }))
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Relocations::InFile(relocations) => relocations.end.saturating_sub(relocations.first),
            Relocations::Made(relocations) => relocations.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn get(&self, index: usize) -> Option<Relocation> {
        match self {
            Relocations::InFile(relocations) => relocations.get(index),
            Relocations::Made(relocations) => relocations.get(index).copied(),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Relocation> + use<'o> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}

fn address(raw: macho::Relocation<LE>) -> u64 {
    raw.info(LE).r_address.into()
}

impl InFile<'_> {
    fn get(&self, index: usize) -> Option<Relocation> {
        let at = self.end.checked_sub(index + 1).filter(|at| *at >= self.first)?;
        let info = self.all[at].info(LE);
        let before = at.checked_sub(1).map(|at| self.all[at].info(LE));
        let before = before.filter(|before| before.r_address == info.r_address);
        let offset = u64::from(info.r_address);
        let relocation = |kind, (symbol, addend)| Relocation {
            offset: offset - self.piece.start,
            kind,
            symbol,
            addend,
        };
        let nothing = relocation(kind::NONE, (SymbolIndex(0), 0));
        if info.r_type == SUBTRACTOR {
            let minuend = at.checked_add(1).and_then(|at| self.all.get(at))?.info(LE);
            let distance = self.distance(&info, &minuend);
            // What cannot be told has the number of no kind.
            let number = kind::of(SUBTRACTOR, 1 << info.r_length, distance.is_none());
            return Some(relocation(number, distance.unwrap_or((SymbolIndex(0), 0))));
        }
        if info.r_type == UNSIGNED && before.is_some_and(|before| before.r_type == SUBTRACTOR) {
            return Some(nothing);
        }
        let number = kind::of(info.r_type, 1 << info.r_length, info.r_pcrel);
        self.processors_own(&info, before, number)
            .map_or(Some(nothing), |(kind, target)| Some(relocation(kind, target)))
    }

    /// Returns the kind of a relocation and what it refers to; `None` if it belongs to the next one.
    #[cfg(target_arch = "x86_64")]
    fn processors_own(
        &self,
        info: &RelocationInfo,
        _: Option<RelocationInfo>,
        number: u32,
    ) -> Option<(u32, (SymbolIndex, i64))> {
        if info.r_type == UNSIGNED {
            return Some((number | self.thread_local(info), self.unsigned(info)));
        }
        let stored = self.stored(info);
        // A distance counts from the end of the field, and where the object says that of a section, from that of the
        // instruction.
        let behind = match info.r_type {
            macho::X86_64_RELOC_SIGNED_1 => 1,
            macho::X86_64_RELOC_SIGNED_2 => 2,
            macho::X86_64_RELOC_SIGNED_4 => 4,
            _ => 0,
        };
        let target = match info.r_extern {
            true => (named(info), stored.wrapping_sub(4)),
            false => {
                let start = self.object.sections[self.piece.section].addr.get(LE);
                let end = start.wrapping_add(u64::from(info.r_address) + 4 + behind);
                let (symbol, addend) = self.at(info, end.wrapping_add_signed(stored));
                (symbol, addend.wrapping_sub(4 + behind.cast_signed()))
            }
        };
        Some((number, target))
    }

    /// Returns the kind of a relocation and what it refers to; `None` if it belongs to the next one.
    #[cfg(target_arch = "aarch64")]
    fn processors_own(
        &self,
        info: &RelocationInfo,
        before: Option<RelocationInfo>,
        number: u32,
    ) -> Option<(u32, (SymbolIndex, i64))> {
        let number = match info.r_type {
            UNSIGNED => return Some((number | self.thread_local(info), self.unsigned(info))),
            macho::ARM64_RELOC_ADDEND => return None,
            macho::ARM64_RELOC_PAGEOFF12
            | macho::ARM64_RELOC_GOT_LOAD_PAGEOFF12
            | macho::ARM64_RELOC_TLVP_LOAD_PAGEOFF12 => number + self.scale(info) * kind::SCALE,
            _ => number,
        };
        let addend = match before {
            Some(before) if before.r_type == macho::ARM64_RELOC_ADDEND => {
                // It is a number of 24 bits.
                i64::from((before.r_symbolnum << 8).cast_signed() >> 8)
            }
            _ => 0,
        };
        let symbol = match info.r_extern {
            true => named(info),
            false => SymbolIndex(u32::MAX),
        };
        Some((number, (symbol, addend)))
    }

    /// Returns by what power of two an instruction multiplies the offset in its field: the size of what it loads or
    /// stores. `add` multiplies by nothing.
    #[cfg(target_arch = "aarch64")]
    fn scale(&self, info: &RelocationInfo) -> u32 {
        let code = self.stored(info) as u32;
        match (
            code & 0x3b00_0000 == 0x3900_0000,
            code & 0x0480_0000 == 0x0480_0000,
            code >> 30,
        ) {
            (false, ..) => 0,
            (true, true, 0) => 4,
            (true, _, size) => size,
        }
    }

    /// Returns what is in the field, as a number with a sign.
    fn stored(&self, info: &RelocationInfo) -> i64 {
        let field = self.data.get(info.r_address as usize..).unwrap_or_default();
        let wide = field.first_chunk().map(|field| i64::from_le_bytes(*field));
        let word = field.first_chunk().map(|field| i32::from_le_bytes(*field).into());
        // Where there is no field, nothing can be written either, and that is an error later.
        if info.r_length == 3 { wide } else { word }.unwrap_or(0)
    }

    /// Returns what an address in a field refers to.
    fn unsigned(&self, info: &RelocationInfo) -> (SymbolIndex, i64) {
        match (info.r_extern, self.stored(info)) {
            (true, stored) => (named(info), stored),
            (false, stored) => self.at(info, stored.cast_unsigned()),
        }
    }

    /// Returns the symbol at an address of the object, in the section that the relocation names, and the offset in it.
    /// The address alone does not tell the end of a section from the beginning of the next.
    fn at(&self, info: &RelocationInfo, address: u64) -> (SymbolIndex, i64) {
        let place = self.object.place_in(info.r_symbolnum, address);
        let reference = place.and_then(|(section, offset)| self.object.reference_at(section, offset));
        reference.unwrap_or((SymbolIndex(u32::MAX), 0))
    }

    /// Returns what marks the word of a descriptor that says where a thread-local is.
    fn thread_local(&self, info: &RelocationInfo) -> u32 {
        let header = &self.object.sections[self.piece.section];
        let is_descriptor = header.section_type(LE) == macho::S_THREAD_LOCAL_VARIABLES;
        let is_where = is_descriptor && u64::from(info.r_address) % DESCRIPTOR == WHERE;
        if is_where { kind::THREAD_LOCAL } else { 0 }
    }

    /// Returns what a distance refers to that counts from somewhere in the piece. Others change as the piece is placed.
    fn distance(&self, info: &RelocationInfo, minuend: &RelocationInfo) -> Option<(SymbolIndex, i64)> {
        let is_pair = minuend.r_type == UNSIGNED
            && minuend.r_address == info.r_address
            && minuend.r_length == info.r_length
            && minuend.r_extern
            && info.r_extern;
        let (section, from) = self.object.place_of_symbol(named(info)).filter(|_| is_pair)?;
        let from_piece = self.object.subsection(self.object.section_at(section, from)?)?;
        let is_own = (from_piece.section, from_piece.start) == (self.piece.section, self.piece.start);
        let back = i64::from(info.r_address).checked_sub_unsigned(from)?;
        is_own.then(|| (named(minuend), self.stored(info).wrapping_add(back)))
    }
}

impl Object<'_> {
    /// Returns the symbol of the section at an address of the object, and the offset in it.
    pub(super) fn reference_to(&self, address: u64) -> Option<(SymbolIndex, i64)> {
        let (section, offset) = self.place_of(address)?;
        self.reference_at(section, offset)
    }

    /// Returns the symbol at a place of one of the file's sections, and the offset in it.
    fn reference_at(&self, section: usize, offset: u64) -> Option<(SymbolIndex, i64)> {
        let index = self.section_at(section, offset)?;
        let start = self.subsection(index)?.start;
        Some((self.symbol_for(index), (offset - start).cast_signed()))
    }
}

fn named(info: &RelocationInfo) -> SymbolIndex {
    SymbolIndex(info.r_symbolnum + 1)
}
