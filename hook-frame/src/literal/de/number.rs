//! A number is read as any type that it fits, but a suffix must be that of the type.

use serde::de::{Expected, Visitor};

use super::{Literal, LiteralError, Result};

/// Returns an integer of the type that is asked for. Messages name `expected` rather than `T`, since serde has `usize`
/// ask for a `u64`.
fn integer<T: TryFrom<u128> + TryFrom<i128>>(literal: &Literal, expected: &dyn Expected) -> Result<T> {
    let Literal::Int {
        negative,
        magnitude,
        suffix,
    } = *literal
    else {
        return Err(literal.mismatch(expected));
    };
    let ty = expected.to_string();
    if !ty.ends_with(suffix) {
        return Err(literal.mismatch(expected));
    }
    let value = if negative {
        0_i128
            .checked_sub_unsigned(magnitude)
            .and_then(|value| T::try_from(value).ok())
    } else {
        T::try_from(magnitude).ok()
    };
    value.ok_or_else(|| LiteralError::Range {
        number: literal.digits(),
        ty,
    })
}

macro_rules! integers {
    ($($ty:ident)*) => {$(
        pub(super) fn $ty(literal: &Literal, expected: &dyn Expected) -> Result<$ty> {
            integer(literal, expected)
        }
    )*};
}

// What a program reads is generic, and this is not: so the code of `integer` stands in this crate alone.
integers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 }

/// Returns a float of half the size.
pub(super) fn single(literal: &Literal, expected: &dyn Expected) -> Result<f32> {
    let value = float(literal, expected)?;
    let single = value as f32;
    if value.is_finite() && single.is_infinite() {
        return Err(LiteralError::Range {
            number: format!("{value:e}"),
            ty: expected.to_string(),
        });
    }
    Ok(single)
}

/// Returns a float. An integer without a suffix is taken for one, as in JSON.
pub(super) fn float(literal: &Literal, expected: &dyn Expected) -> Result<f64> {
    match literal {
        Literal::Float { value, suffix } if expected.to_string().ends_with(suffix) => Ok(*value),
        Literal::Int {
            negative,
            magnitude,
            suffix: "",
        } => Ok(*magnitude as f64 * if *negative { -1.0 } else { 1.0 }),
        other => Err(other.mismatch(expected)),
    }
}

/// Returns an integer to a type that takes any.
pub(super) fn any<'de, V: Visitor<'de>>(literal: &Literal, visitor: V) -> Result<V::Value> {
    let any = "one integer or another";
    if let Ok(value) = u64(literal, &any) {
        return visitor.visit_u64(value);
    }
    if let Ok(value) = i64(literal, &any) {
        return visitor.visit_i64(value);
    }
    if let Ok(value) = u128(literal, &any) {
        return visitor.visit_u128(value);
    }
    visitor.visit_i128(i128(literal, &"i128")?)
}

pub(super) fn byte(byte: u8) -> Literal {
    Literal::Int {
        negative: false,
        magnitude: byte.into(),
        suffix: "",
    }
}
