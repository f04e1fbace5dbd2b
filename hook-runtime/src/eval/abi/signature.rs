//! The signature of a function whose name was typed: its type has a name, `shop::f`, that says less than
//! `fn(i32) -> i32`.

use std::any::type_name;

use super::like::Pointee;
use super::line::RunningLine;

/// Of a function or a closure with so many arguments: `(&&value_type).__hookable_signature(line)` finds the one that it
/// has, by the number of references that are left.
pub trait Signature<A> {
    /// The line says the signature.
    fn __hookable_signature(&self, line: &mut RunningLine);
}

/// Of what is no function.
pub trait NoSignature {
    /// The line says nothing more.
    fn __hookable_signature(&self, line: &mut RunningLine);
}

impl<V: ?Sized> NoSignature for Pointee<V> {
    fn __hookable_signature(&self, _: &mut RunningLine) {}
}

macro_rules! signatures {
    ($([$($reference:tt)*] $($argument:ident)*;)*) => {$(
        impl<V: FnOnce($($argument),*) -> R + ?Sized, R, $($argument),*> Signature<($($argument,)*)> for $($reference)* Pointee<V> {
            fn __hookable_signature(&self, line: &mut RunningLine) {
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
