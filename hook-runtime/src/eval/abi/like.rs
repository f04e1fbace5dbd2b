//! A type without a value of it: how a line says what the types of kept values and places are.

use std::marker::PhantomData;

/// A type.
pub struct Like<V: ?Sized>(PhantomData<fn() -> *const V>);

impl<V: ?Sized> Clone for Like<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: ?Sized> Copy for Like<V> {}

impl<V> Like<V> {
    /// Any; where it stands tells which.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Like(PhantomData)
    }

    /// That of what this would give. It is not called.
    pub fn of(_: impl FnOnce() -> V) -> Self {
        Like::new()
    }

    /// That of a value.
    pub fn of_value(_: V) -> Self {
        Like::new()
    }

    /// That of what is behind a reference.
    pub fn of_ref(_: &V) -> Self {
        Like::new()
    }
}

/// A value of a type, in code that never runs.
pub fn never_of<V>(_: Like<V>) -> V {
    unreachable!("what makes a kept value is repeated for its type alone")
}

/// The type of a place.
pub struct Pointee<V: ?Sized>(PhantomData<fn(&V)>);

impl<V: ?Sized> Pointee<V> {
    /// Its type tells all that there is to know.
    pub(super) fn new() -> Self {
        Pointee(PhantomData)
    }
}

/// Gives it.
pub fn type_of<V: ?Sized>(_: &V) -> Pointee<V> {
    Pointee::new()
}
