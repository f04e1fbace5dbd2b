//! JSON into a literal, by `serde_json`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Literal, LiteralError};

pub(super) fn parse(json: &[u8]) -> Result<Literal, LiteralError> {
    serde_json::from_slice(json).map_err(|error| LiteralError::Syntax(error.to_string()))
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Json)
    }
}

struct Json;

fn integer(negative: bool, magnitude: u128) -> Literal {
    Literal::Int {
        negative,
        magnitude,
        suffix: "",
    }
}

impl<'de> Visitor<'de> for Json {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Literal, E> {
        Ok(Literal::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Literal, E> {
        Ok(Literal::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Literal, E> {
        Ok(integer(false, value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Literal, E> {
        Ok(integer(value < 0, value.unsigned_abs().into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Literal, E> {
        Ok(Literal::Float { value, suffix: "" })
    }

    fn visit_str<E>(self, value: &str) -> Result<Literal, E> {
        Ok(Literal::Str(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Literal, E> {
        Ok(Literal::Str(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Literal, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Literal::Seq(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Literal, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Literal::Map(entries))
    }
}
