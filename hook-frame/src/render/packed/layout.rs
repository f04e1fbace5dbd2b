//! The blocks of a text are written as lines that fit a width.

use super::{Packed, Room, count};
use crate::render::columns;
use crate::render::tree::{Block, Item, literal, scalar};

/// The values of a map are not aligned if a key is wider than this.
const WIDEST_KEY: usize = 32;

/// What is within a value stands on one line if that is not wider than this: a longer one is harder to read than
/// several.
const WIDEST_LINE: usize = 80;

/// Gathers the lines that are written.
pub(super) struct Lines {
    /// Each line has the number of elements of the outermost block that end with it or before it.
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

    /// Returns as many lines as there may be. If elements are left out, the last line tells how many are shown.
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

    /// Notes that the next line ends so many items of the block at this depth.
    fn ends(&mut self, depth: usize, items: usize) {
        if depth == 0 {
            self.done += items;
        }
    }

    /// Writes a block, with `begin` before its opening bracket and `end` behind the closing one. `depth` tells how far
    /// it is indented, and `level` how many values it is within.
    pub(super) fn block(&mut self, block: &Block<'_>, depth: usize, level: usize, (begin, end): (&str, &str)) {
        let room = self.room.width.saturating_sub((depth + 1) * 4);
        if level > self.room.depth
            && let Some(line) = self.folded(block, (room + 4).saturating_sub(columns(begin)))
        {
            return self.push(depth, format!("{begin}{line}{end}"));
        }
        if depth > 0
            && let Some(line) = on_one_line(block, (room + 4).saturating_sub(columns(begin) + columns(end)))
        {
            return self.push(depth, format!("{begin}{line}{end}"));
        }
        if is_sequence(block) {
            let rows = match scalars(block) {
                Some(cells) => rows(&cells, room),
                None => grid(block, room)
                    .or_else(|| map(block, room))
                    .map(|rows| rows.into_iter().map(|row| (row, 1)).collect()),
            };
            if let Some(rows) = rows {
                return self.within(block, depth, (begin, end), rows);
            }
        }
        // What is alone within brackets is indented as if it were not within them.
        if let ([Item::Block(inner)], Some(close), true) = (&block.items[..], block.close, is_wrapper(block)) {
            let (begin, end) = (format!("{begin}{}", block.head), format!("{close}{end}"));
            return self.block(inner, depth, level, (&begin, &end));
        }
        self.push(depth, format!("{begin}{}", block.head));
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
                    self.block(inner, depth + 1, level + usize::from(!is_wrapper(block)), ("", ","));
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

    /// Writes rows between the first and the last line of a block. Each row has the number of items in it.
    fn within(&mut self, block: &Block<'_>, depth: usize, (begin, end): (&str, &str), rows: Vec<(String, usize)>) {
        self.push(depth, format!("{begin}{}", block.head));
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

    /// Returns a block on one line: all of it if that fits, and else without what is in it. Returns `None` for a block
    /// that has no end, because the text was cut.
    fn folded(&mut self, block: &Block<'_>, room: usize) -> Option<String> {
        let close = block.close?;
        if let Some(line) = block.line(room.saturating_sub(1)) {
            return Some(line);
        }
        self.shortened = true;
        let head = block.head;
        Some(match head.ends_with('{') && !is_sequence(block) {
            true => format!("{head} .. {close}"),
            false if is_sequence(block) => format!("{head}.. {} items{close}", block.items.len()),
            false => format!("{head}..{close}"),
        })
    }

    /// Leaves out the middle of a string that takes more than two lines.
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
        // A cut does not go through an escape.
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

/// Returns whether a place in a string, as Rust writes it, is within an escape.
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

/// Returns a block on one line, if that reads better than several.
fn on_one_line(block: &Block<'_>, room: usize) -> Option<String> {
    // Numbers and words are read along a line of any width.
    let most = match scalars(block) {
        Some(_) => room,
        None => room.min(WIDEST_LINE),
    };
    block.close.and(block.line(most))
}

/// Returns whether a block is that of an `Some(..)` or the like, which is no level of its own.
fn is_wrapper(block: &Block<'_>) -> bool {
    block.head.ends_with('(') && block.items.len() == 1
}

/// Returns whether a block is a sequence, a set or a map, rather than a struct.
fn is_sequence(block: &Block<'_>) -> bool {
    let head = block.head;
    head.ends_with('[') || head == "{" || head.ends_with(": {")
}

/// Returns all items of a block, if each is a scalar and there is more than one.
fn scalars(block: &Block<'_>) -> Option<Vec<String>> {
    let cells: Option<Vec<String>> = block.items.iter().map(Item::scalar).collect();
    cells.filter(|cells| cells.len() > 1)
}

/// Fills rows with cells of one width, and returns each row with the number of its cells. Returns `None` if only one
/// cell fits into a row.
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

/// Writes each item of a block on a line, with its scalars in columns. Returns `None` unless the items are equally long
/// rows of scalars.
fn grid(block: &Block<'_>, room: usize) -> Option<Vec<String>> {
    let mut blocks: Vec<&Block<'_>> = Vec::new();
    for item in &block.items {
        let Item::Block(row) = item else { return None };
        blocks.push(row);
    }
    // The last row of a text that was cut may be unfinished.
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

/// Writes a map with its values aligned. Returns `None` unless its keys are scalars and its values stand on one line
/// each.
fn map(block: &Block<'_>, room: usize) -> Option<Vec<String>> {
    if block.head.ends_with('[') {
        return None;
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    for item in &block.items {
        let line = match item {
            Item::Line(line) => (*line).to_owned(),
            Item::Rest => return None,
            Item::Block(block) => on_one_line(block, room)?,
        };
        let (key, value) = line.split_at(scalar(&line)?);
        pairs.push((key.to_owned(), value.strip_prefix(": ")?.to_owned()));
    }
    let widest = pairs.iter().map(|(key, _)| columns(key)).max()?;
    let fits = |(_, value): &(String, String)| widest + columns(value) + 3 <= room;
    if widest > WIDEST_KEY || !pairs.iter().all(fits) {
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

/// Pads a cell to a width: numbers are aligned at the right, words at the left. The last cell of a line has no spaces
/// behind it.
fn aligned(cell: &str, width: usize, comma: &str, last: bool) -> String {
    let padding = " ".repeat(width - columns(cell));
    let is_number = cell.starts_with(|c: char| c.is_ascii_digit() || c == '-') || matches!(cell, "NaN" | "inf");
    match (is_number, last) {
        (true, _) => format!("{padding}{cell}{comma}"),
        (false, true) => format!("{cell}{comma}"),
        (false, false) => format!("{cell}{comma}{padding}"),
    }
}
