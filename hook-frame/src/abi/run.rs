//! A compiled line is run here, and may end before its end: by a panic, at a `?`, at a `return`.
//!
//! Generic functions are compiled anew with each line, and loaded with it. To keep that code small, they call functions
//! that are not generic as soon as the type no longer matters, and use `match` in place of the adapters of `Option` and
//! `Result`.

use std::fmt::Debug;

use crate::format::{AnyWidth, Form, Formattable, Limit, Patience};
use crate::guard::{self, Panic};

/// The error with which a `?` leaves the line. A `return`, whose value was already shown, has none.
pub struct Early(Option<Box<AnyWidth>>);

/// The error that a `?` of Rust's own makes of any other error.
impl<E: Debug> From<E> for Early {
    fn from(error: E) -> Early {
        early(&Err::<(), E>(error))
    }
}

/// The cause for which a line ended before its end.
pub struct Ended(pub(super) Cause);

/// A cause for which a line ends before its end.
pub(super) enum Cause {
    /// A `?` met this error.
    Error(Box<AnyWidth>),
    /// The line came to a `return`, whose value was already shown.
    Return,
    Panic(Panic),
    /// Ctrl-C came while the line awaited something.
    Interrupted,
}

/// The largest size, in bytes, of the value of a line that is moved and kept.
pub const LARGEST: usize = 64 << 10;

/// Refuses a larger value at compile time.
pub(super) const fn fits<V>() {
    assert!(
        size_of::<V>() <= LARGEST,
        "hookable: the value of this line is too large"
    );
}

/// Runs a line. A panic is caught.
pub fn run<V>(line: impl FnOnce() -> V) -> Result<V, Ended> {
    // The value passes over the stack several times, so a large one could overflow it.
    const { fits::<V>() };
    let (mut line, mut value) = (Some(line), None);
    let caught = guard::caught_line(&mut || {
        if let Some(line) = line.take() {
            value = Some(line());
        }
    });
    match (value, caught) {
        (Some(value), _) => Ok(value),
        (None, caught) => Err(panicked(caught)),
    }
}

fn panicked(caught: Result<(), Panic>) -> Ended {
    Ended(Cause::Panic(caught.err().unwrap_or_default()))
}

impl Ended {
    /// Makes the end of a line that Ctrl-C ended while it waited.
    pub(super) fn interrupted() -> Ended {
        Ended(Cause::Interrupted)
    }

    /// Returns the panic that ended the line, if one did.
    #[cfg(test)]
    pub(super) fn panic(self) -> Option<Panic> {
        match self.0 {
            Cause::Panic(panic) => Some(panic),
            _ => None,
        }
    }
}

/// Returns the outcome of a line with a `?` in it.
pub fn fallible<V>(ran: Result<Result<V, Early>, Ended>) -> Result<V, Ended> {
    match ran {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(early)) => Err(early.into()),
        Err(ended) => Err(ended),
    }
}

impl From<Early> for Ended {
    fn from(Early(error): Early) -> Self {
        Ended(match error {
            Some(error) => Cause::Error(error),
            None => Cause::Return,
        })
    }
}

/// Returns what a line returns at a `return`.
pub fn ended() -> Early {
    Early(None)
}

/// Is implemented by what can stand before a `?` in a line.
pub trait Try {
    /// The type of the value, if the `?` does not end the line.
    type Output;
    /// Returns the value, or what the line ends with.
    fn __hookable_try(self) -> Result<Self::Output, Early>;
}

impl<T, E: Debug> Try for Result<T, E> {
    type Output = T;
    fn __hookable_try(self) -> Result<T, Early> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(early(&Err::<(), E>(error))),
        }
    }
}

impl<T> Try for Option<T> {
    type Output = T;
    fn __hookable_try(self) -> Result<T, Early> {
        match self {
            Some(value) => Ok(value),
            None => Err(early(&None::<()>)),
        }
    }
}

#[inline(never)]
pub(super) fn early(error: &dyn Debug) -> Early {
    let error = Formattable {
        type_name: None,
        form: Form::Debug(error),
    };
    Early(Some(Box::new(AnyWidth::new(error, Limit::prompt(), Patience::Prompt))))
}
