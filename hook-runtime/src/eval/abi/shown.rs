//! A line does with a value what the traits of its type permit. Autoref specialization chooses among the ways.

use std::any::type_name;
use std::fmt::{Debug, Display};

use super::line::RunningLine;
use super::plain::{Plain, Weight};
use super::save;
use crate::eval::session::kept;
use crate::format::Form;
use crate::guard;

/// A value that is shown: `(&&&value).__hookable_show(line)` finds the first of the three ways that its type permits.
pub struct ShownValue<'v, V: ?Sized>(pub &'v V);

/// Shows a value by its `Debug`.
pub trait ShowDebug {
    /// Has the line say the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: Debug + ?Sized> ShowDebug for &&ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::Debug(&self.0), type_name::<V>());
    }
}

/// Shows a value by its `Display`.
pub trait ShowDisplay {
    /// Has the line say the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: Display + ?Sized> ShowDisplay for &ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::Display(&self.0), type_name::<V>());
    }
}

/// Shows the type of a value that has neither.
pub trait ShowType {
    /// Has the line say the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: ?Sized> ShowType for ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::None, type_name::<V>());
    }
}

/// Is found where other threads may have the value.
pub trait IsSend {
    /// Tells whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: Send + ?Sized> IsSend for &ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        true
    }
}

/// Is found where no other thread may have the value.
pub trait IsNotSend {
    /// Tells whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: ?Sized> IsNotSend for ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        false
    }
}

/// What a kept value is before a line, for `:undo`: of what is `Copy`.
pub trait KeptCopy<V> {
    /// The copy, where there may be one: as `save` has it for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V: Copy> KeptCopy<V> for &&&ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        (size_of::<V>() <= save::MOST).then(|| kept::boxed(self.0))
    }
}

/// Of std's own data.
pub trait KeptPlain<V> {
    /// The copy, where there may be one: as `save` has it for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V: Plain> KeptPlain<V> for &&ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        (self.0.weight() <= Weight::MOST).then(|| Box::new(self.0.clone()))
    }
}

/// Of what has nothing to drop.
pub trait KeptClone<V> {
    /// The copy, where there may be one: as `save` has it for the places of a frame.
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

/// Of anything else there is none.
pub trait KeptNone<V> {
    /// The copy, where there may be one: as `save` has it for the places of a frame.
    fn __hookable_copy(&self) -> Option<Box<V>>;
}

impl<V> KeptNone<V> for ShownValue<'_, V> {
    fn __hookable_copy(&self) -> Option<Box<V>> {
        None
    }
}

/// Keeps the value of a place, where that is `Copy`.
pub trait HasCopy {
    /// Has the line keep a copy as its value.
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool);
}

impl<V: Copy + 'static> HasCopy for &ShownValue<'_, V> {
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool) {
        line.keep_copy(self.0, is_send);
    }
}

/// Keeps nothing of the value of a place that is not `Copy`.
pub trait HasNoCopy {
    /// Has the line keep a copy as its value.
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool);
}

impl<V: ?Sized> HasNoCopy for ShownValue<'_, V> {
    fn __hookable_keep(&self, _: &mut RunningLine, _: bool) {}
}

/// Clones a value, where its type can be cloned.
pub trait HasClone<V> {
    /// Gives the clone, or `None` where there is none, or where making it panics.
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

/// Gives no clone, where the type of the value has none.
pub trait HasNoClone<V> {
    /// Gives the clone, or `None` where there is none, or where making it panics.
    fn __hookable_clone(&self) -> Option<V>;
}

impl<V> HasNoClone<V> for ShownValue<'_, V> {
    fn __hookable_clone(&self) -> Option<V> {
        None
    }
}
