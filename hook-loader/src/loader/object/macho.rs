//! The reader of Mach-O objects: sections.
//!
//! An object has one section for all functions, one for all variables, and so on. It permits linkers to cut them where
//! symbols begin, and to leave out what nothing refers to. Such a piece, a *subsection*, is what the rest of the loader
//! takes for a section; so a line gets the functions that it needs, as it does from ELF. Linkers cut sections of texts
//! and numbers by their contents, whatever symbols are there, and unwinding tables by their records; these sections
//! stay whole here.
//!
//! A symbol of C has an underscore before its name. The rest of the loader knows it by its name in C.

use std::sync::OnceLock;

use object::macho::{self, MachHeader64, Nlist64, Section64};
use object::read::macho::{MachHeader as _, Section as _, Segment as _};
use object::{LittleEndian as LE, ReadRef as _};

use super::macho_relocations::{Relocations, Sorted};
use super::macho_unwind::UnwindTable;
use super::{Merge, Section, SectionIndex, SectionKind};
use crate::LoadError;

pub(crate) type MachO = MachHeader64<LE>;

#[cfg(target_arch = "x86_64")]
pub(crate) const MACHINE: macho::CpuType = macho::CPU_TYPE_X86_64;
#[cfg(target_arch = "aarch64")]
pub(crate) const MACHINE: macho::CpuType = macho::CPU_TYPE_ARM64;

/// Of an object, only the headers have been read.
pub(crate) struct Object<'d> {
    data: &'d [u8],
    pub(super) sections: &'d [Section64<LE>],
    pub(super) symbols: &'d [Nlist64<LE>],
    pub(super) strings: &'d [u8],
    may_be_cut: bool,
    subsections: OnceLock<Subsections>,
    /// For each section, its relocations from the last to the first, where the file has them in another order.
    pub(super) sorted: Vec<OnceLock<Sorted>>,
    unwind_table: OnceLock<Result<UnwindTable, LoadError>>,
}

/// The pieces of all sections, in the order of the sections and of their addresses.
pub(super) struct Subsections {
    pub(super) all: Vec<Subsection>,
    /// Those of a section begin at this number, and end where those of the next section begin.
    first: Vec<usize>,
}

#[derive(Clone, Copy)]
pub(super) struct Subsection {
    /// It is a piece of the section of this number, from 0 on.
    pub(super) section: usize,
    /// It begins and ends at these offsets in the section.
    pub(super) start: u64,
    pub(super) end: u64,
    /// The number of the symbol after which it is called, from 1 on, or 0.
    pub(super) name: u32,
}

/// rustc permits no larger alignment.
const LARGEST_ALIGN: u32 = 29;
/// Code reaches no further.
const LARGEST_SIZE: u64 = 1 << 31;

impl<'d> Object<'d> {
    /// Reads the headers of an object of this machine.
    pub(crate) fn parse(data: &'d [u8]) -> Result<Object<'d>, LoadError> {
        let header = MachO::parse(data, 0)?;
        if header.magic.get(object::BigEndian) != macho::MH_CIGAM_64
            || header.cputype(LE) != MACHINE
            || header.filetype(LE) != macho::MH_OBJECT
        {
            return Err(LoadError::Object("it is not an object of this machine".into()));
        }
        let (mut sections, mut symbols, mut strings) = (&[][..], &[][..], &[][..]);
        let mut commands = header.load_commands(LE, data, 0)?;
        while let Some(command) = commands.next()? {
            if let Some((segment, rest)) = command.segment_64()? {
                if !sections.is_empty() {
                    return Err(LoadError::Object("it has several segments".into()));
                }
                sections = segment.sections(LE, rest)?;
            } else if let Some(table) = command.symtab()? {
                symbols = table.symbols::<MachO, _>(LE, data)?.symbols();
                strings = data
                    .read_bytes_at(table.stroff.get(LE).into(), table.strsize.get(LE).into())
                    .map_err(|()| LoadError::Object("its names are not in the file".into()))?;
            }
        }
        Ok(Object {
            data,
            sections,
            symbols,
            strings,
            may_be_cut: header.flags(LE).contains(macho::MH_SUBSECTIONS_VIA_SYMBOLS),
            subsections: OnceLock::new(),
            sorted: sections.iter().map(|_| OnceLock::new()).collect(),
            unwind_table: OnceLock::new(),
        })
    }

    /// Returns the indices of all sections.
    pub(crate) fn section_indices(&self) -> impl Iterator<Item = SectionIndex> + use<> {
        (1..=self.subsections().all.len() as u32).map(SectionIndex)
    }

    /// Returns a section, or an error if its contents are not in the file or it cannot be laid out.
    pub(crate) fn section(&self, index: SectionIndex) -> Result<Section<'d>, LoadError> {
        let piece = self
            .subsection(index)
            .ok_or_else(|| LoadError::Object("it has no such section".into()))?;
        let header = &self.sections[piece.section];
        let align = header.align.get(LE);
        if align > LARGEST_ALIGN || header.size.get(LE) > LARGEST_SIZE {
            return Err(LoadError::Object("a section is too large".into()));
        }
        let whole = self.contents(piece.section)?;
        let range = piece.start as usize..piece.end as usize;
        // A piece is where it is in the section, so that it is aligned to no more.
        let at = header.addr.get(LE).wrapping_add(piece.start).trailing_zeros();
        Ok(Section {
            kind: kind(header),
            size: piece.end - piece.start,
            align: 1 << align.min(at),
            merge: merge(header),
            data: whole.get(range).unwrap_or_default(),
        })
    }

    /// Returns the bytes of a whole section, or none where all of them are zero.
    pub(super) fn contents(&self, section: usize) -> Result<&'d [u8], LoadError> {
        let header = &self.sections[section];
        let data = header.data(LE, self.data, header.offset.get(LE).into());
        data.map_err(|_| LoadError::Object("a section has less data than its size".into()))
    }

    /// Returns the name of a section, which is empty where it cannot be read.
    pub(crate) fn section_name(&self, index: SectionIndex) -> &'d [u8] {
        self.subsection(index)
            .map_or(&[], |piece| self.sections[piece.section].name())
    }

    pub(crate) fn is_code(&self, section: SectionIndex) -> bool {
        self.subsection(section)
            .is_some_and(|piece| kind(&self.sections[piece.section]) == SectionKind::Code)
    }

    pub(crate) fn relocations(&self, section: SectionIndex) -> Result<Relocations<'_>, LoadError> {
        match self.subsection(section) {
            Some(piece) => Relocations::of(self, piece),
            None => Ok(Relocations::Made(&[])),
        }
    }

    /// Returns the relocations of a section as the file has them.
    pub(super) fn raw_relocations(&self, section: usize) -> Result<&'d [macho::Relocation<LE>], LoadError> {
        Ok(self.sections[section].relocations(LE, self.data)?)
    }

    /// Returns the unwinding table, in the form that ELF has it, and its relocations.
    pub(crate) fn unwind_table(&self) -> Result<(&[u8], Relocations<'_>), LoadError> {
        let table = self.unwind_table.get_or_init(|| UnwindTable::of(self));
        let table = table.as_ref().map_err(LoadError::clone)?;
        Ok((&table.bytes, Relocations::Made(&table.relocations)))
    }

    pub(super) fn subsection(&self, index: SectionIndex) -> Option<Subsection> {
        self.subsections().all.get((index.0 as usize).checked_sub(1)?).copied()
    }

    /// Returns the section that has a place of one of the file's sections.
    pub(super) fn section_at(&self, section: usize, offset: u64) -> Option<SectionIndex> {
        let Subsections { all, first } = self.subsections();
        let pieces = all.get(*first.get(section)?..*first.get(section + 1)?)?;
        let behind = pieces.partition_point(|piece| piece.start <= offset);
        let number = first[section] + behind.checked_sub(1)?;
        (offset <= all[number].end).then_some(SectionIndex(number as u32 + 1))
    }

    /// Returns the file's section with an address of the object, and the offset in it.
    pub(super) fn place_of(&self, address: u64) -> Option<(usize, u64)> {
        let place = |(number, header): (usize, &Section64<LE>)| {
            let offset = address.checked_sub(header.addr.get(LE))?;
            (offset <= header.size.get(LE)).then_some((number, offset))
        };
        let is_within = |place: &(usize, u64)| place.1 < self.sections[place.0].size.get(LE);
        let mut places = self.sections.iter().enumerate().filter_map(place);
        // The end of a section may be the beginning of the next.
        places.clone().find(is_within).or_else(|| places.next())
    }

    pub(super) fn subsections(&self) -> &Subsections {
        self.subsections.get_or_init(|| self.cut())
    }

    fn cut(&self) -> Subsections {
        let mut starts = Vec::with_capacity(self.symbols.len());
        for (number, symbol) in (1..).zip(self.symbols) {
            let alternative = symbol.n_desc.get(LE).contains(macho::N_ALT_ENTRY);
            if let Some((section, offset)) = self.place(symbol)
                && !alternative
                && (offset == 0 || self.may_be_cut && is_cut_by_symbols(&self.sections[section]))
            {
                starts.push((section, offset, number));
            }
        }
        starts.sort_unstable();
        let mut starts = starts.into_iter().peekable();
        let mut all: Vec<Subsection> = Vec::with_capacity(starts.len() + self.sections.len());
        let mut first = Vec::with_capacity(self.sections.len() + 1);
        for (section, header) in self.sections.iter().enumerate() {
            first.push(all.len());
            let piece = |start, name| Subsection {
                section,
                start,
                end: header.size.get(LE),
                name,
            };
            all.push(piece(0, 0));
            while let Some((_, start, name)) = starts.next_if(|next| next.0 == section) {
                let last = all.len() - 1;
                if all[last].start != start {
                    all[last].end = start;
                    all.push(piece(start, name));
                } else if self.is_better_name(name, all[last].name) {
                    all[last].name = name;
                }
            }
        }
        first.push(all.len());
        for piece in &mut all {
            if !self.is_name(piece.name) {
                piece.name = 0;
            }
        }
        Subsections { all, first }
    }
}

/// Returns whether linkers cut a section where symbols begin.
fn is_cut_by_symbols(header: &Section64<LE>) -> bool {
    let is_table = matches!(header.name(), b"__eh_frame" | b"__compact_unwind");
    merge(header).is_none() && !is_table
}

fn merge(header: &Section64<LE>) -> Option<Merge> {
    match header.flags.get(LE).typ() {
        macho::S_CSTRING_LITERALS => Some(Merge::Strings),
        macho::S_4BYTE_LITERALS => Some(Merge::Constants(4)),
        macho::S_8BYTE_LITERALS => Some(Merge::Constants(8)),
        macho::S_16BYTE_LITERALS => Some(Merge::Constants(16)),
        _ => None,
    }
}

/// Returns whether a section has instructions.
pub(crate) fn is_code(header: &Section64<LE>) -> bool {
    let flags = header.flags.get(LE);
    flags.intersects(macho::S_ATTR_PURE_INSTRUCTIONS | macho::S_ATTR_SOME_INSTRUCTIONS)
}

pub(super) fn kind(header: &Section64<LE>) -> SectionKind {
    match (header.segment_name(), header.name(), header.flags.get(LE).typ()) {
        (_, _, macho::S_THREAD_LOCAL_REGULAR | macho::S_THREAD_LOCAL_ZEROFILL) => SectionKind::ThreadLocal,
        _ if is_code(header) => SectionKind::Code,
        // Linkers take the right to write from the second, too, once the program has started.
        (b"__TEXT", ..) | (b"__DATA", b"__const", _) => SectionKind::Constant,
        _ => SectionKind::Variable,
    }
}
