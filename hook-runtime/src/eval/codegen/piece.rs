//! The file that a line is compiled from, in pieces of known origin. Pure.

use std::ops::Range;
use std::path::Path;

use crate::eval::parse::excerpt::place;
use crate::eval::parse::names::{RECEIVER, as_typed};
use crate::eval::parse::{Here, LineKind, ParsedLine, Replacement, Statement};
use crate::guard::At;

/// Puts the name of a place back where its mention became a dereference: `a` for `(*a)`.
pub(crate) fn without_star(text: &str, name: &str) -> String {
    let whole = text.replace(&format!("(*{name})"), name);
    let star = format!("*{name}");
    let mut out = String::new();
    let mut rest = whole.as_str();
    while let Some(at) = rest.find(&star) {
        let after = &rest[at + star.len()..];
        let part = |c: char| c.is_alphanumeric() || c == '_';
        out += &rest[..at];
        out += if after.starts_with(part) { &star } else { name };
        rest = after;
    }
    out + rest
}

/// The place of the hook in its source.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spot<'s> {
    /// The file, as `file!()` gives it.
    pub(crate) file: &'s str,
    /// The path of the file, if the build knew it.
    pub(crate) path: Option<&'s str>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// The spelling of what was typed but means something else in Rust.
#[derive(Clone, Copy)]
pub(crate) struct Spelling<'s> {
    /// The spelling of a `?` of the line.
    pub(crate) attempt: &'s str,
    /// The spelling of a `?` among the tokens of a macro.
    pub(crate) in_macro: &'s str,
    /// Whether a string literal becomes a `String`.
    pub(crate) owned: bool,
    /// What is written before and behind the value of a `return`.
    pub(crate) returns: [&'s str; 2],
    /// Whether the line can be interrupted.
    pub(crate) safepoints: bool,
    pub(crate) spot: Spot<'s>,
    /// The number of modules within that of the hook that an item stands in.
    pub(crate) modules: usize,
}

/// The origin of a piece of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The piece is the line itself, from this byte on.
    AsTyped(usize),
    /// The piece stands for these bytes of the line.
    Instead(Range<usize>),
    /// A name takes the value that a `let` of the line gave it. The name of a constant cannot.
    Bound(String),
    /// The line gives away what one of its `let`s bound.
    Gives(String),
    /// The piece is an item of an earlier line.
    Item(usize),
    /// A place is taken here to be written.
    Place(usize),
    /// The type of a place is written down here.
    Type(usize),
    /// The piece is the type of a kept value, by name.
    Named(u64, String),
    /// The piece is the line that made a kept value, repeated for its type.
    Like(u64),
    /// A kept value is taken here to be written.
    Kept(String),
    /// A kept value is put back here.
    Back(String),
    /// A copy of a kept value is made here, for `:undo`, for a capture, or to have the value back if the line fails.
    KeptCopy(String),
    /// It is asked here whether a value is `Send`.
    Send,
    /// It is asked here whether a place can be copied.
    Copy,
    /// A place is copied here.
    Copied(usize),
    /// The runtime that a line waits in is named here.
    Runtime,
    /// The value of a place is kept here for `:undo`.
    Save(usize),
    /// The line looks here whether it was interrupted.
    Safepoint,
    /// The type of a value is named here.
    Learned,
}

/// The file that is compiled, with the origin of each piece.
#[derive(Clone, Default)]
pub(crate) struct Written {
    pub(crate) text: String,
    pieces: Vec<(Range<usize>, Piece)>,
    /// The names of references that stand for what they point at.
    pub(crate) references: Vec<String>,
}

impl Written {
    /// Returns the piece of the file that a byte is in.
    pub(crate) fn piece(&self, byte: usize) -> Option<&Piece> {
        let piece = self.pieces.iter().find(|(range, _)| range.contains(&byte));
        piece.map(|(_, piece)| piece)
    }

    /// Returns the names of references that stand for what they point at.
    pub(crate) fn references(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(String::as_str)
    }

    /// Returns the part of the line that a range of the file was written for.
    pub(crate) fn origin(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let at = |byte: usize| {
            self.pieces.iter().find_map(|(range, piece)| match piece {
                Piece::AsTyped(from) if range.contains(&byte) => {
                    Some(from + byte - range.start..from + byte - range.start + 1)
                }
                Piece::Instead(typed) if range.contains(&byte) => Some(typed.clone()),
                _ => None,
            })
        };
        let start = at(bytes.start)?.start;
        let last = bytes.end.checked_sub(1).filter(|last| *last >= bytes.start);
        let end = last.and_then(at).map_or(start, |last| last.end);
        Some(start..end.max(start))
    }

    /// Returns a text with what was typed in place of what was written for it.
    pub(crate) fn as_typed(&self, text: &str) -> String {
        let plain = |text: String, name: &str| without_star(&text, name);
        as_typed(&self.references().fold(text.to_owned(), plain))
    }

    /// Returns the place of a panic, which is in the line `text` if the line's own code panicked. Returns `None` if the
    /// code of an earlier line did, or if the place is not known.
    pub(crate) fn told(&self, text: &str, file: &str, code: Range<usize>, at: At) -> Option<At> {
        if at.file != file {
            return Some(at);
        }
        let before: usize = self
            .text
            .split_inclusive('\n')
            .take(at.line.checked_sub(1)? as usize)
            .map(str::len)
            .sum();
        let line = self.text.get(before..)?.lines().next()?;
        let column = line.char_indices().nth(at.column.checked_sub(1)? as usize);
        let byte = before + column.map_or(line.len(), |(byte, _)| byte);
        let typed = self.origin(&(byte..byte + 1)).filter(|_| code.contains(&at.address))?;
        let (line, column) = place(text, typed.start);
        Some(At {
            file: "hook".to_owned(),
            line: u32::try_from(line).ok()?,
            column: u32::try_from(column).ok()?,
            ..at
        })
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn piece_of(&mut self, text: &str, piece: Piece) {
        let start = self.text.len();
        self.push(text);
        self.pieces.push((start..self.text.len(), piece));
    }

    /// Writes a statement of the line.
    pub(crate) fn statement(&mut self, source: &ParsedLine<'_>, statement: &Statement, spelling: &Spelling<'_>) {
        let Range { start, end } = statement.bytes;
        let end = if statement.in_parentheses && statement.ended {
            end - 1
        } else {
            end
        };
        self.push(if statement.in_parentheses { "(" } else { "" });
        let mut at = start;
        let first = source.replacements.partition_point(|(bytes, _)| bytes.start < start);
        for (bytes, mark) in source.replacements[first..]
            .iter()
            .take_while(|(bytes, _)| bytes.end <= end)
        {
            self.piece_of(&source.text[at..bytes.start], Piece::AsTyped(at));
            let piece = match mark {
                Replacement::Safepoint | Replacement::SafepointOpen | Replacement::SafepointClose => Piece::Safepoint,
                _ => Piece::Instead(bytes.clone()),
            };
            self.piece_of(&spelling.spell(mark, source.number), piece);
            at = bytes.end;
        }
        self.piece_of(&source.text[at..end], Piece::AsTyped(at));
        self.push(if statement.in_parentheses { ")" } else { "" });
        if end < statement.bytes.end || !statement.ended && statement.kind != LineKind::Expression {
            self.push(";");
        }
        self.push("\n");
    }
}

/// Returns the path of a module around this one.
fn outer(levels: usize) -> String {
    vec!["super"; levels].join("::")
}

impl Spelling<'_> {
    /// Returns what is written in the place of a part of the line with that number.
    fn spell(&self, mark: &Replacement, number: u64) -> String {
        let Spot {
            file,
            path,
            line,
            column,
        } = self.spot;
        match mark {
            Replacement::Receiver => RECEIVER.to_owned(),
            Replacement::Part(name) | Replacement::Other(name) => name.clone(),
            Replacement::Try => self.attempt.to_owned(),
            Replacement::MacroTry => self.in_macro.to_owned(),
            Replacement::Call | Replacement::Eager => String::new(),
            Replacement::Await => "await".to_owned(),
            Replacement::End => format!("{}(){}", self.returns[0], self.returns[1]),
            Replacement::Return => self.returns[0].to_owned(),
            Replacement::Returned => self.returns[1].to_owned(),
            Replacement::Safepoint | Replacement::SafepointOpen | Replacement::SafepointClose if !self.safepoints => {
                String::new()
            }
            // From a module, only macros that stand around the line can be named.
            Replacement::Safepoint if self.modules > 0 => format!(" __hookable_safepoint!({number});"),
            Replacement::SafepointOpen if self.modules > 0 => format!("{{ __hookable_safepoint!({number}); "),
            Replacement::Safepoint => format!(" __hookable_private::safepoint({number});"),
            Replacement::SafepointOpen => format!("{{ __hookable_private::safepoint({number}); "),
            Replacement::SafepointClose => " }".to_owned(),
            Replacement::Own | Replacement::Owned if !self.owned => String::new(),
            Replacement::Own => "__hookable_private::owned(".to_owned(),
            Replacement::Owned => ")".to_owned(),
            Replacement::Here(Here::File) => format!("{file:?}"),
            Replacement::Here(Here::Line) => format!("{line}_u32"),
            Replacement::Here(Here::Column) => format!("{column}_u32"),
            Replacement::Visible if self.modules == 0 => String::new(),
            Replacement::Visible => format!("pub(in {}) ", outer(self.modules)),
            Replacement::Within(0) if self.modules == 0 => "self".to_owned(),
            Replacement::Within(1) if self.modules == 0 => "super".to_owned(),
            Replacement::Within(supers) => format!("in {}", outer(supers + self.modules)),
            Replacement::Super => "super::".repeat(self.modules),
            Replacement::Same if self.modules == 0 => String::new(),
            // `super::*` may bring the name too, which would be ambiguous in an import of code that a macro made, and
            // the whole file is such code.
            Replacement::Same => "self::".to_owned(),
            Replacement::Path(relative) => {
                let path = Path::new(path.unwrap_or(file)).with_file_name(relative);
                let path = std::path::absolute(&path).unwrap_or(path);
                format!("{:?}", path.to_string_lossy())
            }
        }
    }
}
