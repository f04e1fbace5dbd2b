//! The values that `let` keeps between lines, until the program ends.
//!
//! A kept value goes from one compiled line to the next with the `TypeId` that it was kept with, and only a line for
//! which its type has that one gets it. That is a proof since no path means two things in a slot, see
//! [`crate::eval::codegen::nest`]. A value that is not `Send` stays with the thread that made it.
#![allow(unsafe_code)]

use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// A value on the heap, its type erased. It is not dropped unless it is taken or replaced.
struct StoredValue {
    at: *mut (),
    ty: TypeId,
    discard: unsafe fn(*mut ()),
    about: About,
}

/// The type of a kept value, the line that made it, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) type_name: &'static str,
    /// The number of the line that made it.
    pub(crate) line: u64,
    /// The thread that made it, if it is that thread's alone.
    owner: Option<(ThreadId, String)>,
}

impl About {
    fn is_here(&self) -> bool {
        self.owner
            .as_ref()
            .is_none_or(|(owner, _)| *owner == thread::current().id())
    }

    /// Tells whether its type has a part that is written through a shared reference, as far as its name tells.
    pub(crate) fn has_cells(&self) -> bool {
        let cells = ["Cell<", "Mutex<", "RwLock<", "atomic::Atomic", "Once"];
        cells.iter().any(|cell| self.type_name.contains(cell))
    }

    /// Gives the name of the thread that it belongs to, where that is another than this.
    pub(crate) fn elsewhere(&self) -> Option<&str> {
        let owner = self.owner.as_ref().filter(|_| !self.is_here());
        owner.map(|(_, name)| name.as_str())
    }
}

// SAFETY: a value that is not `Send` is taken, replaced and dropped by its owner alone; `Values` sees to that.
unsafe impl Send for StoredValue {}

/// The values by name. Of each there is at most one that all threads see, and one for each thread.
#[derive(Default)]
struct Values(HashMap<String, Vec<StoredValue>>);

impl Values {
    /// Takes what a name means on this thread.
    fn take(&mut self, name: &str, fits: impl Fn(&StoredValue) -> bool) -> Option<StoredValue> {
        let values = self.0.get_mut(name)?;
        let at = values.iter().rposition(|kept| kept.about.is_here())?;
        fits(&values[at]).then(|| values.remove(at))
    }
}

fn values() -> MutexGuard<'static, Values> {
    static VALUES: LazyLock<Mutex<Values>> = LazyLock::new(Mutex::default);
    VALUES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a value that a line made, in place of what had the name.
pub(crate) fn keep<V: 'static>(name: &str, value: V, line: u64, is_send: bool) {
    keep_boxed(name, Box::new(value), line, is_send);
}

/// Keeps a value that is on the heap already, in place of what had the name.
pub(crate) fn keep_boxed<V: 'static>(name: &str, value: Box<V>, line: u64, is_send: bool) {
    let current = thread::current();
    let owner = (!is_send).then(|| (current.id(), current.name().unwrap_or("unnamed").to_owned()));
    let about = About {
        type_name: type_name::<V>(),
        line,
        owner,
    };
    insert_boxed(name, value, about);
}

/// Keeps a value that a line took, unless a hook within the line has kept another of its name since.
pub(crate) fn put_back<V: 'static>(name: &str, value: V, about: About) {
    insert_back(name, StoredValue::new(Box::new(value), about));
}

fn insert_boxed<V: 'static>(name: &str, value: Box<V>, about: About) {
    insert(name, StoredValue::new(value, about));
}

impl StoredValue {
    fn new<V: 'static>(value: Box<V>, about: About) -> StoredValue {
        StoredValue {
            at: Box::into_raw(value).cast(),
            ty: TypeId::of::<V>(),
            // SAFETY: called once, on a box of this type.
            discard: |at| drop(unsafe { Box::from_raw(at.cast::<V>()) }),
            about,
        }
    }
}

/// Values that a line has while it runs.
pub(crate) struct InUse(usize);

/// A value that a running line has.
struct Used {
    /// Of the line, as [`InUse`] counts them.
    of: usize,
    name: String,
    lent: Option<Lent>,
}

/// Where the value is for as long as the line only reads it.
struct Lent {
    at: *const (),
    ty: TypeId,
    about: About,
    thread: ThreadId,
}

// SAFETY: only the thread that the line runs on asks for what is there.
unsafe impl Send for Lent {}

static IN_USE: Mutex<(usize, Vec<Used>)> = Mutex::new((0, Vec::new()));

fn in_use() -> MutexGuard<'static, (usize, Vec<Used>)> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl InUse {
    pub(crate) fn new(names: Vec<String>) -> InUse {
        let mut all = in_use();
        all.0 += 1;
        let of = all.0;
        let used = names.into_iter().map(|name| Used { of, name, lent: None });
        all.1.extend(used);
        InUse(of)
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        in_use().1.retain(|used| used.of != self.0);
    }
}

/// Tells whether a running line has the value of this name.
pub(crate) fn is_in_use(name: &str) -> bool {
    in_use().1.iter().any(|used| used.name == name)
}

/// The last of the lines that run has a value at this address, and only reads it until it is [`unlend`]ed.
#[inline(never)]
pub(crate) fn lend(name: &str, at: *const (), ty: TypeId, about: About) {
    let thread = thread::current().id();
    if let Some(used) = in_use()
        .1
        .iter_mut()
        .rfind(|used| used.name == name && used.lent.is_none())
    {
        used.lent = Some(Lent { at, ty, about, thread });
    }
}

/// The line puts the value back, or another.
pub(crate) fn unlend(name: &str) {
    let here = thread::current().id();
    let lent = |used: &&mut Used| used.name == name && used.lent.as_ref().is_some_and(|lent| lent.thread == here);
    if let Some(used) = in_use().1.iter_mut().rfind(lent) {
        used.lent = None;
    }
}

/// What is known of the value of a running line that only reads it, on this thread.
pub(crate) fn lent(name: &str) -> Option<About> {
    let here = thread::current().id();
    let all = in_use();
    let lent = all.1.iter().rfind(|used| used.name == name)?.lent.as_ref()?;
    (lent.thread == here).then(|| lent.about.clone())
}

/// What is known of all values that running lines only read, on this thread, and of which none has the name since.
pub(crate) fn all_lent() -> Vec<(String, About)> {
    let names: Vec<String> = in_use().1.iter().map(|used| used.name.clone()).collect();
    let lent = names.into_iter().filter(|name| !is_here(name));
    let mut lent: Vec<_> = lent.filter_map(lent_of).collect();
    lent.sort_by(|(one, _), (other, _)| one.cmp(other));
    lent.dedup_by(|(one, _), (other, _)| one == other);
    lent
}

fn lent_of(name: String) -> Option<(String, About)> {
    let about = lent(&name)?;
    Some((name, about))
}

/// The value of a running line that only reads it, if it is of this type.
#[inline(never)]
pub(crate) fn seen(name: &str, ty: TypeId) -> Option<*const ()> {
    let here = thread::current().id();
    let all = in_use();
    let lent = all.1.iter().rfind(|used| used.name == name)?.lent.as_ref()?;
    (lent.thread == here && lent.ty == ty).then_some(lent.at)
}

/// What a value was before a line that may have written or moved it.
pub(crate) struct Earlier {
    name: &'static str,
    stored: Option<StoredValue>,
    forgets: u64,
}

impl Earlier {
    pub(crate) fn new<V: 'static>(name: &'static str, value: Box<V>, about: About) -> Earlier {
        Earlier {
            name,
            stored: Some(StoredValue::new(value, about)),
            forgets: FORGETS.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Puts it back. Whether the name means no other value since, and the type is still the same.
    pub(crate) fn restore(mut self) -> bool {
        let Some(stored) = self.stored.take() else { return false };
        let outdated = self.forgets != FORGETS.load(Ordering::Relaxed) && stored.about.type_name.contains("{{");
        let another = all().into_iter().find(|(name, _)| name == self.name);
        let another = another.is_some_and(|(_, about)| about.line != stored.about.line);
        if outdated || another || is_in_use(self.name) {
            self.stored = Some(stored);
            return false;
        }
        insert(self.name, stored);
        true
    }
}

impl Drop for Earlier {
    fn drop(&mut self) {
        if let Some(stored) = self.stored.take() {
            discard(self.name, stored);
        }
    }
}

/// How often values were forgotten for their types.
static FORGETS: AtomicU64 = AtomicU64::new(0);

/// Has the linker keep the functions in the program that are called by the generic ones, which a line brings along.
pub(crate) fn linked() {
    std::hint::black_box((
        insert as fn(_, _),
        insert_back as fn(_, _),
        remove as fn(_, _) -> _,
        lend as fn(_, _, _, _),
        seen as fn(_, _) -> _,
        Earlier::restore as fn(_) -> _,
    ));
}

#[inline(never)]
fn insert_back(name: &str, kept: StoredValue) {
    unlend(name);
    if is_here(name) {
        return discard(name, kept);
    }
    insert(name, kept);
}

#[inline(never)]
fn insert(name: &str, kept: StoredValue) {
    let mut values = values();
    let replaced = values.take(name, |_| true);
    values.0.entry(name.to_owned()).or_default().push(kept);
    drop(values);
    replaced.into_iter().for_each(|kept| discard(name, kept));
}

/// Takes a kept value. If there is none of this type on this thread, it gives `None`, and takes nothing.
pub(crate) fn kept<V: 'static>(name: &str) -> Option<(V, About)> {
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

/// Forgets the values that a predicate names, and gives their names. One that belongs to another thread is not dropped.
pub(crate) fn forget(outdated: impl Fn(&About) -> bool) -> Vec<String> {
    FORGETS.fetch_add(1, Ordering::Relaxed);
    let mut dropped = Vec::new();
    for (name, kept) in &mut values().0 {
        let out = kept.extract_if(.., |kept| outdated(&kept.about));
        dropped.extend(out.map(|kept| (name.clone(), kept)));
    }
    let mut names = Vec::new();
    for (name, kept) in dropped {
        if kept.about.is_here() {
            discard(&name, kept);
        }
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Of values whose end panicked, that is said behind the line.
static PANICKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Gives what there is to say of values whose end panicked, once.
pub(crate) fn panicked() -> Vec<String> {
    std::mem::take(&mut *PANICKED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Ends the value of a name that this thread may take, if there is one.
pub(crate) fn discard_here(name: &str) {
    let value = values().take(name, |_| true);
    value.into_iter().for_each(|kept| discard(name, kept));
}

fn discard(name: &str, StoredValue { at, discard, .. }: StoredValue) {
    let dropped = crate::guard::caught(|| {
        // SAFETY: `at` is the box that `discard` was made for, it was just taken out, and this thread may drop it.
        unsafe { discard(at) }
    });
    if let Err(message) = dropped {
        let said = format!("dropping the value that `{name}` had panicked: {message}");
        PANICKED.lock().unwrap_or_else(PoisonError::into_inner).push(said);
    }
}

/// Gives what each name means on this thread, or whose it is, sorted by name.
pub(crate) fn all() -> Vec<(String, About)> {
    let values = values();
    let meant = values.0.iter().filter_map(|(name, kept)| {
        let here = kept.iter().rfind(|kept| kept.about.is_here());
        Some((name.clone(), here.or(kept.last())?.about.clone()))
    });
    let mut all: Vec<_> = meant.collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all
}

/// Tells whether a name is kept and this thread may take it.
pub(crate) fn is_here(name: &str) -> bool {
    all().iter().any(|(other, about)| other == name && about.is_here())
}

/// Copies a value to the heap; it never passes over the stack.
pub(crate) fn boxed<V: Copy>(value: &V) -> Box<V> {
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
        assert_eq!(*kept::<Rc<i32>>("kept_own").unwrap().0, 5);
    }

    #[test]
    fn what_is_outdated_goes() {
        keep("kept_old", 5, 71, true);
        assert_eq!(forget(|about| about.line == 71), ["kept_old"]);
        assert!(!is_here("kept_old"));
    }
}
