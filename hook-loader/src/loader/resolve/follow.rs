//! The way from the slot to all that it needs.

use super::{
    GotEntry, LoadedSection, LoadedSectionId, ObjectId, Resolution, ResolvedSymbol, SectionId, SectionPlacement,
    SymbolId,
};
use crate::loader::object::{Relocation, SectionKind};
use crate::loader::relocate::{RelocationKind, form};
use crate::loader::unwind::ObjectFrames;
use crate::{LoadError, SlotCode};

impl Resolution<'_> {
    /// Follows everything from the slot on, and returns where the slot will be.
    pub(crate) fn follow(&mut self, slot: &str, code: SlotCode<'_>) -> Result<ResolvedSymbol, LoadError> {
        let (id, offset) = self.find_slot(slot, code)?;
        let section = self.object(id.object).section(id.section)?;
        if section.kind != SectionKind::Code || offset >= section.size {
            return Err(LoadError::NoSlot(slot.into()));
        }
        self.slot = Some(id);
        let root = self.add_root(id)?;
        self.follow_loaded()?;
        Ok(match root {
            ResolvedSymbol::Loaded { section, .. } => ResolvedSymbol::Loaded { section, offset },
            other => other,
        })
    }

    /// Has a section be loaded, wherever else it is.
    pub(crate) fn add_root(&mut self, id: SectionId) -> Result<ResolvedSymbol, LoadError> {
        if let Some(&SectionPlacement::Loaded(section)) = self.placements.get(&id) {
            return Ok(ResolvedSymbol::Loaded { section, offset: 0 });
        }
        let section = self.object(id.object).section(id.section)?;
        let section = self.load(id, &section, None);
        self.placements.insert(id, SectionPlacement::Loaded(section));
        Ok(ResolvedSymbol::Loaded { section, offset: 0 })
    }

    /// Follows everything from what is loaded on.
    pub(crate) fn follow_loaded(&mut self) -> Result<(), LoadError> {
        let mut next = 0;
        while let Some(&LoadedSection { id, kind, size, .. }) = self.sections.get(next) {
            for relocation in self.object(id.object).relocations(id.section)?.iter() {
                self.follow_relocation(id.object, relocation)?;
            }
            if kind == SectionKind::Code {
                self.follow_unwinding(LoadedSectionId(next), id, size)?;
            }
            next += 1;
        }
        if !self.unwind_table.bytes.is_empty() {
            self.unwind_table.close();
        }
        if !self.left_out.is_empty() {
            return Err(LoadError::LeftOut(std::mem::take(&mut self.left_out)));
        }
        if !self.missing.is_empty() {
            let missing = LoadError::Missing(std::mem::take(&mut self.missing));
            return Err(self.archives.unreadable().unwrap_or(missing));
        }
        Ok(())
    }

    fn follow_unwinding(&mut self, loaded: LoadedSectionId, id: SectionId, size: u64) -> Result<(), LoadError> {
        let table = ObjectFrames::of(self.object(id.object))?;
        for frame in table.frames_of(id.section, size)? {
            let symbol = SymbolId {
                object: id.object,
                symbol: frame.begin.symbol,
            };
            let ResolvedSymbol::Loaded { section, offset } = self.resolve_symbol(symbol)? else {
                continue;
            };
            if section != loaded {
                // The function is another object's.
                continue;
            }
            let end = offset.checked_add_signed(frame.begin.addend);
            let end = end.and_then(|begin| begin.checked_add(frame.code_size));
            if end.is_none_or(|end| end > size) {
                return Err(LoadError::Object("its unwinding table is for code of others".into()));
            }
            let first = self.unwind_table.relocations.len();
            self.unwind_table.add(id.object, &table, frame);
            for index in first..self.unwind_table.relocations.len() {
                self.follow_relocation(id.object, self.unwind_table.relocations[index].1)?;
            }
        }
        Ok(())
    }

    fn follow_relocation(&mut self, object: ObjectId, relocation: Relocation) -> Result<(), LoadError> {
        let (kind, _) = form(relocation.kind).ok_or_else(|| self.unsupported(object, relocation))?;
        if kind == RelocationKind::None {
            return Ok(());
        }
        let id = SymbolId {
            object,
            symbol: relocation.symbol,
        };
        let symbol = self.resolve_symbol(id)?;
        match (kind, symbol) {
            (RelocationKind::TpOff | RelocationKind::GotTpOff, ResolvedSymbol::ThreadLocal(address))
                if address.is_lazy =>
            {
                return Err(LoadError::ThreadLocal(self.symbol_name(id)));
            }
            (RelocationKind::SecRel, ResolvedSymbol::ThreadLocal(address)) => {
                // What asks for it knows the thread-locals of its own image alone, and gives no occasion to copy
                // values.
                let is_reached = Some(address.module) == self.image.tls_module() && !address.is_lazy;
                return match is_reached {
                    true => Ok(()),
                    false => Err(LoadError::ThreadLocal(self.symbol_name(id))),
                };
            }
            (RelocationKind::Symbol | RelocationKind::TpOff | RelocationKind::DtpOff, _) => return Ok(()),
            (RelocationKind::Plt, ResolvedSymbol::Loaded { .. } | ResolvedSymbol::Entry(_)) => return Ok(()),
            _ => {}
        }
        self.add_entry(GotEntry { kind, symbol });
        Ok(())
    }

    /// Returns the index of an entry, which there is from now on.
    pub(super) fn add_entry(&mut self, entry: GotEntry) -> usize {
        *self.got_index.entry(entry).or_insert_with(|| {
            self.got.push(entry);
            self.got.len() - 1
        })
    }
}
