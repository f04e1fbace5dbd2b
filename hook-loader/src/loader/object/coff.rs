//! The reader of COFF objects: sections and relocations.
//!
//! An addend stands in the bytes that the relocation writes, and a distance counts from the end of the field or from
//! some bytes behind that. Here a relocation has its addend beside it, and a distance counts from the field's
//! beginning, as in ELF.

use std::collections::HashMap;
use std::sync::OnceLock;

use object::pe::{self, AnonObjectHeaderBigobj, ImageFileHeader, ImageRelocation, ImageSectionHeader};
use object::read::StringTable;
use object::read::coff::{CoffHeader, SectionTable};
use object::{LittleEndian as LE, SectionIndex as RawIndex};

use super::coff_symbols::{SymbolNotes, Symbols};
use super::{Relocation, Section, SectionIndex, SectionKind, SymbolIndex};
use crate::LoadError;

/// Of an object, only the headers have been read.
pub(crate) struct Object<'d> {
    pub(super) data: &'d [u8],
    pub(super) sections: SectionTable<'d>,
    pub(super) symbols: Symbols<'d>,
    pub(super) strings: StringTable<'d>,
    pub(super) notes: OnceLock<SymbolNotes>,
    unwind_entries: OnceLock<HashMap<SectionIndex, Vec<UnwindEntry>>>,
}

/// An entry of an unwinding table is in this section, and its relocations begin with this one.
#[derive(Clone, Copy)]
pub(crate) struct UnwindEntry {
    pub(crate) table: SectionIndex,
    pub(crate) first_relocation: usize,
}

#[derive(Clone, Copy)]
pub(crate) struct Relocations<'d> {
    raw: &'d [ImageRelocation],
    /// These are the bytes that they write to.
    data: &'d [u8],
}

/// Code reaches no further.
const LARGEST_SIZE: u32 = 1 << 31;

impl<'d> Object<'d> {
    /// Reads the headers of an object of this machine.
    pub(crate) fn parse(data: &'d [u8]) -> Result<Object<'d>, LoadError> {
        // An object of very many sections begins as no machine has it.
        match data {
            [0, 0, 0xff, 0xff, ..] => Object::parse_as::<AnonObjectHeaderBigobj>(data, Symbols::Large),
            _ => Object::parse_as::<ImageFileHeader>(data, Symbols::Small),
        }
    }

    fn parse_as<Header: CoffHeader>(
        data: &'d [u8],
        symbols: fn(object::read::coff::SymbolTable<'d, &'d [u8], Header>) -> Symbols<'d>,
    ) -> Result<Object<'d>, LoadError> {
        let mut offset = 0;
        let header = Header::parse(data, &mut offset)?;
        if header.machine() != pe::IMAGE_FILE_MACHINE_AMD64 {
            return Err(LoadError::Object("it is not an object of this machine".into()));
        }
        let sections = header.sections(data, offset)?;
        let table = header.symbols(data)?;
        Ok(Object {
            data,
            sections,
            strings: table.strings(),
            symbols: symbols(table),
            notes: OnceLock::new(),
            unwind_entries: OnceLock::new(),
        })
    }

    /// Returns the indices of all sections.
    pub(crate) fn section_indices(&self) -> impl Iterator<Item = SectionIndex> + use<> {
        (1..=self.sections.len() as u32).map(SectionIndex)
    }

    fn header(&self, index: SectionIndex) -> Result<&'d ImageSectionHeader, LoadError> {
        Ok(self.sections.section(RawIndex(index.0 as usize))?)
    }

    /// Returns a section, or an error if its contents are not in the file or it cannot be laid out.
    pub(crate) fn section(&self, index: SectionIndex) -> Result<Section<'d>, LoadError> {
        let header = self.header(index)?;
        let name = self.section_name(index);
        let flags = header.characteristics.get(LE);
        let kind = if name.starts_with(b".tls") {
            SectionKind::ThreadLocal
        } else if is_code(header) {
            SectionKind::Code
        } else if name.starts_with(b".xdata") || name.starts_with(b".pdata") {
            SectionKind::Unwinding
        } else if flags.contains(pe::IMAGE_SCN_MEM_WRITE) {
            SectionKind::Variable
        } else {
            SectionKind::Constant
        };
        let size = header.size_of_raw_data.get(LE);
        if size > LARGEST_SIZE {
            return Err(LoadError::Object("a section is too large".into()));
        }
        let data = header.coff_data(self.data);
        Ok(Section {
            kind,
            size: size.into(),
            align: header.coff_alignment(),
            merge: None,
            data: data.map_err(|()| LoadError::Object("a section has less data than its size".into()))?,
        })
    }

    /// Returns the name of a section, which is empty where it cannot be read.
    pub(crate) fn section_name(&self, index: SectionIndex) -> &'d [u8] {
        let header = self.header(index).ok();
        header
            .and_then(|header| header.name(self.strings).ok())
            .unwrap_or_default()
    }

    pub(crate) fn is_code(&self, section: SectionIndex) -> bool {
        self.header(section).is_ok_and(is_code)
    }

    /// Returns whether linkers leave a section out that nothing refers to. Others they take along with their object.
    pub(crate) fn is_comdat(&self, section: SectionIndex) -> bool {
        let header = self.header(section);
        header.is_ok_and(|header| header.characteristics.get(LE).contains(pe::IMAGE_SCN_LNK_COMDAT))
    }

    pub(crate) fn relocations(&self, section: SectionIndex) -> Result<Relocations<'d>, LoadError> {
        let header = self.header(section)?;
        if header.number_of_relocations.get(LE) == 0 {
            return Ok(Relocations { raw: &[], data: &[] });
        }
        Ok(Relocations {
            raw: header.coff_relocations(self.data)?,
            data: header.coff_data(self.data).unwrap_or_default(),
        })
    }

    /// Returns the entries of unwinding tables that are for code of a section.
    pub(crate) fn unwind_entries(&self, code: SectionIndex) -> &[UnwindEntry] {
        let entries = self.unwind_entries.get_or_init(|| self.gather_unwind_entries());
        entries.get(&code).map_or(&[], Vec::as_slice)
    }

    /// Tables say by their relocations alone which code they are for.
    fn gather_unwind_entries(&self) -> HashMap<SectionIndex, Vec<UnwindEntry>> {
        let mut entries: HashMap<SectionIndex, Vec<UnwindEntry>> = HashMap::new();
        for table in self.section_indices() {
            if !self.section_name(table).starts_with(b".pdata") {
                continue;
            }
            let Ok(relocations) = self.relocations(table) else {
                continue;
            };
            for first_relocation in (0..relocations.len()).step_by(3) {
                let begin = relocations.get(first_relocation);
                if let Some(code) = begin.and_then(|begin| self.section_of(begin.symbol)) {
                    entries.entry(code).or_default().push(UnwindEntry {
                        table,
                        first_relocation,
                    });
                }
            }
        }
        entries
    }
}

fn is_code(header: &ImageSectionHeader) -> bool {
    let flags = header.characteristics.get(LE);
    flags.intersects(pe::IMAGE_SCN_CNT_CODE | pe::IMAGE_SCN_MEM_EXECUTE)
}

impl Relocations<'_> {
    pub(crate) fn len(&self) -> usize {
        self.raw.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    pub(crate) fn get(&self, index: usize) -> Option<Relocation> {
        let raw = self.raw.get(index)?;
        let (offset, kind) = (raw.virtual_address.get(LE), raw.typ.get(LE));
        Some(Relocation {
            offset: offset.into(),
            kind: kind.0.into(),
            // Here 0 is no symbol.
            symbol: SymbolIndex(raw.symbol_table_index.get(LE).saturating_add(1)),
            // Where there is no field, nothing can be written either, and that is an error later.
            addend: self.addend(offset as usize, kind).unwrap_or(0),
        })
    }

    fn addend(&self, offset: usize, kind: pe::RelocationType) -> Option<i64> {
        let field = self.data.get(offset..)?;
        let word = || Some(i64::from(i32::from_le_bytes(*field.first_chunk()?)));
        Some(match kind {
            pe::IMAGE_REL_AMD64_ADDR64 => i64::from_le_bytes(*field.first_chunk()?),
            pe::IMAGE_REL_AMD64_REL32
            | pe::IMAGE_REL_AMD64_REL32_1
            | pe::IMAGE_REL_AMD64_REL32_2
            | pe::IMAGE_REL_AMD64_REL32_3
            | pe::IMAGE_REL_AMD64_REL32_4
            | pe::IMAGE_REL_AMD64_REL32_5 => word()? - 4 - i64::from(kind.0 - pe::IMAGE_REL_AMD64_REL32.0),
            _ => word()?,
        })
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Relocation> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}
