//! The type of a captured place is erased. A table of functions, which is chosen at compile time, says what can be done
//! with the place.

mod ability;
mod access;
mod erase;
mod marker;
mod reborrow;
mod saved;
mod snapshot;

pub use ability::{
    No, NotDebug, NotDeserialize, NotDisplay, NotParse, NotSerialize, ViaDebug, ViaDeserialize, ViaDisplay, ViaParse,
    ViaSerialize,
};
pub use access::{
    Access, asked_shared, asked_snapshot, asked_unique, readable, snapshot, type_only, unknown, writable,
};
pub use marker::{Late, Marker, consume, late, maybe, never, void, which};
pub use reborrow::{IsMutableReference, NotMutableReference};
pub(crate) use saved::{Restore, Saved};

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use crate::format::{Form, Formattable};
#[cfg(feature = "serde")]
use crate::literal::json::Savable;
#[cfg(feature = "serde")]
use crate::literal::{Literal, LiteralError};
use ability::{DebugAbility, DeserializeAbility, DisplayAbility, ParseAbility, SerializeAbility};

/// Gives the name of a type.
pub(crate) type TypeOf = fn() -> &'static str;

/// Holds the functions for a `T` that its traits permit. The table is chosen at compile time.
pub struct Vtable<T> {
    debug: for<'a> fn(&'a T) -> Option<&'a dyn Debug>,
    display: for<'a> fn(&'a T) -> Option<&'a dyn Display>,
    parse: fn(&str) -> Option<Result<T, ()>>,
    #[cfg(feature = "serde")]
    serialize: for<'a> fn(&'a T) -> Option<&'a dyn Savable>,
    #[cfg(feature = "serde")]
    deserialize: fn(&Literal) -> Option<Result<T, LiteralError>>,
}

/// Is implemented by the types that carry the abilities of `T`: tuples of the answers for `Debug`, `Display`,
/// `FromStr`, `Serialize` and `Deserialize`, and [`No`].
pub trait Abilities<T> {
    /// Makes the table of functions.
    fn table() -> Vtable<T>;
}

impl<T, D, P, F, S, E> Abilities<T> for (D, P, F, S, E)
where
    D: DebugAbility<T>,
    P: DisplayAbility<T>,
    F: ParseAbility<T>,
    S: SerializeAbility<T>,
    E: DeserializeAbility<T>,
{
    fn table() -> Vtable<T> {
        Vtable {
            debug: D::debug,
            display: P::display,
            parse: F::parse,
            #[cfg(feature = "serde")]
            serialize: S::serialize,
            #[cfg(feature = "serde")]
            deserialize: E::deserialize,
        }
    }
}

impl<T> Abilities<T> for No {
    fn table() -> Vtable<T> {
        <(No, No, No, No, No) as Abilities<T>>::table()
    }
}

/// Gives access to a place of the user's function, which the frame borrows for `'f`.
pub trait Value<'f> {
    /// Returns the name of the type, as `std::any::type_name` has it.
    fn type_name(&self) -> &'static str;
    /// Returns it as a `dyn Debug`, or `None` where the type has no `Debug`.
    fn debug(&self) -> Option<&dyn Debug>;
    /// Returns it as a `dyn Display`, or `None` where the type has no `Display`.
    fn display(&self) -> Option<&dyn Display>;
    /// Returns it as a `dyn Serialize`, or `None` where the type has no `Serialize`.
    #[cfg(feature = "serde")]
    fn serialize(&self) -> Option<&dyn Savable>;
    /// Replaces the value by one that `Deserialize` reads, and returns the old one. Returns `None` where the type has
    /// no `Deserialize`.
    #[cfg(feature = "serde")]
    fn write(&mut self, literal: &Literal) -> Option<Result<Old<'f>, LiteralError>>;
    /// Replaces the value by one that `FromStr` reads, and returns the old one. Returns `None` where the type has no
    /// `FromStr`.
    fn write_str(&mut self, text: &str) -> Option<Result<Old<'f>, ()>>;
    /// Puts a value back that a write to this very place gave, and returns what it replaced.
    ///
    /// # Panics
    ///
    /// This panics if the old value is that of another place.
    fn restore(&mut self, old: Old<'f>) -> Old<'f>;
}

impl<'v> From<&'v (dyn Value<'_> + 'v)> for Formattable<'v> {
    fn from(value: &'v (dyn Value<'_> + 'v)) -> Self {
        Formattable {
            type_name: Some(value.type_name()),
            form: match (value.debug(), value.display()) {
                (Some(value), _) => Form::Debug(value),
                (None, Some(value)) => Form::Display(value),
                (None, None) => Form::None,
            },
        }
    }
}

/// Keeps a value that a write replaced, for `:undo`.
pub struct Old<'f> {
    pub(super) value: Box<dyn Value<'f> + 'f>,
    /// This is the address of the place that had the value. Only [`replace`] sets it.
    pub(super) of: usize,
}

impl<'f> Old<'f> {
    /// Returns the value.
    pub fn value(&self) -> &(dyn Value<'f> + 'f) {
        &*self.value
    }
}

/// Adds to a `T` the type of the function that gives its table.
#[repr(transparent)]
pub(super) struct WithVtable<T, F> {
    value: T,
    table: PhantomData<fn() -> F>,
}

impl<'f, T: 'f, F: Fn() -> Vtable<T> + 'f> Value<'f> for WithVtable<T, F> {
    fn type_name(&self) -> &'static str {
        std::any::type_name::<T>()
    }

    fn debug(&self) -> Option<&dyn Debug> {
        (table::<T, F>().debug)(&self.value)
    }

    fn display(&self) -> Option<&dyn Display> {
        (table::<T, F>().display)(&self.value)
    }

    #[cfg(feature = "serde")]
    fn serialize(&self) -> Option<&dyn Savable> {
        (table::<T, F>().serialize)(&self.value)
    }

    #[cfg(feature = "serde")]
    fn write(&mut self, literal: &Literal) -> Option<Result<Old<'f>, LiteralError>> {
        Some((table::<T, F>().deserialize)(literal)?.map(|new| replace(self, new)))
    }

    fn write_str(&mut self, text: &str) -> Option<Result<Old<'f>, ()>> {
        Some((table::<T, F>().parse)(text)?.map(|new| replace(self, new)))
    }

    fn restore(&mut self, old: Old<'f>) -> Old<'f> {
        if size_of::<T>() == 0 {
            // A place without a size has no address of its own, and all values of its type are the same.
            return old;
        }
        let value = erase::downcast(self, old).value;
        replace(self, value)
    }
}

fn table<T, F: Fn() -> Vtable<T>>() -> Vtable<T> {
    erase::function::<F>()()
}

fn replace<'f, T: 'f, F: Fn() -> Vtable<T> + 'f>(place: &mut WithVtable<T, F>, new: T) -> Old<'f> {
    let of = (&raw const *place).addr();
    let value = std::mem::replace(&mut place.value, new);
    let value = Box::new(WithVtable::<T, F> {
        value,
        table: PhantomData,
    });
    Old { value, of }
}
