//! Numbers as a line of blocks, one for each.

use super::range;

const BLOCKS: [char; 8] = [
    '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}',
];
const ASCII: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

/// Draws the last of the numbers in at most so many columns.
pub fn spark(numbers: &[f64], width: usize, unicode: bool) -> String {
    let shown = &numbers[numbers.len().saturating_sub(width)..];
    let (least, greatest) = range(shown);
    let blocks = if unicode { BLOCKS } else { ASCII };
    let highest = blocks.len() - 1;
    let block = |number: &f64| match greatest / 2.0 - least / 2.0 {
        _ if !number.is_finite() => ' ',
        0.0 => blocks[highest / 2],
        range => blocks[((number / 2.0 - least / 2.0) / range * highest as f64).round() as usize],
    };
    shown.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_rise_with_the_numbers() {
        let check = |numbers: &[f64], width, expected| assert_eq!(spark(numbers, width, false), expected);
        check(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 80, "_.:-=+*#");
        check(&[9.0, 0.0, 7.0], 2, "_#");
        check(&[5.0, 5.0], 80, "--");
        check(&[f64::MIN, f64::NAN, f64::MAX], 80, "_ #");
        check(&[], 80, "");
        assert_eq!(spark(&[0.0, 1.0], 80, true), "\u{2581}\u{2588}");
    }
}
