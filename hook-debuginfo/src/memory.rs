//! The memory that values are read from.

/// Memory that may be gone, or be something else than a value says.
pub(crate) trait Memory {
    /// Reads `len` bytes. Returns `None` if not all of them can be read.
    fn read(&self, address: u64, len: u64) -> Option<Vec<u8>>;

    /// Reads a number of up to eight bytes.
    fn number(&self, address: u64, len: u64) -> Option<u64> {
        Some(number(&self.read(address, len.min(8))?) as u64)
    }
}

/// The memory of this process.
pub(crate) struct ProcessMemory;

impl Memory for ProcessMemory {
    fn read(&self, address: u64, len: u64) -> Option<Vec<u8>> {
        hook_loader::read_memory(usize::try_from(address).ok()?, usize::try_from(len).ok()?)
    }
}

/// Returns the number that up to sixteen bytes hold, of a processor that stores the lowest first.
pub(crate) fn number(bytes: &[u8]) -> u128 {
    let bytes = bytes.iter().take(16).rev();
    bytes.fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// Returns the number of so many bytes with its sign.
pub(crate) fn signed(bytes: &[u8]) -> i128 {
    let unused = 128 - 8 * bytes.len().clamp(1, 16) as u32;
    (number(bytes) << unused) as i128 >> unused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(number(&[1, 2]), 0x201);
        assert_eq!(number(&[]), 0);
        assert_eq!(signed(&[0xff]), -1);
        assert_eq!(signed(&[0xff, 0]), 255);
        assert_eq!(signed(&[0xff; 16]), -1);
    }
}
