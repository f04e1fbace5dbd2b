//! One captured place, with its type erased: a table of functions chosen at compile time.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use super::ability::{
    DebugAbility, DeserializeAbility, DisplayAbility, ParseAbility, SerializeAbility,
};
#[cfg(feature = "serde")]
use crate::literal::{Literal, LiteralError};

/// Gives the name of a type.
pub type TypeOf = fn() -> &'static str;

/// The abilities of `T`, as one type: `(Debug, Display, FromStr, Serialize, Deserialize)`.
pub trait Table<T> {
    fn debug(value: &T) -> Option<&dyn Debug>;
    fn display(value: &T) -> Option<&dyn Display>;
    fn parse(text: &str) -> Option<Result<T, ()>>;
    #[cfg(feature = "serde")]
    fn serialize(value: &T) -> Option<&dyn erased_serde::Serialize>;
    #[cfg(feature = "serde")]
    fn deserialize(literal: &Literal) -> Option<Result<T, LiteralError>>;
}

impl<T, D, P, F, S, E> Table<T> for (D, P, F, S, E)
where
    D: DebugAbility<T>,
    P: DisplayAbility<T>,
    F: ParseAbility<T>,
    S: SerializeAbility<T>,
    E: DeserializeAbility<T>,
{
    fn debug(value: &T) -> Option<&dyn Debug> {
        D::debug(value)
    }
    fn display(value: &T) -> Option<&dyn Display> {
        P::display(value)
    }
    fn parse(text: &str) -> Option<Result<T, ()>> {
        F::parse(text)
    }
    #[cfg(feature = "serde")]
    fn serialize(value: &T) -> Option<&dyn erased_serde::Serialize> {
        S::serialize(value)
    }
    #[cfg(feature = "serde")]
    fn deserialize(literal: &Literal) -> Option<Result<T, LiteralError>> {
        E::deserialize(literal)
    }
}

/// A place of the user's function. `'f` is how long the frame holds it.
pub trait Value<'f> {
    /// As `std::any::type_name` gives it.
    fn type_name(&self) -> &'static str;
    /// `None` where the type has no `Debug`.
    fn debug(&self) -> Option<&dyn Debug>;
    /// `None` where the type has no `Display`.
    fn display(&self) -> Option<&dyn Display>;
    /// `None` where the type has no `Serialize`.
    #[cfg(feature = "serde")]
    fn serialize(&self) -> Option<&dyn erased_serde::Serialize>;
    /// Replaces the value by one read with `Deserialize` and gives the old one. `None` where the type has none.
    #[cfg(feature = "serde")]
    fn write(&mut self, literal: &Literal) -> Option<Result<Old<'f>, LiteralError>>;
    /// Replaces the value by one read with `FromStr` and gives the old one. `None` where the type has none.
    fn write_str(&mut self, text: &str) -> Option<Result<Old<'f>, ()>>;
    /// Puts a value back that a write to this very place gave, and gives what it replaced.
    ///
    /// # Panics
    ///
    /// If the old value is of another type.
    fn restore(&mut self, old: Old<'f>) -> Old<'f>;
}

/// A value that a write replaced, kept for undo.
pub struct Old<'f>(Box<dyn Value<'f> + 'f>);

impl<'f> Old<'f> {
    /// The value.
    pub fn value(&self) -> &(dyn Value<'f> + 'f) {
        &*self.0
    }
}

/// A `T` seen through its abilities `M`.
#[repr(transparent)]
pub(super) struct Typed<T, M> {
    value: T,
    abilities: PhantomData<fn() -> M>,
}

impl<T, M> Typed<T, M> {
    fn new(value: T) -> Self {
        Typed {
            value,
            abilities: PhantomData,
        }
    }
}

impl<'f, T: 'f, M: Table<T> + 'f> Value<'f> for Typed<T, M> {
    fn type_name(&self) -> &'static str {
        std::any::type_name::<T>()
    }

    fn debug(&self) -> Option<&dyn Debug> {
        M::debug(&self.value)
    }

    fn display(&self) -> Option<&dyn Display> {
        M::display(&self.value)
    }

    #[cfg(feature = "serde")]
    fn serialize(&self) -> Option<&dyn erased_serde::Serialize> {
        M::serialize(&self.value)
    }

    #[cfg(feature = "serde")]
    fn write(&mut self, literal: &Literal) -> Option<Result<Old<'f>, LiteralError>> {
        Some(M::deserialize(literal)?.map(|new| replace(self, new)))
    }

    fn write_str(&mut self, text: &str) -> Option<Result<Old<'f>, ()>> {
        Some(M::parse(text)?.map(|new| replace(self, new)))
    }

    fn restore(&mut self, old: Old<'f>) -> Old<'f> {
        replace(self, super::erase::downcast::<T, M>(old.0).value)
    }
}

fn replace<'f, T: 'f, M: Table<T> + 'f>(place: &mut Typed<T, M>, new: T) -> Old<'f> {
    Old(Box::new(Typed::<T, M>::new(std::mem::replace(
        &mut place.value,
        new,
    ))))
}
