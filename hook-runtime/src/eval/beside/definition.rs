//! The definition of a struct or an enum, as far as code that stands beside it has to know it.

/// A definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// The attributes `#[cfg(..)]` of the definition.
    pub(crate) cfgs: String,
    pub(crate) params: Vec<Param>,
    /// The tokens behind `where`.
    pub(crate) bounds: String,
    pub(crate) shape: Shape,
    /// The byte behind the definition.
    pub(crate) end: usize,
    /// Whether the type derives a `Debug`.
    pub(crate) has_debug: bool,
    /// Whether the fields cannot be borrowed.
    pub(crate) is_packed: bool,
}

/// A parameter of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Param {
    pub(crate) name: String,
    /// The declaration of the parameter, without a default.
    pub(crate) declared: String,
    pub(crate) is_type: bool,
}

/// The fields or variants of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Struct(Fields),
    Enum(Vec<Variant>),
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) cfgs: String,
    pub(crate) name: String,
    pub(crate) fields: Fields,
}

/// The fields of a struct or a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    Unit,
    Tuple(Vec<Field>),
    Named(Vec<Field>),
}

/// A field. A field without a name goes by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) cfgs: String,
    pub(crate) name: String,
    pub(crate) ty: String,
}

impl Definition {
    /// Returns the types of all fields.
    pub(crate) fn field_types(&self) -> impl Iterator<Item = &str> {
        let shapes: Vec<&Fields> = match &self.shape {
            Shape::Struct(fields) => vec![fields],
            Shape::Enum(variants) => variants.iter().map(|variant| &variant.fields).collect(),
        };
        shapes.into_iter().flat_map(Fields::all).map(|field| &*field.ty)
    }

    /// Returns the declaration of the type's parameters, and the type with them: `<T: Ord>`, `Tree<T>`.
    pub(crate) fn generics(&self) -> (String, String) {
        if self.params.is_empty() {
            return (String::new(), self.name.clone());
        }
        let declared: Vec<&str> = self.params.iter().map(|param| &*param.declared).collect();
        let names: Vec<&str> = self.params.iter().map(|param| &*param.name).collect();
        (
            format!("<{}>", declared.join(", ")),
            format!("{}<{}>", self.name, names.join(", ")),
        )
    }
}

impl Fields {
    pub(crate) fn all(&self) -> &[Field] {
        match self {
            Fields::Unit => &[],
            Fields::Tuple(fields) | Fields::Named(fields) => fields,
        }
    }
}
