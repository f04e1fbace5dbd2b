//! What the debug information of a COFF object calls its symbols. A PDB knows what is private by these names alone.

use std::collections::HashMap;

use object::pe;

use super::codeview::{RecordKind, records, word};
use super::coff::Object;
use super::{SectionIndex, SymbolIndex};

/// A section of debug information begins with the number of its version.
const VERSION: u32 = 4;
/// A part of it with records of symbols has this type.
const SYMBOLS: u32 = 0xf1;

impl<'d> Object<'d> {
    /// Returns the symbols that the debug information describes, and what it calls them.
    pub(crate) fn described_symbols(&self) -> Vec<(SymbolIndex, &'d [u8])> {
        let sections = self.section_indices();
        let sections = sections.filter(|&section| self.section_name(section).starts_with(b".debug$S"));
        sections.flat_map(|section| self.described_in(section)).collect()
    }

    fn described_in(&self, section: SectionIndex) -> Vec<(SymbolIndex, &'d [u8])> {
        let (Ok(read), Ok(relocations)) = (self.section(section), self.relocations(section)) else {
            return Vec::new();
        };
        let offsets = relocations.iter().filter(|relocation| {
            relocation.kind == u32::from(pe::IMAGE_REL_AMD64_SECREL.0) && relocation.symbol != SymbolIndex(0)
        });
        let symbols: HashMap<u64, SymbolIndex> = offsets
            .map(|relocation| (relocation.offset, relocation.symbol))
            .collect();
        let mut described = Vec::new();
        for (start, part) in parts(read.data) {
            for record in records(part) {
                if matches!(record.kind, RecordKind::Public { .. }) {
                    continue;
                }
                if let Some(&symbol) = symbols.get(&((start + record.field) as u64)) {
                    described.push((symbol, record.name));
                }
            }
        }
        described
    }
}

/// Returns the parts that have records of symbols, with their offsets.
fn parts(data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = if word(data, 0) == Some(VERSION) { 4 } else { data.len() };
    std::iter::from_fn(move || {
        loop {
            let (kind, len) = (word(data, at)?, word(data, at + 4)? as usize);
            let (start, end) = (at + 8, (at + 8).checked_add(len)?);
            let part = data.get(start..end)?;
            at = end.next_multiple_of(4);
            if kind == SYMBOLS {
                return Some((start, part));
            }
        }
    })
}
