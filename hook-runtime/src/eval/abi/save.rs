//! The values that a line may write are kept before it, for `:undo`: one for each path that it may write, where that
//! can be known.
//!
//! What is `Copy` is copied. What is std's own data, and not much of it, is cloned; so is what has nothing to drop. A
//! `Clone` of the user's may do anything, and clones of an `Rc` are seen by who counts them, so nothing else is
//! cloned.
#![allow(unsafe_code)]

use super::plain::{Plain, Weight};
use super::slot::CapturedPlace;
use crate::eval::session::kept::boxed;
use crate::guard;
use crate::value::{Restore, Saved};

/// A value of more bytes than this is not kept.
pub(super) const MOST: usize = 16 << 20;

/// A path from a place, with the variables that it has among its indices.
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
    /// The place can be written, and what it has is the place's own or was moved out of it and not touched since.
    /// That holds for as long as this lives.
    pub unsafe fn new(place: &'p CapturedPlace<'f, T>, indices: I, path: fn(&mut T, I) -> &mut V) -> Self {
        At { place, indices, path }
    }

    /// Keeps what is at the end of the path. The path may run the user's code.
    fn save(&self, copy: impl Fn(&V) -> Option<Box<V>>) -> Option<Saved>
    where
        I: Copy,
    {
        let place = self.place.pointer();
        let mut value = None;
        // A panic keeps nothing.
        let _ = guard::caught_call(&mut || {
            // SAFETY: `new` was told that the place can be written, and that its value is whole.
            value = copy((self.path)(unsafe { &mut *place }, self.indices));
        });
        let kept: Box<dyn Restore + '_> = Box::new(SavedPart {
            path: self.path,
            indices: self.indices,
            value: value?,
        });
        // SAFETY: it is kept with the frame, and dropped before that ends.
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
        // SAFETY: the caller has it that it is a `T`, to be written.
        let place = unsafe { &mut *place.cast::<T>() };
        // Whatever its size, it does not pass over the stack.
        std::mem::swap((self.path)(place, self.indices), &mut *self.value);
    }
}

/// Keeps a value that is `Copy`.
pub trait SaveCopy {
    /// Keeps the value at the end of the path, or gives `None` where that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Copy> SaveCopy for &&&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        self.save(|value| (size_of::<V>() <= MOST).then(|| boxed(value)))
    }
}

/// Keeps a value that is std's own data.
pub trait SavePlain {
    /// Keeps the value at the end of the path, or gives `None` where that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Plain> SavePlain for &&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        self.save(|value| (value.weight() <= Weight::MOST).then(|| Box::new(value.clone())))
    }
}

/// Keeps a value that has nothing to drop.
pub trait SaveClone {
    /// Keeps the value at the end of the path, or gives `None` where that cannot be done.
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
    /// Keeps the value at the end of the path, or gives `None` where that cannot be done.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I, V> SaveNone for At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        None
    }
}
