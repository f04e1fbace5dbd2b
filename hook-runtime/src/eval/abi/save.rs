//! What a place had before a line, for `:undo`: of each path that the line may write, and only where that can be known.
//!
//! What is `Copy` is copied. What is std's own data, and not much of it, is cloned; so is what has nothing to drop. A `Clone` of the
//! user's may do anything, and clones of an `Rc` are seen by who counts them, so nothing else is cloned.
#![allow(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;

use super::slot::Place;
use crate::guard;
use crate::value::Value;

/// More than this is not kept of one path.
const MOST: usize = 16 << 20;

/// A path from a place, with the variables that it has among its indices.
pub struct At<'p, 'f, T, I, V> {
    place: &'p Place<'f, T>,
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
    pub unsafe fn new(place: &'p Place<'f, T>, indices: I, path: fn(&mut T, I) -> &mut V) -> Self {
        At { place, indices, path }
    }

    /// Keeps what is at the end of the path. The path may run the user's code.
    fn save(&self, copy: impl Fn(&V) -> Option<Box<V>>) -> Option<Save>
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
        let kept: Box<dyn Restore + '_> = Box::new(Kept {
            path: self.path,
            indices: self.indices,
            value: value?,
        });
        Some(Save {
            place: place.cast(),
            size: size_of::<T>(),
            // SAFETY: the types in it may have lifetimes of the frame. `Save` is kept with the frame, and dropped before that ends.
            kept: unsafe { std::mem::transmute::<Box<dyn Restore + '_>, Box<dyn Restore>>(kept) },
        })
    }
}

/// What a path had.
pub struct Save {
    place: *mut (),
    size: usize,
    kept: Box<dyn Restore>,
}

impl Save {
    /// Puts it back. `Err` if the path is no more, and says why.
    ///
    /// # Panics
    ///
    /// If that is not the place it is from.
    pub(crate) fn restore<'f>(self, place: &mut (dyn Value<'f> + 'f)) -> Result<(), String> {
        let (size, place) = (size_of_val(place), (&raw mut *place).cast::<()>());
        assert_eq!((place, size), (self.place, self.size));
        // SAFETY: it is the place that this is from, borrowed mutably; the frame that it is of has each of its places in one type.
        guard::caught(|| unsafe { self.kept.restore(place) })
    }
}

trait Restore {
    /// Puts the value back.
    ///
    /// # Safety
    ///
    /// `place` is the place that the value is from, and may be written.
    unsafe fn restore(self: Box<Self>, place: *mut ());
}

struct Kept<T, I, V> {
    path: fn(&mut T, I) -> &mut V,
    indices: I,
    value: Box<V>,
}

impl<T, I: Copy, V> Restore for Kept<T, I, V> {
    unsafe fn restore(mut self: Box<Self>, place: *mut ()) {
        // SAFETY: the caller has it that it is a `T`, to be written.
        let place = unsafe { &mut *place.cast::<T>() };
        // Whatever its size, it does not pass over the stack.
        std::mem::swap((self.path)(place, self.indices), &mut *self.value);
    }
}

/// On the heap, without passing over the stack.
pub(crate) fn boxed<V: Copy>(value: &V) -> Box<V> {
    let mut copy = Box::<V>::new_uninit();
    // SAFETY: a `Copy` value is its bytes; the box is of its type, and is initialized by them.
    unsafe {
        copy.as_mut_ptr().copy_from_nonoverlapping(value, 1);
        copy.assume_init()
    }
}

/// What is `Copy`.
pub trait SaveCopy {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Save>;
}

impl<T, I: Copy, V: Copy> SaveCopy for &&&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Save> {
        self.save(|value| (size_of::<V>() <= MOST).then(|| boxed(value)))
    }
}

/// What is std's own data.
pub trait SavePlain {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Save>;
}

impl<T, I: Copy, V: Plain> SavePlain for &&At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Save> {
        self.save(|value| (value.weight() <= Weight::MOST).then(|| Box::new(value.clone())))
    }
}

/// What has nothing to drop.
pub trait SaveClone {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Save>;
}

impl<T, I: Copy, V: Clone> SaveClone for &At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Save> {
        let small = !std::mem::needs_drop::<V>() && size_of::<V>() <= 4096;
        self.save(|value| small.then(|| Box::new(value.clone())))
    }
}

/// Anything else: it is not kept.
pub trait SaveNone {
    /// Keeps what is at the end of the path, where that can be kept.
    fn __hookable_save(&self) -> Option<Save>;
}

impl<T, I, V> SaveNone for At<'_, '_, T, I, V> {
    fn __hookable_save(&self) -> Option<Save> {
        None
    }
}

/// What a clone costs.
struct Weight;

impl Weight {
    /// In bytes, roughly. Beyond that a clone is not made for every line.
    const MOST: usize = 1 << 20;

    /// Of all of them, as far as it matters.
    fn of<'v, V: Plain + 'v>(values: impl Iterator<Item = &'v V>) -> usize {
        let mut sum = 0;
        for value in values {
            sum += value.weight();
            if sum > Weight::MOST {
                break;
            }
        }
        sum
    }
}

/// Data of std's own types, whose clone runs nobody's code.
pub trait Plain: Clone {
    #[doc(hidden)]
    fn weight(&self) -> usize;
}

macro_rules! plain {
    (tuples $($name:ident)*) => {
        impl<$($name: Plain),*> Plain for ($($name,)*) {
            #[allow(non_snake_case)]
            fn weight(&self) -> usize { let ($($name,)*) = self; 0 $(+ $name.weight())* }
        }
    };
    (of $values:ident: $($ty:ty)*) => { $(
        impl<V: Plain> Plain for $ty {
            fn weight(&self) -> usize { let $values = self; size_of::<Self>() + Weight::of($values.iter()) }
        }
    )* };
    ($($ty:ty)*) => { $(impl Plain for $ty { fn weight(&self) -> usize { size_of::<$ty>() } })* };
}

plain!(tuples);
plain!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char);
plain!(std::time::Duration std::time::Instant std::time::SystemTime);
plain!(std::net::IpAddr std::net::SocketAddr std::cmp::Ordering);
plain!(tuples A);
plain!(tuples A B);
plain!(tuples A B C);
plain!(tuples A B C D);
plain!(tuples A B C D E);
plain!(tuples A B C D E F);
plain!(of values: Vec<V> VecDeque<V> Option<V> BTreeSet<V> std::collections::LinkedList<V>);
plain!(of values: std::collections::BinaryHeap<V>);

impl<V: ?Sized> Plain for &V {
    fn weight(&self) -> usize {
        size_of::<Self>()
    }
}

impl<V: Plain, const N: usize> Plain for [V; N] {
    fn weight(&self) -> usize {
        Weight::of(self.iter())
    }
}

impl<V: Plain> Plain for Box<V> {
    fn weight(&self) -> usize {
        (**self).weight()
    }
}

impl<V: Plain> Plain for Box<[V]> {
    fn weight(&self) -> usize {
        Weight::of(self.iter())
    }
}

impl<V: Plain, E: Plain> Plain for Result<V, E> {
    fn weight(&self) -> usize {
        match self {
            Ok(value) => value.weight(),
            Err(error) => error.weight(),
        }
    }
}

impl<K: Plain, V: Plain> Plain for BTreeMap<K, V> {
    fn weight(&self) -> usize {
        Weight::of(self.keys()) + Weight::of(self.values())
    }
}

impl<K: Plain, V: Plain> Plain for HashMap<K, V> {
    fn weight(&self) -> usize {
        Weight::of(self.keys()) + Weight::of(self.values())
    }
}

impl<V: Plain> Plain for HashSet<V> {
    fn weight(&self) -> usize {
        Weight::of(self.iter())
    }
}

impl Plain for String {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Plain for Box<str> {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Plain for OsString {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Plain for PathBuf {
    fn weight(&self) -> usize {
        self.as_os_str().len()
    }
}

impl<V: ToOwned<Owned: Plain> + ?Sized> Plain for std::borrow::Cow<'_, V> {
    fn weight(&self) -> usize {
        match self {
            std::borrow::Cow::Borrowed(_) => 0,
            std::borrow::Cow::Owned(owned) => owned.weight(),
        }
    }
}
