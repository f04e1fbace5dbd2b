//! Where a type is that of a type parameter, rustc knows nothing of its traits, and a literal cannot be read by them.
//! The id of the type tells at run time whether it is one that is read from text all the same.
#![allow(unsafe_code)]

use std::any::TypeId;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::str::FromStr;

use crate::type_id::erased_id;

/// Reads a value from text, if its type is a number, `bool`, `char` or `String`. The inner value is `None` if the text
/// is none of that type.
pub(super) fn parse<T>(text: &str) -> Option<Option<T>> {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: the place is that of a value of the type whose id is given. None of the types that are read has a
    // lifetime, so that the id, which tells none, proves that the type is the same.
    let is_read = unsafe { read(erased_id::<ReadType<T>>(), text, value.as_mut_ptr().cast()) }?;
    // SAFETY: a value was written to the place.
    Some(is_read.then(|| unsafe { value.assume_init() }))
}

/// The type by whose id a type is known that is read. A reload knows it by its name: no closure is told by such an id,
/// for none is read.
struct ReadType<T>(PhantomData<T>);

/// Reads a value of the type that is known by this id, and writes it to a place. Returns whether the text is a value of
/// the type, or `None` if the type is not one of those that are read.
///
/// # Safety
///
/// The place is one for a value of this type.
unsafe fn read(ty: TypeId, text: &str, place: *mut ()) -> Option<bool> {
    macro_rules! each {
        ($($known:ty)*) => { $(
            if ty == TypeId::of::<ReadType<$known>>() {
                // SAFETY: the caller says so.
                return Some(unsafe { write::<$known>(text, place.cast()) });
            }
        )* };
    }
    each!(i32 u32 usize i64 u64 f64 f32 bool char String u8 i8 u16 i16 isize u128 i128);
    None
}

/// # Safety
///
/// The place is one for a `V`.
unsafe fn write<V: FromStr>(text: &str, place: *mut V) -> bool {
    let value = text.parse::<V>().ok();
    let is_read = value.is_some();
    if let Some(value) = value {
        // SAFETY: the caller says so.
        unsafe { place.write(value) };
    }
    is_read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_types_that_only_an_id_tells() {
        assert_eq!(parse::<i32>("-3"), Some(Some(-3)));
        assert_eq!(parse::<String>("a"), Some(Some("a".to_owned())));
        assert_eq!(parse::<u8>("300"), Some(None));
        assert_eq!(parse::<bool>("1"), Some(None));
        assert_eq!(parse::<&str>("a"), None);
        assert_eq!(parse::<Vec<u8>>("1"), None);
    }
}
