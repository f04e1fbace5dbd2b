//! A probe asks whether the type of a variable in a future is `Send`. The answer is a lint, as in [`super::reborrow`].

use super::ability::Probe;

/// rustc finds the method of this trait where the type is `Send`.
pub trait IsSent: Sized {
    /// Does nothing; a probe only names it.
    fn __hookable_sent(self) {}
}

impl<T: Send> IsSent for &&&Probe<T> {}

/// rustc finds the method of this trait where the type is not known to be `Send`.
pub trait IsNotSent: Sized {
    /// Does nothing; a probe only names it.
    #[deprecated(note = "not sent")]
    fn __hookable_sent(self) {}
}

impl<T> IsNotSent for &&Probe<T> {}

/// rustc finds the method of this trait where the type is `Copy`, and not known to be `Send`.
pub trait IsNotSentCopied: Sized {
    /// Does nothing; a probe only names it.
    #[deprecated(note = "not sent")]
    fn __hookable_sent(self) {}
}

impl<T: Copy> IsNotSentCopied for &&Probe<T> {}

/// rustc finds the method of this trait where the type leads to another one, and is not known to be `Send`: what calls
/// a method of that borrows no variable.
pub trait IsNotSentBehind: Sized {
    /// Does nothing; a probe only names it.
    #[deprecated(note = "not sent")]
    fn __hookable_sent(self) {}
}

impl<T: ?Sized> IsNotSentBehind for &Probe<&mut T> {}
impl<T: ?Sized> IsNotSentBehind for &Probe<Box<T>> {}

/// rustc finds the method of this trait where the type is another.
pub trait IsNotKept: Sized {
    /// Does nothing; a probe only names it.
    fn __hookable_sent(self) {}
}

impl<T> IsNotKept for Probe<T> {}
