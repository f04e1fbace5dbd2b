//! Data of the standard library's types, which can be cloned without running the user's code, and the cost of a clone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;

/// The cost of a clone.
pub(super) struct Weight;

impl Weight {
    /// A clone of more bytes than this, roughly, is not made for every line.
    pub(super) const MOST: usize = 1 << 20;

    /// Adds up the cost of values, until it is too much.
    fn of<'v, V: Plain + 'v>(values: impl Iterator<Item = &'v V>) -> usize {
        let mut sum = 0;
        for value in values {
            sum += value.weight();
            if sum > Weight::MOST {
                break;
            }
        }
        sum
    }
}

/// Is implemented by data of the standard library's types, which can be cloned without running the user's code.
pub trait Plain: Clone {
    #[doc(hidden)]
    fn weight(&self) -> usize;
}

macro_rules! plain {
    (tuples $($name:ident)*) => {
        impl<$($name: Plain),*> Plain for ($($name,)*) {
            #[allow(non_snake_case)]
            fn weight(&self) -> usize { let ($($name,)*) = self; 0 $(+ $name.weight())* }
        }
    };
    (of $values:ident: $($ty:ty)*) => { $(
        impl<V: Plain> Plain for $ty {
            fn weight(&self) -> usize { let $values = self; size_of::<Self>() + Weight::of($values.iter()) }
        }
    )* };
    ($($ty:ty)*) => { $(impl Plain for $ty { fn weight(&self) -> usize { size_of::<$ty>() } })* };
}

plain!(tuples);
plain!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char);
plain!(std::time::Duration std::time::Instant std::time::SystemTime);
plain!(std::net::IpAddr std::net::SocketAddr std::cmp::Ordering);
plain!(tuples A);
plain!(tuples A B);
plain!(tuples A B C);
plain!(tuples A B C D);
plain!(tuples A B C D E);
plain!(tuples A B C D E F);
plain!(of values: Vec<V> VecDeque<V> Option<V> BTreeSet<V> std::collections::LinkedList<V>);
plain!(of values: std::collections::BinaryHeap<V>);

impl<V: ?Sized> Plain for &V {
    fn weight(&self) -> usize {
        size_of::<Self>()
    }
}

impl<V: Plain, const N: usize> Plain for [V; N] {
    fn weight(&self) -> usize {
        Weight::of(self.iter())
    }
}

impl<V: Plain> Plain for Box<V> {
    fn weight(&self) -> usize {
        (**self).weight()
    }
}

impl<V: Plain> Plain for Box<[V]> {
    fn weight(&self) -> usize {
        Weight::of(self.iter())
    }
}

impl<V: Plain, E: Plain> Plain for Result<V, E> {
    fn weight(&self) -> usize {
        match self {
            Ok(value) => value.weight(),
            Err(error) => error.weight(),
        }
    }
}

impl<K: Plain, V: Plain> Plain for BTreeMap<K, V> {
    fn weight(&self) -> usize {
        Weight::of(self.keys()) + Weight::of(self.values())
    }
}

impl<K: Plain, V: Plain> Plain for HashMap<K, V> {
    fn weight(&self) -> usize {
        Weight::of(self.keys()) + Weight::of(self.values())
    }
}

impl<V: Plain> Plain for HashSet<V> {
    fn weight(&self) -> usize {
        Weight::of(self.iter())
    }
}

impl Plain for String {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Plain for Box<str> {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Plain for OsString {
    fn weight(&self) -> usize {
        self.len()
    }
}

impl Plain for PathBuf {
    fn weight(&self) -> usize {
        self.as_os_str().len()
    }
}

impl<V: ToOwned<Owned: Plain> + ?Sized> Plain for std::borrow::Cow<'_, V> {
    fn weight(&self) -> usize {
        match self {
            std::borrow::Cow::Borrowed(_) => 0,
            std::borrow::Cow::Owned(owned) => owned.weight(),
        }
    }
}
