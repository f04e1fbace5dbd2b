//! A hook gives one access for each binding: it can be written, be read, or only be described.

use super::erase;
use super::marker::Marker;
use super::snapshot::Snapshot;
use super::{HasVtable, TypeOf, Value};

/// Says how the value of a binding can be reached while the hook is open, and reaches it.
pub enum Access<'f> {
    /// It can be read and written.
    Writable(&'f mut (dyn Value<'f> + 'f)),
    /// It can only be read.
    ReadOnly(&'f (dyn Value<'f> + 'f)),
    /// It is shown as it was when the hook was reached, since it holds a borrow of another captured binding, or another
    /// holds one of it.
    Snapshot(&'f Snapshot),
    /// It cannot be reached, but its type is known.
    Type(TypeOf),
    /// It cannot be reached.
    Unknown,
}

/// Borrows a place that can be written.
pub(super) type Writes<T> = for<'f> fn(&'f mut T) -> Access<'f>;
/// Borrows a place that can only be read.
pub(super) type Reads<T> = for<'f> fn(&'f T) -> Access<'f>;
/// Keeps the text that a place shows now, and does not borrow the place any longer.
pub(super) type Keeps<T> = fn(&T) -> Box<Snapshot>;

/// Says how a hook captures: by what its marker has for the type. The module of markers says why these are methods that
/// return functions.
pub trait Captures {
    /// The type of the binding.
    type T;

    /// Returns what captures a place that can be written.
    fn __hookable_writable(self) -> Writes<Self::T>;
    /// Returns what captures a place that can only be read.
    fn __hookable_readable(self) -> Reads<Self::T>;
    /// Returns what takes a snapshot of a place.
    fn __hookable_snapshot(self) -> Keeps<Self::T>;
    /// Returns what names the type of a binding that cannot be reached.
    fn __hookable_type(self) -> TypeOf;
}

impl<T, F: HasVtable<T>> Captures for [Marker<T, F>; 0] {
    type T = T;

    fn __hookable_writable(self) -> Writes<T> {
        erase::writable::<T, F>
    }

    fn __hookable_readable(self) -> Reads<T> {
        erase::readable::<T, F>
    }

    fn __hookable_snapshot(self) -> Keeps<T> {
        snapshot::<T, F>
    }

    fn __hookable_type(self) -> TypeOf {
        std::any::type_name::<T>
    }
}

fn snapshot<T, F: HasVtable<T>>(place: &T) -> Box<Snapshot> {
    Box::new(Snapshot::take(erase::shared::<T, F>(place)))
}

/// Copies a binding, which is not borrowed for that.
pub fn copied<T: Copy>(binding: T) -> T {
    binding
}

/// Stands for a binding of which nothing is known but its name.
pub fn unknown<'f>() -> Access<'f> {
    Access::Unknown
}
