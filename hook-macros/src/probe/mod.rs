//! Asking rustc what each hook may capture.
//!
//! A proc macro runs inside rustc, so it knows the command that compiles the crate. At the first hooked function of a
//! crate the attribute runs that command again, for diagnostics only, with [`PROBE`] in its environment ([`run`]). The
//! inner rustc expands the same attributes; they see the variable, put the most ambitious captures into files, one a
//! line, and report what their hooks see ([`asked`]). The errors of the inner rustc name lines, the lines name captures
//! ([`diagnostics`]), those are lowered ([`lower`]), and rustc is asked again until it accepts all that is left. The
//! outer rustc then expands every function of the crate with what came out.

mod asked;
mod calls;
mod compiler;
mod diagnostics;
mod lower;
pub(crate) mod protocol;
mod run;
mod strip_bodies;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hook_rustc::{CompileRequest, Invocation, builds, debug_info};

use crate::plan::{Capture, CapturePlan, ReturnEdges, State};
use crate::scope::Scopes;
use crate::syntax::exit::{ExitVerdict, SettledExit};
use crate::syntax::function::Function;
use crate::syntax::hook::HookKey;
use crate::syntax::hook::calls::{self as macro_calls, MacroCalls};
use protocol::{CaptureTable, FunctionMark, PROBE, ProbeRequest, RecordedBuild};

/// The environment variable that names the folder of a line to be compiled; where it is set, no rustc is asked.
const LINE: &str = hook_rustc::LINE;
/// The environment variable by which a user turns the asking off.
const ASK: &str = "HOOKABLE_ASK";

/// What the user should know of a function that can have no closure.
const NO_SLOT: &str = "no line of Rust can be typed here: rustc refuses any closure in this function, for its bounds";

/// What to do with a function.
pub(crate) enum FunctionAnswer {
    /// No hook opens in this build: the function only mentions the bindings.
    Mention,
    /// This is a probe: the plan is written into the folder, for rustc to judge.
    Probe {
        plan: CapturePlan,
        edges: ReturnEdges,
        folder: PathBuf,
        request: ProbeRequest,
    },
    /// This is a probe, and this keeps it from being made.
    CannotProbe(String),
    /// rustc was asked.
    Asked {
        plan: CapturePlan,
        edges: ReturnEdges,
        /// What the user should know of this build.
        note: Option<String>,
        /// What the slots of the hooks need; `None` where no line can be compiled.
        build: Option<&'static RecordedBuild>,
    },
    /// rustc was not asked. There is a reason unless the user wanted it so.
    NotAsked(Option<String>),
}

/// What holds for every function of this crate.
enum CrateMode {
    Mention,
    Probe { folder: PathBuf, table: CaptureTable },
    CannotProbe(String),
    Asked(CaptureTable, Option<RecordedBuild>),
    Unusable(String),
    NotAsked(Option<String>),
}

static MODE: LazyLock<CrateMode> = LazyLock::new(|| {
    let mode = find_mode();
    if let CrateMode::Probe { table, .. } | CrateMode::Asked(table, _) = &mode {
        macro_calls::know(table.calls.clone());
    }
    mode
});

/// Returns whether a hook opens at all in what is compiled here.
pub(crate) fn opens() -> bool {
    !matches!(
        *MODE,
        CrateMode::Mention | CrateMode::Probe { .. } | CrateMode::CannotProbe(_)
    )
}

/// Returns the build of this crate, if hooks open in it and rustc was asked.
pub(crate) fn recorded() -> Option<&'static RecordedBuild> {
    match &*MODE {
        CrateMode::Asked(_, build) => build.as_ref(),
        _ => None,
    }
}

/// Makes known which macro calls are hooks, as far as rustc can be asked.
pub(crate) fn prepare() {
    LazyLock::force(&MODE);
}

/// Returns what is known of macro calls. This asks no rustc: a probe reads what is known, and elsewhere nothing is
/// known before a hook was found.
pub(crate) fn calls() -> &'static MacroCalls {
    if is_probe() {
        prepare();
    }
    macro_calls::known()
}

/// Returns whether this rustc is one that is asked.
pub(crate) fn is_probe() -> bool {
    static IS_PROBE: LazyLock<bool> = LazyLock::new(|| std::env::var_os(PROBE).is_some());
    *IS_PROBE
}

/// Says what to do with the function whose hooks have these keys.
pub(crate) fn about(function: &Function, keys: &[HookKey], scopes: &Scopes, exits: &[SettledExit]) -> FunctionAnswer {
    match &*MODE {
        CrateMode::Mention => FunctionAnswer::Mention,
        CrateMode::CannotProbe(why) => FunctionAnswer::CannotProbe(why.clone()),
        CrateMode::NotAsked(why) => FunctionAnswer::NotAsked(why.clone()),
        CrateMode::Asked(table, build) => {
            let has_slots = !table.is(&asked::folder_name(keys), FunctionMark::NoClosures);
            FunctionAnswer::Asked {
                plan: table.plan(keys, scopes),
                edges: table.return_edges(keys, scopes),
                note: (!has_slots).then(|| NO_SLOT.to_owned()),
                build: build.as_ref().filter(|_| has_slots),
            }
        }
        CrateMode::Unusable(why) => {
            let mut plan = CaptureTable::default().plan(keys, scopes);
            let all = plan.iter_mut().flatten();
            all.filter(|capture| capture.state != State::Doubtful)
                .for_each(|capture| *capture = Capture::unknown("see the note above"));
            FunctionAnswer::Asked {
                plan,
                edges: ReturnEdges::new(),
                note: Some(why.clone()),
                build: None,
            }
        }
        CrateMode::Probe { folder, table } => asked::about(folder, table, function, keys, scopes, exits)
            .unwrap_or_else(|error| FunctionAnswer::CannotProbe(format!("failed to write a report: {error}"))),
    }
}

/// Tells what is permitted at the exit with this key. Where rustc is not asked, nothing is.
pub(crate) fn exit(key: &HookKey) -> ExitVerdict {
    match &*MODE {
        CrateMode::Probe { table, .. } | CrateMode::Asked(table, _) => table.exit(key),
        _ => ExitVerdict::Refused,
    }
}

fn find_mode() -> CrateMode {
    if let Some(session) = std::env::var_os(LINE) {
        let session = Path::new(&session);
        hook_rustc::waiting::wait();
        return requested(session)
            .unwrap_or_else(|error| CrateMode::NotAsked(Some(format!("failed to read what line is wanted: {error}"))));
    }
    if let Some(folder) = std::env::var_os(PROBE) {
        let folder = PathBuf::from(folder);
        return match CaptureTable::read(&folder) {
            Ok(table) => CrateMode::Probe { folder, table },
            Err(error) => CrateMode::CannotProbe(format!("failed to read what is known so far: {error}")),
        };
    }
    let call = match Invocation::of_this_process() {
        Ok(call) if !call.makes_code() || !call.debug_assertions() => return CrateMode::Mention,
        call => call,
    };
    if let Ok(call) = &call {
        debug_info::leave_out(call);
    }
    if std::env::var_os(ASK).is_some_and(|value| value == "off") {
        return CrateMode::NotAsked(None);
    }
    let answer = call
        .map_err(run::AskError::from)
        .and_then(|call| call.repeatable().map(|()| call).map_err(run::AskError::from))
        .and_then(|call| run::ask(&call));
    answered(answer)
}

/// Does what the runtime asks: a line is compiled by what the build found out, other sources are asked about.
fn requested(session: &Path) -> io::Result<CrateMode> {
    let request = CompileRequest::read(session)?;
    if let Some(anew) = &request.anew {
        return Ok(answered(run::ask_anew(&request, anew)));
    }
    let table = CaptureTable::read(&builds::folder(&request.unit, request.fingerprint))?;
    Ok(CrateMode::Asked(
        table,
        Some(RecordedBuild::requested(request, session)),
    ))
}

fn answered(answer: Result<run::CrateAnswer, run::AskError>) -> CrateMode {
    match answer {
        Ok(run::CrateAnswer::Accepted(table, build)) => CrateMode::Asked(*table, build),
        Ok(run::CrateAnswer::Unusable(why)) => CrateMode::Unusable(why),
        Err(error) => CrateMode::NotAsked(Some(format!("rustc was not asked what can be captured: {error}"))),
    }
}
