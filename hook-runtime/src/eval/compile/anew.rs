//! The whole crate is compiled from other sources than those of the program, as a build would compile them.
//!
//! Tables of how types are laid out are compiled along with it.
//!
//! rustc is asked about the captures of the new sources first, in a folder of its own. What the new build leaves, its
//! sources among it, is what lines in its code are compiled against.

use std::fs;
use std::path::{Path, PathBuf};

use hook_rustc::{CompileRequest, Diagnostic, TABLE, builds, records};

use super::futures::joined;
use super::run::LIMIT;
use super::{CrateCompiler, failed, outputs};
use crate::eval::beside;
use crate::eval::error::EvaluateError;
use crate::frame::Snapshot;

/// The answer of rustc to new sources of the crate.
pub(crate) enum CompiledAnew {
    /// The sources are those of the snapshot that was compiled last.
    Same,
    Objects(Vec<PathBuf>, Snapshot),
    Rejected(Vec<Diagnostic>),
}

impl CrateCompiler {
    /// Returns whether the sources are others than those of the snapshot, as [`CrateCompiler::compile_anew`] takes
    /// them.
    pub(crate) fn has_changed(&self, amended: &dyn Fn(&Path) -> Option<Vec<u8>>) -> Result<bool, EvaluateError> {
        let unit = self.folder.join("anew");
        fs::create_dir_all(&unit).map_err(failed("make a folder for compiling"))?;
        let now = self.sources.now(&self.record, &unit, amended);
        Ok(!self
            .sources
            .changed(&now.map_err(failed("copy the sources"))?)
            .is_empty())
    }

    /// Compiles the crate from its sources as the files are now, except where `amended` gives another text for the
    /// path of a file. `number` is that of no other such call in this process.
    pub(crate) fn compile_anew(
        &mut self,
        number: u64,
        amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
    ) -> Result<CompiledAnew, EvaluateError> {
        let unit = self.folder.join("anew");
        let made = self.made_anew(number, &unit, amended);
        // The copy that lines are compiled from has to be made again, for rustc was given another in its place.
        self.forget();
        made
    }

    /// Returns the text that LLVM gets for the sources of a snapshot, with the debug information of all types.
    pub(crate) fn debug_text(&mut self, snapshot: &Snapshot) -> Result<String, EvaluateError> {
        let folder = self.folder.join("types");
        let kept = folder.join(self.name_of(snapshot));
        if let Ok(text) = fs::read_to_string(&kept) {
            return Ok(text);
        }
        let before = self.snapshot.clone();
        self.change(snapshot)?;
        let text = self.made_debug_text(&folder.join("out"));
        self.change(&before)?;
        let text = text?;
        // Those of the sources before were read first, and are of no use any more.
        let kept_before = folder.join(self.name_of(&before));
        let is_old = |path: &PathBuf| path.is_file() && *path != kept_before;
        for old in outputs::entries(&folder)
            .unwrap_or_default()
            .iter()
            .filter(|path| is_old(path))
        {
            let _ = fs::remove_file(old);
        }
        let _ = fs::write(&kept, &text);
        Ok(text)
    }

    fn made_debug_text(&self, out: &Path) -> Result<String, EvaluateError> {
        self.is_whole.set(true);
        self.ready().map_err(failed("make a folder for compiling"))?;
        self.request(&self.folder, 0, "", &[])
            .map_err(failed("write the line to a file"))?;
        let _ = fs::remove_dir_all(out);
        fs::create_dir_all(out).map_err(failed("make a folder for compiling"))?;
        if let Some(copied) = &mut *self.workspace().copied.borrow_mut() {
            let polling = self.polling(copied);
            copied.amend(&polling).map_err(failed("write a source"))?;
        }
        let copied = self.workspace().copied.borrow();
        let record = copied.as_ref().map_or(&self.record, |copied| &copied.record);
        let command = self.in_slot(record, &self.folder, record.call.debug_text(out));
        let outcome = hook_rustc::run(command, LIMIT)?;
        if !outcome.success {
            return Err(EvaluateError::Crashed(outcome.ended));
        }
        let mut text = String::new();
        for file in outputs::entries(out).map_err(failed("find what rustc made"))? {
            if file.extension().is_some_and(|kind| kind == "ll") {
                text += &fs::read_to_string(&file).map_err(failed("read what rustc made"))?;
            }
        }
        Ok(text)
    }

    fn made_anew(
        &mut self,
        number: u64,
        unit: &Path,
        amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
    ) -> Result<CompiledAnew, EvaluateError> {
        self.is_whole.set(true);
        for folder in [unit, &self.workspace().made.join("out")] {
            fs::create_dir_all(folder).map_err(failed("make a folder for compiling"))?;
        }
        let now = self.sources.now(&self.record, unit, amended);
        let now = now.map_err(failed("copy the sources"))?;
        if self.sources.changed(&now).is_empty() {
            return Ok(CompiledAnew::Same);
        }
        let root = self.root();
        let mut copied = now
            .copy(&self.record, unit, &root, None)
            .map_err(failed("copy the sources"))?;
        now.redirect(&self.record.call.dir, &mut copied);
        let request = CompileRequest {
            id: number,
            fingerprint: self.snapshot.fingerprint,
            folder: self.built.into(),
            unit: self.snapshot.unit.clone(),
            root: Some(root),
            outer: Vec::new(),
            anew: Some(unit.to_path_buf()),
        };
        request.write(&self.folder).map_err(failed("ask for new code"))?;
        // rustc reads copies that have the tables in them, and what it leaves is to tell of the sources.
        now.write(unit).map_err(failed("ask for new code"))?;
        let before = self.newest();
        let mut tables = beside::tables(&copied.texts(), self.has_type_ids.get());
        let outcome = loop {
            let polling = self.polling(&copied);
            let is_amended = !tables.is_empty() || !polling.is_empty();
            let amended = copied.amend(&joined(tables.clone(), polling));
            amended.map_err(failed("write a source"))?;
            CompileRequest::take_left(unit);
            let outcome = hook_rustc::run(self.command_of(&copied.record), LIMIT)?;
            if outcome.success || !is_amended {
                break outcome;
            }
            // What rustc says of the sources is shown without what was added.
            let is_left_out = self.leave_out(&outcome, &copied, &mut tables);
            if !self.leave_out_polling(&outcome, &copied) && !is_left_out {
                tables.clear();
                self.poll_none();
            }
        };
        let left = CompileRequest::take_left(unit);
        if !outcome.success {
            let errors = outcome.diagnostics.iter().any(Diagnostic::is_error);
            return match errors {
                true => Ok(CompiledAnew::Rejected(outcome.diagnostics)),
                false => Err(EvaluateError::Crashed(outcome.ended)),
            };
        }
        let fingerprint = match left {
            Some(0) => return Err(EvaluateError::NotAsked),
            Some(left) => left,
            // There is no hook any more.
            None => builds::leave(unit, |folder| {
                records::write_file::<u64>(&folder.join(TABLE), TABLE, [])?;
                request.record_anew(self.record.clone()).write(folder)?;
                now.write(folder)
            })
            .map_err(failed("keep the sources"))?,
        };
        let made = self.newest().filter(|made| Some(made) > before.as_ref());
        let objects = made.ok_or(std::io::ErrorKind::NotFound.into());
        let objects = objects.and_then(|made| outputs::objects(&made));
        let objects = objects.map_err(failed("find what rustc made"))?;
        let unit = unit.to_path_buf();
        Ok(CompiledAnew::Objects(objects, Snapshot { unit, fingerprint }))
    }
}
