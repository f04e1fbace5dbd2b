//! The traits of a binding's type are found behind the body of a function, and type inference carries them to the hooks
//! inside it.
//!
//! At a hook a type may still be unknown (`let mut v = Vec::new(); hook!(); v.push(x)`), and autoref specialization on
//! `Vec<_>` would take the `Debug` branch and fail later. So a binding gets a [`Late`] before the body, whose
//! abilities `M` are an inference variable; unreachable code after the whole body asks [`Late::probe`] and resolves
//! `M`. A hook names only a [`Marker`]; unreachable code there ties it to the binding's type and to its `Late`. Type
//! inference sees all three; the borrow checker sees none of the ties, since they stand behind a call that returns
//! [`Void`], and so no region of `T` is held alive by a `Late`. None of it exists at run time: markers have no size.
//!
//! What a marker carries is not `M` but a type `F` that has the table, hidden behind `impl HasVtable` in
//! [`late`]. That `M` has the abilities is then one open question for each binding. rustc looks at every open
//! question again after every expression of a function, so one for each hook and binding would be slow: the time would
//! grow with the square of the captures. It asks whether all that is called is well-formed, and that of a signature
//! with `F` in it is open as long as `M` is. It takes a question for one that it has already if the two are equal. So
//! in what a hook calls:
//!
//! - no signature with `F` in it has a lifetime of its own, which would make it another one at each call: all is given
//!   by value, and what borrows the place is a function pointer, whose type names `T` alone;
//! - nothing has a type argument that is inferred at the call. A hook makes its own marker by writing `[]`, a value
//!   whose type is inferred though it has no type arguments.

use std::marker::PhantomData;

use super::ability::{No, Probe};
use super::{Abilities, HasVtable, Vtable};

/// Has no values. The borrow checker and code generation read nothing behind a call that returns it; the type checker
/// does.
pub enum Void {}

/// Never returns, which only the passes of rustc behind the type checker know.
pub fn void() -> Void {
    unreachable!("void() stands only in unreachable code")
}

/// Stands at the end of a rewritten body and is never reached, for the body before it returns.
pub fn never() -> ! {
    unreachable!("a hooked body returns before this")
}

/// Carries a binding's type `T` to the end of a body, and the abilities `M` back to its marker. Each binding of a body
/// has one.
pub struct Late<T: ?Sized, M: ?Sized>(PhantomData<fn() -> (*const T, *const M)>);

/// Has the table that these abilities choose.
struct Chosen<M: ?Sized>(PhantomData<fn() -> *const M>);

impl<T, M: Abilities<T> + ?Sized> HasVtable<T> for Chosen<M> {
    const TABLE: Vtable<T> = M::TABLE;
}

/// Makes the [`Late`] of a binding, and the marker that hooks tie theirs to; both stand before the body.
pub const fn late<T, M: Abilities<T> + ?Sized>() -> (Late<T, M>, Marker<T, impl HasVtable<T>>) {
    (Late(PhantomData), Marker::<T, Chosen<M>>(PhantomData))
}

impl<T, M> Late<T, M> {
    /// Returns what is asked about the abilities; it is called behind the body.
    pub fn probe(&self) -> Probe<T> {
        Probe(PhantomData)
    }

    /// Takes the abilities; it is called behind the body.
    pub fn resolve(&self, _: M) {}

    /// Says that nothing is known of the type but its name; it is called behind the body.
    pub fn opaque(&self) -> No {
        No
    }
}

/// Stands at a hook for what the [`Late`] of a binding finds behind the body. Each binding of a body has one, and each
/// hook an empty list of them for each binding.
pub struct Marker<T: ?Sized, F: ?Sized>(PhantomData<fn() -> (*const T, *const F)>);

impl<T: ?Sized, F: ?Sized> Clone for Marker<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized, F: ?Sized> Copy for Marker<T, F> {}

/// No trait of the user has methods of these names.
impl<T: ?Sized, F: ?Sized> Marker<T, F> {
    /// Ties the types at a hook: `T` is that of the binding, `F` that of the hook's own marker.
    pub fn __hookable_tie(self, _: *const T, _: [Marker<T, F>; 0]) {}

    /// Tells the type of the binding alone. Only probes name it.
    pub fn __hookable_of(self, _: *const T) {}
}

/// Returns a condition that rustc cannot see through. Only probes name it.
pub fn maybe() -> bool {
    std::hint::black_box(false)
}

/// Returns one of many cases, which rustc cannot see through. Only probes name it.
pub fn which() -> u32 {
    std::hint::black_box(0)
}

/// Takes ownership of a value. Only probes name it.
pub fn consume<T>(_: T) {}
