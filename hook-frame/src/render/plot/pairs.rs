//! Numbers over other numbers: a map of numbers, a sequence of pairs, or two sequences.

use super::super::tree::{self, Block, Item};
use super::Series;

/// A drawing goes through so many heights, evenly spaced.
const STEPS: usize = 400;

/// Reads the pairs of a map, or of a sequence of tuples of two, from its `{:#?}`. Returns `None` for any other text.
pub(super) fn pairs(text: &str) -> Option<Vec<(f64, f64)>> {
    let root = tree::read(text, false)?;
    let pairs: Option<Vec<_>> = match root.head {
        "{" => root.items.iter().map(entry).collect(),
        "[" => root.items.iter().map(tuple).collect(),
        _ => None,
    };
    pairs.filter(|pairs| !pairs.is_empty())
}

fn entry(item: &Item<'_>) -> Option<(f64, f64)> {
    let Item::Line(line) = item else { return None };
    let (x, y) = line.split_once(": ")?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

fn tuple(item: &Item<'_>) -> Option<(f64, f64)> {
    let Item::Block(Block { head: "(", items, .. }) = item else {
        return None;
    };
    let [Item::Line(x), Item::Line(y)] = &items[..] else {
        return None;
    };
    Some((x.parse().ok()?, y.parse().ok()?))
}

/// Returns what is drawn of pairs: the heights at places that are evenly spaced from the least to the greatest of the
/// first numbers. Between two pairs there is a straight line. Returns `None` if there is nothing to draw.
pub fn over(mut pairs: Vec<(f64, f64)>) -> Option<Series> {
    pairs.retain(|(x, y)| x.is_finite() && y.is_finite());
    pairs.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let (first, last) = (pairs.first()?.0, pairs.last()?.0);
    let mut after = 0;
    let numbers = (0..STEPS).map(|step| {
        let share = step as f64 / (STEPS - 1) as f64;
        // The shares are added, since the difference of the two ends may be infinite.
        let at = (first * (1.0 - share) + last * share).clamp(first, last);
        while after + 1 < pairs.len() && pairs[after].0 < at {
            after += 1;
        }
        let (before, next) = (pairs[after.saturating_sub(1)], pairs[after]);
        match (at / 2.0 - before.0 / 2.0) / (next.0 / 2.0 - before.0 / 2.0) {
            share if share.is_finite() => before.1 * (1.0 - share) + next.1 * share,
            _ => next.1,
        }
    });
    Some(Series {
        numbers: numbers.collect(),
        first,
        last,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn maps_and_tuples_are_read() {
        let check = |text: String, expected: Option<&[(f64, f64)]>| assert_eq!(pairs(&text).as_deref(), expected);
        let map: BTreeMap<i32, f64> = [(-1, 0.5), (3, 2.0)].into();
        check(format!("{map:#?}"), Some(&[(-1.0, 0.5), (3.0, 2.0)]));
        check(format!("{:#?}", [(1, 2.5), (2, 3.0)]), Some(&[(1.0, 2.5), (2.0, 3.0)]));
        check(format!("{:#?}", [(1, 2, 3)]), None);
        check(format!("{:#?}", BTreeMap::from([("a", 1)])), None);
        check(format!("{:#?}", [1, 2]), None);
        check(format!("{:#?}", BTreeMap::<i32, i32>::new()), None);
    }

    #[test]
    fn heights_lie_on_the_lines_between() {
        let series = over(vec![(4.0, 0.0), (0.0, 0.0), (1.0, 3.0)]).unwrap();
        assert_eq!((series.first, series.last), (0.0, 4.0));
        assert_eq!((series.numbers[0], *series.numbers.last().unwrap()), (0.0, 0.0));
        let highest = series.numbers.iter().copied().fold(0.0, f64::max);
        assert!((2.9..=3.0).contains(&highest), "{highest}");
        assert!(series.numbers.iter().all(|number| (0.0..=3.0).contains(number)));
    }

    #[test]
    fn what_has_no_width_or_no_bound_is_drawn() {
        let one = over(vec![(1.0, 5.0)]).unwrap();
        assert!(one.numbers.iter().all(|number| *number == 5.0));
        let steep = over(vec![(1.0, 5.0), (1.0, 7.0)]).unwrap();
        assert!(steep.numbers.iter().all(|number| (5.0..=7.0).contains(number)));
        let wide = over(vec![(f64::MIN, f64::MIN), (f64::MAX, f64::MAX)]).unwrap();
        assert!(wide.numbers.iter().all(|number| number.is_finite()));
        assert!(over(vec![(f64::NAN, 1.0)]).is_none());
    }
}
