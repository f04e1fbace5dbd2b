//! base, being written
pub(crate) fn width() -> usize { 80 }
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known.map(|other| (strsim::damerau_levenshtein(name, other), other)).filter(|(d, _)| *d <= 2).min_by_key(|(d, _)| *d).map(|(_, o)| o)
}
