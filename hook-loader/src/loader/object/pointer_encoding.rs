//! How the records of unwinding tables hold addresses.

/// Addresses are written in one of the ways that `DW_EH_PE_*` names.
#[derive(Clone, Copy)]
pub(crate) struct PointerEncoding {
    pub(crate) size: usize,
    pub(crate) is_pc_relative: bool,
}

impl PointerEncoding {
    /// Reads an encoding of fixed size: of an address, or of a signed distance from the place where it is written.
    pub(crate) fn of(byte: u8) -> Option<PointerEncoding> {
        let (size, is_pc_relative) = match byte {
            0x00 | 0x04 | 0x0c => (8, false),
            0x03 => (4, false),
            0x10 | 0x14 | 0x1c => (8, true),
            0x1b => (4, true),
            _ => return None,
        };
        Some(PointerEncoding { size, is_pc_relative })
    }
}
