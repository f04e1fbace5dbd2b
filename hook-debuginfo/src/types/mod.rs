//! Types, as debug information describes them.

mod read;
mod vtables;

pub(crate) use read::{EntryReader, TypeReader, bits, mask};

use std::rc::Rc;

/// Names a type: the number of the unit that describes it, and where in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TypeId {
    pub(crate) unit: usize,
    pub(crate) offset: usize,
}

/// What is known of a type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Type {
    /// The name as rustc writes it, without the path of the type itself, or nothing for an array: `Vec<shop::Order,
    /// alloc::alloc::Global>`.
    pub(crate) name: String,
    /// The size in bytes.
    pub(crate) size: u64,
    pub(crate) shape: Shape,
    /// The type arguments that it was made for, with the names of the parameters.
    pub(crate) arguments: Vec<(String, TypeId)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Bool,
    Char,
    Unsigned,
    Signed,
    Float,
    /// A struct, a tuple, or a variant of an enum.
    Struct(Vec<Field>),
    /// An enum whose variants have fields.
    Enum(Variants),
    /// An enum without fields: the bits of each variant, and its name.
    Plain(Vec<(u128, String)>),
    /// A reference, a box or a raw pointer. A function has no type that it leads to.
    Pointer(Option<TypeId>),
    Array {
        of: TypeId,
        len: u64,
    },
    Union(Vec<Field>),
    /// Nothing is known but the name.
    Opaque,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: TypeId,
    /// It begins at this byte.
    pub(crate) offset: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variants {
    /// The tag that says which variant there is. An enum of one variant has none.
    pub(crate) tag: Option<Field>,
    pub(crate) all: Vec<Variant>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    /// The bits of the tag for this variant. The variant that has none is there for all other tags.
    pub(crate) tag: Option<u128>,
    pub(crate) fields: Field,
}

/// Where types are looked up.
pub(crate) trait Types {
    /// Returns what is known of a type. What cannot be read is opaque.
    fn get(&self, id: TypeId) -> Rc<Type>;

    /// Returns the type whose methods a table has that lies at an address. `None` if that is not known.
    fn of_vtable(&self, address: u64) -> Option<TypeId>;
}

/// Returns the name of a type for users. An array has none of its own, and some type arguments are left out by
/// everybody.
pub(crate) fn shown_name(types: &dyn Types, id: TypeId) -> String {
    let ty = types.get(id);
    match ty.shape {
        Shape::Array { of, len } => format!("[{}; {len}]", shown_name(types, of)),
        _ if ty.name.starts_with("{closure_env") => "closure".to_owned(),
        _ if ty.name.starts_with("{async") => "future".to_owned(),
        _ => ty
            .name
            .replace(", alloc::alloc::Global", "")
            .replace(", std::hash::random::RandomState", ""),
    }
}

impl Type {
    fn unknown() -> Type {
        Type {
            name: "?".into(),
            size: 0,
            shape: Shape::Opaque,
            arguments: Vec::new(),
        }
    }

    /// Returns the name without path and type arguments: `Vec`.
    pub(crate) fn base_name(&self) -> &str {
        let end = self.name.find('<').unwrap_or(self.name.len());
        self.name[..end].rsplit("::").next().unwrap_or_default()
    }

    /// Returns the fields of a struct. All other types have none.
    pub(crate) fn fields(&self) -> &[Field] {
        match &self.shape {
            Shape::Struct(fields) => fields,
            _ => &[],
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    pub(crate) fn argument(&self, name: &str) -> Option<TypeId> {
        let mut arguments = self.arguments.iter();
        arguments.find(|(parameter, _)| parameter == name).map(|(_, ty)| *ty)
    }
}
