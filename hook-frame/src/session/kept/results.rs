//! The last values at the prompt. Each new one makes the others older.

use super::dropping::discard;
use super::{LAST, RESULTS, StoredValue, insert, values};

/// Returns the name that a result has after another was made, if it is kept for so long.
pub(super) fn older(name: &str) -> Option<&'static str> {
    let at = RESULTS.iter().position(|result| *result == name)?;
    RESULTS.get(at + 1).copied()
}

/// Keeps a value as the last one. The results that this thread has are one step older then, and the oldest is dropped.
/// A name that a `let` has bound since stays as it is.
#[inline(never)]
pub(super) fn insert_result(kept: StoredValue) {
    let mut values = values();
    let mut out = Vec::new();
    for pair in RESULTS.windows(2).rev() {
        let (newer, older) = (pair[0], pair[1]);
        let replaced = values.take(older, |kept| kept.about.is_result);
        out.extend(replaced.map(|kept| (older, kept)));
        if !values.has(older)
            && let Some(kept) = values.take(newer, |kept| kept.about.is_result)
        {
            values.push(older, kept);
        }
    }
    drop(values);
    for (name, kept) in out {
        discard(name, kept);
    }
    insert(LAST, kept);
}

#[cfg(test)]
mod tests {
    use std::thread;

    use crate::session::kept::{keep, keep_result, kept, put_back};

    /// Runs a test on a thread of its own, whose values no other test sees.
    fn alone(test: impl FnOnce() + Send + 'static) {
        thread::spawn(test).join().unwrap();
    }

    #[test]
    fn a_new_result_makes_the_others_older() {
        alone(|| {
            for value in 1..=4 {
                keep_result(Box::new(value), value, false);
            }
            let now = ["it", "_1", "_2", "_3"].map(|name| kept::<u64>(name).map(|(value, about)| (value, about.line)));
            assert_eq!(now, [Some((4, 4)), Some((3, 3)), Some((2, 2)), None]);
        });
    }

    #[test]
    fn what_a_line_took_is_older_once_the_line_has_made_another() {
        alone(|| {
            for value in 1..=3 {
                keep_result(Box::new(value), value, false);
            }
            let taken = ["it", "_1", "_2"].map(|name| (name, kept::<u64>(name).unwrap()));
            keep_result(Box::new(4_u64), 4, false);
            for (name, (value, about)) in taken {
                put_back(name, value, about, true);
            }
            assert_eq!(["it", "_1", "_2"].map(|name| kept::<u64>(name).unwrap().0), [4, 3, 2]);
        });
    }

    #[test]
    fn a_let_of_such_a_name_stays() {
        alone(|| {
            keep("_1", 7_u64, 1, false);
            keep_result(Box::new(8_u64), 2, false);
            keep_result(Box::new(9_u64), 3, false);
            assert_eq!(["it", "_1"].map(|name| kept::<u64>(name).unwrap().0), [9, 7]);
            assert!(kept::<u64>("_2").is_none());
        });
    }
}
