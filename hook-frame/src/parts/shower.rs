//! Once a line was compiled that shows a local by its parts, its function is kept here, so that later hits need no
//! compiler.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::mem::transmute;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Is a function that shows the values of one type, which is erased.
#[derive(Clone, Copy, Debug)]
pub struct Shower(fn(&(), &mut Formatter<'_>) -> fmt::Result);

/// Identifies a place by the address of its slot and the position of the binding.
type SlotBinding = (usize, usize);

static KNOWN: LazyLock<Mutex<HashMap<SlotBinding, Shower>>> = LazyLock::new(Mutex::default);

/// Returns the function for a binding, if there was a line for it. A slot's address belongs to one instance of the
/// function around it, so a binding of it has one type.
fn known(slot: usize, binding: usize) -> Option<Shower> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&(slot, binding)).copied()
}

/// Returns what shows the value of a binding by its parts, if there was a line for it.
///
/// # Safety
///
/// The place is that of the binding, at a hit of the slot.
pub(crate) unsafe fn known_at<V: ?Sized>(slot: usize, binding: usize, place: &V) -> Option<PartsShown<'_>> {
    // SAFETY: who called `remember` and who calls this promise that the function is for the type of the binding. The
    // place is borrowed for as long as the result lives.
    known(slot, binding).map(|shower| unsafe { shower.shown((&raw const *place).cast()) })
}

/// Keeps the function for a binding.
///
/// # Safety
///
/// The function shows values of the type that the binding has in the slot, whatever lifetimes are in it.
pub unsafe fn remember(slot: usize, binding: usize, shower: Shower) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert((slot, binding), shower);
}

impl Shower {
    /// Erases the type.
    pub fn of<V>(show: fn(&V, &mut Formatter<'_>) -> fmt::Result) -> Shower {
        // SAFETY: all references to values with a size are passed in the same way. The function is called only with a
        // reference to a `V`, see `shown`.
        Shower(unsafe {
            transmute::<fn(&V, &mut Formatter<'_>) -> fmt::Result, fn(&(), &mut Formatter<'_>) -> fmt::Result>(show)
        })
    }

    /// Returns the value at a place, with the function that shows it.
    ///
    /// # Safety
    ///
    /// The place must have a value of the type that this was made for, and the value must live for `'v`.
    unsafe fn shown<'v>(self, place: *const ()) -> PartsShown<'v> {
        PartsShown(self, place, PhantomData)
    }
}

/// Refers to a value, with the function that shows it.
#[derive(Clone, Copy)]
pub struct PartsShown<'v>(Shower, *const (), PhantomData<&'v ()>);

impl Debug for PartsShown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let PartsShown(Shower(show), place, _) = *self;
        // SAFETY: the caller of `Shower::shown` promised that the place has a value of the function's type for as long
        // as this lives.
        show(unsafe { &*place }, f)
    }
}
