//! The definitions of the line's objects, which refer to each other by name.

use super::id::{ObjectId, SymbolId};
use crate::loader::name_table::NameTable;
use crate::loader::object::Object;

pub(super) struct Exports<'a> {
    symbols: Vec<Export<'a>>,
    names: NameTable,
}

struct Export<'a> {
    name: &'a [u8],
    id: SymbolId,
    is_weak: bool,
}

impl<'a> Exports<'a> {
    /// Gathers those of all objects. A single object has nobody to define anything for.
    pub(super) fn of(objects: &'a [Object<'a>]) -> Exports<'a> {
        let mut symbols = Vec::new();
        if objects.len() > 1 {
            for (object, exports) in objects.iter().map(Object::exports).enumerate() {
                let object = ObjectId(object);
                symbols.extend(exports.map(|(symbol, name, is_weak)| Export {
                    name,
                    id: SymbolId { object, symbol },
                    is_weak,
                }));
            }
        }
        let mut names = NameTable::with_capacity(symbols.len());
        for (index, export) in (0..).zip(&symbols) {
            names.insert(export.name, index);
        }
        Exports { symbols, names }
    }

    /// Returns the definition of a name that counts for all objects: the first, and a weak one only if all are. Copies
    /// of an inline function or variable (COMDAT) are weak.
    pub(super) fn find(&self, name: &str) -> Option<SymbolId> {
        let is_called = |index: u32| self.symbols[index as usize].name == name.as_bytes();
        let mut found = self.names.find(name.as_bytes(), is_called);
        let first = &self.symbols[found.next()? as usize];
        if !first.is_weak {
            return Some(first.id);
        }
        let mut rest = found.map(|index| &self.symbols[index as usize]);
        Some(rest.find(|other| !other.is_weak).unwrap_or(first).id)
    }
}
