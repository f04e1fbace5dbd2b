//! Which functions cannot be replaced because old code has values, or code, that only the old function fits.
//!
//! They are loaded for new code, and so is all that refers to them, up to functions that can be replaced.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::candidate::{Candidate, referrers};
use super::likeness::Likeness;
use super::named::NamedSections;
use super::value_users::{ReferenceGraph, V0, parent};
use crate::loader::resolve::Resolution;
use crate::symbol_path::{parent_of_closure, symbol_path, without_maker};
use crate::{FunctionKind, LoadError, ReloadRules};

/// Has functions be loaded that are the same in both objects and another in the program, if a call leads from them to
/// one that has changed: the program may have that inlined there.
pub(super) fn take_inlined<'a>(
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
                candidate.is_renewed = (rules.kind)(candidate.name).is_needed_by_old_code();
            }
        }
    }
    Ok(())
}

/// Where a coroutine has changed, or a closure of which the name does not tell the captures, an instance of a generic
/// function that differs may do so because values of it are laid out in another way. Old code that has such values has
/// to call the old instance.
///
/// Such an instance is named by code that has the type: by the function that makes the values, by those that get them
/// from it, and by instances and closures that these name. A name of the scheme v0 tells the closures and coroutines in
/// its type arguments, so where it has none of those functions, it is no such instance.
pub(super) fn sever_from_coroutines<'a>(
    resolution: &Resolution<'_>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
    candidates: &mut [Candidate<'a>],
) -> Result<(), LoadError> {
    let (coroutines, closures) = laid_out_anew(rules, candidates);
    if coroutines.is_empty() && closures.is_empty() {
        return Ok(());
    }
    let graph = ReferenceGraph::of(resolution, after, candidates)?;
    // The `TypeId` of a closure tells what it captures, and that of a coroutine nothing of its body.
    let of_coroutines = graph.having(&coroutines, rules, candidates);
    let asks =
        |&number: &usize| graph.tells_types(number, candidates) && of_coroutines.is_named_in(candidates[number].name);
    if rules.asks_for_type_ids && of_coroutines.reached.iter().any(asks) {
        let named = |&number: &usize| {
            let path = symbol_path(candidates[number].name)?;
            Some(format!("`{}`", parent_of_closure(&path).unwrap_or(&path)))
        };
        let changed: BTreeSet<String> = coroutines.iter().filter_map(named).collect();
        return Err(LoadError::TypeIds(changed.into_iter().collect()));
    }
    for having in [&of_coroutines, &graph.having(&closures, rules, candidates)] {
        for &number in &having.reached {
            let candidate = &mut candidates[number];
            candidate.is_renewed |= (rules.kind)(candidate.name) == FunctionKind::Generic
                && differs(candidate)
                && having.is_named_in(candidate.name);
        }
    }
    Ok(())
}

/// Returns whether the program has another function of this name.
fn differs(candidate: &Candidate<'_>) -> bool {
    !matches!(candidate.likeness, None | Some(Likeness::Same))
}

/// Returns the coroutines, and the closures with names that do not tell their captures, of which values may be laid out
/// in another way than before.
fn laid_out_anew(rules: &ReloadRules<'_>, candidates: &[Candidate<'_>]) -> (Vec<usize>, Vec<usize>) {
    let is_v0 = |candidate: &Candidate<'_>| candidate.name.starts_with(V0);
    let changed: HashSet<String> = candidates
        .iter()
        .filter(|candidate| is_v0(candidate) && differs(candidate))
        .filter_map(|candidate| symbol_path(candidate.name))
        .collect();
    let kinds = candidates.iter().map(|candidate| (rules.kind)(candidate.name));
    let (mut coroutines, mut closures) = (Vec::new(), Vec::new());
    for ((number, candidate), kind) in candidates.iter().enumerate().zip(kinds) {
        // What a closure captures may be laid out in another way though its own code is as it was.
        let captures_more = || parent(candidate.name).is_some_and(|parent| changed.contains(&parent));
        // Nobody has a value of a closure that was not there before, as that of a planted hook.
        let is_new = candidate.likeness.is_none() && candidate.current.is_none();
        match kind {
            FunctionKind::Coroutine if differs(candidate) => coroutines.push(number),
            FunctionKind::Closure if is_v0(candidate) && !is_new && (differs(candidate) || captures_more()) => {
                closures.push(number);
            }
            _ => {}
        }
    }
    (coroutines, closures)
}

/// Where the optimizer made one function out of several equal ones, code of one name is that of others, too. Where
/// those stay as they are, it must not be replaced.
pub(super) fn keep_shared(resolution: &Resolution<'_>, candidates: &mut [Candidate<'_>]) {
    let differing = candidates.iter().filter(|candidate| candidate.is_loaded);
    let addresses = differing
        .flat_map(|candidate| candidate.entries.iter().map(|(address, _)| *address))
        .collect();
    let names = resolution.image.names_of(&addresses);
    let loaded: HashSet<&str> = candidates
        .iter()
        .filter(|c| c.is_loaded)
        .map(|c| c.name_before)
        .collect();
    for candidate in candidates.iter_mut().filter(|candidate| candidate.is_loaded) {
        let all = candidate
            .entries
            .iter()
            .filter_map(|(address, _)| names.get(address))
            .flatten();
        // The program may have it as an instance that another crate made.
        let own = without_maker(candidate.name_before);
        let is_own = |name: &str| name == candidate.name_before || own.is_some() && without_maker(name) == own;
        candidate.is_renewed |= all.into_iter().any(|name| !is_own(name) && !loaded.contains(name));
    }
}

/// Has all functions be loaded that refer to one which cannot be replaced, up to those that can. Returns the names of
/// these for each that changed and cannot be replaced, by number.
pub(super) fn renew<'a>(
    resolution: &Resolution<'_>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
    candidates: &mut [Candidate<'a>],
) -> Result<HashMap<usize, Vec<&'a str>>, LoadError> {
    // Each stands with the function that the closure is written in for the sake of which it cannot be replaced.
    let mut open: Vec<(usize, Option<String>)> = (0..candidates.len())
        .filter(|&number| candidates[number].is_renewed)
        .map(|number| (number, parent(candidates[number].name)))
        .collect();
    if open.is_empty() {
        return Ok(HashMap::new());
    }
    let referrers = referrers(resolution, after, candidates)?;
    let mut reached: HashSet<(usize, Option<String>)> = open.iter().cloned().collect();
    while let Some((number, origin)) = open.pop() {
        for &referrer in referrers.get(&number).into_iter().flatten() {
            let candidate = &mut candidates[referrer];
            candidate.is_loaded = true;
            let is_made_with = match (rules.kind)(candidate.name) {
                FunctionKind::Closure | FunctionKind::Coroutine => true,
                // No function has type arguments that name a closure within itself.
                FunctionKind::Generic => origin.is_none() || symbol_path(candidate.name) != origin,
                FunctionKind::Plain | FunctionKind::Resigned => false,
            };
            if is_made_with && reached.insert((referrer, origin.clone())) {
                candidate.is_renewed = true;
                open.push((referrer, origin.clone()));
            }
        }
    }
    let is_changed = |&number: &usize| candidates[number].is_renewed && differs(&candidates[number]);
    let changed = (0..candidates.len()).filter(is_changed);
    Ok(changed
        .map(|number| (number, entrances(number, &referrers, candidates)))
        .collect())
}

/// Returns the names of the functions that are replaced and lead to this one by way of some that are not.
fn entrances<'a>(number: usize, referrers: &HashMap<usize, Vec<usize>>, candidates: &[Candidate<'a>]) -> Vec<&'a str> {
    let (mut open, mut reached, mut entrances) = (vec![number], HashSet::from([number]), Vec::new());
    while let Some(number) = open.pop() {
        for &referrer in referrers.get(&number).into_iter().flatten() {
            if !reached.insert(referrer) {
                continue;
            }
            match &candidates[referrer] {
                candidate if candidate.is_renewed => open.push(referrer),
                candidate if !candidate.entries.is_empty() => entrances.push(candidate.name),
                _ => {}
            }
        }
    }
    entrances
}
