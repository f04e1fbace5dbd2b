//! A value as text, by `Debug`, else by `Display`.

use std::fmt::{self, Arguments, Write};
use std::io::{self, BufWriter, Write as _};

use super::bounded::{Bounded, Limit};
use super::guard;
use super::visible::visible;
use crate::capture::Value;

/// What there is to show of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Its text, and whether it goes on beyond it.
    Text { text: String, cut: bool },
    /// The type has neither `Debug` nor `Display`.
    Opaque,
    /// Why there is no text: `Debug panicked: ..`.
    Failed(String),
}

impl Shown {
    /// At most so many characters of it.
    pub(crate) fn cut_to(&self, chars: usize) -> Shown {
        match self {
            Shown::Text { text, .. } if text.chars().count() > chars => Shown::Text {
                text: text.chars().take(chars).collect(),
                cut: true,
            },
            other => other.clone(),
        }
    }

    fn is_whole_line(&self) -> bool {
        matches!(self, Shown::Text { cut: false, .. })
    }
}

/// How a value is printed.
#[derive(Clone, Copy)]
pub(crate) enum Form<'v> {
    Debug(&'v dyn fmt::Debug),
    Display(&'v dyn fmt::Display),
    None,
}

impl<'v> Form<'v> {
    fn of(value: &'v dyn Value<'_>) -> Self {
        match (value.debug(), value.display()) {
            (Some(value), _) => Form::Debug(value),
            (None, Some(value)) => Form::Display(value),
            (None, None) => Form::None,
        }
    }
}

/// The value as `{:?}`, up to a limit.
pub(crate) fn compact(value: &dyn Value<'_>, limit: Limit) -> Shown {
    bounded(Form::of(value), false, limit)
}

/// The value on one line of at most `width` characters, else as `{:#?}` up to the limit.
pub(crate) fn fitting(value: &dyn Value<'_>, width: usize, limit: Limit) -> Shown {
    fitting_form(Form::of(value), width, limit)
}

/// As [`fitting`].
pub(crate) fn fitting_form(value: Form<'_>, width: usize, limit: Limit) -> Shown {
    match bounded(value, false, Limit::line(width.min(limit.chars))) {
        Shown::Text { cut: true, .. } => bounded(value, true, limit),
        line => line,
    }
}

/// The value without bounds, on one line where that fits `width`. `Err` says why there is no more of it.
pub(crate) fn full(value: &dyn Value<'_>, width: usize, out: &mut dyn io::Write) -> Result<(), String> {
    let value = Form::of(value);
    let line = bounded(value, false, Limit::line(width));
    // Standard output writes every line at once; the pieces of a `Debug` are many and short.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut sink = Sink {
        out: &mut out,
        broken: None,
    };
    let written = print(value, !line.is_whole_line(), &mut sink);
    let broken = sink.broken.or_else(|| out.flush().err());
    match (broken, written) {
        (Some(error), _) => Err(format!("failed to write it: {error}")),
        (None, Ok(true)) => Ok(()),
        (None, Ok(false)) => Err("the type has neither Debug nor Display".to_owned()),
        (None, Err(why)) => Err(why),
    }
}

fn bounded(value: Form<'_>, pretty: bool, limit: Limit) -> Shown {
    let mut bounded = Bounded::new(limit);
    let printed = print(value, pretty, &mut bounded);
    let (text, cut) = bounded.finish();
    match printed {
        // At the limit the error is ours, whatever the type made of it.
        _ if cut => Shown::Text { text, cut },
        Ok(true) => Shown::Text { text, cut },
        Ok(false) => Shown::Opaque,
        Err(why) => Shown::Failed(why),
    }
}

/// `Ok(false)` where the type has neither trait.
fn print(value: Form<'_>, pretty: bool, to: &mut dyn Write) -> Result<bool, String> {
    let (by, outcome) = match value {
        Form::Debug(value) if pretty => ("Debug", quietly(format_args!("{value:#?}"), to)),
        Form::Debug(value) => ("Debug", quietly(format_args!("{value:?}"), to)),
        Form::Display(value) => ("Display", quietly(format_args!("{value}"), to)),
        Form::None => return Ok(false),
    };
    match outcome {
        Ok(Ok(())) => Ok(true),
        Ok(Err(fmt::Error)) => Err(format!("{by} returned an error")),
        Err(message) => Err(format!("{by} panicked: {message}")),
    }
}

fn quietly(text: Arguments<'_>, to: &mut dyn Write) -> Result<fmt::Result, String> {
    guard::unhooked(|| guard::caught(|| to.write_fmt(text)))
}

/// Carries an I/O error through `fmt`.
struct Sink<'a> {
    out: &'a mut dyn io::Write,
    broken: Option<io::Error>,
}

impl Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(visible(text).as_bytes()).map_err(|error| {
            self.broken = Some(error);
            fmt::Error
        })
    }
}
