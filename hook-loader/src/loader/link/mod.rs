//! Puts what was resolved into memory, and writes the relocations.

mod layout;
mod write;

use std::ops::Range;

use self::layout::Layout;
use self::write::Writer;
use super::image::Image;
use super::memory::{Arena, Block, Part};
use super::process::Host;
use super::resolve::{Resolution, ResolvedSymbol};
use super::unwind::PlacedTable;
use crate::{LoadError, LoadedSlot};

/// A linked line is in memory and ready to run, but not known to anyone yet.
pub(super) struct Linked {
    pub(super) slot: LoadedSlot,
    /// The loaded sections are at these addresses, in their order.
    pub(super) addresses: Vec<u64>,
    /// The unwinding table, if there is one.
    pub(super) unwind_table: Option<PlacedTable>,
    /// Code and constants are here.
    pub(super) constant: Range<u64>,
}

/// Links a resolution into memory of `arena`, or of a new arena where that has no room. `slot` is the symbol to return
/// the address of.
pub(super) fn link(
    resolution: &mut Resolution<'_>,
    host: &Host,
    arena: &mut Option<Arena>,
    slot: ResolvedSymbol,
) -> Result<Linked, LoadError> {
    let layout = Layout::of(resolution);
    let mut block = cut_block(arena, resolution.image, &layout)?;
    let [code, constants, variables] = layout.sizes;
    let mut writer = Writer::new(resolution, host, layout, &block);
    writer.write(block.bytes())?;
    let addresses = writer.addresses();
    let address = writer
        .address(slot)
        .ok_or_else(|| LoadError::Object("the slot is no function".into()))?;
    let unwind_table = writer.unwind_table();
    let slot = LoadedSlot {
        address: address as usize,
        start: block.address(Part::Code) as usize,
        code: code as usize,
        data: (constants + variables) as usize,
        sections: addresses.len(),
    };
    let constant = block.address(Part::Code)..block.address(Part::Variables);
    block.seal()?;
    Ok(Linked {
        slot,
        addresses,
        unwind_table,
        constant,
    })
}

fn cut_block(arena: &mut Option<Arena>, image: &Image, layout: &Layout) -> Result<Block, LoadError> {
    let Layout { sizes, align, .. } = *layout;
    if let Some(arena) = arena
        && let Some(block) = arena.cut(sizes, align)?
    {
        return Ok(block);
    }
    let fresh = Arena::near(&image.range(), Block::size(sizes, align))?;
    let block = arena.insert(fresh).cut(sizes, align)?;
    block.ok_or_else(|| LoadError::Memory("the line is too large".into()))
}
