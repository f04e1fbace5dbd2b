//! A value is written as text by its `Debug`, or else by its `Display`.

use std::fmt::{self, Arguments, Write};
use std::io;

use super::apart::{self, Job, Patience, Pieces};
use super::limit::{Bounded, Limit};
use crate::guard;
use crate::os::stack;
use crate::render::{self, Packed, Room, visible};
use crate::settings;

/// Is what there is to show of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Its `Debug` or `Display` gave this text; where `cut` is set, there is more of it.
    Text { text: String, cut: bool },
    /// The type has neither `Debug` nor `Display`.
    Opaque,
    /// There is no text, for this reason: `Debug panicked: ..`.
    Failed(String),
}

impl Shown {
    /// Returns the text, if there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Shown::Text { text, .. } => Some(text),
            Shown::Opaque | Shown::Failed(_) => None,
        }
    }

    /// Takes at most so many characters of the text.
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

/// Says by which trait a value is printed.
#[derive(Clone, Copy)]
pub enum Form<'v> {
    Debug(&'v dyn fmt::Debug),
    Display(&'v dyn fmt::Display),
    None,
}

impl Form<'_> {
    fn is_debug(self) -> bool {
        matches!(self, Form::Debug(_))
    }
}

/// Describes a value that is to be formatted.
#[derive(Clone, Copy)]
pub struct Formattable<'v> {
    /// The name that `std::any::type_name` gives its type, which tells whether the formatting could do harm. Without a
    /// name it is taken for one that could.
    pub type_name: Option<&'v str>,
    /// How the value gives its text.
    pub form: Form<'v>,
}

/// Formats a value as `{:?}`, up to a limit.
pub fn compact(value: Formattable<'_>, limit: Limit, patience: Patience) -> Shown {
    apart::one(value.type_name, patience, &|| bounded(value.form, false, limit))
}

/// Adds a value to a text as `{:?}`, up to a limit, in this process whatever its type is. Returns `Ok(false)` where the
/// type has neither `Debug` nor `Display`, and the reason where there is no text.
pub fn append(value: Form<'_>, limit: Limit, to: &mut String) -> Result<bool, String> {
    let begin = to.len();
    let mut bounded = Bounded::onto(std::mem::take(to), limit);
    let printed = print(value, false, &mut bounded);
    let cut;
    (*to, cut) = bounded.finish();
    if cut {
        to.push_str("...");
        return Ok(true);
    }
    if printed.is_err() {
        to.truncate(begin);
    }
    printed
}

/// Formats values as `{:?}`, each up to a limit of its own.
pub(crate) fn compact_all(values: &[(Formattable<'_>, Limit)], patience: Patience) -> Vec<Shown> {
    type Run<'v> = Box<dyn Fn(Pieces<'_>) -> Shown + 'v>;
    let runs: Vec<Run<'_>> = values
        .iter()
        .map(|(value, limit)| Box::new(|_: Pieces<'_>| bounded(value.form, false, *limit)) as Run<'_>)
        .collect();
    let jobs: Vec<Job<'_>> = runs
        .iter()
        .zip(values)
        .map(|(run, (value, _))| Job {
            type_name: value.type_name,
            run,
        })
        .collect();
    apart::all(&jobs, patience, &mut |_| true)
}

/// Formats a value on one line if that has at most `width` characters, else as `{:#?}` up to the limit.
pub fn fitting(value: Formattable<'_>, width: usize, limit: Limit, patience: Patience) -> Shown {
    // What breaks a text off at its limit is a panic, which poisons the mutexes that are locked just then. So each
    // attempt has a copy of the process to itself.
    let format = |pretty, limit| apart::one(value.type_name, patience, &|| bounded(value.form, pretty, limit));
    match format(false, Limit::line(width.min(limit.chars))) {
        Shown::Text { cut: true, .. } => pretty(&format, value.form.is_debug(), width, limit),
        line => line,
    }
}

/// Formats a value on several lines, laid out to the width.
fn pretty(format: &dyn Fn(bool, Limit) -> Shown, is_debug: bool, width: usize, limit: Limit) -> Shown {
    let shown = format(true, limit);
    let Some(first) = laid_out(is_debug, &shown, width, limit) else {
        return shown;
    };
    // Elements in rows take fewer lines than before, so there is room for more of them, and more text may suffice to
    // count them all.
    match shown {
        Shown::Text { cut: true, .. } => laid_out(true, &format(true, limit.counted()), width, limit).unwrap_or(first),
        _ => first,
    }
}

/// Lays out the text of a `{:#?}`, if it has the form for that, and there is a width.
fn laid_out(is_debug: bool, shown: &Shown, width: usize, limit: Limit) -> Option<Shown> {
    let Shown::Text { text, cut } = shown else { return None };
    let room = Room {
        width,
        lines: limit.lines,
        chars: limit.chars.max(width.saturating_mul(limit.lines)),
        shorten: limit.lines < usize::MAX,
        depth: if limit.lines < usize::MAX {
            settings::depth()
        } else {
            usize::MAX
        },
    };
    let Packed { text, cut } = (is_debug && width > 0)
        .then(|| render::packed(text, *cut, room))
        .flatten()?;
    Some(Shown::Text { text, cut })
}

/// Holds the text of a value that is formatted before it is known how wide a line may be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AnyWidth {
    /// This is the text of `{:?}`.
    line: Shown,
    /// This is the text of `{:#?}`, where the other may be too long for a console.
    pretty: Option<Shown>,
    /// This tells whether it is the text of `Debug` rather than of `Display`.
    is_debug: bool,
    limit: Limit,
}

impl AnyWidth {
    /// No console has lines of fewer characters than this.
    const NARROWEST: usize = 20;

    /// Formats a value as it is now.
    pub(crate) fn new(value: Formattable<'_>, limit: Limit, patience: Patience) -> Self {
        let line = compact(value, limit, patience);
        let pretty = (!fits(&line, Self::NARROWEST))
            .then(|| apart::one(value.type_name, patience, &|| bounded(value.form, true, limit)));
        AnyWidth {
            line,
            pretty,
            is_debug: value.form.is_debug(),
            limit,
        }
    }

    /// Returns the text on one line.
    pub(crate) fn line(&self) -> &Shown {
        &self.line
    }

    /// Returns the text on one line if that has at most `width` characters, else on several.
    pub(crate) fn fitting(&self, width: usize) -> Shown {
        match &self.pretty {
            Some(pretty) if !fits(&self.line, width) => {
                laid_out(self.is_debug, pretty, width, self.limit).unwrap_or_else(|| pretty.clone())
            }
            _ => self.line.clone(),
        }
    }
}

fn fits(line: &Shown, width: usize) -> bool {
    match line {
        Shown::Text { text, .. } => text.chars().count() <= width && !text.contains('\n'),
        Shown::Opaque | Shown::Failed(_) => true,
    }
}

/// Formats a text of the user's, whose arguments may run any code.
pub fn text(text: Arguments<'_>, limit: Limit) -> String {
    if let Some(text) = text.as_str() {
        return text.to_owned();
    }
    match apart::one(None, Patience::Prompt, &|| bounded(Form::Display(&text), false, limit)) {
        Shown::Text { text, cut } => text + if cut { "..." } else { "" },
        Shown::Failed(why) => format!("(the message cannot be shown: {why})"),
        Shown::Opaque => String::new(),
    }
}

/// A longer text than this is written as it comes, one element a line.
const LAID_OUT: Limit = Limit {
    chars: 1 << 18,
    lines: usize::MAX,
};

/// Writes all of a value, on one line if that fits `width`. An `Err` says why the text breaks off.
pub fn full(value: Formattable<'_>, width: usize, out: &mut dyn io::Write) -> Result<(), String> {
    let form = value.form;
    let line = apart::one(value.type_name, Patience::Endless, &|| {
        bounded(form, false, Limit::line(width))
    });
    if let Shown::Failed(why) = line {
        return Err(why);
    }
    let run = |pieces: Pieces<'_>| {
        let mut sink = Sink {
            pieces,
            text: String::new(),
        };
        if !line.is_whole_line()
            && let shown @ Shown::Text { cut: false, .. } = bounded(form, true, LAID_OUT)
            && let Some(Shown::Text { text, .. }) = laid_out(form.is_debug(), &shown, width, Limit::NONE)
        {
            sink.text = text;
            sink.flush();
            return Shown::Text {
                text: String::new(),
                cut: false,
            };
        }
        let written = print(form, !line.is_whole_line(), &mut sink);
        sink.flush();
        match written {
            Ok(true) => Shown::Text {
                text: String::new(),
                cut: false,
            },
            Ok(false) => Shown::Opaque,
            Err(why) => Shown::Failed(why),
        }
    };
    let job = Job {
        type_name: value.type_name,
        run: &run,
    };
    let mut broken = None;
    let shown = apart::all(&[job], Patience::Endless, &mut |piece| {
        broken = out.write_all(visible(piece).as_bytes()).err();
        broken.is_none()
    });
    match (broken.or_else(|| out.flush().err()), shown.into_iter().next()) {
        (Some(error), _) => Err(format!("failed to write it: {error}")),
        (None, Some(Shown::Failed(why))) => Err(why),
        (None, Some(Shown::Opaque)) => Err("the type has neither Debug nor Display".to_owned()),
        (None, _) => Ok(()),
    }
}

fn bounded(value: Form<'_>, pretty: bool, limit: Limit) -> Shown {
    let mut bounded = Bounded::new(limit);
    let printed = print(value, pretty, &mut bounded);
    let (text, cut) = bounded.finish();
    match printed {
        // If the text was cut, the writer returned the error, whatever the type made of it.
        _ if cut => Shown::Text { text, cut },
        Ok(true) => Shown::Text { text, cut },
        Ok(false) => Shown::Opaque,
        Err(why) => Shown::Failed(why),
    }
}

/// Writes a value. Returns `Ok(false)` where the type has neither trait.
fn print(value: Form<'_>, pretty: bool, to: &mut dyn Write) -> Result<bool, String> {
    let mut to = OnStack { to, is_used_up: false };
    let (by, outcome) = match value {
        Form::Debug(value) if pretty => ("Debug", quietly(format_args!("{value:#?}"), &mut to)),
        Form::Debug(value) => ("Debug", quietly(format_args!("{value:?}"), &mut to)),
        Form::Display(value) => ("Display", quietly(format_args!("{value}"), &mut to)),
        Form::None => return Ok(false),
    };
    match outcome {
        _ if to.is_used_up => Err("it nests too deeply, the stack is used up".to_owned()),
        Ok(Ok(())) => Ok(true),
        Ok(Err(fmt::Error)) => Err(format!("{by} returned an error")),
        Err(message) => Err(format!("{by} panicked: {message}")),
    }
}

fn quietly(text: Arguments<'_>, to: &mut dyn Write) -> Result<fmt::Result, String> {
    guard::unhooked(|| guard::caught(|| to.write_fmt(text)))
}

/// Takes text as long as there is enough of the stack for what writes it, and fails from there on. So whatever writes
/// its text as it goes down into a value returns from there.
struct OnStack<'w> {
    to: &'w mut dyn Write,
    is_used_up: bool,
}

impl Write for OnStack<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.is_used_up |= stack::is_nearly_used_up();
        match self.is_used_up {
            true => Err(fmt::Error),
            false => self.to.write_str(text),
        }
    }
}

/// Gathers the pieces of text that a `Debug` writes, which are many and short, into larger ones.
struct Sink<'p> {
    pieces: Pieces<'p>,
    text: String,
}

impl Sink<'_> {
    const PIECE: usize = 1 << 14;

    fn flush(&mut self) -> bool {
        let text = std::mem::take(&mut self.text);
        text.is_empty() || (self.pieces)(&text)
    }
}

impl Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        if self.text.len() < Self::PIECE || self.flush() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is shown of a value at these widths.
    fn at(value: &dyn fmt::Debug, limit: Limit, widths: [usize; 2]) -> [Shown; 2] {
        let value = Formattable {
            type_name: Some("alloc::vec::Vec<u32>"),
            form: Form::Debug(value),
        };
        let text = AnyWidth::new(value, limit, Patience::Record);
        widths.map(|width| text.fitting(width))
    }

    fn whole(text: &str) -> Shown {
        Shown::Text {
            text: text.to_owned(),
            cut: false,
        }
    }

    #[test]
    fn the_width_chooses_when_it_is_known() {
        let (line, pretty) = ("[100000, 200000, 300000]", "[\n    100000, 200000,\n    300000,\n]");
        let values = vec![100_000_u32, 200_000, 300_000];
        assert_eq!(at(&values, Limit::PROMPT, [24, 23]), [whole(line), whole(pretty)]);
        assert_eq!(
            at(&vec![1_u32, 2], Limit::PROMPT, [80, 6]),
            [(); 2].map(|()| whole("[1, 2]"))
        );
        assert_eq!(
            at(&"a\nb", Limit::PROMPT, [80, 20]),
            [(); 2].map(|()| whole("\"a\\nb\""))
        );
        assert_eq!(
            at(&format_args!("a\nb"), Limit::PROMPT, [80, 20]),
            [(); 2].map(|()| whole("a\nb"))
        );
    }

    struct Deep(Option<Box<Deep>>);

    impl fmt::Debug for Deep {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let frame = std::hint::black_box([0_u8; 1024]);
            f.write_str(if frame[0] == 0 { "(" } else { "" })?;
            self.0.iter().try_for_each(|inner| inner.fmt(f))?;
            f.write_str(")")
        }
    }

    impl Drop for Deep {
        fn drop(&mut self) {
            let mut next = self.0.take();
            while let Some(mut inner) = next {
                next = inner.0.take();
            }
        }
    }

    #[test]
    fn a_value_of_any_depth_ends() {
        let deep = |levels| (0..levels).fold(Deep(None), |deep, _| Deep(Some(Box::new(deep))));
        let shown = |levels| stack::on_large(|| bounded(Form::Debug(&deep(levels)), false, Limit::NONE));
        let text = format!("{}{}", "(".repeat(100_001), ")".repeat(100_001));
        assert_eq!(shown(100_000), whole(&text));
        let why = "it nests too deeply, the stack is used up";
        assert_eq!(shown(1_000_000), Shown::Failed(why.to_owned()));
    }

    #[test]
    fn a_limit_holds_at_every_width() {
        let values: Vec<u32> = (0..100).collect();
        let limit = Limit { chars: 30, lines: 3 };
        let cut = |text: &str| Shown::Text {
            text: text.to_owned(),
            cut: true,
        };
        let expected = [
            cut("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9,"),
            cut("[\n    0, 1,\n    .. the first 2 shown"),
        ];
        assert_eq!(at(&values, limit, [30, 29]), expected);
    }
}
