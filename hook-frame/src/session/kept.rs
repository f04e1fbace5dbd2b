//! The values that `let` keeps between lines, until the program ends.
//!
//! A kept value is stored with the `TypeId` of its type, and a line gets it only if the type that it is compiled for
//! has the same one. This proves that the types are the same, because no path means two things in a slot (see
//! `hook-runtime/src/eval/codegen/nest`). A value that is not `Send` stays with the thread that made it.
#![allow(unsafe_code)]

mod dropping;
mod earlier;
mod lent;
mod results;

pub use dropping::{discard_here, forget, panicked, tell_panic};
pub(crate) use earlier::Earlier;
pub(crate) use lent::unlend;
pub use lent::{InUse, all_lent, is_in_use, lent};
pub(crate) use lent::{lend, seen};

use std::any::{TypeId, type_name};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use hook_rustc::sorted::sort_by;

use dropping::discard;
use results::{insert_result, older};

/// The name of the last value at the prompt.
pub const LAST: &str = "it";

/// The names of the last values at the prompt, the newest first.
pub const RESULTS: [&str; 3] = [LAST, "_1", "_2"];

/// A value on the heap whose type is erased. The program's end does not drop it.
struct StoredValue {
    at: *mut (),
    ty: TypeId,
    discard: unsafe fn(*mut ()),
    about: About,
}

/// The type of a kept value, the line that made it, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The name of its type, as `std::any::type_name` gives it.
    pub type_name: &'static str,
    /// The number of the line that made it.
    pub line: u64,
    /// Whether it was kept as the last value, whatever name it has now.
    pub is_result: bool,
    /// The thread that made the value, and its name, if no other thread may have the value.
    owner: Option<(ThreadId, String)>,
}

thread_local! {
    /// The thread for which this one asks rustc something, if it does.
    static ACTING: Cell<Option<ThreadId>> = const { Cell::new(None) };
}

/// Runs a function to which the values of another thread are there. It can take none of them.
pub fn acting_for<T>(thread: ThreadId, run: impl FnOnce() -> T) -> T {
    let before = ACTING.replace(Some(thread));
    let result = run();
    ACTING.set(before);
    result
}

impl About {
    fn new(type_name: &'static str, line: u64, is_send: bool) -> About {
        let current = thread::current();
        About {
            type_name,
            line,
            is_result: false,
            owner: (!is_send).then(|| (current.id(), current.name().unwrap_or("unnamed").to_owned())),
        }
    }

    /// Returns whether the value is there for this thread, or for the one that it acts for.
    fn is_here(&self) -> bool {
        self.is_for(ACTING.get().unwrap_or_else(|| thread::current().id()))
    }

    /// Returns whether a thread may have the value.
    fn is_for(&self, thread: ThreadId) -> bool {
        self.owner.as_ref().is_none_or(|(owner, _)| *owner == thread)
    }

    /// Returns whether the type has a part that can be written through a shared reference, as far as its name tells.
    pub fn has_cells(&self) -> bool {
        let cells = ["Cell<", "Mutex<", "RwLock<", "atomic::Atomic", "Once"];
        cells.iter().any(|cell| self.type_name.contains(cell))
    }

    /// Returns the name of the thread that the value belongs to, if that is not the current one.
    pub fn elsewhere(&self) -> Option<&str> {
        let owner = self.owner.as_ref().filter(|_| !self.is_here());
        owner.map(|(_, name)| name.as_str())
    }
}

// SAFETY: a value that is not `Send` is taken, replaced and dropped by its owner alone; `Values` sees to that.
unsafe impl Send for StoredValue {}

/// The values by name. A name has at most one value that all threads see, and one for each thread.
#[derive(Default)]
struct Values(HashMap<String, Vec<StoredValue>>);

impl Values {
    /// Takes the value that a name means on this thread, if it fits.
    fn take(&mut self, name: &str, fits: impl Fn(&StoredValue) -> bool) -> Option<StoredValue> {
        let (values, here) = (self.0.get_mut(name)?, thread::current().id());
        let at = values.iter().rposition(|kept| kept.about.is_for(here))?;
        fits(&values[at]).then(|| values.remove(at))
    }

    /// Returns whether a name has a value on this thread.
    fn has(&self, name: &str) -> bool {
        let mut values = self.0.get(name).into_iter().flatten();
        values.any(|kept| kept.about.is_here())
    }

    fn push(&mut self, name: &str, kept: StoredValue) {
        self.0.entry(name.to_owned()).or_default().push(kept);
    }
}

fn values() -> MutexGuard<'static, Values> {
    static VALUES: LazyLock<Mutex<Values>> = LazyLock::new(Mutex::default);
    VALUES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a value that a line made, in place of the value that had the name.
pub fn keep<V: 'static>(name: &str, value: V, line: u64, is_send: bool) {
    let about = About::new(type_name::<V>(), line, is_send);
    insert(name, StoredValue::new(Box::new(value), about));
}

/// Keeps the value of a line as the last one, and the last ones before it as earlier ones.
pub(crate) fn keep_result<V: 'static>(value: Box<V>, line: u64, is_send: bool) {
    let about = About::new(type_name::<V>(), line, is_send);
    insert_result(StoredValue::new(value, about));
}

/// Keeps a value that a line took, unless another value was kept under the name at a hook within that line. Where the
/// line `made` another result, an earlier result is one step older now.
pub fn put_back<V: 'static>(name: &str, value: V, about: About, made: bool) {
    insert_back(name, StoredValue::new(Box::new(value), about), made);
}

impl StoredValue {
    fn new<V: 'static>(value: Box<V>, about: About) -> StoredValue {
        StoredValue {
            at: Box::into_raw(value).cast(),
            ty: TypeId::of::<V>(),
            // SAFETY: this is called once, on the pointer that was made above from a box of this type.
            discard: |at| drop(unsafe { Box::from_raw(at.cast::<V>()) }),
            about,
        }
    }
}

/// Makes the linker keep functions that only the code of lines may call: generic functions, which are compiled with the
/// line, call these.
pub fn linked() {
    std::hint::black_box((
        insert as fn(_, _),
        insert_back as fn(_, _, _),
        insert_result as fn(_),
        About::new as fn(_, _, _) -> _,
        remove as fn(_, _) -> _,
        lend as fn(_, _, _, _),
        seen as fn(_, _) -> _,
        Earlier::restore as fn(_) -> _,
    ));
}

#[inline(never)]
fn insert_back(name: &str, kept: StoredValue, made: bool) {
    unlend(name);
    let now = if made && kept.about.is_result {
        older(name)
    } else {
        Some(name)
    };
    // What a `let` has bound comes back to its name, though an earlier result took that meanwhile.
    let gives_way = |other: &About| other.is_result && !kept.about.is_result && name != LAST;
    let is_taken = |now: &&str| {
        let mut others = all().into_iter();
        others.any(|(other, about)| other == **now && about.is_here() && !gives_way(&about))
    };
    match now.filter(|now| !is_taken(now)) {
        Some(now) => insert(now, kept),
        None => discard(name, kept),
    }
}

#[inline(never)]
fn insert(name: &str, mut kept: StoredValue) {
    kept.about.is_result |= name == LAST;
    let mut values = values();
    let replaced = values.take(name, |_| true);
    values.push(name, kept);
    drop(values);
    replaced.into_iter().for_each(|kept| discard(name, kept));
}

/// Takes a kept value. Returns `None`, and takes nothing, if the name has no value of this type on this thread.
pub fn kept<V: 'static>(name: &str) -> Option<(V, About)> {
    let (at, about) = remove(name, TypeId::of::<V>())?;
    // SAFETY: it is a box of the type that has this `TypeId`, which is `V`: all of its lifetimes are `'static`.
    Some((*unsafe { Box::from_raw(at.cast::<V>()) }, about))
}

#[inline(never)]
fn remove(name: &str, ty: TypeId) -> Option<(*mut (), About)> {
    values()
        .take(name, |kept| kept.ty == ty)
        .map(|kept| (kept.at, kept.about))
}

/// Returns for each name, in the order of names, what is known of the value that it means on this thread, or else of a
/// value of another thread.
pub fn all() -> Vec<(String, About)> {
    let values = values();
    let meant = values.0.iter().filter_map(|(name, kept)| {
        let here = kept.iter().rfind(|kept| kept.about.is_here());
        Some((name.clone(), here.or(kept.last())?.about.clone()))
    });
    let mut all: Vec<_> = meant.collect();
    sort_by(&mut all, &|(one, _), (other, _)| one.cmp(other));
    all
}

/// Returns whether a name has a kept value that this thread may take.
pub fn is_here(name: &str) -> bool {
    all().iter().any(|(other, about)| other == name && about.is_here())
}

/// Copies a value to the heap without a copy on the stack, which may be too small for it.
pub fn boxed<V: Copy>(value: &V) -> Box<V> {
    let mut copy = Box::<V>::new_uninit();
    // SAFETY: a `Copy` value is its bytes; the box is of its type, and is initialized by them.
    unsafe {
        copy.as_mut_ptr().copy_from_nonoverlapping(value, 1);
        copy.assume_init()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_value_is_kept_taken_and_replaced() {
        keep("kept_y", String::from("kept"), 1, true);
        assert!(kept::<Vec<u8>>("kept_y").is_none());
        assert_eq!(kept::<String>("kept_y").unwrap().0, "kept");
        assert!(kept::<String>("kept_y").is_none());
        let once = Rc::new(());
        keep("kept_r", once.clone(), 2, false);
        keep("kept_r", 5, 3, true);
        assert_eq!(Rc::strong_count(&once), 1);
        assert_eq!(kept::<i32>("kept_r").unwrap().0, 5);
    }

    #[test]
    fn other_threads_have_what_is_send() {
        keep("kept_send", 5, 1, true);
        keep("kept_own", Rc::new(5), 1, false);
        thread::spawn(|| {
            assert_eq!(kept::<i32>("kept_send").unwrap().0, 5);
            assert!(kept::<Rc<i32>>("kept_own").is_none());
            keep("kept_own", Rc::new(6), 2, false);
            assert_eq!(*kept::<Rc<i32>>("kept_own").unwrap().0, 6);
        })
        .join()
        .unwrap();
        let owner = thread::current().id();
        thread::spawn(move || {
            acting_for(owner, || {
                assert!(is_here("kept_own"));
                assert!(kept::<Rc<i32>>("kept_own").is_none());
                discard_here("kept_own");
            });
        })
        .join()
        .unwrap();
        assert_eq!(*kept::<Rc<i32>>("kept_own").unwrap().0, 5);
    }

    #[test]
    fn what_is_outdated_goes() {
        keep("kept_old", 5, 71, true);
        assert_eq!(forget(|about| about.line == 71), ["kept_old"]);
        assert!(!is_here("kept_old"));
    }
}
