//! For a name that is not known, the most similar known name is suggested: "did you mean".

/// Gives the known name that differs least from the given one. Gives `None` if all differ in more than a third.
pub(crate) fn nearest<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let given = given.to_lowercase();
    let most = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= most && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Gives how many characters have to be added, removed, replaced by another or exchanged with the next to make `b` of
/// `a`, where none is changed twice.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // A row has the distances of one beginning of `a` from all beginnings of `b`.
    let mut last = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut before = None;
    for (i, x) in a.chars().enumerate() {
        let above = std::mem::replace(&mut row, vec![i + 1]);
        for (j, &y) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(x != y);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if j > 0 && before == Some(y) && x == b[j - 1] {
                least = least.min(last[j - 1] + 1);
            }
            row.push(least);
        }
        (last, before) = (above, Some(x));
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        assert_eq!(nearest(given, ["words", "total", "a", "Circle"]), expected);
    }

    #[test]
    fn distances() {
        let cases = [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "bac", 1),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
            ("größe", "grösse", 2),
            ("ab", "ba", 1),
            ("aab", "aba", 1),
            ("abcd", "badc", 2),
        ];
        for (a, b, expected) in cases {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn only_what_is_near() {
        check("word", Some("words"));
        check("wrods", Some("words"));
        check("circle", Some("Circle"));
        check("totle", None);
        check("total_", Some("total"));
        check("b", None);
        check("xyz", None);
    }
}
