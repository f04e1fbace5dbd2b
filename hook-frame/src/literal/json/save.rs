//! A value's `Serialize` is written as JSON text. It has the forms that `serde_json` gives, so that other programs can
//! read it.
//!
//! The text is written in pieces, since it may be larger than memory. An error of the stream is kept, since what a
//! type's `Serialize` passes on is text.

use std::fmt::{self, Display};
use std::io;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::open::Open;
use super::{DEEPEST, JsonLayout, Text};

/// So many bytes are gathered before they are written out.
const PIECE: usize = 1 << 16;

/// Says why a value is not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The stream does not take it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// JSON cannot hold it, or the type's own `Serialize` failed.
    #[error("{0}")]
    Refused(String),
}

/// Is a `Serialize` that can stand behind `dyn`.
pub trait Savable {
    /// Writes the value.
    fn save(&self, saving: &mut Saving<'_>) -> Result<()>;
}

impl<T: Serialize + ?Sized> Savable for T {
    fn save(&self, saving: &mut Saving<'_>) -> Result<()> {
        self.serialize(saving)
    }
}

/// Writes a value as JSON, with a line end after it.
pub fn save(value: &dyn Savable, to: &mut dyn io::Write) -> std::result::Result<(), SaveError> {
    let mut saving = Saving {
        text: Text::new(JsonLayout::Spread),
        to,
        broken: None,
    };
    let refused = value.save(&mut saving).err();
    let Saving { text, to, broken } = saving;
    match (broken, refused) {
        (Some(error), _) => Err(error.into()),
        (None, Some(SerializeError(why))) => Err(SaveError::Refused(why)),
        (None, None) => Ok(writeln!(to, "{}", text.finish())?),
    }
}

/// Is the error that the type's `Serialize` gets.
#[derive(Debug)]
pub struct SerializeError(pub(super) String);

impl SerializeError {
    pub(super) fn inside(self, part: &dyn Display) -> Self {
        SerializeError(format!("in {part}: {}", self.0))
    }
}

impl Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SerializeError {}

impl ser::Error for SerializeError {
    fn custom<T: Display>(message: T) -> Self {
        SerializeError(message.to_string())
    }
}

pub(super) type Result<T> = std::result::Result<T, SerializeError>;

/// Is a value half written.
pub struct Saving<'w> {
    pub(super) text: Text,
    to: &'w mut dyn io::Write,
    broken: Option<io::Error>,
}

impl<'w> Saving<'w> {
    fn open<'s>(&'s mut self, bracket: fn(&mut Text) -> &mut Text) -> Result<Open<'s, 'w>> {
        if self.text.depth() == DEEPEST {
            return Err(SerializeError(format!(
                "it nests deeper than {DEEPEST}, and :load reads no more"
            )));
        }
        bracket(&mut self.text);
        Ok(Open::new(self))
    }

    /// Prepares for an element: writes the text out if there is enough of it.
    pub(super) fn element(&mut self) -> Result<&mut Self> {
        let Saving { text, to, broken } = &mut *self;
        text.drain(PIECE, |piece| *broken = to.write_all(piece.as_bytes()).err());
        match broken {
            Some(error) => Err(SerializeError(error.to_string())),
            None => Ok(self),
        }
    }

    /// Writes the beginning of a variant with a value: `{"Variant": `.
    fn variant(&mut self, variant: &str) -> Result<()> {
        self.open(Text::object)?;
        self.text.key(variant);
        Ok(())
    }
}

/// Writes a double with the fewest digits that read back the same. Refuses one that is no number in JSON.
pub(super) fn double(value: f64) -> Result<String> {
    if value.is_finite() {
        return Ok(format!("{value:?}"));
    }
    Err(SerializeError(format!("JSON has no number for {value}")))
}

/// Writes a float with the fewest digits that read back the same. A reader may read them as a double and round that,
/// which gives another float for 7.038531e-26; then the digits of the double are written.
pub(super) fn single(value: f32) -> Result<String> {
    let short = format!("{value:?}");
    match short.parse::<f64>() {
        Ok(read) if value.is_finite() && read as f32 == value => Ok(short),
        _ => double(value.into()),
    }
}

macro_rules! bare {
    ($($method:ident $ty:ty,)*) => {$(
        fn $method(self, value: $ty) -> Result<()> {
            self.text.bare(value);
            Ok(())
        }
    )*};
}

impl<'s, 'w> Serializer for &'s mut Saving<'w> {
    type Ok = ();
    type Error = SerializeError;
    type SerializeSeq = Open<'s, 'w>;
    type SerializeTuple = Open<'s, 'w>;
    type SerializeTupleStruct = Open<'s, 'w>;
    type SerializeTupleVariant = Open<'s, 'w>;
    type SerializeMap = Open<'s, 'w>;
    type SerializeStruct = Open<'s, 'w>;
    type SerializeStructVariant = Open<'s, 'w>;

    bare! {
        serialize_bool bool,
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128,
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.text.bare(single(value)?);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.text.bare(double(value)?);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        self.text.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(&mut *self)?;
        if self.text.ends_in_null() {
            return Err(SerializeError("JSON does not tell this Some from None".to_owned()));
        }
        Ok(())
    }

    fn serialize_unit(self) -> Result<()> {
        self.text.bare("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.variant(variant)?;
        value.serialize(&mut *self).map_err(|error| error.inside(&variant))?;
        self.text.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'s, 'w>> {
        self.open(Text::array)
    }

    fn collect_seq<I>(self, items: I) -> Result<()>
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let mut open = self.open(Text::array)?;
        for item in items {
            SerializeSeq::serialize_element(&mut open, &item)?;
        }
        SerializeSeq::end(open)
    }

    fn collect_map<K, V, I>(self, entries: I) -> Result<()>
    where
        K: Serialize,
        V: Serialize,
        I: IntoIterator<Item = (K, V)>,
    {
        let mut open = self.open(Text::object)?;
        for (key, value) in entries {
            open.serialize_key(&key)?;
            open.serialize_value(&value)?;
        }
        SerializeMap::end(open)
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'s, 'w>> {
        self.open(Text::array)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'s, 'w>> {
        self.open(Text::array)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Open<'s, 'w>> {
        self.variant(name)?;
        Ok(self.open(Text::array)?.in_variant())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'s, 'w>> {
        self.open(Text::object)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'s, 'w>> {
        self.open(Text::object)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Open<'s, 'w>> {
        self.variant(name)?;
        Ok(self.open(Text::object)?.in_variant())
    }
}
