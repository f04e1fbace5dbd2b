//! Puts the pieces of a plan into memory, and writes the relocations.

use super::host::Host;
use super::memory::{Arena, Block};
use super::object::{Object, Relocation, Role};
use super::relocate::{Source, TooFar, machine};
use super::resolve::{Piece, Plan, Target};
use super::tls;
use crate::{LoadError, LoadedSlot};

/// Where everything will be, as offsets into the three parts of a block: code, constants, variables.
struct Layout {
    sizes: [u64; 3],
    /// Of the parts, a page or more.
    align: u64,
    /// By piece: part and offset.
    pieces: Vec<(usize, u64)>,
    /// By word of the plan: part and offset.
    words: Vec<(usize, u64)>,
    table: u64,
}

const CODE: usize = 0;
const CONSTANTS: usize = 1;
const VARIABLES: usize = 2;

impl Layout {
    fn of(plan: &Plan<'_>) -> Layout {
        let mut sizes = [0u64; 3];
        let mut put = |part: usize, size: u64, align: u64| {
            let at = sizes[part].next_multiple_of(align);
            sizes[part] = at + size;
            (part, at)
        };
        let part = |role| match role {
            Role::Code => CODE,
            Role::Constant | Role::ThreadLocal => CONSTANTS,
            Role::Variable => VARIABLES,
        };
        let pieces = plan
            .pieces
            .iter()
            .map(|piece| put(part(piece.role), piece.size, piece.align))
            .collect();
        let words = plan.words.iter().map(|(source, _)| match source {
            Source::Callee => put(CODE, machine::STUB as u64, 16),
            Source::Pointer | Source::ThreadPointer => put(CONSTANTS, 8, 8),
            _ => put(CONSTANTS, 16, 16),
        });
        let words = words.collect();
        let align = plan.pieces.iter().map(|piece| piece.align).max().unwrap_or(1);
        let (_, table) = put(CONSTANTS, plan.table.bytes.len() as u64, 8);
        Layout {
            sizes,
            align,
            pieces,
            words,
            table,
        }
    }
}

/// A plan whose place in memory is known.
struct Linker<'l, 'a> {
    plan: &'l mut Plan<'a>,
    host: &'l Host,
    layout: Layout,
    /// The addresses of the parts.
    parts: [u64; 3],
}

/// What is in memory, ready to run, but not known to anyone yet.
pub(super) struct Linked {
    pub(super) slot: LoadedSlot,
    /// By piece.
    pub(super) addresses: Vec<u64>,
    /// The unwinding table, if there is one.
    pub(super) table: Option<u64>,
}

pub(super) fn link(
    plan: &mut Plan<'_>,
    host: &Host,
    arena: &mut Option<Arena>,
    slot: Target,
) -> Result<Linked, LoadError> {
    let layout = Layout::of(plan);
    let (sizes, align) = (layout.sizes, layout.align);
    let [code, constants, variables] = sizes;
    let near = plan.near.range();
    let fresh = || Arena::near(&near, Block::size(sizes, align));
    let room = match arena {
        Some(arena) => arena.cut(sizes, align)?,
        None => None,
    };
    let mut block = match room {
        Some(block) => block,
        None => {
            let cut = arena.insert(fresh()?).cut(sizes, align)?;
            cut.ok_or_else(|| LoadError::Memory("the line is too large".into()))?
        }
    };
    let parts = block.parts();
    let mut linker = Linker {
        plan,
        host,
        layout,
        parts,
    };
    linker.write(block.bytes())?;
    let addresses: Vec<u64> = (0..linker.plan.pieces.len()).map(|piece| linker.piece(piece)).collect();
    let address = linker.address(slot);
    let slot = LoadedSlot {
        address: address.ok_or_else(|| LoadError::Object("the slot is no function".into()))? as usize,
        start: parts[CODE] as usize,
        code: code as usize,
        data: (constants + variables) as usize,
        sections: addresses.len(),
    };
    let table = (!linker.plan.table.bytes.is_empty()).then_some(parts[CONSTANTS] + linker.layout.table);
    block.seal()?;
    Ok(Linked { slot, addresses, table })
}

impl Linker<'_, '_> {
    fn piece(&self, piece: usize) -> u64 {
        let (part, offset) = self.layout.pieces[piece];
        self.parts[part] + offset
    }

    fn word(&self, source: Source, target: Target) -> Option<u64> {
        let (part, offset) = self.layout.words[*self.plan.word_index.get(&(source, target))?];
        Some(self.parts[part] + offset)
    }

    /// Of something that is in memory once, not in each thread.
    fn address(&self, target: Target) -> Option<u64> {
        match target {
            Target::At(address) => Some(address),
            Target::Piece { piece, offset } => Some(self.piece(piece).wrapping_add(offset)),
            Target::Thread { .. } => None,
        }
    }

    fn write(&mut self, memory: &mut [u8]) -> Result<(), LoadError> {
        let start = self.parts[CODE];
        for index in 0..self.plan.pieces.len() {
            let Piece { unit, section, .. } = self.plan.pieces[index];
            let address = self.piece(index);
            let at = (address - start) as usize;
            let object: &Object<'_> = self.plan.units[unit].object;
            let data = object.section(section)?.data;
            memory[at..at + data.len()].copy_from_slice(data);
            for raw in object.relocations(section)? {
                let relocation = Relocation::read(raw);
                self.relocate(&mut memory[at..], address, unit, relocation)?;
            }
        }
        let address = self.parts[CONSTANTS] + self.layout.table;
        let at = (address - start) as usize;
        let size = self.plan.table.bytes.len();
        memory[at..at + size].copy_from_slice(&self.plan.table.bytes);
        for index in 0..self.plan.table.relocations.len() {
            let (unit, relocation) = self.plan.table.relocations[index];
            self.relocate(&mut memory[at..at + size], address, unit, relocation)?;
        }
        for index in 0..self.plan.words.len() {
            let (source, target) = self.plan.words[index];
            let (part, offset) = self.layout.words[index];
            let at = (self.parts[part] + offset - start) as usize;
            self.write_word(&mut memory[at..], source, target)?;
        }
        Ok(())
    }

    fn write_word(&self, memory: &mut [u8], source: Source, target: Target) -> Result<(), LoadError> {
        let impossible = || LoadError::Object(format!("{source:?} of {target:?}"));
        let pair = |first: u64, second: u64| (first, Some(second));
        let (first, second) = match (source, target) {
            (Source::Callee, _) => {
                memory[..machine::STUB].copy_from_slice(&machine::stub(self.address(target).ok_or_else(impossible)?));
                return Ok(());
            }
            (Source::Pointer, _) => (self.address(target).ok_or_else(impossible)?, None),
            (Source::ThreadPointer, Target::Thread { module, offset, .. }) => (
                self.host
                    .threads
                    .thread_pointer_offset(module, offset)
                    .ok_or_else(impossible)?,
                None,
            ),
            (Source::ThreadLocal, Target::Thread { module, offset, .. }) => pair(module as u64, offset),
            (Source::ThreadModule, Target::Thread { module, .. }) => pair(module as u64, 0),
            (
                Source::ThreadDescriptor,
                Target::Thread {
                    module,
                    offset,
                    initial,
                },
            ) => {
                let function = tls::descriptor_function(initial).ok_or_else(impossible)?;
                pair(
                    function,
                    self.host
                        .threads
                        .thread_pointer_offset(module, offset)
                        .ok_or_else(impossible)?,
                )
            }
            _ => return Err(impossible()),
        };
        memory[..8].copy_from_slice(&first.to_le_bytes());
        if let Some(second) = second {
            memory[8..16].copy_from_slice(&second.to_le_bytes());
        }
        Ok(())
    }

    fn relocate(
        &mut self,
        memory: &mut [u8],
        address: u64,
        unit: usize,
        relocation: Relocation,
    ) -> Result<(), LoadError> {
        let Relocation {
            offset,
            kind,
            symbol,
            addend,
        } = relocation;
        let unsupported = |linker: &Self| linker.plan.unsupported(unit, relocation);
        let (source, field) = machine::form(kind).ok_or_else(|| unsupported(self))?;
        if source == Source::Hint {
            return Ok(());
        }
        let target = self.plan.target(unit, symbol)?;
        let value = match (source, target) {
            (Source::Symbol | Source::Callee, _) => self.address(target),
            (Source::FromThreadPointer, Target::Thread { module, offset, .. }) => {
                self.host.threads.thread_pointer_offset(module, offset)
            }
            (Source::FromModule, Target::Thread { offset, .. }) => Some(offset),
            _ => self.word(source, target),
        };
        let value = value.ok_or_else(|| unsupported(self))?;
        let field_bytes = memory.get_mut(offset as usize..).ok_or_else(|| unsupported(self))?;
        let place = address.wrapping_add(offset);
        let mut written = machine::write(field, field_bytes, value.wrapping_add_signed(addend), place);
        if written == Err(TooFar)
            && source == Source::Callee
            && let Some(stub) = self.word(source, target)
        {
            written = machine::write(field, field_bytes, stub.wrapping_add_signed(addend), place);
        }
        written.map_err(|TooFar| LoadError::TooFar(self.plan.symbol_name(unit, symbol)))
    }
}
