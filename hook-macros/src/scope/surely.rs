//! What the syntax of a type, or of an initial value, says for sure, whatever the names in it that are not std's mean.

use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, GenericArgument, Lit, Path, PathArguments, Token, Type};

/// The primitive types that are `Copy` and have a size.
const PRIMITIVE: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool",
    "char",
];

/// Types of std whose `Debug` asks for no more than that of their arguments.
const OF_STD: [&str; 17] = [
    "str", "String", "Vec", "VecDeque", "Option", "Result", "Box", "Rc", "Arc", "HashMap", "HashSet", "BTreeMap",
    "BTreeSet", "Path", "PathBuf", "OsString", "Duration",
];

/// Returns whether a binding of this type, or with this initial value, is surely `Copy`.
pub(super) fn surely_copy(ty: Option<&Type>, init: Option<&Expr>) -> bool {
    match ty {
        Some(Type::Path(path)) => path
            .path
            .get_ident()
            .is_some_and(|ident| PRIMITIVE.contains(&ident.to_string().as_str())),
        Some(_) => false,
        None => match init {
            Some(Expr::Lit(lit)) => !matches!(lit.lit, Lit::Verbatim(_)),
            Some(Expr::Unary(unary)) => {
                unary.op.to_token_stream().to_string() == "-" && surely_copy(None, Some(&unary.expr))
            }
            _ => false,
        },
    }
}

/// Returns whether the type of a binding of this type, or with this initial value, surely has no lifetime in it but
/// those of references. An impl for it then holds for all lifetimes or for none.
pub(super) fn surely_no_lifetimes(ty: Option<&Type>, init: Option<&Expr>) -> bool {
    match (ty, init) {
        (Some(ty), _) => of_type(ty),
        (None, init) => init.is_some_and(of_value),
    }
}

fn of_type(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => of_type(&array.elem),
        Type::Slice(slice) => of_type(&slice.elem),
        Type::Reference(reference) => of_type(&reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(of_type),
        Type::Paren(paren) => of_type(&paren.elem),
        Type::Group(group) => of_type(&group.elem),
        Type::Path(path) => path.qself.is_none() && of_path(&path.path),
        _ => false,
    }
}

fn of_path(path: &Path) -> bool {
    let Some(last) = path.segments.last() else { return false };
    let first = &path.segments[0].ident;
    let name = last.ident.to_string();
    let known = match path.segments.len() {
        1 => PRIMITIVE.contains(&name.as_str()) || OF_STD.contains(&name.as_str()),
        _ => OF_STD.contains(&name.as_str()) && ["std", "core", "alloc"].iter().any(|root| first == root),
    };
    let arguments = match &last.arguments {
        PathArguments::None => true,
        PathArguments::AngleBracketed(given) => {
            let of_argument = |argument: &_| matches!(argument, GenericArgument::Type(ty) if of_type(ty));
            given.args.iter().all(of_argument)
        }
        PathArguments::Parenthesized(_) => false,
    };
    known && arguments
}

fn of_value(value: &Expr) -> bool {
    match value {
        Expr::Lit(lit) => !matches!(lit.lit, Lit::Verbatim(_)),
        Expr::Array(array) => !array.elems.is_empty() && array.elems.iter().all(of_value),
        Expr::Repeat(repeat) => of_value(&repeat.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(of_value),
        Expr::Reference(reference) => of_value(&reference.expr),
        Expr::Unary(unary) => unary.op.to_token_stream().to_string() == "-" && of_value(&unary.expr),
        Expr::Paren(paren) => of_value(&paren.expr),
        Expr::Group(group) => of_value(&group.expr),
        Expr::Macro(mac) if mac.mac.path.is_ident("format") => true,
        Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
            let elements = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.mac.tokens.clone());
            let repeated = |input: syn::parse::ParseStream<'_>| {
                let element: Expr = input.parse()?;
                input.parse::<Token![;]>()?;
                input.parse::<Expr>()?;
                Ok(element)
            };
            match elements {
                Ok(elements) => !elements.is_empty() && elements.iter().all(of_value),
                Err(_) => repeated
                    .parse2(mac.mac.tokens.clone())
                    .is_ok_and(|element| of_value(&element)),
            }
        }
        Expr::Call(call) => {
            let of = call.func.to_token_stream().to_string();
            matches!(of.as_str(), "String :: new" | "String :: from")
        }
        Expr::MethodCall(call) => {
            let of_text = matches!(&*call.receiver, Expr::Lit(lit) if matches!(lit.lit, Lit::Str(_)));
            of_text && (call.method == "to_string" || call.method == "to_owned")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_in_types() {
        let check = |ty: &str, expected: bool| {
            let ty: Type = syn::parse_str(ty).unwrap();
            assert_eq!(
                surely_no_lifetimes(Some(&ty), None),
                expected,
                "{}",
                ty.to_token_stream()
            );
        };
        check("&'a str", true);
        check("Vec<Option<u8>>", true);
        check("&mut [std::collections::BTreeMap<String, (u8, &str)>; 2]", true);
        check("Held<'_>", false);
        // Whether `Held` has hidden ones, only rustc knows.
        check("Held", false);
        check("&mut [Option<a::Held<'static>>]", false);
        check("Gen<&str>", false);
        check("mine::Vec<u8>", false);
        check("Box<dyn Fn() -> u8>", false);
        check("&dyn Shape", false);
        check("impl Shape", false);
        check("<T as Trait>::Out", false);
    }

    #[test]
    fn lifetimes_in_values() {
        let check = |value: &str, expected: bool| {
            let value: Expr = syn::parse_str(value).unwrap();
            assert_eq!(
                surely_no_lifetimes(None, Some(&value)),
                expected,
                "{}",
                value.to_token_stream()
            );
        };
        check("-1", true);
        check("(1, \"a\", [2.5; 3])", true);
        check("vec![vec![1, 2], vec![3; n]]", true);
        check("\"a\".to_owned()", true);
        check("String::new()", true);
        check("format!(\"{a}\")", true);
        // What comes into it later may have some.
        check("Vec::new()", false);
        check("vec![]", false);
        check("None", false);
        check("[None; 2]", false);
        check("(1, held())", false);
    }
}
