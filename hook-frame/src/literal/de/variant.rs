//! A variant of an enum is read from Rust's `Shape::Circle(2.0)`, or from JSON's `{"Circle": 2.0}`.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::access::Entries;
use super::key::Key;
use super::{Literal, LiteralError, Result, items, names};

pub(super) struct Variant<'a> {
    name: &'static str,
    content: Content<'a>,
}

enum Content<'a> {
    Nothing,
    Items(&'a [Literal]),
    Fields(&'a [(String, Literal)]),
    Json(&'a Literal),
}

impl<'a> Variant<'a> {
    pub(super) fn of(literal: &'a Literal, owner: &str, variants: &'static [&'static str]) -> Result<Self> {
        let (path, content) = match literal {
            Literal::Path(path) => (path, Content::Nothing),
            Literal::Call(path, items) => (path, Content::Items(items)),
            Literal::Struct(path, fields) => (path, Content::Fields(fields)),
            Literal::Str(name) => (name, Content::Nothing),
            Literal::Map(entries) => match &entries[..] {
                [(Literal::Str(name), value)] => (name, Content::Json(value)),
                _ => return Err(literal.mismatch(&owner)),
            },
            _ => return Err(literal.mismatch(&owner)),
        };
        let mut segments = path.rsplit("::");
        let variant = segments.next().unwrap_or(path);
        if segments.next().is_some_and(|ty| ty != owner && ty != "Self") {
            return Err(literal.mismatch(&owner));
        }
        Ok(Variant {
            name: names::find(variant, variants, owner, "variant")?,
            content,
        })
    }

    fn mismatch<T>(&self, what: &str) -> Result<T> {
        let found = match self.content {
            Content::Nothing => "nothing after its name".to_owned(),
            Content::Items(items) if items.len() == 1 => "1 value in brackets".to_owned(),
            Content::Items(items) => format!("{} values in brackets", items.len()),
            Content::Fields(_) => "named fields".to_owned(),
            Content::Json(value) => value.kind(),
        };
        Err(LiteralError::Mismatch {
            expected: format!("{} with {what}", self.name),
            found,
        })
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = LiteralError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        Ok((seed.deserialize(Key::Field(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = LiteralError;

    fn unit_variant(self) -> Result<()> {
        match self.content {
            Content::Nothing | Content::Json(Literal::Null) => Ok(()),
            _ => self.mismatch("nothing after its name"),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        match self.content {
            Content::Items([value]) | Content::Json(value) => {
                seed.deserialize(value).map_err(|error| error.inside(self.name))
            }
            _ => self.mismatch("1 value in brackets"),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        match self.content {
            Content::Items(values) if values.len() == length => items(values, visitor),
            Content::Json(value) => value.deserialize_tuple(length, visitor),
            _ => self.mismatch(&format!("{length} values in brackets")),
        }
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        match self.content {
            Content::Fields(given) => visitor.visit_map(Entries::of_known_fields(given, self.name, fields)?),
            Content::Json(value) => value.deserialize_struct("", fields, visitor),
            _ => self.mismatch("named fields"),
        }
    }
}
