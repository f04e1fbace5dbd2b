//! A line through numbers is drawn in the dots of braille characters, or in stars.

use super::{Series, range, short};
use crate::render::columns;

/// Draws numbers over their places, in so many columns.
pub fn curve(series: &Series, width: usize, unicode: bool) -> Vec<String> {
    let numbers = &series.numbers[..];
    let (least, greatest) = range(numbers);
    let labels = [short(greatest), short(least)];
    let margin = labels.iter().map(|label| columns(label)).max().unwrap_or(0);
    let across = width.saturating_sub(margin + 3).max(8);
    let down = (across / 4).clamp(6, 18);
    let (dots_across, dots_down) = if unicode { (2, 4) } else { (1, 1) };
    let mut dots = vec![vec![false; across * dots_across]; down * dots_down];
    let highest = dots.len() - 1;
    // Both ends are halved before they are subtracted, since their difference may be infinite.
    let height = |number: f64| match greatest / 2.0 - least / 2.0 {
        0.0 => highest / 2,
        range => ((number / 2.0 - least / 2.0) / range * highest as f64).round() as usize,
    };
    for (x, (low, high)) in spans(numbers, across * dots_across) {
        for y in height(low)..=height(high) {
            dots[highest - y][x] = true;
        }
    }
    let bar = if unicode { '\u{2502}' } else { '|' };
    let rows = dots.chunks(dots_down).enumerate().map(|(at, rows)| {
        let label = match at {
            0 => &labels[0],
            at if at + 1 == down => &labels[1],
            _ => "",
        };
        let cells = (0..across).map(|x| cell(rows, x * dots_across, unicode));
        format!("{label:>margin$} {bar}{}", cells.collect::<String>())
            .trim_end()
            .to_owned()
    });
    let mut lines: Vec<String> = rows.collect();
    let (first, last) = (short(series.first), short(series.last));
    let between = across.saturating_sub(first.len() + last.len());
    lines.push(format!("{:margin$}  {first}{:between$}{last}", "", ""));
    lines
}

/// Returns the least and the greatest height of the line at each of so many places.
fn spans(numbers: &[f64], across: usize) -> impl Iterator<Item = (usize, (f64, f64))> {
    let last = (numbers.len() - 1) as f64;
    let step = last / across as f64;
    let at = move |place: f64| {
        let (before, after) = (numbers[place.floor() as usize], numbers[place.ceil() as usize]);
        // The shares are added, since the difference of the two numbers may be infinite.
        let share = place.fract();
        if share == 0.0 {
            before
        } else {
            before * (1.0 - share) + after * share
        }
    };
    (0..across).filter_map(move |x| {
        let (from, to) = (x as f64 * step, ((x + 1) as f64 * step).min(last));
        let inner = numbers
            .get(from.ceil() as usize..=to.floor() as usize)
            .unwrap_or_default()
            .iter();
        let all: Vec<f64> = inner.copied().chain([at(from), at(to)]).collect();
        let (low, high) = range(&all);
        (low <= high).then_some((x, (low, high)))
    })
}

/// Returns the character for the dots of a cell whose first column is `x`.
fn cell(rows: &[Vec<bool>], x: usize, unicode: bool) -> char {
    if !unicode {
        return if rows[0][x] { '*' } else { ' ' };
    }
    const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let bits = BITS.iter().zip(rows).map(|(bits, row)| {
        let set = |column: usize| if row[x + column] { bits[column] } else { 0 };
        set(0) | set(1)
    });
    match bits.sum::<u32>() {
        0 => ' ',
        bits => char::from_u32(0x2800 + bits).unwrap_or(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numbers: &[f64], unicode: bool, expected: &[&str]) {
        let lines = curve(&Series::of(numbers.to_vec()), 12, unicode);
        assert_eq!(lines, expected, "\n{}", lines.join("\n"));
    }

    #[test]
    fn a_line_rises() {
        check(
            &[0.0, 5.0],
            false,
            &[
                "5 |       *",
                "  |     ***",
                "  |   ***",
                "  |  **",
                "  |***",
                "0 |*",
                "   0      1",
            ],
        );
    }

    #[test]
    fn every_width_and_every_number_can_be_drawn() {
        let values = [
            vec![1.0],
            vec![f64::NAN, 2.0, f64::NAN],
            vec![f64::MAX, f64::MIN, f64::INFINITY],
            (0..1000).map(|n| f64::from(n).sin()).collect(),
        ];
        for numbers in values {
            for width in [0, 1, 20, 60, 120] {
                for unicode in [false, true] {
                    let lines = curve(&Series::of(numbers.clone()), width, unicode);
                    let drawn = lines
                        .iter()
                        .any(|line| line.contains(|c: char| c == '*' || ('\u{2801}'..='\u{28ff}').contains(&c)));
                    assert!(drawn, "{lines:?}");
                    assert!(
                        width < 20 || lines.iter().all(|line| columns(line) <= width),
                        "{lines:?}"
                    );
                }
            }
        }
    }
}
