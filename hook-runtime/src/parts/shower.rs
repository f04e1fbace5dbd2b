//! What shows the values of a local by their parts, once a line was compiled for it: kept for the session.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::mem::transmute;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A function that shows values of one type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shower(fn(&(), &mut Formatter<'_>) -> fmt::Result);

/// A place of a slot: the address of that, and the position of the binding.
type Key = (usize, usize);

static KNOWN: LazyLock<Mutex<HashMap<Key, Shower>>> = LazyLock::new(Mutex::default);

/// The function for a binding, if there was a line for it. The address of a slot is that of one instance of the
/// function around it; so a binding has one type.
fn known(slot: usize, binding: usize) -> Option<Shower> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&(slot, binding)).copied()
}

/// The value of a binding by its parts, if there was a line for it. `place` is where the binding of that slot is.
pub(crate) fn known_at<V: ?Sized>(slot: usize, binding: usize, place: &V) -> Option<PartsShown<'_>> {
    // SAFETY: the function was made for the type of this binding, and the place is borrowed for as long as what comes
    // out lives.
    known(slot, binding).map(|shower| unsafe { shower.shown((&raw const *place).cast()) })
}

/// Keeps the function for a binding.
pub(crate) fn remember(slot: usize, binding: usize, shower: Shower) {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert((slot, binding), shower);
}

impl Shower {
    /// Forgets the type.
    pub(crate) fn of<V>(show: fn(&V, &mut Formatter<'_>) -> fmt::Result) -> Shower {
        // SAFETY: references to values with a size are passed alike; it is called only with one to a `V`, see `shown`.
        Shower(unsafe {
            transmute::<fn(&V, &mut Formatter<'_>) -> fmt::Result, fn(&(), &mut Formatter<'_>) -> fmt::Result>(show)
        })
    }

    /// The value at a place.
    ///
    /// # Safety
    ///
    /// The place has a value of the type that this was made for, which lives for `'v`.
    unsafe fn shown<'v>(self, place: *const ()) -> PartsShown<'v> {
        PartsShown(self, place, PhantomData)
    }
}

/// A value with what shows it.
#[derive(Clone, Copy)]
pub(crate) struct PartsShown<'v>(Shower, *const (), PhantomData<&'v ()>);

impl Debug for PartsShown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let PartsShown(Shower(show), place, _) = *self;
        // SAFETY: `Shower::shown` has it that the place has a value of the type of the function, for as long as this
        // lives.
        show(unsafe { &*place }, f)
    }
}
