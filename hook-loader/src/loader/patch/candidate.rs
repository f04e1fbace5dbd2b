//! A function that a reload may load or replace.

use std::collections::{HashMap, HashSet};

use super::entry::can_begin_with_jump;
use super::likeness::Likeness;
use super::named::NamedSections;
use crate::LoadError;
use crate::loader::object::{Definition, SectionKind};
use crate::loader::process::Versions;
use crate::loader::resolve::{Resolution, SectionId, SymbolId};

/// A function as it is in the new sources, and in the program.
pub(super) struct Candidate<'a> {
    pub(super) name: &'a str,
    /// The name that it has in the sources before.
    pub(super) name_before: &'a str,
    pub(super) id: SectionId,
    pub(super) size: u64,
    pub(super) likeness: Option<Likeness>,
    /// The addresses and sizes of all versions that may be entered by anyone.
    pub(super) entries: Vec<(u64, u64)>,
    /// The newest version is there.
    pub(super) current: Option<u64>,
    pub(super) is_loaded: bool,
    /// It cannot be replaced, and those that refer to it are loaded.
    pub(super) is_renewed: bool,
}

/// Returns where the program has a function: all that may be entered by anyone, and the newest.
pub(super) fn running(
    resolution: &Resolution<'_>,
    name: &str,
    versions: Option<Versions>,
) -> (Vec<(u64, u64)>, Option<u64>) {
    let image = resolution.image.find(name).filter(|found| found.tls_module.is_none());
    let mut image: Vec<(u64, u64)> = image.map(|found| (found.value, found.size)).collect();
    image.dedup();
    let versions = versions.unwrap_or_default();
    let newest = versions.loaded.last().map(|version| version.address);
    let current = newest
        .or(image.first().map(|(address, _)| *address))
        .filter(|_| !versions.is_missing);
    if versions.is_image_severed {
        image.clear();
    }
    let loaded = versions.loaded.iter().filter(|version| !version.is_severed);
    image.extend(loaded.map(|version| (version.address, version.size)));
    (image, current)
}

/// Returns whether a jump can be written at the beginning of each version of a function.
pub(super) fn can_be_entered_by_jumps(resolution: &Resolution<'_>, candidate: &Candidate<'_>) -> bool {
    candidate.entries.iter().all(|&(address, size)| {
        let code = resolution.contents(address, size);
        let mut contents = |at, len| resolution.contents(at, len).map(std::borrow::Cow::into_owned);
        code.is_some_and(|code| can_begin_with_jump(&code, address, &mut contents))
    })
}

/// Returns for each function by number those that refer to it, directly or by way of what has no name.
pub(super) fn referrers<'a>(
    resolution: &Resolution<'_>,
    after: &NamedSections<'a>,
    candidates: &[Candidate<'a>],
) -> Result<HashMap<usize, Vec<usize>>, LoadError> {
    let numbers: HashMap<SectionId, usize> = (0..).zip(candidates).map(|(number, c)| (c.id, number)).collect();
    let mut referrers: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let (mut open, mut seen) = (vec![candidate.id], HashSet::from([candidate.id]));
        while let Some(id) = open.pop() {
            let object = after.object(id.object);
            for relocation in object.relocations(id.section)?.iter() {
                let symbol = SymbolId {
                    object: id.object,
                    symbol: relocation.symbol,
                };
                let (SymbolId { object, .. }, symbol) = resolution.definition(symbol)?;
                let Definition::Section { index, .. } = symbol.definition else {
                    continue;
                };
                let target = SectionId { object, section: index };
                if !seen.insert(target) {
                    continue;
                }
                match numbers.get(&target) {
                    Some(&other) => referrers.entry(other).or_default().push(number),
                    None if after.object(object).section(index)?.kind == SectionKind::Constant => open.push(target),
                    None => {}
                }
            }
        }
    }
    Ok(referrers)
}
