//! The text on a terminal when a hook stops the program, and when the program resumes.
//!
//! The first stop is reported in full: the place, the source around it, and what changed since the last stop there. In
//! a loop the same hook stops repeatedly, and then a stop is reported in one line.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::output::{Output, Style};
use super::{banner, conditions, sources};
use crate::breakpoints::planted;
use crate::breakpoints::shape::{HookShape, RETURNED};
use crate::format::{Limit, Shown};
use crate::frame::Frame;
use crate::frame::changes::{self, Values};
use crate::frame::recent;
use crate::render::{beginning, columns, short, visible_line};
use crate::settings;
use crate::turn::Turn;

/// A value that a function returns is shown up to so many characters.
const LONGEST: usize = 400;

/// The state at the last stops, to compare the next stop with.
#[derive(Default)]
struct PreviousStops {
    /// The values with which the program resumed from each site, by the address of the site.
    values: HashMap<usize, Values>,
    /// The site, the thread and the nesting depth of the last stop.
    last: Option<(usize, String, usize)>,
}

fn before() -> MutexGuard<'static, Option<PreviousStops>> {
    static BEFORE: Mutex<Option<PreviousStops>> = Mutex::new(None);
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reports a stop. `because` says which conditions hold.
pub(crate) fn print(frame: &mut Frame<'_, '_>, turn: &Turn, because: &[String], out: &mut Output) {
    let between = turn.between.as_deref();
    let (earlier, again) = {
        let mut before = before();
        let before = before.get_or_insert_default();
        let this = (frame.site.address(), frame.thread.clone(), turn.depth);
        let again = before.last.as_ref() == Some(&this) && between.is_none();
        before.last = Some(this);
        (before.values.get(&frame.site.address()).cloned(), again)
    };
    match &frame.message {
        Some(message) if again => out.say_as(Style::Bold, message),
        _ if again => {}
        _ => {
            banner::opens(frame, between, out);
            around(frame, out);
        }
    }
    because.iter().for_each(|why| out.say_as(Style::Bold, why));
    let now = Values::of(frame);
    recent::stop(frame, &now);
    let changed = earlier.map(|earlier| earlier.changes(&now, frame));
    let head = match again {
        true => format!("{}:{}, hit {}", frame.site.file, frame.site.line, frame.number),
        false => format!("hit {}", frame.number),
    };
    let room = out.width.saturating_sub(columns(&head) + 2);
    match changed.as_deref() {
        Some([]) if now.is_partial => out.say(&format!("{head}, nothing that is shown of the locals changed")),
        Some([]) => out.say(&format!("{head}, no local changed")),
        Some(changed) => out.say(&format!("{head}: {}", changes::now(changed, room))),
        None if frame.number > 1 => out.say(&head),
        None => {}
    }
    frame.entry = Some(now);
    conditions::watched(frame, out.width)
        .iter()
        .for_each(|line| out.say(line));
    hint(out, 1);
}

/// Prints the hint that a new user needs. In a process it is printed `times` times at most.
fn hint(out: &mut Output, times: usize) {
    static SAID: AtomicUsize = AtomicUsize::new(0);
    let said = SAID.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |said| {
        (said < times).then_some(said + 1)
    });
    if said.is_ok() {
        out.remark("type any Rust; :c or Ctrl-D resumes; :tour shows more");
    }
}

/// Repeats the hint once in a process, for a user who typed nothing.
pub(super) fn repeat_hint(out: &mut Output) {
    hint(out, 2);
}

/// Prints some lines of source with the hook in the middle, if the source is known.
fn around(frame: &Frame<'_, '_>, out: &mut Output) {
    let Some(text) = sources::of(frame) else { return };
    for (marked, line) in excerpt(&text, frame.site.line as usize, settings::source(), out.width) {
        out.say_as(if marked { Style::Bold } else { Style::Dim }, &line);
    }
}

/// Returns a line of the text and so many lines before and after it. Their common indentation is removed, and each is
/// cut to the width.
fn excerpt(text: &str, line: usize, around: usize, width: usize) -> Vec<(bool, String)> {
    let first = line.saturating_sub(around).max(1);
    let lines: Vec<_> = text
        .lines()
        .zip(1..)
        .skip(first - 1)
        .take(line + around + 1 - first)
        .collect();
    let indent = |text: &str| text.len() - text.trim_start().len();
    let common = lines.iter().filter(|(text, _)| !text.trim().is_empty());
    let common = common.map(|(text, _)| indent(text)).min().unwrap_or(0);
    let digits = (line + around).to_string().len();
    let shown = lines.into_iter().map(|(text, number)| {
        let mark = if number == line { ">" } else { " " };
        let text = visible_line(text.get(common..).unwrap_or_default());
        let row = format!("{mark} {number:digits$}  {text}");
        let row = beginning(&row, width.saturating_sub(1)).trim_end();
        (number == line, row.to_owned())
    });
    shown.collect()
}

/// Says what the function returns, at a hook that is planted behind its body.
pub(crate) fn returned(frame: &Frame<'_, '_>) -> Option<String> {
    if planted::shape(frame.site) != Some(HookShape::Return) {
        return None;
    }
    let local = frame.find(RETURNED).ok()?;
    let value = match local.line(Limit::line(LONGEST)) {
        Some(Shown::Text { text, cut }) => format!("{text}{}", if cut { "..." } else { "" }),
        _ => format!("a value of type {}", short(local.type_name()?)),
    };
    Some(format!("{} returns {value}", frame.site.function))
}

/// Says what the session changed, before the program resumes.
pub(crate) fn resumes(frame: &Frame<'_, '_>, out: &mut Output) {
    let Some(entry) = &frame.entry else { return };
    // If nothing ran, no value can have changed, so none is formatted.
    let now = if frame.is_touched {
        Values::of(frame)
    } else {
        entry.clone()
    };
    let changed = entry.changes_here(&now, frame);
    if !changed.is_empty() {
        let head = "changed here: ";
        out.remark(&format!(
            "{head}{}",
            changes::went(&changed, out.width.saturating_sub(head.len() + 1))
        ));
    }
    let mut before = before();
    before.get_or_insert_default().values.insert(frame.site.address(), now);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lines_with_the_hook_in_the_middle() {
        let text = "fn f() {\n    let a = 1;\n    hook!();\n\n    g(\"a very long line that has no room\");\n}";
        let lines = |line, width| -> Vec<String> {
            let lines = excerpt(text, line, 1, width);
            assert!(lines.iter().filter(|(marked, _)| *marked).count() <= 1);
            lines.into_iter().map(|(_, line)| line).collect()
        };
        assert_eq!(lines(3, 80), ["  2  let a = 1;", "> 3  hook!();", "  4"]);
        assert_eq!(lines(1, 80), ["> 1  fn f() {", "  2      let a = 1;"]);
        assert_eq!(lines(5, 20), ["  4", "> 5      g(\"a very", "  6  }"]);
        assert_eq!(lines(99, 80), [""; 0]);
    }
}
