//! A literal may not be the value of a type. The error says why.

/// Says why a text is no literal, or why a literal is no value of the type that it is for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiteralError {
    /// The text is no literal.
    #[error("{0}")]
    Syntax(String),
    /// The type cannot hold the number.
    #[error("{number} is out of range for {ty}")]
    Range {
        /// This is the number as it was typed, without its suffix.
        number: String,
        /// This is the type that it is for.
        ty: String,
    },
    /// The literal is something else than the type asks for.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The type asks for this.
        expected: String,
        /// This was typed.
        found: String,
    },
    /// The type's `FromStr` refuses the text.
    #[error("{text:?} is no {ty}")]
    Refused {
        /// This is the text, without quotes and escapes.
        text: String,
        /// This is the short name of the type.
        ty: String,
    },
    /// The literal is no scalar, and the type can be read only by `FromStr`, if at all.
    #[error("{ty} cannot be written like this: {}", if cfg!(feature = "serde") { "it has no Deserialize" } else {
        "that needs the feature `serde`"
    })]
    NoDeserialize {
        /// This is the short name of the type.
        ty: String,
    },
    /// The type cannot be read from any text.
    #[error("{ty} cannot be written: {}", if cfg!(feature = "serde") { "it has neither Deserialize nor FromStr" } else {
        "it has no FromStr, and Deserialize needs the feature `serde`"
    })]
    NoReading {
        /// This is the short name of the type.
        ty: String,
    },
    /// The type's own `Deserialize` says this.
    #[error("{0}")]
    Custom(String),
    /// The error is in a part of the value.
    #[error("in {part}: {error}")]
    In {
        /// This names the part: `field x`, `element 2`.
        part: String,
        /// This is wrong there.
        error: Box<LiteralError>,
    },
}

impl LiteralError {
    /// Returns whether another value of the same type could be written.
    pub fn is_of_value(&self) -> bool {
        !matches!(
            self,
            LiteralError::NoDeserialize { .. } | LiteralError::NoReading { .. }
        )
    }

    #[cfg_attr(not(feature = "serde"), allow(dead_code))]
    pub(super) fn inside(self, part: impl Into<String>) -> Self {
        LiteralError::In {
            part: part.into(),
            error: Box::new(self),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::de::Error for LiteralError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        LiteralError::Custom(message.to_string())
    }

    fn invalid_type(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        LiteralError::Mismatch {
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    fn invalid_value(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }
}
