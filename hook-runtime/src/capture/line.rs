//! What a compiled line calls to say how it went.

use std::any::type_name;
use std::fmt::{Debug, Display};

use crate::evaluate;
use crate::render::{self, Form, Limit, Shown, guard};

/// How much of a value a line shows.
const LIMIT: Limit = Limit { chars: 4000, lines: 60 };

/// A line that runs.
pub struct Line {
    pub(crate) width: usize,
    pub(crate) said: Said,
    /// Its value was kept.
    pub(crate) kept_last: bool,
}

/// What a line had to say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Said {
    /// It was a statement, or its value is `()`.
    #[default]
    Nothing,
    /// Its value, and the type of that.
    Value(Shown, &'static str),
    /// The type of an expression that did not run.
    Type(&'static str),
    /// The error that a `?` met.
    Early(Shown),
    /// The message of its panic.
    Panicked(String),
}

/// What a `?` in a line leaves it with.
pub struct Early(Shown);

/// How a line ended before its end.
pub struct Ended(Said);

/// Runs a line. A panic is caught.
pub fn run<V>(line: impl FnOnce() -> V) -> Result<V, Ended> {
    guard::caught(line).map_err(|message| Ended(Said::Panicked(message)))
}

/// Runs one with a `?` in it.
pub fn run_fallible<V>(line: impl FnOnce() -> Result<V, Early>) -> Result<V, Ended> {
    run(line)?.map_err(|Early(shown)| Ended(Said::Early(shown)))
}

impl Line {
    /// What it gave, if it came to its end.
    pub fn ran<V>(&mut self, line: Result<V, Ended>) -> Option<V> {
        line.map_err(|Ended(said)| self.said = said).ok()
    }

    /// The type of what it would give.
    pub fn type_of<V>(&mut self, _: impl FnOnce() -> V) {
        self.said = Said::Type(type_name::<V>());
    }

    /// Ends a value. Its `Drop` may panic.
    pub fn discard<V>(&mut self, value: V) {
        if let Err(message) = guard::caught(|| drop(value)) {
            self.said = Said::Panicked(message);
        }
    }

    /// Keeps a value for later lines.
    pub fn keep<V: 'static>(&mut self, name: &'static str, value: V) {
        evaluate::keep(name, value);
    }

    /// Keeps the value of the line for the next ones. Not what locks something as long as it lives.
    pub fn keep_last<V: 'static>(&mut self, value: V) {
        let name = type_name::<V>();
        if name == "()" || name.contains("Guard") || name.contains("cell::Ref") {
            return self.discard(value);
        }
        self.kept_last = true;
        evaluate::keep(evaluate::LAST, value);
    }

    /// Keeps a value that was taken, unless the line has another of the name.
    pub fn put_back<V: 'static>(&mut self, name: &'static str, value: V) {
        if name == evaluate::LAST && self.kept_last {
            return self.discard(value);
        }
        evaluate::keep(name, value);
    }

    /// Takes a kept value. `like` has its type and never runs.
    pub fn kept<V: 'static>(&mut self, name: &'static str, _like: impl FnOnce() -> V) -> V {
        evaluate::kept(name)
    }

    fn show<V>(&mut self, form: Form<'_>) {
        self.said = Said::Value(render::fitting_form(form, self.width, LIMIT), type_name::<V>());
    }
}

/// The value of a line, to be shown by what its type has: `(&&&worth).__hookable_show(line)` finds the first of the three.
pub struct Worth<'v, V>(pub &'v V);

/// By `Debug`.
pub trait ShowDebug {
    fn __hookable_show(&self, line: &mut Line);
}

impl<V: Debug> ShowDebug for &&Worth<'_, V> {
    fn __hookable_show(&self, line: &mut Line) {
        if type_name::<V>() != "()" {
            line.show::<V>(Form::Debug(self.0));
        }
    }
}

/// By `Display`.
pub trait ShowDisplay {
    fn __hookable_show(&self, line: &mut Line);
}

impl<V: Display> ShowDisplay for &Worth<'_, V> {
    fn __hookable_show(&self, line: &mut Line) {
        line.show::<V>(Form::Display(self.0));
    }
}

/// By its type.
pub trait ShowType {
    fn __hookable_show(&self, line: &mut Line);
}

impl<V> ShowType for Worth<'_, V> {
    fn __hookable_show(&self, line: &mut Line) {
        line.show::<V>(Form::None);
    }
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
        self.map_err(|error| early(&Err::<(), E>(error)))
    }
}

impl<T> Try for Option<T> {
    type Output = T;
    fn __hookable_try(self) -> Result<T, Early> {
        self.ok_or_else(|| early(&None::<()>))
    }
}

fn early(error: &dyn Debug) -> Early {
    Early(render::fitting_form(Form::Debug(error), crate::console::width(), LIMIT))
}
