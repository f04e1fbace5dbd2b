//! The rustc of a crate is called again for each line.
//!
//! Nothing is linked: the objects are read where rustc keeps them for its next, incremental run. That folder stays in
//! the target folder, beside the record, so that only the first session of a crate begins cold. It has to be at the
//! same place each time, because rustc makes all code anew where its outputs go elsewhere. So one process has that
//! folder, and a process that runs at the same time, or that cannot write there, begins in a folder of its own.
//!
//! rustc compiles a copy of the sources as the build read them, whatever became of them since. Where no copy can be
//! made, or rustc does not accept it, rustc compiles the sources themselves, which then have to be what they were.

mod additions;
pub(crate) mod ahead;
pub(crate) mod anew;
pub(crate) mod child;
pub(crate) mod early;
mod externs;
pub(crate) mod fallback;
mod folder;
mod futures;
mod mangling;
mod open;
mod outputs;
pub(crate) mod private;
mod question;
mod run;
mod stubs;
mod visible;
mod workspace;

pub(crate) use open::{has_compiled, is_there};

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use hook_loader::Archives;
use hook_rustc::{CallRecord, CompileRequest, Diagnostic, RustcOutcome, SeenFiles, Sources, StandIn, source_path};

use crate::eval::beside::{Additions, Definitions};
use crate::eval::error::EvaluateError;
use crate::eval::session::origin::Text;
use crate::frame::Snapshot;
use early::Early;
use futures::PolledFunction;
use visible::VisibleItems;
use workspace::Workspace;

/// A crate with hooks in it, ready to be compiled again.
pub(crate) struct CrateCompiler {
    record: CallRecord,
    /// What lines are compiled against in place of this crate with its console, until functions are replaced.
    stand_ins: RefCell<Vec<StandIn>>,
    /// The folder of the crate's builds, which tells the crate from all others.
    built: &'static str,
    /// The sources that are compiled.
    snapshot: Snapshot,
    /// The files that the build read.
    sources: Sources,
    seen: RefCell<SeenFiles>,
    /// Where lines are compiled without most bodies of the crate, if they can be.
    stubbed: Option<Workspace>,
    /// Where lines are compiled with all bodies.
    whole: Workspace,
    /// Where the current line is compiled.
    is_whole: Cell<bool>,
    /// Names of functions do not tell types apart, so tables of layouts have their ids.
    pub(crate) has_type_ids: Cell<bool>,
    /// The hooks whose lines need all bodies.
    whole_hooks: RefCell<HashSet<u64>>,
    /// The hooks whose functions are kept in code.
    rooted: RefCell<HashSet<u64>>,
    /// The hooks for whose functions what calls these was put back.
    led_to: RefCell<HashSet<u64>>,
    /// The code that keeps functions with hooks, by file.
    roots: RefCell<HashMap<String, Additions>>,
    /// The code that makes instances of functions which other crates made, by file.
    instances: RefCell<HashMap<String, Additions>>,
    /// The instances that were to be made: a place in a source, and the name.
    wanted_instances: RefCell<HashSet<InstanceKey>>,
    /// The functions of which the futures are polled beside them, where the crate is compiled as a whole.
    polled: RefCell<BTreeSet<PolledFunction>>,
    /// Those that cannot be.
    unpolled: RefCell<BTreeSet<PolledFunction>>,
    /// The crate is compiled to be compared with another compilation of it.
    is_compared: Cell<bool>,
    /// The slots of instances that the crate cannot make.
    unmade: RefCell<HashSet<&'static str>>,
    /// The code that stands beside definitions in the copy for the current line, by file.
    beside: RefCell<HashMap<String, Additions>>,
    /// The code that stands beside the types that the session defined, by the names of their texts.
    beside_items: RefCell<HashMap<String, Additions>>,
    definitions: RefCell<Definitions>,
    /// The code that stands beside definitions for all later lines too, because one line named what it reaches and
    /// others may repeat that.
    reached: RefCell<HashMap<String, Additions>>,
    /// The private items that lines name.
    visible: RefCell<VisibleItems>,
    /// The crates of the program that lines have named, and its author has not.
    named: RefCell<Vec<(String, PathBuf)>>,
    /// The runs before the first line at a hook.
    early: Early,
    /// This lock keeps later builds from removing what this build left.
    held: Option<File>,
    /// The folder that rustc reads the line from.
    folder: PathBuf,
    /// The lock of the folder that rustc writes to, if later processes find that folder again.
    lock: Option<File>,
    pub(crate) archives: &'static Archives,
    /// The name by which the crate can name tokio, if it can.
    pub(crate) tokio: Option<&'static str>,
}

/// An instance of a function, by the source and the place in it that is in the function, and by its name.
type InstanceKey = (PathBuf, (u32, u32), Option<String>);

/// The answer of rustc to a line.
pub(crate) enum Compiled {
    /// rustc compiled the line to these objects, with these remarks.
    Objects(Vec<PathBuf>, Vec<Diagnostic>),
    Rejected(Vec<Diagnostic>),
}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> EvaluateError {
    move |error| EvaluateError::Io { what, error }
}

impl CrateCompiler {
    /// Compiles the crate with `line` in the slot of the hook `id`, and with the lines that led to that hook in theirs.
    pub(crate) fn compile(&self, id: u64, line: &str, outer: &[Text]) -> Result<Compiled, EvaluateError> {
        self.is_whole.set(self.is_compiled_whole(id));
        self.ready().map_err(failed("make a folder for compiling"))?;
        self.request(&self.folder, id, line, outer)
            .map_err(failed("write the line to a file"))?;
        let before = self.newest();
        let mut outcome = self.run_with_additions()?;
        let workspace = self.workspace();
        if !workspace.tried.get() && !outcome.killed && !self.is_of_line(&outcome) {
            if !self.is_whole.get() {
                // The crate may need a body that was left out.
                self.needs_all(id);
                return self.compile(id, line, outer);
            }
            outcome = self.without_copy(outcome);
        }
        workspace.tried.set(true);
        if !outcome.success {
            return self.rejection(outcome);
        }
        let _ = fs::write(workspace.made.join("last"), self.state(id));
        // Objects that were there before this run are those of another line.
        let made = self.newest().filter(|made| Some(made) > before.as_ref());
        let objects = made
            .ok_or(io::ErrorKind::NotFound.into())
            .and_then(|made| outputs::objects(&made));
        Ok(Compiled::Objects(
            objects.map_err(failed("find what rustc made"))?,
            outcome.diagnostics,
        ))
    }

    /// Writes the files to a folder by which rustc, once it runs, is told what to compile into which slots.
    fn request(&self, folder: &Path, id: u64, line: &str, outer: &[Text]) -> io::Result<()> {
        // A slot has one line.
        let outer = || outer.iter().filter(|(other, _)| *other != id);
        let wanted = CompileRequest {
            id,
            fingerprint: self.snapshot.fingerprint,
            folder: self.built.into(),
            unit: self.snapshot.unit.clone(),
            root: self
                .workspace()
                .copied
                .borrow()
                .as_ref()
                .map(|copied| copied.root.clone()),
            outer: outer().map(|(id, _)| *id).collect(),
            anew: None,
        };
        fs::write(CompileRequest::line(folder), line)?;
        wanted.write(folder)?;
        for (number, (_, text)) in outer().enumerate() {
            fs::write(CompileRequest::outer_line(folder, number), &**text)?;
        }
        Ok(())
    }

    /// Runs rustc on the copy with the code that stands beside definitions, and again without each piece of that code
    /// that rustc rejects, or that makes it reject what stands elsewhere, and with each body whose stub it rejects.
    fn run_with_additions(&self) -> Result<RustcOutcome, EvaluateError> {
        loop {
            self.amend().map_err(failed("write a source"))?;
            let outcome = self.run_named()?;
            if !self.leave_out_beside(&outcome) && !self.adjust_visible(&outcome) && !self.restore_rejected(&outcome) {
                return Ok(outcome);
            }
        }
    }

    /// Writes the code that stands beside definitions to the copy.
    fn amend(&self) -> io::Result<()> {
        match &mut *self.workspace().copied.borrow_mut() {
            Some(copied) => {
                let additions = self.additions(copied);
                copied.amend(&additions)
            }
            None => Ok(()),
        }
    }

    /// Returns whether rustc compiled the line, or said something of the line itself.
    fn is_of_line(&self, outcome: &RustcOutcome) -> bool {
        let line = self.line().to_string_lossy().into_owned();
        let mut spans = outcome.diagnostics.iter().flat_map(|diagnostic| &diagnostic.spans);
        outcome.success || spans.any(|span| span.file == line)
    }

    /// Returns what rustc says of the sources themselves, if they are unchanged and rustc gets as far as the line with
    /// them. A copy may fail where they do not, because a macro of the crate may read files by ways of its own.
    fn without_copy(&self, outcome: RustcOutcome) -> RustcOutcome {
        let workspace = self.workspace();
        let copied = workspace.copied.take();
        match self.run_named() {
            Ok(other) if self.is_of_line(&other) => other,
            _ => {
                workspace.copied.replace(copied);
                outcome
            }
        }
    }

    /// Returns the diagnostics of a run that failed. The error is `Crashed` if rustc said nothing of any source.
    fn rejection(&self, outcome: RustcOutcome) -> Result<Compiled, EvaluateError> {
        let errors = || outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        // An error without a code and without a place is not about the sources: the disk may be full.
        let outside = |error: &Diagnostic| error.spans.is_empty() && error.code.is_none();
        if !errors().all(outside) {
            return Ok(Compiled::Rejected(outcome.diagnostics));
        }
        let first = errors().next().map(|error| error.message.as_str());
        let said = first.or_else(|| outcome.rest.lines().find(|line| !line.trim().is_empty()));
        let said = said.map_or_else(String::new, |said| format!(": {}", said.trim()));
        // What rustc keeps for its next run may be what made it crash, so the next run does without.
        let _ = fs::remove_dir_all(self.workspace().made.join("incremental"));
        Err(EvaluateError::Crashed(outcome.ended + &said))
    }

    /// Returns whether a line of this hook was the last to be compiled, in this process or an earlier one of the same
    /// program.
    pub(crate) fn is_warm(&self, id: u64) -> bool {
        fs::read_to_string(self.workspace().made.join("last")).is_ok_and(|last| last == self.state(id))
    }

    fn state(&self, id: u64) -> String {
        format!("{id} {}", self.snapshot.fingerprint)
    }

    /// Returns the file that a line is compiled from, as rustc names it.
    pub(crate) fn line(&self) -> PathBuf {
        CompileRequest::line(&self.folder)
    }

    /// Returns the path by which a line reads files that lie beside a source: that of the source's copy, if there is
    /// one.
    pub(crate) fn read_at(&self, source: &str) -> String {
        let copied = self.workspace().copied.borrow();
        let copy = copied.as_ref().map(|copied| copied.at(Path::new(source)));
        let copy = copy.filter(|copy| copy.exists());
        copy.map_or_else(|| source.to_owned(), |copy| copy.to_string_lossy().into_owned())
    }

    /// Returns whether a source of the crate has this name behind a `::`.
    pub(crate) fn names_within(&self, name: &str) -> bool {
        let dir = &self.record.call.dir;
        let texts = self.sources.files().map(|path| fs::read_to_string(dir.join(path)));
        texts.map(Result::unwrap_or_default).any(|text| {
            let mut found = text.match_indices(name).filter(|(at, _)| {
                let part = |c: char| c.is_alphanumeric() || c == '_';
                !text[at + name.len()..].starts_with(part) && text[..*at].trim_end().ends_with("::")
            });
            found.next().is_some()
        })
    }

    /// Returns the folder that rustc runs in, and that its names of sources are relative to.
    pub(crate) fn dir(&self) -> PathBuf {
        self.record.call.dir.clone()
    }

    /// Returns the path of a source that rustc names so.
    fn source_path(&self, file: impl AsRef<Path>) -> PathBuf {
        source_path(&self.record.call.dir, file)
    }

    /// Returns whether other crates of the program may be compiled against the crate.
    pub(crate) fn is_library(&self) -> bool {
        self.record.call.is_library()
    }

    /// Returns the files of the libraries that the crate can name.
    pub(crate) fn named_libraries(&self) -> Vec<PathBuf> {
        let named = self.record.call.named_libraries();
        named.into_iter().map(|(_, file)| file).collect()
    }

    /// Returns whether the crate's code is optimized.
    pub(crate) fn is_optimized(&self) -> bool {
        self.record.call.is_optimized()
    }

    /// Returns a folder for objects that are needed beside those of lines.
    pub(crate) fn kept_objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    pub(crate) fn edition(&self) -> u32 {
        self.record.call.edition()
    }

    /// Returns the crates that the program has and that the source of this crate cannot name.
    pub(crate) fn foreign(&self) -> Vec<String> {
        self.record.call.unnamed_crates()
    }
}
