//! The functions of the running program are replaced by those of other sources.
//!
//! The crate was compiled twice, from the sources that run and from others. Functions that differ are loaded, as those
//! of a line are, and a jump at the entry of each old one leads to the new one. Everything is prepared first, and done
//! at once, or not at all.
#![allow(unsafe_code)]

mod candidate;
mod entry;
mod instances;
#[cfg(target_arch = "x86_64")]
mod instruction;
mod jump;
mod likeness;
mod named;
mod perform;
mod plan;
mod renamed;
mod sever;
#[cfg_attr(target_os = "macos", path = "macos_threads.rs")]
#[cfg_attr(windows, path = "windows_threads.rs")]
mod threads;
mod value_users;
mod variables;

use std::path::PathBuf;

use self::instances::instances;
use self::named::{NamedSection, NamedSections};
use self::perform::Prepared;
use self::plan::{Plan, PlannedFunction};
use self::renamed::renamed;
use super::archive::Archives;
use super::commit::Commit;
use super::link::{Linked, link};
use super::memory::{Arena, map_files, read_process};
use super::object::{Definition, Object, parse_objects};
use super::process::{Host, Patch, Placement, RunningSlot, Session, Version, Versions};
use super::resolve::Resolution;
use crate::{LoadError, Reload, ReloadRules, ReloadedFunction};

/// Replaces the functions of the program that are others in the objects `after` than in `before`. Both are compilations
/// of the crate that `slot` is in: of the sources that the program was built from, or that were reloaded last, and of
/// others.
///
/// # Errors
///
/// It returns any [`LoadError`]; nothing has changed then.
///
/// # Safety
///
/// The objects are what the same compiler made of the same crate. What old and new code both know means the same in
/// both: the layouts of types, the types of statics, and the signature of each function that has one name in both.
pub unsafe fn reload(
    host: &Host,
    slot: &RunningSlot,
    (before, after): (&[PathBuf], &[PathBuf]),
    archives: &Archives,
    rules: &ReloadRules<'_>,
) -> Result<Reload, LoadError> {
    let (before, after) = (map_files(before)?, map_files(after)?);
    let (before, after) = (parse_objects(&before)?, parse_objects(&after)?);
    let mut sessions = host.sessions();
    let mut session = sessions.take(slot.image);
    let mut arena = session.arena.take();
    let builds = rules
        .builds
        .iter()
        .copied()
        .filter(|build| !session.builds.contains(build));
    let builds: Vec<u64> = builds.collect();
    session.builds.extend(builds);
    let resolution = Resolution::new(host, slot.image, &session, sessions.tls_used, archives, &after);
    let prepared =
        resolution.and_then(|resolution| prepare(resolution, &session, &mut arena, (&before, &after), rules));
    session.arena = arena;
    let reloaded = match prepared {
        // SAFETY: the caller vouches for the objects, and `prepare` took the functions that can be replaced.
        Ok(prepared) => unsafe { prepared.perform(&mut sessions, &mut session) },
        Err(error) => Err(error),
    };
    sessions.put(slot.image, session);
    reloaded
}

/// Takes back what the last reload of the code near an image did. Returns `false` if there is none.
///
/// # Errors
///
/// It returns [`LoadError::Thread`], [`LoadError::Busy`] or [`LoadError::Memory`]; nothing has changed then.
pub fn undo_reload(host: &Host, slot: &RunningSlot) -> Result<bool, LoadError> {
    let mut sessions = host.sessions();
    let mut session = sessions.take(slot.image);
    let undone = perform::undo(&mut session);
    sessions.put(slot.image, session);
    undone
}

fn prepare(
    mut resolution: Resolution<'_>,
    session: &Session,
    arena: &mut Option<Arena>,
    (before, after): (&[Object<'_>], &[Object<'_>]),
    rules: &ReloadRules<'_>,
) -> Result<Prepared, LoadError> {
    let (before_sections, after) = (NamedSections::of(before)?, NamedSections::of(after)?);
    let renamed = renamed(&before_sections, &after, rules);
    let instances = instances(resolution.image, session, &before_sections, rules);
    let versions_of = |name: &str| session.versions(name).cloned();
    let names = (&renamed, &instances);
    let mut plan = Plan::of(&mut resolution, &before_sections, &after, rules, names, &versions_of)?;
    let mut reload = Reload {
        added: plan.added.iter().map(|&name| name.to_owned()).collect(),
        ..Reload::default()
    };
    for (id, address) in plan.places {
        resolution.decided.insert(id, Some(address));
    }
    for id in plan.sites {
        resolution.decided.insert(id, None);
    }
    let mut first = None;
    for function in &plan.functions {
        resolution.decided.insert(function.id, None);
    }
    for function in plan.functions.iter().filter(|function| !function.replaces.is_empty()) {
        let root = resolution.add_root(function.id)?;
        first.get_or_insert(root);
    }
    let (mut linked, mut commit) = (None, None);
    if let Some(first) = first {
        resolution.follow_loaded()?;
        let host = resolution.host;
        let code = link(&mut resolution, host, arena, first)?;
        commit = Some(Commit::of(&resolution, &code)?);
        linked = Some(code);
    }
    let mut patches = Vec::new();
    let mut versions = Vec::new();
    for function in &plan.functions {
        let loaded = linked
            .as_ref()
            .and_then(|linked| address_of(&resolution, linked, function));
        if let Some(before) = before_sections.find_renamed(function.name, &renamed) {
            reload
                .sites
                .extend(sites_of(&resolution, session, (&before_sections, before), rules.site)?);
        }
        let known = plan
            .renamed
            .remove(function.name)
            .or_else(|| versions_of(function.name));
        let known = known.unwrap_or_default();
        versions.push((function.name.into(), with_version(known, function, loaded)));
        let Some(to) = loaded else {
            if function.is_changed && function.was_there {
                reload.unreached.push(function.name.to_owned());
            }
            continue;
        };
        for &from in &function.replaces {
            let code = jump::jump(from, to).ok_or_else(|| LoadError::TooFar(function.name.into()))?;
            let mut before = Vec::new();
            read_process(from, code.len() as u64, |bytes| {
                before.extend_from_slice(bytes);
                true
            });
            let before = before
                .try_into()
                .map_err(|_| LoadError::Memory("code cannot be read".into()))?;
            patches.push(Patch {
                address: from,
                before,
                code,
            });
        }
        reload.functions.push(ReloadedFunction {
            name: function.name.to_owned(),
            address: to as usize,
            is_changed: function.is_changed,
            is_replaced: !function.replaces.is_empty(),
            was_there: function.was_there,
            is_moved: function.is_moved,
            entrances: function.entrances.iter().map(|&name| name.to_owned()).collect(),
        });
    }
    // Whether a function is what it was is not known where no code of it was made.
    let gone = before_sections
        .functions()
        .filter(|function| after.find(function.name).is_none() && session.versions(function.name).is_none());
    versions.extend(gone.map(|function| (function.name.into(), Versions::default())));
    versions.extend(plan.renamed.into_iter().map(|(name, known)| (name.into(), known)));
    patches.sort_unstable_by_key(|patch| patch.address);
    Ok(Prepared {
        commit,
        patches,
        versions,
        reload,
    })
}

/// Returns the addresses of the sites of hooks that a function of the sources before refers to.
fn sites_of(
    resolution: &Resolution<'_>,
    session: &Session,
    (sections, function): (&NamedSections<'_>, &NamedSection<'_>),
    site: &str,
) -> Result<Vec<usize>, LoadError> {
    let object = sections.object(function.id.object);
    let mut sites = Vec::new();
    for relocation in object.relocations(function.id.section)?.iter() {
        let symbol = object.symbol(relocation.symbol)?;
        let named = match symbol.definition {
            Definition::Section { index, .. } => object.name_of_section(index)?.map(|named| named.name),
            _ => Some(symbol.name),
        };
        let Some(name) = named.filter(|name| name.contains(site)) else {
            continue;
        };
        sites.extend(resolution.image.find(name).map(|found| found.value as usize));
        if let Some(Placement::Address(address)) = session.variables.get(name).map(|variable| variable.placement) {
            sites.push(address as usize);
        }
    }
    Ok(sites)
}

/// Returns where a function was loaded, if it was.
fn address_of(resolution: &Resolution<'_>, linked: &Linked, function: &PlannedFunction<'_>) -> Option<u64> {
    let sections = resolution.sections.iter().zip(&linked.addresses);
    let mut loaded = sections.filter(|(section, _)| section.id == function.id);
    loaded.next().map(|(_, &address)| address)
}

/// Returns the versions of a function with a new one.
fn with_version(mut versions: Versions, function: &PlannedFunction<'_>, loaded: Option<u64>) -> Versions {
    if function.severs {
        versions.is_image_severed = true;
        versions.loaded.iter_mut().for_each(|version| version.is_severed = true);
    }
    versions.is_missing = loaded.is_none();
    versions.loaded.extend(loaded.map(|address| Version {
        address,
        size: function.size,
        is_severed: false,
    }));
    versions
}
