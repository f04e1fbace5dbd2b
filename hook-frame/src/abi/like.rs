//! A type without a value. With it a line tells rustc the types of kept values and places.

use std::marker::PhantomData;

/// Stands for a type.
pub struct Like<V: ?Sized>(PhantomData<fn() -> *const V>);

impl<V: ?Sized> Clone for Like<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: ?Sized> Copy for Like<V> {}

impl<V> Like<V> {
    /// Stands for the type that its surroundings tell.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Like(PhantomData)
    }

    /// Stands for the type that a function would give, which is not called.
    pub fn of(_: impl FnOnce() -> V) -> Self {
        Like::new()
    }

    /// Stands for the type of a value.
    pub fn of_value(_: V) -> Self {
        Like::new()
    }

    /// Stands for the type of a value that a line kept for good.
    pub fn of_kept(_: V) -> Self
    where
        V: 'static,
    {
        Like::new()
    }

    /// Stands for the type of what is behind a reference.
    pub fn of_ref(_: &V) -> Self {
        Like::new()
    }
}

/// Returns a value of a type, in code that never runs.
pub fn never_of<V>(_: Like<V>) -> V {
    unreachable!("what makes a kept value is repeated for its type alone")
}

/// Returns a kept value, in code that never runs. No lifetime of a frame is in its type, although it is inferred anew.
pub fn never_kept<V: 'static>(like: Like<V>) -> V {
    never_of(like)
}

/// Stands for the type of a place.
pub struct Pointee<V: ?Sized>(PhantomData<fn(&V)>);

impl<V: ?Sized> Pointee<V> {
    /// Makes a value, whose type tells all that there is to know of the place.
    pub(super) fn new() -> Self {
        Pointee(PhantomData)
    }

    /// Stands for the type that code which never runs tells.
    pub fn asked() -> Self {
        Pointee::new()
    }

    /// Tells that the type is that of a place.
    pub fn is_place(&self, _: impl FnOnce() -> Pointee<V>) {}

    /// Tells that the type is that of a place with which something awaited ends.
    pub fn is_output_place<F: Future<Output = Pointee<V>>>(&self, _: impl FnOnce() -> F) {}
}

impl<V> Pointee<V> {
    /// Tells that the type is that of a value.
    pub fn is(&self, _: impl FnOnce() -> V) {}

    /// Tells that the type is that of what is awaited.
    pub fn is_output<F: Future<Output = V>>(&self, _: impl FnOnce() -> F) {}
}

/// Returns the type of a place.
pub fn type_of<V: ?Sized>(_: &V) -> Pointee<V> {
    Pointee::new()
}
