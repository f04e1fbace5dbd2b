//! A crate is compiled from its new sources, and then its functions are replaced.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicU64, Ordering};

use hook_loader::{LoadError, ReloadRules};

use super::changes::{Changes, Texts};
use super::crates::ReloadedCrate;
use super::debug_types::{BothTypes, DebugTypes};
use super::kind::{CrateFunctions, V0};
use super::report::{self, Report};
use super::{ReloadCause, before, gone, layouts, outdated, texts};
use crate::eval::beside::LAYOUT_TABLE;
use crate::eval::compile::CrateCompiler;
use crate::eval::compile::anew::CompiledAnew;
use crate::eval::error::EvaluateError;
use crate::eval::sites::{SITE, sites};
use crate::frame::{Site, Snapshot};

/// A crate that rustc has compiled from other sources than those which the running program has.
pub(super) struct CompiledCrate {
    pub(super) krate: ReloadedCrate,
    compiler: MutexGuard<'static, CrateCompiler>,
    latest: Snapshot,
    snapshot: Snapshot,
    before: Vec<PathBuf>,
    after: Vec<PathBuf>,
}

impl CompiledCrate {
    /// Compiles a crate from its new sources. Returns `None` if nothing has changed in its sources.
    pub(super) fn of(
        krate: ReloadedCrate,
        cause: ReloadCause<'_>,
        amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
    ) -> Result<Option<CompiledCrate>, EvaluateError> {
        static RELOADS: AtomicU64 = AtomicU64::new(1);
        let latest = krate.recorded.latest();
        let mut compiler = CrateCompiler::at(krate.recorded.folder, &latest)?;
        if !compiler.has_changed(amended)? {
            return Ok(None);
        }
        let (_, slot) = krate.slot()?;
        compiler.has_type_ids.set(slot.name.starts_with(V0));
        if !cause.is_edited() && compiler.is_library() && !compiler.is_optimized() {
            poll_futures(&compiler, &latest, amended);
        }
        let before = before::objects(&compiler, &latest)?;
        let number = RELOADS.fetch_add(1, Ordering::Relaxed);
        match compiler.compile_anew(number, amended)? {
            CompiledAnew::Same => Ok(None),
            CompiledAnew::Rejected(diagnostics) => Err(report::rejected(&diagnostics)),
            CompiledAnew::Objects(after, snapshot) => Ok(Some(CompiledCrate {
                krate,
                compiler,
                latest,
                snapshot,
                before,
                after,
            })),
        }
    }

    /// Replaces the functions that differ.
    pub(super) fn perform(mut self, cause: ReloadCause<'_>) -> Result<Report, EvaluateError> {
        let dir = self.compiler.dir();
        let (texts, new) = (texts(&self.latest, &dir), texts(&self.snapshot, &dir));
        let changes = Changes::of(&texts, &new).with_gone(&gone(self.krate.recorded, &[]));
        let has_types = changes.functions().any(outdated::follows_from_body);
        let is_planted = !cause.is_edited() && !self.compiler.is_optimized();
        if !is_planted || !has_types {
            let mut report = self.replace(is_planted, (&changes, &new), None)?;
            report.notes.extend(outdated::forget(&changes));
            return Ok(report);
        }
        let before = self.compiler.debug_text(&self.latest)?;
        let after = self.compiler.debug_text(&self.snapshot)?;
        let (before, after) = (DebugTypes::read(&before), DebugTypes::read(&after));
        let types = BothTypes {
            before: &before,
            after: &after,
        };
        let longer = types.kept_longer(self.krate.krate);
        if let ReloadCause::Planted(may_capture_less) = cause
            && !longer.is_empty()
            && may_capture_less(&longer)
        {
            return Err(EvaluateError::FutureLayouts(longer));
        }
        let mut report = self.replace(is_planted, (&changes, &new), Some(types))?;
        if !longer.is_empty() {
            report.is_in_new_futures = true;
            report.notes.extend(outdated::forget(&changes));
        }
        Ok(report)
    }

    /// Replaces the functions that differ. `types` are those of the old and of the new code, where hooks are planted in
    /// functions whose bodies decide how something is laid out.
    fn replace(
        &self,
        is_planted: bool,
        (changes, new): (&Changes, &Texts),
        types: Option<BothTypes<'_, '_>>,
    ) -> Result<Report, EvaluateError> {
        let (krate, compiler) = (self.krate, &self.compiler);
        let (recorded, dir) = (krate.recorded, compiler.dir());
        // What the optimizer makes of a copy may be called in another way.
        let refusals = changes.refusals((compiler.is_library() && !is_planted, compiler.is_optimized()));
        let refusals = RefCell::new(refusals);
        let functions = CrateFunctions::new(krate.krate, new, changes.resigned());
        let of_changed = |ty: &str| {
            changes
                .functions()
                .any(|(_, function)| ty.contains(&format!("{}::{{", function.name)))
        };
        let same = types.filter(|types| !types.after.asks_for_type_ids(&of_changed));
        let rules = ReloadRules {
            krate: krate.krate,
            builds: &[recorded.fingerprint, self.latest.fingerprint, self.snapshot.fingerprint],
            is_optimized: compiler.is_optimized(),
            site: SITE,
            table: LAYOUT_TABLE,
            suits: &|tables, drops| {
                let mut decided = layouts::decided(refusals.take(), tables, new);
                changes.drops(drops, &mut decided);
                let suits = decided.is_empty();
                refusals.replace(decided);
                suits
            },
            is_called_as_before: &|name| functions.is_called_as_before(name),
            may_be_elsewhere: &|name| compiler.is_library() && functions.is_of_one_function(name),
            asks_for_type_ids: types.is_none_or(|types| types.after.asks_for_type_ids(&|_| true)),
            kind: &|name| {
                let kind = functions.kind(name);
                // A hook has closures, so others of the function have other numbers, and other ids of their types.
                same.map_or(kind, |types| types.kind(name, kind))
            },
        };
        let (host, slot) = krate.slot()?;
        // SAFETY: both are compilations of the crate of the slot by its own compiler. What changes types, statics and
        // traits is refused.
        let reload =
            unsafe { hook_loader::reload(host, &slot, (&self.before, &self.after), compiler.archives, &rules) };
        let reload = reload.map_err(|error| match error {
            LoadError::Layouts => report::refused(&refusals.borrow(), &dir),
            error => EvaluateError::Load(error),
        })?;
        before::keep(compiler, &self.snapshot, &self.after)?;
        let mut report = Report::of(&reload, changes, &functions, &dir);
        report.is_library = compiler.is_library();
        // Of a function that other crates made code of, as of a generic one, none may have been replaced. What runs of
        // it is no more as its sources are now.
        let written_anew: Vec<_> = changes.functions_before().collect();
        let is_within = |site: &Site| {
            written_anew.iter().any(|(path, function)| {
                site.path.is_some_and(|of_site| Path::new(of_site) == path)
                    && site.function.rsplit("::").next() == Some(&*function.name)
            })
        };
        let old = sites().into_iter().map(|(site, _)| site);
        let old = old.filter(|site| is_within(site)).map(Site::address);
        recorded.reloaded(self.snapshot.clone(), reload.sites.iter().copied().chain(old).collect());
        gone(recorded, &changes.gone());
        Ok(report)
    }
}

/// Has code made of the futures in which hooks are planted, as crates do that poll them.
fn poll_futures(compiler: &CrateCompiler, latest: &Snapshot, amended: &dyn Fn(&Path) -> Option<Vec<u8>>) {
    let texts = texts(latest, &compiler.dir());
    let now = |(path, text): (&PathBuf, &String)| {
        let now = amended(path).and_then(|now| String::from_utf8(now).ok());
        (path.clone(), now.unwrap_or_else(|| text.clone()))
    };
    let new: Texts = texts.iter().map(now).collect();
    for (path, function) in Changes::of(&texts, &new).functions().filter(|(_, item)| item.is_opaque) {
        compiler.poll_futures(path, &new[path], &function.name);
    }
}
