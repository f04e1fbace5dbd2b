//! A pattern that names private fields of the crate's structs is written with code that stands beside these: `let
//! a::B { c, d: e, .. } = &f` becomes a `let` of the references that methods give, after a pattern that names no field
//! has proved the type. So do the patterns of closures, loops and `match` arms, in which a name takes the place of each
//! such struct.

mod context;
mod structure;

#[cfg(test)]
mod tests;

use std::ops::Range;

use proc_macro2::TokenTree;

use super::ParsedLine;
use crate::syntax::lex;
use context::{Context, Kind, Parent, find};
use structure::{Structure, Structures};

/// The names of what stands in the place of a struct begin with this.
pub(crate) const WHOLE: &str = "__hookable_whole";

/// A pattern that was taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TakenApart {
    /// The byte at which the pattern begins.
    pub(crate) start: usize,
    /// What is written for parts of the line, in order.
    pub(crate) written: Vec<(Range<usize>, String)>,
}

impl ParsedLine<'_> {
    /// Takes the pattern apart in which a byte is. `reach` has a method made that gives a field of a struct, and
    /// returns its name. Returns `None` where no pattern is there, or none that can be taken apart.
    pub(crate) fn take_apart(&self, byte: usize, reach: &dyn Fn(&str, &str) -> Option<String>) -> Option<TakenApart> {
        let tokens: Vec<TokenTree> = lex(self.text).ok()?.into_iter().collect();
        let Context { pattern, kind } = find(&tokens, byte, Parent::Other)?;
        let structures = Structures { text: self.text, reach };
        let mut found = Vec::new();
        let place = super::start(pattern.first()?)..super::end(pattern.last()?);
        let name = structures.rewrite(&pattern, &mut found)?;
        let written = write(&found, &name, place.clone(), kind)?;
        (!found.is_empty()).then_some(TakenApart {
            start: place.start,
            written,
        })
    }
}

/// Returns what is written in the places of a pattern and of what belongs to it.
fn write(found: &[Structure], name: &str, place: Range<usize>, kind: Kind) -> Option<Vec<(Range<usize>, String)>> {
    let at = |byte: usize, text: String| (byte..byte, text);
    let is_refutable = found.iter().any(|structure| structure.is_refutable);
    let first = found.first()?;
    // Whether the pattern is a struct, and what is in that binds whatever is there.
    let is_whole = name == first.name && !found[1..].iter().any(|structure| structure.is_refutable);
    let pattern = (place, name.to_owned());
    Some(match kind {
        Kind::Let { end } => vec![pattern, at(end, behind_value(found))],
        Kind::LetElse { value, behind } if is_whole => {
            let Structure {
                proofs, leaves, given, ..
            } = first;
            vec![
                pattern,
                at(value, format!(";{proofs} let ({leaves}) = ({given})")),
                at(behind, behind_value(&found[1..])),
            ]
        }
        Kind::LetElse { behind, .. } if !is_refutable => {
            vec![pattern, at(behind, behind_value(found))]
        }
        Kind::Condition { value, body } if is_whole => {
            let Structure {
                proofs, leaves, given, ..
            } = first;
            vec![
                (pattern.0, format!("({leaves})")),
                at(value.start, "match ".to_owned()),
                at(value.end, format!(" {{ {name} => {{{proofs} ({given}) }} }}")),
                at(body, statements(&found[1..], "")),
            ]
        }
        Kind::Condition { body, .. } if !is_refutable => vec![pattern, at(body, statements(found, ""))],
        Kind::LetElse { .. } | Kind::Condition { .. } => return None,
        Kind::Block { open } => vec![pattern, at(open, statements(found, ""))],
        Kind::Body(body) => vec![
            pattern,
            at(body.start, format!("{{{} ", statements(found, ""))),
            at(body.end, " }".to_owned()),
        ],
        Kind::Arm { guard, body } => {
            let mut written = vec![pattern];
            if is_refutable || guard.is_some() {
                written.extend(condition(found, guard, written[0].0.end));
            }
            if let Some(body) = body {
                written.push(at(body.start, format!("{{{} ", statements(found, OTHERWISE))));
                written.push(at(body.end, " }".to_owned()));
            }
            written
        }
    })
}

/// What is done where fields are not as the condition of the same arm found them.
const OTHERWISE: &str = " else { ::core::unreachable!() }";

/// Returns these statements behind the value of a `let`, whose own `;` ends the last.
fn behind_value(found: &[Structure]) -> String {
    let statements = format!(";{}", statements(found, ""));
    statements.trim_end_matches(';').to_owned()
}

/// Returns the statements that bind the fields, each with its `;`.
fn statements(found: &[Structure], otherwise: &str) -> String {
    let statement = |structure: &Structure| {
        let Structure {
            proofs, leaves, given, ..
        } = structure;
        let otherwise = if structure.is_refutable { otherwise } else { "" };
        format!("{proofs} let ({leaves}) = ({given}){otherwise};")
    };
    found.iter().map(statement).collect()
}

/// Writes the condition of an arm: that the fields are as the pattern says, and what was typed as condition.
fn condition(found: &[Structure], guard: Option<Range<usize>>, behind: usize) -> Vec<(Range<usize>, String)> {
    let mut open = String::new();
    for (
        number,
        Structure {
            proofs, leaves, given, ..
        },
    ) in found.iter().enumerate()
    {
        let then = if number + 1 < found.len() { " =>" } else { "" };
        open.push_str(&format!("{{{proofs} match ({given}) {{ ({leaves}){then} "));
    }
    let close = " _ => false } }".repeat(found.len());
    match guard {
        Some(guard) => vec![
            (guard.start..guard.start, format!("{open}if ")),
            (guard.end..guard.end, format!(" => true,{close}")),
        ],
        None => vec![(behind..behind, format!(" if {open}=> true,{close}"))],
    }
}
