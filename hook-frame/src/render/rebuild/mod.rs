//! The text of a value becomes an expression that makes the value, for a test that the user keeps.
//!
//! The text is what `Debug` gives, and the type says what it means: `[1, 2]` may be a `Vec` or an array. The types of a
//! struct's fields are not known, so within it `.into()` leaves that to rustc. What cannot be made is a `todo!` with
//! the text in it, so that the test compiles and says what is missing.

mod text;
mod types;

use text::Node;
use types::TypeName;

use super::types::path;

/// Returns an expression for a value of the type `ty` with this text. `krate` is the crate that the expression stands
/// in, and `is_struct` tells whether a name is that of a struct of the crate.
pub fn rebuilt(value: &str, ty: &str, krate: &str, is_struct: &dyn Fn(&str) -> bool) -> String {
    let maker = Maker { krate, is_struct };
    let made = text::read(value).and_then(|node| maker.make(&node, ty));
    made.unwrap_or_else(|| missing(value))
}

/// Returns an expression that stands for a value which cannot be made.
pub fn missing(text: &str) -> String {
    format!("todo!({:?})", text.replace('{', "{{").replace('}', "}}"))
}

struct Maker<'m> {
    krate: &'m str,
    is_struct: &'m dyn Fn(&str) -> bool,
}

impl Maker<'_> {
    fn make(&self, node: &Node<'_>, name: &str) -> Option<String> {
        let ty = TypeName::read(name);
        if let TypeName::Reference { mutable, to } = ty {
            return match (node, to) {
                (Node::Atom(text), "str") => Some((*text).to_owned()),
                _ => Some(format!(
                    "{}{}",
                    if mutable { "&mut " } else { "&" },
                    self.make(node, to)?
                )),
            };
        }
        match (node, ty.last()) {
            (node, "Box" | "Rc" | "Arc") => Some(format!(
                "{}::new({})",
                self.path(name),
                self.make(node, ty.argument(0))?
            )),
            (Node::Struct { fields, .. }, "Cell" | "RefCell" | "Mutex" | "RwLock") => {
                let (_, value) = fields.iter().find(|(field, _)| matches!(*field, "value" | "data"))?;
                Some(format!(
                    "{}::new({})",
                    self.path(name),
                    self.make(value, ty.argument(0))?
                ))
            }
            (Node::Tuple("Some" | "Ok", fields), _) => self.call(node, &[ty.argument(0)], fields),
            (Node::Tuple("Err", fields), _) => self.call(node, &[ty.argument(1)], fields),
            (Node::Atom(text), _) => self.atom(text, ty),
            (Node::Sequence(elements), last) => self.sequence(elements, ty, last),
            (Node::Set(elements), last) => match elements.is_empty() {
                true => Some("Default::default()".to_owned()),
                false if last.is_empty() || last.ends_with("Set") => {
                    Some(format!("[{}].into()", self.all(elements, |_| ty.argument(0))?))
                }
                false => None,
            },
            (Node::Map(entries), _) => {
                let entry = |(key, value): &(Node<'_>, Node<'_>)| {
                    let (key, value) = (self.make(key, ty.argument(0))?, self.make(value, ty.argument(1))?);
                    Some(format!("({key}, {value})"))
                };
                let entries: Option<Vec<_>> = entries.iter().map(entry).collect();
                Some(format!("[{}].into()", entries?.join(", ")))
            }
            (Node::Tuple("", fields), _) => {
                let one = if fields.len() == 1 { "," } else { "" };
                Some(format!("({}{one})", self.all(fields, |at| ty.argument(at))?))
            }
            (Node::Tuple(..) | Node::Struct { .. }, _) => self.of_crate(node, name, ty),
        }
    }

    fn call(&self, node: &Node<'_>, types: &[&str], fields: &[Node<'_>]) -> Option<String> {
        let Node::Tuple(name, _) = node else { return None };
        Some(format!(
            "{name}({})",
            self.all(fields, |at| types.get(at).copied().unwrap_or_default())?
        ))
    }

    fn all<'t>(&self, nodes: &[Node<'_>], ty: impl Fn(usize) -> &'t str) -> Option<String> {
        let made: Option<Vec<_>> = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| self.make(node, ty(at)))
            .collect();
        Some(made?.join(", "))
    }

    fn sequence(&self, elements: &[Node<'_>], ty: TypeName<'_>, last: &str) -> Option<String> {
        let (element, is_array) = match ty {
            TypeName::Array(element) | TypeName::Slice(element) => (element, true),
            _ => (ty.argument(0), false),
        };
        let all = self.all(elements, |_| element)?;
        Some(match last {
            "Vec" => format!("vec![{all}]"),
            _ if is_array => format!("[{all}]"),
            _ if elements.is_empty() => "Default::default()".to_owned(),
            _ => format!("[{all}].into()"),
        })
    }

    /// Makes a number, a text, or a variant without fields.
    fn atom(&self, text: &str, ty: TypeName<'_>) -> Option<String> {
        let first = text.chars().next()?;
        let last = ty.last();
        match first {
            '"' if last == "str" => Some(text.to_owned()),
            '"' => Some(format!("{text}.into()")),
            '\'' => Some(text.to_owned()),
            _ if first.is_ascii_digit() || first == '-' && text[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                let is_number = text.parse::<f64>().is_ok();
                let is_plain = matches!(ty, TypeName::Unknown) || is_primitive(last);
                // Floats without decimals may be shown as integers, which are no floats in Rust.
                let is_float = last.starts_with('f') && text[1..].chars().all(|c| c.is_ascii_digit());
                let point = if is_float { ".0" } else { "" };
                (is_number && is_plain).then(|| format!("{text}{point}"))
            }
            _ => match text {
                "true" | "false" | "None" => Some(text.to_owned()),
                "NaN" | "inf" | "-inf" => {
                    let float = if last == "f32" { "f32" } else { "f64" };
                    let (sign, name) = match text {
                        "NaN" => ("", "NAN"),
                        "inf" => ("", "INFINITY"),
                        _ => ("-", "INFINITY"),
                    };
                    Some(format!("{sign}{float}::{name}"))
                }
                name if is_word(name) => self.named(name, ty),
                _ => None,
            },
        }
    }

    /// Names a struct or a variant: by the type, if that is known, and else as a struct of the crate.
    fn named(&self, name: &str, ty: TypeName<'_>) -> Option<String> {
        match ty {
            TypeName::Path { path, .. } if path.starts_with(&format!("{}::", self.krate)) => {
                let whole = self.path(path);
                Some(if ty.last() == name {
                    whole
                } else {
                    format!("{whole}::{name}")
                })
            }
            // `std::cmp::Ordering::Less` and others of std's are shown by their variants.
            TypeName::Path { path, .. } if path.starts_with("core::cmp::Ordering") => {
                Some(format!("::std::cmp::Ordering::{name}"))
            }
            TypeName::Unknown if (self.is_struct)(name) => Some(name.to_owned()),
            _ => None,
        }
    }

    fn of_crate(&self, node: &Node<'_>, _: &str, ty: TypeName<'_>) -> Option<String> {
        match node {
            Node::Tuple(name, fields) => Some(format!("{}({})", self.named(name, ty)?, self.all(fields, |_| "")?)),
            Node::Struct {
                name,
                fields,
                open: false,
            } => {
                let field = |(field, value): &(&str, Node<'_>)| Some(format!("{field}: {}", self.make(value, "")?));
                let fields: Option<Vec<_>> = fields.iter().map(field).collect();
                Some(format!("{} {{ {} }}", self.named(name, ty)?, fields?.join(", ")))
            }
            _ => None,
        }
    }

    /// Returns the path of a type, without its arguments.
    fn path(&self, name: &str) -> String {
        let bare = name.split('<').next().unwrap_or_default();
        path(bare, self.krate)
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "i8" | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "f32"
            | "f64"
    )
}

#[cfg(test)]
mod tests;
