//! One relocatable object, as the rest of the loader wants to see it: sections, symbols and relocations by index.
//!
//! A large crate is one object with hundreds of thousands of sections, of which a line needs twenty, and this code
//! runs unoptimized. So nothing is read until it is asked for, and the two things that cannot be found without
//! looking at all symbols (a definition by its name, the names of sections) are plain loops over the tables as they
//! are in the file.

use std::ffi::CStr;
use std::sync::OnceLock;

use object::elf::{self, FileHeader64, Rela64, SectionHeader64, Sym64};
use object::read::elf::{FileHeader as _, RelocationSections, SectionHeader as _, SectionTable};
use object::{LittleEndian as LE, SectionIndex, U32};

use super::names::plain;
use crate::LoadError;

pub(super) type Elf = FileHeader64<LE>;

#[cfg(target_arch = "x86_64")]
pub(super) const MACHINE: elf::Machine = elf::EM_X86_64;
#[cfg(target_arch = "aarch64")]
pub(super) const MACHINE: elf::Machine = elf::EM_AARCH64;

pub(super) struct Object<'d> {
    data: &'d [u8],
    table: SectionTable<'d, Elf>,
    sections: &'d [SectionHeader64<LE>],
    symbols: &'d [Sym64<LE>],
    strings: &'d [u8],
    /// Sections of symbols whose own field for it is too small.
    extended: &'d [U32<LE>],
    symbol_table: SectionIndex,
    /// By section: a symbol that names it, 0 where none does.
    names: OnceLock<Vec<u32>>,
    /// `None` if the relocations of each section come right after it, as they do in what LLVM writes.
    relocations: Option<RelocationSections>,
    frames: OnceLock<Option<u32>>,
}

/// In the place of a size: each part is a text that ends in zero.
pub(super) const TEXT: u64 = u64::MAX;
/// The largest alignment that rustc permits.
const ALIGN: u64 = 1 << 29;
/// Code reaches no further.
const REACH: u64 = 1 << 31;

/// Section indices from here on do not fit into a symbol.
const LARGEST: u16 = 0xff00;

/// What a section is for, as far as loading goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Code,
    Constant,
    Variable,
    ThreadLocal,
}

pub(super) struct Section<'d> {
    pub(super) role: Role,
    pub(super) size: u64,
    pub(super) align: u64,
    /// Linkers may put its parts elsewhere, each for itself: their size, [`TEXT`], or 0 if they differ otherwise.
    pub(super) parts: Option<u64>,
    /// Empty where all is zero.
    pub(super) data: &'d [u8],
}

pub(super) struct Symbol<'d> {
    pub(super) name: &'d str,
    pub(super) place: Place,
    pub(super) size: u64,
    pub(super) local: bool,
    pub(super) weak: bool,
    pub(super) thread_local: bool,
    /// It stands for a section.
    pub(super) of_section: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Undefined,
    Absolute(u64),
    Section { index: u32, offset: u64 },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Relocation {
    pub(super) offset: u64,
    pub(super) kind: u32,
    pub(super) symbol: u32,
    pub(super) addend: i64,
}

impl<'d> Object<'d> {
    pub(super) fn parse(data: &'d [u8]) -> Result<Object<'d>, LoadError> {
        let header = Elf::parse(data)?;
        if !header.is_little_endian() || header.e_machine(LE) != MACHINE || header.e_type(LE) != elf::ET_REL {
            return Err(LoadError::Object("not an object of this machine".into()));
        }
        let sections = header.section_headers(LE, data)?;
        let table: SectionTable<'_, Elf> = SectionTable::new(sections, header.section_strings(LE, data, sections)?);
        let (mut symbols, mut strings, mut extended) = (&[][..], &[][..], &[][..]);
        let mut symbol_table = SectionIndex(0);
        // LLVM puts the symbol table last.
        for (index, section) in sections.iter().enumerate().rev() {
            if section.sh_type(LE) == elf::SHT_SYMTAB {
                symbols = section.data_as_array(LE, data)?;
                strings = table.section(section.link(LE))?.data(LE, data)?;
                symbol_table = SectionIndex(index);
                break;
            }
        }
        if sections.len() >= LARGEST as usize {
            let is_extended = |section: &&SectionHeader64<LE>| section.sh_type(LE) == elf::SHT_SYMTAB_SHNDX;
            if let Some(section) = sections.iter().rev().find(is_extended) {
                extended = section.data_as_array(LE, data)?;
            }
        }
        let mut object = Object {
            data,
            table,
            sections,
            symbols,
            strings,
            extended,
            symbol_table,
            names: OnceLock::new(),
            relocations: None,
            frames: OnceLock::new(),
        };
        if !object.is_orderly() {
            object.relocations = Some(RelocationSections::parse(LE, &table, symbol_table)?);
        }
        Ok(object)
    }

    /// Whether relocations come right after what they are for. A tool does so for all sections or for none, so it is
    /// enough to look at some.
    fn is_orderly(&self) -> bool {
        let mut some = self.sections.iter().enumerate().take(200);
        some.all(|(index, section)| section.sh_type(LE) != elf::SHT_RELA || section.sh_info(LE) as usize + 1 == index)
    }

    pub(super) fn section(&self, index: u32) -> Result<Section<'d>, LoadError> {
        let header = self.table.section(SectionIndex(index as usize))?;
        let flags = header.sh_flags(LE).0;
        let role = if flags & elf::SHF_TLS.0 != 0 {
            Role::ThreadLocal
        } else if flags & elf::SHF_EXECINSTR.0 != 0 {
            Role::Code
        } else if flags & elf::SHF_WRITE.0 != 0 && !self.section_name(index).starts_with(b".data.rel.ro") {
            Role::Variable
        } else {
            Role::Constant
        };
        let (size, align) = (header.sh_size(LE), header.sh_addralign(LE).max(1));
        if !align.is_power_of_two() || align > ALIGN || size > REACH {
            return Err(LoadError::Object("a section is too large".into()));
        }
        Ok(Section {
            role,
            size,
            align,
            parts: match (flags & elf::SHF_MERGE.0 != 0, flags & elf::SHF_STRINGS.0 != 0) {
                (false, _) => None,
                (true, false) => Some(header.sh_entsize(LE)),
                (true, true) if header.sh_entsize(LE) == 1 => Some(TEXT),
                (true, true) => Some(0),
            },
            data: header.data(LE, self.data)?,
        })
    }

    pub(super) fn section_name(&self, index: u32) -> &'d [u8] {
        let header = self.table.section(SectionIndex(index as usize));
        header
            .and_then(|header| self.table.section_name(LE, header))
            .unwrap_or_default()
    }

    pub(super) fn is_code(&self, section: u32) -> bool {
        let header = self.sections.get(section as usize);
        header.is_some_and(|header| header.sh_flags.get(LE).0 & elf::SHF_EXECINSTR.0 != 0)
    }

    pub(super) fn symbol(&self, index: u32) -> Result<Symbol<'d>, LoadError> {
        let raw = self
            .symbols
            .get(index as usize)
            .ok_or_else(|| LoadError::Object("no such symbol".into()))?;
        let name =
            str::from_utf8(self.name(raw)?).map_err(|_| LoadError::Object("a symbol name is not utf-8".into()))?;
        let value = raw.st_value.get(LE);
        let place = match self.section_of(index as usize) {
            0 => match raw.st_shndx.get(LE) {
                elf::SHN_ABS => Place::Absolute(value),
                elf::SHN_COMMON => return Err(LoadError::Object(format!("`{name}` is a common block"))),
                _ => Place::Undefined,
            },
            index => Place::Section { index, offset: value },
        };
        Ok(Symbol {
            name,
            place,
            size: raw.st_size.get(LE),
            local: raw.st_bind() == elf::STB_LOCAL,
            weak: raw.st_bind() == elf::STB_WEAK,
            thread_local: raw.st_type() == elf::STT_TLS,
            of_section: raw.st_type() == elf::STT_SECTION,
        })
    }

    /// 0 if it is in none.
    pub(super) fn section_of(&self, symbol: usize) -> u32 {
        let field = self.symbols.get(symbol).map_or(0, |symbol| symbol.st_shndx.get(LE).0);
        if field < LARGEST {
            u32::from(field)
        } else if field == elf::SHN_XINDEX.0 {
            self.extended.get(symbol).map_or(0, |section| section.get(LE))
        } else {
            0
        }
    }

    fn name(&self, symbol: &Sym64<LE>) -> Result<&'d [u8], LoadError> {
        string(self.strings, symbol.st_name.get(LE)).ok_or_else(|| LoadError::Object("a symbol has no name".into()))
    }

    /// A symbol after which the whole section may be called. Linkers move whole sections, so one name places
    /// everything in it. Names that the assembler or the optimizer made up (`.L..`, `..llvm..`) mean nothing outside
    /// of their object.
    pub(super) fn name_of_section(&self, section: u32) -> Result<Option<Symbol<'d>>, LoadError> {
        let names = self.names.get_or_init(|| self.name_sections());
        let Some(&symbol @ 1..) = names.get(section as usize) else {
            return Ok(None);
        };
        let symbol = self.symbol(symbol)?;
        let private = symbol.name.is_empty() || symbol.name.starts_with(".L") || is_numbered(symbol.name);
        Ok((!private).then_some(symbol))
    }

    fn name_sections(&self) -> Vec<u32> {
        let mut names = vec![0; self.sections.len()];
        let mut index = self.symbols.len();
        while index > 1 {
            index -= 1;
            let symbol = &self.symbols[index];
            let named = match elf::SymbolType(symbol.st_info.0 & 0xf) {
                elf::STT_FUNC => true,
                // Mapping symbols (`$d`) take the type of what is around, and have no size.
                elf::STT_OBJECT | elf::STT_TLS => symbol.st_size.get(LE) != 0,
                elf::STT_NOTYPE => symbol.st_info.0 >> 4 != elf::STB_LOCAL.0,
                _ => false,
            };
            if named && let Some(name) = names.get_mut(self.section_of(index) as usize) {
                *name = index as u32;
            }
        }
        names
    }

    /// The index of the definition called `name`, local ones included.
    pub(super) fn definition(&self, name: &str) -> Option<u32> {
        let mut index = 0;
        while let Some(symbol) = self.symbols.get(index) {
            let start = symbol.st_name.get(LE) as usize;
            if self.strings.get(start + name.len()) == Some(&0)
                && self.strings[start..start + name.len()] == *name.as_bytes()
                && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
            {
                return Some(index as u32);
            }
            index += 1;
        }
        None
    }

    /// The definitions that other objects may refer to, by index and name.
    pub(super) fn exports(&self) -> impl Iterator<Item = (u32, &'d [u8])> {
        (0..).zip(self.symbols).filter_map(|(index, symbol)| {
            let exported = symbol.st_info.0 >> 4 != 0 && symbol.st_shndx.get(LE) != elf::SHN_UNDEF;
            exported.then(|| Some((index, self.name(symbol).ok()?))).flatten()
        })
    }

    pub(super) fn relocations(&self, section: u32) -> Result<&'d [Rela64<LE>], LoadError> {
        let header = match &self.relocations {
            Some(all) => all
                .get(SectionIndex(section as usize))
                .and_then(|index| self.sections.get(index.0)),
            None => self.sections.get(section as usize + 1).filter(|header| {
                header.sh_type(LE) == elf::SHT_RELA
                    && header.sh_info(LE) == section
                    && header.link(LE) == self.symbol_table
            }),
        };
        match header {
            Some(header) if header.sh_type(LE) == elf::SHT_RELA => Ok(header.data_as_array(LE, self.data)?),
            Some(_) => Err(LoadError::Object("relocations without addends".into())),
            None => Ok(&[]),
        }
    }

    /// The section with the unwinding table.
    pub(super) fn frames(&self) -> Option<u32> {
        let called = |header: &SectionHeader64<LE>| {
            self.table
                .section_name(LE, header)
                .is_ok_and(|found| found == b".eh_frame")
        };
        // It stands near the end.
        let find = || self.sections.iter().rposition(called).map(|index| index as u32);
        *self.frames.get_or_init(find)
    }
}

/// Whether LLVM made up a name for something private.
fn is_numbered(name: &str) -> bool {
    plain(name.as_bytes()).len() != name.len()
}

/// The string that begins there in a string table. The standard library is optimized, other crates are not.
pub(super) fn string(table: &[u8], start: u32) -> Option<&[u8]> {
    Some(
        CStr::from_bytes_until_nul(table.get(start as usize..)?)
            .ok()?
            .to_bytes(),
    )
}

impl Relocation {
    pub(super) fn read(raw: &Rela64<LE>) -> Relocation {
        Relocation {
            offset: raw.r_offset.get(LE),
            kind: raw.r_type(LE, false).0,
            symbol: raw.r_sym(LE, false),
            addend: raw.r_addend.get(LE),
        }
    }
}

impl From<object::read::Error> for LoadError {
    fn from(error: object::read::Error) -> LoadError {
        LoadError::Object(error.to_string())
    }
}
