//! The types of std whose `Debug` is for all lifetimes in them.
//!
//! To ask whether a type has `Debug` breaks a build where its impl is for some lifetimes only. To ask for this trait
//! never does: where it is not implemented, rustc says so before it looks at lifetimes, and no impl here has any.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant, SystemTime};

/// Is a type of std, made of such types alone, that has `Debug`.
pub trait DebugOfStd: Debug {}

macro_rules! of_std {
    ($($ty:ty),* $(,)?) => { $(impl DebugOfStd for $ty {})* };
}
of_std!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    bool,
    char,
    str,
    (),
    String,
    OsStr,
    OsString,
    CStr,
    CString,
    Path,
    PathBuf,
    Duration,
    Instant,
    SystemTime,
);

macro_rules! of_elements {
    ($($ty:ty),* $(,)?) => { $(impl<T: DebugOfStd> DebugOfStd for $ty {})* };
}
of_elements!(
    [T],
    Vec<T>,
    VecDeque<T>,
    LinkedList<T>,
    BinaryHeap<T>,
    BTreeSet<T>,
    Option<T>,
);

macro_rules! of_pointee {
    ($($ty:ty),* $(,)?) => { $(impl<T: DebugOfStd + ?Sized> DebugOfStd for $ty {})* };
}
of_pointee!(&T, &mut T, Box<T>, Rc<T>, Arc<T>, RefCell<T>, Mutex<T>, RwLock<T>);

// A variable to which only what never returns is given, as in `v.push(panic!())`, has the type `!`, or is made of it.
impl DebugOfStd for <fn() -> ! as Returning>::Output {}

/// Names the type that a function returns: `!` has no other name in stable Rust.
trait Returning {
    type Output;
}

impl<T> Returning for fn() -> T {
    type Output = T;
}

impl<T: DebugOfStd + Copy> DebugOfStd for Cell<T> {}
impl<T: DebugOfStd, const N: usize> DebugOfStd for [T; N] {}
impl<T: DebugOfStd, S> DebugOfStd for HashSet<T, S> {}
impl<K: DebugOfStd, V: DebugOfStd, S> DebugOfStd for HashMap<K, V, S> {}
impl<K: DebugOfStd, V: DebugOfStd> DebugOfStd for BTreeMap<K, V> {}
impl<T: DebugOfStd, E: DebugOfStd> DebugOfStd for Result<T, E> {}

macro_rules! of_tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: DebugOfStd, $($rest: DebugOfStd),*> DebugOfStd for ($first, $($rest,)*) {}
        of_tuples!($($rest)*);
    };
    () => {};
}
of_tuples!(A B C D E F G H I J K L);
