//! Symbols that are private, in an image whose symbol table has only descriptions of them.

use std::collections::HashSet;

use super::{ObjectId, Resolution};
use crate::LoadError;
use crate::loader::image::{DescribedSymbol, Image};
use crate::loader::object::{Object, Symbol, SymbolIndex};

/// Tells an image how objects, all those of a crate, describe their symbols.
pub(super) fn learn<'o>(image: &Image, objects: impl IntoIterator<Item = &'o Object<'o>>) {
    if !image.only_describes() {
        return;
    }
    let mut all = Vec::new();
    for object in objects {
        for (symbol, description) in object.described_symbols() {
            if let (Ok(symbol), Ok(description)) = (object.symbol_name(symbol), str::from_utf8(description)) {
                all.push(DescribedSymbol {
                    name: symbol,
                    description,
                });
            }
        }
    }
    image.learn_private_names(&all);
}

impl Resolution<'_> {
    /// Returns the only symbol of the line's objects that has a description.
    pub(super) fn described(&self, description: &str) -> Option<(ObjectId, SymbolIndex)> {
        let objects = self.objects.iter().enumerate();
        let described = objects.flat_map(|(number, input)| {
            let described = input.object.described_symbols().into_iter();
            let it = described.filter(|(_, other)| *other == description.as_bytes());
            it.map(move |(symbol, _)| (ObjectId(number), symbol))
        });
        let mut found: Vec<_> = described.collect();
        let mut seen = HashSet::new();
        found.retain(|(object, symbol)| seen.insert((object.0, symbol.0)));
        match found[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Returns whether the image describes something else as it does the private symbol of a name.
    pub(super) fn is_described_twice(&self, name: &str) -> bool {
        self.image.only_describes() && self.image.has_shared_description(name)
    }

    /// Fails for a private variable that the image may have, if its symbol table would not tell.
    pub(super) fn check_described(&self, name: &Symbol<'_>) -> Result<(), LoadError> {
        match self.image.only_describes() && !self.image.would_know(name.name) {
            true => Err(LoadError::Undescribed(name.name.into())),
            false => Ok(()),
        }
    }
}
