//! Symbols that are private, in an image whose symbol table has only descriptions of them.

use std::collections::HashSet;

use super::{ObjectId, Resolution, SectionId};
use crate::LoadError;
use crate::loader::image::{DescribedSymbol, Image};
use crate::loader::object::{Definition, Object, Relocation, Section, SectionKind, Symbol, SymbolIndex};
use crate::loader::process::Placement;
use crate::loader::relocate::{RelocationKind, form, read};
use crate::loader::tls::TlsAddress;

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
        self.image.only_describes() && self.image.sharing_description(name) > 1
    }

    /// Returns which of several variables of one description a section is: the only one that begins as it does. The
    /// hooks of a function have such variables, which say where each stands.
    pub(super) fn described_variable(
        &self,
        id: SectionId,
        section: &Section<'_>,
        name: &Symbol<'_>,
    ) -> Result<Placement, LoadError> {
        let begins_so = |address: u64| {
            let linked = self.image.initial(address, section.size)?;
            self.is_but_for_references(id, linked).then_some(address)
        };
        let all = self.image.find(name.name).filter(|found| found.tls_module.is_none());
        let all: Vec<u64> = all.map(|found| found.value).collect();
        let found: Vec<u64> = all.iter().copied().filter_map(begins_so).collect();
        // One that is not in the program would be taken for another that begins in the same way.
        let are_all_there = all.len() == self.image.sharing_description(name.name);
        match (found.as_slice(), name.definition) {
            (&[address], Definition::Section { offset: 0, .. }) if are_all_there => Ok(Placement::Address(address)),
            _ => Err(LoadError::Ambiguous(name.name.into())),
        }
    }

    /// Returns where the image has a private variable that its symbol table does not describe, if it has it. The
    /// variable is an error where nobody can tell.
    pub(super) fn undescribed_variable(
        &self,
        id: SectionId,
        name: &Symbol<'_>,
    ) -> Result<Option<Placement>, LoadError> {
        if !self.image.only_describes() || self.image.would_know(name.name) {
            return Ok(None);
        }
        let place = match self.member(id.object) {
            // Of the line's own crate, the bodies that refer to it may have been left out.
            None => None,
            Some(_) => self.referred_section(id, &mut HashSet::new()),
        };
        match (place, self.image.tls_module()) {
            (Some(None), _) => Ok(None),
            (Some(Some(address)), _) if !name.is_thread_local => Ok(Some(Placement::Address(address))),
            (Some(Some(offset)), Some(module)) => Ok(Some(Placement::ThreadLocal(TlsAddress {
                module,
                offset,
                is_lazy: false,
            }))),
            _ => Err(LoadError::Undescribed(name.name.into())),
        }
    }

    /// Returns where the image has a private section, or at which offset its thread-locals have it, as what it has of
    /// the same object says that refers to it; nowhere if it has nothing of that; `None` if that does not tell.
    fn referred_section(&self, id: SectionId, seen: &mut HashSet<SectionId>) -> Option<Option<u64>> {
        let object = self.object(id.object);
        if !object.is_comdat(id.section) {
            return None;
        }
        if !seen.insert(id) {
            return Some(None);
        }
        for section in object.section_indices() {
            let is_debug = object.section_name(section).starts_with(b".debug");
            if is_debug || object.section(section).ok()?.kind == SectionKind::Unwinding {
                continue;
            }
            for relocation in object.relocations(section).ok()?.iter() {
                if object.section_of(relocation.symbol) != Some(id.section) {
                    continue;
                }
                let referrer = SectionId { section, ..id };
                let place = match object.name_of_section(section).ok()? {
                    Some(name) if !name.is_local => self.section_in_image(&name),
                    _ => self.referred_section(referrer, seen)?,
                };
                if let Some(place) = place {
                    return self.reference_at(referrer, relocation, place).map(Some);
                }
            }
        }
        Some(None)
    }

    /// Returns where the section begins that a symbol of the image is in, as an object has it.
    fn section_in_image(&self, name: &Symbol<'_>) -> Option<u64> {
        let Definition::Section { offset, .. } = name.definition else {
            return None;
        };
        let found = self.image.find(name.name).next()?;
        found.tls_module.is_none().then(|| found.value.wrapping_sub(offset))
    }

    /// Returns where the section is that a relocation refers to, in what the image has of a section; `None` if that is
    /// not what the object has.
    fn reference_at(&self, id: SectionId, relocation: Relocation, place: u64) -> Option<u64> {
        let object = self.object(id.object);
        let section = object.section(id.section).ok()?;
        let linked = self.image.contents(place, section.size)?;
        if !self.is_but_for_references(id, &linked) {
            return None;
        }
        let (kind, field) = form(relocation.kind)?;
        let is_thread_local = object.symbol(relocation.symbol).ok()?.is_thread_local;
        if (kind == RelocationKind::SecRel) != is_thread_local {
            return None;
        }
        let begin = usize::try_from(relocation.offset).ok()?;
        let value = read(field, linked.get(begin..)?, place.wrapping_add(relocation.offset))?;
        match object.symbol(relocation.symbol).ok()?.definition {
            Definition::Section { offset, .. } if !field.is_base_relative() => {
                let symbol = value.wrapping_sub(relocation.addend.cast_unsigned());
                Some(symbol.wrapping_sub(offset))
            }
            _ => None,
        }
    }

    /// Returns whether some bytes are those of a section, whatever relocations have written.
    fn is_but_for_references(&self, id: SectionId, linked: &[u8]) -> bool {
        let object = self.object(id.object);
        let is_same = || {
            let data = object.section(id.section).ok()?.data;
            let mut at = 0;
            for relocation in object.relocations(id.section).ok()?.iter() {
                let begin = usize::try_from(relocation.offset).ok()?;
                if linked.get(at..begin)? != data.get(at..begin)? {
                    return Some(false);
                }
                at = begin.checked_add(form(relocation.kind)?.1.len())?;
            }
            Some(linked.len() == data.len() && linked.get(at..)? == data.get(at..)?)
        };
        is_same().unwrap_or(false)
    }
}
