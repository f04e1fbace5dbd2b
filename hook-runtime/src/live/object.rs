//! One relocatable object, as the rest of the loader wants to see it: sections, symbols and relocations by index.

use std::sync::OnceLock;

use object::LittleEndian as LE;
use object::elf::{self, FileHeader64, Rela64, Sym64};
use object::read::elf::{
    FileHeader as _, Rela as _, RelocationSections, SectionHeader as _, SectionTable, SymbolTable,
};
use object::{SectionIndex, SymbolIndex};

use super::error::LoadError;
use super::unwind::Frames;

pub(super) type Elf = FileHeader64<LE>;

#[cfg(target_arch = "x86_64")]
pub(super) const MACHINE: elf::Machine = elf::EM_X86_64;
#[cfg(target_arch = "aarch64")]
pub(super) const MACHINE: elf::Machine = elf::EM_AARCH64;

pub(super) struct Object<'d> {
    data: &'d [u8],
    sections: SectionTable<'d, Elf>,
    symbols: SymbolTable<'d, Elf>,
    relocations: RelocationSections,
    /// By section: a symbol that names it, 0 where none does.
    names: Vec<u32>,
    frames: OnceLock<Frames>,
}

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
    /// Shorter than `size` where the rest is zero.
    pub(super) data: &'d [u8],
}

pub(super) struct Symbol<'d> {
    pub(super) name: &'d str,
    pub(super) place: Place,
    pub(super) size: u64,
    pub(super) local: bool,
    pub(super) weak: bool,
    pub(super) thread_local: bool,
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
        let sections = header.sections(LE, data)?;
        let symbols = sections.symbols(LE, data, elf::SHT_SYMTAB)?;
        let relocations = RelocationSections::parse(LE, &sections, symbols.section())?;
        let mut object =
            Object { data, sections, symbols, relocations, names: Vec::new(), frames: OnceLock::new() };
        object.names = object.name_sections()?;
        Ok(object)
    }

    /// A linker moves whole sections, so one name places everything in it. Names that the assembler or the optimizer made
    /// up (`.L..`, `.. .llvm. ..`) mean nothing outside their object.
    fn name_sections(&self) -> Result<Vec<u32>, LoadError> {
        let mut names = vec![0; self.sections.len()];
        for (index, symbol) in (0..).zip(self.symbols.symbols()) {
            let kind = symbol.st_info.st_type();
            if kind == elf::STT_SECTION || kind == elf::STT_FILE || symbol.st_name.get(LE) == 0 {
                continue;
            }
            let Some(section) = self.symbols.symbol_section(LE, symbol, SymbolIndex(index as usize))? else {
                continue;
            };
            let name = self.symbols.symbol_name(LE, symbol)?;
            if name.starts_with(b".L") || name.starts_with(b"$") || name.windows(6).any(|part| part == b".llvm.") {
                continue;
            }
            let known = names.get_mut(section.0).ok_or_else(|| LoadError::Object("no such section".into()))?;
            if *known == 0 {
                *known = index;
            }
        }
        Ok(names)
    }

    pub(super) fn section(&self, index: u32) -> Result<Section<'d>, LoadError> {
        let header = self.sections.section(SectionIndex(index as usize))?;
        let flags = header.sh_flags(LE);
        let has = |flag: elf::SectionFlags| flags.0 & flag.0 != 0;
        let role = if has(elf::SHF_TLS) {
            Role::ThreadLocal
        } else if has(elf::SHF_EXECINSTR) {
            Role::Code
        } else if has(elf::SHF_WRITE) && !self.section_name(index).starts_with(b".data.rel.ro") {
            Role::Variable
        } else {
            Role::Constant
        };
        Ok(Section {
            role,
            size: header.sh_size(LE),
            align: header.sh_addralign(LE).max(1),
            data: header.data(LE, self.data)?,
        })
    }

    pub(super) fn section_name(&self, index: u32) -> &'d [u8] {
        let header = self.sections.section(SectionIndex(index as usize));
        header.and_then(|header| self.sections.section_name(LE, header)).unwrap_or_default()
    }

    pub(super) fn section_by_name(&self, name: &[u8]) -> Option<u32> {
        self.sections.section_by_name(LE, name).map(|(index, _)| index.0 as u32)
    }

    pub(super) fn symbols(&self) -> &'d [Sym64<LE>] {
        self.symbols.symbols()
    }

    pub(super) fn symbol(&self, index: u32) -> Result<Symbol<'d>, LoadError> {
        let raw = self.symbols.symbol(SymbolIndex(index as usize))?;
        let name = std::str::from_utf8(self.symbols.symbol_name(LE, raw)?)
            .map_err(|_| LoadError::Object("a symbol name is not utf-8".into()))?;
        let value = raw.st_value.get(LE);
        let place = match self.symbols.symbol_section(LE, raw, SymbolIndex(index as usize))? {
            Some(section) => Place::Section { index: section.0 as u32, offset: value },
            None => match raw.st_shndx.get(LE) {
                elf::SHN_ABS => Place::Absolute(value),
                elf::SHN_COMMON => return Err(LoadError::Object(format!("`{name}` is a common block"))),
                _ => Place::Undefined,
            },
        };
        Ok(Symbol {
            name,
            place,
            size: raw.st_size.get(LE),
            local: raw.st_bind() == elf::STB_LOCAL,
            weak: raw.st_bind() == elf::STB_WEAK,
            thread_local: raw.st_type() == elf::STT_TLS,
        })
    }

    /// The symbol after which the whole section is called.
    pub(super) fn name_of_section(&self, section: u32) -> Option<u32> {
        self.names.get(section as usize).copied().filter(|&symbol| symbol != 0)
    }

    /// The index of the definition called `name`, local ones included.
    pub(super) fn definition(&self, name: &str) -> Option<u32> {
        let defined = |symbol: &Sym64<LE>| {
            symbol.st_shndx.get(LE) != elf::SHN_UNDEF
                && self.symbols.symbol_name(LE, symbol).is_ok_and(|found| found == name.as_bytes())
        };
        self.symbols().iter().position(defined).map(|index| index as u32)
    }

    /// The definitions that other objects may refer to, by index and name.
    pub(super) fn exports(&self) -> impl Iterator<Item = (u32, &'d [u8])> {
        (0..).zip(self.symbols()).filter_map(|(index, symbol)| {
            let exported = symbol.st_shndx.get(LE) != elf::SHN_UNDEF && symbol.st_bind() != elf::STB_LOCAL;
            exported.then(|| Some((index, self.symbols.symbol_name(LE, symbol).ok()?))).flatten()
        })
    }

    pub(super) fn relocations(&self, section: u32) -> Result<&'d [Rela64<LE>], LoadError> {
        let Some(index) = self.relocations.get(SectionIndex(section as usize)) else {
            return Ok(&[]);
        };
        let rela = self.sections.section(index)?.rela(LE, self.data)?;
        Ok(rela.ok_or_else(|| LoadError::Object("relocations without addends".into()))?.0)
    }

    pub(super) fn frames(&self) -> Result<&Frames, LoadError> {
        if let Some(frames) = self.frames.get() {
            return Ok(frames);
        }
        let frames = Frames::read(self)?;
        Ok(self.frames.get_or_init(|| frames))
    }
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
