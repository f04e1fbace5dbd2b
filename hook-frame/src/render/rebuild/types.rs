//! The name of a type is taken apart: its path, and the types that it is made of.

/// A type as `std::any::type_name` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeName<'t> {
    /// It is not known.
    Unknown,
    Reference {
        mutable: bool,
        to: &'t str,
    },
    Slice(&'t str),
    Array(&'t str),
    Tuple(&'t str),
    /// A path without its arguments, and the arguments as text.
    Path {
        path: &'t str,
        arguments: &'t str,
    },
}

impl<'t> TypeName<'t> {
    pub(super) fn read(name: &'t str) -> Self {
        let name = name.trim();
        if let Some(to) = name.strip_prefix('&') {
            return match to.strip_prefix("mut ") {
                Some(to) => TypeName::Reference { mutable: true, to },
                None => TypeName::Reference { mutable: false, to },
            };
        }
        if let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return match split(inner, ';').as_slice() {
                [element, _] => TypeName::Array(element),
                _ => TypeName::Slice(inner),
            };
        }
        if let Some(inner) = name.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            return TypeName::Tuple(inner);
        }
        match name.split_once('<') {
            _ if name.is_empty() => TypeName::Unknown,
            Some((path, rest)) => TypeName::Path {
                path,
                arguments: rest.strip_suffix('>').unwrap_or_default(),
            },
            None => TypeName::Path {
                path: name,
                arguments: "",
            },
        }
    }

    /// Returns the last segment of the path.
    pub(super) fn last(&self) -> &'t str {
        match self {
            TypeName::Path { path, .. } => path.rsplit("::").next().unwrap_or_default(),
            _ => "",
        }
    }

    /// Returns an argument of the type, or nothing if there is none of that number.
    pub(super) fn argument(&self, number: usize) -> &'t str {
        let arguments = match self {
            TypeName::Path { arguments, .. } | TypeName::Tuple(arguments) => arguments,
            _ => "",
        };
        split(arguments, ',').get(number).copied().unwrap_or_default()
    }
}

/// Splits a text at a mark that is not within brackets.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in text.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if !text[..at].ends_with('-') => depth -= 1,
            ')' | ']' => depth -= 1,
            c if c == mark && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |name, expected| assert_eq!(TypeName::read(name), expected);
        check(
            "i32",
            TypeName::Path {
                path: "i32",
                arguments: "",
            },
        );
        check(
            "a::B<c::D<e>, f>",
            TypeName::Path {
                path: "a::B",
                arguments: "c::D<e>, f",
            },
        );
        check(
            "&mut [u8]",
            TypeName::Reference {
                mutable: true,
                to: "[u8]",
            },
        );
        check("[[u8; 2]; 3]", TypeName::Array("[u8; 2]"));
        check("[(a, b)]", TypeName::Slice("(a, b)"));
        check("(a<b, c>, d)", TypeName::Tuple("a<b, c>, d"));
        check("", TypeName::Unknown);
    }

    #[test]
    fn arguments() {
        let ty = TypeName::read("m::Map<(a, b), fn(c) -> d<e>>");
        assert_eq!(
            (ty.last(), ty.argument(0), ty.argument(1), ty.argument(2)),
            ("Map", "(a, b)", "fn(c) -> d<e>", "")
        );
        assert_eq!(TypeName::read("(a, b)").argument(1), "b");
    }
}
