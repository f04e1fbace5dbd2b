//! Which parts of the address space are taken.

use std::ops::Range;
use std::{fs, io};

/// Returns what is taken, in the order of the addresses.
pub(super) fn mappings() -> io::Result<Vec<Range<u64>>> {
    fs::read_to_string("/proc/self/maps").map(|maps| parse(&maps))
}

fn parse(maps: &str) -> Vec<Range<u64>> {
    let taken = maps.lines().filter_map(|line| {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        Some(u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?)
    });
    taken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_mapping_are_passed_over() {
        assert_eq!(parse("?\n1-a r\n-\nx-y r\nb-c r\n\n"), [1..10, 11..12]);
    }
}
