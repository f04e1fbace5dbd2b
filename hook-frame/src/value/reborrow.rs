//! A probe asks whether the type of a binding that is not declared `mut` is `&mut T`.
//!
//! The answer is a lint, since an error of the type checker would keep the borrow checker from judging the function in
//! the same run: the method that is found by autoref specialization where the type is `&mut T` is deprecated.

use super::ability::Probe;

/// Is implemented by every `&mut T`.
pub trait MutableReference {}

impl<T: ?Sized> MutableReference for &mut T {}

/// rustc finds the method of this trait where the type is `&mut T`.
pub trait IsMutableReference: Sized {
    /// Does nothing; a probe only names it.
    #[deprecated]
    fn __hookable_reference(self) {}
}

impl<T: MutableReference> IsMutableReference for &Probe<T> {}

/// rustc finds the method of this trait where the type is another.
pub trait NotMutableReference: Sized {
    /// Does nothing; a probe only names it.
    fn __hookable_reference(self) {}
}

impl<T> NotMutableReference for Probe<T> {}
