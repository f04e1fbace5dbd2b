//! Values as their `Debug` would write them.

mod hash;
mod members;
mod std_types;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use members::{elements, member};
use std_types::known;

use std::cell::Cell;
use std::fmt::{self, Debug, Formatter};

use crate::memory::{number, signed};
use crate::object::Object;
use crate::types::{Shape, Type, TypeId, shown_name};

/// What is deeper within a value is not written.
const DEEPEST: usize = 24;

impl Debug for Object {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.depth > DEEPEST {
            return f.write_str("..");
        }
        match known(self) {
            Some(known) => known.fmt(f),
            None => plain(self, f),
        }
    }
}

/// Writes a value of a type of which nothing is known but what debug information says.
fn plain(object: &Object, f: &mut Formatter<'_>) -> fmt::Result {
    let ty = object.ty();
    match &ty.shape {
        _ if ty.name == "()" => f.write_str("()"),
        Shape::Bool | Shape::Char | Shape::Unsigned | Shape::Signed | Shape::Float => scalar(object, &ty, f),
        Shape::Struct(_) => structure(object, &ty, f),
        Shape::Enum(_) if ty.name.starts_with('{') => f.write_str("<future>"),
        Shape::Enum(_) => {
            let live = object.live();
            // std shows what it borrows or owns.
            if let ("Cow", Some(held)) = (ty.base_name(), live.path(&["__0"])) {
                return held.fmt(f);
            }
            match live.ty() {
                // The tag is that of no variant.
                same if same == ty => f.write_str("<invalid>"),
                variant => structure(&live, &variant, f),
            }
        }
        Shape::Plain(all) => {
            let bits = object.bytes(ty.size).map(|bytes| number(&bytes));
            match bits.map(|bits| all.iter().find(|(value, _)| *value == bits)) {
                Some(Some((_, name))) => f.write_str(name),
                Some(None) => f.write_str("<invalid>"),
                None => unreadable(f),
            }
        }
        Shape::Pointer(_) => match object.number() {
            Some(address) => write!(f, "{address:#x}"),
            None => unreadable(f),
        },
        Shape::Array { of, len } => Elements::new(object, *of, *len).fmt(f),
        Shape::Union(_) | Shape::Opaque => write!(f, "<{}>", shown_name(&*object.reading.types, object.ty)),
    }
}

fn unreadable(f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("<not readable>")
}

fn scalar(object: &Object, ty: &Type, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(bytes) = object.bytes(ty.size) else {
        return unreadable(f);
    };
    let bits = number(&bytes);
    match (&ty.shape, ty.size) {
        (Shape::Bool, _) => match bits {
            0 => f.write_str("false"),
            1 => f.write_str("true"),
            _ => f.write_str("<invalid>"),
        },
        (Shape::Char, _) => match u32::try_from(bits).ok().and_then(char::from_u32) {
            Some(c) => c.fmt(f),
            None => f.write_str("<invalid>"),
        },
        (Shape::Signed, _) => signed(&bytes).fmt(f),
        (Shape::Float, 4) => f32::from_bits(bits as u32).fmt(f),
        (Shape::Float, 8) => f64::from_bits(bits as u64).fmt(f),
        (Shape::Float, _) => write!(f, "<{}>", ty.name),
        _ => bits.fmt(f),
    }
}

/// Writes a struct as a derived `Debug` does.
fn structure(object: &Object, ty: &Type, f: &mut Formatter<'_>) -> fmt::Result {
    let name = ty.base_name();
    let fields = ty.fields();
    let is_tuple = ty.name.starts_with('(');
    if ty.name.starts_with('{') {
        return f.write_str("<closure>");
    }
    if fields.is_empty() {
        return f.write_str(if is_tuple { "()" } else { name });
    }
    if fields.iter().all(|field| field.name.starts_with("__")) {
        let mut tuple = f.debug_tuple(if is_tuple { "" } else { name });
        for field in fields {
            tuple.field(&object.field(field));
        }
        return tuple.finish();
    }
    let mut structure = f.debug_struct(name);
    for field in fields {
        structure.field(&field.name, &object.field(field));
    }
    structure.finish()
}

/// Elements of one type that lie one behind the other.
pub(crate) struct Elements {
    /// It begins where the first one does.
    start: Object,
    of: TypeId,
    pub(crate) len: u64,
}

impl Elements {
    pub(crate) fn new(start: &Object, of: TypeId, len: u64) -> Elements {
        Elements {
            start: start.clone(),
            of,
            len,
        }
    }

    pub(crate) fn get(&self, index: u64) -> Option<Object> {
        let size = self.start.reading.types.get(self.of).size;
        let offset = size.checked_mul(index)?;
        (index < self.len).then(|| self.start.at(self.of, offset))
    }
}

impl Debug for Elements {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        let written = Cell::new(0);
        for index in 0..self.len {
            let Some(element) = self.get(index) else { break };
            // What cannot be read at its beginning is no list, however long it says that it is.
            if element.bytes(element.ty().size.min(1)).is_none() {
                list.entry(&format_args!("<not readable>"));
                break;
            }
            list.entry(&Counted(&element, &written));
            // The writer takes no more, so nothing else is read.
            if written.get() <= index {
                break;
            }
        }
        list.finish()
    }
}

/// Counts the values that were written.
struct Counted<'c>(&'c Object, &'c Cell<u64>);

impl Debug for Counted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        self.1.set(self.1.get() + 1);
        Ok(())
    }
}
