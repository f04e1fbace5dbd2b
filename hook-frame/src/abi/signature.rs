//! The signature of a function whose name was typed: its type has a name, `shop::f`, that says less than
//! `fn(i32) -> i32`.

use std::any::type_name;

use super::like::Pointee;
use super::line::RunningLine;

/// Tells the signature of a function or closure. There is one impl for each number of arguments, and
/// `(&&value_type).__hookable_signature(line)` finds the right one by the number of references that are left.
pub trait Signature<A> {
    /// Notes the signature as the outcome of the line.
    fn __hookable_signature(&self, line: &mut RunningLine<'_>);
}

/// Tells nothing of a value that is no function.
pub trait NoSignature {
    /// Leaves the outcome of the line as it is.
    fn __hookable_signature(&self, line: &mut RunningLine<'_>);
}

impl<V: ?Sized> NoSignature for Pointee<V> {
    fn __hookable_signature(&self, _: &mut RunningLine<'_>) {}
}

macro_rules! signatures {
    ($([$($reference:tt)*] $($argument:ident)*;)*) => {$(
        impl<V: FnOnce($($argument),*) -> R + ?Sized, R, $($argument),*> Signature<($($argument,)*)> for $($reference)* Pointee<V> {
            fn __hookable_signature(&self, line: &mut RunningLine<'_>) {
                line.signature(type_name::<fn($($argument),*) -> R>());
            }
        }
    )*};
}

signatures! {
    [&&&&&&&];
    [&&&&&&] A;
    [&&&&&] A B;
    [&&&&] A B C;
    [&&&] A B C D;
    [&&] A B C D E;
    [&] A B C D E F;
}
