//! The id of a type without the lifetimes in it, which std has only for types without any.
#![allow(unsafe_code)]

use std::any::TypeId;
use std::marker::PhantomData;

/// Returns the id of a type without its lifetimes.
pub(crate) fn erased_id<V: ?Sized>() -> TypeId {
    trait Erased {
        fn id(&self) -> TypeId
        where
            Self: 'static;
    }
    impl<V: ?Sized> Erased for PhantomData<V> {
        fn id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<V>()
        }
    }
    let erased: &dyn Erased = &PhantomData::<V>;
    // SAFETY: only the lifetime in the type changes, and the method that is called looks at nothing that it points at.
    let erased: &(dyn Erased + 'static) = unsafe { std::mem::transmute(erased) };
    erased.id()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_without_lifetimes() {
        fn of<'a>(_: &'a str) -> TypeId {
            erased_id::<Vec<&'a str>>()
        }
        assert_eq!(of(&String::from("short")), TypeId::of::<Vec<&'static str>>());
        assert_ne!(erased_id::<&str>(), erased_id::<&[u8]>());
    }
}
