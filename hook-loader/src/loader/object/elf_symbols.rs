//! The reader of ELF objects: symbols.
//!
//! Two things cannot be found without a look at all symbols, a definition by its name and the names of sections. They
//! are plain loops over the table as it is in the file, without the iterators that are slow where nothing is optimized.

use object::LittleEndian as LE;
use object::elf::{self, Sym64};

use super::elf::{LARGEST_INDEX, Object};
use super::symbol_name::{is_made_up, string};
use super::{Definition, SectionIndex, Symbol, SymbolIndex};
use crate::LoadError;

impl<'d> Object<'d> {
    /// Returns a symbol, or an error if it is of a kind that cannot be loaded.
    pub(crate) fn symbol(&self, index: SymbolIndex) -> Result<Symbol<'d>, LoadError> {
        let malformed = |what: &str| LoadError::Object(what.into());
        let raw = self.symbols.get(index.0 as usize);
        let raw = raw.ok_or_else(|| malformed("a relocation refers to no symbol"))?;
        let name = string(self.strings, raw.st_name.get(LE)).ok_or_else(|| malformed("a symbol has no name"))?;
        let name = str::from_utf8(name).map_err(|_| malformed("a symbol name is not utf-8"))?;
        let refused = |what: &str| LoadError::Object(format!("`{name}` is {what}"));
        let value = raw.st_value.get(LE);
        let definition = match (self.section_of(index), raw.st_shndx.get(LE)) {
            (Some(index), _) => Definition::Section { index, offset: value },
            // A common block is the program's, as that of AddressSanitizer is: a line makes no other.
            (None, elf::SHN_UNDEF | elf::SHN_COMMON) => Definition::Undefined,
            (None, elf::SHN_ABS) => Definition::Absolute(value),
            // What is neither defined nor undefined would be looked for under its own name for ever.
            (None, _) => return Err(refused("in no section")),
        };
        if raw.st_type() == elf::STT_GNU_IFUNC && definition != Definition::Undefined {
            // Its address is that of a function which chooses the address, and nobody calls that one here.
            return Err(refused("an indirect function"));
        }
        Ok(Symbol {
            name,
            definition,
            size: raw.st_size.get(LE),
            is_local: raw.st_bind() == elf::STB_LOCAL,
            is_weak: raw.st_bind() == elf::STB_WEAK,
            is_thread_local: raw.st_type() == elf::STT_TLS,
            is_section: raw.st_type() == elf::STT_SECTION,
        })
    }

    /// Returns the section that a symbol is in.
    pub(crate) fn section_of(&self, symbol: SymbolIndex) -> Option<SectionIndex> {
        let field = self.symbols.get(symbol.0 as usize)?.st_shndx.get(LE);
        let section = if field.0 < LARGEST_INDEX {
            u32::from(field.0)
        } else if field == elf::SHN_XINDEX {
            self.extended.get(symbol.0 as usize)?.get(LE)
        } else {
            0
        };
        (section != 0).then_some(SectionIndex(section))
    }

    /// Returns a symbol after which the whole section may be called. Linkers move whole sections, so one name places
    /// everything in it.
    pub(crate) fn name_of_section(&self, section: SectionIndex) -> Result<Option<Symbol<'d>>, LoadError> {
        let symbol = self.naming_symbol(section)?;
        Ok(symbol.filter(|symbol| !is_made_up(symbol.name)))
    }

    /// Returns a symbol after which a section with a variable may be called. Where LLVM put something behind the name
    /// of the variable, that is left out.
    pub(crate) fn name_of_variable(&self, section: SectionIndex) -> Result<Option<Symbol<'d>>, LoadError> {
        Ok(self.naming_symbol(section)?.and_then(Symbol::of_variable))
    }

    fn naming_symbol(&self, section: SectionIndex) -> Result<Option<Symbol<'d>>, LoadError> {
        let names = self.names.get_or_init(|| self.name_sections());
        match names.get(section.0 as usize) {
            Some(&symbol @ 1..) => self.symbol(SymbolIndex(symbol)).map(Some),
            _ => Ok(None),
        }
    }

    /// Sections that no program has in memory have no names: `-C instrument-coverage` writes a record of each function
    /// there, and nothing refers to it.
    fn name_sections(&self) -> Vec<u32> {
        let mut names = vec![0; self.sections.len()];
        let mut index = self.symbols.len() as u32;
        while index > 1 {
            index -= 1;
            let symbol = &self.symbols[index as usize];
            let is_name = match elf::SymbolType(symbol.st_info.0 & 0xf) {
                elf::STT_FUNC => true,
                // Mapping symbols (`$d`) take the type of what is around them, and have no size.
                elf::STT_OBJECT | elf::STT_TLS => symbol.st_size.get(LE) != 0,
                elf::STT_NOTYPE => symbol.st_info.0 >> 4 != elf::STB_LOCAL.0,
                _ => false,
            };
            if is_name
                && let Some(SectionIndex(section)) = self.section_of(SymbolIndex(index))
                && let Some(name) = names.get_mut(section as usize)
                && self.sections[section as usize].sh_flags.get(LE).0 & elf::SHF_ALLOC.0 != 0
            {
                *name = index;
            }
        }
        names
    }

    /// Returns the definition called `name`. Private ones count, after those that other objects may refer to.
    pub(crate) fn definition(&self, name: &str) -> Option<SymbolIndex> {
        let mut private = None;
        let mut index = 0;
        while let Some(symbol) = self.symbols.get(index) {
            let start = symbol.st_name.get(LE) as usize;
            if self.strings.get(start + name.len()) == Some(&0)
                && self.strings[start..start + name.len()] == *name.as_bytes()
                && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
            {
                if symbol.st_info.0 >> 4 != elf::STB_LOCAL.0 {
                    return Some(SymbolIndex(index as u32));
                }
                private.get_or_insert(SymbolIndex(index as u32));
            }
            index += 1;
        }
        private
    }

    /// Returns whether a text stands in the name of any symbol.
    pub(crate) fn has_name(&self, text: &str) -> bool {
        String::from_utf8_lossy(self.strings).contains(text)
    }

    /// Returns the definitions whose names begin with `beginning`.
    pub(crate) fn definitions_from(&self, beginning: &str) -> Vec<SymbolIndex> {
        let (mut found, mut index) = (Vec::new(), 0);
        while let Some(symbol) = self.symbols.get(index) {
            let start = symbol.st_name.get(LE) as usize;
            let name = start..start + beginning.len();
            if self.strings.get(name) == Some(beginning.as_bytes()) && symbol.st_shndx.get(LE) != elf::SHN_UNDEF {
                found.push(SymbolIndex(index as u32));
            }
            index += 1;
        }
        found
    }

    /// Returns the definitions that other objects may refer to: index, name, and whether it is a weak one.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (SymbolIndex, &'d [u8], bool)> {
        (0..).zip(self.symbols).filter_map(|(index, symbol)| {
            let binding = symbol.st_info.0 >> 4;
            if binding == elf::STB_LOCAL.0 || symbol.st_shndx.get(LE) == elf::SHN_UNDEF {
                return None;
            }
            let name = string(self.strings, symbol.st_name.get(LE))?;
            Some((SymbolIndex(index), name, binding == elf::STB_WEAK.0))
        })
    }
}

/// Returns the name of a symbol, empty where it cannot be read.
pub(crate) fn name_of<'d>(strings: &'d [u8], symbol: &Sym64<LE>) -> &'d [u8] {
    string(strings, symbol.st_name.get(LE)).unwrap_or_default()
}
