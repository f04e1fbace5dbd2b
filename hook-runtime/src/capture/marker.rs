//! How a choice made after the body reaches the hook inside it.
//!
//! At a hook a type may still be unknown (`let mut v = Vec::new(); hook!(); v.push(x)`), and autoref specialization on
//! `Vec<_>` would take the `Debug` branch and fail later. So the hook names only a [`Marker`] whose type `M` is an inference
//! variable; unreachable code at the hook ties it to the binding's [`Late`], and unreachable code after the whole body asks
//! [`Late::probe`] and resolves `M`. Type inference sees all three; the borrow checker sees none of the ties, since they
//! stand behind a call that returns [`Void`]. None of it exists at run time: the markers have no size.

use std::marker::PhantomData;

use super::ability::{No, Probe};
use super::value::{Table, TypeOf};

/// A type without values: the borrow checker and code generation stop at a call that returns it, the type checker does not.
pub enum Void {}

/// Diverges, as only the later passes of rustc can tell.
pub fn void() -> Void {
    unreachable!("void() stands only in unreachable code")
}

/// The end of a rewritten body, never reached: the body before it returns.
pub fn never() -> ! {
    unreachable!("a hooked body returns before this")
}

/// One per binding and body: carries the binding's type `T` to the end of the body, and the answer `M` back.
pub struct Late<T, M>(PhantomData<fn() -> (*const T, M)>);

impl<T, M> Late<T, M> {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Late(PhantomData)
    }

    /// At the hook: `T` is the type of the binding, `M` that of the marker.
    pub fn tie(&self, _: &T, _: &Marker<T, M>) {}

    /// After the body: what to ask the abilities of.
    pub fn probe(&self) -> Probe<T> {
        Probe(PhantomData)
    }

    /// After the body: the abilities.
    pub fn resolve(&self, _: M) {}

    /// After the body: no abilities, only the type name.
    pub fn opaque(&self) -> (No, No, No, No, No) {
        (No, No, No, No, No)
    }
}

/// One per hook and binding: stands for the abilities that [`Late`] finds after the body.
pub struct Marker<T, M>(PhantomData<fn() -> (*const T, M)>);

impl<T, M> Marker<T, M> {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Marker(PhantomData)
    }
}

impl<T, M: Table<T>> Marker<T, M> {
    /// The type, of a binding that cannot be captured.
    pub fn type_of(&self) -> TypeOf {
        std::any::type_name::<T>
    }
}

/// Asks for every ability of a binding's type, and tells its `Late`.
#[doc(hidden)]
#[macro_export]
macro_rules! __resolve {
    ($late:expr) => {{
        #[allow(unused_imports)]
        use $crate::capture::{
            NotDebug as _, NotDeserialize as _, NotDisplay as _, NotParse as _, NotSerialize as _, ViaDebug as _,
            ViaDeserialize as _, ViaDisplay as _, ViaParse as _, ViaSerialize as _,
        };
        $late.resolve((
            (&$late.probe()).__hookable_debug(),
            (&$late.probe()).__hookable_display(),
            (&$late.probe()).__hookable_parse(),
            (&$late.probe()).__hookable_serialize(),
            (&$late.probe()).__hookable_deserialize(),
        ))
    }};
}

/// A condition that rustc cannot see through; only probes name it.
pub fn maybe() -> bool {
    std::hint::black_box(false)
}

/// One of many cases; only probes name it.
pub fn which() -> u32 {
    std::hint::black_box(0)
}

/// Moves a value; only probes name it.
pub fn consume<T>(_: T) {}
