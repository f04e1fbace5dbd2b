//! Whether a type is `&mut T`, as a probe asks of a binding that is not declared `mut`.
//!
//! The answer is a lint, since an error of the type checker would keep the borrow checker from judging the function in
//! the same run: the method that is found by autoref specialization where the type is `&mut T` is deprecated.

use super::ability::Probe;

/// All `&mut T`.
pub trait MutableReference {}

impl<T: ?Sized> MutableReference for &mut T {}

/// What a probe finds of `&mut T`.
pub trait IsMutableReference: Sized {
    /// Only named.
    #[deprecated]
    fn __hookable_reference(self) {}
}

impl<T: MutableReference> IsMutableReference for &Probe<T> {}

/// What it finds of any other type.
pub trait NotMutableReference: Sized {
    /// Only named.
    fn __hookable_reference(self) {}
}

impl<T> NotMutableReference for Probe<T> {}
