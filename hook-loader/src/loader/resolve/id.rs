//! What names the objects, sections and symbols of a resolution. An index that an object counts by itself
//! (`SectionIndex`, `SymbolIndex`) says nothing without its object; an id says all.

use crate::loader::object::{SectionIndex, SymbolIndex};

/// An object that takes part, by the order in which it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ObjectId(pub(super) usize);

/// A section of one of the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SectionId {
    pub(crate) object: ObjectId,
    pub(crate) section: SectionIndex,
}

/// A symbol of one of the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SymbolId {
    pub(crate) object: ObjectId,
    pub(crate) symbol: SymbolIndex,
}

/// A section that is loaded now, by the order in which that was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LoadedSectionId(pub(crate) usize);
