//! A place is cast to its erased form here, and back. These casts are all the `unsafe` that capturing needs.
//!
//! The erased form is said to live for `'f`, which `T` does. `F` need not: no value of it exists, and it is named by a
//! `PhantomData` alone. A signature that asked it of `F` would make capturing slow, as the module of markers says.
#![allow(unsafe_code)]

use std::mem::transmute;

use super::{Access, HasVtable, Old, Value, WithVtable};

/// Erases the type of a place that is read.
pub(super) fn shared<'f, T, F: HasVtable<T>>(place: &'f T) -> &'f (dyn Value<'f> + 'f) {
    // SAFETY: `WithVtable<T, F>` is `repr(transparent)` over `T`; its other field has no size and alignment 1.
    let erased: &(dyn Value<'f> + '_) = unsafe { &*(&raw const *place).cast::<WithVtable<T, F>>() };
    // SAFETY: the place is borrowed for `'f`, and of the two types in the erased form only `T` has values, which live
    // for `'f`.
    unsafe { transmute::<&(dyn Value<'f> + '_), &'f (dyn Value<'f> + 'f)>(erased) }
}

/// Captures a place that can only be read.
pub(super) fn readable<T, F: HasVtable<T>>(place: &T) -> Access<'_> {
    Access::ReadOnly(shared::<T, F>(place))
}

/// Captures a place that can be written.
pub(super) fn writable<'f, T, F: HasVtable<T>>(place: &'f mut T) -> Access<'f> {
    // SAFETY: the layout is the same, as in `shared`, and the result borrows `place` mutably.
    let erased: &mut (dyn Value<'f> + '_) = unsafe { &mut *(&raw mut *place).cast::<WithVtable<T, F>>() };
    // SAFETY: the lifetimes are those of `shared`.
    Access::Writable(unsafe { transmute::<&mut (dyn Value<'f> + '_), &'f mut (dyn Value<'f> + 'f)>(erased) })
}

/// Erases the type of a value that was replaced.
pub(super) fn boxed<'f, T: 'f, F: HasVtable<T>>(value: WithVtable<T, F>) -> Box<dyn Value<'f> + 'f> {
    let erased: Box<dyn Value<'f> + '_> = Box::new(value);
    // SAFETY: the lifetimes are those of `shared`.
    unsafe { transmute::<Box<dyn Value<'f> + '_>, Box<dyn Value<'f> + 'f>>(erased) }
}

/// Returns the old value of a place its type back. The type may hold borrows and so has no `TypeId`; but the place that
/// had the value is borrowed for all of `'f`, so while the value lives, what is at that address is of one type. The
/// names and sizes of the types are compared besides.
///
/// # Panics
///
/// This panics if the value is that of another place, or if the place has no size, and so no address of its own.
pub(super) fn downcast<'f, T: 'f, F: HasVtable<T>>(place: &WithVtable<T, F>, old: Old<'f>) -> WithVtable<T, F> {
    let Old { value, of } = old;
    let same_place = of == (&raw const *place).addr() && size_of::<T>() > 0;
    let same_type = value.type_name() == std::any::type_name::<T>() && size_of_val(&*value) == size_of::<T>();
    assert!(
        same_place && same_type,
        "an old value of type {} was given to another place of type {}",
        value.type_name(),
        std::any::type_name::<T>(),
    );
    // SAFETY: `Old` is made only by `Value::replace` of a place of its type, whose address it has. This is that
    // place, so `T` is that type.
    *unsafe { Box::from_raw(Box::into_raw(value).cast::<WithVtable<T, F>>()) }
}
