//! What a symbol of an object stands for.
//!
//! A name that an object defines itself is that definition, unless it is weak and another object's counts. One that it
//! does not define is looked for, in this order: in the other objects of the crate; in the image that the slot is in;
//! in the images of the process, if it is a thread-local; in the shared libraries; in the archives; in the
//! mathematical library. A weak symbol that is nowhere is at zero. In an object of the C library that the program has
//! in itself, a weak definition gives way to the program's.

use super::stub::is_of_stub;
use super::{GotEntry, InputObject, ObjectId, Resolution, ResolvedSymbol, SectionId, SectionPlacement, SymbolId};
use crate::LoadError;
use crate::loader::archive::ArchiveMember;
use crate::loader::image::{ImageSymbol, find_math_function};
use crate::loader::object::{Definition, Symbol, SymbolIndex, import_of};
use crate::loader::process::Placement;
use crate::loader::relocate::{self, RelocationKind};
use crate::loader::tls::{self, TlsAddress};

impl<'a> Resolution<'a> {
    /// Returns what a symbol stands for. What is missing is noted, and is at zero meanwhile.
    pub(crate) fn resolve_symbol(&mut self, id: SymbolId) -> Result<ResolvedSymbol, LoadError> {
        if let Some(&symbol) = self.symbols.get(&id) {
            return Ok(symbol);
        }
        let symbol = match id.symbol {
            SymbolIndex(0) => ResolvedSymbol::Address(0),
            _ => self.find(id)?,
        };
        self.symbols.insert(id, symbol);
        Ok(symbol)
    }

    /// Returns the symbol that counts for `id`: it may be another object's.
    pub(crate) fn definition(&self, id: SymbolId) -> Result<(SymbolId, Symbol<'a>), LoadError> {
        let symbol = self.object(id.object).symbol(id.symbol)?;
        let is_shared = !symbol.is_local && self.member(id.object).is_none();
        if symbol.definition == Definition::Undefined || is_shared {
            match self.exports.find(symbol.name) {
                Some(other) if other != id => return Ok((other, self.object(other.object).symbol(other.symbol)?)),
                _ => {}
            }
        }
        Ok((id, symbol))
    }

    fn find(&mut self, id: SymbolId) -> Result<ResolvedSymbol, LoadError> {
        let own = self.object(id.object).symbol(id.symbol)?;
        if is_of_stub(&own) {
            self.left_out.push(own.name.into());
            return Ok(ResolvedSymbol::Address(0));
        }
        let (SymbolId { object, .. }, symbol) = self.definition(id)?;
        if symbol.is_weak
            && !symbol.is_local
            && self.member(object).is_some_and(|member| member.is_of_c_library)
            && let Some(found) = self.find_in_image(symbol.name)
        {
            return Ok(ResolvedSymbol::Address(found.value));
        }
        match symbol.definition {
            Definition::Absolute(value) => Ok(ResolvedSymbol::Address(value)),
            Definition::Section { index, offset } => self.find_within(SectionId { object, section: index }, offset),
            Definition::Undefined => self.find_outside(&symbol),
        }
    }

    fn find_within(&mut self, id: SectionId, offset: u64) -> Result<ResolvedSymbol, LoadError> {
        let placement = match self.placements.get(&id) {
            Some(&placement) => placement,
            None => {
                let placement = self.resolve_section(id)?;
                self.placements.insert(id, placement);
                placement
            }
        };
        Ok(match placement {
            SectionPlacement::Loaded(section) => ResolvedSymbol::Loaded { section, offset },
            SectionPlacement::Existing(Placement::Address(address)) => {
                ResolvedSymbol::Address(address.wrapping_add(offset))
            }
            SectionPlacement::Existing(Placement::ThreadLocal(address)) => ResolvedSymbol::ThreadLocal(TlsAddress {
                offset: address.offset.wrapping_add(offset),
                ..address
            }),
        })
    }

    fn find_outside(&mut self, symbol: &Symbol<'_>) -> Result<ResolvedSymbol, LoadError> {
        let name = symbol.name;
        if let Some(imported) = import_of(name)
            && self.find_in_image(name).is_none()
        {
            return self.find_import(symbol, imported);
        }
        if let Some(address) = relocate::linker_defined(name).or_else(|| tls::replacement(name)) {
            return Ok(ResolvedSymbol::Address(address));
        }
        if let Some(found) = self.find_in_image(name) {
            return Ok(match found.tls_module {
                Some(module) => ResolvedSymbol::ThreadLocal(TlsAddress {
                    module,
                    offset: found.value,
                    is_lazy: false,
                }),
                None => ResolvedSymbol::Address(found.value),
            });
        }
        if symbol.is_thread_local
            && let Some(address) = self.host.find_thread_local(name)
        {
            return Ok(ResolvedSymbol::ThreadLocal(address));
        }
        let member = self.archives.find(name)?;
        if !symbol.is_thread_local
            && let Some(address) = self.scope.find(name, member.is_some())
        {
            return Ok(ResolvedSymbol::Address(address));
        }
        if let Some(member) = member
            && let Some(symbol) = member.object.definition(name)
        {
            let object = self.object_of(member);
            return self.resolve_symbol(SymbolId { object, symbol });
        }
        if !symbol.is_thread_local
            && let Some(address) = find_math_function(name)
        {
            return Ok(ResolvedSymbol::Address(address));
        }
        if !symbol.is_weak {
            self.note_missing(name);
        }
        Ok(ResolvedSymbol::Address(0))
    }

    pub(super) fn note_missing(&mut self, name: &str) {
        if !self.missing.iter().any(|missing| missing == name) {
            self.missing.push(name.into());
        }
    }

    /// Returns an entry with the address of what is imported, which anyone may define.
    fn find_import(&mut self, symbol: &Symbol<'_>, name: &str) -> Result<ResolvedSymbol, LoadError> {
        let found = match (self.exports.find(name), self.scope.find_import(name)) {
            (Some(id), _) => self.resolve_symbol(id)?,
            (None, Some(address)) if self.find_in_image(name).is_none() => ResolvedSymbol::Address(address),
            _ => self.find_outside(&Symbol { name, ..*symbol })?,
        };
        let kind = RelocationKind::Got;
        Ok(ResolvedSymbol::Entry(self.add_entry(GotEntry { kind, symbol: found })))
    }

    /// Returns the definition of `name` in the image of the slot, a private one only if there is no other.
    pub(super) fn find_in_image(&self, name: &str) -> Option<ImageSymbol> {
        let mut found = self.image.find(name);
        let first = found.next()?;
        let global = match first.is_local {
            true => found.find(|symbol| !symbol.is_local),
            false => None,
        };
        Some(global.unwrap_or(first))
    }

    /// Returns whether `name` is that of several private variables of the image.
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        let mut found = self.image.find(name);
        let first = found.next();
        let is_ambiguous = first.is_some_and(|first| found.any(|other| other.value != first.value));
        #[cfg(windows)]
        let is_ambiguous = is_ambiguous || first.is_some() && self.is_described_twice(name);
        is_ambiguous
    }

    fn object_of(&mut self, member: &'static ArchiveMember) -> ObjectId {
        let is_it = |input: &InputObject<'_>| input.member.is_some_and(|known| std::ptr::eq(known, member));
        let known = self.objects.iter().position(is_it);
        ObjectId(known.unwrap_or_else(|| {
            #[cfg(windows)]
            super::private::learn(self.image, [&member.object]);
            self.objects.push(InputObject {
                object: &member.object,
                member: Some(member),
            });
            self.objects.len() - 1
        }))
    }
}
