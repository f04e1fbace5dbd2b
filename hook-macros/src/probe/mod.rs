//! Asking rustc what each hook may capture.
//!
//! A proc macro runs inside rustc, so it knows the command that compiles the crate. At the first hooked function of a crate
//! the attribute runs that command again, for diagnostics only, with [`PROBE`] in its environment. The inner rustc expands
//! the same attributes; they see the variable, put the most ambitious captures into files, one a line, and leave facts about
//! them beside. The errors of the inner rustc name lines, the lines name captures, those are lowered, and it is asked again
//! until it is content. The outer rustc then expands every function of the crate with what came out.

mod calls;
mod diagnostics;
mod lower;
pub(crate) mod protocol;
mod run;
mod strip_bodies;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hook_rustc::Invocation;

use crate::emit::{Ask, Live, Mutable, may_try, wanted};
use crate::plan::{Capture, Plan, State, made_mutable};
use crate::scope::Scopes;
use crate::syntax::function::Function;
use crate::syntax::hook::names::{self, Calls};
use protocol::facts;
use protocol::table::{Mark, Table};

/// The folder of a probe; its presence says that this is one.
const PROBE: &str = "HOOKABLE_PROBE";
/// The folder of a line to be compiled; its presence says that nothing else is wanted.
const LINE: &str = hook_rustc::LINE;

/// What to do with a function.
pub(crate) enum Answer {
    /// No hook opens in this build: mention the bindings only.
    Mention,
    /// This is a probe: write the plan into the folder, for rustc to judge.
    Probe { plan: Plan, folder: PathBuf, ask: Ask },
    /// What may be captured, a note for the user, or none, and what its slots need.
    Plan(Plan, String, Option<&'static Live>),
    /// rustc could not be asked, and why; empty where the user wanted it so.
    NotAsked(String),
}

/// What holds for every function of this crate.
enum Mode {
    Mention,
    Probe { folder: PathBuf, table: Table },
    Asked(Table, Option<Live>),
    Unusable(String),
    NotAsked(String),
}

static MODE: LazyLock<Mode> = LazyLock::new(mode);

/// Whether a hook opens at all in what is compiled here.
pub(crate) fn opens() -> bool {
    !matches!(*MODE, Mode::Mention | Mode::Probe { .. })
}

/// Makes known which macro calls are hooks, as far as rustc can be asked.
pub(crate) fn prepare() {
    LazyLock::force(&MODE);
}

/// What is known of macro calls. Asks nobody who was not asked yet.
pub(crate) fn calls() -> &'static Calls {
    if is_probe() {
        prepare();
    }
    names::calls()
}

/// Whether this is a probe.
pub(crate) fn is_probe() -> bool {
    static IS: LazyLock<bool> = LazyLock::new(|| std::env::var_os(PROBE).is_some());
    *IS
}

/// What to do with the function whose hooks have these keys.
pub(crate) fn about(function: &Function, keys: &[String], scopes: &Scopes) -> Answer {
    match &*MODE {
        Mode::Mention => Answer::Mention,
        Mode::NotAsked(why) => Answer::NotAsked(why.clone()),
        Mode::Asked(table, live) => Answer::Plan(table.plan(keys, scopes), String::new(), live.as_ref()),
        Mode::Unusable(why) => {
            let mut plan = Table::default().plan(keys, scopes);
            let all = plan.iter_mut().flatten();
            all.filter(|capture| capture.state != State::Doubtful)
                .for_each(|capture| *capture = Capture::unknown("see the note above"));
            Answer::Plan(plan, why.clone(), None)
        }
        Mode::Probe { folder, table } => {
            let name = facts::function(keys);
            let folder = folder.join(&name);
            if table.is(&name, Mark::Settled) {
                let _ = calls::expect_frames(&folder, &table.calls, keys, scopes);
                return Answer::Mention;
            }
            // Without this a hook counts as ours, whoever it is.
            let _ = calls::expect(&folder, &table.calls, function, keys, scopes);
            let plan = table.plan(keys, scopes);
            let made = made_mutable(scopes, &plan);
            let made: Vec<_> = made.iter().map(|&id| &scopes.bindings[id].ident).collect();
            let ask = table.ask(&name, may_try(function, &made));
            // Without its facts a function counts as refused.
            let _ = facts::write(&folder, keys, scopes, &plan, ask.mutable != Mutable::No, function);
            Answer::Probe { plan, folder, ask }
        }
    }
}

fn mode() -> Mode {
    let mode = asked();
    if let Mode::Probe { table, .. } | Mode::Asked(table, _) = &mode {
        names::know(table.calls.clone());
    }
    mode
}

fn asked() -> Mode {
    if let Some(session) = std::env::var_os(LINE) {
        return match wanted(Path::new(&session)) {
            Ok(live) => Mode::Asked(Table::read(&live.folder), Some(live)),
            Err(error) => Mode::NotAsked(format!("failed to read what line is wanted: {error}")),
        };
    }
    if let Some(folder) = std::env::var_os(PROBE) {
        let folder = PathBuf::from(folder);
        let table = Table::read(&folder);
        return Mode::Probe { folder, table };
    }
    let call = match Invocation::of_this_process() {
        Ok(call) if !call.makes_code() || !call.debug_assertions() => return Mode::Mention,
        call => call,
    };
    if std::env::var_os("HOOKABLE_ASK").is_some_and(|value| value == "off") {
        return Mode::NotAsked(String::new());
    }
    let repeatable = call
        .and_then(|call| call.repeatable().map(|()| call))
        .map_err(|error| error.to_string());
    match repeatable.and_then(|call| run::ask(&call)) {
        Ok(run::Verdict::Table(table, live)) => Mode::Asked(*table, live),
        Ok(run::Verdict::Unusable(why)) => Mode::Unusable(why),
        Err(why) => Mode::NotAsked(format!("rustc was not asked what can be captured: {why}")),
    }
}
