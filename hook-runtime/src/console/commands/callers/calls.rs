//! Which call a row of a backtrace is. std numbers the functions that were inlined as it numbers calls, and the
//! unwinder knows calls alone. Pure.

use super::super::backtrace::{address, last, numbered};

/// Returns the address of each row of a backtrace in full, from the row on that `short` begins with.
pub(super) fn addresses(short: &str, full: &str) -> Vec<usize> {
    let skipped = last(full).saturating_sub(last(short));
    let rows = full.lines().filter_map(numbered);
    let rows = rows.filter(|(number, name)| *number >= skipped && !name.starts_with("0x0 "));
    rows.map(|(_, name)| address(name).unwrap_or_default()).collect()
}

/// Returns the position of the call that a row is of, and how many inlined functions lie between the row's function and
/// the innermost of that call. The innermost rows may be of calls that are not in the list any more.
pub(super) fn call_of(row: usize, rows: &[usize], calls: &[usize]) -> Option<(usize, usize)> {
    let (mut rows, mut calls) = (rows, calls);
    // The outermost are the same in both.
    while let (Some(&address), Some(&call)) = (rows.last(), calls.last()) {
        if call != address {
            calls = &calls[..calls.len() - 1];
            continue;
        }
        let run = |of: &[usize]| of.iter().rev().take_while(|other| **other == address).count();
        // A function that calls itself has several calls at one address, each with the same functions inlined.
        let (rows_of_run, calls_of_run) = (run(rows), run(calls));
        let first = rows.len() - rows_of_run;
        if row >= first {
            let each = rows_of_run / calls_of_run;
            let is_even = each > 0 && each * calls_of_run == rows_of_run;
            let at = row - first;
            return is_even.then(|| (calls.len() - calls_of_run + at / each, at % each));
        }
        (rows, calls) = (&rows[..first], &calls[..calls.len() - calls_of_run]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_backtrace() {
        let short = "   0: shop::f\n             at ./src/a.rs:1:2\n   1: main\n";
        let full = "   0:     0x10 - std::capture\n   1:     0x20 - shop::f\n                at ./src/a.rs:1:2\n   2:     0x30 - main\n   3:                0x0 - <unknown>\n";
        assert_eq!(addresses(short, full), [0x20, 0x30]);
    }

    #[track_caller]
    fn check(rows: &[usize], calls: &[usize], expected: &[Option<(usize, usize)>]) {
        let found: Vec<_> = (0..rows.len()).map(|row| call_of(row, rows, calls)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rows_are_calls() {
        check(&[1, 2, 3], &[1, 2, 3], &[Some((0, 0)), Some((1, 0)), Some((2, 0))]);
        check(&[9, 2, 3], &[7, 8, 2, 3], &[None, Some((2, 0)), Some((3, 0))]);
        check(&[2], &[2, 0], &[Some((0, 0))]);
        check(&[2], &[], &[None]);
    }

    #[test]
    fn inlined_functions_are_within_a_call() {
        check(&[2, 2, 3], &[2, 3], &[Some((0, 0)), Some((0, 1)), Some((1, 0))]);
    }

    #[test]
    fn a_function_that_calls_itself() {
        check(&[2, 2, 3], &[2, 2, 3], &[Some((0, 0)), Some((1, 0)), Some((2, 0))]);
        check(
            &[2, 2, 2, 2],
            &[2, 2],
            &[Some((0, 0)), Some((0, 1)), Some((1, 0)), Some((1, 1))],
        );
        check(&[2, 2, 2], &[2, 2], &[None, None, None]);
    }
}
