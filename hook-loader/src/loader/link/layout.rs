//! Where everything will be in the memory of a line.

use crate::loader::memory::Part;
use crate::loader::object::SectionKind;
use crate::loader::relocate::{PLT_ENTRY_SIZE, RelocationKind};
use crate::loader::resolve::{GotEntry, Resolution};

/// A location is an offset in a part of a block.
pub(super) type Location = (Part, u64);

/// The layout says where everything will be in the three parts of a block.
pub(super) struct Layout {
    /// The parts have these sizes.
    pub(super) sizes: [u64; 3],
    /// The parts have this alignment.
    pub(super) align: u64,
    /// The loaded sections are here, in their order.
    pub(super) sections: Vec<Location>,
    /// The entries of the global offset table and of the procedure linkage table are here, in their order.
    pub(super) got: Vec<Location>,
    pub(super) unwind_table: Location,
}

impl Layout {
    pub(super) fn of(resolution: &Resolution<'_>) -> Layout {
        let mut sizes = [0u64; 3];
        let mut put = |part: Part, size: u64, align: u64| {
            let at = sizes[part as usize].next_multiple_of(align);
            sizes[part as usize] = at + size;
            (part, at)
        };
        let sections = resolution.sections.iter();
        let sections = sections.map(|section| put(part_of(section.kind), section.size, section.align));
        let sections = sections.collect();
        let got = resolution.got.iter().map(|GotEntry { kind, .. }| match kind {
            RelocationKind::Plt => put(Part::Code, PLT_ENTRY_SIZE as u64, 16),
            RelocationKind::Got | RelocationKind::GotTpOff => put(Part::Constants, 8, 8),
            _ => put(Part::Constants, 16, 16),
        });
        let got = got.collect();
        let unwind_table = put(Part::Constants, resolution.unwind_table.bytes.len() as u64, 8);
        let aligns = resolution.sections.iter().map(|section| section.align);
        Layout {
            sizes,
            align: aligns.max().unwrap_or(1),
            sections,
            got,
            unwind_table,
        }
    }
}

fn part_of(kind: SectionKind) -> Part {
    match kind {
        SectionKind::Code => Part::Code,
        // Of a thread-local, the initial value is loaded, which each thread copies.
        SectionKind::Constant | SectionKind::ThreadLocal | SectionKind::Unwinding => Part::Constants,
        SectionKind::Variable => Part::Variables,
    }
}
