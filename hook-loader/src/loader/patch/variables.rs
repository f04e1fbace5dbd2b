//! Statics go on with the values that they have, and hooks in new code have sites of their own.

use std::collections::{BTreeSet, HashSet};

use super::likeness::{Comparison, Likeness};
use super::named::NamedSections;
use crate::loader::object::SectionKind;
use crate::loader::resolve::{Resolution, SectionId};
use crate::symbol_path::symbol_path;
use crate::{ComparedTable, LoadError, ReloadRules};

/// Refuses statics that have another value at first than before, for they have one since the program has started.
pub(super) fn check_statics<'a>(
    before: &'a NamedSections<'a>,
    after: &'a NamedSections<'a>,
    rules: &ReloadRules<'a>,
    comparison: &mut Comparison<'a>,
) -> Result<(), LoadError> {
    let mut changed = Vec::new();
    let statics = after.all.iter().filter(|named| named.section.kind != SectionKind::Code);
    let is_ours = |name: &str| name.contains(rules.site) || name.contains(rules.table);
    for named in statics.filter(|named| !is_ours(named.name)) {
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

/// Refuses statics that have another symbol than before, though their path is the same: rustc numbers impls and blocks,
/// so one that came or went before them makes new ones of them, and they would lose what they have.
pub(super) fn check_renamed_statics(
    before: &NamedSections<'_>,
    after: &NamedSections<'_>,
    rules: &ReloadRules<'_>,
) -> Result<(), LoadError> {
    let only_in = |all: &NamedSections<'_>, others: &NamedSections<'_>| -> HashSet<String> {
        let statics = all.all.iter().filter(|named| named.section.kind != SectionKind::Code);
        let only = statics.filter(|named| others.find(named.name).is_none());
        let own = only.filter(|named| !named.name.contains(rules.site) && !named.name.contains(rules.table));
        own.filter_map(|named| symbol_path(named.name).filter(|path| has_state(path)))
            .collect()
    };
    let mut renamed: Vec<String> = only_in(before, after)
        .intersection(&only_in(after, before))
        .map(|path| format!("`{path}`"))
        .collect();
    renamed.sort();
    if renamed.is_empty() {
        Ok(())
    } else {
        Err(LoadError::RenamedStatics(renamed))
    }
}

/// Returns whether a static of this path may be the user's. What a macro keeps for a place it can make anew.
fn has_state(path: &str) -> bool {
    let name = path.rsplit("::").next().unwrap_or(path);
    !name.starts_with("__") || name.starts_with("__RUST_STD_INTERNAL")
}

/// Has the tables of layouts that both have compared, and asks whether that suits.
pub(super) fn check_tables<'a>(
    before: &'a NamedSections<'a>,
    after: &'a NamedSections<'a>,
    rules: &ReloadRules<'a>,
    comparison: &mut Comparison<'a>,
) -> Result<(), LoadError> {
    let mut tables = Vec::new();
    for table in after.all.iter().filter(|named| named.name.contains(rules.table)) {
        if let Some(old) = before.find(table.name) {
            tables.push(ComparedTable {
                name: table.name,
                is_same: comparison.compare(old.id, table.id)? == Likeness::Same,
            });
        }
    }
    if (rules.suits)(&tables, &changed_drops(before, after)) {
        Ok(())
    } else {
        Err(LoadError::Layouts)
    }
}

/// Returns the types of which the `Drop` came or went, as paths without type arguments.
fn changed_drops(before: &NamedSections<'_>, after: &NamedSections<'_>) -> Vec<String> {
    let drops = |all: &NamedSections<'_>| -> BTreeSet<String> {
        let names = all.functions().map(|named| named.name);
        names
            .filter(|name| name.contains("4drop"))
            .filter_map(dropped)
            .collect()
    };
    let (before, after) = (drops(before), drops(after));
    before.symmetric_difference(&after).cloned().collect()
}

/// Returns the type whose `Drop` a function is, by its mangled name.
fn dropped(name: &str) -> Option<String> {
    let path = symbol_path(name)?;
    let ty = path
        .strip_suffix(" as core::ops::drop::Drop>::drop")?
        .strip_prefix('<')?;
    Some(ty.split('<').next()?.to_owned())
}

/// Returns the sites of hooks that are others than before.
pub(super) fn sites<'a>(
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
