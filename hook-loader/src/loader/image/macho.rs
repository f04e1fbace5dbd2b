//! The symbol table in the file of an image, and what its header says of the image in memory.
//!
//! Nothing here asks the system, so that it is compiled and tested on Linux, too.

use std::path::Path;

use object::macho::{self, Section64};
use object::read::macho::{MachHeader as _, MachOFatFile32, Nlist as _, Segment as _};
use object::{BigEndian, LittleEndian as LE};

use super::loaded_file::Segment;
use super::placed::PlacedSymbol;
pub(crate) use super::placed::SymbolTable;
use crate::LoadError;
use crate::loader::object::macho::{MACHINE, MachO, is_code};
use crate::loader::object::macho_symbols::c_name;
use crate::loader::object::string;

impl SymbolTable {
    /// Reads the table of a program or a library. `path` is what messages name.
    pub(crate) fn parse(data: &'static [u8], path: &Path) -> Result<SymbolTable, LoadError> {
        let tables = Tables::read(data).map_err(|error| LoadError::Read {
            path: path.into(),
            reason: error.to_string(),
        })?;
        let tables = tables.ok_or(LoadError::Platform)?;
        let (mut symbols, mut bounds) = (Vec::new(), Vec::new());
        for section in &tables.sections {
            bounds.extend(end(section));
        }
        for raw in tables.symbols {
            let section = usize::from(raw.n_sect).checked_sub(1);
            let section = section.and_then(|section| tables.sections.get(section));
            let Some(section) = section.filter(|_| !raw.is_stab() && raw.n_type.typ() == macho::N_SECT) else {
                continue;
            };
            let address = raw.n_value.get(LE);
            bounds.push(address);
            let name = string(tables.strings, raw.n_strx.get(LE)).unwrap_or_default();
            // Linkers name the header, which is said to be in the first section. Names without an underscore are those
            // of no source.
            let is_within = section.addr.get(LE) <= address && end(section).is_some_and(|end| address < end);
            if is_within && name.len() > 1 && name[0] == b'_' {
                symbols.push(PlacedSymbol {
                    name: c_name(name),
                    address,
                    is_function: is_code(section),
                    is_variable: !is_code(section),
                    is_thread_local: false,
                    is_described: false,
                    is_local: !raw.n_type.is_ext(),
                });
            }
        }
        // What others need is never stripped, which in a program may be a variable.
        if !symbols.iter().any(|symbol| symbol.is_function) {
            return Err(LoadError::Stripped(path.into()));
        }
        Ok(SymbolTable::of(data, symbols, bounds, 0))
    }
}

/// Returns where a section ends.
fn end(section: &Section64<LE>) -> Option<u64> {
    section.addr.get(LE).checked_add(section.size.get(LE))
}

struct Tables {
    sections: Vec<&'static Section64<LE>>,
    symbols: &'static [macho::Nlist64<LE>],
    strings: &'static [u8],
}

impl Tables {
    /// Reads those of a file; `None` if it is for another machine.
    fn read(data: &'static [u8]) -> Result<Option<Tables>, object::read::Error> {
        let header = MachO::parse(data, 0)?;
        if header.magic.get(BigEndian) != macho::MH_CIGAM_64 || header.cputype(LE) != MACHINE {
            return Ok(None);
        }
        let mut tables = Tables {
            sections: Vec::new(),
            symbols: &[],
            strings: &[],
        };
        let mut commands = header.load_commands(LE, data, 0)?;
        while let Some(command) = commands.next()? {
            if let Some((segment, rest)) = command.segment_64()? {
                tables.sections.extend(segment.sections(LE, rest)?);
            } else if let Some(table) = command.symtab()? {
                tables.symbols = table.symbols::<MachO, _>(LE, data)?.symbols();
                let start = table.stroff.get(LE) as usize;
                let strings = data.get(start..start.saturating_add(table.strsize.get(LE) as usize));
                tables.strings = strings.unwrap_or_default();
            }
        }
        Ok(Some(tables))
    }
}

/// Returns the part of a file that is for this machine, where a file has parts for several.
pub(crate) fn slice_of_this_machine(data: &'static [u8]) -> &'static [u8] {
    let parts = MachOFatFile32::parse(data).ok();
    let part = parts.and_then(|parts| {
        let part = parts
            .arches()
            .iter()
            .find(|part| part.cputype.get(BigEndian) == MACHINE)?;
        let start = part.offset.get(BigEndian) as usize;
        data.get(start..start.checked_add(part.size.get(BigEndian) as usize)?)
    });
    part.unwrap_or(data)
}

/// What a header says of an image that is in memory.
pub(crate) struct Header {
    pub(crate) is_program: bool,
    /// The system has the library in one file with all others of its own, and none by itself.
    pub(crate) is_of_system: bool,
    pub(crate) segments: Vec<Segment>,
    pub(crate) has_symbols: bool,
}

/// Reads a header and the commands behind it, of an image that is `slide` bytes above where its file says; `None` if
/// they are malformed.
pub(crate) fn read_header(data: &[u8], slide: u64) -> Option<Header> {
    let header = MachO::parse(data, 0).ok()?;
    let flags = header.flags(LE);
    let mut read = Header {
        is_program: header.filetype(LE) == macho::MH_EXECUTE,
        is_of_system: flags.contains(macho::MH_DYLIB_IN_CACHE),
        segments: Vec::new(),
        has_symbols: false,
    };
    let mut commands = header.load_commands(LE, data, 0).ok()?;
    while let Some(command) = commands.next().ok()? {
        if let Some((segment, _)) = command.segment_64().ok()? {
            let rights = segment.initprot.get(LE);
            // Nothing refers to the tables of the linker, and nobody has the segment at zero.
            if segment.name() == b"__LINKEDIT" || !rights.contains(macho::VM_PROT_READ) {
                continue;
            }
            let start = segment.vmaddr.get(LE).wrapping_add(slide);
            read.segments.push(Segment {
                range: start..start.checked_add(segment.vmsize.get(LE))?,
                is_constant: !rights.contains(macho::VM_PROT_WRITE),
                offset: segment.fileoff.get(LE),
                len: segment.filesize.get(LE),
            });
        } else if let Some(table) = command.symtab().ok()? {
            read.has_symbols = table.nsyms.get(LE) != 0;
        }
    }
    Some(read)
}
