//! The memory of this process, read by way of the system.
//!
//! What an image has in memory may go away while it is looked at: another thread can unload a library, or take the
//! right to read from some pages. A plain load would end the program then. The system returns an error where it cannot
//! read.

use super::reader::MemoryReader;

/// At most so many bytes are read at once.
const CHUNK: usize = 4096;

/// Calls `each` with the `len` bytes from `address` on, a piece at a time, as long as it returns true. Returns whether
/// all could be read and all calls returned true.
pub(crate) fn read_process(address: u64, len: u64, mut each: impl FnMut(&[u8]) -> bool) -> bool {
    let Some(mut reader) = MemoryReader::new() else {
        return false;
    };
    let Some(end) = address.checked_add(len) else {
        return false;
    };
    let mut at = address;
    let mut buffer = [0; CHUNK];
    while at < end {
        let wanted = usize::try_from(end - at).map_or(CHUNK, |left| left.min(CHUNK));
        let read = reader.read(at, &mut buffer[..wanted]).unwrap_or_default();
        match buffer.get(..read) {
            None | Some([]) => return false,
            Some(bytes) if !each(bytes) => return false,
            Some(bytes) => at += bytes.len() as u64,
        }
    }
    true
}

/// Reads `len` bytes of this process from `address` on. Returns `None` if not all of them can be read, or if they are
/// more than memory has room for. Another thread that writes there meanwhile can make them any mixture of old and new.
pub fn read_memory(address: usize, len: usize) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let is_read = read_process(address as u64, len as u64, |bytes| {
        all.extend_from_slice(bytes);
        true
    });
    is_read.then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: u64, len: u64) -> Option<Vec<u8>> {
        read_memory(address as usize, len as usize)
    }

    #[test]
    fn memory_of_any_size_is_read() {
        let bytes: Vec<u8> = (0..10_000_u32).map(|n| n as u8).collect();
        for len in [0, 1, CHUNK, CHUNK + 1, bytes.len()] {
            let found = read(bytes.as_ptr() as u64, len as u64);
            assert_eq!(found.as_deref(), Some(&bytes[..len]));
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_crash() {
        assert_eq!(read(0, 1), None);
        assert_eq!(read(8, 1 << 40), None);
        assert_eq!(read(u64::MAX, 1), None);
        assert_eq!(read(u64::MAX - 1, 10), None);
        // In wine, what is only reserved can be read, and there may be very much of that behind any bytes.
        if cfg!(not(windows)) {
            let bytes = [1, 2];
            assert_eq!(read(bytes.as_ptr() as u64, u64::MAX / 2), None);
        }
    }

    #[test]
    fn the_caller_may_have_seen_enough() {
        let bytes = vec![0_u8; 3 * CHUNK];
        let mut calls = 0;
        let done = read_process(bytes.as_ptr() as u64, bytes.len() as u64, |_| {
            calls += 1;
            calls < 2
        });
        assert!(!done && calls == 2);
    }
}
