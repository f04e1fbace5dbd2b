//! Where near the program there is free address space.

use std::ops::Range;

/// Some of the 2 GiB is kept free for what is reached from the far ends of both sides.
const REACH: u64 = (2 << 30) - (128 << 20);
/// Mappings begin at multiples of this, the largest page of the supported processors.
const GRANULE: u64 = 1 << 16;
/// A program's heap grows upwards behind the program.
const HEAP: u64 = 512 << 20;

/// Returns the starts of free address space of `size` bytes within reach of all of `image`, nearest first, and below
/// the image before above it, where its heap grows. `maps` has the format of `/proc/self/maps`.
pub(super) fn candidates(maps: &str, image: &Range<u64>, size: u64) -> Vec<u64> {
    let lowest = image.end.saturating_sub(REACH).max(1 << 20).next_multiple_of(GRANULE);
    let highest = image.start.saturating_add(REACH);
    let mut below = Vec::new();
    let mut above = Vec::new();
    let mut free = lowest;
    let taken = maps.lines().filter_map(|line| {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    });
    for (start, end) in taken.chain([(highest, highest)]) {
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

    fn check(maps: &str, image: Range<u64>, expected: &[u64]) {
        assert_eq!(candidates(maps, &image, SIZE), expected);
    }

    #[test]
    fn nothing_below_but_the_program() {
        let maps = "555555550000-555555560000 r--p 0 0:0 1 /exe\n555555560000-555555600000 rw-p 0 0:0 0 [heap]\n";
        check(maps, PIE..PIE + 0x1_0000, &[PIE - SIZE, 0x5555_5560_0000 + HEAP]);
    }

    #[test]
    fn a_program_at_a_low_address_has_space_above() {
        let maps = "00400000-00500000 r-xp 0 0:0 1 /exe\n";
        check(maps, 0x40_0000..0x50_0000, &[0x50_0000 + HEAP]);
    }

    #[test]
    fn nothing_is_free_for_what_is_too_large() {
        let maps = "00400000-00500000 r-xp 0 0:0 1 /exe\n";
        for size in [2 << 30, u64::MAX] {
            assert_eq!(candidates(maps, &(0x40_0000..0x50_0000), size), []);
        }
    }

    #[test]
    fn lines_that_are_no_mapping_are_passed_over() {
        check("?\n-\nx-y r\n\n", 0x40_0000..0x50_0000, &[0x10_0000 + HEAP]);
    }
}
