//! Tests on Linux load objects for Linux and objects for macOS. A program has one of the two readers; here each
//! function of a reader is that of the one for the object.

use super::{Relocation, Section, SectionIndex, Symbol, SymbolIndex, elf, macho, macho_relocations};
use crate::LoadError;
use crate::loader::relocate::MACH_O;

pub(crate) enum Object<'d> {
    Elf(elf::Object<'d>),
    MachO(macho::Object<'d>),
}

#[derive(Clone, Copy)]
pub(crate) enum Relocations<'o> {
    Elf(elf::Relocations<'o>),
    MachO(macho_relocations::Relocations<'o>),
}

macro_rules! both {
    ($value:expr, $one:pat => $what:expr) => {
        match $value {
            Self::Elf($one) => $what,
            Self::MachO($one) => $what,
        }
    };
}

impl<'d> Object<'d> {
    pub(crate) fn parse(data: &'d [u8]) -> Result<Object<'d>, LoadError> {
        match data.starts_with(&::object::macho::MH_MAGIC_64.to_le_bytes()) {
            true => macho::Object::parse(data).map(Object::MachO),
            false => elf::Object::parse(data).map(Object::Elf),
        }
    }

    pub(crate) fn section_indices(&self) -> impl Iterator<Item = SectionIndex> + use<> {
        let all: Vec<_> = both!(self, object => object.section_indices().collect());
        all.into_iter()
    }

    pub(crate) fn section(&self, index: SectionIndex) -> Result<Section<'d>, LoadError> {
        both!(self, object => object.section(index))
    }

    pub(crate) fn section_name(&self, index: SectionIndex) -> &'d [u8] {
        both!(self, object => object.section_name(index))
    }

    pub(crate) fn is_code(&self, section: SectionIndex) -> bool {
        both!(self, object => object.is_code(section))
    }

    pub(crate) fn relocations(&self, section: SectionIndex) -> Result<Relocations<'_>, LoadError> {
        match self {
            Object::Elf(object) => object.relocations(section).map(Relocations::Elf),
            Object::MachO(object) => object.relocations(section).map(Relocations::MachO),
        }
    }

    pub(crate) fn unwind_table(&self) -> Result<(&[u8], Relocations<'_>), LoadError> {
        match self {
            Object::Elf(object) => object.unwind_table().map(|(data, all)| (data, Relocations::Elf(all))),
            Object::MachO(object) => object.unwind_table().map(|(data, all)| (data, Relocations::MachO(all))),
        }
    }

    pub(crate) fn symbol(&self, index: SymbolIndex) -> Result<Symbol<'d>, LoadError> {
        both!(self, object => object.symbol(index))
    }

    pub(crate) fn section_of(&self, symbol: SymbolIndex) -> Option<SectionIndex> {
        both!(self, object => object.section_of(symbol))
    }

    pub(crate) fn name_of_section(&self, section: SectionIndex) -> Result<Option<Symbol<'d>>, LoadError> {
        both!(self, object => object.name_of_section(section))
    }

    pub(crate) fn name_of_variable(&self, section: SectionIndex) -> Result<Option<Symbol<'d>>, LoadError> {
        both!(self, object => object.name_of_variable(section))
    }

    pub(crate) fn definition(&self, name: &str) -> Option<SymbolIndex> {
        both!(self, object => object.definition(name))
    }

    pub(crate) fn has_name(&self, text: &str) -> bool {
        both!(self, object => object.has_name(text))
    }

    pub(crate) fn definitions_from(&self, beginning: &str) -> Vec<SymbolIndex> {
        both!(self, object => object.definitions_from(beginning))
    }

    pub(crate) fn exports(&self) -> impl Iterator<Item = (SymbolIndex, &'d [u8], bool)> {
        let all: Vec<_> = both!(self, object => object.exports().collect());
        all.into_iter()
    }
}

fn marked(relocation: Relocation) -> Relocation {
    let kind = relocation.kind | MACH_O;
    Relocation { kind, ..relocation }
}

impl<'o> Relocations<'o> {
    pub(crate) fn len(&self) -> usize {
        both!(self, all => all.len())
    }

    pub(crate) fn is_empty(&self) -> bool {
        both!(self, all => all.is_empty())
    }

    pub(crate) fn get(&self, index: usize) -> Option<Relocation> {
        match self {
            Relocations::Elf(all) => all.get(index),
            Relocations::MachO(all) => all.get(index).map(marked),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Relocation> {
        let all: Vec<_> = match self {
            Relocations::Elf(all) => all.iter().collect(),
            Relocations::MachO(all) => all.iter().map(marked).collect(),
        };
        all.into_iter()
    }
}
