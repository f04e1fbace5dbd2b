//! The symbol table in the file of an image, or in the PDB that the file names.

use std::path::Path;

use object::LittleEndian as LE;
use object::pe::{self, ImageDosHeader, ImageNtHeaders64, ImageSectionHeader};
use object::read::coff::SectionTable;
use object::read::pe::ImageNtHeaders as _;

use super::codeview::{NamedPdb, named_pdb};
use super::pdb::Pdb;
use super::placed::{PlacedSymbol, SymbolTable};
use crate::LoadError;
use crate::loader::memory::leak_file;
use crate::loader::object::codeview::RecordKind;
use crate::loader::object::coff_symbols::CoffSymbol;

/// Reads the table of a program or a library. `path` is what messages name, and a PDB is looked for beside it.
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
        let at = |address: u32, len: u32| part_of(data, &sections, address, len).map(<[u8]>::to_vec);
        let named = named_pdb(&at).ok_or_else(|| LoadError::Stripped(path.into()))?;
        return pdb_table(data, &sections, path, &named);
    }
    let (strings, mut symbols, mut bounds) = (table.strings(), Vec::new(), ends(&sections));
    let mut at = 0;
    while let Ok(raw) = table.symbol(object::SymbolIndex(at)) {
        let symbol = CoffSymbol::new(raw);
        at += 1 + usize::from(symbol.records);
        let section = usize::try_from(symbol.section).ok();
        let Some((section, address)) = section.and_then(|number| place(&sections, number, symbol.value)) else {
            continue;
        };
        bounds.push(address);
        if let Some(name) = symbol.name(strings).filter(|name| !name.is_empty())
            && symbol.is_named_place()
        {
            symbols.push(PlacedSymbol {
                name,
                address,
                is_function: is_code(section) && symbol.is_function,
                is_variable: !is_code(section),
                is_thread_local: false,
                is_local: symbol.is_local(),
                is_described: false,
            });
        }
    }
    Ok(SymbolTable::of(data, symbols, bounds, 0))
}

/// Reads the table of a file that names a PDB.
fn pdb_table(
    data: &'static [u8],
    sections: &SectionTable<'_>,
    path: &Path,
    named: &NamedPdb,
) -> Result<SymbolTable, LoadError> {
    let pdb_path = named
        .path_beside(path)
        .ok_or_else(|| LoadError::Stripped(path.into()))?;
    let pdb = Pdb::parse(leak_file(&pdb_path)?).ok_or_else(|| LoadError::Read {
        path: pdb_path.clone(),
        reason: "it is no PDB, or is damaged".into(),
    })?;
    if pdb.id != named.id {
        return Err(LoadError::Replaced(path.into()));
    }
    let thread_locals = sections.iter().find(|section| section.name.starts_with(b".tls\0"));
    let size = thread_locals.map_or(0, |section| section.virtual_size.get(LE).into());
    let (mut symbols, mut bounds, mut names) = (Vec::new(), ends(sections), Vec::new());
    for record in pdb.records() {
        let Some((section, address)) = place(sections, record.section.into(), record.offset) else {
            continue;
        };
        bounds.push(address);
        let is_thread_local = thread_locals.is_some_and(|tls| std::ptr::eq(tls, section));
        names.push(record.name.to_owned());
        symbols.push(PlacedSymbol {
            name: &[],
            address: match is_thread_local {
                true => record.offset.into(),
                false => address,
            },
            is_function: is_code(section) && !matches!(record.kind, RecordKind::Variable | RecordKind::ThreadLocal),
            is_variable: !is_code(section) && !is_thread_local,
            is_thread_local,
            is_local: !matches!(record.kind, RecordKind::Public { .. }),
            is_described: !matches!(record.kind, RecordKind::Public { .. }),
        });
    }
    let names: &'static [Vec<u8>] = names.leak();
    for (symbol, name) in symbols.iter_mut().zip(names) {
        symbol.name = name;
    }
    Ok(SymbolTable::of(data, symbols, bounds, size))
}

/// Returns where sections end.
fn ends(sections: &SectionTable<'_>) -> Vec<u64> {
    let end = |section: &ImageSectionHeader| {
        let size = section.virtual_size.get(LE);
        section.virtual_address.get(LE).checked_add(size).map(u64::from)
    };
    sections.iter().filter_map(end).collect()
}

/// Returns the section of a number, and the address that is at an offset in it, as the file counts them.
fn place<'s>(sections: &SectionTable<'s>, number: usize, offset: u32) -> Option<(&'s ImageSectionHeader, u64)> {
    let section = sections.section(object::SectionIndex(number)).ok()?;
    let address = section.virtual_address.get(LE).checked_add(offset)?;
    (offset <= section.virtual_size.get(LE)).then_some((section, address.into()))
}

fn is_code(section: &ImageSectionHeader) -> bool {
    section.characteristics.get(LE).contains(pe::IMAGE_SCN_MEM_EXECUTE)
}

/// Returns what the file has for some addresses, as it counts them.
fn part_of<'d>(data: &'d [u8], sections: &SectionTable<'d>, address: u32, len: u32) -> Option<&'d [u8]> {
    let len = len as usize;
    // The headers are at the beginning of memory as they are in the file.
    match sections.pe_data_at(data, address) {
        Some(rest) => rest.get(..len),
        None => data.get(address as usize..)?.get(..len),
    }
}

/// Returns what a section of the file has for some addresses, as it counts them.
#[cfg(windows)]
pub(crate) fn initial(data: &'static [u8], address: u32, len: u32) -> Option<&'static [u8]> {
    let mut offset = ImageDosHeader::parse(data).ok()?.nt_headers_offset().into();
    let (headers, _) = ImageNtHeaders64::parse(data, &mut offset).ok()?;
    let sections = headers.sections(data, offset).ok()?;
    sections.pe_data_at(data, address)?.get(..len as usize)
}
