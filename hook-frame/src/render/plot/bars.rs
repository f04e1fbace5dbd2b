//! Bars show how many numbers there are of each size.

use super::{range, short};
use crate::render::columns;

/// No more bars than this are drawn.
const MOST: usize = 20;

/// Draws how many of the numbers lie in each part of their range, in so many columns.
pub fn bars(numbers: &[f64], width: usize, unicode: bool) -> Vec<String> {
    let finite: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    let bins = bins(&finite);
    let most = bins.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let margin = bins.iter().map(|(label, _)| columns(label)).max().unwrap_or(0);
    let counts = most.to_string().len();
    let room = width.saturating_sub(margin + counts + 4).max(8);
    let mut lines: Vec<String> = bins
        .iter()
        .map(|(label, count)| {
            let line = format!(
                "{label:>margin$}  {count:>counts$}  {}",
                bar(*count, most, room, unicode)
            );
            line.trim_end().to_owned()
        })
        .collect();
    let others = numbers.len() - finite.len();
    if others > 0 {
        lines.push(super::not_finite(others));
    }
    lines
}

/// Returns the parts of the range, and how many numbers are in each. If there are few distinct numbers, each is a part;
/// else the parts are of equal size.
fn bins(finite: &[f64]) -> Vec<(String, usize)> {
    let mut sorted = finite.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= MOST {
        let count = |number: f64| sorted.iter().filter(|other| **other == number).count();
        return distinct.iter().map(|number| (short(*number), count(*number))).collect();
    }
    let (least, greatest) = range(finite);
    let parts = (sorted.len() as f64).log2().ceil().clamp(8.0, MOST as f64) as usize;
    // Both ends are divided before they are subtracted, since their difference may be infinite.
    let size = greatest / parts as f64 - least / parts as f64;
    let mut counts = vec![0; parts];
    for number in &sorted {
        let part = (number / size - least / size) as usize;
        counts[part.min(parts - 1)] += 1;
    }
    let from = |part: usize| short(least + size * part as f64);
    let labels: Vec<[String; 2]> = (0..parts).map(|part| [from(part), from(part + 1)]).collect();
    let widest = labels.iter().flatten().map(String::len).max().unwrap_or(0);
    let labels = labels
        .iter()
        .map(|[from, to]| format!("{from:>widest$} to {to:>widest$}"));
    labels.zip(counts).collect()
}

fn bar(count: usize, most: usize, room: usize, unicode: bool) -> String {
    let share = count as f64 / most as f64 * room as f64;
    if !unicode {
        let least = usize::from(count > 0);
        return "#".repeat((share.round() as usize).max(least));
    }
    let eighths = ((share * 8.0).round() as usize).max(usize::from(count > 0));
    let end = match eighths % 8 {
        0 => None,
        eighths => char::from_u32(0x2590 - eighths as u32),
    };
    "\u{2588}".repeat(eighths / 8) + &end.map_or(String::new(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_numbers_have_a_bar_each() {
        let lines = bars(&[1.0, 1.0, 2.5, f64::NAN], 20, false);
        assert_eq!(lines, ["  1  2  ############", "2.5  1  ######", "1 is not finite"]);
        let lines = bars(&[1.0, 1.0, 1.0, 2.0], 13, true);
        assert_eq!(
            lines,
            [
                "1  3  \u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}",
                "2  1  \u{2588}\u{2588}\u{258b}"
            ]
        );
    }

    #[test]
    fn every_number_is_counted() {
        let counted = |lines: &[String]| -> usize {
            let is_bar = |word: &&str| word.starts_with(['#', '\u{2588}', '\u{258f}']);
            let count = |line: &String| {
                line.split_whitespace()
                    .rfind(|word| !is_bar(word))?
                    .parse::<usize>()
                    .ok()
            };
            lines.iter().filter_map(count).sum()
        };
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(counted(&bars(&many, 80, false)), 1000);
        let far: Vec<f64> = (0..30)
            .map(|n| f64::MAX / f64::from(n - 15))
            .filter(|n| n.is_finite())
            .collect();
        assert_eq!(counted(&bars(&far, 80, true)), far.len());
    }
}
