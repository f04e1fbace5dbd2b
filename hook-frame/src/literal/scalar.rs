//! Numbers, strings, characters and the words that are values are read from single tokens.

use litrs::Literal as Token;

use super::{Literal, LiteralError};

const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];
const FLOATS: [&str; 2] = ["f32", "f64"];

/// Reads one literal token.
pub(super) fn read(token: &str) -> Result<Literal, LiteralError> {
    let wrong = |error: &dyn std::fmt::Display| LiteralError::Syntax(format!("`{token}` cannot be read: {error}"));
    match Token::parse(token).map_err(|error| wrong(&error))? {
        Token::Bool(value) => Ok(Literal::Bool(value.value())),
        Token::Char(value) if value.suffix().is_empty() => Ok(Literal::Char(value.value())),
        Token::String(value) if value.suffix().is_empty() => Ok(Literal::Str(value.value().to_owned())),
        Token::ByteString(value) if value.suffix().is_empty() => Ok(Literal::Bytes(value.value().to_owned())),
        Token::Byte(value) if value.suffix().is_empty() => Ok(Literal::Int {
            negative: false,
            magnitude: value.value().into(),
            suffix: "u8",
        }),
        Token::Integer(value) => {
            let suffix = value.suffix();
            if FLOATS.contains(&suffix) {
                let digits = value.raw_main_part().replace('_', "");
                return float(&digits, suffix).ok_or_else(|| wrong(&"it is no number"));
            }
            let magnitude = value.value::<u128>().ok_or_else(|| LiteralError::Range {
                number: value.raw_input().to_owned(),
                ty: "any integer".to_owned(),
            })?;
            let suffix =
                known(suffix, &INTEGERS).ok_or_else(|| wrong(&format_args!("`{suffix}` is no integer type")))?;
            Ok(Literal::Int {
                negative: false,
                magnitude,
                suffix,
            })
        }
        Token::Float(value) => {
            let digits = value.number_part().replace('_', "");
            float(&digits, value.suffix()).ok_or_else(|| wrong(&"it is no number"))
        }
        _ => Err(wrong(&"it is no value")),
    }
}

/// Reads a text that is one scalar or string and nothing else. Returns `None` if it is not.
pub(super) fn single(text: &str) -> Option<Literal> {
    if text == "null" {
        return Some(Literal::Null);
    }
    match text.strip_prefix('-') {
        Some(number) => negate(read(number.trim_start()).ok()?).ok(),
        None => read(text).ok(),
    }
}

fn known(suffix: &str, of: &[&'static str]) -> Option<&'static str> {
    if suffix.is_empty() {
        return Some("");
    }
    of.iter().find(|known| **known == suffix).copied()
}

fn float(digits: &str, suffix: &str) -> Option<Literal> {
    let value: f64 = digits.parse().ok()?;
    // A number that is too large for its type is refused rather than taken for infinity.
    let fits = value.is_finite() && (suffix != "f32" || (value as f32).is_finite());
    Some(Literal::Float {
        value: fits.then_some(value)?,
        suffix: known(suffix, &FLOATS)?,
    })
}

/// Negates a number.
pub(super) fn negate(number: Literal) -> Result<Literal, LiteralError> {
    match number {
        Literal::Int {
            negative: false,
            magnitude,
            suffix,
        } => Ok(Literal::Int {
            negative: magnitude > 0,
            magnitude,
            suffix,
        }),
        Literal::Float { value, suffix } if value.is_sign_positive() => Ok(Literal::Float { value: -value, suffix }),
        other => Err(LiteralError::Syntax(format!("`-` before {}", other.kind()))),
    }
}

/// Returns the value of a word that is one, as Rust, JSON or `Debug` spell it.
pub(super) fn word(segments: &[&str]) -> Option<Literal> {
    let float = |value, suffix| Some(Literal::Float { value, suffix });
    let typed = |suffix: &str| known(suffix, &FLOATS);
    match *segments {
        ["true"] => Some(Literal::Bool(true)),
        ["false"] => Some(Literal::Bool(false)),
        ["null"] => Some(Literal::Null),
        ["NaN"] => float(f64::NAN, ""),
        ["inf"] => float(f64::INFINITY, ""),
        [ty, "NAN"] => float(f64::NAN, typed(ty)?),
        [ty, "INFINITY"] => float(f64::INFINITY, typed(ty)?),
        [ty, "NEG_INFINITY"] => float(f64::NEG_INFINITY, typed(ty)?),
        _ => None,
    }
}
