//! Which functions are loaded for a reload, and which of the program's are replaced by them.
//!
//! A function whose code differs from that of the sources before is loaded, and a jump to it is written at the entry of
//! the one that runs. Old and new code then live in one process, so there are functions of which that must not be done:
//! what a value of a closure captured is laid out for the closure's old code. Such a function is loaded for those that
//! refer to it, which are loaded as well, and so on up to functions that can be replaced. What runs of it goes on as it
//! is, for the values that live on.

use std::collections::{HashMap, HashSet};

use super::entry::can_begin_with_jump;
use super::likeness::{Comparison, Likeness};
use super::named::NamedSections;
use crate::loader::object::{Definition, SectionKind};
use crate::loader::process::Versions;
use crate::loader::resolve::{Resolution, SectionId, SymbolId};
use crate::symbol_path::{parent_of_closure, symbol_path};
use crate::{FunctionKind, LoadError, ReloadRules};

/// Names of the version v0 begin with this.
const V0: &str = "_R";

/// What is done with a function of the new sources.
pub(super) struct PlannedFunction<'a> {
    pub(super) name: &'a str,
    pub(super) id: SectionId,
    pub(super) size: u64,
    /// Jumps to it are written at these addresses.
    pub(super) replaces: Vec<u64>,
    /// It is not the same in the sources before.
    pub(super) is_changed: bool,
    /// Only what it refers to without a name is not the same.
    pub(super) is_moved: bool,
    /// The program had it before.
    pub(super) was_there: bool,
    /// The running versions go on as they are.
    pub(super) severs: bool,
}

/// A plan for a reload.
pub(super) struct Plan<'a> {
    /// The functions that are loaded, if anything leads to them.
    pub(super) functions: Vec<PlannedFunction<'a>>,
    /// All other functions and constants are where they are.
    pub(super) places: Vec<(SectionId, u64)>,
    /// These functions are new.
    pub(super) added: Vec<&'a str>,
    /// Variables that are loaded though the program has one of the name.
    pub(super) sites: Vec<SectionId>,
}

/// A function as it is in the new sources, and in the program.
struct Candidate<'a> {
    name: &'a str,
    id: SectionId,
    size: u64,
    likeness: Option<Likeness>,
    /// The addresses and sizes of all versions that may be entered by anyone.
    entries: Vec<(u64, u64)>,
    /// The newest version is there.
    current: Option<u64>,
    is_loaded: bool,
    /// It cannot be replaced, and those that refer to it are loaded.
    is_renewed: bool,
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        resolution: &mut Resolution<'_>,
        before: &'a NamedSections<'a>,
        after: &'a NamedSections<'a>,
        rules: &ReloadRules<'a>,
        versions: &dyn Fn(&str) -> Option<Versions>,
    ) -> Result<Plan<'a>, LoadError> {
        let mut comparison = Comparison::new(before, after, rules.builds, rules.site);
        let mut candidates = Vec::new();
        let mut added = Vec::new();
        for function in after.functions().filter(|function| function.offset == 0) {
            let likeness = match before.find(function.name) {
                Some(before) => Some(comparison.compare(before.id, function.id)?),
                None => None,
            };
            let is_own = || function.name.contains(&format!("{}{}", rules.krate.len(), rules.krate));
            if likeness != Some(Likeness::Same) && function.name.starts_with(V0) && is_own() {
                return Err(LoadError::SymbolNames);
            }
            let (entries, current) = running(resolution, function.name, versions(function.name));
            if likeness.is_none() && current.is_none() {
                added.push(function.name);
            }
            let differs = likeness != Some(Likeness::Same) || current.is_none();
            candidates.push(Candidate {
                name: function.name,
                id: function.id,
                size: function.section.size,
                likeness,
                is_loaded: differs,
                is_renewed: differs && (rules.kind)(function.name) == FunctionKind::Closure,
                entries,
                current,
            });
        }
        if rules.is_optimized {
            take_inlined(resolution, after, rules, &mut candidates)?;
        }
        keep_shared(resolution, &mut candidates);
        for candidate in candidates
            .iter_mut()
            .filter(|candidate| candidate.is_loaded && !candidate.is_renewed)
        {
            candidate.is_renewed = !can_be_entered_by_jumps(resolution, candidate);
        }
        renew(resolution, after, rules, &mut candidates)?;
        let (mut functions, mut places) = (Vec::new(), Vec::new());
        for candidate in candidates {
            match candidate.current {
                Some(current) if !candidate.is_loaded => places.push((candidate.id, current)),
                _ => functions.push(PlannedFunction {
                    name: candidate.name,
                    id: candidate.id,
                    size: candidate.size,
                    is_changed: candidate.likeness != Some(Likeness::Same),
                    is_moved: candidate.likeness == Some(Likeness::SameCode),
                    was_there: candidate.current.is_some(),
                    severs: candidate.is_renewed,
                    replaces: match candidate.is_renewed {
                        true => Vec::new(),
                        false => candidate.entries.iter().map(|(address, _)| *address).collect(),
                    },
                }),
            }
        }
        check_statics(before, after, rules, &mut comparison)?;
        let sites = sites(resolution, before, after, rules, &mut comparison)?;
        let constants = after
            .all
            .iter()
            .filter(|named| named.section.kind == SectionKind::Constant);
        for constant in constants {
            if let Some(found) = resolution.image.find(constant.name).next() {
                places.push((constant.id, found.value.wrapping_sub(constant.offset)));
            }
        }
        Ok(Plan {
            functions,
            places,
            added,
            sites,
        })
    }
}

/// Returns where the program has a function: all that may be entered by anyone, and the newest.
fn running(resolution: &Resolution<'_>, name: &str, versions: Option<Versions>) -> (Vec<(u64, u64)>, Option<u64>) {
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

/// Has functions be loaded that are the same in both objects and another in the program, if a call leads from them to
/// one that has changed: the program may have that inlined there.
fn take_inlined<'a>(
    resolution: &mut Resolution<'_>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
    candidates: &mut [Candidate<'a>],
) -> Result<(), LoadError> {
    let referrers = referrers(resolution, after, candidates)?;
    let is_changed = |candidate: &Candidate<'_>| candidate.likeness != Some(Likeness::Same);
    let mut open: Vec<usize> = (0..candidates.len())
        .filter(|&number| is_changed(&candidates[number]))
        .collect();
    let mut reached: HashSet<usize> = open.iter().copied().collect();
    while let Some(number) = open.pop() {
        for &referrer in referrers.get(&number).into_iter().flatten() {
            if !reached.insert(referrer) {
                continue;
            }
            open.push(referrer);
            let candidate = &mut candidates[referrer];
            if candidate.is_loaded {
                continue;
            }
            let mut image = resolution.image.find(candidate.name).map(|found| found.value);
            let current = candidate
                .current
                .filter(|current| image.any(|address| address == *current));
            if current.is_some_and(|current| !resolution.is_identical_at(candidate.id, current)) {
                candidate.is_loaded = true;
                candidate.is_renewed = (rules.kind)(candidate.name) == FunctionKind::Closure;
            }
        }
    }
    Ok(())
}

/// Returns whether a jump can be written at the beginning of each version of a function.
fn can_be_entered_by_jumps(resolution: &Resolution<'_>, candidate: &Candidate<'_>) -> bool {
    candidate.entries.iter().all(|&(address, size)| {
        let code = resolution.contents(address, size);
        let mut contents = |at, len| resolution.contents(at, len).map(std::borrow::Cow::into_owned);
        code.is_some_and(|code| can_begin_with_jump(&code, address, &mut contents))
    })
}

/// Where the optimizer made one function out of several equal ones, code of one name is that of others, too. Where
/// those stay as they are, it must not be replaced.
fn keep_shared(resolution: &Resolution<'_>, candidates: &mut [Candidate<'_>]) {
    let differing = candidates.iter().filter(|candidate| candidate.is_loaded);
    let addresses = differing
        .flat_map(|candidate| candidate.entries.iter().map(|(address, _)| *address))
        .collect();
    let names = resolution.image.names_of(&addresses);
    let loaded: HashSet<&str> = candidates.iter().filter(|c| c.is_loaded).map(|c| c.name).collect();
    for candidate in candidates.iter_mut().filter(|candidate| candidate.is_loaded) {
        let all = candidate
            .entries
            .iter()
            .filter_map(|(address, _)| names.get(address))
            .flatten();
        candidate.is_renewed |= all
            .into_iter()
            .any(|name| *name != candidate.name && !loaded.contains(name));
    }
}

/// Has all functions be loaded that refer to one which cannot be replaced, up to those that can.
fn renew<'a>(
    resolution: &Resolution<'_>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
    candidates: &mut [Candidate<'a>],
) -> Result<(), LoadError> {
    let mut open: Vec<usize> = (0..candidates.len())
        .filter(|&number| candidates[number].is_renewed)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    let referrers = referrers(resolution, after, candidates)?;
    while let Some(number) = open.pop() {
        for &referrer in referrers.get(&number).into_iter().flatten() {
            let renewed = candidates[number].name;
            let candidate = &mut candidates[referrer];
            candidate.is_loaded = true;
            let is_made_with = match (rules.kind)(candidate.name) {
                FunctionKind::Closure => true,
                FunctionKind::Generic => !is_parent(candidate.name, renewed),
                FunctionKind::Plain => false,
            };
            if is_made_with && !candidate.is_renewed {
                candidate.is_renewed = true;
                open.push(referrer);
            }
        }
    }
    Ok(())
}

/// Returns whether a function is the one that a closure is written in, by their mangled names.
fn is_parent(function: &str, closure: &str) -> bool {
    let (Some(function), Some(closure)) = (symbol_path(function), symbol_path(closure)) else {
        return false;
    };
    parent_of_closure(&closure) == Some(&function)
}

/// Returns for each function by number those that refer to it, directly or by way of what has no name.
fn referrers<'a>(
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

/// Refuses statics that have another value at first than before, for they have one since the program has started.
fn check_statics<'a>(
    before: &'a NamedSections<'a>,
    after: &'a NamedSections<'a>,
    rules: &ReloadRules<'a>,
    comparison: &mut Comparison<'a>,
) -> Result<(), LoadError> {
    let mut changed = Vec::new();
    let statics = after.all.iter().filter(|named| named.section.kind != SectionKind::Code);
    for named in statics.filter(|named| !named.name.contains(rules.site)) {
        if let Some(before) = before.find(named.name)
            && comparison.compare(before.id, named.id)? != Likeness::Same
        {
            changed.push(format!(
                "`{}`",
                symbol_path(named.name).unwrap_or_else(|| named.name.to_owned())
            ));
        }
    }
    changed.sort();
    changed.dedup();
    if changed.is_empty() {
        Ok(())
    } else {
        Err(LoadError::Statics(changed))
    }
}

/// Returns the sites of hooks that are others than before.
fn sites<'a>(
    resolution: &Resolution<'_>,
    before: &'a NamedSections<'a>,
    after: &'a NamedSections<'a>,
    rules: &ReloadRules<'a>,
    comparison: &mut Comparison<'a>,
) -> Result<Vec<SectionId>, LoadError> {
    let mut sites = Vec::new();
    let variables = after
        .all
        .iter()
        .filter(|named| named.section.kind == SectionKind::Variable);
    for site in variables.filter(|named| named.name.contains(rules.site)) {
        let same = match before.find(site.name) {
            Some(before) => comparison.compare(before.id, site.id)? == Likeness::Same,
            None => resolution.image.find(site.name).next().is_none(),
        };
        if !same {
            sites.push(site.id);
        }
    }
    Ok(sites)
}
