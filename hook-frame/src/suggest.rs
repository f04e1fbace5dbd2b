//! For a name that is not known, the most similar known name is suggested: "did you mean".

/// Returns the known name that differs least from the given one. Returns `None` if all differ in more than a third.
pub fn nearest<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let given = given.to_lowercase();
    let most = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= most && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        assert_eq!(nearest(given, ["words", "total", "a", "Circle"]), expected);
    }

    #[test]
    fn only_what_is_near() {
        check("word", Some("words"));
        check("wrods", Some("words"));
        check("circle", Some("Circle"));
        check("cirlce", Some("Circle"));
        check("totle", None);
        check("total_", Some("total"));
        check("b", None);
        check("xyz", None);
    }
}
