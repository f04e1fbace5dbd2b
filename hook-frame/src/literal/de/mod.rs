//! A literal is a serde `Deserializer`: a type asks for data of some form, and gets the literal in that form if its
//! spelling permits it.
//!
//! Strings are handed out owned. Only `deserialize_str`, by which `&str` asks, gets a leaked one, since its data must
//! outlive the value. So a `&str` local can be written, and the text stays in memory until the program ends.

mod access;
mod key;
mod names;
mod number;
#[cfg(test)]
mod tests;
mod variant;

use serde::de::{Deserializer, Expected, Visitor};

use super::{Literal, LiteralError};
use access::{Entries, Items};
use names::{check_type, last};
use variant::Variant;

type Result<T> = std::result::Result<T, LiteralError>;

impl Literal {
    fn mismatch(&self, expected: &dyn Expected) -> LiteralError {
        LiteralError::Mismatch {
            expected: expected.to_string(),
            found: self.kind(),
        }
    }
}

impl Literal {
    /// Returns the entries of what can be a map.
    fn entries(&self, expected: &dyn Expected) -> Result<Entries<'_>> {
        match self {
            Literal::Map(entries) => Ok(Entries::of_map(entries)),
            // This is the map in `HashMap::from([(k, v)])`.
            Literal::Seq(values) => Entries::of_pairs(values),
            Literal::Struct(_, fields) => Ok(Entries::of_fields(fields)),
            Literal::Empty => Ok(Entries::of_map(&[])),
            other => Err(other.mismatch(expected)),
        }
    }
}

/// Returns the fields of a literal that is a struct, under the names that the type has for them.
fn fields_of<'a>(
    literal: &Literal,
    (path, given): (&str, &'a [(String, Literal)]),
    name: &str,
    fields: &'static [&'static str],
) -> Result<Entries<'a>> {
    check_type(path, name, literal)?;
    Entries::of_known_fields(given, name, fields)
}

fn items<'de, V: Visitor<'de>>(items: &[Literal], visitor: V) -> Result<V::Value> {
    let expected = (&visitor as &dyn Expected).to_string();
    let mut access = Items::new(items);
    match visitor.visit_seq(&mut access) {
        Ok(_) if !access.is_empty() => Err(LiteralError::Mismatch {
            expected,
            found: format!("a sequence of {}", items.len()),
        }),
        read => read,
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $ty:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match number::$ty(self, &visitor) {
                Ok(value) => visitor.$visit(value),
                Err(error) => Err(error),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for &Literal {
    type Error = LiteralError;

    integers! {
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_u128 visit_u128 u128,
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match number::single(self, &visitor) {
            Ok(value) => visitor.visit_f32(value),
            Err(error) => Err(error),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match number::float(self, &visitor) {
            Ok(value) => visitor.visit_f64(value),
            Err(error) => Err(error),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Unit => visitor.visit_unit(),
            Literal::Null => visitor.visit_none(),
            Literal::Bool(value) => visitor.visit_bool(*value),
            Literal::Char(value) => visitor.visit_char(*value),
            Literal::Str(value) => visitor.visit_string(value.clone()),
            Literal::Bytes(value) => visitor.visit_byte_buf(value.clone()),
            Literal::Int { .. } => number::any(self, visitor),
            Literal::Float { value, .. } => visitor.visit_f64(*value),
            Literal::Seq(values) | Literal::Tuple(values) => items(values, visitor),
            Literal::Map(entries) => visitor.visit_map(Entries::of_map(entries)),
            Literal::Path(path) if last(path) == "None" => visitor.visit_none(),
            Literal::Call(path, values) if last(path) == "Some" && values.len() == 1 => visitor.visit_some(&values[0]),
            // Untagged enums look at the data alone, externally tagged ones ask `deserialize_enum`.
            Literal::Path(path) => visitor.visit_string(last(path).to_owned()),
            Literal::Call(_, values) if values.len() == 1 => visitor.visit_newtype_struct(&values[0]),
            Literal::Call(_, values) => items(values, visitor),
            Literal::Struct(_, fields) => visitor.visit_map(Entries::of_fields(fields)),
            Literal::Empty => items(&[], visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Bool(value) => visitor.visit_bool(*value),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Char(value) => visitor.visit_char(*value),
            // JSON has no characters, so a string of one is taken.
            Literal::Str(value) if value.chars().count() == 1 => visitor.visit_str(value),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Str(value) => visitor.visit_string(value.clone()),
            Literal::Empty => visitor.visit_string(String::new()),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Str(value) => visitor.visit_borrowed_str(Box::leak(value.clone().into_boxed_str())),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Bytes(value) => visitor.visit_byte_buf(value.clone()),
            Literal::Str(value) => visitor.visit_byte_buf(value.clone().into_bytes()),
            Literal::Seq(values) => items(values, visitor),
            Literal::Empty => visitor.visit_byte_buf(Vec::new()),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Bytes(value) => visitor.visit_borrowed_bytes(Box::leak(value.clone().into_boxed_slice())),
            other => other.deserialize_byte_buf(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Null => visitor.visit_none(),
            Literal::Path(path) if last(path) == "None" => visitor.visit_none(),
            Literal::Call(path, values) if last(path) == "Some" && values.len() == 1 => visitor.visit_some(&values[0]),
            // `3` is taken for `Some(3)`, as in JSON.
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Unit | Literal::Null => visitor.visit_unit(),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Unit | Literal::Null => visitor.visit_unit(),
            Literal::Path(path) => {
                check_type(path, name, self)?;
                visitor.visit_unit()
            }
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Call(path, values) if values.len() == 1 && check_type(path, name, self).is_ok() => {
                visitor.visit_newtype_struct(&values[0])
            }
            // JSON has the value of a newtype struct without its name.
            other => visitor.visit_newtype_struct(other),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Seq(values) => items(values, visitor),
            Literal::Empty => items(&[], visitor),
            Literal::Bytes(bytes) => {
                let values: Vec<Literal> = bytes.iter().map(|&byte| number::byte(byte)).collect();
                items(&values, visitor)
            }
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Seq(values) | Literal::Tuple(values) if values.len() == length => items(values, visitor),
            Literal::Bytes(bytes) if bytes.len() == length => self.deserialize_seq(visitor),
            Literal::Unit if length == 0 => items(&[], visitor),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value> {
        match self {
            Literal::Call(path, values) => {
                check_type(path, name, self)?;
                names::check_length(name, values.len(), length)?;
                items(values, visitor)
            }
            other => other.deserialize_tuple(length, visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.entries(&visitor) {
            Ok(entries) => visitor.visit_map(entries),
            Err(error) => Err(error),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self {
            Literal::Struct(path, given) => match fields_of(self, (path, given), name, fields) {
                Ok(entries) => visitor.visit_map(entries),
                Err(error) => Err(error),
            },
            Literal::Map(entries) => visitor.visit_map(Entries::of_map(entries)),
            Literal::Seq(values) => items(values, visitor),
            other => Err(other.mismatch(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(Variant::of(self, name, variants)?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Literal::Str(name) => visitor.visit_str(name),
            Literal::Path(path) => visitor.visit_str(last(path)),
            other => other.deserialize_u64(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}
