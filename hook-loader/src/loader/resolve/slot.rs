//! The new code of a slot is found among the objects.

use std::collections::HashSet;

use super::{ObjectId, Resolution, SectionId};
use crate::loader::object::{Definition, Object, SectionIndex, SymbolIndex, beginning, is_instance};
use crate::{LoadError, SlotCode};

impl Resolution<'_> {
    /// Finds the section that has the new code of a slot, and the offset of that code in it.
    pub(super) fn find_slot(&self, slot: &str, code: SlotCode<'_>) -> Result<(SectionId, u64), LoadError> {
        let found = match code {
            SlotCode::Named => {
                let mut objects = self.objects.iter().enumerate();
                let found =
                    objects.find_map(|(object, input)| Some((ObjectId(object), input.object.definition(slot)?)));
                #[cfg(windows)]
                let found = found.or_else(|| self.described(slot));
                found
            }
            SlotCode::Marked { mark, number } => self.marked(slot, mark)?.into_iter().nth(number),
        };
        let (object, symbol) = found.ok_or_else(|| LoadError::NoSlot(slot.into()))?;
        match self.object(object).symbol(symbol)?.definition {
            Definition::Section { index, offset } => Ok((SectionId { object, section: index }, offset)),
            _ => Err(LoadError::NoSlot(slot.into())),
        }
    }

    /// Returns the functions that may be instances of the same function as `slot`, and whose code refers to a variable
    /// that has `mark` in its name, or leads to such code: a slot is called through a function that the compiler makes,
    /// with the closure's code in it or elsewhere.
    fn marked(&self, slot: &str, mark: &str) -> Result<Vec<(ObjectId, SymbolIndex)>, LoadError> {
        let mut closures = HashSet::new();
        for input in self.objects.iter().filter(|input| input.object.has_name(mark)) {
            let object = input.object;
            for section in object.section_indices().filter(|section| object.is_code(*section)) {
                if refers_to(object, section, |name| name.contains(mark))?
                    && let Some(function) = object.name_of_section(section)?
                {
                    closures.insert(function.name);
                }
            }
        }
        let mut found = Vec::new();
        for (number, input) in self.objects.iter().enumerate() {
            let object = input.object;
            if !closures.iter().any(|name| object.has_name(name)) {
                continue;
            }
            for symbol in object.definitions_from(beginning(slot)) {
                let named = object.symbol(symbol)?;
                let Definition::Section { index, .. } = named.definition else {
                    continue;
                };
                if !is_instance(named.name, slot) || !object.is_code(index) {
                    continue;
                }
                if closures.contains(named.name) || refers_to(object, index, |name| closures.contains(name))? {
                    found.push((ObjectId(number), symbol));
                }
            }
        }
        Ok(found)
    }
}

/// Returns whether a section refers to what has such a name.
fn refers_to(object: &Object<'_>, section: SectionIndex, is_it: impl Fn(&str) -> bool) -> Result<bool, LoadError> {
    for relocation in object.relocations(section)?.iter() {
        let symbol = object.symbol(relocation.symbol)?;
        let named = match symbol.definition {
            Definition::Section { index, .. } if symbol.is_section => object.name_of_section(index)?,
            _ => None,
        };
        if is_it(named.as_ref().unwrap_or(&symbol).name) {
            return Ok(true);
        }
    }
    Ok(false)
}
