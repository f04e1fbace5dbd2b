//! What a line can do with a value, as far as the traits of its type permit. Autoref specialization chooses.

use std::any::type_name;
use std::fmt::{Debug, Display};

use super::line::RunningLine;
use crate::eval::session::kept;
use crate::format::Form;
use crate::guard;

/// A value, and what can be asked of it: `(&&&worth).__hookable_show(line)` finds the first of the three ways.
pub struct ShownValue<'v, V: ?Sized>(pub &'v V);

/// By `Debug`.
pub trait ShowDebug {
    /// The line says the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: Debug + ?Sized> ShowDebug for &&ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::Debug(&self.0), type_name::<V>());
    }
}

/// By `Display`.
pub trait ShowDisplay {
    /// The line says the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: Display + ?Sized> ShowDisplay for &ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::Display(&self.0), type_name::<V>());
    }
}

/// By its type.
pub trait ShowType {
    /// The line says the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: ?Sized> ShowType for ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::None, type_name::<V>());
    }
}

/// Whether other threads may have the value: yes.
pub trait IsSend {
    /// Whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: Send + ?Sized> IsSend for &ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        true
    }
}

/// Whether other threads may have the value: no.
pub trait IsNotSend {
    /// Whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: ?Sized> IsNotSend for ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        false
    }
}

/// A copy of a kept value stays for the hooks that open while the line runs, where it is `Copy`.
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

/// Of a value that is not `Copy`, none stays.
pub trait LendNone {
    /// Puts a copy in the place of the value that was taken.
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str);
}

impl<V: ?Sized> LendNone for ShownValue<'_, V> {
    fn __hookable_lend(&self, _: &RunningLine, _: &'static str) {}
}

/// What a place has is kept, where that is `Copy`.
pub trait HasCopy {
    /// The line keeps a copy as its value.
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool);
}

impl<V: Copy + 'static> HasCopy for &ShownValue<'_, V> {
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool) {
        line.keep_copy(self.0, is_send);
    }
}

/// What a place has, where that is not `Copy`: nothing is taken from it.
pub trait HasNoCopy {
    /// The line keeps a copy as its value.
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool);
}

impl<V: ?Sized> HasNoCopy for ShownValue<'_, V> {
    fn __hookable_keep(&self, _: &mut RunningLine, _: bool) {}
}

/// Another one of a value, where its type can make one.
pub trait HasClone<V> {
    /// The other one. `None` where there is none, or where making it panics.
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

/// Another one of a value, where its type can make none.
pub trait HasNoClone<V> {
    /// The other one. `None` where there is none, or where making it panics.
    fn __hookable_clone(&self) -> Option<V>;
}

impl<V> HasNoClone<V> for ShownValue<'_, V> {
    fn __hookable_clone(&self) -> Option<V> {
        None
    }
}
