//! A value is shown by the function that was handed in for a type parameter, if it is a value of that.
//!
//! In `PhantomData<T>`, code that is generic knows no value of type `T`: the `Debug` of that type is for all `T`, so
//! what shows a `T` is handed to nobody. It has to compile all the same.

use std::fmt::{self, Formatter};

use super::{Show, learned};

/// Carries a value, and the function that shows values of the type parameter `V`.
pub struct Given<'v, 's, X: ?Sized, V: ?Sized>(pub &'v X, pub Show<'s, V>);

/// rustc finds the method of this trait if the value is of the type that the function shows.
pub trait GivenSame {
    /// Shows the value.
    ///
    /// # Errors
    ///
    /// This fails if the value cannot be written.
    fn __hookable_given(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

impl<V: ?Sized> GivenSame for &Given<'_, '_, V, V> {
    fn __hookable_given(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.1)(self.0, f)
    }
}

/// rustc finds the method of this trait if the value is of another type.
pub trait GivenOther {
    /// Shows the value as one of which nothing is known.
    ///
    /// # Errors
    ///
    /// This fails if the value cannot be written.
    fn __hookable_given(&self, f: &mut Formatter<'_>) -> fmt::Result;
}

impl<X: ?Sized, V: ?Sized> GivenOther for Given<'_, '_, X, V> {
    fn __hookable_given(&self, f: &mut Formatter<'_>) -> fmt::Result {
        learned::show(self.0, f)
    }
}

/// Shows a value by a function for a type parameter.
#[doc(hidden)]
#[macro_export]
macro_rules! __given {
    ($value:expr, $f:expr, $show:expr) => {{
        #[allow(unused_imports)]
        use $crate::private::{GivenOther as _, GivenSame as _};
        (&&$crate::private::Given($value, $show)).__hookable_given($f)
    }};
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::super::By;
    use super::*;

    #[test]
    fn values_of_a_parameter_and_others() {
        fn shown<T, X>(value: &(T, X), a: Show<'_, T>) -> String {
            let same = By(|f: &mut Formatter<'_>| crate::__given!(&value.0, f, a));
            let other = By(|f: &mut Formatter<'_>| crate::__given!(&value.1, f, a));
            let marker = &PhantomData::<T>;
            let marker = By(|f: &mut Formatter<'_>| crate::__part!(marker, f, |v, f| crate::__given!(v, f, a)));
            format!("{same:?} {other:?} {marker:?}")
        }
        assert_eq!(
            shown(&('c', 'd'), &|_, f| f.write_str("told")),
            "told 'd' PhantomData<char>"
        );
    }
}
