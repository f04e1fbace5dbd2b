//! The `FromStr` of a type reads a literal from its text. `FromStr` permits more than Rust does (that of `String` takes
//! `5`), so for types that have literals of their own the literal must be of that kind.

use super::{Literal, LiteralError};

impl Literal {
    /// Returns the text that the `FromStr` of `ty` is to read. `ty` is the name that `std::any::type_name` gives.
    ///
    /// # Errors
    ///
    /// This fails if the literal is no scalar, or not of `ty`'s kind.
    pub(crate) fn plain_text(&self, ty: &str) -> Result<String, LiteralError> {
        let short = crate::render::short(ty);
        let (fits, text) = match (self, Kind::of(ty)) {
            (Literal::Int { suffix, .. }, Kind::Integer) => (suffix.is_empty() || *suffix == ty, self.digits()),
            (Literal::Int { suffix, .. }, Kind::Float) => (suffix.is_empty(), self.digits()),
            (Literal::Float { suffix, value }, Kind::Float) => (suffix.is_empty() || *suffix == ty, value.to_string()),
            (Literal::Bool(value), Kind::Bool) => (true, value.to_string()),
            (Literal::Char(value), Kind::Char) => (true, value.to_string()),
            (Literal::Str(value), Kind::String | Kind::Other) => (true, value.clone()),
            (Literal::Empty, Kind::String) => (true, String::new()),
            (Literal::Int { .. }, Kind::Other) => (true, self.digits()),
            (Literal::Float { value, .. }, Kind::Other) => (true, value.to_string()),
            (Literal::Char(value), Kind::Other) => (true, value.to_string()),
            (Literal::Bool(value), Kind::Other) => (true, value.to_string()),
            _ => (false, String::new()),
        };
        if fits {
            return Ok(text);
        }
        if matches!(Kind::of(ty), Kind::Other) {
            return Err(LiteralError::NoDeserialize { ty: short });
        }
        Err(LiteralError::Mismatch {
            expected: short,
            found: self.kind(),
        })
    }

    /// Makes the error that says that the `FromStr` of `ty` refused the text.
    pub fn refusal(&self, text: String, ty: &str) -> LiteralError {
        let short = crate::render::short(ty);
        match Kind::of(ty) {
            Kind::Integer | Kind::Float => LiteralError::Range {
                number: text,
                ty: short,
            },
            _ => LiteralError::Refused { text, ty: short },
        }
    }

    /// Returns an integer in decimal.
    pub(super) fn digits(&self) -> String {
        match self {
            Literal::Int {
                negative, magnitude, ..
            } => format!("{}{magnitude}", if *negative { "-" } else { "" }),
            _ => String::new(),
        }
    }
}

enum Kind {
    Integer,
    Float,
    Bool,
    Char,
    String,
    Other,
}

impl Kind {
    fn of(ty: &str) -> Self {
        match ty {
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => Kind::Integer,
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => Kind::Integer,
            "f32" | "f64" => Kind::Float,
            "bool" => Kind::Bool,
            "char" => Kind::Char,
            "alloc::string::String" => Kind::String,
            _ => Kind::Other,
        }
    }
}
