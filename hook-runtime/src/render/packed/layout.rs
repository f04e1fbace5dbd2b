//! Blocks are written as lines.

use super::{Packed, Room, count};
use crate::render::columns;
use crate::render::tree::{Block, Item, literal, scalar};

/// Beyond this, a key does not push the values of others to the right.
const WIDEST_KEY: usize = 32;

/// The lines that are written.
pub(super) struct Lines {
    /// Each with how many elements of the outermost block end with it or before it.
    lines: Vec<(String, usize)>,
    room: Room,
    done: usize,
    shortened: bool,
}

impl Lines {
    pub(super) fn new(room: Room) -> Self {
        Lines {
            lines: Vec::new(),
            room,
            done: 0,
            shortened: false,
        }
    }

    /// Gives as many lines as there may be. Where they are of elements, the last tells how many of them there are.
    pub(super) fn finish(mut self, root: &Block<'_>, cut: bool) -> Packed {
        let mut chars = 0_usize;
        let within = |(line, _): &&(String, usize)| {
            chars += line.len() + 1;
            chars <= self.room.chars
        };
        let fitting = self.lines.iter().take_while(within).count();
        let is_whole = !cut && self.lines.len() <= self.room.lines && fitting == self.lines.len();
        if !is_whole {
            self.lines
                .truncate(fitting.min(self.room.lines.saturating_sub(1)).max(1));
            let shown = self.lines.last().map_or(0, |(_, done)| *done);
            let of = if cut { None } else { count(root) };
            match (count(root), of) {
                (Some(_), Some(of)) => self.push(0, format!("    .. {shown} of {of} shown")),
                (Some(_), None) => self.push(0, format!("    .. the first {shown} shown")),
                _ => {}
            }
        }
        let lines: Vec<String> = self.lines.into_iter().map(|(line, _)| line).collect();
        Packed {
            text: lines.join("\n"),
            cut: !is_whole || self.shortened,
        }
    }

    fn push(&mut self, depth: usize, line: String) {
        self.lines.push((format!("{}{line}", "    ".repeat(depth)), self.done));
    }

    /// Notes that so many items of a block are written with the next line.
    fn ends(&mut self, depth: usize, items: usize) {
        if depth == 0 {
            self.done += items;
        }
    }

    /// Writes a block, and behind it `end`.
    pub(super) fn block(&mut self, block: &Block<'_>, depth: usize, end: &str) {
        let room = self.room.width.saturating_sub((depth + 1) * 4);
        if is_sequence(block) {
            if let Some(cells) = scalars(block) {
                let close = block.close.unwrap_or_default();
                let line = format!("{}{}{close}{end}", block.head, cells.join(", "));
                if depth > 0 && block.close.is_some() && columns(&line) <= room + 4 {
                    return self.push(depth, line);
                }
                if let Some(rows) = rows(&cells, room) {
                    return self.within(block, depth, end, rows);
                }
            } else if let Some(rows) = grid(block, room) {
                return self.within(block, depth, end, rows.into_iter().map(|row| (row, 1)).collect());
            } else if let Some(rows) = map(block, room) {
                return self.within(block, depth, end, rows.into_iter().map(|row| (row, 1)).collect());
            }
        }
        self.push(depth, block.head.to_owned());
        for item in &block.items {
            match item {
                Item::Line(line) => {
                    let line = if self.room.shorten {
                        self.shortened(line, room)
                    } else {
                        (*line).to_owned()
                    };
                    self.ends(depth, 1);
                    self.push(depth + 1, line + ",");
                }
                Item::Rest => self.push(depth + 1, "..".to_owned()),
                Item::Block(inner) => {
                    self.block(inner, depth + 1, ",");
                    if inner.close.is_some() {
                        self.ends(depth, 1);
                        let done = self.done;
                        self.lines.last_mut().expect("a block has a line").1 = done;
                    }
                }
            }
        }
        self.closes(block, depth, end);
    }

    /// Writes rows of so many items each between the lines of a block.
    fn within(&mut self, block: &Block<'_>, depth: usize, end: &str, rows: Vec<(String, usize)>) {
        self.push(depth, block.head.to_owned());
        for (row, items) in rows {
            self.ends(depth, items);
            self.push(depth + 1, row);
        }
        self.closes(block, depth, end);
    }

    fn closes(&mut self, block: &Block<'_>, depth: usize, end: &str) {
        if let Some(close) = block.close {
            self.push(depth, format!("{close}{end}"));
        }
    }

    /// Takes the middle out of a string that takes more than two lines.
    fn shortened(&mut self, line: &str, room: usize) -> String {
        let name = line.find('"').unwrap_or(line.len());
        let text = &line[name..];
        let long = columns(line) > room * 2 && literal(text) == Some(text.len());
        if !long || !(name == 0 || line[..name].ends_with(": ")) {
            return line.to_owned();
        }
        let chars: Vec<char> = text[1..text.len() - 1].chars().collect();
        let half = room.saturating_sub(name + 30) / 2;
        let (mut head, mut tail) = (half, chars.len() - half);
        // No escape is taken apart.
        while head > 0 && in_escape(&chars, head) {
            head -= 1;
        }
        while tail < chars.len() && in_escape(&chars, tail) {
            tail += 1;
        }
        self.shortened = true;
        let (first, last): (String, String) = (chars[..head].iter().collect(), chars[tail..].iter().collect());
        format!("{}\"{first}\" .. {} more .. \"{last}\"", &line[..name], tail - head)
    }
}

/// Tells whether a string, as it is written in Rust, has an escape around that place.
fn in_escape(chars: &[char], at: usize) -> bool {
    let mut index = 0;
    while index < at {
        index += match (chars[index], chars.get(index + 1)) {
            ('\\', Some('u')) => 1 + chars[index..].iter().position(|c| *c == '}').unwrap_or(1),
            ('\\', _) => 2,
            _ => 1,
        };
    }
    index > at
}

/// Tells a sequence, a set or a map from a struct.
fn is_sequence(block: &Block<'_>) -> bool {
    let head = block.head;
    head.ends_with('[') || head == "{" || head.ends_with(": {")
}

/// Gives all items, if each is a scalar and there is more than one.
fn scalars(block: &Block<'_>) -> Option<Vec<String>> {
    let cells: Option<Vec<String>> = block.items.iter().map(Item::scalar).collect();
    cells.filter(|cells| cells.len() > 1)
}

/// Fills rows with cells of one width. Gives each row with how many cells it has.
fn rows(cells: &[String], room: usize) -> Option<Vec<(String, usize)>> {
    let widest = widest(cells.iter());
    let across = (room + 1) / (widest + 2);
    let rows = cells.chunks(across.max(1)).map(|row| {
        let last = row.len() - 1;
        let aligned = row
            .iter()
            .enumerate()
            .map(|(at, cell)| aligned(cell, widest, ",", at == last));
        (aligned.collect::<Vec<_>>().join(" "), row.len())
    });
    (across > 1).then(|| rows.collect())
}

/// Writes a block whose items are equally long rows of scalars with each row on a line.
fn grid(block: &Block<'_>, room: usize) -> Option<Vec<String>> {
    let mut blocks: Vec<&Block<'_>> = Vec::new();
    for item in &block.items {
        let Item::Block(row) = item else { return None };
        blocks.push(row);
    }
    // The last row of a text that was cut is not whole.
    if blocks.last()?.close.is_none() {
        blocks.pop();
    }
    let first = *blocks.first()?;
    let is_row = first.head.ends_with(['[', '(']) && !first.head.contains(' ');
    if !is_row || blocks.len() < 2 || first.head == "(" && first.items.len() < 2 {
        return None;
    }
    let rows: Option<Vec<Vec<String>>> = blocks
        .iter()
        .map(|row| row.items.iter().map(Item::scalar).collect())
        .collect();
    let rows = rows?;
    let across = first.items.len();
    if blocks
        .iter()
        .any(|row| row.head != first.head || row.items.len() != across)
    {
        return None;
    }
    let widths: Vec<usize> = (0..across)
        .map(|column| widest(rows.iter().map(|row| &row[column])))
        .collect();
    let width = widths.iter().sum::<usize>() + across.saturating_sub(1) * 2 + first.head.len() + 2;
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| match at + 1 == across {
            true => aligned(cell, *width, "", true),
            false => aligned(cell, *width, ",", false),
        });
        let cells: Vec<String> = cells.collect();
        format!("{}{}{},", first.head, cells.join(" "), first.close.unwrap_or_default())
    });
    (width <= room).then(|| lines.collect())
}

/// Writes a map of scalars with its values below each other.
fn map(block: &Block<'_>, room: usize) -> Option<Vec<String>> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for item in &block.items {
        let Item::Line(line) = item else { return None };
        let (key, value) = line.split_at(scalar(line)?);
        pairs.push((key, value.strip_prefix(": ")?));
    }
    let widest = pairs.iter().map(|(key, _)| columns(key)).max()?;
    let fits = |(_, value): &(&str, &str)| widest + columns(value) + 3 <= room;
    if block.head.ends_with('[') || widest > WIDEST_KEY || !pairs.iter().all(fits) {
        return None;
    }
    let padding = |key: &str| " ".repeat(widest - columns(key));
    Some(
        pairs
            .iter()
            .map(|(key, value)| format!("{key}: {}{value},", padding(key)))
            .collect(),
    )
}

fn widest<'c>(cells: impl Iterator<Item = &'c String>) -> usize {
    cells.map(|cell| columns(cell)).max().unwrap_or(0)
}

/// Numbers are aligned at the right, words at the left; there is no space at the end of a line.
fn aligned(cell: &str, width: usize, comma: &str, last: bool) -> String {
    let padding = " ".repeat(width - columns(cell));
    let is_number = cell.starts_with(|c: char| c.is_ascii_digit() || c == '-') || matches!(cell, "NaN" | "inf");
    match (is_number, last) {
        (true, _) => format!("{padding}{cell}{comma}"),
        (false, true) => format!("{cell}{comma}"),
        (false, false) => format!("{cell}{comma}{padding}"),
    }
}
