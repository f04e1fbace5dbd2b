//! The bytes of a line: its sections, with their relocations applied, its offset tables and its unwinding table.
//!
//! Each relocation is given the bytes of its own section and no more, so whatever an object says, it writes nowhere
//! else.

use super::layout::{Layout, Location};
use crate::LoadError;
use crate::loader::memory::{Block, Part};
use crate::loader::object::Relocation;
use crate::loader::process::Host;
use crate::loader::relocate::{self, OutOfRange, PLT_ENTRY_SIZE, RelocationKind};
use crate::loader::resolve::{
    GotEntry, LoadedSection, LoadedSectionId, ObjectId, Resolution, ResolvedSymbol, SymbolId,
};
use crate::loader::tls::{self, TlsAddress};
use crate::loader::unwind::PlacedTable;

/// The writer has a resolution, and knows the addresses of all that is loaded.
pub(super) struct Writer<'w, 'a> {
    resolution: &'w mut Resolution<'a>,
    host: &'w Host,
    layout: Layout,
    /// The parts begin at these addresses.
    parts: [u64; 3],
}

impl<'w, 'a> Writer<'w, 'a> {
    pub(super) fn new(resolution: &'w mut Resolution<'a>, host: &'w Host, layout: Layout, block: &Block) -> Self {
        Writer {
            resolution,
            host,
            layout,
            parts: [Part::Code, Part::Constants, Part::Variables].map(|part| block.address(part)),
        }
    }

    /// Returns the addresses of the loaded sections, in their order.
    pub(super) fn addresses(&self) -> Vec<u64> {
        self.layout.sections.iter().map(|&at| self.address_at(at)).collect()
    }

    /// Returns the address of something that is in memory once, and not in each thread.
    pub(super) fn address(&self, symbol: ResolvedSymbol) -> Option<u64> {
        match symbol {
            ResolvedSymbol::Address(address) => Some(address),
            ResolvedSymbol::Loaded {
                section: LoadedSectionId(section),
                offset,
            } => Some(self.address_at(self.layout.sections[section]).wrapping_add(offset)),
            ResolvedSymbol::Entry(index) => Some(self.address_at(self.layout.got[index])),
            ResolvedSymbol::ThreadLocal(_) => None,
        }
    }

    /// Returns the unwinding table, if there is one.
    pub(super) fn unwind_table(&self) -> Option<PlacedTable> {
        let size = self.resolution.unwind_table.bytes.len() as u64;
        (size > 0).then(|| PlacedTable {
            address: self.address_at(self.layout.unwind_table),
            size,
            base: self.base(),
        })
    }

    /// Returns the lowest address of the line.
    fn start(&self) -> u64 {
        self.parts[Part::Code as usize]
    }

    /// Returns the address from which distances are counted that are never negative: nothing that they lead to in the
    /// image or in the line is below it.
    fn base(&self) -> u64 {
        self.start().min(self.resolution.image.range().start)
    }

    fn address_at(&self, (part, offset): Location) -> u64 {
        self.parts[part as usize] + offset
    }

    /// Returns the bytes at an address, of the memory of the line.
    fn bytes_at<'m>(&self, memory: &'m mut [u8], address: u64, size: u64) -> &'m mut [u8] {
        let start = (address - self.start()) as usize;
        &mut memory[start..start + size as usize]
    }

    /// Writes all of the line. `memory` is that of all three parts, which is zero.
    pub(super) fn write(&mut self, memory: &mut [u8]) -> Result<(), LoadError> {
        for index in 0..self.resolution.sections.len() {
            let LoadedSection { id, size, .. } = self.resolution.sections[index];
            let address = self.address_at(self.layout.sections[index]);
            let bytes = self.bytes_at(memory, address, size);
            let object = self.resolution.object(id.object);
            let data = object.section(id.section)?.data;
            bytes[..data.len()].copy_from_slice(data);
            for relocation in object.relocations(id.section)?.iter() {
                self.relocate(bytes, address, id.object, relocation)?;
            }
        }
        let size = self.resolution.unwind_table.bytes.len();
        let address = self.address_at(self.layout.unwind_table);
        let bytes = self.bytes_at(memory, address, size as u64);
        bytes.copy_from_slice(&self.resolution.unwind_table.bytes);
        for index in 0..self.resolution.unwind_table.relocations.len() {
            let (object, relocation) = self.resolution.unwind_table.relocations[index];
            self.relocate(bytes, address, object, relocation)?;
        }
        for index in 0..self.resolution.got.len() {
            let entry = self.resolution.got[index];
            let address = self.address_at(self.layout.got[index]);
            if entry.kind == RelocationKind::Plt {
                let target = self.address(entry.symbol).ok_or_else(|| no_entry(entry))?;
                let bytes = self.bytes_at(memory, address, PLT_ENTRY_SIZE as u64);
                bytes.copy_from_slice(&relocate::plt_entry(target));
                continue;
            }
            let (first, second) = self.got_entry(entry).ok_or_else(|| no_entry(entry))?;
            self.bytes_at(memory, address, 8).copy_from_slice(&first.to_le_bytes());
            if let Some(second) = second {
                let bytes = self.bytes_at(memory, address + 8, 8);
                bytes.copy_from_slice(&second.to_le_bytes());
            }
        }
        Ok(())
    }

    /// Returns the one or two words of an entry of the global offset table.
    fn got_entry(&self, entry: GotEntry) -> Option<(u64, Option<u64>)> {
        let GotEntry { kind, symbol } = entry;
        let ResolvedSymbol::ThreadLocal(thread_local) = symbol else {
            return (kind == RelocationKind::Got).then_some((self.address(symbol)?, None));
        };
        let TlsAddress {
            module,
            offset,
            is_lazy,
        } = thread_local;
        let distance = || self.host.thread_locals.thread_pointer_offset(thread_local);
        Some(match kind {
            RelocationKind::GotTpOff => (distance()?, None),
            RelocationKind::TlsGd => (module.number() as u64, Some(offset)),
            RelocationKind::TlsLd => (module.number() as u64, Some(0)),
            RelocationKind::TlsDesc => (tls::descriptor_function(is_lazy)?, Some(distance()?)),
            _ => return None,
        })
    }

    /// Returns the address of an entry, if relocations refer to it.
    fn got_address(&self, kind: RelocationKind, symbol: ResolvedSymbol) -> Option<u64> {
        let index = self.resolution.got_index(GotEntry { kind, symbol })?;
        Some(self.address_at(self.layout.got[index]))
    }

    /// Writes a relocation into the bytes of its section, which begins at `start`.
    fn relocate(
        &mut self,
        section: &mut [u8],
        start: u64,
        object: ObjectId,
        relocation: Relocation,
    ) -> Result<(), LoadError> {
        let Relocation { offset, addend, .. } = relocation;
        let unsupported = |writer: &Self| writer.resolution.unsupported(object, relocation);
        let (kind, field) = relocate::form(relocation.kind).ok_or_else(|| unsupported(self))?;
        if kind == RelocationKind::None {
            return Ok(());
        }
        let id = SymbolId {
            object,
            symbol: relocation.symbol,
        };
        let symbol = self.resolution.resolve_symbol(id)?;
        let value = match (kind, symbol) {
            (RelocationKind::Symbol | RelocationKind::Plt, _) => self.address(symbol),
            (RelocationKind::TpOff, ResolvedSymbol::ThreadLocal(address)) => {
                self.host.thread_locals.thread_pointer_offset(address)
            }
            (RelocationKind::DtpOff | RelocationKind::SecRel, ResolvedSymbol::ThreadLocal(address)) => {
                Some(address.offset)
            }
            _ => self.got_address(kind, symbol),
        };
        let value = value.ok_or_else(|| unsupported(self))?;
        let end = offset.checked_add(field.len() as u64);
        let bytes = end.and_then(|end| section.get_mut(usize::try_from(offset).ok()?..usize::try_from(end).ok()?));
        let bytes = bytes.ok_or_else(|| unsupported(self))?;
        let place = match field.is_base_relative() {
            true => self.base(),
            false => start.wrapping_add(offset),
        };
        let mut written = relocate::write(field, bytes, value.wrapping_add_signed(addend), place);
        if written == Err(OutOfRange)
            && kind == RelocationKind::Plt
            && let Some(entry) = self.got_address(kind, symbol)
        {
            written = relocate::write(field, bytes, entry.wrapping_add_signed(addend), place);
        }
        written.map_err(|OutOfRange| LoadError::TooFar(self.resolution.symbol_name(id)))
    }
}

fn no_entry(GotEntry { kind, symbol }: GotEntry) -> LoadError {
    LoadError::Object(format!("a relocation of kind {kind:?} refers to {symbol:?}"))
}
