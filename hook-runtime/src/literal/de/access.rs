//! Elements, entries and fields are handed out one after the other, and an error names the one that it is in.

use std::slice::Iter;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::key::KeyDeserializer;
use super::{Literal, LiteralError, Result, names};

/// Hands out the elements of a sequence.
pub(super) struct Items<'a> {
    rest: Iter<'a, Literal>,
    at: usize,
}

impl<'a> Items<'a> {
    pub(super) fn new(items: &'a [Literal]) -> Self {
        Items {
            rest: items.iter(),
            at: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.len() == 0
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = LiteralError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(item) = self.rest.next() else {
            return Ok(None);
        };
        let at = self.at;
        self.at += 1;
        let value = seed.deserialize(item);
        value.map(Some).map_err(|error| error.inside(format!("element {at}")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// Hands out the entries of a map.
pub(super) struct Entries<'a> {
    rest: Iter<'a, (Literal, Literal)>,
    value: Option<&'a (Literal, Literal)>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(entries: &'a [(Literal, Literal)]) -> Self {
        Entries {
            rest: entries.iter(),
            value: None,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = LiteralError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.value = self.rest.next();
        self.value
            .map(|(key, _)| seed.deserialize(KeyDeserializer(key)))
            .transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let (key, value) = self.value.take().ok_or_else(out_of_turn)?;
        seed.deserialize(value).map_err(|error| match key {
            Literal::Str(key) => error.inside(format!("{key:?}")),
            _ => error,
        })
    }
}

/// Hands out the entries of a map that is given as pairs.
pub(super) struct Pairs<'a> {
    rest: Iter<'a, Literal>,
    value: Option<&'a Literal>,
}

impl<'a> Pairs<'a> {
    /// # Errors
    ///
    /// This fails if one of the elements is no pair.
    pub(super) fn new(items: &'a [Literal]) -> Result<Self> {
        for item in items {
            if !matches!(item, Literal::Tuple(pair) if pair.len() == 2) {
                return item.mismatch(&"a pair of key and value");
            }
        }
        Ok(Pairs {
            rest: items.iter(),
            value: None,
        })
    }
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = LiteralError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(Literal::Tuple(pair)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = pair.last();
        seed.deserialize(&pair[0]).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.value.take().ok_or_else(out_of_turn)?)
    }
}

/// Hands out the fields of a struct.
pub(super) struct Fields<'a> {
    rest: std::vec::IntoIter<(&'a str, &'a Literal)>,
    value: Option<(&'a str, &'a Literal)>,
}

impl<'a> Fields<'a> {
    /// Takes the fields under the names that were typed.
    pub(super) fn new(fields: &'a [(String, Literal)]) -> Self {
        Self::named(fields.iter().map(|(name, value)| (name.as_str(), value)).collect())
    }

    /// Takes the fields under the names that the type has for them.
    ///
    /// # Errors
    ///
    /// This fails if the type has no such field.
    pub(super) fn of(fields: &'a [(String, Literal)], owner: &str, known: &'static [&'static str]) -> Result<Self> {
        let named = |(name, value): &'a (String, Literal)| Ok((names::find(name, known, owner, "field")?, value));
        Ok(Self::named(fields.iter().map(named).collect::<Result<_>>()?))
    }

    fn named(fields: Vec<(&'a str, &'a Literal)>) -> Self {
        Fields {
            rest: fields.into_iter(),
            value: None,
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = LiteralError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.value = self.rest.next();
        let name = |(name, _)| seed.deserialize(StrDeserializer::new(name));
        self.value.map(name).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let (name, value) = self.value.take().ok_or_else(out_of_turn)?;
        seed.deserialize(value)
            .map_err(|error| error.inside(format!("field {name}")))
    }
}

fn out_of_turn() -> LiteralError {
    LiteralError::Custom("the type asked for a value before its key".to_owned())
}
