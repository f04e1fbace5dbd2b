//! The container of a PDB: numbered streams, each of which is in blocks that stand anywhere in the file.

use crate::loader::object::codeview::word;

/// A file begins with this.
const MAGIC: &[u8] = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0";
/// A stream that was deleted has this size.
const DELETED: u32 = u32::MAX;

pub(super) struct Msf<'d> {
    data: &'d [u8],
    block_size: usize,
    /// The directory is a stream itself: how many streams there are, their sizes, and the blocks of each.
    directory: Vec<u8>,
}

impl<'d> Msf<'d> {
    /// Reads the directory; `None` if it is damaged.
    pub(super) fn parse(data: &'d [u8]) -> Option<Msf<'d>> {
        let header = data.strip_prefix(MAGIC)?;
        let block_size = word(header, 0)? as usize;
        let (size, map) = (word(header, 12)? as usize, word(header, 20)? as usize);
        if !block_size.is_power_of_two() || !(512..=65536).contains(&block_size) {
            return None;
        }
        let blocks = data.get(map.checked_mul(block_size)?..)?;
        let directory = gather(data, block_size, blocks, size)?;
        Some(Msf {
            data,
            block_size,
            directory,
        })
    }

    /// Returns the bytes of a stream; `None` if there is none of this number, or the file is damaged.
    pub(super) fn stream(&self, number: usize) -> Option<Vec<u8>> {
        let count = word(&self.directory, 0)? as usize;
        let size_of = |number: usize| match word(&self.directory, number.checked_mul(4)?.checked_add(4)?)? {
            DELETED => Some(0),
            size => Some(size as usize),
        };
        if number >= count {
            return None;
        }
        let mut before = 0_usize;
        for other in 0..number {
            before = before.checked_add(size_of(other)?.div_ceil(self.block_size))?;
        }
        let at = count.checked_add(before)?.checked_mul(4)?.checked_add(4)?;
        gather(self.data, self.block_size, self.directory.get(at..)?, size_of(number)?)
    }
}

/// Puts together what is in blocks, the numbers of which stand one after the other.
fn gather(data: &[u8], block_size: usize, blocks: &[u8], size: usize) -> Option<Vec<u8>> {
    // No stream is larger than its file, whatever a damaged one says.
    if size > data.len() {
        return None;
    }
    let mut bytes = Vec::with_capacity(size);
    let mut number = 0;
    while bytes.len() < size {
        let start = (word(blocks, number)? as usize).checked_mul(block_size)?;
        let len = block_size.min(size - bytes.len());
        bytes.extend_from_slice(data.get(start..start.checked_add(len)?)?);
        number += 4;
    }
    Some(bytes)
}
