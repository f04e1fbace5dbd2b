//! The reader of ELF objects: sections and relocations.
//!
//! ELF keeps relocations in sections of their own, each of which says what section it is for. To find the ones of a
//! section, all headers would have to be looked at. LLVM writes relocations right behind their section, and a tool does
//! so for all sections or for none; so a look at the first ones tells whether the next header is the one, and only
//! where it is not, a table of them all is made.

use std::sync::OnceLock;

use object::elf::{self, FileHeader64, Rela64, SectionHeader64, Sym64};
use object::read::elf::{FileHeader as _, RelocationSections, SectionHeader as _, SectionTable};
use object::{LittleEndian as LE, U32};

use super::{Merge, Relocation, Section, SectionIndex, SectionKind, SymbolIndex};
use crate::LoadError;

pub(crate) type Elf = FileHeader64<LE>;

#[cfg(target_arch = "x86_64")]
pub(crate) const MACHINE: elf::Machine = elf::EM_X86_64;
#[cfg(target_arch = "aarch64")]
pub(crate) const MACHINE: elf::Machine = elf::EM_AARCH64;

/// Of an object, only the headers have been read.
pub(crate) struct Object<'d> {
    data: &'d [u8],
    table: SectionTable<'d, Elf>,
    pub(super) sections: &'d [SectionHeader64<LE>],
    pub(super) symbols: &'d [Sym64<LE>],
    pub(super) strings: &'d [u8],
    /// Some symbols have their section here, because their own field for it is too small.
    pub(super) extended: &'d [U32<LE>],
    symbol_table: object::SectionIndex,
    /// Each section has here the first symbol that names it, or 0.
    pub(super) names: OnceLock<Vec<u32>>,
    /// There is no table if the relocations of each section come right after it.
    relocations: Option<RelocationSections>,
    unwind_section: OnceLock<Option<SectionIndex>>,
}

#[derive(Clone, Copy)]
pub(crate) struct Relocations<'d>(&'d [Rela64<LE>]);

/// rustc permits no larger alignment.
const LARGEST_ALIGN: u64 = 1 << 29;
/// Code reaches no further.
const LARGEST_SIZE: u64 = 1 << 31;
/// Section indices from here on do not fit into a symbol.
pub(super) const LARGEST_INDEX: u16 = 0xff00;
/// So many headers tell how the object is written.
const SAMPLE: usize = 200;

impl<'d> Object<'d> {
    /// Reads the headers of an object of this machine.
    pub(crate) fn parse(data: &'d [u8]) -> Result<Object<'d>, LoadError> {
        let header = Elf::parse(data)?;
        if !header.is_little_endian() || header.e_machine(LE) != MACHINE || header.e_type(LE) != elf::ET_REL {
            return Err(LoadError::Object("it is not an object of this machine".into()));
        }
        let sections = header.section_headers(LE, data)?;
        let table: SectionTable<'_, Elf> = SectionTable::new(sections, header.section_strings(LE, data, sections)?);
        let (mut symbols, mut strings, mut extended) = (&[][..], &[][..], &[][..]);
        let mut symbol_table = object::SectionIndex(0);
        // LLVM puts the symbol table last.
        for (index, section) in sections.iter().enumerate().rev() {
            if section.sh_type(LE) == elf::SHT_SYMTAB {
                symbols = section.data_as_array(LE, data)?;
                strings = table.section(section.link(LE))?.data(LE, data)?;
                symbol_table = object::SectionIndex(index);
                break;
            }
        }
        if sections.len() >= LARGEST_INDEX as usize {
            let is_extended = |section: &&SectionHeader64<LE>| section.sh_type(LE) == elf::SHT_SYMTAB_SHNDX;
            if let Some(section) = sections.iter().rev().find(is_extended) {
                extended = section.data_as_array(LE, data)?;
            }
        }
        let has_neighbours = has_neighbouring_relocations(sections);
        Ok(Object {
            data,
            table,
            sections,
            symbols,
            strings,
            extended,
            symbol_table,
            names: OnceLock::new(),
            relocations: match has_neighbours {
                true => None,
                false => Some(RelocationSections::parse(LE, &table, symbol_table)?),
            },
            unwind_section: OnceLock::new(),
        })
    }

    /// Returns the indices of all sections.
    pub(crate) fn section_indices(&self) -> impl Iterator<Item = SectionIndex> + use<> {
        (1..self.sections.len() as u32).map(SectionIndex)
    }

    /// Returns a section, or an error if its contents are not in the file or it cannot be laid out.
    pub(crate) fn section(&self, index: SectionIndex) -> Result<Section<'d>, LoadError> {
        let header = self.table.section(object::SectionIndex(index.0 as usize))?;
        let flags = header.sh_flags(LE).0;
        let kind = if flags & elf::SHF_TLS.0 != 0 {
            SectionKind::ThreadLocal
        } else if flags & elf::SHF_EXECINSTR.0 != 0 {
            SectionKind::Code
        } else if flags & elf::SHF_WRITE.0 != 0 && !self.section_name(index).starts_with(b".data.rel.ro") {
            SectionKind::Variable
        } else {
            SectionKind::Constant
        };
        let (size, align) = (header.sh_size(LE), header.sh_addralign(LE).max(1));
        if !align.is_power_of_two() || align > LARGEST_ALIGN || size > LARGEST_SIZE {
            return Err(LoadError::Object("a section is too large".into()));
        }
        let merge = match (flags & elf::SHF_MERGE.0 != 0, flags & elf::SHF_STRINGS.0 != 0) {
            (false, _) => None,
            (true, false) => Some(Merge::Constants(header.sh_entsize(LE))),
            (true, true) if header.sh_entsize(LE) == 1 => Some(Merge::Strings),
            (true, true) => Some(Merge::Other),
        };
        let data = header.data(LE, self.data)?;
        if !data.is_empty() && data.len() as u64 != size {
            return Err(LoadError::Object("a section has less data than its size".into()));
        }
        Ok(Section {
            kind,
            size,
            align,
            merge,
            data,
        })
    }

    /// Returns the name of a section, which is empty where it cannot be read.
    pub(crate) fn section_name(&self, index: SectionIndex) -> &'d [u8] {
        let header = self.table.section(object::SectionIndex(index.0 as usize));
        header
            .and_then(|header| self.table.section_name(LE, header))
            .unwrap_or_default()
    }

    pub(crate) fn is_code(&self, section: SectionIndex) -> bool {
        let header = self.sections.get(section.0 as usize);
        header.is_some_and(|header| header.sh_flags.get(LE).0 & elf::SHF_EXECINSTR.0 != 0)
    }

    pub(crate) fn relocations(&self, section: SectionIndex) -> Result<Relocations<'d>, LoadError> {
        let SectionIndex(section) = section;
        let header = match &self.relocations {
            Some(all) => all
                .get(object::SectionIndex(section as usize))
                .and_then(|index| self.sections.get(index.0)),
            None => self.sections.get(section as usize + 1).filter(|header| {
                is_relocations(header) && header.sh_info(LE) == section && header.link(LE) == self.symbol_table
            }),
        };
        match header {
            Some(header) if header.sh_type(LE) == elf::SHT_RELA => {
                Ok(Relocations(header.data_as_array(LE, self.data)?))
            }
            Some(_) => Err(LoadError::Object("it has relocations without addends".into())),
            None => Ok(Relocations(&[])),
        }
    }

    /// Returns the unwinding table, which is empty if there is none, and its relocations.
    pub(crate) fn unwind_table(&self) -> Result<(&[u8], Relocations<'_>), LoadError> {
        match self.unwind_section() {
            Some(section) => Ok((self.section(section)?.data, self.relocations(section)?)),
            None => Ok((&[], Relocations(&[]))),
        }
    }

    fn unwind_section(&self) -> Option<SectionIndex> {
        let is_called = |header: &SectionHeader64<LE>| {
            self.table
                .section_name(LE, header)
                .is_ok_and(|found| found == b".eh_frame")
        };
        // It stands near the end.
        let find = || self.sections.iter().rposition(is_called);
        *self
            .unwind_section
            .get_or_init(|| find().map(|index| SectionIndex(index as u32)))
    }
}

fn has_neighbouring_relocations(sections: &[SectionHeader64<LE>]) -> bool {
    let mut some = sections.iter().enumerate().take(SAMPLE);
    some.all(|(index, section)| !is_relocations(section) || section.sh_info(LE) as usize + 1 == index)
}

fn is_relocations(section: &SectionHeader64<LE>) -> bool {
    matches!(section.sh_type(LE), elf::SHT_RELA | elf::SHT_REL)
}

impl Relocations<'_> {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, index: usize) -> Option<Relocation> {
        self.0.get(index).map(|raw| Relocation {
            offset: raw.r_offset.get(LE),
            kind: raw.r_type(LE, false).0,
            symbol: SymbolIndex(raw.r_sym(LE, false)),
            addend: raw.r_addend.get(LE),
        })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Relocation> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}
