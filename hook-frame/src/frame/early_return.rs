//! A line at the prompt can end the function around the hook: the line leaves a value, and the code of the function
//! returns it.
//!
//! rustc infers the type of the value from that `return`, so no more is ever said about it here. The value is behind a
//! pointer without a destructor, because the code of the function has that in it once for each hook.
#![allow(unsafe_code)]

use std::any::type_name;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// Holds what a line returns from the function, until the function takes it.
pub struct Returned<R>(Cell<Option<NonNull<R>>>);

impl<R> Returned<R> {
    /// Makes a place in which there is no value yet.
    pub const fn new() -> Self {
        Returned(Cell::new(None))
    }

    /// Leaves a value. One that was there before is dropped.
    pub fn set(&self, value: R) {
        let before = self.0.replace(Some(NonNull::from(Box::leak(Box::new(value)))));
        drop(before.map(|value| EarlyReturn(value).value()));
    }

    /// Returns what was left.
    pub fn take(&self) -> Option<EarlyReturn<R>> {
        self.0.take().map(EarlyReturn)
    }
}

/// A value that the function around a hook is to return.
pub struct EarlyReturn<R>(NonNull<R>);

impl<R> EarlyReturn<R> {
    /// Returns the value.
    pub fn value(self) -> R {
        // SAFETY: the pointer is that of a box which was leaked in `Returned::set`, and neither that nor this value can
        // be copied, so that this is the only one that takes the box.
        *unsafe { Box::from_raw(self.0.as_ptr()) }
    }
}

/// Returns the type that a function returns to code which never runs. Only probes name it.
pub fn early_return<R>() -> EarlyReturn<R> {
    unreachable!("early_return() stands only in unreachable code")
}

/// Says whether a line can end the function around the hook.
pub enum Returns<'f> {
    /// The line leaves the value there.
    Into(ReturnPlace<'f>),
    /// It cannot, for this reason.
    Not(&'static str),
}

/// The address of a [`Returned`], and the name of the type of its value.
pub struct ReturnPlace<'f> {
    address: *mut (),
    type_name: &'static str,
    size: usize,
    of: PhantomData<&'f ()>,
}

impl<'f> ReturnPlace<'f> {
    /// Names a place, which is borrowed for as long as this lives.
    pub fn of<R>(place: &'f Returned<R>) -> Self {
        ReturnPlace {
            address: (&raw const *place).cast_mut().cast(),
            type_name: type_name::<R>(),
            size: size_of::<R>(),
            of: PhantomData,
        }
    }

    /// Returns the address of the place.
    pub fn address(&self) -> *mut () {
        self.address
    }

    /// Returns the size of the value in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Returns the type of the value, as `std::any::type_name` gives it.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn the_last_value_is_returned_and_each_is_dropped_once() {
        let value = Rc::new(5);
        let place = Returned::new();
        assert!(place.take().is_none());
        place.set(value.clone());
        place.set(value.clone());
        assert_eq!(Rc::strong_count(&value), 2);
        let early = place.take().expect("there is one");
        assert!(place.take().is_none());
        assert_eq!(*early.value(), 5);
        assert_eq!(Rc::strong_count(&value), 1);
    }

    #[test]
    fn a_place_tells_the_type() {
        let place = Returned::<Vec<u8>>::new();
        assert_eq!(ReturnPlace::of(&place).type_name(), "alloc::vec::Vec<u8>");
    }
}
