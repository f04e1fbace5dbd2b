//! Functions that rustc names in another way than before, though they are the same: it numbers impls and blocks, so one
//! that came or went before them gives them new names.

use std::collections::HashMap;

use super::named::NamedSections;
use crate::ReloadRules;
use crate::symbol_path::symbol_path;

/// Returns the earlier names of functions by their new ones. Each is the only function of its path in both.
pub(super) fn renamed<'a>(
    before: &NamedSections<'a>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
) -> HashMap<&'a str, &'a str> {
    let only_in = |all: &NamedSections<'a>, others: &NamedSections<'a>| -> HashMap<String, Vec<&'a str>> {
        let mut by_path: HashMap<String, Vec<&'a str>> = HashMap::new();
        for named in all.functions().filter(|named| others.find(named.name).is_none()) {
            if let Some(path) = symbol_path(named.name) {
                by_path.entry(path).or_default().push(named.name);
            }
        }
        by_path
    };
    let (gone, came) = (only_in(before, after), only_in(after, before));
    let pairs = came
        .iter()
        .filter_map(|(path, came)| match (&came[..], &gone.get(path)?[..]) {
            (&[new], &[old]) if (rules.is_called_as_before)(new) => Some((new, old)),
            _ => None,
        });
    pairs.collect()
}
