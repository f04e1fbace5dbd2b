//! Address space near an image, cut into blocks as lines are loaded.

use std::io;
use std::ops::Range;

use super::address_space::candidates;
use super::mappings::mappings;
use super::pages::{Reservation, WritablePages, page_size};
use crate::LoadError;

/// An arena is address space within reach of an image.
pub(crate) struct Arena {
    reservation: Reservation,
}

/// A block is the memory of one line. Its three parts are whole numbers of pages, and writable until it is sealed.
pub(crate) struct Block {
    pages: WritablePages,
    sizes: [u64; 3],
}

/// The rights of the pages of a block depend on the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Code,
    Constants,
    Variables,
}

const ARENA: u64 = 64 << 20;

impl Arena {
    /// Takes address space within reach of all of `image`, and at least `size` bytes of it.
    pub(crate) fn near(image: &Range<u64>, size: u64) -> Result<Arena, LoadError> {
        let taken = mappings().map_err(no_memory)?;
        let mut error = io::Error::from(io::ErrorKind::OutOfMemory);
        let size = size.checked_next_multiple_of(ARENA).unwrap_or(u64::MAX);
        for start in candidates(&taken, image, size) {
            match Reservation::at(start, size) {
                Ok(Some(reservation)) => return Ok(Arena { reservation }),
                Ok(None) => {}
                Err(failed) => error = failed,
            }
        }
        Err(no_memory(error))
    }

    /// Cuts off a block whose parts have these sizes and begin at multiples of `align`. Returns `None` if there is no
    /// room left for it.
    pub(crate) fn cut(&mut self, sizes: [u64; 3], align: u64) -> Result<Option<Block>, LoadError> {
        let align = align.max(page_size());
        let sizes = sizes.map(|size| size.next_multiple_of(align));
        let pages = self.reservation.cut(sizes.iter().sum(), align).map_err(no_memory)?;
        Ok(pages.map(|pages| Block { pages, sizes }))
    }
}

impl Block {
    /// Returns how many bytes a block of these parts takes, wherever its place begins.
    pub(crate) fn size(sizes: [u64; 3], align: u64) -> u64 {
        let align = align.max(page_size());
        sizes.iter().map(|size| size.next_multiple_of(align)).sum::<u64>() + align
    }

    /// Returns the address at which a part begins.
    pub(crate) fn address(&self, part: Part) -> u64 {
        let before = &self.sizes[..part as usize];
        self.pages.start() + before.iter().sum::<u64>()
    }

    /// Returns the bytes of all three parts, one behind the other.
    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        self.pages.bytes()
    }

    /// Takes from code and constants the right to be written, and gives code the right to be executed.
    pub(crate) fn seal(self) -> Result<(), LoadError> {
        let [code, constants, _] = self.sizes;
        self.pages.seal(code, constants).map_err(no_memory)
    }
}

fn no_memory(error: io::Error) -> LoadError {
    LoadError::Memory(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_fill_an_arena_and_no_more() {
        let here = no_memory as fn(io::Error) -> LoadError as usize as u64;
        let mut arena = Arena::near(&(here..here + 1), 1).expect("space");
        let mut block = arena.cut([1, 0, 5000], 1).expect("memory").expect("room");
        block.bytes()[0] = 1;
        assert_eq!(block.address(Part::Variables) - block.address(Part::Code), page_size());
        let aligned = arena.cut([1, 1, 1], 1 << 16).expect("memory").expect("room");
        for part in [Part::Code, Part::Constants, Part::Variables] {
            assert!(aligned.address(part).is_multiple_of(1 << 16), "{part:?}");
        }
        assert!(block.address(Part::Code).abs_diff(here) < 2 << 30);
        block.seal().expect("rights");
        assert!(arena.cut([ARENA, 0, 0], 1).expect("memory").is_none());
    }

    #[test]
    fn more_than_the_address_space_is_an_error() {
        let here = no_memory as fn(io::Error) -> LoadError as usize as u64;
        for size in [1 << 40, u64::MAX] {
            assert!(matches!(
                Arena::near(&(here..here + 1), size),
                Err(LoadError::Memory(_))
            ));
        }
    }
}
