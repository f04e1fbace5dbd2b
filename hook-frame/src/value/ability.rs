//! rustc decides which traits a captured type has, and types carry its answer.
//!
//! Users need not derive anything, so each ability is asked for on its own, by autoref specialization: `(&probe).ask()`
//! finds the impl for `&Probe<T>` where `T` has the trait, and falls through to the one for `Probe<T>` where it has
//! not. The answer is a type, [`Yes`] or [`No`], and becomes part of the binding's marker. [`super::marker`] says when
//! it is asked.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use super::of_std::DebugOfStd;
#[cfg(feature = "serde")]
use crate::literal::json::Savable;
#[cfg(feature = "serde")]
use crate::literal::{Literal, LiteralError};
use crate::parts;

/// Says that the type has the trait.
pub struct Yes;
/// Says that the type does not have the trait.
pub struct No;
/// Says that the type can be read from data that lives for `'a`. It is any one lifetime, since `&str` is no
/// `DeserializeOwned`.
#[cfg(feature = "serde")]
pub struct YesFrom<'a>(PhantomData<fn(&'a ()) -> &'a ()>);

/// Carries the type that autoref specialization is asked about.
pub struct Probe<T>(pub(super) PhantomData<fn() -> *const T>);

impl<T> Clone for Probe<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Probe<T> {}

macro_rules! ask {
    ($via:ident, $not:ident, $ask:ident) => {
        /// rustc finds the method of this trait where the type does not have the trait that is asked for.
        pub trait $not: Sized {
            /// Gives the answer as a type.
            fn $ask(self) -> No {
                No
            }
        }
        impl<T> $not for Probe<T> {}
    };
    ($via:ident, $not:ident, $ask:ident, $bound:path) => {
        ask!($via, $not, $ask);
        /// rustc finds the method of this trait where the type has the trait that is asked for.
        pub trait $via: Sized {
            /// Gives the answer as a type.
            fn $ask(self) -> Yes {
                Yes
            }
        }
        impl<T: $bound> $via for &Probe<T> {}
    };
}

ask!(ViaDebug, NotDebug, __hookable_debug, Debug);
ask!(ViaDebugOfStd, NotDebugOfStd, __hookable_debug_of_std, DebugOfStd);
ask!(ViaDisplay, NotDisplay, __hookable_display, Display);
ask!(ViaParse, NotParse, __hookable_parse, FromStr);
#[cfg(feature = "serde")]
ask!(ViaSerialize, NotSerialize, __hookable_serialize, serde::Serialize);
#[cfg(not(feature = "serde"))]
ask!(ViaSerialize, NotSerialize, __hookable_serialize);
ask!(ViaDeserialize, NotDeserialize, __hookable_deserialize);

/// No type implements this. It exists because `resolve!` names it with or without the feature `serde`.
#[cfg(not(feature = "serde"))]
pub trait ViaSerialize {}
/// No type implements this. It exists because `resolve!` names it with or without the feature `serde`.
#[cfg(not(feature = "serde"))]
pub trait ViaDeserialize {}

/// rustc finds the method of this trait where the type has the trait that is asked for.
#[cfg(feature = "serde")]
pub trait ViaDeserialize<'a>: Sized {
    /// Returns the answer as a type.
    fn __hookable_deserialize(self) -> YesFrom<'a> {
        YesFrom(PhantomData)
    }
}
#[cfg(feature = "serde")]
impl<'a, T: serde::Deserialize<'a>> ViaDeserialize<'a> for &Probe<T> {}

/// Gives a value as `dyn Debug`, where its type has that trait or a function is known that shows its values.
pub trait DebugAbility<T> {
    const DEBUG: for<'a> fn(&'a T) -> Option<&'a dyn Debug>;
}
impl<T> DebugAbility<T> for No {
    const DEBUG: for<'a> fn(&'a T) -> Option<&'a dyn Debug> = parts::learned_value;
}
impl<T: Debug> DebugAbility<T> for Yes {
    const DEBUG: for<'a> fn(&'a T) -> Option<&'a dyn Debug> = debug;
}
fn debug<T: Debug>(value: &T) -> Option<&dyn Debug> {
    Some(value)
}

/// Gives a value as `dyn Display`, where its type has that trait.
pub trait DisplayAbility<T> {
    const DISPLAY: Option<for<'a> fn(&'a T) -> &'a dyn Display> = None;
}
impl<T> DisplayAbility<T> for No {}
impl<T: Display> DisplayAbility<T> for Yes {
    const DISPLAY: Option<for<'a> fn(&'a T) -> &'a dyn Display> = Some(display);
}
fn display<T: Display>(value: &T) -> &dyn Display {
    value
}

/// Reads a value from text by `FromStr`, where its type has that trait.
pub trait ParseAbility<T> {
    const PARSE: Option<fn(&str) -> Option<T>> = None;
}
impl<T> ParseAbility<T> for No {}
impl<T: FromStr> ParseAbility<T> for Yes {
    const PARSE: Option<fn(&str) -> Option<T>> = Some(parse);
}
fn parse<T: FromStr>(text: &str) -> Option<T> {
    T::from_str(text).ok()
}

/// Gives a value as a `dyn Serialize`, where its type has that trait.
pub trait SerializeAbility<T> {
    #[cfg(feature = "serde")]
    const SERIALIZE: Option<for<'a> fn(&'a T) -> &'a dyn Savable> = None;
}
impl<T> SerializeAbility<T> for No {}
#[cfg(feature = "serde")]
impl<T: serde::Serialize> SerializeAbility<T> for Yes {
    const SERIALIZE: Option<for<'a> fn(&'a T) -> &'a dyn Savable> = Some(serialize);
}
#[cfg(feature = "serde")]
fn serialize<T: serde::Serialize>(value: &T) -> &dyn Savable {
    value
}

/// Makes a value of a literal.
#[cfg(feature = "serde")]
pub(super) type Deserialized<T> = fn(&Literal) -> Result<T, LiteralError>;

/// Reads a value from a literal by serde, where its type has `Deserialize`.
pub trait DeserializeAbility<T> {
    #[cfg(feature = "serde")]
    const DESERIALIZE: Option<Deserialized<T>> = None;
}
impl<T> DeserializeAbility<T> for No {}
#[cfg(feature = "serde")]
impl<'a, T: serde::Deserialize<'a>> DeserializeAbility<T> for YesFrom<'a> {
    const DESERIALIZE: Option<Deserialized<T>> = Some(deserialize);
}
#[cfg(feature = "serde")]
fn deserialize<'a, T: serde::Deserialize<'a>>(literal: &Literal) -> Result<T, LiteralError> {
    T::deserialize(literal)
}
