//! Which functions cannot be replaced because old code has values, or code, that only the old function fits.
//!
//! They are loaded for new code, and so is all that refers to them, up to functions that can be replaced.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::candidate::{Candidate, referrers};
use super::likeness::Likeness;
use super::named::NamedSections;
use crate::loader::resolve::Resolution;
use crate::symbol_path::{parent_of_closure, symbol_path};
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

/// Names of the scheme v0 begin with this. They do not tell what a closure captures, as others do by a hash.
const V0: &str = "_R";

/// Where a coroutine has changed, or a closure of which the name does not tell the captures, an instance of a generic
/// function that differs may do so because values of it are laid out in another way. Old code that has such values has
/// to call the old instance.
///
/// Such an instance is named by code that has the type: by the function that makes the values, by those that get them
/// from it, and by instances and closures that these name.
pub(super) fn sever_from_coroutines<'a>(
    resolution: &Resolution<'_>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
    candidates: &mut [Candidate<'a>],
) -> Result<(), LoadError> {
    let differs = |candidate: &Candidate<'_>| !matches!(candidate.likeness, None | Some(Likeness::Same));
    let kind = |number: usize, all: &[Candidate<'_>]| (rules.kind)(all[number].name);
    let changed: HashSet<String> = candidates
        .iter()
        .filter(|candidate| candidate.name.starts_with(V0) && differs(candidate))
        .filter_map(|candidate| symbol_path(candidate.name))
        .collect();
    // What a closure captures may be laid out in another way though its own code is as it was.
    let captures_more =
        |name: &str| name.starts_with(V0) && parent(name).is_some_and(|parent| changed.contains(&parent));
    let has_layout = |number: usize| match kind(number, candidates) {
        FunctionKind::Coroutine => differs(&candidates[number]),
        FunctionKind::Closure => {
            let candidate = &candidates[number];
            // Nobody has a value of a closure that was not there before, as that of a planted hook.
            let is_new = candidate.likeness.is_none() && candidate.current.is_none();
            !is_new && (captures_more(candidate.name) || candidate.name.starts_with(V0) && differs(candidate))
        }
        _ => false,
    };
    let mut open: Vec<usize> = (0..candidates.len()).filter(|&number| has_layout(number)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let named = |&number: &usize| {
        let path = symbol_path(candidates[number].name)?;
        Some(format!("`{}`", parent_of_closure(&path).unwrap_or(&path)))
    };
    let changed_coroutines: BTreeSet<String> = open.iter().filter_map(named).collect();
    let referrers = referrers(resolution, after, candidates)?;
    let mut references: HashMap<usize, Vec<usize>> = HashMap::new();
    for (&to, all) in &referrers {
        for &from in all {
            references.entry(from).or_default().push(to);
        }
    }
    // Those who make the values, and those who get them by way of an opaque type.
    let parents: HashSet<String> = open
        .iter()
        .filter_map(|&number| parent(candidates[number].name))
        .collect();
    let is_parent = |name: &str| symbol_path(name).is_some_and(|path| parents.contains(&path));
    open.extend((0..candidates.len()).filter(|&number| is_parent(candidates[number].name)));
    let mut makers: HashSet<usize> = open.iter().copied().collect();
    while let Some(number) = open.pop() {
        if kind(number, candidates) == FunctionKind::Coroutine {
            let more = referrers.get(&number).into_iter().flatten();
            open.extend(more.filter(|&&referrer| makers.insert(referrer)));
        }
    }
    let (mut open, mut reached): (Vec<usize>, _) = (makers.iter().copied().collect(), makers);
    while let Some(number) = open.pop() {
        for &named in references.get(&number).into_iter().flatten() {
            let kind = kind(named, candidates);
            if matches!(kind, FunctionKind::Plain | FunctionKind::Resigned) || !reached.insert(named) {
                continue;
            }
            open.push(named);
            candidates[named].is_renewed |= kind == FunctionKind::Generic && differs(&candidates[named]);
        }
    }
    if rules.asks_for_type_ids && reached.iter().any(|&number| tells_types(candidates[number].name)) {
        return Err(LoadError::TypeIds(changed_coroutines.into_iter().collect()));
    }
    Ok(())
}

/// Returns whether a function gives the `TypeId` of a type.
fn tells_types(name: &str) -> bool {
    let is_any = |path: &str| path.ends_with(" as core::any::Any>::type_id") || path == "core::any::TypeId::of";
    name.contains("any") && symbol_path(name).is_some_and(|path| is_any(&path))
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
        candidate.is_renewed |= all
            .into_iter()
            .any(|name| *name != candidate.name_before && !loaded.contains(name));
    }
}

/// Has all functions be loaded that refer to one which cannot be replaced, up to those that can.
pub(super) fn renew<'a>(
    resolution: &Resolution<'_>,
    after: &NamedSections<'a>,
    rules: &ReloadRules<'_>,
    candidates: &mut [Candidate<'a>],
) -> Result<(), LoadError> {
    // Each stands with the function that the closure is written in for the sake of which it cannot be replaced.
    let mut open: Vec<(usize, Option<String>)> = (0..candidates.len())
        .filter(|&number| candidates[number].is_renewed)
        .map(|number| (number, parent(candidates[number].name)))
        .collect();
    if open.is_empty() {
        return Ok(());
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
    Ok(())
}

/// Returns the path of the function that a closure is written in, by the mangled name of the closure.
fn parent(closure: &str) -> Option<String> {
    let path = symbol_path(closure)?;
    parent_of_closure(&path).map(str::to_owned)
}
