//! The standard library's types have a `Debug` only if their parts have one. Here each is shown by its parts in the
//! form that its `Debug` gives.

use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::{self, Formatter};
use std::num::Wrapping;
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, RwLock, TryLockError};

use super::{ByParts, Nothing, Show, by};

/// Implements [`ByParts`] for types, by the types of their parts, of which there are up to four.
macro_rules! library {
    ($([$($generics:tt)*] $type:ty, |$value:ident, $f:ident| { $a:ty => $show_a:pat $(, $b:ty => $show_b:pat)? } $body:block)*) => { $(
        library!(
            @ [$($generics)*] $type, |$value, $f|
            { $a => $show_a, $($b => $show_b,)? Nothing => _, Nothing => _, Nothing => _, } $body
        );
    )* };
    (
        @ [$($generics:tt)*] $type:ty, |$value:ident, $f:ident|
        { $a:ty => $show_a:pat, $b:ty => $show_b:pat, $c:ty => $show_c:pat, $d:ty => $show_d:pat, $($more:tt)* } $body:block
    ) => {
        impl<$($generics)*> ByParts for $type {
            type A = $a;
            type B = $b;
            type C = $c;
            type D = $d;

            fn parts(
                &self,
                $f: &mut Formatter<'_>,
                $show_a: Show<'_, $a>,
                $show_b: Show<'_, $b>,
                $show_c: Show<'_, $c>,
                $show_d: Show<'_, $d>,
            ) -> fmt::Result {
                let $value = self;
                $body
            }
        }
    };
}

macro_rules! lists {
    ($($entries:ident: $([$($generics:tt)*] $type:ty),*;)*) => { $($(
        library! { [$($generics)*] $type, |value, f| { T => show } {
            f.$entries().entries(value.iter().map(|item| by(item, show))).finish()
        } }
    )*)* };
}
lists! {
    debug_list: [T] [T], [T] Vec<T>, [T] VecDeque<T>, [T] LinkedList<T>, [T] BinaryHeap<T>, [T, const N: usize] [T; N];
    debug_set: [T, S] HashSet<T, S>, [T] BTreeSet<T>;
}

macro_rules! pointers {
    ($([$($generics:tt)*] $type:ty),*) => { $(
        library! { [$($generics)*] $type, |value, f| { T => show } { show(value, f) } }
    )* };
}
pointers!([T: ?Sized] &T, [T: ?Sized] &mut T, [T: ?Sized] Box<T>, [T: ?Sized] Rc<T>, [T: ?Sized] Arc<T>);

library! {
    [P: Deref] Pin<P>, |value, f| { P::Target => show } { show(value, f) }
    [T] Option<T>, |value, f| { T => show } {
        match value {
            Some(value) => f.debug_tuple("Some").field(&by(value, show)).finish(),
            None => f.write_str("None"),
        }
    }
    [T, E] Result<T, E>, |value, f| { T => show, E => error } {
        match value {
            Ok(value) => f.debug_tuple("Ok").field(&by(value, show)).finish(),
            Err(value) => f.debug_tuple("Err").field(&by(value, error)).finish(),
        }
    }
    [K, V, S] HashMap<K, V, S>, |value, f| { K => key, V => show } {
        f.debug_map().entries(value.iter().map(|(k, v)| (by(k, key), by(v, show)))).finish()
    }
    [K, V] BTreeMap<K, V>, |value, f| { K => key, V => show } {
        f.debug_map().entries(value.iter().map(|(k, v)| (by(k, key), by(v, show)))).finish()
    }
    [T: Copy] Cell<T>, |value, f| { T => show } {
        f.debug_struct("Cell").field("value", &by(&value.get(), show)).finish()
    }
    [T: ?Sized] RefCell<T>, |value, f| { T => show } {
        let mut shown = f.debug_struct("RefCell");
        match value.try_borrow() {
            Ok(value) => shown.field("value", &by(&*value, show)),
            Err(_) => shown.field("value", &format_args!("<borrowed>")),
        };
        shown.finish()
    }
    [T: ?Sized] Mutex<T>, |value, f| { T => show } {
        let mut shown = f.debug_struct("Mutex");
        match value.try_lock() {
            Ok(data) => shown.field("data", &by(&*data, show)),
            Err(TryLockError::Poisoned(data)) => shown.field("data", &by(&**data.get_ref(), show)),
            Err(TryLockError::WouldBlock) => shown.field("data", &format_args!("<locked>")),
        };
        shown.field("poisoned", &value.is_poisoned()).finish_non_exhaustive()
    }
    [T: ?Sized] RwLock<T>, |value, f| { T => show } {
        let mut shown = f.debug_struct("RwLock");
        match value.try_read() {
            Ok(data) => shown.field("data", &by(&*data, show)),
            Err(TryLockError::Poisoned(data)) => shown.field("data", &by(&**data.get_ref(), show)),
            Err(TryLockError::WouldBlock) => shown.field("data", &format_args!("<locked>")),
        };
        shown.field("poisoned", &value.is_poisoned()).finish_non_exhaustive()
    }
    [T] OnceCell<T>, |value, f| { T => show } {
        match value.get() {
            Some(value) => f.debug_tuple("OnceCell").field(&by(value, show)).finish(),
            None => f.write_str("OnceCell(<uninit>)"),
        }
    }
    [T] OnceLock<T>, |value, f| { T => show } {
        match value.get() {
            Some(value) => f.debug_tuple("OnceLock").field(&by(value, show)).finish(),
            None => f.write_str("OnceLock(<uninit>)"),
        }
    }
    [T] Reverse<T>, |value, f| { T => show } { f.debug_tuple("Reverse").field(&by(&value.0, show)).finish() }
    [T] Wrapping<T>, |value, f| { T => show } { f.debug_tuple("Wrapping").field(&by(&value.0, show)).finish() }
    [A] (A,), |value, f| { A => a } { f.debug_tuple("").field(&by(&value.0, a)).finish() }
    [A, B] (A, B), |value, f| { A => a, B => b } {
        f.debug_tuple("").field(&by(&value.0, a)).field(&by(&value.1, b)).finish()
    }
}
library!(@ [A, B, C] (A, B, C), |value, f| { A => a, B => b, C => c, Nothing => _, } {
    f.debug_tuple("").field(&by(&value.0, a)).field(&by(&value.1, b)).field(&by(&value.2, c)).finish()
});
library!(@ [A, B, C, D] (A, B, C, D), |value, f| { A => a, B => b, C => c, D => d, } {
    let mut shown = f.debug_tuple("");
    shown.field(&by(&value.0, a)).field(&by(&value.1, b)).field(&by(&value.2, c)).field(&by(&value.3, d));
    shown.finish()
});
