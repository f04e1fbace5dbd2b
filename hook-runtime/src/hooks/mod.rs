//! What happens at a hit, as `HOOKABLE` asks for: a console opens on a terminal or a script, a line is added to a
//! record, or nothing happens.

mod catch;
mod input;
mod mode;
mod notice;
mod start;
mod trace;

pub use start::start;

use std::fmt::Arguments;

use hook_frame::gate::{Console, Hit, Opened, TracedValues, Verdict};
use log::{Level, Record};

use crate::breakpoints::planted;
use crate::console::{self, Flow, Output, Session, Stop};
use crate::eval::HeldValues;
use crate::format::{self, Limit, Shown};
use crate::frame::changes::Values;
use crate::frame::{Exit, Frame, Returns, Site, pause, recent, step, stops, under};
use crate::guard;
use crate::interruption::OpenHook;
use crate::listen;
use crate::os::{stack, streams};
use crate::render::visible_line;
use crate::turn::Turn;
use crate::value::Access;
use input::LineSource;
use mode::{HookMode, mode};

/// What the gate of a hook is given to ask.
struct Hooks;

impl Console for Hooks {
    fn wants(&self, site: &'static Site) -> bool {
        // Miri runs nothing of the system that a console needs: signals, other stacks, a copy of the process.
        if cfg!(miri) {
            notice::under_miri();
            site.close();
            return false;
        }
        if guard::unhooked(|| matches!(mode(), HookMode::Off | HookMode::Broken)) {
            site.close();
            return false;
        }
        if stops::are_all_off() {
            stops::off(site);
            return false;
        }
        true
    }

    fn takes(&self, site: &'static Site, count: u64) -> Verdict {
        takes(site, count)
    }

    fn message(&self, text: Arguments<'_>) -> Option<String> {
        let said = !matches!(mode(), HookMode::Record(_) | HookMode::Off | HookMode::Broken);
        said.then(|| stack::with_room(|| guard::unhooked(|| format::text(text, Limit::prompt()))))
    }

    /// It is said once for each argument of a site.
    fn argument_panicked(&self, site: &'static Site, what: &'static str, message: &str) {
        guard::unhooked(|| notice::argument_panicked(site, what, message));
    }

    fn open(&self, hit: Hit, locals: &mut [Access<'_>], slot: Option<Opened<'_>>) {
        open(hit, locals, slot);
    }

    fn traced(&self, site: &'static Site, add: &dyn Fn(&mut TracedValues)) {
        trace::traced(site, add);
    }
}

/// Decides about a hit. `count` numbers the hits that might open.
fn takes(site: &'static Site, count: u64) -> Verdict {
    match mode() {
        HookMode::Record(recorder) if count <= recorder.hits => Verdict::Opens,
        HookMode::Record(_) => Verdict::Never,
        HookMode::Listen(unattended) if !listen::opens(unattended, count) => Verdict::Passes,
        _ if notice::is_over(site) => Verdict::Never,
        _ if !planted::counts(site) => Verdict::Passes,
        _ => match pause::decides(site) {
            Some(true) => Verdict::Pauses,
            Some(false) => Verdict::Passes,
            None if stops::passes(site) => match recent::is_wanted(site) {
                true => Verdict::Records,
                false => Verdict::Passes,
            },
            None => Verdict::Opens,
        },
    }
}

/// Opens what `HOOKABLE` asks for on this frame. Returns when the program shall resume.
fn open(mut hit: Hit, locals: &mut [Access<'_>], slot: Option<Opened<'_>>) {
    let site = hit.site;
    step::opened();
    // The program must resume even if the console panics. No hook opens inside the console's own work, which may reach
    // hooks of the program: there may be one in the allocator.
    let opened = stack::with_room(|| {
        guard::unhooked(|| {
            guard::caught(|| {
                let mut frame = Frame::new(site, hit.number, hit.take_message(), locals);
                if let Some((code, recorded, returns)) = slot {
                    (frame.slot, frame.returns) = (Some((code, recorded)), returns);
                }
                if matches!(site.exit, Exit::Panics) {
                    frame.returns = Returns::Not("a panic leaves the function");
                }
                match mode() {
                    HookMode::Off | HookMode::Broken => Flow::Resume,
                    HookMode::Record(recorder) => {
                        if let Err(why) = recorder.append(&frame) {
                            notice::print(&format!("hookable: {why}"));
                        }
                        Flow::Resume
                    }
                    _ if hit.records => {
                        recent::hit(&frame);
                        Flow::Resume
                    }
                    HookMode::Listen(unattended) if listen::record(unattended).is_some() => {
                        if let Some(Err(why)) = listen::record(unattended).map(|record| record.append(&frame)) {
                            notice::print(&format!("hookable: {why}"));
                        }
                        Flow::Resume
                    }
                    mode if hit.pauses => interact(&mut frame, mode, Why::Paused),
                    mode => match console::stop(&mut frame) {
                        Stop::Not => {
                            recent::hit(&frame);
                            Flow::Resume
                        }
                        Stop::Because(why) => {
                            // Should the function panic later, these are the last known values.
                            if under::is_within() {
                                recent::stop(&frame, &Values::of(&frame));
                            }
                            let why = [leaving(&frame), why].concat();
                            interact(&mut frame, mode, Why::Conditions(why))
                        }
                    },
                }
            })
        })
    });
    match opened {
        Ok(Flow::Exit(code)) => std::process::exit(code),
        Ok(_) => {}
        Err(message) => notice::print(&format!(
            "hookable: the console at {}:{} panicked: {message}: going on",
            site.file, site.line
        )),
    }
}

/// Says which error or panic leaves the function at a hook, if one does.
fn leaving(frame: &Frame<'_, '_>) -> Vec<String> {
    let site = frame.site;
    let again = match site.exit {
        Exit::None => return Vec::new(),
        Exit::Panics => {
            let mut said = under::said();
            said.extend(recent::last_in(site.file, site.function));
            said.push(UNSEEN.to_owned());
            return said;
        }
        Exit::Retries => "; :retry evaluates the expression again",
        Exit::Stops(_) => "",
    };
    let error = match frame.find("err").ok().and_then(|err| err.line(Limit::line(ERROR))) {
        Some(Shown::Text { text, cut }) => format!(": {text}{}", if cut { "..." } else { "" }),
        _ => String::new(),
    };
    vec![format!("an error leaves {} here{error}{again}", site.function)]
}

/// What is not shown at a panic.
const UNSEEN: &str = if console::ARE_CALLERS_SHOWN {
    "locals are shown as they lie in memory, since no borrow of them is known to be sound there; lines of Rust can use statics, functions and kept values, and the panic goes on when the hook resumes"
} else {
    "locals are not shown, since no borrow of them is known to be sound there; statics, functions and kept values can be used, and the panic goes on when the hook resumes"
};

/// How many characters of an error are shown when it leaves a function.
const ERROR: usize = 300;

/// The reason for which a hook opens.
enum Why {
    /// These conditions hold, or there are none.
    Conditions(Vec<String>),
    /// The user wanted the line that runs to pause at the next hook.
    Paused,
}

fn interact(frame: &mut Frame<'_, '_>, mode: &'static HookMode, why: Why) -> Flow {
    let _held = HeldValues::new(frame.opening);
    let site = frame.site;
    let turn = Turn::take(console::where_it_is(frame));
    let because = match why {
        // While this hook waited for its turn, it may have been switched off at another hook.
        Why::Conditions(_) if stops::is_off(site) => return Flow::Resume,
        Why::Conditions(because) => because,
        Why::Paused => vec!["paused".to_owned()],
    };
    step::stopped();
    let because: Vec<String> = because.into_iter().chain(console::returned(frame)).collect();
    let because = &because[..];
    let _open = OpenHook::new();
    let thread = visible_line(&frame.thread);
    let prompt = |frame: &Frame<'_, '_>, _: &mut Output| prompt(&turn, &thread, frame);
    if let HookMode::Listen(_) = mode {
        return listen::serve(frame, &turn, because, &prompt);
    }
    let LineSource { mut input, terminal } = match input::open(mode, site) {
        Ok(source) => source,
        Err(nothing) => {
            notice::no_input(site, &nothing);
            return Flow::Resume;
        }
    };
    debug(site, "Starting interactive shell.");
    let session = Session {
        turn: &turn,
        because,
        terminal,
        prompt: &prompt,
    };
    let flow = session.run(frame, &mut *input, &|| false);
    if flow == Flow::Resume {
        debug(site, "Returned from interactive shell. Resuming execution.");
    }
    flow
}

/// Returns the prompt. It names the thread if several are stopped, and the depth if hooks are nested, so that the user
/// can tell the prompts apart, and the caller that is looked at, and says so if the frame runs code that was replaced.
fn prompt(turn: &Turn, thread: &str, frame: &Frame<'_, '_>) -> String {
    let thread = if turn.is_one_of_several() {
        format!("[{thread}]")
    } else {
        String::new()
    };
    let depth = match turn.depth {
        1 => String::new(),
        depth => format!("({depth})"),
    };
    let caller = frame.caller.map_or(String::new(), |number| format!("#{number}"));
    let old = if frame.is_old() { " (old code)" } else { "" };
    format!("hook{thread}{depth}{caller}{old}> ")
}

/// Logs a message with the site as its source. The logger is the user's code.
fn debug(site: &'static Site, message: &str) {
    let target = site.target.filter(|target| !target.is_empty());
    let target = target.unwrap_or(site.module_path);
    guard::unhooked(|| {
        // A logger that prints takes std's lock, and so would wait for a thread that holds it.
        if Level::Debug <= log::max_level() && streams::is_free() {
            log::logger().log(
                &Record::builder()
                    .args(format_args!("{message}"))
                    .level(Level::Debug)
                    .target(target)
                    .module_path_static(Some(site.module_path))
                    .file_static(Some(site.file))
                    .line(Some(site.line))
                    .build(),
            );
        }
    });
}
