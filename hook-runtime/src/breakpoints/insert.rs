//! The text of a source with what is planted in it. No line of it moves. Pure.

use hook_rustc::sorted::{sort, sort_by_key};

use super::points::{At, Point};

/// What is written at a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    pub(crate) point: Point,
    /// A statement. If it is empty, only the column is wanted that the point has in the new text.
    pub(crate) code: String,
    /// An attribute that the function needs for that, and its place.
    pub(crate) attribute: Option<(At, String)>,
}

impl Insertion {
    /// Returns an insertion of nothing at a line and column, both counted from 1.
    pub(crate) fn of_column(text: &str, line: usize, column: usize) -> Insertion {
        let mut lines = text.split_inclusive('\n');
        let begin: usize = lines.by_ref().take(line.saturating_sub(1)).map(str::len).sum();
        let before = lines.next().unwrap_or_default().chars().take(column.saturating_sub(1));
        Insertion {
            point: Point::before(begin + before.map(char::len_utf8).sum::<usize>()),
            code: String::new(),
            attribute: None,
        }
    }
}

/// Writes all of them into a text, and returns for each the line and the column at which its code begins, the column in
/// characters, both counted from 1. At one point they stand in order.
pub(crate) fn insert(text: &str, insertions: &[Insertion]) -> (String, Vec<(usize, usize)>) {
    let mut pieces: Vec<(At, Option<usize>, &str)> = Vec::new();
    for (number, insertion) in insertions.iter().enumerate() {
        if let Some((at, attribute)) = &insertion.attribute
            && !pieces.contains(&(*at, None, attribute))
        {
            pieces.push((*at, None, attribute));
        }
        pieces.push((insertion.point.at, Some(number), &insertion.code));
    }
    // An expression becomes a block once, whatever stands before it.
    let mut wrapped: Vec<(At, At)> = insertions
        .iter()
        .filter_map(|insertion| Some((insertion.point.at, insertion.point.end?)))
        .collect();
    sort(&mut wrapped);
    wrapped.dedup();
    for (at, end) in wrapped {
        let first = pieces.iter().position(|piece| piece.0 == at).unwrap_or_default();
        pieces.insert(first, (at, None, "{ "));
        pieces.push((end, None, " }"));
    }
    // The sort keeps the order of what stands at one place.
    sort_by_key(&mut pieces, &|(at, ..)| *at);
    let (mut out, mut copied, mut places) = (String::new(), 0, vec![(0, 0); insertions.len()]);
    for (at, number, piece) in pieces {
        out += &text[copied..at];
        copied = at;
        if let Some(number) = number {
            // A hook of the source may stand here. The loader tells sites by what is in them, so this one is not at the
            // place that the other had.
            if !piece.is_empty() {
                out.push(' ');
            }
            let line = out.rfind('\n').map_or(0, |newline| newline + 1);
            places[number] = (out.matches('\n').count() + 1, out[line..].chars().count() + 1);
        }
        out += piece;
        if !piece.is_empty() && number.is_some() {
            out.push(' ');
        }
    }
    out += &text[copied..];
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plant(at: At, end: Option<At>, code: &str, attribute: Option<At>) -> Insertion {
        Insertion {
            point: Point {
                end,
                ..Point::before(at)
            },
            code: code.to_owned(),
            attribute: attribute.map(|at| (at, "#[h] ".to_owned())),
        }
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "fn f() {\n  é(); g();\n}\n";
        let (at, g) = (text.find('é').unwrap(), text.find('g').unwrap());
        let planted = [plant(g, None, "b!();", Some(0)), plant(at, None, "a!();", Some(0))];
        let (out, places) = insert(text, &planted);
        assert_eq!(out, "#[h] fn f() {\n   a!(); é();  b!(); g();\n}\n");
        assert_eq!(places, [(2, 16), (2, 4)]);
    }

    #[test]
    fn an_expression_becomes_one_block() {
        let text = "m { A => f(), }";
        let f = text.find('f').unwrap();
        let planted = [
            plant(f, Some(f + 3), "a!();", None),
            plant(f, Some(f + 3), "b!();", None),
        ];
        assert_eq!(insert(text, &planted).0, "m { A => {  a!();  b!(); f() }, }");
        assert_eq!(insert(text, &[]).0, text);
    }

    #[test]
    fn what_stands_behind_moves_to_the_right() {
        let text = "é();\n  é(); b();";
        let b = Insertion::of_column(text, 2, 8);
        let planted = [plant(text.rfind('b').unwrap(), None, "a;", None), b];
        let (out, places) = insert(text, &planted);
        assert_eq!((out.as_str(), places), ("é();\n  é();  a; b();", vec![(2, 9), (2, 12)]));
    }

    #[test]
    fn a_block_within_a_block() {
        let text = "a(|| b(|| c))";
        let (b, c) = (text.find('b').unwrap(), text.find('c').unwrap());
        let planted = [plant(c, Some(c + 1), "2;", None), plant(b, Some(c + 2), "1;", None)];
        assert_eq!(insert(text, &planted).0, "a(|| {  1; b(|| {  2; c }) })");
    }
}
