//! Sorting. std's code for it is twenty kilobytes for each type and each order in a program that is not optimized, a
//! tenth of all code of this project's; so the places are sorted, which are numbers in every case.

use std::cmp::Ordering;

/// Sorts by the order of the values.
pub fn sort<T: Ord>(values: &mut [T]) {
    sort_by(values, &T::cmp);
}

/// Sorts by a key. Values of the same key stay in their order.
pub fn sort_by_key<T, K: Ord>(values: &mut [T], key: &dyn Fn(&T) -> K) {
    sort_by(values, &|one, other| key(one).cmp(&key(other)));
}

/// Sorts by an order. Values that are equal in it stay in theirs.
pub fn sort_by<T>(values: &mut [T], compare: &dyn Fn(&T, &T) -> Ordering) {
    let mut places = places(values.len(), &|one, other| compare(&values[one], &values[other]));
    for at in 0..values.len() {
        while places[at] != at {
            let to = places[at];
            values.swap(at, to);
            places.swap(at, to);
        }
    }
}

/// Returns the place that each of so many values has when they are sorted.
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    sorted.sort_by(|one, other| compare(*one, *other));
    let mut places = vec![0; count];
    for (place, &value) in sorted.iter().enumerate() {
        places[value] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sorts by the letter, and expects what std's stable sorting gives.
    #[track_caller]
    fn check(values: &str) {
        let mut values: Vec<&str> = values.split_whitespace().collect();
        let mut expected = values.clone();
        expected.sort_by_key(|value| value.chars().next());
        sort_by_key(&mut values, &|value| value.chars().next());
        assert_eq!(values, expected);
    }

    #[test]
    fn equal_ones_stay_in_their_order() {
        check("");
        check("a");
        check("b2 a1 b1 a2");
        check("d1 c1 b1 a1");
        check("a1 b1 c1 d1 a2 b2 c2 d2 a3");
        check("b1 c1 a1");
        check("c1 a1 b1 a2 c2 c3 b2 a3 a4 b3");
    }

    #[test]
    fn by_values_and_orders() {
        let mut values = vec![3, 1, 2, 1];
        sort(&mut values);
        assert_eq!(values, [1, 1, 2, 3]);
        sort_by(&mut values, &|one, other| other.cmp(one));
        assert_eq!(values, [3, 2, 1, 1]);
    }
}
