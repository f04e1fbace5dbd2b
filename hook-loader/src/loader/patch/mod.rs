//! The functions of the running program are replaced by those of other sources.
//!
//! The crate was compiled twice, from the sources that run and from others. Functions that differ are loaded, as those
//! of a line are, and a jump at the entry of each old one leads to the new one. Everything is prepared first, and done
//! at once, or not at all.
#![allow(unsafe_code)]

mod jump;
mod likeness;
mod named;
mod plan;

use std::path::PathBuf;

use self::named::NamedSections;
use self::plan::{Plan, PlannedFunction};
use super::archive::Archives;
use super::commit::Commit;
use super::link::{Linked, link};
use super::memory::{Arena, CodeWriter, map_file};
use super::object::Object;
use super::process::{Host, RunningSlot, Session, Sessions, Version, Versions};
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
    let map = |paths: &[PathBuf]| paths.iter().map(|path| map_file(path)).collect::<Result<Vec<_>, _>>();
    let (before, after) = (map(before)?, map(after)?);
    let before = before
        .iter()
        .map(|file| Object::parse(file))
        .collect::<Result<Vec<_>, _>>()?;
    let after = after
        .iter()
        .map(|file| Object::parse(file))
        .collect::<Result<Vec<_>, _>>()?;
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
        // SAFETY: the caller vouches for the objects.
        Ok(Some(prepared)) => unsafe { prepared.perform(&mut sessions, &mut session) },
        Ok(None) => Ok(Reload::default()),
        Err(error) => Err(error),
    };
    sessions.put(slot.image, session);
    reloaded
}

/// A reload of which all is in memory, and nothing is known to the program.
struct Prepared {
    commit: Commit,
    patches: Vec<Patch>,
    versions: Vec<(Box<str>, Versions)>,
    reload: Reload,
}

/// A jump that is to be written.
struct Patch {
    address: u64,
    before: Box<[u8]>,
    code: Box<[u8]>,
}

fn prepare(
    mut resolution: Resolution<'_>,
    session: &Session,
    arena: &mut Option<Arena>,
    (before, after): (&[Object<'_>], &[Object<'_>]),
    rules: &ReloadRules<'_>,
) -> Result<Option<Prepared>, LoadError> {
    let (before, after) = (NamedSections::of(before)?, NamedSections::of(after)?);
    let plan = Plan::of(&resolution, &before, &after, rules, &|name| {
        session.versions(name).cloned()
    })?;
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
    let Some(first) = first else { return Ok(None) };
    resolution.follow_loaded()?;
    let host = resolution.host;
    let linked = link(&mut resolution, host, arena, first)?;
    let commit = Commit::of(&resolution, &linked)?;
    let mut patches = Vec::new();
    let mut versions = Vec::new();
    for function in &plan.functions {
        let loaded = address_of(&resolution, &linked, function);
        let known = session.versions(function.name).cloned().unwrap_or_default();
        versions.push((function.name.into(), with_version(known, function, loaded)));
        let Some(to) = loaded else { continue };
        for &from in &function.replaces {
            let code = jump::jump(from, to).ok_or_else(|| LoadError::TooFar(function.name.into()))?;
            let mut before = vec![0; code.len()];
            let mut at = 0;
            super::memory::read_process(from, code.len() as u64, |bytes| {
                before[at..at + bytes.len()].copy_from_slice(bytes);
                at += bytes.len();
                true
            });
            patches.push(Patch {
                address: from,
                before: before.into(),
                code: code.into(),
            });
        }
        reload.functions.push(ReloadedFunction {
            name: function.name.to_owned(),
            address: to as usize,
            is_changed: function.is_changed,
            is_replaced: !function.replaces.is_empty(),
        });
    }
    Ok(Some(Prepared {
        commit,
        patches,
        versions,
        reload,
    }))
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

impl Prepared {
    /// # Safety
    ///
    /// The caller of [`reload`] vouches for the objects.
    unsafe fn perform(self, sessions: &mut Sessions, session: &mut Session) -> Result<Reload, LoadError> {
        let failed = |error: std::io::Error| LoadError::Memory(error.to_string());
        let writer = CodeWriter::open().map_err(failed)?;
        self.commit.commit(sessions, session);
        for (number, patch) in self.patches.iter().enumerate() {
            // SAFETY: both codes can be called by the same callers, as the caller says.
            let written = unsafe { writer.write(patch.address, &patch.code) };
            if let Err(error) = written {
                for patch in self.patches[..number].iter().rev() {
                    // SAFETY: this is what was there.
                    unsafe { writer.write(patch.address, &patch.before) }.map_err(failed)?;
                }
                return Err(failed(error));
            }
        }
        for (name, versions) in self.versions {
            session.set_versions(&name, Some(versions));
        }
        Ok(self.reload)
    }
}
