//! A table from names to indices, built once, and fast without optimization.
//!
//! Our users build this crate at opt-level 0, where the generic maps of the standard library cost half a microsecond an
//! insertion, and a program has a hundred thousand symbols. Here a name is hashed eight bytes at a time, its index goes
//! into the next free slot, and nothing is ever moved. The names stay where they are: the caller says whether an index
//! is called as was asked.

/// The table has indices by name. Several may share a name.
pub(super) struct NameTable {
    /// A slot holds an index plus one and the upper half of the hash, or zeros if it is free. There are a power of two
    /// of them, of which at most half are taken.
    slots: Vec<(u32, u32)>,
}

impl NameTable {
    /// Returns an empty table for at most so many names.
    pub(super) fn with_capacity(names: usize) -> NameTable {
        NameTable {
            slots: vec![(0, 0); (names * 2).next_power_of_two().max(2)],
        }
    }

    /// Puts in a name. There must not be more of them than the capacity asked for.
    pub(super) fn insert(&mut self, name: &[u8], index: u32) {
        let hash = hash(name);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].0 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (index + 1, (hash >> 32) as u32);
    }

    /// Returns the indices of `name` in the order of insertion. `called` tells whether an index, whose name has the
    /// same hash, is called so.
    pub(super) fn find<'a>(
        &'a self,
        name: &'a [u8],
        called: impl Fn(u32) -> bool + 'a,
    ) -> impl Iterator<Item = u32> + 'a {
        let hash = hash(name);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        std::iter::from_fn(move || {
            loop {
                let (index, tag) = self.slots[at];
                if index == 0 {
                    return None;
                }
                at = (at + 1) & mask;
                if tag == (hash >> 32) as u32 && called(index - 1) {
                    return Some(index - 1);
                }
            }
        })
    }
}

fn hash(name: &[u8]) -> u64 {
    let (words, rest) = name.as_chunks::<8>();
    let mut hash = name.len() as u64;
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29);
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], name: &str, expected: &[u32]) {
        let mut table = NameTable::with_capacity(names.len());
        for (index, name) in (0..).zip(names) {
            table.insert(name.as_bytes(), index);
        }
        let found: Vec<u32> = table
            .find(name.as_bytes(), |index| names[index as usize] == name)
            .collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn finds_what_was_put_in() {
        check(&["a", "b"], "b", &[1]);
        check(&["a", "b"], "c", &[]);
        check(&[], "c", &[]);
        check(&["", "x", ""], "", &[0, 2]);
        check(
            &["_ZN1t4slot17h0000000000000001E", "_ZN1t4slot17h0000000000000002E"],
            "_ZN1t4slot17h0000000000000002E",
            &[1],
        );
    }

    #[test]
    fn many_names_stay_apart() {
        let names: Vec<String> = (0..10_000).map(|n| format!("_RNvCs_4demo{n}")).collect();
        let mut table = NameTable::with_capacity(names.len());
        for (index, name) in (0..).zip(&names) {
            table.insert(name.as_bytes(), index);
        }
        for (index, name) in (0..).zip(&names) {
            let found: Vec<u32> = table.find(name.as_bytes(), |i| names[i as usize] == *name).collect();
            assert_eq!(found, [index]);
        }
    }
}
