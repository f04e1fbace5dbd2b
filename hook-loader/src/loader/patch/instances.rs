//! The code of closures and coroutines that the program has as instances which other crates made.
//!
//! rustc makes the code of a coroutine in each crate that polls it, and writes that crate into the name. So for an
//! `async fn` of a library the program has none of the names that a compilation of the library gives. What the program
//! has is found by the rest of the name. All instances of one closure do the same with the same values, for any of them
//! may get a value that another had before: a future is made by the library, and polled by several crates in turn.
//!
//! A name of the old scheme does not tell two closures of a function from each other, nor two instances of a generic
//! function, nor two crates of one name. Where there may be two, nothing is found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;

use super::named::NamedSections;
use crate::ReloadRules;
use crate::loader::image::Image;
use crate::loader::process::Session;
use crate::symbol_path::{is_within_closure, symbol_path, without_maker};

/// The addresses and sizes that functions have in the program, by the names that the crate gives them.
pub(super) type Instances<'a> = HashMap<&'a str, Vec<(u64, u64)>>;

/// In names of the old scheme a closure is called so.
const CLOSURE: &str = "28_$u7b$$u7b$closure$u7d$$u7d$";

/// What names of one beginning are.
enum Beginning<'a> {
    /// The closure that bears this name in the crate.
    Closure(&'a str),
    /// Closures that are not told apart.
    Several,
    /// A function of the crate with a closure in it.
    Parent,
}

/// Finds the functions that the program has under names of other crates, of those of the sources before.
pub(super) fn instances<'a>(
    image: &Image,
    session: &Session,
    before: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
) -> Instances<'a> {
    let mut beginnings: BTreeMap<&str, Beginning<'a>> = BTreeMap::new();
    let mut found = Instances::new();
    for named in before.functions().filter(|named| named.offset == 0) {
        let own = symbol_path(named.name).filter(|path| is_within_closure(path) && is_of(rules.krate, path));
        let (Some(key), Some(_)) = (without_maker(named.name), own) else {
            continue;
        };
        let is_found = (rules.may_be_elsewhere)(named.name) && session.versions(named.name).is_none();
        let others = beginnings.insert(key, Beginning::Closure(named.name));
        if others.is_some() || !is_found {
            beginnings.insert(key, Beginning::Several);
        }
    }
    if !beginnings.values().any(|one| matches!(one, Beginning::Closure(_))) {
        return found;
    }
    let parents: Vec<&str> = beginnings.keys().filter_map(|key| parent(key)).collect();
    for parent in parents {
        beginnings.entry(parent).or_insert(Beginning::Parent);
    }
    let (mut own, mut foreign) = (HashSet::new(), HashSet::new());
    let mut elsewhere = HashSet::new();
    for (address, name) in image.functions() {
        match beginning(&beginnings, name) {
            Some((_, Beginning::Closure(closure))) => {
                let size = image
                    .find(name)
                    .find(|symbol| symbol.value == address)
                    .map(|symbol| symbol.size);
                let entries = found.entry(*closure).or_default();
                entries.extend(size.map(|size| (address, size)));
                if name != *closure {
                    elsewhere.insert(*closure);
                }
            }
            Some((key, Beginning::Parent)) => {
                let is_own = before.find(name).is_some();
                if is_own { &mut own } else { &mut foreign }.insert(key);
            }
            Some((_, Beginning::Several)) | None => {}
        }
    }
    found.retain(|name, entries| {
        entries.sort_unstable();
        entries.dedup();
        let is_of_this_crate = |parent| own.contains(parent) && !foreign.contains(parent);
        elsewhere.contains(name) && !entries.is_empty() && parent(name).is_none_or(is_of_this_crate)
    });
    found
}

/// Returns whether a path begins in a crate.
fn is_of(krate: &str, path: &str) -> bool {
    let own = path.trim_start_matches(['<', '&', '[', '(']);
    own.strip_prefix(krate).is_some_and(|rest| rest.starts_with("::"))
}

/// Returns how the name of the function begins that a closure is written in, where a name of the old scheme does not
/// tell the crate from others of its name.
fn parent(closure: &str) -> Option<&str> {
    closure.split_once(CLOSURE).map(|(parent, _)| parent)
}

/// Returns the one of some beginnings that a name has, if nothing but the crate that made it follows.
fn beginning<'b, 'n, 'a>(
    all: &'b BTreeMap<&str, Beginning<'a>>,
    name: &'n str,
) -> Option<(&'n str, &'b Beginning<'a>)> {
    // In the order of names, what begins a name comes before it, with nothing between but what begins with that, too.
    let mut end = name;
    loop {
        let (key, one) = all
            .range::<str, _>((Bound::Unbounded, Bound::Included(end)))
            .next_back()?;
        let common = name.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
        if common == key.len() {
            let key = without_maker(name).filter(|found| found == key)?;
            return Some((key, one));
        }
        end = name.get(..common).filter(|end| !end.is_empty())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_names() {
        let names = [
            "_ZN1a1f",
            "_ZN1a1f28_$u7b$$u7b$closure$u7d$$u7d$",
            "_ZN1a1g",
            "_RNvC1a1f",
        ];
        let all: BTreeMap<&str, Beginning<'_>> = names.map(|name| (name, Beginning::Parent)).into();
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(beginning(&all, name).map(|(key, _)| key), expected, "{name}");
        };
        check("_ZN1a1f17h0123456789abcdefE", Some("_ZN1a1f"));
        check(
            "_ZN1a1f28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
            Some("_ZN1a1f28_$u7b$$u7b$closure$u7d$$u7d$"),
        );
        check("_ZN1a1f28_$u7b$$u7b$closure$u7d$$u7d$3fmt17h0123456789abcdefE", None);
        check("_ZN1a2ff17h0123456789abcdefE", None);
        check("_RNvC1a1fC1b", Some("_RNvC1a1f"));
        check("_RNvC1a1e", None);
        check("main", None);
        assert_eq!(parent(names[1]), Some("_ZN1a1f"));
    }
}
