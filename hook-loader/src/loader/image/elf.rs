//! The symbol table in the file of an image.

use std::path::Path;

use object::LittleEndian as LE;
use object::elf::{self, Sym64};
use object::read::elf::{FileHeader as _, SectionHeader as _};

use crate::LoadError;
use crate::loader::name_table::NameTable;
use crate::loader::object::elf::{Elf, MACHINE};
use crate::loader::object::elf_symbols::name_of;
use crate::loader::object::{string, without_llvm_suffix};

pub(super) struct SymbolTable {
    /// This is the whole file.
    pub(super) data: &'static [u8],
    symbols: &'static [Sym64<LE>],
    strings: &'static [u8],
    names: NameTable,
}

pub(super) struct FileSymbol {
    /// The symbol is at this address, as the file counts them, or a thread-local at this offset.
    pub(super) value: u64,
    pub(super) size: u64,
    pub(super) is_thread_local: bool,
    pub(super) is_local: bool,
    /// No other object could refer to it. Linkers make symbols local that objects share, but leave their visibility.
    pub(super) is_private: bool,
}

impl SymbolTable {
    /// Reads the table of a program or a library. `path` is what messages name.
    pub(super) fn parse(data: &'static [u8], path: &Path) -> Result<SymbolTable, LoadError> {
        let unreadable = |error: object::read::Error| LoadError::Read {
            path: path.into(),
            reason: error.to_string(),
        };
        let header = Elf::parse(data).map_err(unreadable)?;
        if !header.is_little_endian() || header.e_machine(LE) != MACHINE {
            return Err(LoadError::Platform);
        }
        let sections = header.sections(LE, data).map_err(unreadable)?;
        let mut table = sections.symbols(LE, data, elf::SHT_SYMTAB).map_err(unreadable)?;
        if table.is_empty() && header.e_entry(LE) == 0 {
            // A stripped library still says what it exports.
            table = sections.symbols(LE, data, elf::SHT_DYNSYM).map_err(unreadable)?;
        }
        if table.is_empty() {
            return Err(LoadError::Stripped(path.into()));
        }
        let strings = sections
            .section(table.string_section())
            .and_then(|section| section.data(LE, data));
        let strings = strings.map_err(unreadable)?;
        let mut names = NameTable::with_capacity(table.len());
        for (index, symbol) in (0..).zip(table.symbols()) {
            let is_named = matches!(
                symbol.st_info.st_type(),
                elf::STT_FUNC | elf::STT_OBJECT | elf::STT_TLS | elf::STT_NOTYPE
            );
            if is_named && symbol.st_shndx.get(LE) != elf::SHN_UNDEF && symbol.st_name.get(LE) != 0 {
                names.insert(without_llvm_suffix(name_of(strings, symbol)), index);
            }
        }
        Ok(SymbolTable {
            data,
            symbols: table.symbols(),
            strings,
            names,
        })
    }

    /// Returns the symbols of that name, whatever LLVM put behind it here or there.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = FileSymbol> + 'a {
        let found = self.names.find(without_llvm_suffix(name.as_bytes()), move |index| {
            let known = name_of(self.strings, &self.symbols[index as usize]);
            known == name.as_bytes() || without_llvm_suffix(known) == name.as_bytes()
        });
        found.map(move |index| {
            let symbol = &self.symbols[index as usize];
            FileSymbol {
                value: symbol.st_value.get(LE),
                size: symbol.st_size.get(LE),
                is_thread_local: symbol.st_info.st_type() == elf::STT_TLS,
                is_local: symbol.st_info.st_bind() == elf::STB_LOCAL,
                is_private: is_private(symbol),
            }
        })
    }

    /// Returns the names of the functions in whose names is `part`, and whether any object could call them.
    pub(super) fn shared_functions(&self, part: &str) -> impl Iterator<Item = (&'static str, bool)> {
        let (strings, part) = (self.strings, part.to_owned());
        let is_function = |symbol: &&Sym64<LE>| {
            symbol.st_info.st_type() == elf::STT_FUNC && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
        };
        self.symbols.iter().filter(is_function).filter_map(move |symbol| {
            let name = str::from_utf8(without_llvm_suffix(string(strings, symbol.st_name.get(LE))?)).ok()?;
            name.contains(&*part).then_some((name, !is_private(symbol)))
        })
    }

    /// Returns the addresses, as the file counts them, and the names of all functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let strings = self.strings;
        let is_function = |symbol: &&Sym64<LE>| {
            symbol.st_info.st_type() == elf::STT_FUNC && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
        };
        self.symbols.iter().filter(is_function).filter_map(move |symbol| {
            let name = without_llvm_suffix(string(strings, symbol.st_name.get(LE))?);
            Some((symbol.st_value.get(LE), str::from_utf8(name).ok()?))
        })
    }

    /// Returns the addresses, as the file counts them, the sizes and the names of the variables whose names contain
    /// `part`.
    pub(super) fn variables(&self, part: &str) -> impl Iterator<Item = (u64, u64, &'static [u8])> {
        let (strings, part) = (self.strings, part.as_bytes());
        let is_variable = |symbol: &&Sym64<LE>| {
            symbol.st_info.st_type() == elf::STT_OBJECT && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
        };
        let found = self.symbols.iter().filter(is_variable).map(move |symbol| {
            let name = string(strings, symbol.st_name.get(LE)).unwrap_or_default();
            (symbol.st_value.get(LE), symbol.st_size.get(LE), name)
        });
        found.filter(move |(_, _, name)| name.windows(part.len().max(1)).any(|window| window == part))
    }

    /// Returns the names of the functions that begin at an address as the file counts them.
    pub(super) fn functions_at(&self, value: u64) -> impl Iterator<Item = &'static str> {
        let strings = self.strings;
        let at = self.symbols.iter().filter(move |symbol| {
            symbol.st_value.get(LE) == value
                && symbol.st_info.st_type() == elf::STT_FUNC
                && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
        });
        at.filter_map(move |symbol| {
            let name = without_llvm_suffix(string(strings, symbol.st_name.get(LE))?);
            str::from_utf8(name).ok()
        })
    }
}

fn is_private(symbol: &Sym64<LE>) -> bool {
    symbol.st_info.st_bind() == elf::STB_LOCAL && symbol.st_visibility() == elf::STV_DEFAULT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::memory::leak_file;

    #[test]
    fn a_program_cut_short() {
        let path = Path::new("/proc/self/exe");
        let whole = leak_file(path).expect("the program");
        let table = SymbolTable::parse(whole, path).expect("its symbols");
        let mut name = table.symbols.iter().map(|symbol| name_of(table.strings, symbol));
        let name = name.rfind(|name| name.starts_with(b"_ZN") || name.starts_with(b"_R"));
        let name = str::from_utf8(name.expect("a function")).expect("a name");
        assert!(table.find(name).next().is_some());
        // The tables stand at the end.
        for len in [0, 1, 63, 64, 4096, whole.len() / 2, whole.len() - 64, whole.len() - 1] {
            assert!(
                SymbolTable::parse(&whole[..len], path).is_err(),
                "{len} of {} bytes",
                whole.len()
            );
        }
    }
}
