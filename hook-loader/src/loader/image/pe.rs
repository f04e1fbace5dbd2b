//! The symbol table in the file of an image.

use std::path::Path;

use object::LittleEndian as LE;
use object::pe::{self, ImageDosHeader, ImageNtHeaders64};
use object::read::pe::ImageNtHeaders as _;

use crate::LoadError;
use crate::loader::name_table::NameTable;
use crate::loader::object::coff_symbols::CoffSymbol;
use crate::loader::object::without_llvm_suffix;

pub(super) struct SymbolTable {
    /// This is the whole file.
    pub(super) data: &'static [u8],
    symbols: Vec<PlacedSymbol>,
    names: NameTable,
    /// Symbols begin and sections end at these addresses, as the file counts them, which are in order.
    bounds: Vec<u32>,
}

struct PlacedSymbol {
    name: &'static [u8],
    /// The symbol is at this address, as the file counts them.
    address: u32,
    is_function: bool,
    is_variable: bool,
    is_local: bool,
}

pub(super) struct FileSymbol {
    /// The symbol is at this address, as the file counts them.
    pub(super) value: u64,
    /// So many bytes are before the next symbol.
    pub(super) size: u64,
    pub(super) is_thread_local: bool,
    pub(super) is_local: bool,
}

impl SymbolTable {
    /// Reads the table of a program or a library. `path` is what messages name.
    pub(super) fn parse(data: &'static [u8], path: &Path) -> Result<SymbolTable, LoadError> {
        let unreadable = |error: object::read::Error| LoadError::Read {
            path: path.into(),
            reason: error.to_string(),
        };
        let mut offset = ImageDosHeader::parse(data)
            .map_err(unreadable)?
            .nt_headers_offset()
            .into();
        let (headers, _) = ImageNtHeaders64::parse(data, &mut offset).map_err(unreadable)?;
        if headers.file_header().machine.get(LE) != pe::IMAGE_FILE_MACHINE_AMD64 {
            return Err(LoadError::Platform);
        }
        let sections = headers.sections(data, offset).map_err(unreadable)?;
        let table = headers.symbols(data).map_err(unreadable)?;
        if table.is_empty() {
            return Err(LoadError::Stripped(path.into()));
        }
        let (strings, mut symbols, mut bounds) = (table.strings(), Vec::new(), Vec::new());
        for section in sections.iter() {
            let end = section
                .virtual_address
                .get(LE)
                .checked_add(section.virtual_size.get(LE));
            bounds.extend(end);
        }
        let mut at = 0;
        while let Ok(raw) = table.symbol(object::SymbolIndex(at)) {
            let symbol = CoffSymbol::new(raw);
            at += 1 + usize::from(symbol.records);
            let section = usize::try_from(symbol.section).ok().map(object::SectionIndex);
            let Some(section) = section.and_then(|section| sections.section(section).ok()) else {
                continue;
            };
            let Some(address) = section.virtual_address.get(LE).checked_add(symbol.value) else {
                continue;
            };
            bounds.push(address);
            if let Some(name) = symbol.name(strings).filter(|name| !name.is_empty())
                && symbol.is_named_place()
            {
                let is_code = section.characteristics.get(LE).contains(pe::IMAGE_SCN_MEM_EXECUTE);
                symbols.push(PlacedSymbol {
                    name,
                    address,
                    is_function: is_code && symbol.is_function,
                    is_variable: !is_code,
                    is_local: symbol.is_local(),
                });
            }
        }
        bounds.sort_unstable();
        let mut names = NameTable::with_capacity(symbols.len());
        for (index, symbol) in (0..).zip(&symbols) {
            names.insert(without_llvm_suffix(symbol.name), index);
        }
        Ok(SymbolTable {
            data,
            symbols,
            names,
            bounds,
        })
    }

    /// Returns the symbols of that name, whatever LLVM put behind it here or there.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = FileSymbol> + 'a {
        let found = self.names.find(without_llvm_suffix(name.as_bytes()), move |index| {
            let known = self.symbols[index as usize].name;
            known == name.as_bytes() || without_llvm_suffix(known) == name.as_bytes()
        });
        found.map(move |index| {
            let symbol = &self.symbols[index as usize];
            FileSymbol {
                value: symbol.address.into(),
                size: self.size_at(symbol.address),
                is_thread_local: false,
                is_local: symbol.is_local,
            }
        })
    }

    /// Returns how many bytes there are from an address on to the next symbol, or to the end of the section.
    fn size_at(&self, address: u32) -> u64 {
        let next = self.bounds.partition_point(|bound| *bound <= address);
        self.bounds.get(next).map_or(0, |bound| u64::from(bound - address))
    }

    /// Returns the addresses, as the file counts them, and the names of all functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let functions = self.symbols.iter().filter(|symbol| symbol.is_function);
        functions.filter_map(|symbol| Some((symbol.address.into(), name_of(symbol)?)))
    }

    /// Returns the addresses, as the file counts them, and the sizes of the variables whose names contain `part`.
    pub(super) fn variables(&self, part: &str) -> impl Iterator<Item = (u64, u64)> {
        let part = part.as_bytes();
        let named = move |symbol: &&PlacedSymbol| symbol.name.windows(part.len().max(1)).any(|window| window == part);
        let found = self.symbols.iter().filter(|symbol| symbol.is_variable).filter(named);
        found.map(|symbol| (symbol.address.into(), self.size_at(symbol.address)))
    }

    /// Returns the names of the functions that begin at an address as the file counts them.
    pub(super) fn functions_at(&self, value: u64) -> impl Iterator<Item = &'static str> {
        let is_at = move |symbol: &&PlacedSymbol| u64::from(symbol.address) == value && symbol.is_function;
        self.symbols.iter().filter(is_at).filter_map(name_of)
    }
}

fn name_of(symbol: &PlacedSymbol) -> Option<&'static str> {
    str::from_utf8(without_llvm_suffix(symbol.name)).ok()
}
