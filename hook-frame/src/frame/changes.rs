//! The texts of the locals at two hits are compared here, and the differences written on one line.

use hook_rustc::sorted::sort_by_key;

use super::{Frame, lines};
use crate::format::{Limit, Patience, Shown};
use crate::render::{beginning, columns, visible_line};

/// Holds the text of each binding at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// A binding without a text to compare has `None`.
    texts: Vec<Option<String>>,
    /// Whether there are values of which not all is in the texts.
    pub is_partial: bool,
}

/// Describes a local whose text has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name of the local.
    pub name: &'static str,
    before: Option<String>,
    now: String,
}

impl Values {
    /// Takes the texts that the frame's values have now. The user did not ask for them, so a value whose `Debug` takes
    /// long has none.
    pub fn of(frame: &Frame<'_, '_>) -> Values {
        let mut values = Values {
            texts: vec![None; frame.site.bindings.len()],
            is_partial: false,
        };
        values.take(frame, |_| true);
        values
    }

    /// Takes the texts of values that had none: since then, a line may have made known how their type is shown. Values
    /// that were written meanwhile are left out.
    pub(super) fn take_missing(&mut self, frame: &Frame<'_, '_>) {
        let written = frame.written_indices();
        let missing: Vec<usize> = (0..self.texts.len())
            .filter(|index| self.texts[*index].is_none() && !written.contains(index))
            .collect();
        self.take(frame, |index| missing.contains(&index));
    }

    fn take(&mut self, frame: &Frame<'_, '_>, wanted: impl Fn(usize) -> bool) {
        let seen = frame.locals().filter(|local| !local.shadowed && wanted(local.index));
        let limited: Vec<_> = seen.map(|local| (local, Limit::prompt())).collect();
        for ((local, _), shown) in limited.iter().zip(lines(&limited, Patience::Unasked)) {
            self.is_partial |= !matches!(shown, None | Some(Shown::Text { cut: false, .. }));
            if let Some(Shown::Text { text, cut }) = shown {
                self.texts[local.index] = Some(text + if cut { "..." } else { "" });
            }
        }
    }

    /// Returns the texts that are known, with the positions of their bindings.
    pub(super) fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        let texts = self.texts.iter().enumerate();
        texts.filter_map(|(index, text)| Some((index, text.as_deref()?)))
    }

    /// Returns the locals whose texts differ from those in `now`, where both were taken while one hook was open. A
    /// local that had no text before has changed if a line wrote it; else it is only known since how it is shown.
    pub fn changes_here(&self, now: &Values, frame: &Frame<'_, '_>) -> Vec<Change> {
        let written = frame.written_names();
        let mut changes = self.changes(now, frame);
        changes.retain(|change| change.before.is_some() || written.contains(&change.name));
        changes
    }

    /// Returns the locals whose texts differ from those in `now`. A local that had no text before counts as new.
    pub fn changes(&self, now: &Values, frame: &Frame<'_, '_>) -> Vec<Change> {
        let names = frame.site.bindings.iter().map(|binding| binding.name);
        between(names, &self.texts, &now.texts)
    }
}

fn between(
    names: impl Iterator<Item = &'static str>,
    before: &[Option<String>],
    now: &[Option<String>],
) -> Vec<Change> {
    let changed = names.zip(now).enumerate().filter_map(|(index, (name, now))| {
        let (now, before) = (now.as_ref()?, before.get(index).cloned().flatten());
        (before.as_ref() != Some(now)).then(|| Change {
            name,
            before,
            now: now.clone(),
        })
    });
    changed.collect()
}

impl Change {
    /// Writes `a = 2`.
    fn is(&self, room: usize) -> String {
        let now = match &self.before {
            Some(before) => differing(before, &self.now, room).1,
            None => cut(&self.now, room),
        };
        format!("{} = {now}", self.name)
    }

    /// Writes `a: 1 -> 2`.
    pub fn went(&self, room: usize) -> String {
        match &self.before {
            Some(before) => {
                let (before, now) = differing(before, &self.now, room);
                format!("{}: {before} -> {now}", self.name)
            }
            None => format!("{} = {}", self.name, cut(&self.now, room)),
        }
    }
}

/// Returns one line of at most `width` columns that says what the changed locals are now.
pub fn now(changes: &[Change], width: usize) -> String {
    joined(changes, width, Change::is)
}

/// Returns one line of at most `width` columns that says what the changed locals were and are.
pub fn went(changes: &[Change], width: usize) -> String {
    joined(changes, width, |change, room| change.went(room / 2))
}

/// Joins as many changes as there is room for, in the order of declaration. Short ones are chosen first, so that more
/// of them fit; the first one without enough room is cut.
fn joined(changes: &[Change], width: usize, text: impl Fn(&Change, usize) -> String) -> String {
    let whole: Vec<_> = changes.iter().map(|change| text(change, width)).collect();
    let mut by_need: Vec<usize> = (0..changes.len()).collect();
    sort_by_key(&mut by_need, &|at| columns(&whole[*at]));
    let (mut shown, mut left) = (vec![None; changes.len()], width);
    for (number, at) in by_need.iter().enumerate() {
        let others = changes.len() - number - 1;
        let more = if others > 0 { columns(&and_more(others)) } else { 0 };
        let room = left.saturating_sub(more);
        let needed = columns(&whole[*at]) + 2;
        if needed <= room + 2 {
            shown[*at] = Some(whole[*at].clone());
            left = left.saturating_sub(needed);
            continue;
        }
        let part = text(&changes[*at], room.saturating_sub(columns(changes[*at].name) + 3));
        if room >= columns(changes[*at].name) + LEAST && columns(&part) <= room {
            shown[*at] = Some(part);
        }
        break;
    }
    let shown: Vec<_> = shown.into_iter().flatten().collect();
    let line = shown.join(", ");
    match changes.len() - shown.len() {
        0 => line,
        1 if shown.is_empty() => cut(&format!("{} changed", changes[0].name), width),
        more if shown.is_empty() => cut(&format!("{more} locals changed"), width),
        more => line + &and_more(more),
    }
}

/// A value that would be cut to fewer columns than this is left out.
const LEAST: usize = 12;

fn and_more(number: usize) -> String {
    format!(", and {number} more")
}

/// Returns two values, each on one line of at most `room` columns. Where they do not fit, they begin with the field or
/// the element that differs first, unless that is near the beginning.
pub fn differing(before: &str, now: &str, room: usize) -> (String, String) {
    let (before, now) = (visible_line(before), visible_line(now));
    if columns(&before) <= room && columns(&now) <= room {
        return (before, now);
    }
    let same = before.chars().zip(now.chars()).take_while(|(one, other)| one == other);
    let same: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let part = before[..same].rfind([',', '{', '[', '(']).map_or(0, |at| at + 1);
    let from = part + before[part..same].len() - before[part..same].trim_start().len();
    if columns(&before[..from]) <= room / 3 {
        return (cut(&before, room), cut(&now, room));
    }
    let part = |text: &str| format!("..{}", cut(&text[from..], room.saturating_sub(2)));
    (part(&before), part(&now))
}

/// Returns a value on one line of at most `room` columns.
pub fn cut(text: &str, room: usize) -> String {
    let line = visible_line(text);
    if columns(&line) <= room {
        return line;
    }
    format!("{}...", beginning(&line, room.saturating_sub(3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[Option<&str>]) -> Vec<Option<String>> {
        values.iter().map(|value| value.map(str::to_owned)).collect()
    }

    #[test]
    fn what_changed_is_named() {
        let names = ["a", "b", "c", "d"].into_iter();
        let before = texts(&[Some("1"), Some("2"), None, Some("4")]);
        let after = texts(&[Some("1"), Some("3"), Some("x"), None]);
        let changes = between(names, &before, &after);
        assert_eq!(now(&changes, 80), "b = 3, c = x");
        assert_eq!(went(&changes, 80), "b: 2 -> 3, c = x");
        assert_eq!(now(&[], 80), "");
    }

    #[test]
    fn what_differs_is_shown() {
        let check = |before, now, room, expected: (&str, &str)| {
            let (before, now) = differing(before, now, room);
            assert_eq!((&*before, &*now), expected);
        };
        check("[1, 2]", "[1, 3]", 9, ("[1, 2]", "[1, 3]"));
        let order =
            |price: &str| format!("Order {{ id: 0, name: \"one\", price: {price}, tags: [\"new\", \"blue\"] }}");
        let parts = ("..price: 1.5, tags: [...", "..price: 22.5, tags: ...");
        let (before, now) = (order("1.5"), order("22.5"));
        check(&before, &now, 24, parts);
        check(&before, &now, 200, (&before, &now));
        check("[1111111, 2]", "[3111111, 2]", 8, ("[1111...", "[3111..."));
        check("[ä, ö, ü, 1]", "[ä, ö, ü, 2, 3]", 9, ("..1]", "..2, 3]"));
    }

    #[test]
    fn a_line_has_its_width() {
        let names = ["first", "second", "third"].into_iter();
        let long = "x".repeat(300);
        let changes = between(names, &[], &texts(&[Some(&long), Some("2"), Some("multi\nline")]));
        for width in [10, 30, 45, 60, 120] {
            let line = now(&changes, width);
            assert!(columns(&line) <= width, "{line}");
        }
        assert_eq!(now(&changes, 30), "second = 2, and 2 more");
        assert_eq!(now(&changes, 45), "second = 2, third = multi\\nline, and 1 more");
        let wide = now(&changes, 120);
        assert!(
            wide.starts_with("first = xxx") && wide.ends_with("x..., second = 2, third = multi\\nline"),
            "{wide}"
        );
        assert_eq!(now(&changes[..1], 30), format!("first = {}...", "x".repeat(19)));
    }
}
