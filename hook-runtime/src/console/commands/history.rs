//! The command that shows what a local was at the last hits: `:history`.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::single;
use crate::frame::changes::{cut, differing};
use crate::frame::recent;
use crate::os::streams::draws_unicode;
use crate::render::plot;

/// So many of the last values are listed.
const LISTED: usize = 10;

pub(super) fn history(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let name = single("history", rest)?;
    let index = console.frame.find(name)?.index;
    recent::hit(console.frame);
    let hits = recent::of(console.frame.site, index);
    let rows = rows(&hits, console.out.width.saturating_sub(1));
    for (heading, text) in &rows {
        console
            .out
            .value_parts(&[(Style::Dim, heading.as_str()), (Style::Plain, text.as_str())]);
    }
    let numbers: Option<Vec<f64>> = hits.iter().map(|(_, text)| text.parse().ok()).collect();
    if let Some(numbers) = numbers.filter(|numbers| numbers.len() > 1) {
        let line = plot::spark(&numbers, console.out.width.saturating_sub(1), draws_unicode());
        console.out.value(&line);
    }
    if rows.len() < 2 {
        let what = "from now on the values at hits that do not stop are kept, too";
        console.out.remark(what);
    }
    Ok(Flow::Stay)
}

/// Returns a row of at most `width` columns for each of the last values, with its hit apart. A long value begins with
/// what differs from the one before it.
fn rows(hits: &[(u64, String)], width: usize) -> Vec<(String, String)> {
    let widest = hits.last().map_or(0, |(number, _)| number.to_string().len());
    let row = |at: usize| {
        let (number, text) = &hits[at];
        let heading = format!("hit {number:>widest$}  ");
        let room = width.saturating_sub(heading.len());
        let before = at.checked_sub(1).map(|before| &hits[before].1);
        let text = match before.filter(|before| *before != text) {
            Some(before) => differing(before, text, room).1,
            None => cut(text, room),
        };
        (heading, text)
    };
    (hits.len().saturating_sub(LISTED)..hits.len()).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_of_long_values_is_listed() {
        let point = |y: u8| format!("Point {{ x: 1, name: \"a long name\", y: {y} }}");
        let hits = [(8, point(1)), (9, point(2)), (10, point(2)), (11, "None".to_owned())];
        let rows = rows(&hits, 30);
        let texts: Vec<String> = rows.into_iter().map(|(heading, text)| heading + &text).collect();
        let expected = [
            "hit  8  Point { x: 1, name:...",
            "hit  9  ..y: 2 }",
            "hit 10  Point { x: 1, name:...",
            "hit 11  None",
        ];
        assert_eq!(texts, expected);
        let hits: Vec<_> = (1..13).map(|hit| (hit, hit.to_string())).collect();
        assert_eq!(super::rows(&hits, 80)[0], ("hit  3  ".to_owned(), "3".to_owned()));
    }
}
