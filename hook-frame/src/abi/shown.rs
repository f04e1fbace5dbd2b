//! What a line does with a value depends on the traits of its type. Autoref specialization chooses among the ways.

use std::any::type_name;
use std::fmt::{Debug, Display};

use super::line::RunningLine;
use super::plain::{Plain, Weight};
use super::save;
use crate::format::Form;
use crate::guard;
use crate::parts::ByParts;
use crate::session::kept;

/// A value that is shown: `(&&&&value).__hookable_show(line)` finds the first of the four ways that its type permits.
pub struct ShownValue<'v, V: ?Sized>(pub &'v V);

/// Shows a value by its `Debug`.
pub trait ShowDebug {
    /// Notes the value, or its type, as the outcome of the line.
    fn __hookable_show(&self, line: &mut RunningLine<'_>);
}

impl<V: Debug + ?Sized> ShowDebug for &&&ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine<'_>) {
        line.show(Form::Debug(&self.0), type_name::<V>());
    }
}

/// Shows a value by its `Display`.
pub trait ShowDisplay {
    /// Notes the value, or its type, as the outcome of the line.
    fn __hookable_show(&self, line: &mut RunningLine<'_>);
}

impl<V: Display + ?Sized> ShowDisplay for &&ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine<'_>) {
        line.show(Form::Display(&self.0), type_name::<V>());
    }
}

/// Shows a value by its parts, if these are of a type that a line has learned to show.
pub trait ShowParts {
    /// Notes the value, or its type, as the outcome of the line.
    fn __hookable_show(&self, line: &mut RunningLine<'_>);
}

impl<V: ByParts + ?Sized> ShowParts for &ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine<'_>) {
        line.show_learned(self.0);
    }
}

/// Shows the type of a value that has neither.
pub trait ShowType {
    /// Notes the value, or its type, as the outcome of the line.
    fn __hookable_show(&self, line: &mut RunningLine<'_>);
}

impl<V: ?Sized> ShowType for ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine<'_>) {
        line.show_unknown(self.0);
    }
}

/// Is found if the type is `Send`.
pub trait IsSend {
    /// Returns whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: Send + ?Sized> IsSend for &ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        true
    }
}

/// Is found if the type is not `Send`, or not known to be.
pub trait IsNotSend {
    /// Returns whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: ?Sized> IsNotSend for ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        false
    }
}

/// Copies a kept value before a line, for `:undo`, if it is `Copy`.
pub trait KeptCopy<V> {
    /// Returns the copy, if one may be made by the rule that `save` has for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V: Copy> KeptCopy<V> for &&&ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        (size_of::<V>() <= save::MOST).then(|| kept::boxed(self.0))
    }
}

/// Copies a kept value before a line, for `:undo`, if it is data of the standard library's types.
pub trait KeptPlain<V> {
    /// Returns the copy, if one may be made by the rule that `save` has for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V: Plain> KeptPlain<V> for &&ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        (self.0.weight() <= Weight::MOST).then(|| Box::new(self.0.clone()))
    }
}

/// Copies a kept value before a line, for `:undo`, if it has nothing to drop.
pub trait KeptClone<V> {
    /// Returns the copy, if one may be made by the rule that `save` has for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V: Clone> KeptClone<V> for &ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        if std::mem::needs_drop::<V>() || size_of::<V>() > 4096 {
            return None;
        }
        self.__hookable_clone().map(Box::new)
    }
}

/// Copies no other kept value before a line.
pub trait KeptNone<V> {
    /// Returns the copy, if one may be made by the rule that `save` has for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V> KeptNone<V> for ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        None
    }
}

/// Keeps the value of a place, if it is `Copy`.
pub trait HasCopy {
    /// Keeps a copy as the value of the line, if the type permits that.
    fn __hookable_keep(&self, line: &mut RunningLine<'_>, is_send: bool);
}

impl<V: Copy + 'static> HasCopy for &ShownValue<'_, V> {
    fn __hookable_keep(&self, line: &mut RunningLine<'_>, is_send: bool) {
        line.keep_copy(self.0, is_send);
    }
}

/// Keeps nothing of the value of a place that is not `Copy`.
pub trait HasNoCopy {
    /// Keeps a copy as the value of the line, if the type permits that.
    fn __hookable_keep(&self, line: &mut RunningLine<'_>, is_send: bool);
}

impl<V: ?Sized> HasNoCopy for ShownValue<'_, V> {
    fn __hookable_keep(&self, _: &mut RunningLine<'_>, _: bool) {}
}

/// Clones a value, if its type can be cloned.
pub trait HasClone<V> {
    /// Returns the clone, or `None` if the type has none or making it panics.
    fn __hookable_clone(&self) -> Option<V>;
}

impl<V: Clone> HasClone<V> for &ShownValue<'_, V> {
    fn __hookable_clone(&self) -> Option<V> {
        let mut clone = None;
        match guard::caught_call(&mut || clone = Some(self.0.clone())) {
            Ok(()) => clone,
            Err(_) => None,
        }
    }
}

/// Gives no clone, because the type of the value has none.
pub trait HasNoClone<V> {
    /// Returns the clone, or `None` if the type has none or making it panics.
    fn __hookable_clone(&self) -> Option<V>;
}

impl<V> HasNoClone<V> for ShownValue<'_, V> {
    fn __hookable_clone(&self) -> Option<V> {
        None
    }
}
