//! Values that `let` keeps between lines, until the program ends.
//!
//! A kept value goes from one compiled line to the next as bytes. A closure's type, say, is another one in each line, though
//! what it is made of is the same; so types cannot be compared by `TypeId`. A line asks for a value only by repeating the
//! statements that made it, in the scope that they were made in; sizes and, where they can be, names are compared besides.
//! Values stay with the thread that made them: they need not be `Send`.
#![allow(unsafe_code)]

use std::any::type_name;
use std::cell::RefCell;
use std::collections::HashMap;

/// A value on the heap, its type forgotten. It is never dropped unless taken or replaced.
struct Kept {
    at: *mut (),
    size: usize,
    align: usize,
    discard: unsafe fn(*mut ()),
    type_name: &'static str,
}

thread_local! {
    static VALUES: RefCell<HashMap<String, Kept>> = RefCell::default();
}

/// Keeps a value, in place of what had the name.
pub(crate) fn keep<V: 'static>(name: &str, value: V) {
    insert(
        name,
        Kept {
            at: Box::into_raw(Box::new(value)).cast(),
            size: size_of::<V>(),
            align: align_of::<V>(),
            // SAFETY: called once, on a box of this type.
            discard: |at| drop(unsafe { Box::from_raw(at.cast::<V>()) }),
            type_name: type_name::<V>(),
        },
    );
}

fn insert(name: &str, kept: Kept) {
    let replaced = VALUES.with_borrow_mut(|values| values.insert(name.to_owned(), kept));
    if let Some(Kept { at, discard, .. }) = replaced {
        let dropped = crate::render::guard::caught(|| {
            // SAFETY: `at` is the box that `discard` was made for, and was just taken out.
            unsafe { discard(at) }
        });
        if let Err(message) = dropped {
            log::warn!("dropping the value that `{name}` had panicked: {message}");
        }
    }
}

/// Takes a kept value.
///
/// # Panics
///
/// If there is none, or it is of another type: the line does not repeat what made it.
pub(crate) fn kept<V: 'static>(name: &str) -> V {
    let at = remove(name, (size_of::<V>(), align_of::<V>()), type_name::<V>());
    // SAFETY: it is a box of a type made of the same parts: the line infers it from the statements that made the value.
    *unsafe { Box::from_raw(at.cast::<V>()) }
}

fn remove(name: &str, layout: (usize, usize), type_name: &str) -> *mut () {
    let taken = VALUES.with_borrow_mut(|values| values.remove(name));
    let kept = taken.unwrap_or_else(|| panic!("`{name}` is not kept"));
    assert!((kept.size, kept.align) == layout, "`{name}` is of another type");
    // The name of a closure says where it stands, and that changes.
    let named = !kept.type_name.contains('{');
    assert!(
        !named || kept.type_name == type_name,
        "`{name}` is a {}",
        kept.type_name
    );
    kept.at
}

/// The type of a value of this thread.
pub(crate) fn type_of(name: &str) -> Option<&'static str> {
    VALUES.with_borrow(|values| values.get(name).map(|kept| kept.type_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_taken_and_replaced() {
        keep("y", String::from("kept"));
        assert_eq!(type_of("y"), Some("alloc::string::String"));
        assert_eq!(kept::<String>("y"), "kept");
        assert_eq!(type_of("y"), None);
        let once = std::rc::Rc::new(());
        keep("r", once.clone());
        keep("r", 5);
        assert_eq!(std::rc::Rc::strong_count(&once), 1);
        assert_eq!(kept::<i32>("r"), 5);
    }
}
