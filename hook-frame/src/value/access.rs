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

/// Captures a place that can be written.
pub fn writable<'f, T: 'f, F: HasVtable<T> + 'f>(place: &'f mut T, _: &Marker<T, F>) -> Access<'f> {
    Access::Writable(erase::unique::<T, F>(place))
}

/// Captures a place that can only be read.
pub fn readable<'f, T: 'f, F: HasVtable<T> + 'f>(place: &'f T, _: &Marker<T, F>) -> Access<'f> {
    Access::ReadOnly(erase::shared::<T, F>(place))
}

/// Keeps the text that a place shows now, and does not borrow the place any longer.
pub fn snapshot<T, F: HasVtable<T>>(place: &T, _: &Marker<T, F>) -> Box<Snapshot> {
    Box::new(Snapshot::take(erase::shared::<T, F>(place)))
}

/// Copies a binding, which is not borrowed for that.
pub fn copied<T: Copy>(binding: T) -> T {
    binding
}

/// Captures the type of a binding that cannot be reached.
pub fn type_only<'f, T, F>(_: &Marker<T, F>) -> Access<'f> {
    Access::Type(std::any::type_name::<T>)
}

/// Stands for a binding of which nothing is known but its name.
pub fn unknown<'f>() -> Access<'f> {
    Access::Unknown
}
