//! Where near the program there is free address space.

use std::ops::Range;

/// Some of the 2 GiB is kept free for what is reached from the far ends of both sides.
const REACH: u64 = (2 << 30) - (128 << 20);
/// Mappings begin at multiples of this, the largest page of the supported processors.
const GRANULE: u64 = 1 << 16;
/// A program's heap grows upwards behind the program. On aarch64 it gets less room, for there a jump to what replaces a
/// function reaches 128 MiB. Where the heap cannot grow any more, C libraries take memory elsewhere.
const HEAP: u64 = if cfg!(target_arch = "aarch64") {
    32 << 20
} else {
    512 << 20
};

/// Returns the starts of free address space of `size` bytes within reach of all of `image`, nearest first, and below
/// the image before above it, where its heap grows. `taken` is in the order of the addresses.
pub(super) fn candidates(taken: &[Range<u64>], image: &Range<u64>, size: u64) -> Vec<u64> {
    let lowest = image.end.saturating_sub(REACH).max(1 << 20).next_multiple_of(GRANULE);
    let highest = image.start.saturating_add(REACH);
    let mut below = Vec::new();
    let mut above = Vec::new();
    let mut free = lowest;
    for Range { start, end } in taken.iter().cloned().chain(std::iter::once(highest..highest)) {
        let gap = free..start.min(highest);
        if gap.end.saturating_sub(gap.start) >= size.saturating_add(GRANULE) {
            if gap.end <= image.start {
                below.push((gap.end - size) & !(GRANULE - 1));
            } else {
                let behind_heap = gap.start.saturating_add(HEAP).min(gap.end - size) & !(GRANULE - 1);
                above.push(behind_heap.max(gap.start.next_multiple_of(GRANULE)));
            }
        }
        free = free.max(end);
    }
    below.reverse();
    below.extend(above);
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 64 << 20;
    const PIE: u64 = 0x5555_5555_0000;
    const LOW: Range<u64> = 0x40_0000..0x50_0000;

    fn check(taken: &[Range<u64>], image: Range<u64>, expected: &[u64]) {
        assert_eq!(candidates(taken, &image, SIZE), expected);
    }

    #[test]
    fn nothing_below_but_the_program() {
        let taken = [PIE..PIE + 0x1_0000, PIE + 0x1_0000..0x5555_5560_0000];
        check(&taken, PIE..PIE + 0x1_0000, &[PIE - SIZE, 0x5555_5560_0000 + HEAP]);
    }

    #[test]
    fn a_program_at_a_low_address_has_space_above() {
        check(std::slice::from_ref(&LOW), LOW, &[0x50_0000 + HEAP]);
    }

    #[test]
    fn a_jump_reaches_from_a_program_at_a_low_address() {
        let reach = if cfg!(target_arch = "aarch64") {
            128 << 20
        } else {
            2 << 30
        };
        let low = 0x40_0000..0x180_0000;
        let start = candidates(std::slice::from_ref(&low), &low, SIZE)[0];
        assert!(start + SIZE - low.start <= reach, "{start:#x}");
    }

    #[test]
    fn nothing_is_free_for_what_is_too_large() {
        for size in [2 << 30, u64::MAX] {
            assert_eq!(candidates(std::slice::from_ref(&LOW), &LOW, size), []);
        }
    }

    #[test]
    fn nothing_is_taken() {
        check(&[], 0x40_0000..0x50_0000, &[0x10_0000 + HEAP]);
    }
}
