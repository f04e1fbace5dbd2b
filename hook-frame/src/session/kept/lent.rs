//! The kept values that running lines have.
//!
//! A line takes the values that it names, so a hook within the line would find none of them. A value that the line only
//! reads is therefore lent: lines at such a hook, on the same thread, see it by reference.
#![allow(unsafe_code)]

use std::any::TypeId;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use hook_rustc::sorted::sort_by;

use super::{About, is_here};

/// The values that one running line has, until this is dropped.
pub struct InUse(usize);

/// A value that a running line has.
struct Used {
    /// The number of the line in [`InUse`].
    of: usize,
    name: String,
    lent: Option<Lent>,
}

/// The place of a value that its line only reads.
struct Lent {
    at: *const (),
    ty: TypeId,
    about: About,
    thread: ThreadId,
}

// SAFETY: only the thread that the line runs on is given the address, see `seen`.
unsafe impl Send for Lent {}

/// The number of lines that had values so far, and the values that running lines have.
static IN_USE: Mutex<(usize, Vec<Used>)> = Mutex::new((0, Vec::new()));

fn in_use() -> MutexGuard<'static, (usize, Vec<Used>)> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl InUse {
    /// Marks the values of these names as in use by a line.
    pub fn new(names: Vec<String>) -> InUse {
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

/// Returns whether a running line has the value of this name.
pub fn is_in_use(name: &str) -> bool {
    in_use().1.iter().any(|used| used.name == name)
}

/// Notes that the last of the running lines has a value at this address, and only reads it until `unlend` is called.
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

/// Notes that the last of the running lines puts the value back, or another.
pub(crate) fn unlend(name: &str) {
    let here = thread::current().id();
    let lent = |used: &&mut Used| used.name == name && used.lent.as_ref().is_some_and(|lent| lent.thread == here);
    if let Some(used) = in_use().1.iter_mut().rfind(lent) {
        used.lent = None;
    }
}

/// Returns what is known of a value that a running line of this thread only reads.
pub fn lent(name: &str) -> Option<About> {
    let here = thread::current().id();
    let all = in_use();
    let lent = all.1.iter().rfind(|used| used.name == name)?.lent.as_ref()?;
    (lent.thread == here).then(|| lent.about.clone())
}

/// Returns what is known of all values that running lines of this thread only read, except where a newer value has the
/// name.
pub fn all_lent() -> Vec<(String, About)> {
    let names: Vec<String> = in_use().1.iter().map(|used| used.name.clone()).collect();
    let lent = names.into_iter().filter(|name| !is_here(name));
    let mut lent: Vec<_> = lent.filter_map(lent_of).collect();
    sort_by(&mut lent, &|(one, _), (other, _)| one.cmp(other));
    lent.dedup_by(|(one, _), (other, _)| one == other);
    lent
}

fn lent_of(name: String) -> Option<(String, About)> {
    let about = lent(&name)?;
    Some((name, about))
}

/// Returns the address of a value that a running line of this thread only reads, if it is of this type.
#[inline(never)]
pub(crate) fn seen(name: &str, ty: TypeId) -> Option<*const ()> {
    let here = thread::current().id();
    let all = in_use();
    let lent = all.1.iter().rfind(|used| used.name == name)?.lent.as_ref()?;
    (lent.thread == here && lent.ty == ty).then_some(lent.at)
}
