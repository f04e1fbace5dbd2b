//! Why a literal is not the value of a type.

/// Why a text is no literal, or a literal no value of the type it is for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiteralError {
    /// The text is no literal.
    #[error("{0}")]
    Syntax(String),
    /// A number that the type cannot hold.
    #[error("{number} is out of range for {ty}")]
    Range {
        /// As typed, without its suffix.
        number: String,
        /// The type it is for.
        ty: String,
    },
    /// Something else than the type asks for.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// What the type asks for.
        expected: String,
        /// What was typed.
        found: String,
    },
    /// A string that the type's `FromStr` refuses.
    #[error("{text:?} is no {ty}")]
    Refused {
        /// As typed, unescaped.
        text: String,
        /// The type's short name.
        ty: String,
    },
    /// More than a scalar, for a type that only `FromStr` might read.
    #[error("{ty} cannot be written like this: {}", if cfg!(feature = "serde") { "it has no Deserialize" } else {
        "that needs the feature `serde`"
    })]
    NoDeserialize {
        /// The type's short name.
        ty: String,
    },
    /// The type cannot be read from any text.
    #[error("{ty} cannot be written: {}", if cfg!(feature = "serde") { "it has neither Deserialize nor FromStr" } else {
        "it has no FromStr, and Deserialize needs the feature `serde`"
    })]
    NoReading {
        /// The type's short name.
        ty: String,
    },
    /// What the type's own `Deserialize` says.
    #[error("{0}")]
    Custom(String),
    /// An error in a part of the value.
    #[error("in {part}: {error}")]
    In {
        /// `field x`, `element 2`.
        part: String,
        /// What is wrong there.
        error: Box<LiteralError>,
    },
}

impl LiteralError {
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
