//! ELF objects changed in single fields, in ways that no compiler would.

use std::path::Path;

use object::LittleEndian as LE;
use object::read::elf::{FileHeader as _, SectionHeader as _, Sym as _};

use crate::loader::object::elf::Elf;

/// The bytes of an object.
pub(super) struct Patch {
    pub(super) bytes: Vec<u8>,
}

/// Where the fields of a file header, a section header, a symbol and a relocation are.
pub(super) mod field {
    pub(crate) const CLASS: usize = 4;
    pub(crate) const BYTE_ORDER: usize = 5;
    pub(crate) const FILE_TYPE: usize = 16;
    pub(crate) const MACHINE: usize = 18;
    pub(crate) const SECTION_TABLE: usize = 40;
    pub(crate) const SECTION_COUNT: usize = 60;
    pub(crate) const SECTION_NAMES: usize = 62;

    pub(crate) const SECTION_TYPE: usize = 4;
    pub(crate) const SECTION_OFFSET: usize = 24;
    pub(crate) const SECTION_SIZE: usize = 32;
    pub(crate) const SECTION_LINK: usize = 40;
    pub(crate) const SECTION_ALIGN: usize = 48;

    pub(crate) const SYMBOL_NAME: usize = 0;
    pub(crate) const SYMBOL_INFO: usize = 4;
    pub(crate) const SYMBOL_SECTION: usize = 6;
    pub(crate) const SYMBOL_VALUE: usize = 8;

    pub(crate) const RELOCATION_OFFSET: usize = 0;
    pub(crate) const RELOCATION_KIND: usize = 8;
    pub(crate) const RELOCATION_SYMBOL: usize = 12;
    pub(crate) const RELOCATION_ADDEND: usize = 16;
}

impl Patch {
    pub(super) fn of(object: &Path) -> Patch {
        Patch {
            bytes: std::fs::read(object).expect("read"),
        }
    }

    pub(super) fn put<const N: usize>(&mut self, at: usize, value: [u8; N]) {
        self.bytes[at..at + N].copy_from_slice(&value);
    }

    /// Returns where the header of a section is.
    pub(super) fn section(&self, name: &str) -> usize {
        let header = Elf::parse(&*self.bytes).expect("header");
        let sections = header.sections(LE, &*self.bytes).expect("sections");
        let (index, _) = sections.section_by_name(LE, name.as_bytes()).expect("a section");
        header.e_shoff.get(LE) as usize + index.0 * 64
    }

    /// Returns where the contents of a section begin.
    pub(super) fn contents(&self, name: &str) -> usize {
        let at = self.section(name) + field::SECTION_OFFSET;
        u64::from_le_bytes(*self.bytes[at..].first_chunk().expect("eight bytes")) as usize
    }

    /// Returns where a symbol is.
    pub(super) fn symbol(&self, name: &str) -> usize {
        let header = Elf::parse(&*self.bytes).expect("header");
        let sections = header.sections(LE, &*self.bytes).expect("sections");
        let table = sections
            .symbols(LE, &*self.bytes, object::elf::SHT_SYMTAB)
            .expect("symbols");
        let is_called = |symbol: &&object::elf::Sym64<LE>| symbol.name(LE, table.strings()) == Ok(name.as_bytes());
        let index = table
            .symbols()
            .iter()
            .position(|symbol| is_called(&symbol))
            .expect("a symbol");
        let header = sections.section(table.section()).expect("a section");
        header.sh_offset(LE) as usize + index * 24
    }
}
