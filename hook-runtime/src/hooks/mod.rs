//! From a hit to whatever `HOOKABLE` asks for: a console on a terminal or a script, a line in a record, or nothing.

mod input;
mod mode;
mod notice;
mod site;

pub use site::Hit;

use std::fmt::Arguments;

use log::{Level, Record};

use crate::console::{self, Console, Flow, Output, Stop, Taken};
use crate::eval::frame::EvalFrame;
use crate::format::{self, Limit};
use crate::frame::{Code, Frame, Recorded, Site, stops};
use crate::guard;
use crate::os::{stack, streams};
use crate::render::visible_line;
use crate::turn::Turn;
use crate::value::Access;
use input::LineSource;
use mode::{HookMode, mode};

/// Tells whether a hook reached on this thread opens.
pub(crate) fn wanted(site: &'static Site) -> bool {
    if guard::is_unhooked() {
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

/// What becomes of a hit. To know that it does not open saves the capture.
pub(crate) enum Verdict {
    Opens,
    Passes,
    /// It does not open, nor does any later one.
    Never,
}

/// Gives what becomes of a hit, it being the `count`th that might open.
pub(crate) fn takes(site: &'static Site, count: u64) -> Verdict {
    match mode() {
        HookMode::Record(recorder) if count <= recorder.hits => Verdict::Opens,
        HookMode::Record(_) => Verdict::Never,
        _ if notice::is_over(site) => Verdict::Never,
        _ if stops::passes(site) => Verdict::Passes,
        _ => Verdict::Opens,
    }
}

/// An argument of a hook panicked: said once.
pub(crate) fn argument_panicked(site: &'static Site, what: &'static str, message: &str) {
    guard::unhooked(|| notice::argument_panicked(site, what, message));
}

/// Gives the banner's first line, where there will be a banner. It is the user's code that formats it.
pub(crate) fn message(text: Arguments<'_>) -> Option<String> {
    let said = !matches!(mode(), HookMode::Record(_) | HookMode::Off | HookMode::Broken);
    said.then(|| stack::with_room(|| guard::unhooked(|| format::text(text, Limit::PROMPT))))
}

/// Opens what is asked for on this frame, and returns when the program shall go on.
pub(crate) fn open(hit: Hit, locals: &mut [Access<'_>], slot: Option<(Code, &'static Recorded)>) {
    let site = hit.site;
    // Whatever is wrong with the console, the program goes on. Hooks open in the user's code only, not in what it
    // takes to call it: there may be one in the allocator.
    let opened = stack::with_room(|| {
        guard::unhooked(|| {
            guard::caught(|| {
                let mut frame = Frame::new(site, hit.number, hit.message, locals);
                frame.slot = slot;
                match mode() {
                    HookMode::Off | HookMode::Broken => Flow::Resume,
                    HookMode::Record(recorder) => {
                        if let Err(why) = recorder.append(&frame) {
                            notice::print(&format!("hookable: {why}"));
                        }
                        Flow::Resume
                    }
                    mode => match console::stop(&mut frame) {
                        Stop::Not => Flow::Resume,
                        Stop::Because(why) => interact(&mut frame, mode, &why),
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

fn interact(frame: &mut Frame<'_, '_>, mode: &'static HookMode, because: &[String]) -> Flow {
    let site = frame.site;
    let turn = Turn::take(console::where_it_is(frame));
    // It may have been switched off at another hook while this one waited for its turn.
    if stops::is_off(site) {
        return Flow::Resume;
    }
    let LineSource { mut input, terminal } = match input::open(mode) {
        Ok(source) => source,
        Err(nothing) => {
            notice::no_input(site, &nothing);
            return Flow::Resume;
        }
    };
    debug(site, "Starting interactive shell.");
    console::hush();
    streams::flush_program();
    let taken = terminal.as_ref().map(Taken::new);
    let mut out = terminal.as_ref().map_or_else(Output::standard, Output::on);
    match terminal {
        Some(_) => console::print_stop(frame, &turn, because, &mut out),
        None => console::print_banner(frame, turn.between.as_deref(), because, &mut out),
    }
    (taken.iter().flat_map(|taken| &taken.notes)).for_each(|note| out.remark(note));
    console::prompts(frame);
    let thread = visible_line(&frame.thread);
    if terminal.is_some() {
        crate::eval::prepare(&EvalFrame::of(frame));
    }
    let mut console = Console { frame, out: &mut out };
    let flow = console.run(&mut *input, &|frame, out| {
        console::back(frame, out);
        prompt(&turn, &thread)
    });
    if flow == Flow::Resume && terminal.is_some() {
        console::resumes(frame, &mut out);
    }
    if let (Flow::Exit(_), Some(taken)) = (flow, taken) {
        taken.keep();
    }
    if flow == Flow::Resume {
        debug(site, "Returned from interactive shell. Resuming execution.");
    }
    flow
}

/// Gives the prompt. It names what it could be taken for another's by: the thread where there are several, the depth
/// where hooks are nested.
fn prompt(turn: &Turn, thread: &str) -> String {
    let thread = if turn.is_one_of_several() {
        format!("[{thread}]")
    } else {
        String::new()
    };
    match turn.depth {
        1 => format!("hook{thread}> "),
        depth => format!("hook{thread}({depth})> "),
    }
}

/// Logs as the site would; the logger is the user's code.
fn debug(site: &'static Site, message: &str) {
    let target = site.target.filter(|target| !target.is_empty());
    let target = target.unwrap_or(site.module_path);
    guard::unhooked(|| {
        // A logger that prints waits for std's lock, and so for whoever has it.
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
