//! What names the objects, sections and symbols of a resolution. An index that an object counts by itself
//! (`SectionIndex`, `SymbolIndex`) says nothing without its object; an id says all.

use crate::loader::object::{SectionIndex, SymbolIndex};

/// Objects are numbered in the order in which they come to take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ObjectId(pub(super) usize);

impl ObjectId {
    /// Returns the id of one of the objects of the crate, which come first.
    pub(crate) fn of_crate(number: usize) -> ObjectId {
        ObjectId(number)
    }

    /// Returns the position of the object among those that take part.
    pub(crate) fn number(self) -> usize {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SectionId {
    pub(crate) object: ObjectId,
    pub(crate) section: SectionIndex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SymbolId {
    pub(crate) object: ObjectId,
    pub(crate) symbol: SymbolIndex,
}

/// Sections to load are numbered in the order in which that is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LoadedSectionId(pub(crate) usize);
