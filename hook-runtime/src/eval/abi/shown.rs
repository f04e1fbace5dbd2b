//! A line does with a value what the traits of its type permit. Autoref specialization chooses among the ways.

use std::any::type_name;
use std::fmt::{Debug, Display};

use super::line::RunningLine;
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

/// Leaves a copy of a kept value for the hooks that open while the line runs, where it is `Copy`.
pub trait LendCopy {
    /// Puts a copy in the place of the value that was taken.
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str);
}

impl<V: Copy + 'static> LendCopy for &ShownValue<'_, V> {
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str) {
        if let Some(about) = line.about(name) {
            kept::put_back(name, *self.0, about);
        }
    }
}

/// Leaves nothing of a value that is not `Copy`.
pub trait LendNone {
    /// Puts a copy in the place of the value that was taken.
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str);
}

impl<V: ?Sized> LendNone for ShownValue<'_, V> {
    fn __hookable_lend(&self, _: &RunningLine, _: &'static str) {}
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
