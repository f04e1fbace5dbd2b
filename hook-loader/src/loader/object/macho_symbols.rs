//! The reader of Mach-O objects: symbols.
//!
//! A symbol has no size: it ends where its subsection does. A relocation may name a section in place of a symbol; so
//! each subsection has a symbol, numbered behind those of the file, as sections of ELF have.

use object::LittleEndian as LE;
use object::macho::{self, Nlist64};
use object::read::macho::Nlist as _;

use super::macho::{Object, kind};
use super::symbol_name::{is_made_up, string, variable};
use super::{Definition, SectionIndex, SectionKind, Symbol, SymbolIndex};
use crate::LoadError;

impl<'d> Object<'d> {
    /// Returns a symbol, or an error if it is of a kind that cannot be loaded.
    pub(crate) fn symbol(&self, index: SymbolIndex) -> Result<Symbol<'d>, LoadError> {
        let malformed = |what: &str| LoadError::Object(what.into());
        let Some(raw) = self.raw(index) else {
            let section = self.section_of(index);
            let section = section.ok_or_else(|| malformed("a relocation refers to no symbol"))?;
            return self.symbol_of_section(section);
        };
        let name = self.name_of(raw).ok_or_else(|| malformed("a symbol has no name"))?;
        let name = str::from_utf8(name).map_err(|_| malformed("a symbol name is not utf-8"))?;
        let refused = |what: &str| LoadError::Object(format!("`{name}` is {what}"));
        let value = raw.n_value.get(LE);
        let mut symbol = Symbol {
            name,
            definition: Definition::Undefined,
            size: 0,
            is_local: !raw.n_type.is_ext(),
            is_weak: raw.n_desc.get(LE).contains(macho::N_WEAK_REF),
            is_thread_local: false,
            is_section: false,
        };
        match raw.n_type.typ() {
            _ if raw.is_stab() => return Err(refused("for debuggers")),
            macho::N_UNDF if value != 0 => return Err(refused("a common block")),
            macho::N_UNDF => {}
            macho::N_ABS => symbol.definition = Definition::Absolute(value),
            macho::N_SECT => {
                let place = self.place(raw);
                let place = place.and_then(|(section, offset)| Some((self.section_at(section, offset)?, offset)));
                let (index, offset) = place.ok_or_else(|| refused("in no section"))?;
                let piece = self.subsection(index).ok_or_else(|| refused("in no section"))?;
                let offset = offset - piece.start;
                symbol.definition = Definition::Section { index, offset };
                symbol.size = piece.end - piece.start - offset;
                symbol.is_weak = raw.n_desc.get(LE).contains(macho::N_WEAK_DEF);
                symbol.is_thread_local = kind(&self.sections[piece.section]) == SectionKind::ThreadLocal;
            }
            _ => return Err(refused("another symbol")),
        }
        Ok(symbol)
    }

    fn symbol_of_section(&self, index: SectionIndex) -> Result<Symbol<'d>, LoadError> {
        let section = self.section(index)?;
        Ok(Symbol {
            name: "",
            definition: Definition::Section { index, offset: 0 },
            size: section.size,
            is_local: true,
            is_weak: false,
            is_thread_local: section.kind == SectionKind::ThreadLocal,
            is_section: true,
        })
    }

    /// Returns the symbol that stands for a section.
    pub(super) fn symbol_for(&self, section: SectionIndex) -> SymbolIndex {
        SymbolIndex(section.0 + self.symbols.len() as u32)
    }

    fn raw(&self, index: SymbolIndex) -> Option<&'d Nlist64<LE>> {
        self.symbols.get((index.0 as usize).checked_sub(1)?)
    }

    /// Returns the name of a symbol, as it is in C.
    fn name_of(&self, symbol: &Nlist64<LE>) -> Option<&'d [u8]> {
        string(self.strings, symbol.n_strx.get(LE)).map(c_name)
    }

    /// Returns the file's section that defines a symbol, and the offset in it.
    pub(super) fn place(&self, symbol: &Nlist64<LE>) -> Option<(usize, u64)> {
        if symbol.is_stab() || symbol.n_type.typ() != macho::N_SECT {
            return None;
        }
        self.place_in(symbol.n_sect.into(), symbol.n_value.get(LE))
    }

    /// Returns the file's section of a number, from 1 on, and the offset in it of an address of the object, which may
    /// be that of its end.
    pub(super) fn place_in(&self, number: u32, address: u64) -> Option<(usize, u64)> {
        let section = (number as usize).checked_sub(1)?;
        let header = self.sections.get(section)?;
        let offset = address.checked_sub(header.addr.get(LE))?;
        (offset <= header.size.get(LE)).then_some((section, offset))
    }

    /// Returns the file's section that defines a symbol, and the offset in it.
    pub(super) fn place_of_symbol(&self, index: SymbolIndex) -> Option<(usize, u64)> {
        self.place(self.raw(index)?)
    }

    /// Returns the section that a symbol is in.
    pub(crate) fn section_of(&self, symbol: SymbolIndex) -> Option<SectionIndex> {
        match self.raw(symbol) {
            Some(raw) => self
                .place(raw)
                .and_then(|(section, offset)| self.section_at(section, offset)),
            None => {
                let section = SectionIndex(symbol.0.checked_sub(self.symbols.len() as u32)?);
                self.subsection(section).map(|_| section)
            }
        }
    }

    /// Returns a symbol after which the whole section may be called. Linkers move whole subsections, so one name places
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
        match self.subsection(section) {
            Some(piece) if piece.name != 0 => self.symbol(SymbolIndex(piece.name)).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns whether a subsection may be called after a symbol. What compilers and assemblers make up begins with
    /// an `l`, and what C calls by its name, with an underscore.
    pub(super) fn is_name(&self, symbol: u32) -> bool {
        let name = self
            .raw(SymbolIndex(symbol))
            .and_then(|raw| string(self.strings, raw.n_strx.get(LE)));
        let of_c = name.and_then(|name| str::from_utf8(name.strip_prefix(b"_")?).ok());
        of_c.and_then(variable).is_some()
    }

    /// Returns whether a subsection is rather called after one symbol than after another: after one that is a name, and
    /// that other objects may refer to.
    pub(super) fn is_better_name(&self, symbol: u32, other: u32) -> bool {
        let is_external = |symbol| self.raw(SymbolIndex(symbol)).is_some_and(|raw| raw.n_type.is_ext());
        let rank = |symbol| self.is_name(symbol).then(|| is_external(symbol));
        rank(symbol) > rank(other)
    }

    /// Returns all symbols that are defined in a section.
    fn definitions(&self) -> impl Iterator<Item = (SymbolIndex, &'d Nlist64<LE>)> {
        let all = (1..).map(SymbolIndex).zip(self.symbols);
        all.filter(|(_, raw)| self.place(raw).is_some())
    }

    /// Returns the definition called `name`. Private ones count, after those that other objects may refer to.
    pub(crate) fn definition(&self, name: &str) -> Option<SymbolIndex> {
        let mut private = None;
        for (index, symbol) in (1..).map(SymbolIndex).zip(self.symbols) {
            let start = symbol.n_strx.get(LE) as usize;
            if self.strings.get(start) == Some(&b'_')
                && self.strings.get(start + 1 + name.len()) == Some(&0)
                && self.strings[start + 1..start + 1 + name.len()] == *name.as_bytes()
                && self.place(symbol).is_some()
            {
                if symbol.n_type.is_ext() {
                    return Some(index);
                }
                private.get_or_insert(index);
            }
        }
        private
    }

    /// Returns whether a text stands in the name of any symbol.
    pub(crate) fn has_name(&self, text: &str) -> bool {
        String::from_utf8_lossy(self.strings).contains(text)
    }

    /// Returns the definitions whose names begin with `beginning`.
    pub(crate) fn definitions_from(&self, beginning: &str) -> Vec<SymbolIndex> {
        let begins = |name: &[u8]| name.starts_with(beginning.as_bytes());
        let named = self
            .definitions()
            .filter(|(_, raw)| self.name_of(raw).is_some_and(begins));
        named.map(|(index, _)| index).collect()
    }

    /// Returns the definitions that other objects may refer to: index, name, and whether it is a weak one.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (SymbolIndex, &'d [u8], bool)> {
        let exported = self.definitions().filter(|(_, raw)| raw.n_type.is_ext());
        exported.filter_map(|(index, raw)| {
            let is_weak = raw.n_desc.get(LE).contains(macho::N_WEAK_DEF);
            Some((index, self.name_of(raw)?, is_weak))
        })
    }
}

/// Returns the name that a symbol has in C, where that puts an underscore before it.
pub(crate) fn c_name(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"_").unwrap_or(name)
}
