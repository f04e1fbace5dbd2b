//! The command that shows what a local was at the last hits: `:history`.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::single;
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
    let listed = &hits[hits.len().saturating_sub(LISTED)..];
    let widest = listed.last().map_or(0, |(number, _)| number.to_string().len());
    for (number, text) in listed {
        let heading = format!("hit {number:>widest$}  ");
        console
            .out
            .value_parts(&[(Style::Dim, heading.as_str()), (Style::Plain, text.as_str())]);
    }
    let numbers: Option<Vec<f64>> = hits.iter().map(|(_, text)| text.parse().ok()).collect();
    if let Some(numbers) = numbers.filter(|numbers| numbers.len() > 1) {
        let line = plot::spark(&numbers, console.out.width.saturating_sub(1), draws_unicode());
        console.out.value(&line);
    }
    if listed.len() < 2 {
        let what = "from now on the values at hits that do not stop are kept, too";
        console.out.remark(what);
    }
    Ok(Flow::Stay)
}
