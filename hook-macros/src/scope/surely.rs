//! What the syntax of a type, or of an initial value, says for sure.

use syn::{Expr, Lit, Type, UnOp};

/// The primitive types that are `Copy` and have a size. A type of the user's that has one of these names is taken for
/// it.
const PRIMITIVE: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool",
    "char",
];

/// Returns whether a binding of this type, or with this initial value, is surely `Copy`.
pub(super) fn surely_copy(ty: Option<&Type>, init: Option<&Expr>) -> bool {
    match ty {
        Some(Type::Path(path)) => path
            .path
            .get_ident()
            .is_some_and(|ident| PRIMITIVE.contains(&ident.to_string().as_str())),
        Some(_) => false,
        None => init.is_some_and(is_literal),
    }
}

fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::Lit(lit) => !matches!(lit.lit, Lit::Verbatim(_)),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_literal(&unary.expr),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        let check = |ty: &str, expected: bool| {
            assert_eq!(surely_copy(Some(&syn::parse_str(ty).unwrap()), None), expected, "{ty}");
        };
        check("u8", true);
        check("Vec<u8>", false);
        check("&u8", false);
        check("mine::u8", false);
        check("<T as Trait>::u8", false);
    }

    #[test]
    fn values() {
        let check = |value: &str, expected: bool| {
            assert_eq!(
                surely_copy(None, Some(&syn::parse_str(value).unwrap())),
                expected,
                "{value}"
            );
        };
        check("-1", true);
        check("\"a\"", true);
        check("!true", false);
        check("f()", false);
    }
}
