//! The type of a captured place is erased. A table of functions, which is chosen at compile time, says what can be done
//! with the place.

mod ability;
mod access;
mod erase;
mod marker;
mod of_std;
mod reborrow;
mod saved;
mod scalar;
mod sent;
mod snapshot;

pub use ability::{
    No, NotDebug, NotDebugOfStd, NotDeserialize, NotDisplay, NotParse, NotSerialize, ViaDebug, ViaDebugOfStd,
    ViaDeserialize, ViaDisplay, ViaParse, ViaSerialize,
};
pub use access::{Access, Captures, copied, unknown};
pub use marker::{Late, Marker, consume, late, maybe, never, void, which};
pub use reborrow::{IsMutableReference, IsSharedReference, IsValue};
pub(crate) use saved::Restore;
pub use saved::Saved;
pub use sent::{IsNotKept, IsNotSent, IsNotSentBehind, IsNotSentCopied, IsSent};

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

/// Holds the functions for a `T` that its traits permit. The table is chosen at compile time, and a program has no code
/// for what a type does not have.
pub struct Vtable<T> {
    debug: for<'a> fn(&'a T) -> Option<&'a dyn Debug>,
    display: Option<for<'a> fn(&'a T) -> &'a dyn Display>,
    parse: Option<fn(&str) -> Option<T>>,
    #[cfg(feature = "serde")]
    serialize: Option<for<'a> fn(&'a T) -> &'a dyn Savable>,
    #[cfg(feature = "serde")]
    deserialize: Option<ability::Deserialized<T>>,
}

/// Is implemented by the types that carry the abilities of `T`: tuples of the answers for `Debug`, `Display`,
/// `FromStr`, `Serialize` and `Deserialize`, and [`No`].
pub trait Abilities<T> {
    /// The table of functions.
    const TABLE: Vtable<T>;
}

impl<T, D, P, F, S, E> Abilities<T> for (D, P, F, S, E)
where
    D: DebugAbility<T>,
    P: DisplayAbility<T>,
    F: ParseAbility<T>,
    S: SerializeAbility<T>,
    E: DeserializeAbility<T>,
{
    const TABLE: Vtable<T> = Vtable {
        debug: D::DEBUG,
        display: P::DISPLAY,
        parse: F::PARSE,
        #[cfg(feature = "serde")]
        serialize: S::SERIALIZE,
        #[cfg(feature = "serde")]
        deserialize: E::DESERIALIZE,
    };
}

impl<T> Abilities<T> for No {
    const TABLE: Vtable<T> = <(No, No, No, No, No) as Abilities<T>>::TABLE;
}

/// Is implemented by the type that a marker hides, which stands for the abilities of `T`.
pub trait HasVtable<T> {
    /// The table of functions.
    const TABLE: Vtable<T>;
}

/// Gives access to a place of the user's function, which the frame borrows for `'f`. A program has the code of each
/// method once for each type that it captures, so there are few.
pub trait Value<'f> {
    /// Returns the name of the type, as `std::any::type_name` has it.
    fn type_name(&self) -> &'static str;
    /// Returns what its traits see of the value.
    fn seen(&self) -> Seen<'_>;
    /// Replaces the value, and returns the old one. Returns `None` where the type cannot be made of this.
    ///
    /// # Panics
    ///
    /// This panics if an old value is that of another place.
    fn replace(&mut self, new: NewValue<'_, 'f>) -> Option<Result<Old<'f>, Refusal>>;
}

/// A value behind each trait that its type has.
pub struct Seen<'v> {
    debug: Option<&'v dyn Debug>,
    display: Option<&'v dyn Display>,
    #[cfg(feature = "serde")]
    serialize: Option<&'v dyn Savable>,
}

/// What a value is made of.
pub enum NewValue<'n, 'f> {
    /// Data, for `Deserialize`.
    #[cfg(feature = "serde")]
    Literal(&'n Literal),
    /// Text, for `FromStr`.
    Text(&'n str),
    /// A value that this very place had.
    Old(Old<'f>),
}

/// Says that a value cannot be made of what was given.
pub enum Refusal {
    /// `Deserialize` does not take the data.
    #[cfg(feature = "serde")]
    Literal(LiteralError),
    /// `FromStr` does not take the text.
    Text,
}

impl<'f> dyn Value<'f> + '_ {
    /// Returns it as a `dyn Serialize`, or `None` where the type has no `Serialize`.
    #[cfg(feature = "serde")]
    pub fn serialize(&self) -> Option<&dyn Savable> {
        self.seen().serialize
    }

    /// Replaces the value by one that `Deserialize` reads, and returns the old one. Returns `None` where the type has
    /// no `Deserialize`.
    #[cfg(feature = "serde")]
    pub fn write(&mut self, literal: &Literal) -> Option<Result<Old<'f>, LiteralError>> {
        match self.replace(NewValue::Literal(literal))? {
            Ok(old) => Some(Ok(old)),
            Err(Refusal::Literal(error)) => Some(Err(error)),
            Err(Refusal::Text) => unreachable!("no text was given"),
        }
    }

    /// Replaces the value by one that `FromStr` reads, and returns the old one. Returns `None` where the type has no
    /// `FromStr`, as far as that is known.
    pub fn write_str(&mut self, text: &str) -> Option<Result<Old<'f>, ()>> {
        Some(self.replace(NewValue::Text(text))?.map_err(|_| ()))
    }

    /// Puts a value back that a write to this very place gave, and returns what it replaced.
    ///
    /// # Panics
    ///
    /// This panics if the old value is that of another place.
    pub fn restore(&mut self, old: Old<'f>) -> Old<'f> {
        match self.replace(NewValue::Old(old)) {
            Some(Ok(old)) => old,
            _ => unreachable!("an old value is one already"),
        }
    }
}

impl<'v> From<&'v (dyn Value<'_> + 'v)> for Formattable<'v> {
    fn from(value: &'v (dyn Value<'_> + 'v)) -> Self {
        let Seen { debug, display, .. } = value.seen();
        Formattable {
            type_name: Some(value.type_name()),
            form: match (debug, display) {
                (Some(value), _) => Form::Debug(value),
                (None, Some(value)) => Form::Display(value),
                (None, None) => Form::None,
            },
        }
    }
}

/// Keeps a value that was replaced, for `:undo`.
pub struct Old<'f> {
    pub(super) value: Box<dyn Value<'f> + 'f>,
    /// This is the address of the place that had the value. Only [`Value::replace`] sets it.
    pub(super) of: usize,
}

impl<'f> Old<'f> {
    /// Returns the value.
    pub fn value(&self) -> &(dyn Value<'f> + 'f) {
        &*self.value
    }
}

/// Adds to a `T` the type that has its table.
#[repr(transparent)]
pub(super) struct WithVtable<T, F> {
    value: T,
    table: PhantomData<fn() -> F>,
}

impl<'f, T: 'f, F: HasVtable<T>> Value<'f> for WithVtable<T, F> {
    fn type_name(&self) -> &'static str {
        std::any::type_name::<T>()
    }

    fn seen(&self) -> Seen<'_> {
        let value = &self.value;
        // No closures: each would be one more function for each type.
        Seen {
            debug: (F::TABLE.debug)(value),
            display: match F::TABLE.display {
                Some(display) => Some(display(value)),
                None => None,
            },
            #[cfg(feature = "serde")]
            serialize: match F::TABLE.serialize {
                Some(serialize) => Some(serialize(value)),
                None => None,
            },
        }
    }

    fn replace(&mut self, new: NewValue<'_, 'f>) -> Option<Result<Old<'f>, Refusal>> {
        let new = match new {
            #[cfg(feature = "serde")]
            NewValue::Literal(literal) => match F::TABLE.deserialize {
                Some(deserialize) => match deserialize(literal) {
                    Ok(value) => value,
                    Err(error) => return Some(Err(Refusal::Literal(error))),
                },
                None => return None,
            },
            NewValue::Text(text) => match F::TABLE.parse {
                Some(parse) => match parse(text) {
                    Some(value) => value,
                    None => return Some(Err(Refusal::Text)),
                },
                None => match scalar::parse(text)? {
                    Some(value) => value,
                    None => return Some(Err(Refusal::Text)),
                },
            },
            // A place without a size has no address of its own, and all values of its type are the same.
            NewValue::Old(old) if size_of::<T>() == 0 => return Some(Ok(old)),
            NewValue::Old(old) => erase::downcast(self, old).value,
        };
        let of = (&raw const *self).addr();
        let value = std::mem::replace(&mut self.value, new);
        let value = WithVtable::<T, F> {
            value,
            table: PhantomData,
        };
        Some(Ok(Old {
            value: erase::boxed(value),
            of,
        }))
    }
}
