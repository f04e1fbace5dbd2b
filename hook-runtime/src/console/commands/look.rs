//! The commands that show locals: `:locals`, `:type`, `:full`, `:diff`.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::{Wanted, callers, nothing, single};
use crate::eval::{LAST, Purpose};
use crate::format::{self, Form, Limit, Patience, Shown};
use crate::frame::changes::Values;
use crate::frame::{FrameError, Local, NOT_CAPTURED, lines};
use crate::render::{self, beginning, columns};
use crate::value::Access;

/// The greatest width of a name and type that the column of values is aligned to. A longer one stands out, so that it
/// does not push all other values to the right.
const WIDEST: usize = 36;

/// In place of names it stands for all locals, with their fields where their types have no `Debug`.
const ALL: &str = "*";

pub(super) fn locals(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    if let Some(answered) = callers::locals(console, rest) {
        return answered;
    }
    let wanted: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|name| !name.is_empty())
        .collect();
    let wanted = if wanted == [ALL] { Vec::new() } else { wanted };
    for name in &wanted {
        console.frame.find(name)?;
    }
    let known: Vec<&str> = match rest.trim() {
        ALL => {
            let seen = console.frame.locals().filter(|local| !local.shadowed);
            seen.map(|local| local.binding.name).collect()
        }
        _ => wanted.clone(),
    };
    for name in &known {
        console.make_known(name)?;
    }
    let mut is_opaque = false;
    let frame = &*console.frame;
    let shown = frame
        .locals()
        .filter(|local| wanted.is_empty() || wanted.contains(&local.binding.name));
    // Locals that a closure does not capture are listed together in one row, unless the user asks for them by name.
    let (left, shown): (Vec<_>, Vec<_>) = shown.partition(|local| wanted.is_empty() && is_not_captured(local));
    let rows: Vec<_> = shown.into_iter().map(|local| (heading(&local), local)).collect();
    if rows.is_empty() && left.is_empty() {
        console.out.say("there are no locals in scope");
        return Ok(Flow::Stay);
    }
    let widest = widest(rows.iter().map(|(heading, _)| columns(heading)));
    let width = console.out.width;
    let least = (width / 3).min(24);
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(heading, local)| {
            let notes = notes(&local);
            let heading_width = columns(&heading).max(widest);
            let room = match notes.is_empty() {
                true => room(width, heading_width),
                // A reason may take another row of the terminal.
                false => room(width, heading_width + columns(&notes)).max(least),
            };
            (heading, notes, (local, Limit::line(room)))
        })
        .collect();
    let locals: Vec<_> = rows.iter().map(|(_, _, local)| *local).collect();
    for ((heading, notes, (local, limit)), shown) in rows.iter().zip(lines(&locals, Patience::Prompt)) {
        let padding = " ".repeat(widest.saturating_sub(columns(heading)));
        let name = local.binding.name;
        let ty = local.type_name().map(render::short).unwrap_or_default();
        is_opaque |= matches!(shown, Some(Shown::Opaque));
        let value = value(shown, &ty, limit.chars);
        let rest = format!("{}{padding}{value}{notes}", &heading[name.len()..]);
        console
            .out
            .value_parts(&[(Style::Bold, name), (Style::Plain, rest.trim_end())]);
    }
    if !left.is_empty() {
        let names: Vec<&str> = left.iter().map(|local| local.binding.name).collect();
        let text = format!("{NOT_CAPTURED}: {}", names.join(", "));
        console.out.value(&text);
    }
    if is_opaque && known.is_empty() {
        console.tell_of_fields();
    }
    Ok(Flow::Stay)
}

/// Returns the width that the headings are aligned to.
pub(super) fn widest(headings: impl Iterator<Item = usize>) -> usize {
    headings.filter(|&length| length <= WIDEST).max().unwrap_or(WIDEST)
}

/// Returns the room for a value behind its heading. Even on a narrow terminal there is some, so that its beginning can
/// be read.
pub(super) fn room(width: usize, heading: usize) -> usize {
    width.saturating_sub(heading + 3).max((width / 5).clamp(8, 24))
}

fn is_not_captured(local: &Local<'_, '_>) -> bool {
    matches!(local.access, Access::Unknown) && local.binding.reason == Some(NOT_CAPTURED)
}

fn heading(local: &Local<'_, '_>) -> String {
    match local.type_name() {
        Some(ty) => format!("{}: {}", local.binding.name, render::short(ty)),
        None => local.binding.name.to_owned(),
    }
}

/// Returns the remarks that are printed behind a value: why it cannot be written or read, and whether it is shadowed.
fn notes(local: &Local<'_, '_>) -> String {
    let mut notes = Vec::new();
    if let Some(by) = local.borrowed_by {
        notes.push(format!("`{by}` may write it"));
    }
    match local.access {
        Access::Writable(_) => {}
        Access::ReadOnly(_) | Access::Snapshot(_) => notes.push(format!("read-only: {}", local.reason())),
        Access::Type(_) | Access::Unknown => notes.push(local.reason().to_owned()),
    }
    if local.shadowed {
        notes.push("shadowed".to_owned());
    }
    notes.iter().map(|note| format!("   {note}")).collect()
}

/// Returns the text that is printed behind a name and type.
pub(super) fn value(shown: Option<Shown>, ty: &str, room: usize) -> String {
    match shown {
        Some(Shown::Text { text, cut: false }) if columns(&text) <= room => format!(" = {text}"),
        Some(Shown::Text { text, .. }) => format!(" = {}...", beginning(&text, room - 3)),
        Some(Shown::Opaque) => format!(" = <{ty}>"),
        Some(Shown::Failed(why)) => format!("   {why}"),
        None => String::new(),
    }
}

/// Runs `:diff`, which prints what the session changed.
pub(super) fn diff(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("diff", rest)?;
    let frame = &*console.frame;
    let now = frame.entry.as_ref().map(|_| Values::of(frame));
    let changes = frame.entry.as_ref().zip(now.as_ref());
    let changes = changes.map_or(Vec::new(), |(entry, now)| entry.changes_here(now, frame));
    // A local without a text cannot be compared, so if it was written, only that is said.
    let told = |name: &&str| changes.iter().any(|change| change.name == *name);
    let silent: Vec<&str> = frame.written_names().into_iter().filter(|name| !told(name)).collect();
    let untold = silent.into_iter().filter(|name| {
        let local = frame.find(name).ok().and_then(|local| local.line(Limit::line(1)));
        !matches!(local, Some(Shown::Text { .. }))
    });
    let untold: Vec<&str> = untold.collect();
    let width = console.out.width;
    for change in &changes {
        console
            .out
            .value(&change.went(width.saturating_sub(columns(change.name) + 6) / 2));
    }
    if !untold.is_empty() {
        let text = format!(
            "written, and has no text that would tell what changed: {}",
            untold.join(", ")
        );
        console.out.value(&text);
    }
    if changes.is_empty() && untold.is_empty() {
        console.out.say("nothing that was typed here changed a local");
    }
    Ok(Flow::Stay)
}

/// Answers `?NAME` for a local: prints its type and its value.
pub(in crate::console) fn both(console: &mut Console<'_, '_, '_>, name: &str) -> Outcome {
    let local = console.frame.find(name)?;
    if local.type_name().is_none() {
        return Err(local.unreadable().into());
    }
    let heading = heading(&local);
    let name = local.binding.name;
    let notes = notes(&local);
    console.out.value_parts(&[
        (Style::Bold, name),
        (Style::Plain, &format!("{}{notes}", &heading[name.len()..])),
    ]);
    if local.line(Limit::line(1)).is_some() {
        console.print(name)?;
    }
    Ok(Flow::Stay)
}

pub(super) fn type_of(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    if let Some(answered) = callers::answer(console, rest, Wanted::Type).filter(|_| !rest.is_empty()) {
        return answered;
    }
    let local = match single("type", rest) {
        Ok(name) if console.frame.find(name).is_ok() && !console.is_rust(name) => console.frame.find(name)?,
        _ if !rest.is_empty() => return console.rust(rest, Purpose::Type).map(|()| Flow::Stay),
        other => console.frame.find(other?)?,
    };
    match local.type_name() {
        Some(ty) => console.out.value(&render::short(ty)),
        None => {
            return Err(FrameError::Unreadable {
                name: local.binding.name,
                why: format!("its type is not known here ({})", local.reason()),
            }
            .into());
        }
    }
    Ok(Flow::Stay)
}

pub(super) fn full(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    // Without an argument, it is the value of which a part was printed last.
    let printed = console.frame.printed.clone();
    let rest = match printed.as_deref() {
        _ if !rest.is_empty() => rest,
        printed => printed.unwrap_or(LAST),
    };
    if let Some(answered) = callers::answer(console, rest, Wanted::Full) {
        return answered;
    }
    let local = match single("full", rest) {
        Ok(name) if !console.is_rust(name) => console.frame.find(name)?,
        _ if !rest.is_empty() => return console.rust(rest, Purpose::Full).map(|()| Flow::Stay),
        other => console.frame.find(other?)?,
    };
    let Some(value) = local.formattable() else {
        match local.shown(console.out.width, Limit::line(0))? {
            Shown::Text { text, cut } => {
                console.out.value(&text);
                if cut {
                    console
                        .out
                        .remark("... the rest was not kept: another local borrows it");
                }
            }
            Shown::Opaque => console.out.say("its type has neither Debug nor Display"),
            Shown::Failed(why) => console.out.error(&why),
        }
        return Ok(Flow::Stay);
    };
    let width = console.out.width;
    if matches!(value.form, Form::None) {
        let name = local.binding.name;
        return console.by_parts(name, true).map(|()| Flow::Stay);
    }
    let printed = console.out.paged(&mut |out| {
        let printed = format::full(value, width, out);
        // An error of a stream is ignored, because a closed pipe must not stop the program.
        let _ = out.write_all(b"\n");
        printed
    });
    printed.map(|()| Flow::Stay).map_err(|why| {
        let name = local.binding.name;
        FrameError::Unreadable { name, why }.into()
    })
}
