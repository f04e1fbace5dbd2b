//! What a place had before a line, for `:undo`: of each path that the line may write, and only where that can be known.
//!
//! What is `Copy` is copied. What is std's own data, and not much of it, is cloned; so is what has nothing to drop. A `Clone` of the
//! user's may do anything, and clones of an `Rc` are seen by who counts them, so nothing else is cloned.
#![allow(unsafe_code)]

use super::plain::{Plain, Weight};
use super::slot::CapturedPlace;
use crate::eval::session::kept::boxed;
use crate::guard;
use crate::value::{Restore, Saved};

/// More than this is not kept of one path.
const MOST: usize = 16 << 20;

/// A path from a place, with the variables that it has among its indices.
pub struct At<'p, 'f, T, I, V> {
    place: &'p CapturedPlace<'f, T>,
    indices: I,
    path: fn(&mut T, I) -> &mut V,
}

impl<'p, 'f, T, I, V> At<'p, 'f, T, I, V> {
    /// Notes it.
    ///
    /// # Safety
    ///
    /// The place can be written, and what it has is the place's own or was moved out of it and not touched since. That holds for as
    /// long as this lives.
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

/// What is `Copy`.
pub trait SaveCopy {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Copy> SaveCopy for &&&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        self.save(|value| (size_of::<V>() <= MOST).then(|| boxed(value)))
    }
}

/// What is std's own data.
pub trait SavePlain {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Plain> SavePlain for &&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        self.save(|value| (value.weight() <= Weight::MOST).then(|| Box::new(value.clone())))
    }
}

/// What has nothing to drop.
pub trait SaveClone {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I: Copy, V: Clone> SaveClone for &At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        let small = !std::mem::needs_drop::<V>() && size_of::<V>() <= 4096;
        self.save(|value| small.then(|| Box::new(value.clone())))
    }
}

/// Anything else: it is not kept.
pub trait SaveNone {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Saved>;
}

impl<T, I, V> SaveNone for At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Saved> {
        None
    }
}
