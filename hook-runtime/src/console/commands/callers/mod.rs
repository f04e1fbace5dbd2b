//! The commands `:up`, `:down` and `:frame`, and what is typed while a caller is looked at.
//!
//! What the function at the hook has is captured by borrows that rustc accepted. Of its callers nothing is: their
//! variables are read from memory by the debug information of the program, as gdb reads them, so nothing can be called
//! on them, and nothing is written.

mod calls;
mod path;

use std::cell::RefCell;
use std::rc::Rc;

use hook_debuginfo::{Registers, Variable};

use self::path::{Part, path};
use super::super::error::ConsoleError;
use super::super::output::Style;
use super::super::show::show;
use super::super::{Console, Flow, Outcome, sources};
use super::backtrace::{BacktraceRow, rows_of, stack};
use super::{Wanted, look, source, usage};
use crate::format::{self, Form, Formattable, Limit, Patience, Shown};
use crate::frame::Frame;
use crate::guard::CapturedStack;
use crate::render::{self, columns};
use crate::suggest::nearest;

/// Whether the variables of callers can be shown on this platform.
pub(crate) const ARE_CALLERS_SHOWN: bool = true;

/// A caller whose variables were read.
struct Caller {
    opening: u64,
    row: BacktraceRow,
    variables: Vec<Variable>,
}

thread_local! {
    /// The caller that was looked at last on this thread.
    static LAST: RefCell<Option<Rc<Caller>>> = const { RefCell::new(None) };
}

/// Runs `:up`.
pub(super) fn up(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    go(console, rest, "up", |at, by| at.saturating_add(by))
}

/// Runs `:down`.
pub(super) fn down(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    go(console, rest, "down", usize::saturating_sub)
}

/// Goes so many rows of the backtrace further.
fn go(console: &mut Console<'_, '_, '_>, rest: &str, command: &str, to: fn(usize, usize) -> usize) -> Outcome {
    let by: usize = match rest {
        "" => 1,
        text => text.parse().map_err(|_| usage(command))?,
    };
    let stack = stack(console.frame.site);
    let rows: Vec<_> = numbered(&stack, console, false);
    let now = console.frame.caller.unwrap_or(0);
    let at = rows.iter().position(|row| row.number >= Some(now)).unwrap_or(0);
    let wanted = to(at, by);
    let Some(number) = rows
        .get(wanted.min(rows.len().saturating_sub(1)))
        .and_then(|row| row.number)
    else {
        return Err(ConsoleError::NoFrames);
    };
    if number == now {
        return Err(if wanted > at {
            ConsoleError::Outermost
        } else {
            ConsoleError::Innermost
        });
    }
    select(console, &stack, rows, number)
}

/// Runs `:frame`.
pub(super) fn frame(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let stack = stack(console.frame.site);
    let number = match rest {
        "" => console.frame.caller.unwrap_or(0),
        text => text.trim_start_matches('#').parse().map_err(|_| usage("frame"))?,
    };
    let rows = numbered(&stack, console, true);
    select(console, &stack, rows, number)
}

/// Returns the rows of the stack that have a number.
fn numbered(stack: &CapturedStack, console: &Console<'_, '_, '_>, all: bool) -> Vec<BacktraceRow> {
    let rows = rows_of(stack, console.frame.site, all).into_iter();
    rows.filter(|row| row.number.is_some()).collect()
}

/// Makes names mean the variables of a caller, and prints those.
fn select(console: &mut Console<'_, '_, '_>, stack: &CapturedStack, rows: Vec<BacktraceRow>, number: usize) -> Outcome {
    let last = rows.iter().filter_map(|row| row.number).max();
    let Some(row) = rows.into_iter().find(|row| row.number == Some(number)) else {
        return Err(match last {
            Some(last) => ConsoleError::NoCaller { number, last },
            None => ConsoleError::NoFrames,
        });
    };
    let title = format!(" in {row}");
    let title = [(Style::Bold, &*format!("#{number}")), (Style::Plain, &title)];
    console.out.value_parts(&title);
    if number == 0 && !console.frame.is_panic() {
        console.frame.caller = None;
        return Ok(Flow::Stay);
    }
    let place = row.place.clone();
    let (caller, refused) = read(console, stack, row);
    if let Some((file, line)) = place
        && let Some(text) = text(console, &file)
    {
        source::print(console, &text, line as usize, 0);
    }
    match refused {
        Some(error) => Err(error),
        None => list(console, &caller.variables),
    }
}

/// Makes names mean the variables of a caller. It has none if they cannot be read.
fn read(
    console: &mut Console<'_, '_, '_>,
    stack: &CapturedStack,
    row: BacktraceRow,
) -> (Rc<Caller>, Option<ConsoleError>) {
    let (variables, refused) = match variables_of(stack, &row) {
        Ok(variables) => (variables, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    console.frame.caller = row.number;
    let caller = Rc::new(Caller {
        opening: console.frame.opening,
        row,
        variables,
    });
    LAST.set(Some(caller.clone()));
    (caller, refused)
}

/// A variable of a caller, as a client is told of it.
pub(crate) struct CallerVariable {
    pub(crate) name: String,
    pub(crate) type_name: String,
    /// The value as text, which ends in `...` where it is cut.
    pub(crate) value: String,
}

/// Returns the variables of the frame with a number, whichever is looked at.
pub(crate) fn variables(frame: &Frame<'_, '_>, number: usize) -> Result<Vec<CallerVariable>, ConsoleError> {
    /// So many characters of a value are shown.
    const LONGEST: usize = 4000;
    let stack = stack(frame.site);
    let rows = rows_of(&stack, frame.site, true);
    let last = rows.iter().filter_map(|row| row.number).max();
    let row = rows.iter().find(|row| row.number == Some(number));
    let row = row.ok_or(last.map_or(ConsoleError::NoFrames, |last| ConsoleError::NoCaller { number, last }))?;
    let told = |variable: &Variable| CallerVariable {
        name: variable.name.clone(),
        type_name: render::short(&variable.type_name),
        value: match format::compact(formattable(variable), Limit::line(LONGEST), Patience::Unasked) {
            Shown::Text { text, cut } => text + if cut { "..." } else { "" },
            Shown::Opaque | Shown::Failed(_) => String::new(),
        },
    };
    Ok(variables_of(&stack, row)?.iter().map(told).collect())
}

/// Reads the variables of the call that a row is of.
fn variables_of(stack: &CapturedStack, row: &BacktraceRow) -> Result<Vec<Variable>, ConsoleError> {
    let rows = calls::addresses(&stack.short, &stack.full);
    let addresses: Vec<_> = stack.calls.iter().map(|call| call.address).collect();
    let (at, inlined) = calls::call_of(row.number_of_std, &rows, &addresses).ok_or(ConsoleError::NoFrames)?;
    let call = stack.calls[at];
    let registers = Registers {
        return_address: call.address as u64,
        stack: call.stack as u64,
        frame: call.frame as u64,
        cfa: stack.calls.get(at + 1).map(|caller| caller.stack as u64),
    };
    let mut variables = hook_debuginfo::variables(&registers, inlined)?;
    // These are of the attribute and of rustc.
    let is_made = |name: &str| name == "_task_context" || name.starts_with("__hook") || name.starts_with("__awaitee");
    variables.retain(|variable| !is_made(&variable.name));
    Ok(variables)
}

/// Returns the caller that names mean, if they do not mean what is at the hook. At a panic that is the function that
/// panics, until another one is looked at.
fn selected(console: &mut Console<'_, '_, '_>) -> Option<Rc<Caller>> {
    if console.frame.caller.is_none() && console.frame.is_panic() {
        let stack = stack(console.frame.site);
        let row = numbered(&stack, console, true).into_iter().next()?;
        return Some(read(console, &stack, row).0);
    }
    let number = console.frame.caller?;
    let last = LAST.with_borrow(Clone::clone);
    last.filter(|last| last.opening == console.frame.opening && last.row.number == Some(number))
}

/// Returns the text of a source file, as the build read it if it is of the hook's crate.
fn text(console: &Console<'_, '_, '_>, file: &str) -> Option<String> {
    let own = sources::all(console.frame);
    let own = own.iter().find(|(path, _)| path.as_os_str() == file);
    own.map(|(_, text)| text.to_string())
        .or_else(|| std::fs::read_to_string(file).ok())
}

fn list(console: &mut Console<'_, '_, '_>, variables: &[Variable]) -> Outcome {
    if variables.is_empty() {
        console.out.say("there are no variables in scope");
    }
    let heading = |variable: &Variable| format!("{}: {}", variable.name, render::short(&variable.type_name));
    let widest = look::widest(variables.iter().map(|variable| columns(&heading(variable))));
    for variable in variables {
        let heading = heading(variable);
        let padding = " ".repeat(widest.saturating_sub(columns(&heading)));
        let room = look::room(console.out.width, columns(&heading).max(widest));
        let shown = format::compact(formattable(variable), Limit::line(room), Patience::Unasked);
        let value = look::value(Some(shown), "", room);
        let rest = format!("{}{padding}{value}", &heading[variable.name.len()..]);
        console
            .out
            .value_parts(&[(Style::Bold, &variable.name), (Style::Plain, rest.trim_end())]);
    }
    Ok(Flow::Stay)
}

/// What is formatted is memory, and no code of the program runs for it.
fn formattable(variable: &Variable) -> Formattable<'_> {
    Formattable {
        type_name: Some(""),
        form: Form::Debug(variable),
    }
}

/// Answers `:locals` if a caller is looked at.
pub(super) fn locals(console: &mut Console<'_, '_, '_>, rest: &str) -> Option<Outcome> {
    let caller = selected(console)?;
    let names: Vec<&str> = rest
        .split([' ', ','])
        .filter(|name| !name.is_empty() && *name != "*")
        .collect();
    let mut variables = caller.variables.clone();
    if let Some(unknown) = names
        .iter()
        .find(|name| !variables.iter().any(|variable| variable.name == **name))
    {
        return Some(Err(no_variable(&caller, unknown)));
    }
    variables.retain(|variable| names.is_empty() || names.contains(&&*variable.name));
    Some(list(console, &variables))
}

/// Returns the names that can be typed if a caller is looked at.
pub(in crate::console) fn names(console: &mut Console<'_, '_, '_>) -> Option<Vec<String>> {
    let caller = selected(console)?;
    Some(caller.variables.iter().map(|variable| variable.name.clone()).collect())
}

/// Answers `:where` if a caller is looked at.
pub(super) fn around(console: &mut Console<'_, '_, '_>, reach: usize) -> Option<Outcome> {
    let caller = selected(console)?;
    let (file, line) = caller.row.place.clone()?;
    let text = text(console, &file)?;
    console.out.say(&caller.row.to_string());
    source::print(console, &text, line as usize, reach);
    Some(Ok(Flow::Stay))
}

/// Answers a line of Rust if a caller is looked at. In a function that panics, where no hook captures anything, what
/// does not begin with the name of a variable is left to rustc.
pub(in crate::console) fn answer(console: &mut Console<'_, '_, '_>, text: &str, wanted: Wanted) -> Option<Outcome> {
    let caller = selected(console)?;
    let found = path(text).and_then(|(name, parts)| {
        let variable = caller.variables.iter().find(|variable| variable.name == name)?;
        Some((variable, parts))
    });
    let Some((variable, parts)) = found else {
        if console.frame.is_panic() {
            return None;
        }
        return Some(Err(match path(text) {
            Some((name, _)) => no_variable(&caller, name),
            None => ConsoleError::InCaller,
        }));
    };
    let inner = parts.iter().try_fold(variable.clone(), |variable, part| match part {
        Part::Field(name) => variable.field(name),
        Part::Element(index) => variable.element(*index),
    });
    let Some(found) = inner else {
        return Some(Err(ConsoleError::NoPart {
            text: text.trim().to_owned(),
            ty: render::short(&variable.type_name),
        }));
    };
    print(console, &found, text, wanted);
    Some(Ok(Flow::Stay))
}

fn print(console: &mut Console<'_, '_, '_>, variable: &Variable, text: &str, wanted: Wanted) {
    let (ty, text) = (render::short(&variable.type_name), text.trim().trim_end_matches(';'));
    if matches!(wanted, Wanted::Type | Wanted::Both) {
        console.out.value(&ty);
    }
    if wanted == Wanted::Type {
        return;
    }
    let limit = if wanted == Wanted::Full {
        Limit::NONE
    } else {
        Limit::prompt()
    };
    let shown = format::fitting(formattable(variable), console.out.width, limit, Patience::Prompt);
    match &shown {
        Shown::Text { text, .. } if wanted == Wanted::Full => console.out.page(text),
        shown => show(console.out, console.frame.site, shown, text, &format!("`{text}`"), &ty),
    }
}

fn no_variable(caller: &Caller, name: &str) -> ConsoleError {
    let names = caller.variables.iter().map(|variable| &*variable.name);
    ConsoleError::NoVariable {
        name: name.to_owned(),
        function: caller.row.name.clone(),
        suggestion: nearest(name, names).map(str::to_owned),
    }
}
