//! The values of a planted trace.
//!
//! Its code is a part of the function, compiled once, and formats the values itself, as a `println!` there would. The
//! expressions are evaluated in a closure that is called by reference: so they can neither move nor change what they
//! name, nor leave the function.

use std::any::type_name;
use std::fmt::{Debug, Display, Formatter};
use std::ops::Range;
use std::sync::atomic::Ordering;

use super::console::console;
use crate::format::{self, Form, Limit};
use crate::frame::Site;
use crate::parts::{self, By, ByParts};
use crate::render::short;

/// A value is shown up to so many characters.
const LONGEST: usize = 400;

/// Takes the values of a hit, as text.
pub struct TracedValues {
    /// What is printed.
    pub line: String,
    /// The expressions as they were typed, and the place of each value in the line.
    pub values: Vec<(&'static str, Range<usize>)>,
}

impl TracedValues {
    fn take(&mut self, name: &'static str, value: Form<'_>, ty: &'static str) {
        if !self.values.is_empty() {
            self.line += ", ";
        }
        self.line += name;
        self.line += " = ";
        let begin = self.line.len();
        match format::append(value, Limit::line(LONGEST), &mut self.line) {
            Ok(true) => {}
            Ok(false) => self.line += &format!("a value of type {}", short(ty)),
            Err(why) => self.line += &format!("({why})"),
        }
        self.values.push((name, begin..self.line.len()));
    }

    /// Takes a value by the function that a line has brought for its type, or else only the type.
    fn take_learned<V: ?Sized>(&mut self, name: &'static str, value: &V) {
        match parts::learned::<V>() {
            Some(show) => {
                let shown = By(|f: &mut Formatter<'_>| show(value, f));
                self.take(name, Form::Debug(&shown), type_name::<V>());
            }
            None => self.take(name, Form::None, type_name::<V>()),
        }
    }
}

/// A value that is traced: `(&&&&value).__hookable_trace(name, values)` finds the first of the four ways that its type
/// permits.
pub struct TracedValue<'v, V: ?Sized>(pub &'v V);

/// Takes a value by its `Debug`.
pub trait TraceDebug {
    /// Adds the value to those of the hit.
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues);
}

impl<V: Debug + ?Sized> TraceDebug for &&&TracedValue<'_, V> {
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues) {
        values.take(name, Form::Debug(&self.0), type_name::<V>());
    }
}

/// Takes a value by its `Display`.
pub trait TraceDisplay {
    /// Adds the value to those of the hit.
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues);
}

impl<V: Display + ?Sized> TraceDisplay for &&TracedValue<'_, V> {
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues) {
        values.take(name, Form::Display(&self.0), type_name::<V>());
    }
}

/// Takes a value that is made of values of another type, as a reference is, by the function that a line has brought
/// for that type.
pub trait TraceParts {
    /// Adds the value to those of the hit.
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues);
}

impl<V: ByParts + ?Sized> TraceParts for &TracedValue<'_, V> {
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues) {
        match parts::learned_parts(self.0) {
            Some(shown) => values.take(name, Form::Debug(&shown), type_name::<V>()),
            None => values.take_learned(name, self.0),
        }
    }
}

/// Takes a value that has none of these by the function that a line has brought for its type, or else only the type.
pub trait TraceType {
    /// Adds the type to the values of the hit.
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues);
}

impl<V: ?Sized> TraceType for TracedValue<'_, V> {
    fn __hookable_trace(&self, name: &'static str, values: &mut TracedValues) {
        values.take_learned(name, self.0);
    }
}

impl Site {
    /// Prints and logs the values of a hit, which `add` gives.
    pub fn traced(&'static self, add: &dyn Fn(&mut TracedValues)) {
        self.hits.fetch_add(1, Ordering::Relaxed);
        if let Some(console) = console(self) {
            console.traced(self, add);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_one_line() {
        struct Opaque;
        let mut values = TracedValues {
            line: String::new(),
            values: Vec::new(),
        };
        (&&&&TracedValue(&1)).__hookable_trace("n", &mut values);
        (&&&&TracedValue("a\nb")).__hookable_trace("text", &mut values);
        (&&&&TracedValue(&format_args!("x"))).__hookable_trace("shown", &mut values);
        TracedValue(&Opaque).__hookable_trace("opaque", &mut values);
        let line = "n = 1, text = \"a\\nb\", shown = x, opaque = a value of type Opaque";
        assert_eq!(values.line, line);
        let names: Vec<_> = values
            .values
            .iter()
            .map(|(name, at)| (*name, &values.line[at.clone()]))
            .collect();
        assert_eq!(names[..2], [("n", "1"), ("text", "\"a\\nb\"")]);
    }
}
