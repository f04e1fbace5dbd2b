//! A compiled line says here how it went, and keeps its values here.
//!
//! Generic functions are compiled anew with each line, and loaded with it. To keep that code small, they call functions
//! that are not generic as soon as the type no longer matters, and use `match` in place of the adapters of `Option` and
//! `Result`.
#![allow(unsafe_code)]

use std::any::{TypeId, type_name};
use std::cell::RefCell;
use std::fmt::{self, Debug, Formatter};
use std::rc::Rc;

use super::like::{Like, Pointee};
use super::run::{Cause, Ended, LARGEST};
use crate::abi::names;
use crate::format::{self, Form, Formattable, Limit, Patience, Shown};
use crate::guard::{self, Panic};
use crate::interruption;
use crate::parts::learned::{self, learned};
use crate::parts::{self, ByParts, Learns, Shower, by};
use crate::session::held::{self, Borrows};
use crate::session::kept;
use crate::value::{Access, Saved};

/// A function that is called with each kept value that a line names.
pub type Wants = Rc<RefCell<dyn FnMut(&'static str, &mut Access<'_>)>>;

/// A line that runs: what it is told, and what it tells.
pub struct RunningLine<'l> {
    /// The number of columns that the value of the line is laid out for.
    pub width: usize,
    /// Whether the value of the line is shown in full.
    pub full: bool,
    /// The number of the line in the session.
    pub number: u64,
    /// The number of the hook's opening.
    pub opening: u64,
    /// What the values that the line holds may borrow from.
    pub borrows: Borrows,
    pub(super) role: Role,
    /// What came of the line.
    pub outcome: LineOutcome,
    /// Whether the value of the line was kept.
    pub kept_last: bool,
    /// Whether the line ended in `;` behind an expression with a value.
    pub ended: bool,
    /// The paths that the line may write.
    pub before: Vec<WrittenPath>,
    /// The kept values that the line took.
    pub taken: Vec<(&'static str, kept::About)>,
    /// A function that shows values of the line's type by their parts.
    pub parts: Option<Shower>,
    /// The function that is given the kept values that the line names, if one asked for them.
    pub wants: Option<Wants>,
    /// What learns the types in the value of the line while the value is there, if it is gone once the line has ended.
    pub learns: Option<Learns<'l>>,
    /// Whether the value of the line is kept, unless it locks something.
    pub keeps_value: bool,
    /// The kept values that the line only reads.
    pub reads: Vec<String>,
    /// Copies of kept values from before the line, as far as they can be copied.
    pub kept_before: Vec<kept::Earlier>,
    /// The instance of the function around the slot, if that was asked.
    pub(super) instance: Option<Instance>,
}

/// An instance of a function, as a slot in it tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The name of the type of a closure in the slot, which begins with the function and its type arguments.
    pub name: &'static str,
    /// The id of that type. It is the same whichever crate made the instance, and another for other type arguments.
    pub id: TypeId,
}

/// The purpose for which a line is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It was typed.
    Typed,
    /// Its value is looked at, and not kept.
    Aside,
    /// The time that it takes is wanted, and not its value.
    Timed,
    /// It does not run, but tells which instance of its function it is in.
    Instance,
}

/// A path that a line may write.
pub struct WrittenPath {
    /// The place that the path begins with, by position.
    pub position: usize,
    /// Whether the line writes the path for sure, if it comes so far.
    pub sure: bool,
    /// The value from before the line, if it can be kept.
    pub save: Option<Saved>,
}

/// The outcome of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum LineOutcome {
    /// The line was a statement, or its value is `()`.
    #[default]
    Nothing,
    /// The line has this value, of this type.
    Value(Shown, &'static str),
    /// The line did not run, and its value would be of this type.
    Type(&'static str),
    /// The line did not run. It is a function or closure of this type, with this signature.
    Signature(&'static str, &'static str),
    /// The line ended at a `?`, which met this error.
    Early(Shown),
    /// The line came to a `return`, so that the function ends with this value, if it is not `()`.
    Returned(Option<(Shown, &'static str)>),
    /// The line panicked.
    Panicked(Panic),
    /// A kept value is not of the type that the line takes it for.
    Mistaken(&'static str),
    /// Ctrl-C ended the line.
    Interrupted,
}

impl RunningLine<'_> {
    /// Makes a line of that number in the session.
    pub fn new(number: u64, role: Role) -> Self {
        RunningLine {
            width: 80,
            full: false,
            number,
            opening: 0,
            borrows: Borrows::default(),
            role,
            outcome: LineOutcome::default(),
            kept_last: false,
            ended: false,
            before: Vec::new(),
            taken: Vec::new(),
            parts: None,
            wants: None,
            learns: None,
            keeps_value: false,
            reads: Vec::new(),
            kept_before: Vec::new(),
            instance: None,
        }
    }

    /// Returns the value of the line, if the line came to its end.
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
            Cause::Error(error) => LineOutcome::Early(error.fitting(self.width)),
            Cause::Return => self.returned(),
            Cause::Panic(_) if interruption::is_interrupted() == Some(true) => LineOutcome::Interrupted,
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

    /// Drops the value before the `;` that ends a line, and notes whether there was one.
    pub fn ended<V>(&mut self, value: V) {
        self.ended = type_name::<V>() != "()" && type_name::<V>() != "!";
        drop(value);
    }

    /// Notes the type of the value that the line would give.
    pub fn type_of<V: ?Sized>(&mut self, _: &Pointee<V>) {
        self.outcome = LineOutcome::Type(type_name::<V>());
    }

    /// Notes the signature of what the line would give. The types of function pointers and boxed closures say it
    /// themselves.
    #[inline(never)]
    pub(super) fn signature(&mut self, signature: &'static str) {
        if let LineOutcome::Type(name) = self.outcome
            && name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '<'))
            && !["fn(", "unsafe ", "extern ", "for<", "dyn ", "alloc::boxed::Box<"]
                .iter()
                .any(|own| name.starts_with(own))
        {
            self.outcome = LineOutcome::Signature(name, signature);
        }
    }

    /// Drops a value. Its `Drop` may panic.
    pub fn discard<V>(&mut self, value: V) {
        let mut value = Some(value);
        self.discarded(guard::caught_line(&mut || value = None));
    }

    fn discarded(&mut self, caught: Result<(), Panic>) {
        if let Err(panic) = caught {
            self.stopped(Ended(Cause::Panic(panic)));
        }
    }

    /// Notes that a panic ends the program, so that its message is printed.
    pub fn aborts(&self) {
        guard::aborts();
    }

    /// Notes a path from a place before the line runs.
    pub fn before(&mut self, position: usize, sure: bool, save: Option<Saved>) {
        self.before.push(WrittenPath { position, sure, save });
    }

    /// Returns whether the line keeps what it binds.
    pub(super) fn keeps(&self) -> bool {
        self.role == Role::Typed
    }

    /// Keeps a value for later lines.
    pub fn keep<V: 'static>(&mut self, name: &'static str, value: V, is_send: bool) {
        if !self.keeps() {
            return self.discard(value);
        }
        held::release(self.opening, name);
        kept::keep(name, value, self.number, is_send);
    }

    /// Keeps the value of the line for later lines, unless the value locks something for as long as it lives.
    pub fn keep_last<V: 'static>(&mut self, value: V, is_send: bool) {
        if !self.keeps_last(type_name::<V>()) {
            return self.discard(value);
        }
        kept::keep_result(Box::new(value), self.number, is_send);
    }

    /// Keeps a copy of the value of a line that is a place. The copy never passes over the stack, which may be too
    /// small.
    pub fn keep_copy<V: Copy + 'static>(&mut self, value: &V, is_send: bool) {
        if size_of::<V>() <= LARGEST && self.keeps_last(type_name::<V>()) {
            kept::keep_result(kept::boxed(value), self.number, is_send);
        }
    }

    fn keeps_last(&mut self, name: &str) -> bool {
        self.kept_last = self.role == Role::Typed && name != "()" && !locks(name);
        self.kept_last
    }

    /// Puts a value back that was taken. A result is now an earlier one if the line has made another.
    pub fn put_back<V: 'static>(&mut self, name: &'static str, value: V) {
        match self.about(name) {
            Some(about) => kept::put_back(name, value, about, self.kept_last),
            None => self.discard(value),
        }
    }

    /// Returns what is known of a value that was taken.
    pub(super) fn about(&self, name: &str) -> Option<kept::About> {
        let about = self.taken.iter().find(|(taken, _)| *taken == name);
        about.map(|(_, about)| about.clone())
    }

    /// Puts back the copy of a value that the line moved, for a line that did not come to its end.
    pub fn restore<V: 'static>(&mut self, name: &'static str, copy: Option<V>) {
        if let Some(value) = copy {
            self.put_back(name, value);
        }
    }

    /// Hands a kept value to the function that asked for it.
    pub fn captured(&mut self, name: &'static str, mut value: Access<'_>) {
        if let Some(wants) = self.wants.clone() {
            wants.borrow_mut()(name, &mut value);
        }
    }

    /// Lets hooks within the line see a value that it took and only reads.
    pub fn lend<V: 'static>(&mut self, name: &'static str, value: &V) {
        if let Some(about) = self.about(name).filter(|_| self.reads.iter().any(|read| read == name)) {
            kept::lend(name, std::ptr::from_ref(value).cast(), TypeId::of::<V>(), about);
        }
    }

    /// Returns a reference to a value that a running line has and only reads. The value must be of this very type.
    pub fn lent<'l, V: 'static>(&mut self, name: &'static str, _: Like<V>, _: &'l ()) -> Option<&'l V> {
        let Some(at) = kept::seen(name, TypeId::of::<V>()) else {
            self.outcome = LineOutcome::Mistaken(name);
            return None;
        };
        // SAFETY: a value of this type is there, by its `TypeId`. The line that has it never borrows it mutably, as
        // rustc told, and is below this one on the stack of this thread for all of `'l`, so that it does not move it
        // either.
        Some(unsafe { &*at.cast::<V>() })
    }

    /// Notes the copy of a kept value from before the line.
    pub fn before_kept<V: 'static>(&mut self, name: &'static str, copy: Option<Box<V>>) {
        if let (Some(copy), Some(about)) = (copy, self.about(name)) {
            self.kept_before.push(kept::Earlier::new(name, copy, about));
        }
    }

    /// Takes a kept value, which must be of this very type.
    pub fn kept<V: 'static>(&mut self, name: &'static str, _: Like<V>) -> Option<V> {
        let Some((value, about)) = kept::kept(name) else {
            self.outcome = LineOutcome::Mistaken(name);
            return None;
        };
        self.taken.push((name, about));
        Some(value)
    }

    /// Shows a value by its parts.
    pub fn show_parts<V>(&mut self, value: &V, show: fn(&V, &mut Formatter<'_>) -> fmt::Result) {
        self.parts = Some(Shower::of(show));
        self.show(Form::Debug(&by(value, &show)), type_name::<V>());
    }

    /// Shows a value whose type has neither `Debug` nor `Display`.
    pub(super) fn show_unknown<V: ?Sized>(&mut self, value: &V) {
        let known = match learned::<V>() {
            None if self.learn(type_name::<V>()) => learned::<V>(),
            known => known,
        };
        match known {
            Some(show) => self.show_in_parts(&by(value, &show), type_name::<V>()),
            None => self.show(Form::None, type_name::<V>()),
        }
    }

    /// Shows a value that is made of values of one type, as a reference and a list are, if that type was learned.
    pub(super) fn show_learned<V: ByParts + ?Sized>(&mut self, value: &V) {
        match parts::learned_parts(value) {
            Some(by) => self.show_in_parts(&by, type_name::<V>()),
            None => self.show_unknown(value),
        }
    }

    #[inline(never)]
    pub(super) fn learn(&mut self, name: &str) -> bool {
        let is_kept = self.keeps_value && !locks(name);
        self.learns.is_some_and(|learns| !is_kept && learns(&[name.to_owned()]))
    }

    /// Shows a value by functions that were learned, and learns those that its parts want.
    #[inline(never)]
    pub(super) fn show_in_parts(&mut self, value: &dyn Debug, ty: &'static str) {
        let show = || self.text(Form::Debug(value), ty);
        let known = self
            .learns
            .and_then(|learns| learned::until_known(&show, Shown::text, learns));
        match known {
            Some(shown) => self.outcome = LineOutcome::Value(shown, ty),
            None => self.show(Form::Debug(value), ty),
        }
    }

    #[inline(never)]
    pub(super) fn show(&mut self, form: Form<'_>, ty: &'static str) {
        if ty != "()" && self.role != Role::Timed {
            self.outcome = LineOutcome::Value(self.text(form, ty), ty);
        }
    }

    fn text(&self, form: Form<'_>, ty: &'static str) -> Shown {
        let limit = if self.full { Limit::NONE } else { Limit::prompt() };
        let value = Formattable {
            type_name: Some(ty),
            form,
        };
        format::fitting(value, self.width, limit, Patience::Prompt)
    }
}

/// Returns whether the name of a type says that a value of it locks something for as long as it lives.
fn locks(name: &str) -> bool {
    name.contains("Guard") || name.contains("cell::Ref")
}

/// Returns the text of an expression as it was typed.
pub fn as_typed(text: &str) -> String {
    names::as_typed(text)
}

/// Makes a `String` of a literal, where a `String` is written.
pub fn owned(text: &str) -> String {
    text.to_owned()
}
