//! Where `:doc` looks for a method that is named behind a value: `:doc cart.total`.

use crate::render;

/// A name to look for: in the hook's crate and in std, and in the crate of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) name: String,
    pub(super) with_crate: String,
}

/// Takes an expression and the name of a method behind it apart. The arguments of a call are left out.
pub(super) fn method_behind(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let text = match text.ends_with(')') {
        true => &text[..begin_of_group(text)?],
        false => text,
    };
    let (receiver, method) = text.rsplit_once('.')?;
    let method = method.split("::").next()?.trim();
    let is_name = method.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && method.chars().all(|c| c.is_alphanumeric() || c == '_');
    let receiver = receiver.trim();
    (is_name && !receiver.is_empty() && !receiver.ends_with('.')).then_some((receiver, method))
}

/// Returns where the last group of a text begins.
fn begin_of_group(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut begin = text.char_indices().rev().map_while(|(at, c)| {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        (depth >= 0).then_some((at, depth))
    });
    begin.find(|(_, depth)| *depth == 0).map(|(at, _)| at)
}

/// Returns the names that a method of a type may have, in the order in which rustc looks for it: that of the type
/// itself first, then of what it dereferences to. A method of an iterator is last, for anything may be one.
pub(super) fn names(ty: &str, method: &str) -> Vec<Names> {
    let mut names = Vec::new();
    let mut next = Some(ty);
    while let Some(ty) = next {
        let ty = without_reference(ty);
        let target = match ty.strip_prefix('[') {
            Some(_) => {
                names.push(Names::of("slice", "slice", method));
                break;
            }
            None => bare(ty),
        };
        names.push(Names::of(&target, &of_type(ty), method));
        next = match &*target {
            "String" => Some("str"),
            "Vec" => Some("[]"),
            "Box" | "Rc" | "Arc" | "Pin" | "Cow" | "Ref" | "RefMut" | "MutexGuard" | "RwLockReadGuard"
            | "RwLockWriteGuard" => first_argument(ty),
            _ => None,
        };
    }
    names.push(Names::of("Iterator", "Iterator", method));
    names
}

impl Names {
    fn of(ty: &str, with_crate: &str, method: &str) -> Names {
        Names {
            name: format!("{ty}::{method}"),
            with_crate: format!("{with_crate}::{method}"),
        }
    }
}

/// Returns the first argument of a generic type that is no lifetime.
fn first_argument(ty: &str) -> Option<&str> {
    let inside = ty.split_once('<')?.1.strip_suffix('>')?;
    let mut depth = 0;
    let mut arguments = inside.split(|c| {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    arguments
        .find(|argument| !argument.trim().starts_with('\''))
        .map(str::trim)
}

fn without_reference(ty: &str) -> &str {
    let path = ty.trim_start_matches(['&', '*']);
    let path = path.trim_start_matches("mut ").trim_start_matches("const ");
    path.strip_prefix("dyn ").unwrap_or(path)
}

/// Returns the name of a type without references, pointers and generics.
pub(super) fn bare(ty: &str) -> String {
    let short = render::short(ty);
    let name = without_reference(&short);
    let end = name
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    name[..end].to_owned()
}

/// Returns the crate of a type and its name, without what is between: `regex::Regex`.
pub(super) fn of_type(ty: &str) -> String {
    match without_reference(ty).split_once("::") {
        Some((krate, _)) => format!("{krate}::{}", bare(ty)),
        None => bare(ty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_methods() {
        let check = |text, expected| assert_eq!(method_behind(text), expected, "{text}");
        check("cart.total", Some(("cart", "total")));
        check("cart.total()", Some(("cart", "total")));
        check(
            "cart.items(1)[0].price(f(2), \"a\")",
            Some(("cart.items(1)[0]", "price")),
        );
        check("(a + b).abs", Some(("(a + b)", "abs")));
        check("v.iter::<u8>", Some(("v", "iter")));
        check("total", None);
        check("f(1)", None);
        check("1.5", None);
        check("0..n", None);
        check(".total", None);
        check("a)", None);
        check("", None);
    }

    #[test]
    fn names_of_a_method() {
        let check = |ty, expected: &[(&str, &str)]| {
            let found = names(ty, "m");
            let found: Vec<_> = found.iter().map(|names| (&*names.name, &*names.with_crate)).collect();
            assert_eq!(found, expected, "{ty}");
        };
        let iterator = ("Iterator::m", "Iterator::m");
        check("&mut shop::cart::Cart", &[("Cart::m", "shop::Cart::m"), iterator]);
        check("i32", &[("i32::m", "i32::m"), iterator]);
        check(
            "alloc::string::String",
            &[("String::m", "alloc::String::m"), ("str::m", "str::m"), iterator],
        );
        check("[u8; 4]", &[("slice::m", "slice::m"), iterator]);
        check(
            "alloc::sync::Arc<alloc::vec::Vec<(u8, u8)>>",
            &[
                ("Arc::m", "alloc::Arc::m"),
                ("Vec::m", "alloc::Vec::m"),
                ("slice::m", "slice::m"),
                iterator,
            ],
        );
        check(
            "std::sync::MutexGuard<'_, shop::Cart>",
            &[
                ("MutexGuard::m", "std::MutexGuard::m"),
                ("Cart::m", "shop::Cart::m"),
                iterator,
            ],
        );
        check(
            "alloc::boxed::Box<dyn shop::Priced>",
            &[("Box::m", "alloc::Box::m"), ("Priced::m", "shop::Priced::m"), iterator],
        );
    }

    #[test]
    fn names_of_types() {
        assert_eq!(bare("&mut shop::Prices<alloc::string::String>"), "Prices");
        assert_eq!(bare("&str"), "str");
        assert_eq!(
            of_type("&mut shop::prices::Prices<alloc::string::String>"),
            "shop::Prices"
        );
        assert_eq!(of_type("&str"), "str");
    }
}
