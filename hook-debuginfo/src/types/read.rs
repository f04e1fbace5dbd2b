//! Reads types from entries of debug information.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use gimli::{AttributeValue, UnitOffset, constants as dw};

use super::vtables::{self, Vtables};
use super::{Field, Shape, Type, TypeId, Types, Variant, Variants};
use crate::file::{DebugFile, Entry, Reader, Unit};
use crate::memory::number;

/// Reads types when they are asked for, and keeps them.
pub(crate) struct TypeReader {
    file: Rc<DebugFile>,
    /// What is added to an address of the file.
    bias: u64,
    known: RefCell<HashMap<TypeId, Rc<Type>>>,
    vtables: OnceCell<Vtables>,
}

impl TypeReader {
    pub(crate) fn new(file: Rc<DebugFile>, bias: u64) -> Self {
        TypeReader {
            file,
            bias,
            known: RefCell::default(),
            vtables: OnceCell::new(),
        }
    }

    fn read(&self, id: TypeId) -> Option<Type> {
        let unit = self.file.unit(id.unit).ok()?;
        let entry = unit.entry(UnitOffset(id.offset)).ok()?;
        let entries = EntryReader {
            file: &self.file,
            unit: &unit,
            id: id.unit,
        };
        entries.ty(&entry)
    }
}

impl Types for TypeReader {
    fn get(&self, id: TypeId) -> Rc<Type> {
        if let Some(known) = self.known.borrow().get(&id) {
            return known.clone();
        }
        let ty = Rc::new(self.read(id).unwrap_or_else(Type::unknown));
        self.known.borrow_mut().insert(id, ty.clone());
        ty
    }

    fn of_vtable(&self, address: u64) -> Option<TypeId> {
        // All of the debug information is read for that, once.
        let tables = self.vtables.get_or_init(|| vtables::all(&self.file));
        tables.get(&address.wrapping_sub(self.bias)).copied()
    }
}

/// Reads the entries of one unit.
pub(crate) struct EntryReader<'u> {
    pub(crate) file: &'u DebugFile,
    pub(crate) unit: &'u Unit,
    /// The offset of the unit.
    pub(crate) id: usize,
}

impl EntryReader<'_> {
    pub(crate) fn name(&self, entry: &Entry) -> Option<String> {
        self.file.text(self.unit, entry.attr_value(dw::DW_AT_name)?)
    }

    /// Returns the type that an entry says it has.
    pub(crate) fn type_of(&self, entry: &Entry) -> Option<TypeId> {
        let value = entry.attr_value(dw::DW_AT_type)?;
        let (unit, offset) = self.file.reference(self.id, &value)?;
        Some(TypeId { unit, offset })
    }

    fn ty(&self, entry: &Entry) -> Option<Type> {
        let size = entry.attr(dw::DW_AT_byte_size).and_then(|size| size.udata_value());
        let name = self.name(entry).unwrap_or_default();
        let mut arguments = Vec::new();
        let shape = match entry.tag() {
            dw::DW_TAG_base_type => scalar(entry)?,
            dw::DW_TAG_structure_type => self.structure(entry, &mut arguments)?,
            dw::DW_TAG_union_type => match self.structure(entry, &mut arguments)? {
                Shape::Struct(fields) => Shape::Union(fields),
                other => other,
            },
            dw::DW_TAG_enumeration_type => self.plain(entry, size.unwrap_or(0))?,
            dw::DW_TAG_pointer_type => Shape::Pointer(self.type_of(entry)),
            dw::DW_TAG_array_type => self.array(entry)?,
            _ => Shape::Opaque,
        };
        let is_pointer = matches!(shape, Shape::Pointer(_));
        Some(Type {
            name,
            size: size.or(is_pointer.then_some(8)).unwrap_or(0),
            shape,
            arguments,
        })
    }

    /// Calls `each` with the entries directly below one, as long as they can be read.
    fn children(&self, of: &Entry, mut each: impl FnMut(&Entry)) -> Option<()> {
        let mut tree = self.unit.entries_tree(Some(of.offset())).ok()?;
        let mut children = tree.root().ok()?.children();
        while let Some(child) = children.next().ok()? {
            each(child.entry());
        }
        Some(())
    }

    fn structure(&self, entry: &Entry, arguments: &mut Vec<(String, TypeId)>) -> Option<Shape> {
        let (mut fields, mut parts) = (Vec::new(), None);
        self.children(entry, |child| match child.tag() {
            dw::DW_TAG_member => fields.extend(self.field(child)),
            dw::DW_TAG_variant_part => parts = Some(child.clone()),
            dw::DW_TAG_template_type_parameter => arguments.extend(self.name(child).zip(self.type_of(child))),
            _ => {}
        })?;
        match parts {
            None => Some(Shape::Struct(fields)),
            Some(part) => self.variants(&part).map(Shape::Enum),
        }
    }

    fn field(&self, entry: &Entry) -> Option<Field> {
        let offset = entry.attr(dw::DW_AT_data_member_location);
        Some(Field {
            name: self.name(entry).unwrap_or_default(),
            ty: self.type_of(entry)?,
            offset: offset.and_then(|offset| offset.udata_value()).unwrap_or(0),
        })
    }

    fn variants(&self, part: &Entry) -> Option<Variants> {
        let tag = part.attr_value(dw::DW_AT_discr);
        let tag = tag.and_then(|tag| self.file.reference(self.id, &tag));
        let tag = tag.and_then(|(_, offset)| self.field(&self.unit.entry(UnitOffset(offset)).ok()?));
        let mut found = Vec::new();
        self.children(part, |child| {
            if child.tag() == dw::DW_TAG_variant {
                found.push(child.clone());
            }
        })?;
        let variant = |entry: &Entry| {
            let tags = entry.attr_value(dw::DW_AT_discr_value).and_then(|value| bits(&value));
            let mut fields = None;
            self.children(entry, |child| {
                if child.tag() == dw::DW_TAG_member {
                    fields = self.field(child);
                }
            })?;
            Some(Variant {
                tag: tags,
                fields: fields?,
            })
        };
        Some(Variants {
            tag,
            all: found.iter().filter_map(variant).collect(),
        })
    }

    fn plain(&self, entry: &Entry, size: u64) -> Option<Shape> {
        let mut all = Vec::new();
        self.children(entry, |child| {
            let value = child.attr_value(dw::DW_AT_const_value).and_then(|value| bits(&value));
            all.extend(value.map(|value| value & mask(size)).zip(self.name(child)));
        })?;
        Some(Shape::Plain(all))
    }

    fn array(&self, entry: &Entry) -> Option<Shape> {
        let mut len = None;
        self.children(entry, |child| {
            let count = child.attr(dw::DW_AT_count).and_then(|count| count.udata_value());
            let bound = child.attr(dw::DW_AT_upper_bound).and_then(|bound| bound.udata_value());
            len = len.or(count).or(bound.map(|bound| bound.saturating_add(1)));
        })?;
        Some(Shape::Array {
            of: self.type_of(entry)?,
            len: len.unwrap_or(0),
        })
    }
}

/// Returns the ones of a number of so many bytes.
pub(crate) fn mask(size: u64) -> u128 {
    match u32::try_from(size.saturating_mul(8)) {
        Ok(bits @ 1..128) => (1 << bits) - 1,
        _ => u128::MAX,
    }
}

fn scalar(entry: &Entry) -> Option<Shape> {
    let AttributeValue::Encoding(encoding) = entry.attr_value(dw::DW_AT_encoding)? else {
        return None;
    };
    Some(match encoding {
        dw::DW_ATE_boolean => Shape::Bool,
        dw::DW_ATE_UTF => Shape::Char,
        dw::DW_ATE_unsigned | dw::DW_ATE_unsigned_char => Shape::Unsigned,
        dw::DW_ATE_signed | dw::DW_ATE_signed_char => Shape::Signed,
        dw::DW_ATE_float => Shape::Float,
        _ => Shape::Opaque,
    })
}

/// Returns the bits of a constant. One of sixteen bytes is a block.
pub(crate) fn bits(value: &AttributeValue<Reader>) -> Option<u128> {
    match value {
        AttributeValue::Block(bytes) => Some(number(bytes.slice())),
        AttributeValue::Exprloc(bytes) => Some(number(bytes.0.slice())),
        AttributeValue::Data16(value) => Some(*value),
        AttributeValue::Sdata(value) => Some(i128::from(*value) as u128),
        other => other.udata_value().map(u128::from),
    }
}
