//! What a compiled line calls to say how it went.
//!
//! Whatever is generic here is compiled anew with each line, and loaded with it. So it hands on what it has to functions that
//! are not, as soon as the type can be forgotten, and does by `match` what adapters of `Option` and `Result` would.

use std::any::type_name;
use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use super::like::Like;
use super::save;
use crate::eval::codegen::write::LAST;
use crate::eval::parse::names;
use crate::eval::session::kept;
use crate::format::{self, AnyWidth, Form, Formattable, Limit, Patience, Shown};
use crate::guard::{self, Panic};
use crate::value::Saved;

/// A line that runs.
pub struct RunningLine {
    pub(crate) width: usize,
    /// Its value is shown in full.
    pub(crate) full: bool,
    /// Its number in the session.
    pub(crate) number: u64,
    pub(crate) outcome: LineOutcome,
    /// Its value was kept.
    pub(crate) kept_last: bool,
    /// It ends in `;`, and had a value before that.
    pub(crate) ended: bool,
    /// What it may write.
    pub(crate) before: Vec<Before>,
    /// The kept values that it took.
    pub(crate) taken: Vec<(&'static str, kept::About)>,
}

/// What a line may write.
pub(crate) struct Before {
    /// The place, by its position.
    pub(crate) position: usize,
    /// It is written for sure, if the line comes so far.
    pub(crate) sure: bool,
    /// What is there before the line, where that can be kept.
    pub(crate) save: Option<Saved>,
}

/// What a line had to say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum LineOutcome {
    /// It was a statement, or its value is `()`.
    #[default]
    Nothing,
    /// Its value, and the type of that.
    Value(Shown, &'static str),
    /// The type of an expression that did not run.
    Type(&'static str),
    /// The error that a `?` met.
    Early(Shown),
    /// It ended at a `return`, with this value if it is not `()`.
    Returned(Option<(Shown, &'static str)>),
    /// It panicked.
    Panicked(Panic),
    /// A kept value is not of the type that the line takes it for.
    Mistaken(&'static str),
    /// It awaited something, and Ctrl-C ended that.
    Interrupted,
}

/// What a `?` in a line leaves it with, or nothing after a `return`, whose value was said.
pub struct Early(Option<Box<AnyWidth>>);

/// What a `?` that is Rust's own makes of an error.
impl<E: Debug> From<E> for Early {
    fn from(error: E) -> Early {
        early(&Err::<(), E>(error))
    }
}

/// How a line ended before its end.
pub struct Ended(Cause);

/// Why a line ended before its end.
enum Cause {
    /// A `?` met this error.
    Error(Box<AnyWidth>),
    /// At a `return`. What that gives is already said.
    Return,
    Panic(Panic),
    /// Ctrl-C came while it waited.
    Interrupted,
}

/// Runs a line. A panic is caught.
pub fn run<V>(line: impl FnOnce() -> V) -> Result<V, Ended> {
    // Its value passes over the stack several times.
    const { RunningLine::fits::<V>() };
    let (mut line, mut value) = (Some(line), None);
    let caught = guard::caught_line(&mut || {
        if let Some(line) = line.take() {
            value = Some(line());
        }
    });
    match (value, caught) {
        (Some(value), _) => Ok(value),
        (None, caught) => Err(panicked(caught)),
    }
}

fn panicked(caught: Result<(), Panic>) -> Ended {
    Ended(Cause::Panic(caught.err().unwrap_or_default()))
}

impl Ended {
    /// Ctrl-C came while it waited.
    pub(super) fn interrupted() -> Ended {
        Ended(Cause::Interrupted)
    }

    /// The panic that ended it.
    #[cfg(test)]
    pub(super) fn panic(self) -> Option<Panic> {
        match self.0 {
            Cause::Panic(panic) => Some(panic),
            _ => None,
        }
    }
}

/// What came of one with a `?` in it.
pub fn fallible<V>(ran: Result<Result<V, Early>, Ended>) -> Result<V, Ended> {
    match ran {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(early)) => Err(early.into()),
        Err(ended) => Err(ended),
    }
}

impl From<Early> for Ended {
    fn from(Early(error): Early) -> Self {
        Ended(match error {
            Some(error) => Cause::Error(error),
            None => Cause::Return,
        })
    }
}

/// What came of one that ends early with an error of its own.
pub fn returning<V, E: Debug>(ran: Result<Result<V, E>, Ended>) -> Result<V, Ended> {
    match ran {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(early(&Err::<(), E>(error)).into()),
        Err(ended) => Err(ended),
    }
}

/// What a line returns when it returns.
pub fn ended() -> Early {
    Early(None)
}

impl RunningLine {
    /// A larger value is not the line's, and is not kept.
    pub(crate) const LARGEST: usize = 64 << 10;

    /// Refuses a larger one.
    pub(super) const fn fits<V>() {
        assert!(
            size_of::<V>() <= RunningLine::LARGEST,
            "hookable: the value of this line is too large"
        );
    }

    /// What it gave, if it came to its end.
    pub fn ran<V>(&mut self, line: Result<V, Ended>) -> Option<V> {
        match line {
            Ok(value) => Some(value),
            Err(ended) => {
                self.stopped(ended);
                None
            }
        }
    }

    fn stopped(&mut self, ended: Ended) {
        self.outcome = match ended.0 {
            Cause::Error(error) => LineOutcome::Early(error.fitting(self.width).clone()),
            Cause::Return => self.returned(),
            Cause::Panic(panic) => LineOutcome::Panicked(panic),
            Cause::Interrupted => LineOutcome::Interrupted,
        };
    }

    fn returned(&mut self) -> LineOutcome {
        match std::mem::take(&mut self.outcome) {
            LineOutcome::Value(shown, ty) => LineOutcome::Returned(Some((shown, ty))),
            _ => LineOutcome::Returned(None),
        }
    }

    /// Ends the last value of a line, where that ends in `;`.
    pub fn ended<V>(&mut self, value: V) {
        self.ended = type_name::<V>() != "()" && type_name::<V>() != "!";
        drop(value);
    }

    /// The type of what it would give.
    pub fn type_of<V>(&mut self, _: impl FnOnce() -> V) {
        self.outcome = LineOutcome::Type(type_name::<V>());
    }

    /// The type of the place that it ends with.
    pub fn type_of_place<V: ?Sized>(&mut self, _: impl FnOnce() -> Pointee<V>) {
        self.outcome = LineOutcome::Type(type_name::<V>());
    }

    /// Ends a value. Its `Drop` may panic.
    pub fn discard<V>(&mut self, value: V) {
        let mut value = Some(value);
        self.discarded(guard::caught_line(&mut || value = None));
    }

    fn discarded(&mut self, caught: Result<(), Panic>) {
        if let Err(panic) = caught {
            self.outcome = LineOutcome::Panicked(panic);
        }
    }

    /// A panic ends the program; at least its message is seen.
    pub fn aborts(&self) {
        guard::aborts();
    }

    /// Notes a path from a place before the line runs.
    pub fn before(&mut self, position: usize, sure: bool, save: Option<Saved>) {
        self.before.push(Before { position, sure, save });
    }

    /// Keeps a value for later lines.
    pub fn keep<V: 'static>(&mut self, name: &'static str, value: V, is_send: bool) {
        kept::keep(name, value, self.number, is_send);
    }

    /// Keeps the value of the line for the next ones. Not what locks something as long as it lives.
    pub fn keep_last<V: 'static>(&mut self, value: V, is_send: bool) {
        if !self.keeps_last(type_name::<V>()) {
            return self.discard(value);
        }
        kept::keep(LAST, value, self.number, is_send);
    }

    /// Keeps the value of the line where it is that of a place: a copy, which never passes over the stack.
    pub fn keep_copy<V: Copy + 'static>(&mut self, value: &V, is_send: bool) {
        if size_of::<V>() <= RunningLine::LARGEST && self.keeps_last(type_name::<V>()) {
            kept::keep_boxed(LAST, save::boxed(value), self.number, is_send);
        }
    }

    fn keeps_last(&mut self, name: &str) -> bool {
        self.kept_last = !(name == "()" || name.contains("Guard") || name.contains("cell::Ref"));
        self.kept_last
    }

    /// Puts a value back that was taken, unless the line has another of the name.
    pub fn put_back<V: 'static>(&mut self, name: &'static str, value: V) {
        match self.about(name) {
            Some(about) => kept::put_back(name, value, about),
            None => self.discard(value),
        }
    }

    /// Of a value that was taken, if the line has no other of the name.
    fn about(&self, name: &str) -> Option<kept::About> {
        let about = self.taken.iter().find(|(taken, _)| *taken == name);
        let has_another = name == LAST && self.kept_last;
        about.filter(|_| !has_another).map(|(_, about)| about.clone())
    }

    /// Puts the copy of a value back that the line moved, and then did not come to its end.
    pub fn restore<V: 'static>(&mut self, name: &'static str, copy: Option<V>) {
        if let Some(value) = copy {
            self.put_back(name, value);
        }
    }

    /// Takes a kept value, which must be of just this type.
    pub fn kept<V: 'static>(&mut self, name: &'static str, _: Like<V>) -> Option<V> {
        let Some((value, about)) = kept::kept(name) else {
            self.outcome = LineOutcome::Mistaken(name);
            return None;
        };
        self.taken.push((name, about));
        Some(value)
    }

    #[inline(never)]
    fn show(&mut self, form: Form<'_>, ty: &'static str) {
        if ty != "()" {
            let limit = if self.full { Limit::NONE } else { Limit::PROMPT };
            let value = Formattable { type_name: ty, form };
            self.outcome = LineOutcome::Value(format::fitting(value, self.width, limit, Patience::Prompt), ty);
        }
    }
}

/// Has the functions in the program that the generic code of a line calls and that have state, or lead to what has: a line would bring
/// copies of those that the linker left out, and these would have statics of their own. For the same reason none of them is inlined.
pub(crate) fn linked() {
    std::hint::black_box((
        guard::caught_call as fn(_) -> _,
        guard::caught_line as fn(_) -> _,
        guard::aborts as fn(),
        early as fn(_) -> _,
        RunningLine::show as fn(_, _, _),
    ));
    super::wait::linked_wait();
    kept::linked();
}

/// A value, and what can be asked of it: `(&&&worth).__hookable_show(line)` finds the first of the three ways.
pub struct ShownValue<'v, V: ?Sized>(pub &'v V);

/// By `Debug`.
pub trait ShowDebug {
    /// The line says the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: Debug + ?Sized> ShowDebug for &&ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::Debug(&self.0), type_name::<V>());
    }
}

/// By `Display`.
pub trait ShowDisplay {
    /// The line says the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: Display + ?Sized> ShowDisplay for &ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::Display(&self.0), type_name::<V>());
    }
}

/// By its type.
pub trait ShowType {
    /// The line says the value.
    fn __hookable_show(&self, line: &mut RunningLine);
}

impl<V: ?Sized> ShowType for ShownValue<'_, V> {
    fn __hookable_show(&self, line: &mut RunningLine) {
        line.show(Form::None, type_name::<V>());
    }
}

/// Whether other threads may have the value: yes.
pub trait IsSend {
    /// Whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: Send + ?Sized> IsSend for &ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        true
    }
}

/// Whether other threads may have the value: no.
pub trait IsNotSend {
    /// Whether the type is `Send`.
    fn __hookable_is_send(&self) -> bool;
}

impl<V: ?Sized> IsNotSend for ShownValue<'_, V> {
    fn __hookable_is_send(&self) -> bool {
        false
    }
}

/// A copy of a kept value stays for the hooks that open while the line runs, where it is `Copy`.
pub trait LendCopy {
    /// Puts a copy in the place of the value that was taken.
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str);
}

impl<V: Copy + 'static> LendCopy for &ShownValue<'_, V> {
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str) {
        if let Some(about) = line.about(name) {
            kept::put_back(name, *self.0, about);
        }
    }
}

/// Of a value that is not `Copy`, none stays.
pub trait LendNone {
    /// Puts a copy in the place of the value that was taken.
    fn __hookable_lend(&self, line: &RunningLine, name: &'static str);
}

impl<V: ?Sized> LendNone for ShownValue<'_, V> {
    fn __hookable_lend(&self, _: &RunningLine, _: &'static str) {}
}

/// What a place has is kept, where that is `Copy`.
pub trait HasCopy {
    /// The line keeps a copy as its value.
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool);
}

impl<V: Copy + 'static> HasCopy for &ShownValue<'_, V> {
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool) {
        line.keep_copy(self.0, is_send);
    }
}

/// What a place has, where that is not `Copy`: nothing is taken from it.
pub trait HasNoCopy {
    /// The line keeps a copy as its value.
    fn __hookable_keep(&self, line: &mut RunningLine, is_send: bool);
}

impl<V: ?Sized> HasNoCopy for ShownValue<'_, V> {
    fn __hookable_keep(&self, _: &mut RunningLine, _: bool) {}
}

/// Another one of a value, where its type can make one.
pub trait HasClone<V> {
    /// The other one. `None` where there is none, or where making it panics.
    fn __hookable_clone(&self) -> Option<V>;
}

impl<V: Clone> HasClone<V> for &ShownValue<'_, V> {
    fn __hookable_clone(&self) -> Option<V> {
        let mut clone = None;
        match guard::caught_call(&mut || clone = Some(self.0.clone())) {
            Ok(()) => clone,
            Err(_) => None,
        }
    }
}

/// Another one of a value, where its type can make none.
pub trait HasNoClone<V> {
    /// The other one. `None` where there is none, or where making it panics.
    fn __hookable_clone(&self) -> Option<V>;
}

impl<V> HasNoClone<V> for ShownValue<'_, V> {
    fn __hookable_clone(&self) -> Option<V> {
        None
    }
}

/// The type of a place.
pub struct Pointee<V: ?Sized>(PhantomData<fn(&V)>);

/// Gives it.
pub fn type_of<V: ?Sized>(_: &V) -> Pointee<V> {
    Pointee(PhantomData)
}

/// What stands before a `?` in a line.
pub trait Try {
    /// What there is if it does not end the line.
    type Output;
    /// Makes of the error what the line ends with.
    fn __hookable_try(self) -> Result<Self::Output, Early>;
}

impl<T, E: Debug> Try for Result<T, E> {
    type Output = T;
    fn __hookable_try(self) -> Result<T, Early> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(early(&Err::<(), E>(error))),
        }
    }
}

impl<T> Try for Option<T> {
    type Output = T;
    fn __hookable_try(self) -> Result<T, Early> {
        match self {
            Some(value) => Ok(value),
            None => Err(early(&None::<()>)),
        }
    }
}

/// The text of an expression as it was typed.
pub fn as_typed(text: &str) -> String {
    names::as_typed(text)
}

/// What a string literal is where a `String` is written.
pub fn owned(text: &str) -> String {
    text.to_owned()
}

#[inline(never)]
fn early(error: &dyn Debug) -> Early {
    let error = Formattable {
        type_name: "",
        form: Form::Debug(error),
    };
    Early(Some(Box::new(AnyWidth::new(error, Limit::PROMPT, Patience::Prompt))))
}
