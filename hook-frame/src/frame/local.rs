//! A local is one binding of a frame. It gives its value as text, or says why it cannot be read or written.

use super::error::FrameError;
use super::site::{Binding, State};
use crate::format::{self, Form, Formattable, Limit, Patience, Shown};
use crate::parts::PartsShown;
use crate::value::{Access, Value};

/// Refers to one binding of a frame.
#[derive(Clone, Copy)]
pub struct Local<'l, 'f> {
    /// This is the position of the binding in the site's list.
    pub index: usize,
    /// What is known of the binding since the program was built.
    pub binding: &'static Binding,
    /// The value, or why there is none.
    pub access: &'l Access<'f>,
    /// A value of the session with this name borrows the binding uniquely.
    pub borrowed_by: Option<&'l str>,
    /// A binding in an inner scope has the same name.
    pub shadowed: bool,
    /// This shows the value by its parts, where a line made known how, and its type has no text of its own.
    pub parts: Option<PartsShown<'l>>,
}

/// Formats the values of locals, each on one line. A local without a value has `None`.
pub fn lines(locals: &[(Local<'_, '_>, Limit)], patience: Patience) -> Vec<Option<Shown>> {
    let live = locals
        .iter()
        .filter_map(|(local, limit)| Some((local.formattable()?, *limit)));
    let live: Vec<(Formattable<'_>, Limit)> = live.collect();
    let mut live = format::compact_all(&live, patience).into_iter();
    let line = |(local, limit): &(Local<'_, '_>, Limit)| match (local.access, local.value()) {
        (_, Some(_)) => live.next(),
        (Access::Snapshot(snapshot), None) => Some(snapshot.line().cut_to(limit.chars)),
        _ => None,
    };
    locals.iter().map(line).collect()
}

impl<'l, 'f> Local<'l, 'f> {
    /// Returns the value, where it can be reached.
    pub fn value(&self) -> Option<&'l (dyn Value<'f> + 'f)> {
        match self.access {
            _ if self.borrowed_by.is_some() => None,
            Access::Writable(value) => Some(&**value),
            Access::ReadOnly(value) => Some(*value),
            Access::Snapshot(_) | Access::Type(_) | Access::Unknown => None,
        }
    }

    /// Returns the name of the type, where it is known, as `std::any::type_name` has it.
    pub fn type_name(&self) -> Option<&'static str> {
        match self.access {
            Access::Writable(value) => Some(value.type_name()),
            Access::ReadOnly(value) => Some(value.type_name()),
            Access::Snapshot(snapshot) => Some(snapshot.type_name()),
            Access::Type(type_of) => Some(type_of()),
            Access::Unknown => None,
        }
    }

    /// Returns the value to be formatted, where it can be reached.
    pub fn formattable(&self) -> Option<Formattable<'_>> {
        let value = Formattable::from(self.value()?);
        Some(match (value.form, &self.parts) {
            (Form::None, Some(parts)) => Formattable {
                form: Form::Debug(parts),
                ..value
            },
            _ => value,
        })
    }

    /// Formats the value on one line. A local without a value gives `None`.
    pub fn line(&self, limit: Limit) -> Option<Shown> {
        lines(&[(*self, limit)], Patience::Prompt).pop().flatten()
    }

    /// Formats the value as it is printed at the prompt.
    pub fn shown(&self, width: usize, limit: Limit) -> Result<Shown, FrameError> {
        match (self.access, self.formattable()) {
            (_, Some(value)) => Ok(format::fitting(value, width, limit, Patience::Prompt)),
            (Access::Snapshot(snapshot), None) => Ok(snapshot.fitting(width)),
            _ => Err(self.unreadable()),
        }
    }

    /// Returns the error for a local without a value, with the reason.
    pub fn unreadable(&self) -> FrameError {
        FrameError::Unreadable {
            name: self.binding.name,
            why: match self.borrowed_by {
                Some(by) => format!("`{by}` may write it; `drop({by})` ends that"),
                None => self.reason().to_owned(),
            },
        }
    }

    /// Says why it cannot be written, or not even read.
    pub fn reason(&self) -> &'static str {
        if let Some(reason) = self.binding.reason {
            return reason;
        }
        match (self.access, self.binding.state) {
            (Access::Snapshot(_), _) => "shown as the hook opened: another local borrows it",
            (_, State::Moved) => "moved out before the hook",
            (_, State::Borrowed) => "mutably borrowed",
            (_, State::Unassigned) => "not yet assigned",
            (Access::Writable(_) | Access::ReadOnly(_), _) => "it can only be read here",
            (_, State::Writable | State::WrittenThrough | State::ReadOnly | State::Unavailable) => "not captured",
        }
    }

    pub(super) fn why_not_writable(&self) -> Option<String> {
        match self.access {
            Access::Writable(_) => None,
            _ => Some(self.reason().to_owned()),
        }
    }
}
