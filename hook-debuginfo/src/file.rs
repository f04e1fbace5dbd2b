//! The debug information of one file of the program.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use gimli::{AttributeValue, DebugInfoOffset, EndianSlice, LittleEndian, Section as _, SectionId};
use hook_loader::CodeFile;
use object::read::elf::ElfFile64;
use object::{Object as _, ObjectSection as _};

use crate::DebugInfoError;

pub(crate) type Reader = EndianSlice<'static, LittleEndian>;
pub(crate) type Unit = gimli::Unit<Reader>;
pub(crate) type Entry = gimli::DebuggingInformationEntry<Reader>;

/// The debug information of a file. Its units are read when they are needed.
pub(crate) struct DebugFile {
    pub(crate) dwarf: gimli::Dwarf<Reader>,
    units: RefCell<HashMap<usize, Rc<Unit>>>,
}

impl DebugFile {
    /// Finds the sections in a file that is mapped.
    pub(crate) fn read(file: &CodeFile) -> Result<DebugFile, DebugInfoError> {
        let failed = |error: object::Error| DebugInfoError::Read {
            path: file.path.clone(),
            reason: error.to_string(),
        };
        let elf = ElfFile64::<object::LittleEndian>::parse(file.data).map_err(failed)?;
        let section = |id: SectionId| -> Result<Reader, DebugInfoError> {
            let Some(section) = elf.section_by_name_bytes(id.name().as_bytes()) else {
                return Ok(EndianSlice::new(&[], LittleEndian));
            };
            let is_compressed =
                section.compressed_file_range().map_err(failed)?.format != object::CompressionFormat::None;
            if is_compressed {
                return Err(DebugInfoError::Compressed(file.path.clone()));
            }
            let data = section.data().map_err(failed)?;
            Ok(EndianSlice::new(data, LittleEndian))
        };
        let dwarf = gimli::Dwarf::load(section)?;
        if dwarf.debug_info.reader().is_empty() {
            return Err(DebugInfoError::None(file.path.clone()));
        }
        Ok(DebugFile {
            dwarf,
            units: RefCell::default(),
        })
    }

    /// Returns the unit that begins at an offset of `.debug_info`.
    pub(crate) fn unit(&self, offset: usize) -> Result<Rc<Unit>, DebugInfoError> {
        if let Some(unit) = self.units.borrow().get(&offset) {
            return Ok(unit.clone());
        }
        let header = self.dwarf.unit_header(DebugInfoOffset(offset))?;
        let unit = Rc::new(self.dwarf.unit(header)?);
        self.units.borrow_mut().insert(offset, unit.clone());
        Ok(unit)
    }

    /// Finds the unit that has the code at an address of the file.
    pub(crate) fn unit_of(&self, address: u64, path: &Path) -> Result<usize, DebugInfoError> {
        let found = match self.unit_by_table(address)? {
            None => self.unit_by_ranges(address)?,
            found => found,
        };
        let offset = found.ok_or(DebugInfoError::NoVariables)?;
        match self.unit(offset)?.dwo_name()? {
            None => Ok(offset),
            Some(_) => Err(DebugInfoError::Split(path.into())),
        }
    }

    /// Finds the unit by what each says of its code.
    fn unit_by_ranges(&self, address: u64) -> Result<Option<usize>, DebugInfoError> {
        let mut headers = self.dwarf.units();
        while let Some(header) = headers.next()? {
            let Some(DebugInfoOffset(offset)) = header.debug_info_offset() else {
                continue;
            };
            let mut ranges = self.dwarf.unit_ranges(&*self.unit(offset)?)?;
            while let Some(range) = ranges.next()? {
                if (range.begin..range.end).contains(&address) {
                    return Ok(Some(offset));
                }
            }
        }
        Ok(None)
    }

    /// Finds the unit in the table of addresses, which not every file has.
    fn unit_by_table(&self, address: u64) -> Result<Option<usize>, DebugInfoError> {
        let mut headers = self.dwarf.debug_aranges.headers();
        while let Some(header) = headers.next()? {
            let mut entries = header.entries();
            while let Some(entry) = entries.next()? {
                if entry.range().begin <= address && address < entry.range().end {
                    return Ok(Some(header.debug_info_offset().0));
                }
            }
        }
        Ok(None)
    }

    /// Returns where an attribute refers to: the offsets of the unit, and of the entry in it.
    pub(crate) fn reference(&self, unit: usize, value: &AttributeValue<Reader>) -> Option<(usize, usize)> {
        match value {
            AttributeValue::UnitRef(offset) => Some((unit, offset.0)),
            AttributeValue::DebugInfoRef(target) => {
                let mut headers = self.dwarf.units();
                let mut found = None;
                while let Ok(Some(header)) = headers.next() {
                    let start = header.debug_info_offset()?.0;
                    if start > target.0 {
                        break;
                    }
                    found = Some(start);
                }
                Some((found?, target.0 - found?))
            }
            _ => None,
        }
    }

    /// Returns the text of an attribute.
    pub(crate) fn text(&self, unit: &Unit, value: AttributeValue<Reader>) -> Option<String> {
        let text = self.dwarf.attr_string(unit, value).ok()?;
        Some(text.to_string_lossy().into_owned())
    }
}
