//! A line holds values that borrow from the frame until the hook goes on.
//!
//! The argument of a slot has a lifetime `'f`. A slot is a function for every `'f`, so whatever rustc accepts of a line
//! holds if `'f` is all the time for which the hook is open. A held value outlives `'f`, hence no part of it ends with
//! its line; and no line can tell that `'f` ends, hence none takes it for longer. See `session::held` for the rest of
//! the rule.
#![allow(unsafe_code)]

use std::any::type_name;
use std::marker::PhantomData;

use super::like::Like;
use super::line::{LineOutcome, RunningLine};
use super::slot::Places;
use crate::session::held::{self, HeldBox};
use crate::type_id::erased_id;

/// Stands for the time for which a hook is open, and for no other.
pub struct Opening<'f>(PhantomData<fn(&'f ()) -> &'f ()>);

impl<'f, F: ?Sized> Places<'f, F> {
    /// Stands for the time for which the hook is open.
    pub fn opening(&self) -> Opening<'f> {
        Opening(PhantomData)
    }
}

/// Returns a reference to a held value, in code that never runs.
pub fn never_pinned<'f, V: 'f>(_: Like<V>, _: &Opening<'f>) -> &'f V {
    unreachable!("what makes a held value is repeated for its type alone")
}

/// Returns a value in place of a reference, in code that never runs.
pub fn never_moved<V>(_: &V) -> V {
    unreachable!("what makes a held value is repeated for its type alone")
}

impl RunningLine<'_> {
    /// Holds a value that a line made.
    pub fn hold<'f, V: 'f>(&mut self, name: &'static str, value: V, _: &Opening<'f>) {
        if !self.keeps() {
            return self.discard(value);
        }
        held::hold(self.opening, name, boxed(value), self.number, self.borrows.clone());
    }

    /// Takes a held value, which must be of this very type but for its lifetimes. The type was inferred from the lines
    /// that made the value, and so has the lifetimes of the value.
    pub fn held<'f, V: 'f>(&mut self, name: &'static str, _: Like<V>, _: &Opening<'f>) -> Option<V> {
        let Some(at) = held::take(self.opening, name, erased_id::<V>()) else {
            self.outcome = LineOutcome::Mistaken(name);
            return None;
        };
        // SAFETY: it is a box of a type with this id, and rustc inferred its lifetimes from the same lines as here.
        Some(*unsafe { Box::from_raw(at.cast::<V>()) })
    }

    /// Puts a held value back.
    pub fn hold_back<'f, V: 'f>(&mut self, name: &'static str, value: V, _: &Opening<'f>) {
        held::put_back(self.opening, name, boxed(value));
    }

    /// Returns a reference to a held value for as long as the hook is open.
    pub fn pinned<'f, V: 'f>(&mut self, name: &'static str, _: Like<V>, _: &Opening<'f>) -> Option<&'f V> {
        let Some(at) = held::address(self.opening, name, erased_id::<V>()) else {
            self.outcome = LineOutcome::Mistaken(name);
            return None;
        };
        // SAFETY: a value of this type is there, as in `held`. No line takes or writes it while something borrows it,
        // and what borrows it is not looked at any more when it is dropped.
        Some(unsafe { &*at.cast::<V>() })
    }
}

fn boxed<V>(value: V) -> HeldBox {
    HeldBox {
        at: Box::into_raw(Box::new(value)).cast(),
        ty: erased_id::<V>(),
        // SAFETY: this is called once, on the pointer that was made above from a box of this type.
        discard: |at| drop(unsafe { Box::from_raw(at.cast::<V>()) }),
        needs_drop: std::mem::needs_drop::<V>(),
        type_name: type_name::<V>(),
    }
}
