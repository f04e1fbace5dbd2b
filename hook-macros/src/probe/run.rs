//! The loop of a probe: rustc is asked, what it refuses is lowered, and it is asked again.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hook_rustc::{CallRecord, CompileRequest, Diagnostic, Invocation, Sources, builds, temporary};

use super::lower::{self, Lowering, Progress};
use super::protocol::{BindingFacts, CaptureTable, PROBE, RecordedBuild, Reports, messages};
use super::strip_bodies;
use super::{calls, compiler};

/// Rounds at most. A capture can be lowered only so often, so most code needs fewer.
const ROUNDS: usize = 20;
/// After so many rounds, what rustc reports at one hook is lowered at all hooks of the function.
const PATIENCE: usize = 12;
/// The folder that rustc keeps what it found in, within that of the probe, and within [`LATER`].
const INCREMENTAL: &str = "incremental";
/// The folder of the rounds behind one without errors.
const LATER: &str = "later";
/// How long one round may take; one of a crate of a million lines takes less.
const LIMIT: Duration = Duration::from_secs(600);

/// Why rustc could not be asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// The call of rustc cannot be made again, or did not end.
    #[error(transparent)]
    Rustc(#[from] hook_rustc::RustcError),
    /// There is no folder for the probe.
    #[error("failed to make a folder for it: {0}")]
    Folder(io::Error),
    /// The probe's files could not be written or read.
    #[error("failed to {action} {folder}: {error}")]
    Files {
        action: &'static str,
        folder: String,
        error: io::Error,
    },
    /// The rustc that was asked could not make the probe.
    #[error("{0}")]
    CannotProbe(String),
    /// rustc crashed, and nothing could be learned from that.
    #[error("it ended with {0}")]
    Crashed(String),
    /// rustc failed without an error.
    #[error("{0}")]
    Failed(String),
    /// The errors of this rustc are other ones than are known.
    #[error("{0}")]
    Unknown(String),
}

/// What came of asking about a crate.
pub(super) enum CrateAnswer {
    /// rustc accepts the captures that this leaves.
    Accepted(Box<CaptureTable>, Option<RecordedBuild>),
    /// rustc does not accept the crate for a reason that has nothing to do with a capture: mostly a mistake of the
    /// user's, which the outer rustc is about to report.
    Unusable(String),
}

/// Asks about as little of the crate as will do.
pub(super) fn ask(call: &Invocation) -> Result<CrateAnswer, AskError> {
    let folder = ProbeFolder::open(call).map_err(AskError::Folder)?;
    let beside = (!folder.passing).then(|| call.beside());
    if let Some(why) = compiler::unknown(call, &folder.path, beside.as_deref())? {
        return Err(AskError::Unknown(why));
    }
    ask_in(&folder, call, |table| folder.record(call, table))
}

/// Asks about the crate that a program was built from, of other sources now, and leaves what a build leaves.
pub(super) fn ask_anew(request: &CompileRequest, anew: &Path) -> Result<CrateAnswer, AskError> {
    let built = CallRecord::read(&builds::folder(&request.unit, request.fingerprint))?;
    let root = request.root.as_deref().unwrap_or(Path::new("/"));
    let call = Invocation {
        program: Invocation::of_this_process()?.program,
        ..built.within(root)
    };
    fs::create_dir_all(anew).map_err(AskError::Folder)?;
    // That stands until there is an answer.
    CompileRequest::note_left(anew, 0).map_err(AskError::Folder)?;
    let folder = ProbeFolder::lock(anew.to_path_buf(), false).map_err(AskError::Folder)?;
    ask_in(&folder, &call, |table| {
        let mut sources = Sources::of(&call, &folder.path).ok()?.out_of(root);
        if let Ok(asked) = Sources::read(anew) {
            sources = sources.with_contents_of(&asked);
        }
        let fingerprint = folder.leave(table, &request.record_anew(built), &sources)?;
        CompileRequest::note_left(anew, fingerprint).ok()?;
        Some(RecordedBuild {
            folder: request.folder.clone(),
            fingerprint,
            root: request.root.clone(),
            lines: Vec::new(),
        })
    })
}

fn ask_in(
    folder: &ProbeFolder,
    call: &Invocation,
    record: impl FnOnce(&CaptureTable) -> Option<RecordedBuild>,
) -> Result<CrateAnswer, AskError> {
    let stripped = strip_bodies::of(call, &folder.path);
    let answer = stripped.and_then(|stripped| match rounds(&stripped, folder) {
        Ok(SourcesAnswer::Foreign(_)) | Err(_) => None,
        answer => Some(answer),
    });
    match answer.unwrap_or_else(|| rounds(call, folder))? {
        SourcesAnswer::Accepted(table) => {
            let build = record(&table);
            Ok(CrateAnswer::Accepted(table, build))
        }
        SourcesAnswer::Foreign(error) | SourcesAnswer::Own(error) => Ok(CrateAnswer::Unusable(format!(
            "nothing is captured, rustc reported: {error}"
        ))),
    }
}

/// What rustc came to about one set of sources.
enum SourcesAnswer {
    Accepted(Box<CaptureTable>),
    /// An error that is about no capture, and may be one of these sources only.
    Foreign(String),
    /// An error in a function with hooks that is the user's own mistake.
    Own(String),
}

/// Asks until rustc accepts all that is left, and leaves out what is still in doubt after many rounds.
fn rounds(call: &Invocation, folder: &ProbeFolder) -> Result<SourcesAnswer, AskError> {
    let (mut lowering, mut facts) = (Lowering::default(), BindingFacts::new());
    let mut is_later = false;
    for round in 0..ROUNDS {
        let written = folder.clear().and_then(|()| lowering.write(&folder.path));
        written.map_err(|error| folder.failed("write to", error))?;
        // Of a round without errors rustc keeps what it found, for the same round of the next build. A round behind it
        // asks otherwise, and would take its place.
        let cache = match is_later {
            true => folder.later(),
            false => folder.path.clone(),
        };
        let mut command = call.check(&folder.path, &cache);
        command.env(PROBE, &folder.path).env_remove(hook_rustc::LINE);
        let outcome = hook_rustc::run(command, LIMIT)?;
        is_later |= outcome.success;
        let mut errors = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        if let Some(why) = errors.find_map(|error| messages::failure(&error.message)) {
            return Err(AskError::CannotProbe(why.to_owned()));
        }
        let reports = Reports::read(&folder.path).map_err(|error| folder.failed("read", error))?;
        if calls::learn(&mut lowering.calls, &reports, &outcome.diagnostics) {
            continue;
        }
        // A settled function reports no facts any more, but what is known of it holds.
        facts.extend(reports.facts);
        lowering.edges.extend(reports.edges);
        lowering.exits.extend(reports.exits);
        let all = round >= PATIENCE;
        let progress = match outcome.complete {
            true => lower::lower(&mut lowering, &facts, &outcome.diagnostics, all),
            // What rustc did not come to, it did not approve.
            false => lower::lower_after_crash(&mut lowering, &facts, &outcome, all)
                .ok_or_else(|| AskError::Crashed(outcome.ended.clone()))?,
        };
        match progress {
            Progress::Lowered => {}
            Progress::Foreign(error) => return Ok(SourcesAnswer::Foreign(error)),
            Progress::Own(error) => return Ok(SourcesAnswer::Own(error)),
            Progress::Done if !outcome.success && !outcome.diagnostics.iter().any(Diagnostic::is_error) => {
                let line = outcome.rest.lines().next().unwrap_or("rustc failed without a word");
                return Err(AskError::Failed(line.to_owned()));
            }
            Progress::Done => return Ok(SourcesAnswer::Accepted(Box::new(lowering.into_table()))),
        }
    }
    lowering.refuse_unsettled(&facts);
    Ok(SourcesAnswer::Accepted(Box::new(lowering.into_table())))
}

/// The folder of a probe, beside the folder that the crate is built into. There is one for each unit, so that its
/// incremental cache is found again, and it is locked, so that no two builds share it.
struct ProbeFolder {
    path: PathBuf,
    /// The file that is locked; closing it unlocks it.
    _lock: File,
    /// The folder is for this process alone, and removed at the end.
    passing: bool,
}

impl ProbeFolder {
    fn open(call: &Invocation) -> io::Result<ProbeFolder> {
        let path = call.beside().join(call.unit());
        match fs::create_dir_all(&path).and_then(|()| ProbeFolder::lock(path, false)) {
            Ok(folder) => Ok(folder),
            // rustc reads code from the folder, so nobody else may write there.
            Err(_) => ProbeFolder::lock(temporary::folder(&std::env::temp_dir(), "hookable-ask-")?, true),
        }
    }

    fn lock(path: PathBuf, passing: bool) -> io::Result<ProbeFolder> {
        let lock = File::create(path.join("lock"))?;
        lock.try_lock()?;
        Ok(ProbeFolder {
            path,
            _lock: lock,
            passing,
        })
    }

    /// Keeps what it takes to run this call again with the same captures. It gives `None` where that cannot be kept:
    /// the hooks work without it.
    fn record(&self, call: &Invocation, table: &CaptureTable) -> Option<RecordedBuild> {
        if self.passing {
            return None;
        }
        let record = CallRecord::of(call, &self.path);
        let sources = Sources::of(call, &self.path).ok()?;
        Some(RecordedBuild {
            folder: self.path.clone(),
            fingerprint: self.leave(table, &record, &sources)?,
            root: None,
            lines: Vec::new(),
        })
    }

    /// Leaves what is recorded of a build among the others, and returns its number.
    fn leave(&self, table: &CaptureTable, record: &CallRecord, sources: &Sources) -> Option<u64> {
        let left = builds::leave(&self.path, |folder| {
            table.write(folder)?;
            record.write(folder)?;
            sources.write(folder)
        });
        left.ok()
    }

    fn failed(&self, action: &'static str, error: io::Error) -> AskError {
        let folder = self.path.display().to_string();
        AskError::Files { action, folder, error }
    }

    /// Returns the folder of what rustc keeps of the rounds behind one without errors. The first of them begins with
    /// what it kept of that.
    fn later(&self) -> PathBuf {
        let later = self.path.join(LATER);
        if !later.exists() && hard_link_all(&self.path.join(INCREMENTAL), &later.join(INCREMENTAL)).is_err() {
            let _ = fs::remove_dir_all(&later);
        }
        later
    }

    /// Removes what the last round left.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let lasts = [INCREMENTAL, LATER, strip_bodies::FOLDER]
                .iter()
                .any(|kept| name == *kept)
                || name.to_str().is_some_and(builds::lasts);
            if entry.file_type()?.is_dir() && !lasts {
                fs::remove_dir_all(entry.path())?;
            } else if entry.path().extension().is_some_and(|kind| kind == "d") {
                fs::remove_file(entry.path())?;
            }
        }
        remove(&self.path.join(hook_rustc::TABLE))
    }
}

impl Drop for ProbeFolder {
    fn drop(&mut self) {
        if self.passing {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Makes a folder with hard links to the files in another, or with copies.
fn hard_link_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let linked = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            hard_link_all(&entry.path(), &linked)?;
        } else if fs::hard_link(entry.path(), &linked).is_err() {
            fs::copy(entry.path(), &linked)?;
        }
    }
    Ok(())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
