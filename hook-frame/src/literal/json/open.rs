//! A sequence, a map or a struct is written element by element, and an error names the element.

use std::fmt::Display;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::key::KeySerializer;
use super::save::{Result, Saving, SerializeError};

/// Stands for an open bracket, or for two where an enum's variant adds braces of its own.
pub struct Open<'s, 'w> {
    saving: &'s mut Saving<'w>,
    in_variant: bool,
    /// This is the position of the next element.
    at: usize,
    /// This is the key of the next value.
    key: String,
}

impl<'s, 'w> Open<'s, 'w> {
    pub(super) fn new(saving: &'s mut Saving<'w>) -> Self {
        Open {
            saving,
            in_variant: false,
            at: 0,
            key: String::new(),
        }
    }

    pub(super) fn in_variant(self) -> Self {
        Open {
            in_variant: true,
            ..self
        }
    }

    /// Writes an element. A program has this code once for each type that is written in one.
    fn write<T: Serialize + ?Sized>(&mut self, value: &T, part: &dyn Display) -> Result<()> {
        let written = match self.saving.element() {
            Ok(saving) => value.serialize(saving),
            Err(error) => return Err(error),
        };
        match written {
            Ok(()) => Ok(()),
            Err(error) => Err(error.inside(part)),
        }
    }

    /// Returns the position of an element, and goes on to the next.
    fn next(&mut self) -> usize {
        self.at += 1;
        self.at - 1
    }

    fn close(self) -> Result<()> {
        self.saving.text.close();
        if self.in_variant {
            self.saving.text.close();
        }
        Ok(())
    }
}

impl SerializeMap for Open<'_, '_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = key.serialize(KeySerializer)?;
        self.saving.text.key(&self.key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = std::mem::take(&mut self.key);
        self.write(value, &format_args!("{key:?}"))
    }

    fn end(self) -> Result<()> {
        self.close()
    }
}

macro_rules! elements {
    ($($on:ident $method:ident),*) => {$(
        impl $on for Open<'_, '_> {
            type Ok = ();
            type Error = SerializeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                let at = self.next();
                self.write(value, &format_args!("element {at}"))
            }

            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($on:ident),*) => {$(
        impl $on for Open<'_, '_> {
            type Ok = ();
            type Error = SerializeError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
                self.saving.text.key(name);
                self.write(value, &format_args!("field {name}"))
            }

            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant }
