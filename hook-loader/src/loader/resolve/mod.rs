//! What has to be loaded for a slot, and where everything it refers to is.
//!
//! From the slot's section on, each relocation is followed. The unit of decision is the section, as it is for linkers:
//! where a section is, all its symbols are, and so is the symbol of the section itself, by which rustc reaches private
//! statics.
//!
//! - A *variable* or *thread-local* of the program is the program's own. One that it lacks is loaded once, and is the
//!   same in all later lines.
//! - A *function* or *constant* of the program is used if it still is what the object says (`section`,
//!   `identical_code`), or if the object has but a stub for it (`stub`). Everything of a library is,
//!   by the names that it exports.
//! - The slot, and what only it needs, is loaded. What no object defines is that of a shared library of the process
//!   (std may be one), or else comes out of the archives (`symbol`).
//!
//! Nothing is written here: a [`Resolution`] that ends in an error has changed nothing.

mod call_graph;
mod exports;
mod follow;
mod id;
mod identical_code;
#[cfg(windows)]
mod private;
mod section;
mod slot;
mod stub;
mod symbol;

use std::collections::HashMap;

use self::exports::Exports;
pub(super) use self::id::{LoadedSectionId, ObjectId, SectionId, SymbolId};
pub(super) use self::identical_code::is_same_but_for;
use super::archive::{ArchiveMember, Archives};
use super::image::{DynamicScope, Image};
use super::object::{Definition, Object, Relocation, Section, SectionKind};
use super::process::{Host, Placement, Session};
use super::relocate::RelocationKind;
use super::tls::TlsAddress;
use super::unwind::UnwindTable;
use crate::LoadError;

pub(super) struct InputObject<'a> {
    pub(super) object: &'a Object<'a>,
    /// The objects of the line's crate are of no archive.
    pub(super) member: Option<&'static ArchiveMember>,
}

/// A section is in memory already, in the program or from an earlier line, or it is loaded now.
#[derive(Clone, Copy)]
enum SectionPlacement {
    Existing(Placement),
    Loaded(LoadedSectionId),
}

pub(super) struct LoadedSection {
    pub(super) id: SectionId,
    pub(super) kind: SectionKind,
    pub(super) size: u64,
    pub(super) align: u64,
    /// The initial value of a thread-local is loaded for this offset in the static TLS block.
    pub(super) tls_offset: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ResolvedSymbol {
    Address(u64),
    Loaded {
        section: LoadedSectionId,
        offset: u64,
    },
    ThreadLocal(TlsAddress),
    /// The entry of the global offset table that has this index.
    Entry(usize),
}

/// Relocations of this kind refer to an entry of the global offset table, or of the procedure linkage table, for the
/// symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct GotEntry {
    pub(super) kind: RelocationKind,
    pub(super) symbol: ResolvedSymbol,
}

/// A resolution knows all that is to be loaded, and what it refers to.
pub(super) struct Resolution<'a> {
    pub(super) host: &'a Host,
    /// The code is loaded near this image, which finds in `scope` what it does not define.
    pub(super) image: &'static Image,
    scope: DynamicScope,
    session: &'a Session,
    archives: &'a Archives,
    exports: Exports<'a>,
    objects: Vec<InputObject<'a>>,
    placements: HashMap<SectionId, SectionPlacement>,
    symbols: HashMap<SymbolId, ResolvedSymbol>,
    pub(super) sections: Vec<LoadedSection>,
    pub(super) unwind_table: UnwindTable<ObjectId>,
    pub(super) got: Vec<GotEntry>,
    got_index: HashMap<GotEntry, usize>,
    /// Thread-locals that start as zero need nothing but room, at these offsets in the static TLS block.
    pub(super) zeroed_thread_locals: Vec<(SectionId, u64)>,
    /// So many bytes of the static TLS block are taken, those of the line included.
    pub(super) tls_used: u64,
    missing: Vec<String>,
    /// The symbols of the stubs that the line would need.
    left_out: Vec<String>,
    /// What leads to the slot of the program still does, so the slot's section counts as unchanged.
    slot: Option<SectionId>,
    leads_to_change: HashMap<SectionId, bool>,
    /// What was decided before anything is followed: where a section is, or that it is loaded.
    pub(super) decided: HashMap<SectionId, Option<u64>>,
    /// It is kept whether the image has at an address what a section would be there.
    identical: HashMap<(SectionId, u64), bool>,
}

impl<'a> Resolution<'a> {
    /// Begins one for code near an image. `tls_used` says how many bytes of the static TLS block earlier lines have
    /// taken.
    pub(super) fn new(
        host: &'a Host,
        image: &'static Image,
        session: &'a Session,
        tls_used: u64,
        archives: &'a Archives,
        objects: &'a [Object<'a>],
    ) -> Result<Resolution<'a>, LoadError> {
        let scope = host.keep(image)?;
        image.read_symbols()?;
        #[cfg(windows)]
        private::learn(image, objects);
        Ok(Resolution {
            host,
            image,
            scope,
            session,
            archives,
            exports: Exports::of(objects),
            objects: objects
                .iter()
                .map(|object| InputObject { object, member: None })
                .collect(),
            placements: HashMap::new(),
            symbols: HashMap::new(),
            sections: Vec::new(),
            unwind_table: UnwindTable::new(),
            got: Vec::new(),
            got_index: HashMap::new(),
            zeroed_thread_locals: Vec::new(),
            tls_used,
            missing: Vec::new(),
            left_out: Vec::new(),
            slot: None,
            leads_to_change: HashMap::new(),
            decided: HashMap::new(),
            identical: HashMap::new(),
        })
    }

    /// Returns the index of an entry that relocations refer to.
    pub(super) fn got_index(&self, entry: GotEntry) -> Option<usize> {
        self.got_index.get(&entry).copied()
    }

    pub(super) fn object(&self, id: ObjectId) -> &'a Object<'a> {
        self.objects[id.0].object
    }

    /// Returns the member of an archive that an object is, if it is one.
    pub(super) fn member(&self, id: ObjectId) -> Option<&'static ArchiveMember> {
        self.objects[id.0].member
    }

    fn load(&mut self, id: SectionId, section: &Section<'_>, tls_offset: Option<u64>) -> LoadedSectionId {
        let Section { kind, size, align, .. } = *section;
        self.sections.push(LoadedSection {
            id,
            kind,
            size,
            align,
            tls_offset,
        });
        LoadedSectionId(self.sections.len() - 1)
    }

    /// Returns what to call a symbol in messages.
    pub(super) fn symbol_name(&self, id: SymbolId) -> String {
        let object = self.object(id.object);
        let Ok(found) = object.symbol(id.symbol) else {
            return "?".into();
        };
        match found.definition {
            Definition::Section { index, .. } if found.name.is_empty() => {
                String::from_utf8_lossy(object.section_name(index)).into_owned()
            }
            _ => found.name.into(),
        }
    }

    pub(super) fn unsupported(&self, object: ObjectId, relocation: Relocation) -> LoadError {
        LoadError::Relocation {
            kind: relocation.kind,
            symbol: self.symbol_name(SymbolId {
                object,
                symbol: relocation.symbol,
            }),
        }
    }
}
