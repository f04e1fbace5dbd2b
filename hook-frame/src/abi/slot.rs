//! The slot of a hook, and the captured places that are given to a line which is compiled into it.
//!
//! `F` is the list of the captured places, last first: `(*mut A, (*const B, ()))`, a list of such lists, for rustc
//! does not lay out a tuple that is nested more than some hundred times. The attribute infers it, the frame behind it
//! is an array of untyped pointers in the same order, and [`Places::next`] brings both together. So a line takes each
//! value out of its place, works on it under its own name, and puts it back, whatever happens in between.
//!
//! Lifetimes stand in `F`, and rustc checks a line against them, as it checks the function around it: [`Slot`] and
//! [`Places`] are invariant in `F`, so that the line sees the very types that [`Slot::tie`] was given. A place that
//! can be written is
//! `*mut`, which is invariant, too, as `&mut` is; what is read through `*const` may be seen with shorter lifetimes.
#![allow(unsafe_code)]

use std::any::{TypeId, type_name};
use std::marker::PhantomData;

use super::like::Like;
use super::line::{Instance, Role, RunningLine};
use crate::frame::{Code, EarlyReturn, Returned, ReturningCode, early_return};
use crate::type_id::erased_id;

/// The argument of a slot: the captured places that were not yet taken off the list `F`.
///
/// Invariance in `'f` keeps lines from taking a shorter lifetime for that of the hook's opening, and the bound on `F`
/// tells rustc that all lifetimes of the frame last as long.
pub struct Places<'f, F: ?Sized + 'f> {
    places: &'f [*mut ()],
    of: PhantomData<Invariant<'f, F>>,
}

type Invariant<'f, F> = fn(&'f ()) -> (&'f (), *mut F);

/// Lets rustc infer the list of places of a hook, and the type `R` that the function returns.
pub struct Slot<F: ?Sized, R = ()>(PhantomData<fn() -> (*mut F, *mut R)>);

/// The list of places of a hook at which the function can be left: the first takes what a line returns.
type WithReturn<F, R> = ((*mut Returned<R>, ()), F);

/// Returns a place that can be read, for the list.
pub fn read_place<T>(place: &T) -> *const T {
    place
}

/// Returns a place that can be written, for the list.
pub fn written_place<T>(place: &mut T) -> *mut T {
    place
}

impl<F: ?Sized, R> Slot<F, R> {
    #[allow(clippy::new_without_default)]
    /// Makes a slot. `Slot::tie` tells rustc its list.
    pub const fn new() -> Self {
        Slot(PhantomData)
    }

    /// Tells rustc the list of the places.
    pub fn tie(&self, _: F)
    where
        F: Sized,
    {
    }

    /// Returns the code of the slot, from which a line can return.
    pub fn returning_code(
        &self,
        code: for<'f> fn(&mut Places<'f, WithReturn<F, R>>, &mut RunningLine<'_>),
    ) -> ReturningCode<R>
    where
        F: Sized,
    {
        // SAFETY: the function has the type of a slot.
        ReturningCode::of(unsafe { Code::at(code as usize) })
    }

    /// Returns the type that the function returns to code that never runs.
    pub fn early_return(&self) -> EarlyReturn<R> {
        early_return()
    }
}

impl<F: ?Sized> Slot<F> {
    /// Returns the code of the slot, from which no line can return.
    pub fn code(&self, code: for<'f> fn(&mut Places<'f, F>, &mut RunningLine<'_>)) -> Code {
        // SAFETY: the function has the type of a slot.
        unsafe { Code::at(code as usize) }
    }
}

/// Calls a slot loaded for this hook.
///
/// # Safety
///
/// `address` is that of a function compiled from the same slot, that is, of the same name; and `places` points to the
/// captured places in the order of the list. None of those that the code names is borrowed otherwise for as long as
/// this runs.
pub unsafe fn call_loaded(address: usize, places: &[*mut ()], line: &mut RunningLine<'_>) {
    // SAFETY: of this type but for `F`, which does not change how a reference to a `Places` is passed.
    let code: for<'f> fn(&mut Places<'f, ()>, &mut RunningLine<'_>) = unsafe { std::mem::transmute(address) };
    code(
        &mut Places {
            places,
            of: PhantomData,
        },
        line,
    );
}

/// A type that is another for each instance of a slot. A reload knows it by its name: its id tells no value.
struct SlotInstance<C, F: ?Sized>(PhantomData<(C, *mut F)>);

/// Is the body of a slot in the program. The bodies have to differ, or the optimizer would merge them: the type of a
/// closure in the slot has the type arguments of the function around it.
#[inline(always)]
pub fn idle<F: ?Sized, C>(_: &mut Places<'_, F>, line: &mut RunningLine<'_>, id: u64, _: C) {
    tell_instance(line, &id, type_name::<C>(), erased_id::<SlotInstance<C, F>>);
}

/// Is the body of a slot with a line in it. The slot is found by its reference to `mark`.
#[inline(always)]
pub fn run_line<'f, F: ?Sized, C>(
    frame: &mut Places<'f, F>,
    line: &mut RunningLine<'_>,
    mark: &'static u64,
    _: C,
    body: impl FnOnce(Places<'f, F>, &mut RunningLine<'_>),
) {
    if tell_instance(line, mark, type_name::<C>(), erased_id::<SlotInstance<C, F>>) {
        return;
    }
    body(
        Places {
            places: frame.places,
            of: PhantomData,
        },
        line,
    );
}

/// Tells which instance of its function a slot is in, if that is what was asked. Returns whether it was.
#[inline(never)]
pub(super) fn tell_instance(
    line: &mut RunningLine<'_>,
    mark: *const u64,
    name: &'static str,
    id: fn() -> TypeId,
) -> bool {
    std::hint::black_box(mark);
    let is_asked = line.role == Role::Instance;
    if is_asked {
        line.instance = Some(Instance { name, id: id() });
    }
    is_asked
}

/// Returns which instance of its function the slot at an address is in.
///
/// # Safety
///
/// The code of a slot is at the address, be it that of the program or with a line in it.
pub unsafe fn instance_at(address: usize) -> Option<Instance> {
    let mut line = RunningLine::new(0, Role::Instance);
    // SAFETY: as the caller promises, it is a slot, which looks at no place where it is asked for its instance.
    unsafe { call_loaded(address, &[], &mut line) };
    line.instance
}

/// A captured place.
pub struct CapturedPlace<'f, T>(*mut T, PhantomData<&'f ()>);

/// Is implemented by what stands in the list for a place.
pub trait Listed {
    /// The type of the place.
    type Content;
}

impl<T> Listed for *const T {
    type Content = T;
}

impl<T> Listed for *mut T {
    type Content = T;
}

/// Is implemented by a list that has an element.
pub trait List {
    /// The first.
    type Head: Listed;
    /// The others.
    type Tail;
}

impl<P: Listed, R, L> List for ((P, R), L) {
    type Head = P;
    type Tail = (R, L);
}

impl<L: List> List for ((), L) {
    type Head = L::Head;
    type Tail = L::Tail;
}

impl<'f, F: List> Places<'f, F> {
    /// Returns the first place of the list, and the rest of the list.
    pub fn next(self) -> (CapturedPlace<'f, <F::Head as Listed>::Content>, Places<'f, F::Tail>) {
        let [place, places @ ..] = self.places else {
            unreachable!("the frame has as many places as its list")
        };
        let rest = Places {
            places,
            of: PhantomData,
        };
        (CapturedPlace(place.cast(), PhantomData), rest)
    }
}

impl<'f, T> CapturedPlace<'f, T> {
    /// Takes the value.
    ///
    /// # Safety
    ///
    /// The place has its value, and is [`put`](CapturedPlace::put) one before anyone else looks at it, that is,
    /// before the slot returns. So the line between the two is run such that its panic is caught; and rustc lets it
    /// not end without a value to put back.
    pub unsafe fn take(&self) -> T {
        // SAFETY: the caller promises that the place is initialized, and the frame borrows it for the slot alone.
        unsafe { self.0.read() }
    }

    /// Sees a place that the line does not write.
    pub fn shared(&self) -> &'f T {
        // SAFETY: the place is initialized, and the frame borrows it for as long as the slot runs, which is `'f`.
        unsafe { &*self.0 }
    }

    /// Sees a place that the line writes where it is.
    ///
    /// # Safety
    ///
    /// The place can be written, and this is the only way in which the line sees it.
    pub unsafe fn exclusive(&self) -> &'f mut T {
        // SAFETY: the caller promises that the place is writable. It is the slot's alone, and the slot runs for `'f`.
        unsafe { &mut *self.0 }
    }

    /// Returns the address of the place.
    pub(super) fn pointer(&self) -> *mut T {
        self.0
    }

    /// Tells rustc the type of the place.
    pub fn is(&self, _: Like<T>) {}

    /// Puts a value back.
    ///
    /// # Safety
    ///
    /// The place can be written, and its value was taken.
    pub unsafe fn put(&self, value: T) {
        // SAFETY: the caller promises that the place is writable. It is the slot's alone.
        unsafe { self.0.write(value) }
    }
}

/// Reads a place that cannot be written, as a copy if the type is `Copy`.
pub trait ViewCopy<T> {
    /// Returns the copy.
    fn __hookable_view(&self) -> T;
}

impl<T: Copy> ViewCopy<T> for &CapturedPlace<'_, T> {
    fn __hookable_view(&self) -> T {
        // SAFETY: the place is initialized, and the frame borrows it.
        unsafe { *self.0 }
    }
}

/// Reads a place that cannot be written, by reference.
pub trait ViewRef<'f, T> {
    /// Returns the reference.
    fn __hookable_view(&self) -> &'f T;
}

impl<'f, T> ViewRef<'f, T> for CapturedPlace<'f, T> {
    fn __hookable_view(&self) -> &'f T {
        // SAFETY: the place is initialized, and the frame borrows it for as long as the slot runs, which is `'f`.
        unsafe { &*self.0 }
    }
}
