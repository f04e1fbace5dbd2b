//! Elements and entries are handed out one after the other, and an error names the one that it is in.
//!
//! A program has code of what is generic here once for each type that is read. So there is one type of entries for all
//! forms of a map, and only what needs the type of the value is generic.

use std::slice::Iter;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::key::Key;
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

    fn next(&mut self) -> Option<&'a Literal> {
        self.at += 1;
        self.rest.next()
    }

    /// Says of an error that it is in the last element.
    fn inside(&self, error: LiteralError) -> LiteralError {
        error.inside(format!("element {}", self.at - 1))
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = LiteralError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(item) = self.next() else {
            return Ok(None);
        };
        match seed.deserialize(item) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(self.inside(error)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// Hands out the entries of a map, or the fields of a struct.
pub(super) struct Entries<'a> {
    rest: std::vec::IntoIter<(Key<'a>, &'a Literal)>,
    /// The entry whose value is next.
    value: Option<(Key<'a>, &'a Literal)>,
}

impl<'a> Entries<'a> {
    /// Takes the entries of a map.
    pub(super) fn of_map(entries: &'a [(Literal, Literal)]) -> Self {
        Self::new(entries.iter().map(|(key, value)| (Key::Quoted(key), value)).collect())
    }

    /// Takes entries that are given as pairs.
    ///
    /// # Errors
    ///
    /// This fails if one of the elements is no pair.
    pub(super) fn of_pairs(items: &'a [Literal]) -> Result<Self> {
        let pair = |item: &'a Literal| match item {
            Literal::Tuple(pair) if pair.len() == 2 => Ok((Key::Plain(&pair[0]), &pair[1])),
            other => Err(other.mismatch(&"a pair of key and value")),
        };
        Ok(Self::new(items.iter().map(pair).collect::<Result<_>>()?))
    }

    /// Takes fields under the names that were typed.
    pub(super) fn of_fields(fields: &'a [(String, Literal)]) -> Self {
        Self::new(fields.iter().map(|(name, value)| (Key::Field(name), value)).collect())
    }

    /// Takes fields under the names that the type has for them.
    ///
    /// # Errors
    ///
    /// This fails if the type has no such field.
    pub(super) fn of_known_fields(
        fields: &'a [(String, Literal)],
        owner: &str,
        known: &'static [&'static str],
    ) -> Result<Self> {
        let named =
            |(name, value): &'a (String, Literal)| Ok((Key::Field(names::find(name, known, owner, "field")?), value));
        Ok(Self::new(fields.iter().map(named).collect::<Result<_>>()?))
    }

    fn new(entries: Vec<(Key<'a>, &'a Literal)>) -> Self {
        Entries {
            rest: entries.into_iter(),
            value: None,
        }
    }

    fn next_key(&mut self) -> Option<Key<'a>> {
        self.value = self.rest.next();
        self.value.map(|(key, _)| key)
    }

    fn next_value(&mut self) -> Result<(Key<'a>, &'a Literal)> {
        let out_of_turn = || LiteralError::Custom("the type asked for a value before its key".to_owned());
        self.value.take().ok_or_else(out_of_turn)
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = LiteralError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(key) = self.next_key() else {
            return Ok(None);
        };
        match seed.deserialize(key) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(error),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let (key, value) = self.next_value()?;
        match seed.deserialize(value) {
            Ok(value) => Ok(value),
            Err(error) => Err(key.inside(error)),
        }
    }
}
