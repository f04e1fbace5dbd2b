//! Numbers are drawn as a line over their positions, or as bars that show how many there are of each size.

mod bars;
mod curve;
mod pairs;
mod spark;
mod svg;

pub use bars::bars;
pub use curve::curve;
pub use pairs::over;
pub use spark::spark;
pub use svg::svg;

use super::tree::{self, Block, Item};

/// Says how many numbers are not drawn, because they are NaN or infinite.
pub fn not_finite(count: usize) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{count} {verb} not finite")
}

/// Numbers that are drawn as a line, over places that are evenly spaced.
#[derive(Debug)]
pub struct Series {
    /// The numbers, in order.
    pub numbers: Vec<f64>,
    /// The first place.
    pub first: f64,
    /// The last place.
    pub last: f64,
}

impl Series {
    /// Returns numbers over their positions.
    fn of(numbers: Vec<f64>) -> Series {
        let last = numbers.len().saturating_sub(1) as f64;
        let first = 0.0;
        Series { numbers, first, last }
    }
}

/// Reads what is drawn of a value from its `{:#?}`: pairs as numbers over others, or else numbers over their positions.
pub fn series(text: &str) -> Option<Series> {
    pairs::pairs(text)
        .and_then(over)
        .or_else(|| numbers(text).map(Series::of))
}

/// Reads the numbers of a sequence, or of a value that has just one, from its `{:#?}`. An element that is no number,
/// such as `None`, becomes NaN, which is drawn as a gap. Returns `None` for any other text.
pub fn numbers(text: &str) -> Option<Vec<f64>> {
    let numbers = match tree::read(text, false) {
        Some(root) => of_block(&root)?,
        None => of_line(text)?,
    };
    numbers.iter().any(|number| number.is_finite()).then_some(numbers)
}

/// Reads a sequence on one line, such as `[1, 2]`.
fn of_line(text: &str) -> Option<Vec<f64>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.split(", ").map(|number| number.parse().ok()).collect()
}

fn of_block(block: &Block<'_>) -> Option<Vec<f64>> {
    let sequence = block.head.ends_with(['[', '{']);
    let numbers: Option<Vec<f64>> = block.items.iter().map(number).collect();
    if let (true, Some(numbers)) = (sequence, numbers) {
        return Some(numbers);
    }
    let mut found = block.items.iter().filter_map(|item| match item {
        Item::Block(block) => of_block(block),
        _ => None,
    });
    found.next().filter(|_| found.next().is_none())
}

/// Reads the number of an item, which may stand in a tuple struct: `Some(1.5)`.
fn number(item: &Item<'_>) -> Option<f64> {
    let text = item.scalar()?;
    let inner = text.trim_end_matches(')');
    let inner = inner.rsplit_once('(').map_or(inner, |(_, inner)| inner);
    match inner {
        "None" => Some(f64::NAN),
        inner => inner.parse().ok(),
    }
}

/// Returns the least and the greatest of the finite numbers.
fn range(numbers: &[f64]) -> (f64, f64) {
    let finite = numbers.iter().copied().filter(|number| number.is_finite());
    finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), number| {
        (least.min(number), greatest.max(number))
    })
}

/// Writes a number with about five digits.
fn short(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-3..1e7).contains(&size) {
        return format!("{number:.2e}");
    }
    let decimals = match size {
        size if size >= 1e4 => 0,
        size if size >= 100.0 => 1,
        size if size >= 1.0 => 3,
        _ => 5,
    };
    let text = format!("{number:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    #[track_caller]
    fn check(value: &dyn Debug, expected: &[f64]) {
        let found = numbers(&format!("{value:#?}")).unwrap_or_default();
        assert_eq!(format!("{found:?}"), format!("{expected:?}"));
    }

    #[derive(Debug)]
    #[allow(dead_code)]
    struct Series {
        name: &'static str,
        values: Vec<f32>,
        first: (i32, i32),
    }

    #[test]
    fn numbers_are_read() {
        check(&[1, -2, 30], &[1.0, -2.0, 30.0]);
        check(
            &vec![1.5e300, f64::NAN, f64::INFINITY],
            &[1.5e300, f64::NAN, f64::INFINITY],
        );
        check(&[Some(1.5), None], &[1.5, f64::NAN]);
        assert_eq!(numbers("[1, -2.5]"), Some(vec![1.0, -2.5]));
        let values = vec![0.5, 2.0];
        let series = Series {
            name: "1",
            values,
            first: (1, 2),
        };
        check(&series, &[0.5, 2.0]);
    }

    #[test]
    fn other_values_have_none() {
        check(&["1", "2"], &[]);
        check(&[true], &[]);
        check(&5, &[]);
        check(&Vec::<f64>::new(), &[]);
        check(&[[1, 2], [3, 4]], &[]);
        check(&[f64::NAN], &[]);
    }

    #[test]
    fn numbers_are_short() {
        let check = |number: f64, text: &str| assert_eq!(short(number), text);
        check(0.0, "0");
        check(-1.5, "-1.5");
        check(123_456.7, "123457");
        check(0.1 + 0.2, "0.3");
        check(1e-9, "1.00e-9");
        check(1e300, "1.00e300");
    }
}
