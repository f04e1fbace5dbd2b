//! Which functions are loaded for a reload, and which of the program's are replaced by them.
//!
//! A function whose code differs from that of the sources before is loaded, and a jump to it is written at the entry of
//! the one that runs. Old and new code then live in one process, so there are functions of which that must not be done:
//! what a value of a closure captured is laid out for the closure's old code. Such a function is loaded for those that
//! refer to it, which are loaded as well, and so on up to functions that can be replaced. What runs of it goes on as it
//! is, for the values that live on. So it is with a function that is called in another way under its old name, and with
//! instances of generic functions whose code differs along with a coroutine, the layout of which follows from its body.

use std::collections::HashMap;

use super::candidate::{Candidate, can_be_entered_by_jumps, running};
use super::instances::Instances;
use super::likeness::{Comparison, Likeness};
use super::named::NamedSections;
use super::sever::{keep_shared, renew, sever_from_coroutines, take_inlined};
use super::variables::{check_renamed_statics, check_statics, check_tables, sites};
use crate::loader::object::SectionKind;
use crate::loader::process::Versions;
use crate::loader::resolve::{Resolution, SectionId};
use crate::{LoadError, ReloadRules};

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
    /// New code of these functions leads to it, if it has another entry than the running versions.
    pub(super) entrances: Vec<&'a str>,
}

/// A plan for a reload.
pub(super) struct Plan<'a> {
    /// The functions that are loaded, if anything leads to them.
    pub(super) functions: Vec<PlannedFunction<'a>>,
    /// All other functions and constants are where they are.
    pub(super) places: Vec<(SectionId, u64)>,
    /// These functions are new.
    pub(super) added: Vec<&'a str>,
    /// The versions that functions have which the program has under other names.
    pub(super) renamed: HashMap<&'a str, Versions>,
    /// Variables that are loaded though the program has one of the name.
    pub(super) sites: Vec<SectionId>,
}

impl<'a> Plan<'a> {
    pub(super) fn of(
        resolution: &mut Resolution<'_>,
        before: &'a NamedSections<'a>,
        after: &'a NamedSections<'a>,
        rules: &ReloadRules<'a>,
        (renamed, instances): (&'a HashMap<&'a str, &'a str>, &Instances<'a>),
        versions: &dyn Fn(&str) -> Option<Versions>,
    ) -> Result<Plan<'a>, LoadError> {
        let mut comparison = Comparison::new(before, after, rules.builds, rules.site, renamed);
        check_tables(before, after, rules, &mut comparison)?;
        let mut candidates = Vec::new();
        let mut added = Vec::new();
        for function in after.functions().filter(|function| function.offset == 0) {
            let likeness = match before.find_renamed(function.name, renamed) {
                Some(before) => Some(comparison.compare(before.id, function.id)?),
                None => None,
            };
            let (entries, current) = match (renamed.get(function.name), instances.get(function.name)) {
                (Some(old), _) => running(resolution, old, versions(old)),
                (None, None) => running(resolution, function.name, versions(function.name)),
                (None, Some(entries)) => (entries.clone(), entries.first().map(|(address, _)| *address)),
            };
            if likeness.is_none() && current.is_none() {
                added.push(function.name);
            }
            let differs = likeness != Some(Likeness::Same) || current.is_none();
            // Old code has no values of what it does not have, as of the closure of a planted hook, and of what is the
            // same it has none that do not suit.
            let may_be_had = matches!(likeness, Some(likeness) if likeness != Likeness::Same) || !entries.is_empty();
            candidates.push(Candidate {
                name: function.name,
                name_before: renamed.get(function.name).unwrap_or(&function.name),
                id: function.id,
                size: function.section.size,
                likeness,
                is_loaded: differs,
                is_renewed: differs && may_be_had && (rules.kind)(function.name).is_needed_by_old_code(),
                entries,
                current,
            });
        }
        if rules.is_optimized {
            take_inlined(resolution, after, rules, &mut candidates)?;
        }
        keep_shared(resolution, &mut candidates);
        sever_from_coroutines(resolution, after, rules, &mut candidates)?;
        for candidate in candidates
            .iter_mut()
            .filter(|candidate| candidate.is_loaded && !candidate.is_renewed)
        {
            candidate.is_renewed = !can_be_entered_by_jumps(resolution, candidate);
        }
        let mut entrances = renew(resolution, after, rules, &mut candidates)?;
        let (mut functions, mut places) = (Vec::new(), Vec::new());
        let mut known = HashMap::new();
        for (number, candidate) in candidates.into_iter().enumerate() {
            if renamed.contains_key(candidate.name) || instances.contains_key(candidate.name) {
                known.insert(candidate.name, Versions::at(&candidate.entries));
            }
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
                    entrances: entrances.remove(&number).unwrap_or_default(),
                    replaces: match candidate.is_renewed {
                        true => Vec::new(),
                        false => candidate.entries.iter().map(|(address, _)| *address).collect(),
                    },
                }),
            }
        }
        check_statics(before, after, rules, &mut comparison)?;
        check_renamed_statics(before, after, rules)?;
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
            renamed: known,
            sites,
        })
    }
}
