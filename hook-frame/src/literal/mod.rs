//! The value behind `name = ` at the prompt is written in Rust's syntax or in JSON.
//!
//! A literal is read without knowing the type it is for, so `Circle(2.0)` may become a tuple struct or a variant, and
//! `300` any number. The type decides later, as its `Deserialize` asks the literal for what it wants (`de`); types
//! without it are read by their `FromStr` from the literal's plain text (`plain`).

#[cfg(feature = "serde")]
mod de;
mod error;
pub mod json;
mod parse;
mod plain;
mod scalar;
#[cfg(test)]
mod tests;

pub use error::LiteralError;

/// Holds a value, as far as its spelling tells what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// This is `()`.
    Unit,
    /// This is JSON's `null`, which Rust does not have.
    Null,
    /// This is `true` or `false`.
    Bool(bool),
    /// This is a character: `'x'`.
    Char(char),
    /// This is a string: `"x"`, `r"x"`, or one that is converted at once, as in `String::from("x")` and `"x".into()`.
    Str(String),
    /// This is a string of bytes: `b"x"`.
    Bytes(Vec<u8>),
    /// This is an integer: `-3`, `0xff_u8`.
    Int {
        /// This tells whether a minus stands before the number.
        negative: bool,
        /// This is the number without its sign.
        magnitude: u128,
        /// This is the suffix that names a type, or empty.
        suffix: &'static str,
    },
    /// This is a floating-point number: `2.5e3`, `1f32`, `NaN`, `-inf`.
    Float {
        /// This is the number.
        value: f64,
        /// This is the suffix that names a type, or empty.
        suffix: &'static str,
    },
    /// This is a sequence: `[1, 2]`, `vec![1, 2]`.
    Seq(Vec<Literal>),
    /// This is a tuple: `(1, 2)`.
    Tuple(Vec<Literal>),
    /// This is a map, as JSON or `Debug` writes it: `{"k": 1}`.
    Map(Vec<(Literal, Literal)>),
    /// This is a path alone: `Shape::Empty`, `None`.
    Path(String),
    /// This is a path with values in parentheses: `Circle(2.0)`, `Some(3)`.
    Call(String, Vec<Literal>),
    /// This is a path with fields in braces: `Point { x: 1.0 }`.
    Struct(String, Vec<(String, Literal)>),
    /// This is a value of any type that can be empty: `Vec::new()`, `String::new()`.
    Empty,
}

impl Literal {
    /// Reads Rust's or JSON's syntax.
    ///
    /// # Errors
    ///
    /// This fails if the text is neither.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        let rust = parse::parse(text);
        if rust.is_err() && text.trim_start().starts_with(['{', '[', '"']) {
            return json::read(text.as_bytes()).or(rust);
        }
        rust
    }

    /// Reads a text that needs no compiler: one scalar or string in Rust's syntax, or JSON. A map as `Debug` prints it
    /// is taken for JSON, since it is no Rust. Returns `None` for anything else.
    pub fn instant(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(literal) = scalar::single(text) {
            return Some(literal);
        }
        if !text.starts_with(['{', '[']) {
            return None;
        }
        let rust = || {
            parse::parse(text)
                .ok()
                .filter(|literal| matches!(literal, Literal::Map(_)))
        };
        json::read(text.as_bytes()).ok().or_else(rust)
    }

    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// This fails if the text is no JSON. The message names line and column.
    pub fn from_json(json: &[u8]) -> Result<Self, LiteralError> {
        json::read(json)
    }

    /// Names the kind of the value for messages: `a string`.
    pub fn kind(&self) -> String {
        match self {
            Literal::Unit => "()".to_owned(),
            Literal::Null => "null".to_owned(),
            Literal::Bool(_) => "a bool".to_owned(),
            Literal::Char(_) => "a char".to_owned(),
            Literal::Str(_) => "a string".to_owned(),
            Literal::Bytes(_) => "a byte string".to_owned(),
            Literal::Int { suffix: "", .. } => "an integer".to_owned(),
            Literal::Float { suffix: "", .. } => "a float".to_owned(),
            Literal::Int { suffix, .. } | Literal::Float { suffix, .. } => suffix.to_string(),
            Literal::Seq(items) => format!("a sequence of {}", items.len()),
            Literal::Tuple(items) => format!("a tuple of {}", items.len()),
            Literal::Map(_) => "a map".to_owned(),
            Literal::Path(path) => path.clone(),
            Literal::Call(path, _) => format!("{path}(..)"),
            Literal::Struct(path, _) => format!("{path} {{ .. }}"),
            Literal::Empty => "an empty collection".to_owned(),
        }
    }
}
