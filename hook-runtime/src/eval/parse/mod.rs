//! A typed line is taken apart into its items, its `let`s and the value at its end, and no further. Pure.
//!
//! Only tokens are looked at. Whether they are valid Rust is left to rustc, which says better what is wrong.

mod angles;
pub(crate) mod destructure;
pub(crate) mod excerpt;
mod literal;
mod parts;
mod pattern;
mod place;
mod receiver;
mod replacements;
mod safepoints;
pub(crate) mod statement;
mod through;
mod visibility;

pub(crate) use hook_frame::abi::names;
use std::ops::Range;

use hook_rustc::sorted::{sort, sort_by_key};
use proc_macro2::{Delimiter, TokenTree};

use crate::syntax::{BracketScanner, lex};
use excerpt::excerpt;
pub(crate) use through::written_through;

/// A line as statements, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParsedLine<'t> {
    pub(crate) text: &'t str,
    pub(crate) statements: Vec<Statement>,
    /// The parts that have to be written in another way, in order.
    pub(crate) replacements: Vec<(Range<usize>, Replacement)>,
    /// Whether the value of the line is that of a place: a variable, a field, an element, or the target of a
    /// reference.
    pub(crate) ends_in_place: bool,
    /// The number of the line in the session. It is 0 until the line is compiled.
    pub(crate) number: u64,
}

/// A part of a line that is written in another way than it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Replacement {
    /// The word `self`.
    Receiver,
    /// A `?` in the line's own body, and not in a closure of it.
    Try,
    /// A `?` among the tokens of a macro, which may be the operator.
    MacroTry,
    /// A field that is a place of its own, with the name of that place.
    Part(String),
    /// A `return` of the line's own, without a value.
    End,
    /// The `const` before the value of a thread-local. It is left out because a thread-local that the program does not
    /// have must be initialized at its first use.
    Eager,
    /// The call of a macro that may return.
    Call,
    /// The `return` before a value. `Returned` is the end of that value.
    Return,
    Returned,
    /// The `await` behind what the line itself waits for.
    Await,
    /// The macro `file!()`, `line!()` or `column!()`.
    Here(Here),
    /// The start of a string literal that is all that the line writes into a place. `Owned` is its end.
    Own,
    Owned,
    /// A part in whose place this is written.
    Other(String),
    /// The string in `include!("..")` and similar macros, if it is a relative path.
    Path(String),
    /// The beginning of a body, where the line looks whether it was interrupted.
    Safepoint,
    /// The beginning and the end of such a body that has no braces.
    SafepointOpen,
    SafepointClose,
    /// The place where an item or a field that is private to the module of the hook has no visibility.
    Visible,
    /// What is in the parentheses of a visibility that names the module of the hook, or one around it, by so many
    /// `super`.
    Within(usize),
    /// The start of a path that leads out of the module of the hook by `super`.
    Super,
    /// The start of the path of an import that begins with a type of the same line.
    Same,
}

/// The part of the hook's place that a macro such as `line!()` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    File,
    Line,
    Column,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) bytes: Range<usize>,
    pub(crate) kind: LineKind,
    /// Whether the statement has its `;`, or needs none.
    pub(crate) ended: bool,
    /// Whether the statement begins with a block and goes on, as `unsafe { f() } > 0` does. Rust takes that for
    /// one expression only in parentheses.
    pub(crate) in_parentheses: bool,
    /// Whether the statement is the call of a macro, which may make items.
    pub(crate) is_call: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// An item of this name. An item without a name goes by its first line.
    Item(String),
    /// A `let` that binds these names, as far as its pattern tells. One of them may be the name of a constant.
    Let(Vec<String>),
    Expression,
}

/// Takes a line apart. The error says why the line cannot be Rust.
pub(crate) fn parse(text: &str) -> Result<ParsedLine<'_>, String> {
    if let Some(fault) = BracketScanner::fault(text) {
        let (message, at, other) = fault.told();
        let length = text[at..].chars().next().map_or(0, char::len_utf8);
        let mut places = vec![excerpt::Annotation::primary(at..at + length)];
        places.extend(other.map(|(at, label)| excerpt::Annotation::beside(at..at + 1, label)));
        return Err(format!("error: {message}{}", excerpt(text, &places)));
    }
    let Ok(tokens) = lex(text) else {
        return Ok(whole(text));
    };
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut statements, mut replacements, mut imports) = (Vec::new(), Vec::new(), Vec::new());
    safepoints::find(&trees, &mut replacements);
    let mut rest = &trees[..];
    let mut ends_in_place = false;
    while !rest.is_empty() {
        let (statement, length) = statement::first(rest);
        let (this, after) = rest.split_at(length);
        rest = after;
        ends_in_place = statement.kind == LineKind::Expression && !statement.ended && place::is_place(this);
        if this.len() == 1 && is_punct(this.first(), ';') {
            continue;
        }
        match statement.kind {
            LineKind::Item(_) => {
                replacements::find_in_item(this, &mut replacements);
                visibility::find(this, &mut replacements);
                imports.extend(visibility::import(this));
            }
            _ => replacements::find(text, this, &mut replacements),
        }
        statements.push(statement);
    }
    if let Some(bytes) = place::string_write(&trees) {
        replacements.push((bytes.start..bytes.start, Replacement::Own));
        replacements.push((bytes.end..bytes.end, Replacement::Owned));
    }
    let is_same = |(_, first): &(usize, String)| {
        let defines =
            |statement: &Statement| matches!(&statement.kind, LineKind::Item(name) if *name == format!("type {first}"));
        statements.iter().any(defines)
    };
    let same = imports.into_iter().filter(is_same);
    replacements.extend(same.map(|(at, _)| (at..at, Replacement::Same)));
    sort_by_key(&mut replacements, &|(bytes, _)| bytes.start);
    Ok(ParsedLine {
        text,
        statements,
        replacements,
        ends_in_place,
        number: 0,
    })
}

/// Returns a line that cannot be split into tokens as a single expression, so that rustc says what is wrong with it.
fn whole(text: &str) -> ParsedLine<'_> {
    let statement = Statement {
        bytes: 0..text.len(),
        kind: LineKind::Expression,
        ended: false,
        in_parentheses: false,
        is_call: false,
    };
    ParsedLine {
        text,
        statements: vec![statement],
        replacements: Vec::new(),
        ends_in_place: false,
        number: 0,
    }
}

impl ParsedLine<'_> {
    pub(crate) fn slice(&self, statement: &Statement) -> &str {
        &self.text[statement.bytes.clone()]
    }

    /// Returns the expression at the end of the line, if its value is that of the line.
    pub(crate) fn tail(&self) -> Option<&Statement> {
        self.statements
            .last()
            .filter(|last| last.kind == LineKind::Expression && !last.ended)
    }

    /// Returns the statement with the `;` that ends the line, and the expression without it. A macro's call is left
    /// alone, because it may become anything.
    pub(crate) fn ended_value(&self) -> Option<(&Statement, Statement)> {
        let last = self
            .statements
            .last()
            .filter(|last| last.kind == LineKind::Expression && last.ended)?;
        let text = self.slice(last).strip_suffix(';')?.trim_end();
        let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '#');
        let is_macro = text.trim_start_matches(part).starts_with('!') && text.starts_with(part);
        let value = Statement {
            bytes: last.bytes.start..last.bytes.start + text.len(),
            kind: LineKind::Expression,
            ended: false,
            in_parentheses: last.in_parentheses,
            is_call: last.is_call,
        };
        let leaves = ["return", "break", "continue"]
            .iter()
            .any(|word| text.starts_with(word));
        (!is_macro && !leaves && !text.is_empty()).then_some((last, value))
    }

    /// Returns the items of the line, with their names.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&str, &Statement)> {
        self.statements.iter().filter_map(|statement| match &statement.kind {
            LineKind::Item(name) => Some((name.as_str(), statement)),
            _ => None,
        })
    }

    pub(crate) fn has_items(&self) -> bool {
        self.items().next().is_some()
    }

    /// Returns whether a module of the line may name what is around it.
    pub(crate) fn leads_out_of_module(&self) -> bool {
        mentions(self.text, "mod") && mentions(self.text, "super")
    }

    /// Returns the line's calls of macros that may make items, as statements.
    pub(crate) fn calls(&self) -> impl Iterator<Item = String> {
        let is_call = |statement: &&Statement| statement.is_call && statement.kind == LineKind::Expression;
        let calls = self.statements.iter().filter(is_call);
        calls.map(|statement| {
            let call = self.slice(statement);
            // A `;` behind a brace would be one item too many.
            let end = if call.ends_with([';', '}']) { "" } else { ";" };
            call.to_owned() + end
        })
    }

    /// Returns whether the line is one such call, which rustc takes for a value.
    pub(crate) fn is_call(&self) -> bool {
        matches!(&self.statements[..], [only] if only.is_call && !only.ended)
    }

    /// Returns a line of the same calls, which are taken for the items that they make.
    pub(crate) fn of_items(text: &str) -> Result<ParsedLine<'_>, String> {
        let mut source = parse(text)?;
        for statement in source.statements.iter_mut().filter(|statement| statement.is_call) {
            let call = &text[statement.bytes.clone()];
            // A `;` behind a brace would be one item too many.
            statement.ended = call.ends_with([';', '}']);
            statement.kind = LineKind::Item(format!("call {call}"));
        }
        source
            .replacements
            .retain(|(_, mark)| matches!(mark, Replacement::Eager | Replacement::Visible));
        source.ends_in_place = false;
        Ok(source)
    }

    /// Returns the names that the line's `let`s bind, each once.
    pub(crate) fn bound(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for statement in &self.statements {
            if let LineKind::Let(bound) = &statement.kind {
                names.extend(bound.iter().map(String::as_str));
            }
        }
        sort(&mut names);
        names.dedup();
        names
    }

    /// Returns whether the line uses what a name meant before it. It does not where its first word of the name is the
    /// one that a `let` binds.
    pub(crate) fn uses(&self, name: &str) -> bool {
        for statement in &self.statements {
            let text = self.slice(statement);
            let binds = matches!(&statement.kind, LineKind::Let(bound) if bound.iter().any(|bound| bound == name));
            let Some(first) = positions(text, name).next().filter(|_| binds) else {
                match names(text, name) {
                    true => return true,
                    false => continue,
                }
            };
            return names(&text[first + name.trim_start_matches("r#").len()..], name);
        }
        false
    }

    /// Returns the string literal that is all that the line writes into a place.
    pub(crate) fn string(&self) -> Option<Range<usize>> {
        let at = |wanted: Replacement| self.replacements.iter().find(|(_, mark)| *mark == wanted);
        Some(at(Replacement::Own)?.0.start..at(Replacement::Owned)?.0.end)
    }

    /// Notes that a name in a pattern is that of a constant, and so is not bound.
    pub(crate) fn unbind(&mut self, name: &str) -> bool {
        let mut was_bound = false;
        for statement in &mut self.statements {
            if let LineKind::Let(bound) = &mut statement.kind {
                was_bound |= bound.iter().any(|bound| bound == name);
                bound.retain(|bound| bound != name);
            }
        }
        was_bound
    }

    /// Returns whether the line's own body has a `?` or a `return`, or its macros have a `?` that may be the operator.
    pub(crate) fn ends_early(&self) -> bool {
        let ends = |mark: &Replacement| {
            matches!(
                mark,
                Replacement::Try | Replacement::MacroTry | Replacement::End | Replacement::Return
            )
        };
        self.replacements.iter().any(|(_, mark)| ends(mark))
    }

    /// Returns whether the line's own body has a `return`.
    pub(crate) fn returns(&self) -> bool {
        let returns = |mark: &Replacement| matches!(mark, Replacement::End | Replacement::Return);
        self.replacements.iter().any(|(_, mark)| returns(mark))
    }

    /// Returns whether the line is nothing but a place, which is only looked at.
    pub(crate) fn only_looks(&self) -> bool {
        self.ends_in_place && self.statements.len() == 1 && !self.text.contains(['(', '{', '!'])
    }

    /// Returns whether the line itself awaits something.
    pub(crate) fn awaits(&self) -> bool {
        self.replacements
            .iter()
            .any(|(_, replacement)| *replacement == Replacement::Await)
    }

    /// Returns whether a macro that the line calls may return, and nothing else ends the line before its end.
    pub(crate) fn may_return(&self) -> bool {
        let calls = |mark: &Replacement| *mark == Replacement::Call;
        !self.ends_early() && self.replacements.iter().any(|(_, mark)| calls(mark))
    }
}

/// Returns whether a word stands anywhere in a text. Strings count, because format strings name variables.
pub(crate) fn mentions(text: &str, word: &str) -> bool {
    occurrences(text, word) > 0
}

/// Returns how often a word stands in a text.
pub(crate) fn occurrences(text: &str, word: &str) -> usize {
    positions(text, word).count()
}

/// Returns whether a word stands in a text where it is not the name of a field or method of something.
pub(crate) fn names(text: &str, word: &str) -> bool {
    let is_member = |at: usize| {
        let before = text[..at].trim_end();
        before.ends_with('.') && !before.ends_with("..")
    };
    positions(text, word).any(|at| !is_member(at))
}

/// Returns where a word stands in a text.
fn positions<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let word = word.strip_prefix("r#").unwrap_or(word);
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let alone = move |at: &usize| {
        let (before, after) = (&text[..*at], &text[*at + word.len()..]);
        !before.ends_with(part) && !after.starts_with(part)
    };
    text.match_indices(word).map(|(at, _)| at).filter(alone)
}

pub(crate) fn start(tree: &TokenTree) -> usize {
    match tree {
        TokenTree::Group(group) => group.span_open().byte_range().start,
        other => other.span().byte_range().start,
    }
}

pub(crate) fn end(tree: &TokenTree) -> usize {
    match tree {
        TokenTree::Group(group) => group.span_close().byte_range().end,
        other => other.span().byte_range().end,
    }
}

pub(crate) fn word(tree: Option<&TokenTree>) -> String {
    match tree {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    }
}

pub(crate) fn is_word(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == word)
}

pub(crate) fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

fn is_group(tree: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(tree, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

pub(crate) fn is_brace(tree: Option<&TokenTree>) -> bool {
    is_group(tree, Delimiter::Brace)
}

#[cfg(test)]
mod tests;
