//! Which functions may have values of certain closures and coroutines: those that make them, and those that these name.

use std::collections::{HashMap, HashSet};

use super::candidate::{Candidate, referrers};
use super::named::NamedSections;
use crate::loader::resolve::Resolution;
use crate::symbol_path::{functions_around_closures, parent_of_closure, symbol_path};
use crate::{FunctionKind, LoadError, ReloadRules};

/// Names of the scheme v0 begin with this. They do not tell what a closure captures, as others do by a hash.
pub(super) const V0: &str = "_R";

/// By this function hooks ask for the `TypeId` of types of their own, by which no value of the program is told.
const ASKS_FOR_HOOKS: &str = " as hook_frame::type_id::erased_id::Erased>::id";

/// Which functions refer to which, by number.
pub(super) struct ReferenceGraph {
    referrers: HashMap<usize, Vec<usize>>,
    references: HashMap<usize, Vec<usize>>,
}

/// The functions that may have values of some closures and coroutines.
pub(super) struct HavingValues {
    pub(super) reached: HashSet<usize>,
    /// The paths of those that make the values, or get them by way of an opaque type.
    makers: HashSet<String>,
}

impl ReferenceGraph {
    pub(super) fn of<'a>(
        resolution: &Resolution<'_>,
        after: &NamedSections<'a>,
        candidates: &[Candidate<'a>],
    ) -> Result<ReferenceGraph, LoadError> {
        let referrers = referrers(resolution, after, candidates)?;
        let mut references: HashMap<usize, Vec<usize>> = HashMap::new();
        for (&to, all) in &referrers {
            for &from in all {
                references.entry(from).or_default().push(to);
            }
        }
        Ok(ReferenceGraph { referrers, references })
    }

    /// Returns the functions that may have values of these closures and coroutines.
    pub(super) fn having(
        &self,
        values: &[usize],
        rules: &ReloadRules<'_>,
        candidates: &[Candidate<'_>],
    ) -> HavingValues {
        let kind = |number: usize| (rules.kind)(candidates[number].name);
        let parents: HashSet<String> = values
            .iter()
            .filter_map(|&number| parent(candidates[number].name))
            .collect();
        let is_parent = |name: &str| symbol_path(name).is_some_and(|path| parents.contains(&path));
        let mut open = values.to_vec();
        open.extend((0..candidates.len()).filter(|&number| is_parent(candidates[number].name)));
        let mut reached: HashSet<usize> = open.iter().copied().collect();
        while let Some(number) = open.pop() {
            if kind(number) == FunctionKind::Coroutine {
                let more = self.referrers.get(&number).into_iter().flatten();
                open.extend(more.filter(|&&referrer| reached.insert(referrer)));
            }
        }
        let path = |number: &usize| {
            let path = symbol_path(candidates[*number].name)?;
            Some(parent_of_closure(&path).map_or(path.clone(), str::to_owned))
        };
        let makers = reached.iter().filter_map(path).chain(parents).collect();
        let mut open: Vec<usize> = reached.iter().copied().collect();
        while let Some(number) = open.pop() {
            for &named in self.references.get(&number).into_iter().flatten() {
                if !matches!(kind(named), FunctionKind::Plain | FunctionKind::Resigned) && reached.insert(named) {
                    open.push(named);
                }
            }
        }
        HavingValues { reached, makers }
    }

    /// Returns whether a function gives a `TypeId`, and not to hooks alone.
    pub(super) fn tells_types(&self, number: usize, candidates: &[Candidate<'_>]) -> bool {
        let is_any = |path: &str| path.ends_with(" as core::any::Any>::type_id") || path == "core::any::TypeId::of";
        let is_of_hooks = |path: &str| path.ends_with(ASKS_FOR_HOOKS);
        let is = |number: usize, is_it: &dyn Fn(&str) -> bool| {
            symbol_path(candidates[number].name).is_some_and(|path| is_it(&path))
        };
        let mut askers = self.referrers.get(&number).into_iter().flatten().peekable();
        let is_told = candidates[number].name.contains("any") && is(number, &is_any);
        is_told && (askers.peek().is_none() || !askers.all(|&asker| is(asker, &is_of_hooks)))
    }
}

impl HavingValues {
    /// Returns whether one of the types that a function was made with may be, or have in it, one of the values.
    pub(super) fn is_named_in(&self, name: &str) -> bool {
        functions_around_closures(name).is_none_or(|all| all.iter().any(|around| self.makers.contains(around)))
    }
}

/// Returns the path of the function that a closure is written in, by the mangled name of the closure.
pub(super) fn parent(closure: &str) -> Option<String> {
    let path = symbol_path(closure)?;
    parent_of_closure(&path).map(str::to_owned)
}
