//! The casts between a place and its erased form: all the `unsafe` that capturing needs.
#![allow(unsafe_code)]

use super::value::{Table, Typed, Value};

/// Sees a place through its table.
pub(super) fn shared<'f, T: 'f, F: Fn() -> Table<T> + 'f>(place: &'f T) -> &'f (dyn Value<'f> + 'f) {
    // SAFETY: `Typed<T, F>` is `repr(transparent)` over `T`; its other field has no size and alignment 1.
    unsafe { &*(&raw const *place).cast::<Typed<T, F>>() }
}

/// Sees a place through its table, to write it.
pub(super) fn unique<'f, T: 'f, F: Fn() -> Table<T> + 'f>(place: &'f mut T) -> &'f mut (dyn Value<'f> + 'f) {
    // SAFETY: as in `shared`; the borrow stays unique.
    unsafe { &mut *(&raw mut *place).cast::<Typed<T, F>>() }
}

/// The function of a type that is nothing but one function.
pub(super) fn function<F>() -> F {
    const { assert!(size_of::<F>() == 0) };
    // SAFETY: `F` has no size, and is the type that `marker::late` hides behind `impl Fn`: that of a function, which has a
    // value. Markers get it from there alone.
    unsafe { std::mem::zeroed() }
}

/// Takes an old value back to its type. `T` may hold borrows and so has no `TypeId`; the old values of a place are kept
/// with that place and reach no other, and names and sizes are compared besides.
///
/// # Panics
///
/// If the value is of another type.
pub(super) fn downcast<'f, T: 'f, F: Fn() -> Table<T> + 'f>(old: Box<dyn Value<'f> + 'f>) -> Typed<T, F> {
    assert!(
        old.type_name() == std::any::type_name::<T>() && size_of_val(&*old) == size_of::<T>(),
        "an old value of type {} was given to a place of type {}",
        old.type_name(),
        std::any::type_name::<T>(),
    );
    // SAFETY: `Old` is made only by `value::replace` of a place of this type, and the frame gives it back to that place.
    *unsafe { Box::from_raw(Box::into_raw(old).cast::<Typed<T, F>>()) }
}
