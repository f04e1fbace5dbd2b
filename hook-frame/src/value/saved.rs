//! The value that a part of a place had is kept here until it is put back.
#![allow(unsafe_code)]

use super::Value;
use crate::guard;

/// Keeps the value that a part of a place had before a line wrote it.
pub struct Saved {
    place: *mut (),
    size: usize,
    kept: Box<dyn Restore>,
}

/// Knows a part of a place and the value that it had, while the types of both are erased.
pub trait Restore {
    /// Puts the value back.
    ///
    /// # Safety
    ///
    /// `place` must be the place that the value is from, and nothing else may borrow it.
    unsafe fn restore(self: Box<Self>, place: *mut ());
}

impl Saved {
    /// Keeps what a part of a `T` had.
    ///
    /// # Safety
    ///
    /// The result must be dropped before the frame of the place ends, whose lifetimes may be in the type of `kept`.
    pub unsafe fn new<T>(place: *mut T, kept: Box<dyn Restore + '_>) -> Self {
        Saved {
            place: place.cast(),
            size: size_of::<T>(),
            // SAFETY: only the lifetime changes, and the caller promises to drop this before that lifetime ends.
            kept: unsafe { std::mem::transmute::<Box<dyn Restore + '_>, Box<dyn Restore>>(kept) },
        }
    }

    /// Puts the value back. An `Err` says why that part of the place does not exist any more.
    ///
    /// # Panics
    ///
    /// This panics if the place is another than the one that the value is from.
    pub fn restore<'f>(self, place: &mut (dyn Value<'f> + 'f)) -> Result<(), String> {
        let (size, place) = (size_of_val(place), (&raw mut *place).cast::<()>());
        assert_eq!((place, size), (self.place, self.size));
        // SAFETY: it is the place that this is from, and it is borrowed mutably. Each place of a frame has one type.
        guard::caught(|| unsafe { self.kept.restore(place) })
    }
}
