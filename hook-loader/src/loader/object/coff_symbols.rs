//! The reader of COFF objects: symbols.
//!
//! A table has records of other kinds between its symbols, and what a symbol is, its class, its type and the record
//! behind it say together. A symbol has no size: it ends where the next one of its section begins.

use object::pe::{self, AnonObjectHeaderBigobj, ImageFileHeader};
use object::read::StringTable;
use object::read::coff::SymbolTable;

use super::coff::Object;
use super::symbol_name::{is_made_up, variable};
use super::{Definition, SectionIndex, Symbol, SymbolIndex};
use crate::LoadError;

/// Symbols of an object of very many sections have a wider field for theirs.
pub(crate) enum Symbols<'d> {
    Small(SymbolTable<'d, &'d [u8], ImageFileHeader>),
    Large(SymbolTable<'d, &'d [u8], AnonObjectHeaderBigobj>),
}

/// A symbol as its table has it.
#[derive(Clone, Copy)]
pub(crate) struct CoffSymbol<'d> {
    raw_name: &'d [u8; 8],
    /// It is in a section of this number, or undefined (0), or a number (-1), or for debuggers (-2).
    pub(crate) section: i32,
    pub(crate) value: u32,
    pub(crate) class: pe::SymbolClass,
    pub(crate) is_function: bool,
    /// So many records of other kinds come behind it.
    pub(crate) records: u8,
}

/// What only a look at all symbols tells of the sections.
pub(crate) struct SymbolNotes {
    /// Each section has here the number of the symbol that it is called after, or 0.
    names: Vec<u32>,
    /// Symbols begin at several places of the section.
    is_shared: Vec<bool>,
    /// Others may have a copy of the section, of which linkers take one.
    is_copied: Vec<bool>,
}

impl<'d> CoffSymbol<'d> {
    pub(crate) fn new(symbol: &'d impl object::read::coff::Symbol) -> CoffSymbol<'d> {
        CoffSymbol {
            raw_name: symbol.raw_name(),
            section: symbol.section_number().0,
            value: symbol.value(),
            class: symbol.storage_class(),
            is_function: symbol.derived_type() == pe::IMAGE_SYM_DTYPE_FUNCTION,
            records: symbol.number_of_aux_symbols(),
        }
    }

    /// Returns the name, or `None` where it cannot be read.
    pub(crate) fn name(&self, strings: StringTable<'d>) -> Option<&'d [u8]> {
        match self.raw_name {
            // It is elsewhere.
            [0, 0, 0, 0, at @ ..] => strings.get(u32::from_le_bytes(*at)).ok(),
            name => Some(&name[..name.iter().position(|&byte| byte == 0).unwrap_or(name.len())]),
        }
    }

    /// Returns whether it stands for a section as a whole.
    pub(crate) fn is_section(&self) -> bool {
        self.class == pe::IMAGE_SYM_CLASS_STATIC && !self.is_function && self.records > 0
    }

    /// Returns whether other objects cannot refer to it.
    pub(crate) fn is_local(&self) -> bool {
        !matches!(
            self.class,
            pe::IMAGE_SYM_CLASS_EXTERNAL | pe::IMAGE_SYM_CLASS_WEAK_EXTERNAL
        )
    }

    /// Returns whether it is a function or a variable that is defined in a section.
    pub(crate) fn is_named_place(&self) -> bool {
        let is_place = matches!(
            self.class,
            pe::IMAGE_SYM_CLASS_EXTERNAL | pe::IMAGE_SYM_CLASS_WEAK_EXTERNAL | pe::IMAGE_SYM_CLASS_STATIC
        );
        is_place && self.section > 0 && !self.is_section()
    }
}

impl<'d> Symbols<'d> {
    /// Returns the symbol at a place of the table, which counts from 0.
    fn get(&self, at: usize) -> Option<CoffSymbol<'d>> {
        let at = object::SymbolIndex(at);
        match self {
            Symbols::Small(table) => table.symbol(at).ok().map(CoffSymbol::new),
            Symbols::Large(table) => table.symbol(at).ok().map(CoffSymbol::new),
        }
    }

    /// Returns the symbol that counts where nobody defines one of this name.
    fn default_of(&self, at: usize) -> Option<SymbolIndex> {
        let at = object::SymbolIndex(at);
        let record = match self {
            Symbols::Small(table) => table.aux_weak_external(at).ok()?,
            Symbols::Large(table) => table.aux_weak_external(at).ok()?,
        };
        u32::try_from(record.default_symbol().0)
            .ok()?
            .checked_add(1)
            .map(SymbolIndex)
    }

    /// Returns whether linkers take one of several copies of the section that a symbol stands for.
    fn is_copied(&self, at: usize) -> bool {
        let at = object::SymbolIndex(at);
        let record = match self {
            Symbols::Small(table) => table.aux_section(at),
            Symbols::Large(table) => table.aux_section(at),
        };
        let choice = record.map(|record| record.selection);
        choice.is_ok_and(|choice| choice != pe::ComdatSelection(0) && choice != pe::IMAGE_COMDAT_SELECT_NODUPLICATES)
    }

    /// Returns all symbols with their indices.
    fn iter(&self) -> impl Iterator<Item = (SymbolIndex, CoffSymbol<'d>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let symbol = self.get(at)?;
            let index = SymbolIndex(u32::try_from(at).ok()?.checked_add(1)?);
            at += 1 + usize::from(symbol.records);
            Some((index, symbol))
        })
    }
}

/// How often one symbol may stand for another.
const DEFAULTS: u32 = 8;

impl<'d> Object<'d> {
    /// Returns a symbol, or an error if it is of a kind that cannot be loaded.
    pub(crate) fn symbol(&self, index: SymbolIndex) -> Result<Symbol<'d>, LoadError> {
        let malformed = |what: &str| LoadError::Object(what.into());
        let raw = self
            .raw(index)
            .ok_or_else(|| malformed("a relocation refers to no symbol"))?;
        let name = raw
            .name(self.strings)
            .ok_or_else(|| malformed("a symbol has no name"))?;
        let name = str::from_utf8(name).map_err(|_| malformed("a symbol name is not utf-8"))?;
        let refused = |what: &str| LoadError::Object(format!("`{name}` is {what}"));
        let definition = match raw.section {
            1.. => Definition::Section {
                index: SectionIndex(raw.section.cast_unsigned()),
                offset: raw.value.into(),
            },
            0 if raw.class == pe::IMAGE_SYM_CLASS_WEAK_EXTERNAL => self.default_definition(index),
            0 if raw.value != 0 => return Err(refused("a common block")),
            0 => Definition::Undefined,
            -1 => Definition::Absolute(raw.value.into()),
            _ => return Err(refused("in no section")),
        };
        let (size, kind) = match definition {
            Definition::Section { index, offset } => {
                let section = self.section(index)?;
                (
                    self.end_of_symbol(index, offset, section.size).saturating_sub(offset),
                    Some(section.kind),
                )
            }
            _ => (0, None),
        };
        Ok(Symbol {
            name,
            definition,
            size,
            is_local: raw.is_local(),
            is_weak: raw.class == pe::IMAGE_SYM_CLASS_WEAK_EXTERNAL || self.is_in_copied_section(&raw),
            is_thread_local: kind == Some(super::SectionKind::ThreadLocal),
            is_section: raw.is_section(),
        })
    }

    /// Returns the name of a symbol, whatever else there is to know about it.
    pub(crate) fn symbol_name(&self, index: SymbolIndex) -> Result<&'d str, LoadError> {
        let name = self.raw(index).and_then(|raw| raw.name(self.strings));
        let name = name.and_then(|name| str::from_utf8(name).ok());
        name.ok_or_else(|| LoadError::Object("a symbol has no name".into()))
    }

    fn raw(&self, index: SymbolIndex) -> Option<CoffSymbol<'d>> {
        self.symbols.get((index.0 as usize).checked_sub(1)?)
    }

    /// Returns what a weak symbol is if nobody else defines it.
    fn default_definition(&self, mut index: SymbolIndex) -> Definition {
        for _ in 0..DEFAULTS {
            let default = self.symbols.default_of(index.0 as usize - 1);
            let Some((default, raw)) = default.and_then(|default| Some((default, self.raw(default)?))) else {
                break;
            };
            match raw.section {
                1.. => {
                    let index = SectionIndex(raw.section.cast_unsigned());
                    return Definition::Section {
                        index,
                        offset: raw.value.into(),
                    };
                }
                0 if raw.class == pe::IMAGE_SYM_CLASS_WEAK_EXTERNAL => index = default,
                _ => break,
            }
        }
        Definition::Undefined
    }

    /// Returns where the next symbol of a section begins, or where the section ends.
    fn end_of_symbol(&self, section: SectionIndex, offset: u64, size: u64) -> u64 {
        if !self.notes().is_shared.get(section.0 as usize).copied().unwrap_or(false) {
            return size;
        }
        let others = self.symbols.iter().filter(|(_, other)| {
            other.is_named_place() && other.section.cast_unsigned() == section.0 && u64::from(other.value) > offset
        });
        others.map(|(_, other)| other.value.into()).min().unwrap_or(size)
    }

    fn is_in_copied_section(&self, symbol: &CoffSymbol<'_>) -> bool {
        let section = usize::try_from(symbol.section).unwrap_or(0);
        self.notes().is_copied.get(section).copied().unwrap_or(false)
    }

    /// Returns the section that a symbol is in.
    pub(crate) fn section_of(&self, symbol: SymbolIndex) -> Option<SectionIndex> {
        let section = self.raw(symbol)?.section;
        (section > 0).then_some(SectionIndex(section.cast_unsigned()))
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
        match self.notes().names.get(section.0 as usize) {
            Some(&symbol @ 1..) => self.symbol(SymbolIndex(symbol)).map(Some),
            _ => Ok(None),
        }
    }

    fn notes(&self) -> &SymbolNotes {
        self.notes.get_or_init(|| self.note_symbols())
    }

    fn note_symbols(&self) -> SymbolNotes {
        let len = self.sections.len() + 1;
        let mut notes = SymbolNotes {
            names: vec![0; len],
            is_shared: vec![false; len],
            is_copied: vec![false; len],
        };
        let (mut starts, mut has_local_name) = (vec![None; len], vec![false; len]);
        for (index, symbol) in self.symbols.iter() {
            let section = usize::try_from(symbol.section).unwrap_or(0);
            if !(1..len).contains(&section) {
                continue;
            }
            if symbol.is_section() {
                notes.is_copied[section] |= self.symbols.is_copied(index.0 as usize - 1);
            }
            if !symbol.is_named_place() {
                continue;
            }
            notes.is_shared[section] |= *starts[section].get_or_insert(symbol.value) != symbol.value;
            let is_local = symbol.is_local();
            let is_better = notes.names[section] == 0 || has_local_name[section] && !is_local;
            if is_better && self.is_name(&symbol) {
                notes.names[section] = index.0;
                has_local_name[section] = is_local;
            }
        }
        notes
    }

    /// Returns whether a symbol is called as its source calls it. The compiler gives constants names such as `anon.`, a
    /// number and `.0`, which are private, but have no mark as they have in ELF.
    fn is_name(&self, symbol: &CoffSymbol<'d>) -> bool {
        let name = symbol.name(self.strings).and_then(|name| str::from_utf8(name).ok());
        let is_of_rust = |name: &str| name.starts_with("_R") || name.starts_with("_ZN");
        name.is_some_and(|name| variable(name).is_some() && (!symbol.is_local() || is_of_rust(name)))
    }

    /// Returns the definition called `name`. Private ones count, after those that other objects may refer to.
    pub(crate) fn definition(&self, name: &str) -> Option<SymbolIndex> {
        let mut private = None;
        for (index, symbol) in self.symbols.iter() {
            if symbol.is_named_place() && symbol.name(self.strings) == Some(name.as_bytes()) {
                if !symbol.is_local() {
                    return Some(index);
                }
                private.get_or_insert(index);
            }
        }
        private
    }

    /// Returns whether a text stands in the name of any symbol.
    pub(crate) fn has_name(&self, text: &str) -> bool {
        let mut names = self.symbols.iter().filter_map(|(_, symbol)| symbol.name(self.strings));
        names.any(|name| String::from_utf8_lossy(name).contains(text))
    }

    /// Returns the definitions whose names begin with `beginning`.
    pub(crate) fn definitions_from(&self, beginning: &str) -> Vec<SymbolIndex> {
        let places = self.symbols.iter().filter(|(_, symbol)| symbol.is_named_place());
        let begins = |name: &[u8]| name.starts_with(beginning.as_bytes());
        let named = places.filter(|(_, symbol)| symbol.name(self.strings).is_some_and(begins));
        named.map(|(index, _)| index).collect()
    }

    /// Returns the definitions that other objects may refer to: index, name, and whether it is a weak one.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (SymbolIndex, &'d [u8], bool)> {
        let defined = self
            .symbols
            .iter()
            .filter(|(_, symbol)| symbol.is_named_place() && !symbol.is_local());
        defined
            .filter_map(|(index, symbol)| Some((index, symbol.name(self.strings)?, self.is_in_copied_section(&symbol))))
    }
}
