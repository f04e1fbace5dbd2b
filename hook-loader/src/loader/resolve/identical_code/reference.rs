//! Whether what a program refers to is what a relocation of an object refers to.

use crate::loader::image::ImageSymbol;
use crate::loader::object::{Definition, Merge, Relocation, SectionKind};
use crate::loader::process::Placement;
use crate::loader::relocate::{self, Field, PLT_ENTRY_HEAD, RelocationKind, SplitAddress, form};
use crate::loader::resolve::{ObjectId, Resolution, SectionId, SymbolId};
use crate::loader::tls::TlsAddress;

/// Constants refer to constants. No more steps than these are looked at.
pub(super) const DEPTH: u32 = 24;

/// A relocation writes this field, which is given as it is in the program and in the object.
#[derive(Clone, Copy)]
pub(super) struct LinkedField<'b> {
    pub(super) linked: &'b [u8],
    pub(super) object: &'b [u8],
    /// The field is at this address.
    pub(super) place: u64,
    /// The address that the field has together with that of another instruction.
    pub(super) split: Option<SplitAddress>,
    /// The linker had no need of an entry of the global offset table.
    pub(super) is_relaxed: bool,
}

/// This is what the image has under a name.
struct NamedSymbols {
    found: Vec<ImageSymbol>,
    /// A constant must have the same content, too: that of this section of the object, in which it has this offset.
    constant: Option<(SectionId, u64)>,
}

impl LinkedField<'_> {
    /// Returns the address that the field holds.
    fn address(&self, field: Field, addend: i64) -> Option<u64> {
        Some(self.value(field)?.wrapping_sub(addend.cast_unsigned()))
    }

    fn value(&self, field: Field) -> Option<u64> {
        match self.split {
            Some(split) => Some(split.value),
            None => relocate::read(field, self.linked, self.place),
        }
    }

    /// Returns whether the instruction that the field is in may be that of the object.
    pub(super) fn is_of_same_instruction(&self, field: Field) -> bool {
        self.value(field).is_none_or(|value| self.has(field, value))
    }

    /// Returns whether a relocation would write what is in the field.
    fn holds(&self, field: Field, value: u64, addend: i64) -> bool {
        self.has(field, value.wrapping_add_signed(addend))
    }

    fn has(&self, field: Field, value: u64) -> bool {
        if let Some(split) = self.split.filter(|split| split.is_relaxed) {
            return split.value == value;
        }
        let mut bytes = [0; 8];
        let Some(bytes) = bytes.get_mut(..self.object.len()) else {
            return false;
        };
        bytes.copy_from_slice(self.object);
        relocate::write(field, bytes, value, self.place).is_ok() && bytes == self.linked
    }
}

impl Resolution<'_> {
    /// Returns whether a relocation would write what is in a field, and whether what has no name is the same there.
    pub(super) fn is_same_reference(
        &mut self,
        object: ObjectId,
        relocation: &Relocation,
        linked: LinkedField<'_>,
        depth: u32,
    ) -> bool {
        let Some((kind, field)) = form(relocation.kind) else {
            return false;
        };
        let id = SymbolId {
            object,
            symbol: relocation.symbol,
        };
        let Some(NamedSymbols { found, constant }) = self.named(id) else {
            let is_direct = linked.is_relaxed || matches!(kind, RelocationKind::Symbol | RelocationKind::Plt);
            let address = linked.address(field, relocation.addend).filter(|_| is_direct);
            return address.is_some_and(|address| self.is_same_constant(id, relocation, address, depth));
        };
        let mut found = found.into_iter();
        let found = found.find(|found| self.refers_to(found, kind, field, relocation.addend, linked));
        match (found, constant) {
            (Some(found), Some((id, offset))) => {
                self.is_identical_to_depth(id, found.value.wrapping_sub(offset), depth - 1)
            }
            (found, _) => found.is_some(),
        }
    }

    /// Returns whether a field of the image refers to a symbol of the image.
    fn refers_to(
        &self,
        symbol: &ImageSymbol,
        kind: RelocationKind,
        field: Field,
        addend: i64,
        linked: LinkedField<'_>,
    ) -> bool {
        let holds = |value| linked.holds(field, value, addend);
        let address = || linked.address(field, addend);
        match (kind, symbol.tls_module) {
            (RelocationKind::Symbol, None) => holds(symbol.value),
            (RelocationKind::Plt, None) => holds(symbol.value) || self.is_plt_entry_of(address(), symbol.value),
            (RelocationKind::Got, None) if linked.is_relaxed => holds(symbol.value),
            (RelocationKind::Got, None) => self.is_got_entry_of(address(), symbol.value),
            (RelocationKind::SecRel, Some(_)) => holds(symbol.value),
            (RelocationKind::TpOff, Some(module)) => {
                let distance = self.host.thread_locals.thread_pointer_offset(TlsAddress {
                    module,
                    offset: symbol.value,
                    is_lazy: false,
                });
                distance.is_some_and(holds)
            }
            _ => false,
        }
    }

    /// Returns whether the image has at `entry` the address `value`.
    fn is_got_entry_of(&self, entry: Option<u64>, value: u64) -> bool {
        let content = entry.and_then(|entry| self.contents(entry, 8));
        content.is_some_and(|content| *content == value.to_le_bytes())
    }

    /// Returns whether a function of the image does nothing but jump to another.
    fn is_plt_entry_of(&self, function: Option<u64>, value: u64) -> bool {
        let entry = function.and_then(|at| relocate::got_entry_of_plt(&self.contents(at, PLT_ENTRY_HEAD as u64)?, at));
        entry.is_some() && self.is_got_entry_of(entry, value)
    }

    /// Returns whether the image has at an address what the symbol of a relocation, which has no name, stands for.
    /// Linkers keep equal texts and constants of some sections once, and a text also as the end of another.
    fn is_same_constant(&mut self, id: SymbolId, relocation: &Relocation, address: u64, depth: u32) -> bool {
        let object = self.object(id.object);
        let Ok(symbol) = object.symbol(id.symbol) else {
            return false;
        };
        let Definition::Section { index, offset } = symbol.definition else {
            return false;
        };
        let Ok(section) = object.section(index) else {
            return false;
        };
        let is_plain = object
            .relocations(index)
            .is_ok_and(|relocations| relocations.is_empty());
        match section.merge {
            Some(merge) if merge != Merge::Constants(section.size) || symbol.is_section => {
                let (start, addend) = symbol.part_at(offset, relocation);
                if !is_plain || symbol.is_section && addend != 0 {
                    return false;
                }
                let address = address.wrapping_add_signed(relocation.addend.wrapping_sub(addend));
                let part = section.part(start).filter(|part| !part.is_empty());
                part.is_some_and(|part| {
                    let linked = self.contents(address, part.len() as u64);
                    linked.is_some_and(|linked| part == &*linked)
                })
            }
            _ if section.kind != SectionKind::Constant => false,
            _ => {
                let id = SectionId {
                    object: id.object,
                    section: index,
                };
                self.is_identical_to_depth(id, address.wrapping_sub(offset), depth - 1)
            }
        }
    }

    /// Returns where what bears a name was loaded: functions, each version, and variables.
    fn loaded_as(&self, name: &str) -> impl Iterator<Item = u64> {
        let versions = self.session.versions(name).cloned().unwrap_or_default();
        let variable = match self.session.variables.get(name).map(|variable| variable.placement) {
            Some(Placement::Address(address)) => Some(address),
            _ => None,
        };
        let loaded = versions.loaded.into_iter().map(|version| version.address);
        loaded.chain(variable)
    }

    /// Returns where the image has what a symbol stands for, if that has a name.
    fn named(&self, id: SymbolId) -> Option<NamedSymbols> {
        let (SymbolId { object, .. }, symbol) = self.definition(id).ok()?;
        match symbol.definition {
            Definition::Absolute(value) => Some(NamedSymbols::at(value)),
            Definition::Section { index, offset } => {
                let name = self.object(object).name_of_section(index).ok()??;
                let Definition::Section { offset: start, .. } = name.definition else {
                    return None;
                };
                let mut found: Vec<ImageSymbol> = self.image.find(name.name).collect();
                found.extend(self.loaded_as(name.name).map(ImageSymbol::at));
                for symbol in &mut found {
                    symbol.value = symbol.value.wrapping_sub(start).wrapping_add(offset);
                }
                let kind = self.object(object).section(index).ok()?.kind;
                let id = SectionId { object, section: index };
                let constant = (kind == SectionKind::Constant).then_some((id, offset));
                Some(NamedSymbols { found, constant })
            }
            Definition::Undefined => {
                let mut found: Vec<ImageSymbol> = self.image.find(symbol.name).collect();
                found.extend(self.loaded_as(symbol.name).map(ImageSymbol::at));
                if !found.is_empty() || symbol.is_thread_local {
                    return Some(NamedSymbols { found, constant: None });
                }
                let elsewhere = self.scope.find(symbol.name, false);
                Some(elsewhere.map_or_else(NamedSymbols::nowhere, NamedSymbols::at))
            }
        }
    }
}

impl NamedSymbols {
    fn nowhere() -> NamedSymbols {
        NamedSymbols {
            found: Vec::new(),
            constant: None,
        }
    }

    fn at(value: u64) -> NamedSymbols {
        NamedSymbols {
            found: vec![ImageSymbol::at(value)],
            constant: None,
        }
    }
}
