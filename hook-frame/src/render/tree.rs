//! A text of `{:#?}` is taken apart into blocks and items by the indentation of its lines.

use super::columns;

/// Blocks nest no deeper than this, since the functions that walk them recurse.
const DEEPEST: usize = 100;

/// Holds the items between an opening bracket at the end of a line and the line that closes it.
#[derive(Debug)]
pub(super) struct Block<'t> {
    /// This is the line that opens it, such as `points: [`.
    pub(super) head: &'t str,
    pub(super) items: Vec<Item<'t>>,
    /// This is the closing bracket, unless the text ends before it.
    pub(super) close: Option<&'static str>,
}

#[derive(Debug)]
pub(super) enum Item<'t> {
    /// It is a line, here without its comma.
    Line(&'t str),
    /// It is the `..` of a value that does not show all its fields.
    Rest,
    Block(Block<'t>),
}

/// Says what a line is, without regard to the others.
enum Kind {
    Whole,
    Opens,
    Other,
}

/// Takes a text apart. Returns `None` if it has another form.
pub(super) fn read(text: &str, cut: bool) -> Option<Block<'_>> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if cut && lines.last().is_some_and(|line| !is_whole(line)) {
        lines.pop();
    }
    let (first, rest) = lines.split_first()?;
    let mut reader = Reader { lines: rest, cut };
    let root = matches!(kind(first), Kind::Opens).then(|| reader.block(first, 0))??;
    let closed = root.close.is_some();
    (reader.lines.is_empty() && (closed || cut)).then_some(root)
}

/// Returns whether the last line of a text that was cut may be whole.
fn is_whole(line: &str) -> bool {
    let line = line.trim_start();
    match kind(line) {
        Kind::Opens => true,
        Kind::Whole => line.ends_with(','),
        Kind::Other => matches!(line, "]," | ")," | "},"),
    }
}

struct Reader<'l, 't> {
    lines: &'l [&'t str],
    cut: bool,
}

impl<'t> Reader<'_, 't> {
    /// Reads the lines that follow the one that opens a block at this depth.
    fn block(&mut self, head: &'t str, depth: usize) -> Option<Block<'t>> {
        let close = match head.chars().next_back()? {
            '[' => "]",
            '(' => ")",
            _ => "}",
        };
        let mut block = Block {
            head,
            items: Vec::new(),
            close: None,
        };
        while let Some((line, rest)) = self.lines.split_first() {
            self.lines = rest;
            let body = line.trim_start_matches(' ');
            let indent = line.len() - body.len();
            if indent == depth * 4 {
                let comma = if depth == 0 { "" } else { "," };
                block.close = Some(close);
                return (body.strip_prefix(close)? == comma).then_some(block);
            }
            if indent != (depth + 1) * 4 || depth >= DEEPEST {
                return None;
            }
            block.items.push(match kind(body) {
                Kind::Opens => Item::Block(self.block(body, depth + 1)?),
                Kind::Whole if body == ".." => Item::Rest,
                Kind::Whole => Item::Line(body.strip_suffix(',').filter(|line| !line.is_empty())?),
                Kind::Other => return None,
            });
        }
        self.cut.then_some(block)
    }
}

/// Tells what a line is by its brackets, except for those in strings and characters.
fn kind(line: &str) -> Kind {
    let mut open: Vec<char> = Vec::new();
    let mut rest = line;
    let mut last_opens = false;
    while let Some(c) = rest.chars().next() {
        last_opens = false;
        let length = match c {
            '"' | '\'' => match literal(rest) {
                Some(length) => length,
                None => return Kind::Other,
            },
            '(' | '[' | '{' => {
                open.push(c);
                last_opens = true;
                1
            }
            ')' | ']' | '}' => {
                if !matches!((open.pop(), c), (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')) {
                    return Kind::Other;
                }
                1
            }
            c if c.is_control() => return Kind::Other,
            c => c.len_utf8(),
        };
        rest = &rest[length..];
    }
    match open.len() {
        0 => Kind::Whole,
        1 if last_opens => Kind::Opens,
        _ => Kind::Other,
    }
}

/// Returns the length of the string or character that a text begins with.
pub(super) fn literal(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    let (_, quote) = chars.next()?;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            c if c == quote => {
                let inner = &text[1..at];
                let is_char = inner.chars().count() == 1 || inner.starts_with('\\') && !inner.contains(' ');
                return (quote == '"' || is_char).then_some(at + 1);
            }
            _ => {}
        }
    }
    None
}

/// Returns the length of the number, word, string or character that a text begins with.
pub(super) fn scalar(text: &str) -> Option<usize> {
    match text.chars().next()? {
        '"' | '\'' => literal(text),
        _ => {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-' | '%');
            let length = text.find(|c| !is_word(c)).unwrap_or(text.len());
            text[..length].contains(char::is_alphanumeric).then_some(length)
        }
    }
}

impl Item<'_> {
    /// Returns the text of an item that is one scalar, perhaps in the brackets of a tuple struct: `Some(1)`.
    pub(super) fn scalar(&self) -> Option<String> {
        match self {
            Item::Line(line) => (scalar(line)? == line.len()).then(|| (*line).to_owned()),
            Item::Rest => None,
            Item::Block(block) => match &block.items[..] {
                [one] if block.head.len() > 1 && block.head.ends_with('(') && !block.head.contains(' ') => {
                    Some(format!("{}{}{}", block.head, one.scalar()?, block.close?))
                }
                _ => None,
            },
        }
    }
}

impl Item<'_> {
    /// Returns the item on one line, as `{:?}` would, if that takes at most so many columns.
    pub(super) fn line(&self, most: usize) -> Option<String> {
        Line::of(most, |line| self.append(line))
    }

    fn append(&self, line: &mut Line) -> Option<()> {
        match self {
            Item::Line(text) => line.push(text),
            Item::Rest => line.push(".."),
            Item::Block(block) => block.append(line),
        }
    }
}

impl Block<'_> {
    /// Returns the block on one line, as `{:?}` would, if that takes at most so many columns.
    pub(super) fn line(&self, most: usize) -> Option<String> {
        Line::of(most, |line| self.append(line))
    }

    fn append(&self, line: &mut Line) -> Option<()> {
        let space = match self.head.ends_with(" {") && !self.head.ends_with(": {") {
            true => " ",
            false => "",
        };
        line.push(self.head)?;
        for (at, item) in self.items.iter().enumerate() {
            line.push(if at == 0 { space } else { ", " })?;
            item.append(line)?;
        }
        line.push(space)?;
        line.push(self.close.unwrap_or_default())
    }
}

/// Holds a line that may become no longer.
struct Line {
    text: String,
    /// This is the number of columns that are left.
    room: usize,
}

impl Line {
    /// Returns what `append` appends to an empty line, if that takes at most so many columns.
    fn of(most: usize, append: impl FnOnce(&mut Line) -> Option<()>) -> Option<String> {
        let mut line = Line {
            text: String::new(),
            room: most,
        };
        append(&mut line)?;
        Some(line.text)
    }

    /// Returns `None` if the text does not fit.
    fn push(&mut self, text: &str) -> Option<()> {
        self.room = self.room.checked_sub(columns(text))?;
        self.text += text;
        Some(())
    }
}
