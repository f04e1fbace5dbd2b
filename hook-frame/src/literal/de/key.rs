//! JSON spells all keys of a map as strings, so a key type that asks for a number gets it out of the string.

use std::borrow::Cow;

use serde::de::{Deserializer, Visitor};

use super::{Literal, LiteralError, Result, last};

/// What stands before a value.
#[derive(Clone, Copy)]
pub(super) enum Key<'a> {
    /// A key as JSON or `Debug` writes it.
    Quoted(&'a Literal),
    /// The first of a pair.
    Plain(&'a Literal),
    /// The name of a field or of a variant.
    Field(&'a str),
}

impl<'a> Key<'a> {
    /// Returns it as it was typed.
    fn literal(self) -> Cow<'a, Literal> {
        match self {
            Key::Quoted(literal) | Key::Plain(literal) => Cow::Borrowed(literal),
            Key::Field(name) => Cow::Owned(Literal::Str(name.to_owned())),
        }
    }

    /// Returns what stands within the quotes, if that is a literal.
    fn unquoted(self) -> Cow<'a, Literal> {
        if let Key::Quoted(Literal::Str(text)) = self
            && let Ok(inner) = Literal::parse(text)
        {
            return Cow::Owned(inner);
        }
        self.literal()
    }

    /// Returns it with quotes, if it can be a string.
    fn text(self) -> Cow<'a, Literal> {
        match self {
            Key::Quoted(Literal::Path(path)) => Cow::Owned(Literal::Str(last(path).to_owned())),
            Key::Quoted(Literal::Char(char)) => Cow::Owned(Literal::Str(char.to_string())),
            _ => self.literal(),
        }
    }

    /// Returns an error in the value behind the key as one that names the key.
    pub(super) fn inside(self, error: LiteralError) -> LiteralError {
        match self {
            Key::Quoted(Literal::Str(key)) => error.inside(format!("{key:?}")),
            Key::Field(name) => error.inside(format!("field {name}")),
            Key::Quoted(_) | Key::Plain(_) => error,
        }
    }
}

macro_rules! forward {
    ($way:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.$way().$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = LiteralError;

    forward! {
        unquoted: deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
    }

    forward! { text: deserialize_str deserialize_string }

    forward! {
        literal: deserialize_any deserialize_char deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_seq deserialize_map deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Key::Quoted(Literal::Str(_)) => visitor.visit_some(self),
            _ => self.literal().deserialize_option(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        self.literal().deserialize_unit_struct(name, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match self {
            Key::Plain(literal) => literal.deserialize_newtype_struct(name, visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.literal().deserialize_tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.literal().deserialize_tuple_struct(name, length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.literal().deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.literal().deserialize_enum(name, variants, visitor)
    }
}
