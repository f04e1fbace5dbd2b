//! The values that a line may write are kept before it runs, for `:undo`: one for each path that the line may write, as
//! far as these paths can be known.
//!
//! A value that is `Copy` is copied. A small value of the standard library's data types is cloned, and so is a value
//! that has nothing to drop. Nothing else is cloned, because a `Clone` of the user's may do anything, and because a
//! clone of an `Rc` changes its count.
#![allow(unsafe_code)]

use super::plain::{Plain, Weight};
use super::slot::CapturedPlace;
use crate::guard;
use crate::session::kept::boxed;
use crate::value::{Restore, Saved};

/// A value of more bytes than this is not kept.
pub(super) const MOST: usize = 16 << 20;

/// A path from a place, with the values of the variables among its indices.
pub struct At<'p, 'f, T, I, V> {
    place: &'p CapturedPlace<'f, T>,
    indices: I,
    path: fn(&mut T, I) -> &mut V,
}

impl<'p, 'f, T, I, V> At<'p, 'f, T, I, V> {
    /// Notes a path.
    ///
    /// # Safety
    ///
    /// The place can be written, and its value is in the place, or was moved out of it and not touched since. That
    /// holds for as long as the path lives.
    pub unsafe fn new(place: &'p CapturedPlace<'f, T>, indices: I, path: fn(&mut T, I) -> &mut V) -> Self {
        At { place, indices, path }
    }

    /// Keeps the value at the end of the path. Following the path may run the user's code, in an `Index`.
    fn save(&self, copy: impl Fn(&V) -> Option<Box<V>>) -> Option<Saved>
    where
        I: Copy,
    {
        let place = self.place.pointer();
        let mut value = None;
        // If that panics, nothing is kept.
        let _ = guard::caught_call(&mut || {
            // SAFETY: `new` was told that the place can be written, and that its value is whole.
            value = copy((self.path)(unsafe { &mut *place }, self.indices));
        });
        let kept: Box<dyn Restore + '_> = Box::new(SavedPart {
            path: self.path,
            indices: self.indices,
            value: value?,
        });
        // SAFETY: the value is kept with the frame, and dropped before the frame ends.
        Some(unsafe { Saved::new(place, kept) })
    }
}

struct SavedPart<T, I, V> {
    path: fn(&mut T, I) -> &mut V,
    indices: I,
    value: Box<V>,
}

impl<T, I: Copy, V> Restore for SavedPart<T, I, V> {
    unsafe fn restore(mut self: Box<Self>, place: *mut ()) {
        // SAFETY: the caller promises that the place has a `T` and can be written.
        let place = unsafe { &mut *place.cast::<T>() };
        // A swap does not move the value over the stack, which may be too small for it.
        std::mem::swap((self.path)(place, self.indices), &mut *self.value);
    }
}

/// Keeps a value that is `Copy`.
pub trait SaveCopy {
    /// Keeps the value at the end of the path, or gives `None` if that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Copy> SaveCopy for &&&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        self.save(|value| (size_of::<V>() <= MOST).then(|| boxed(value)))
    }
}

/// Keeps a value that is std's own data.
pub trait SavePlain {
    /// Keeps the value at the end of the path, or gives `None` if that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Plain> SavePlain for &&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        self.save(|value| (value.weight() <= Weight::MOST).then(|| Box::new(value.clone())))
    }
}

/// Keeps a value that has nothing to drop.
pub trait SaveClone {
    /// Keeps the value at the end of the path, or gives `None` if that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Clone> SaveClone for &At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        let small = !std::mem::needs_drop::<V>() && size_of::<V>() <= 4096;
        self.save(|value| small.then(|| Box::new(value.clone())))
    }
}

/// Keeps nothing of any other value.
pub trait SaveNone {
    /// Keeps the value at the end of the path, or gives `None` if that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I, V> SaveNone for At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        None
    }
}
