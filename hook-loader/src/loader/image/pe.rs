//! The symbol table in the file of an image.

use std::path::Path;

use object::LittleEndian as LE;
use object::pe::{self, ImageDosHeader, ImageNtHeaders64};
use object::read::pe::ImageNtHeaders as _;

use super::placed::{PlacedSymbol, SymbolTable};
use crate::LoadError;
use crate::loader::object::coff_symbols::CoffSymbol;

/// Reads the table of a program or a library. `path` is what messages name.
pub(crate) fn symbol_table(data: &'static [u8], path: &Path) -> Result<SymbolTable, LoadError> {
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
        bounds.extend(end.map(u64::from));
    }
    let mut at = 0;
    while let Ok(raw) = table.symbol(object::SymbolIndex(at)) {
        let symbol = CoffSymbol::new(raw);
        at += 1 + usize::from(symbol.records);
        let section = usize::try_from(symbol.section).ok().map(object::SectionIndex);
        let Some(section) = section.and_then(|section| sections.section(section).ok()) else {
            continue;
        };
        let address = section.virtual_address.get(LE).checked_add(symbol.value);
        let Some(address) = address.filter(|_| symbol.value <= section.virtual_size.get(LE)) else {
            continue;
        };
        let address = u64::from(address);
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
    Ok(SymbolTable::of(data, symbols, bounds))
}
