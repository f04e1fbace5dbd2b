//! A value in memory, and what is within it.

use std::rc::Rc;

use crate::memory::{Memory, number};
use crate::types::{Field, Shape, Type, TypeId, Types, Variant, mask};

/// What values are read by.
pub(crate) struct Reading {
    pub(crate) types: Box<dyn Types>,
    pub(crate) memory: Box<dyn Memory>,
}

/// A value: its type, and where it is.
#[derive(Clone)]
pub(crate) struct Object {
    pub(crate) reading: Rc<Reading>,
    pub(crate) ty: TypeId,
    pub(crate) data: Data,
    /// So many values have this one within them.
    pub(crate) depth: usize,
}

#[derive(Clone)]
pub(crate) enum Data {
    /// The value is in memory from this address on.
    Memory(u64),
    /// The value is in these bytes, from this one on.
    Bytes(Rc<[u8]>, u64),
}

impl Object {
    pub(crate) fn ty(&self) -> Rc<Type> {
        self.reading.types.get(self.ty)
    }

    /// Returns another value within this one.
    pub(crate) fn inner(&self, ty: TypeId, data: Data) -> Object {
        Object {
            reading: self.reading.clone(),
            ty,
            data,
            depth: self.depth + 1,
        }
    }

    /// Returns a value within this one that begins at a byte of it.
    pub(crate) fn at(&self, ty: TypeId, offset: u64) -> Object {
        let data = match &self.data {
            Data::Memory(address) => Data::Memory(address.wrapping_add(offset)),
            Data::Bytes(bytes, start) => Data::Bytes(bytes.clone(), start.saturating_add(offset)),
        };
        self.inner(ty, data)
    }

    pub(crate) fn field(&self, field: &Field) -> Object {
        self.at(field.ty, field.offset)
    }

    /// Returns the field at the end of a path of names.
    pub(crate) fn path(&self, names: &[&str]) -> Option<Object> {
        names.iter().try_fold(self.clone(), |object, name| {
            let ty = object.ty();
            Some(object.field(ty.field(name)?))
        })
    }

    /// Reads the bytes of the value.
    pub(crate) fn bytes(&self, len: u64) -> Option<Vec<u8>> {
        match &self.data {
            Data::Memory(address) => self.reading.memory.read(*address, len),
            Data::Bytes(bytes, start) => {
                let start = usize::try_from(*start).ok()?;
                let end = start.checked_add(usize::try_from(len).ok()?)?;
                bytes.get(start..end).map(<[u8]>::to_vec)
            }
        }
    }

    /// Reads the value as a number. Where it is a struct of one number, as `Cap` of a `Vec`, it is that one.
    pub(crate) fn number(&self) -> Option<u64> {
        let size = self.ty().size.clamp(1, 8);
        Some(number(&self.bytes(size)?) as u64)
    }

    /// Returns the value that this pointer leads to.
    pub(crate) fn target(&self) -> Option<Object> {
        let Shape::Pointer(Some(to)) = self.ty().shape else {
            return None;
        };
        Some(self.inner(to, Data::Memory(self.number()?)))
    }

    /// Returns the fields of the variant that is there, or the value itself if it is no enum.
    pub(crate) fn live(&self) -> Object {
        let ty = self.ty();
        let Shape::Enum(variants) = &ty.shape else {
            return self.clone();
        };
        let tag = variants.tag.as_ref().and_then(|tag| {
            let size = self.reading.types.get(tag.ty).size;
            Some(number(&self.field(tag).bytes(size)?) & mask(size))
        });
        let is_there = |variant: &&Variant| variant.tag.is_some() && variant.tag == tag;
        let by_default = || variants.all.iter().find(|variant| variant.tag.is_none());
        let variant = variants.all.iter().find(is_there).or_else(by_default);
        variant.map_or_else(|| self.clone(), |variant| self.field(&variant.fields))
    }
}
