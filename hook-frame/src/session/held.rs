//! The values of `let`s that borrow from the frame. They are held while the hook is open.
//!
//! Such a value has no `TypeId`, because lifetimes stand in its type. What proves the type is this: the line that made
//! the value is repeated where a later line uses it, so rustc infers the same type, with lifetimes that are bound in
//! the same way; and the ids of both types without their lifetimes are the same. A line that uses the value counts as a
//! line that makes it anew: it may put another borrow into the value, and it may give away, to a kept value, a static
//! or a thread, what shares a cell with the value, into which no borrow may be put from then on. As other held values
//! may share the cell, too, all lines are repeated that used one of them.
//!
//! Every such value outlives the lifetime of the slot's argument (see `abi::opening`), which is that of the hook's
//! opening. What it borrows stays as it is, because later lines have the places that it borrows only by shared
//! reference, or, where it borrows uniquely, not at all. A line that does not use the value and needs such a place in
//! another way ends the value.
#![allow(unsafe_code)]

use std::any::TypeId;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::guard;

/// A place of one of these types that can only be read is copied. No lifetime stands in these types.
pub const SCALAR: [&str; 16] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// What the values that a line holds may borrow from. Places are given by their positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Borrows {
    /// The places that are borrowed shared.
    pub shared: Vec<usize>,
    /// The places that are borrowed uniquely.
    pub unique: Vec<usize>,
    /// The held values that are borrowed themselves.
    pub values: Vec<HeldId>,
}

/// A number for each held value, which is never used again.
pub type HeldId = u64;

/// The type of a held value, and the last line that made or changed it.
#[derive(Clone, Debug)]
pub struct HeldAbout {
    /// The number of the value.
    pub id: HeldId,
    /// The name that the line gave it.
    pub name: String,
    /// The name of its type, as `std::any::type_name` gives it.
    pub type_name: &'static str,
    /// The number of the last line that made or changed it.
    pub line: u64,
    /// What it may borrow from.
    pub borrows: Borrows,
    /// Another value has the name now, and this one is still borrowed.
    pub is_hidden: bool,
}

/// A value on the heap whose type is erased.
pub(crate) struct HeldBox {
    /// The address of the value.
    pub at: *mut (),
    /// The id of the type without its lifetimes.
    pub ty: TypeId,
    /// Drops the box. A value that need not be dropped has none, so that its box is only given back.
    pub discard: unsafe fn(*mut ()),
    pub(crate) needs_drop: bool,
    /// The name of its type, as `std::any::type_name` gives it.
    pub type_name: &'static str,
}

struct HeldValue {
    opening: u64,
    about: HeldAbout,
    /// The value, unless a running line has it.
    value: Option<HeldBox>,
}

// SAFETY: values are made, taken and dropped only by the thread at the hook of their opening.
unsafe impl Send for HeldValue {}

/// A name whose held value is gone.
struct Gone {
    opening: u64,
    name: String,
    why: String,
}

#[derive(Default)]
struct Held {
    /// The values of all openings, in the order in which lines made or changed them.
    values: Vec<HeldValue>,
    gone: Vec<Gone>,
    ids: HeldId,
}

fn held() -> MutexGuard<'static, Held> {
    static HELD: Mutex<Held> = Mutex::new(Held {
        values: Vec::new(),
        gone: Vec::new(),
        ids: 0,
    });
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Borrows {
    /// Adds what another value borrows.
    pub fn add(&mut self, other: &Borrows) {
        let add = |all: &mut Vec<usize>, more: &[usize]| {
            let new: Vec<usize> = more.iter().copied().filter(|one| !all.contains(one)).collect();
            all.extend(new);
        };
        add(&mut self.shared, &other.shared);
        add(&mut self.unique, &other.unique);
        let values = other.values.iter().copied().filter(|id| !self.values.contains(id));
        self.values.extend(values.collect::<Vec<_>>());
    }
}

impl HeldAbout {
    /// Returns whether the value may borrow the local at this position; with `uniquely`, only a `&mut` counts.
    pub fn borrows_place(&self, position: usize, uniquely: bool) -> bool {
        self.borrows.unique.contains(&position) || !uniquely && self.borrows.shared.contains(&position)
    }
}

/// Returns the values that borrow in the given way, and those that borrow from them in turn.
pub fn borrowers<'h>(held: &[&'h HeldAbout], borrows: impl Fn(&HeldAbout) -> bool) -> Vec<&'h HeldAbout> {
    let mut all: Vec<&HeldAbout> = held.iter().filter(|held| borrows(held)).copied().collect();
    loop {
        let is_known = |id: HeldId| all.iter().any(|known| known.id == id);
        let is_more = |held: &&&HeldAbout| !is_known(held.id) && held.borrows.values.iter().any(|id| is_known(*id));
        let more: Vec<&HeldAbout> = held.iter().filter(is_more).copied().collect();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

impl Held {
    fn find(&mut self, opening: u64, name: &str) -> Option<&mut HeldValue> {
        let is_it = |held: &&mut HeldValue| held.opening == opening && held.about.name == name && !held.about.is_hidden;
        self.values.iter_mut().rfind(is_it)
    }

    fn is_borrowed(&self, id: HeldId) -> bool {
        self.values.iter().any(|held| held.about.borrows.values.contains(&id))
    }
}

/// Returns what is known of the held value that a name means at an opening of a hook.
pub fn about(opening: u64, name: &str) -> Option<HeldAbout> {
    let mut held = held();
    let value = held.find(opening, name)?;
    value.value.is_some().then(|| value.about.clone())
}

/// Returns what is known of all values that are held at an opening of a hook, also of those that have no name any more.
pub fn all(opening: u64) -> Vec<HeldAbout> {
    let held = held();
    let values = held.values.iter().filter(|held| held.opening == opening);
    values.map(|held| held.about.clone()).collect()
}

/// Holds a value under a name. A value that had the name is dropped, unless another one borrows it.
#[inline(never)]
pub(crate) fn hold(opening: u64, name: &str, value: HeldBox, line: u64, borrows: Borrows) {
    release(opening, name);
    let borrows = match SCALAR.contains(&value.type_name) {
        true => Borrows::default(),
        false => borrows,
    };
    let mut held = held();
    held.ids += 1;
    let about = HeldAbout {
        id: held.ids,
        name: name.to_owned(),
        type_name: value.type_name,
        line,
        borrows,
        is_hidden: false,
    };
    held.gone.retain(|gone| gone.opening != opening || gone.name != name);
    held.values.push(HeldValue {
        opening,
        about,
        value: Some(value),
    });
}

/// Drops the value of a name, because the name gets another value. A value that is borrowed is only hidden.
#[inline(never)]
pub fn release(opening: u64, name: &str) {
    let mut all = held();
    let Some(id) = all.find(opening, name).map(|held| held.about.id) else {
        return;
    };
    if all.is_borrowed(id) {
        all.values
            .iter_mut()
            .filter(|held| held.about.id == id)
            .for_each(|held| held.about.is_hidden = true);
        return;
    }
    let out: Vec<HeldValue> = all.values.extract_if(.., |held| held.about.id == id).collect();
    drop(all);
    out.into_iter().for_each(discard);
}

/// Takes a held value, if its type without lifetimes has this id.
#[inline(never)]
pub(crate) fn take(opening: u64, name: &str, ty: TypeId) -> Option<*mut ()> {
    let mut held = held();
    let value = held.find(opening, name)?;
    let value = value.value.take_if(|value| value.ty == ty)?;
    Some(value.at)
}

/// Returns the address of a held value, if its type without lifetimes has this id. The value stays there for as long as
/// it is borrowed.
#[inline(never)]
pub(crate) fn address(opening: u64, name: &str, ty: TypeId) -> Option<*const ()> {
    let mut held = held();
    let value = held.find(opening, name)?.value.as_ref()?;
    (value.ty == ty).then_some(value.at.cast_const())
}

/// Puts back a value that a line took.
#[inline(never)]
pub(crate) fn put_back(opening: u64, name: &str, value: HeldBox) {
    if let Some(held) = held().find(opening, name) {
        held.value = Some(value);
    }
}

/// Notes that a line may have changed what a value borrows, and so has made it anew, with what it may borrow now
/// besides what it borrowed before.
pub fn touch(opening: u64, name: &str, line: u64, borrows: &Borrows) {
    let mut held = held();
    let is_it = |held: &HeldValue| held.opening == opening && held.about.name == name && !held.about.is_hidden;
    let Some(at) = held.values.iter().rposition(is_it) else {
        return;
    };
    let mut value = held.values.remove(at);
    value.about.line = line;
    if !SCALAR.contains(&value.about.type_name) {
        value.about.borrows.add(borrows);
    }
    // A value that borrows from itself would never be dropped.
    value.about.borrows.values.retain(|id| *id != value.about.id);
    held.values.push(value);
}

/// Notes that a line took a value and does not put it back.
pub fn moved(opening: u64, name: &str) {
    let mut held = held();
    let is_it = |held: &HeldValue| held.opening == opening && held.about.name == name && held.value.is_none();
    held.values.retain(|value| !is_it(value));
}

/// Drops held values, and notes why they are gone.
pub fn end(opening: u64, whys: &[(HeldId, String)]) {
    let mut all = held();
    let why = |held: &HeldValue| whys.iter().find(|(id, _)| *id == held.about.id);
    let out: Vec<HeldValue> = all.values.extract_if(.., |held| why(held).is_some()).collect();
    for gone in out.iter().filter(|held| !held.about.is_hidden) {
        all.gone.push(Gone {
            opening,
            name: gone.about.name.clone(),
            why: why(gone).map(|(_, why)| why.clone()).unwrap_or_default(),
        });
    }
    drop(all);
    // What borrows from another held value was made or changed later than that.
    out.into_iter().rev().for_each(discard);
}

/// Has no line use the values of some types any more, given by the names of these, and returns their names. They live
/// on until their hooks go on, for others may borrow them, and they belong to other threads.
pub fn hide(outdated: impl Fn(&str) -> bool, why: &str) -> Vec<String> {
    let mut all = held();
    let Held { values, gone, .. } = &mut *all;
    let mut names = Vec::new();
    for held in values.iter_mut().filter(|held| outdated(held.about.type_name)) {
        let name = std::mem::take(&mut held.about.name);
        if !std::mem::replace(&mut held.about.is_hidden, true) {
            gone.push(Gone {
                opening: held.opening,
                name: name.clone(),
                why: why.to_owned(),
            });
            names.push(name);
        }
    }
    names
}

/// Returns the reason for which a name that had a held value means nothing now.
pub fn why_gone(opening: u64, name: &str) -> Option<String> {
    let held = held();
    let gone = held
        .gone
        .iter()
        .rfind(|gone| gone.opening == opening && gone.name == name)?;
    Some(gone.why.clone())
}

/// Holds values at an opening of a hook until this is dropped.
pub struct HeldValues(u64);

impl HeldValues {
    /// Begins to hold values at this opening.
    pub fn new(opening: u64) -> HeldValues {
        HeldValues(opening)
    }
}

impl Drop for HeldValues {
    fn drop(&mut self) {
        let mut all = held();
        all.gone.retain(|gone| gone.opening != self.0);
        let out: Vec<HeldValue> = all.values.extract_if(.., |held| held.opening == self.0).collect();
        drop(all);
        out.into_iter().rev().for_each(discard);
    }
}

fn discard(held: HeldValue) {
    let Some(value) = held.value else { return };
    // Two values may borrow from each other, so a value that borrows from another is not looked at by its drop.
    if value.needs_drop && !held.about.borrows.values.is_empty() {
        return;
    }
    let name = held.about.name;
    let dropped = guard::caught(|| {
        // SAFETY: `at` is the box that `discard` was made for, it was just taken out, and this is the thread of its
        // hook, which is still open. All that the value borrows from the frame is as it was.
        unsafe { (value.discard)(value.at) }
    });
    if let Err(message) = dropped {
        super::kept::tell_panic(&name, &message);
    }
}

/// Makes the linker keep functions that only the code of lines may call.
pub fn linked() {
    std::hint::black_box((
        hold as fn(_, _, _, _, _),
        release as fn(_, _),
        take as fn(_, _, _) -> _,
        address as fn(_, _, _) -> _,
        put_back as fn(_, _, _),
    ));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Counts its drops.
    struct Counted<'c>(&'c Cell<Vec<u8>>, u8);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            let mut dropped = self.0.take();
            dropped.push(self.1);
            self.0.set(dropped);
        }
    }

    fn boxed(dropped: &Cell<Vec<u8>>, number: u8) -> HeldBox {
        HeldBox {
            at: Box::into_raw(Box::new(Counted(dropped, number))).cast(),
            ty: TypeId::of::<u8>(),
            // SAFETY: it is called on the box that was made above.
            discard: |at| drop(unsafe { Box::from_raw(at.cast::<Counted<'_>>()) }),
            needs_drop: true,
            type_name: "Counted",
        }
    }

    #[test]
    fn values_are_dropped_in_the_reverse_order_of_the_lines_that_made_them() {
        let (dropped, opening) = (Cell::default(), 1 << 40);
        let open = HeldValues::new(opening);
        hold(opening, "a", boxed(&dropped, 1), 1, Borrows::default());
        hold(opening, "b", boxed(&dropped, 2), 2, Borrows::default());
        assert!(take(opening, "a", TypeId::of::<i8>()).is_none());
        let at = take(opening, "a", TypeId::of::<u8>()).unwrap();
        assert!(about(opening, "a").is_none());
        let back = HeldBox {
            at,
            ..boxed(&dropped, 9)
        };
        put_back(opening, "a", back);
        touch(opening, "a", 3, &Borrows::default());
        assert_eq!(about(opening, "a").unwrap().line, 3);
        hold(opening, "b", boxed(&dropped, 3), 4, Borrows::default());
        assert_eq!(dropped.take(), [2]);
        drop(open);
        assert_eq!(dropped.take(), [3, 1]);
    }

    #[test]
    fn what_is_borrowed_stays() {
        let (dropped, opening) = (Cell::default(), 2 << 40);
        let open = HeldValues::new(opening);
        hold(opening, "a", boxed(&dropped, 1), 1, Borrows::default());
        let id = about(opening, "a").unwrap().id;
        let borrows = Borrows {
            values: vec![id],
            ..Borrows::default()
        };
        hold(opening, "b", boxed(&dropped, 2), 2, borrows);
        hold(opening, "a", boxed(&dropped, 3), 3, Borrows::default());
        assert!(all(opening)[0].is_hidden);
        end(opening, &[(about(opening, "a").unwrap().id, "gone".to_owned())]);
        assert_eq!(why_gone(opening, "a").as_deref(), Some("gone"));
        assert_eq!(dropped.take(), [3]);
        drop(open);
        assert_eq!(dropped.take(), [1]);
    }
}
