//! One relocatable object, as the rest of the loader wants to see it: sections, symbols and relocations by index.
//!
//! The types here are of no format; [`Object`] is the reader of the platform's. A large crate is one object with
//! hundreds of thousands of sections, of which a line needs twenty, and this code runs at the user's opt-level, usually
//! 0, while the user waits. So a reader reads nothing until it is asked for, and copies no names.

#[cfg(any(test, windows))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod codeview;
#[cfg(any(test, windows))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod coff;
#[cfg(any(test, windows))]
#[cfg_attr(not(windows), allow(dead_code))]
mod coff_debug;
#[cfg(any(test, windows))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod coff_symbols;
#[cfg(all(test, target_os = "linux"))]
mod either;
#[cfg(target_os = "linux")]
pub(super) mod elf;
#[cfg(target_os = "linux")]
pub(super) mod elf_symbols;
mod instance;
#[cfg(any(all(test, unix), target_os = "macos"))]
pub(super) mod macho;
#[cfg(any(all(test, unix), target_os = "macos"))]
pub(super) mod macho_relocations;
#[cfg(any(all(test, unix), target_os = "macos"))]
pub(super) mod macho_symbols;
#[cfg(any(all(test, unix), target_os = "macos"))]
mod macho_unwind;
#[cfg(unix)]
mod pointer_encoding;
mod symbol_name;

use std::ops::Deref;

#[cfg(windows)]
pub(super) use coff::Object;
#[cfg(all(test, target_os = "linux"))]
pub(super) use either::{Object, Relocations};
#[cfg(all(not(test), target_os = "linux"))]
pub(super) use elf::{Object, Relocations};
pub(super) use instance::{beginning, is_instance};
#[cfg(target_os = "macos")]
pub(super) use macho::Object;
#[cfg(target_os = "macos")]
pub(super) use macho_relocations::Relocations;
#[cfg(unix)]
pub(super) use pointer_encoding::PointerEncoding;
#[cfg(unix)]
pub(super) use symbol_name::string;
pub(super) use symbol_name::{import_of, without_llvm_suffix};

use crate::LoadError;
use crate::loader::relocate::form;

/// Reads the objects of a crate, which are in these files.
pub(super) fn parse_objects<F: Deref<Target = [u8]>>(files: &[F]) -> Result<Vec<Object<'_>>, LoadError> {
    files.iter().map(|file| Object::parse(file)).collect()
}

/// Returns whether the member of an archive is no object, but tells by its first words that a library of the system has
/// something. There is none in archives for ELF.
pub(super) fn is_import(member: &[u8]) -> bool {
    cfg!(windows) && member.starts_with(&[0, 0, 0xff, 0xff, 0, 0])
}

/// An object numbers its sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SectionIndex(pub(super) u32);

/// An object numbers its symbols. The first, number 0, stands for no symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SymbolIndex(pub(super) u32);

/// Sections differ for loading in these ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionKind {
    Code,
    Constant,
    Variable,
    ThreadLocal,
    /// It says how to unwind some code, for which it is loaded.
    #[cfg_attr(unix, allow(dead_code))]
    Unwinding,
}

/// Linkers may take parts out of some sections, and put each of them elsewhere. Those of COFF never do.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// The parts are texts that end in a zero byte.
    Strings,
    /// The parts are constants of this size.
    Constants(u64),
    /// The parts are texts of wide characters.
    Other,
}

pub(super) struct Section<'d> {
    pub(super) kind: SectionKind,
    pub(super) size: u64,
    pub(super) align: u64,
    pub(super) merge: Option<Merge>,
    /// There are as many bytes as the size says, or none where all of them are zero.
    pub(super) data: &'d [u8],
}

impl<'d> Section<'d> {
    /// Returns the part at an offset that linkers may put elsewhere without the rest; `None` if there is no such part.
    pub(super) fn part(&self, offset: u64) -> Option<&'d [u8]> {
        let rest = self.data.get(usize::try_from(offset).ok()?..)?;
        match self.merge? {
            Merge::Strings => rest.get(..=rest.iter().position(|&byte| byte == 0)?),
            Merge::Constants(size) => rest.get(..usize::try_from(size).ok()?),
            Merge::Other => None,
        }
    }
}

pub(super) struct Symbol<'d> {
    pub(super) name: &'d str,
    pub(super) definition: Definition,
    pub(super) size: u64,
    /// Other objects cannot refer to it.
    pub(super) is_local: bool,
    /// It may be undefined, and then it is at zero; a definition of it gives way to another.
    pub(super) is_weak: bool,
    pub(super) is_thread_local: bool,
    /// It stands for a section as a whole.
    pub(super) is_section: bool,
}

impl<'d> Symbol<'d> {
    /// Returns the symbol of a variable with the name that the variable has in all objects of its crate.
    fn of_variable(self) -> Option<Symbol<'d>> {
        let name = symbol_name::variable(self.name)?;
        Some(Symbol { name, ..self })
    }

    /// Returns where in its section the part is to which a relocation of this symbol refers, which stands at `offset`,
    /// and what is left of the addend. Where a section as a whole is named, the addend says where in it the part is. It
    /// may also say where the field ends.
    pub(super) fn part_at(&self, offset: u64, relocation: &Relocation) -> (u64, i64) {
        match form(relocation.kind) {
            Some((_, field)) if self.is_section && field.has_plain_addend() => {
                (offset.wrapping_add_signed(relocation.addend), 0)
            }
            _ => (offset, relocation.addend),
        }
    }
}

/// An object defines a symbol in one of its sections, or as a number, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Definition {
    Undefined,
    Absolute(u64),
    Section { index: SectionIndex, offset: u64 },
}

/// What a section holds at `offset` depends on where a symbol is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relocation {
    pub(super) offset: u64,
    /// The type has this number. Only `relocate` knows what it means.
    pub(super) kind: u32,
    pub(super) symbol: SymbolIndex,
    pub(super) addend: i64,
}

impl From<object::read::Error> for LoadError {
    fn from(error: object::read::Error) -> LoadError {
        LoadError::Object(error.to_string())
    }
}
