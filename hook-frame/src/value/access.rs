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
    Snapshot(Box<Snapshot>),
    /// It cannot be reached, but its type is known.
    Type(TypeOf),
    /// It cannot be reached.
    Unknown,
}

/// Hooks capture by these methods of their markers. Functions would have type arguments of their own, and rustc would
/// keep open for each whether they are well-formed.
impl<T, F: HasVtable<T>> Marker<T, F> {
    /// Captures a place that can be written.
    pub fn __hookable_writable<'f>(&self, place: &'f mut T) -> Access<'f>
    where
        T: 'f,
        F: 'f,
    {
        Access::Writable(erase::unique::<T, F>(place))
    }

    /// Captures a place that can only be read.
    pub fn __hookable_readable<'f>(&self, place: &'f T) -> Access<'f>
    where
        T: 'f,
        F: 'f,
    {
        Access::ReadOnly(erase::shared::<T, F>(place))
    }

    /// Keeps the text that a place shows now, and does not borrow the place any longer.
    pub fn __hookable_snapshot(&self, place: &T) -> Box<Snapshot> {
        Box::new(Snapshot::take(erase::shared::<T, F>(place)))
    }
}

impl<T, F> Marker<T, F> {
    /// Captures the type of a binding that cannot be reached.
    pub fn __hookable_type<'f>(&self) -> Access<'f> {
        Access::Type(std::any::type_name::<T>)
    }
}

/// Copies a binding, which is not borrowed for that.
pub fn copied<T: Copy>(binding: T) -> T {
    binding
}

/// Stands for a binding of which nothing is known but its name.
pub fn unknown<'f>() -> Access<'f> {
    Access::Unknown
}
