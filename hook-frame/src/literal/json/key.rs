//! The key of a map is written as a string, since JSON has no other keys. `:load` reads numbers, bools and variants out
//! of such strings.

use serde::ser::{Impossible, Serialize, Serializer};

use super::save::{Result, SerializeError, double, single};

pub(super) struct KeySerializer;

type Never = Impossible<String, SerializeError>;

fn refused<T>() -> Result<T> {
    Err(SerializeError(
        "JSON has no form for a map whose keys are more than a string, a number, a bool or a plain variant".to_owned(),
    ))
}

macro_rules! displayed {
    ($($method:ident $ty:ty,)*) => {$(
        fn $method(self, value: $ty) -> Result<String> {
            Ok(value.to_string())
        }
    )*};
}

impl Serializer for KeySerializer {
    type Ok = String;
    type Error = SerializeError;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    displayed! {
        serialize_bool bool, serialize_char char, serialize_str &str,
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128,
    }

    fn serialize_f32(self, value: f32) -> Result<String> {
        single(value)
    }

    fn serialize_f64(self, value: f64) -> Result<String> {
        double(value)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<String> {
        value.serialize(self)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<String> {
        refused()
    }

    fn serialize_none(self) -> Result<String> {
        refused()
    }

    fn serialize_unit(self) -> Result<String> {
        refused()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<String> {
        refused()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String> {
        refused()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never> {
        refused()
    }

    fn serialize_tuple(self, _: usize) -> Result<Never> {
        refused()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never> {
        refused()
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never> {
        refused()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never> {
        refused()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Never> {
        refused()
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never> {
        refused()
    }
}
