//! What can be named within a value.

use super::Elements;
use super::std_types::{Known, known};
use crate::object::Object;
use crate::types::Shape;

/// So many references are followed.
const MOST: usize = 64;

/// Returns a field by its name, or by its number in a tuple. What points at a value has the fields of that.
pub(crate) fn member(object: &Object, name: &str) -> Option<Object> {
    let of_tuple = format!("__{name}");
    let mut object = object.live();
    for _ in 0..MOST {
        // A pointer of std has fields, too, which are nobody's business.
        if let Some(Known::Inside(next)) = known(&object) {
            object = next.live();
            continue;
        }
        let ty = object.ty();
        let field = ty.field(name).or_else(|| ty.field(&of_tuple))?;
        return Some(object.field(field));
    }
    None
}

/// Returns the elements of an array, a slice or a vector.
pub(crate) fn elements(object: &Object) -> Option<Elements> {
    let mut object = object.clone();
    for _ in 0..MOST {
        if let Shape::Array { of, len } = object.ty().shape {
            return Some(Elements::new(&object, of, len));
        }
        match known(&object)? {
            Known::List(elements) => return Some(elements),
            Known::Inside(next) => object = next,
            _ => return None,
        }
    }
    None
}
