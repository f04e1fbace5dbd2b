//! A probe asks whether the type of a binding that is not declared `mut` is `&mut T`, or `&T`, or no reference.
//!
//! The answer is a lint, since an error of the type checker would keep the borrow checker from judging the function in
//! the same run: the method that is found by autoref specialization is deprecated, with the answer as its note. Nothing
//! can be done with a `&T`, so of that nothing is said.

use super::ability::Probe;

/// Is implemented by every `&mut T`.
pub trait MutableReference {}

impl<T: ?Sized> MutableReference for &mut T {}

/// Is implemented by every `&T`.
pub trait SharedReference {}

impl<T: ?Sized> SharedReference for &T {}

/// rustc finds the method of this trait where the type is `&mut T`.
pub trait IsMutableReference: Sized {
    /// Does nothing; a probe only names it.
    #[deprecated(note = "a mutable reference")]
    fn __hookable_reference(self) {}
}

impl<T: MutableReference> IsMutableReference for &&Probe<T> {}

/// rustc finds the method of this trait where the type is `&T`.
pub trait IsSharedReference: Sized {
    /// Does nothing; a probe only names it.
    fn __hookable_reference(self) {}
}

impl<T: SharedReference> IsSharedReference for &Probe<T> {}

/// rustc finds the method of this trait where the type is another.
pub trait IsValue: Sized {
    /// Does nothing; a probe only names it.
    #[deprecated(note = "no reference")]
    fn __hookable_reference(self) {}
}

impl<T> IsValue for Probe<T> {}
