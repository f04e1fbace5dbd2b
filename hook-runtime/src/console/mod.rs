//! The console on one frame. It reads lines and answers them; a line is a name, a write, Rust, or a command.
//!
//! It does no I/O of its own: lines come from an [`Input`], and text goes to an [`Output`]. The module `hooks` decides
//! whether a console opens, and which hook has the terminal.

mod banner;
mod commands;
mod conditions;
mod error;
mod input;
pub(crate) mod line;
mod output;
mod pager;
mod reading;
mod run;
mod session;
mod show;
mod sources;
mod startup;
mod stop;
#[cfg(test)]
pub(crate) mod tests;
mod unstopped;
mod values;
mod waiting;

pub(crate) use banner::where_it_is;
pub(crate) use commands::backtrace::backtrace;
pub(crate) use commands::callers::ARE_CALLERS_SHOWN;
#[cfg(target_os = "linux")]
pub(crate) use commands::callers::{CallerVariable, variables};
pub(crate) use commands::{is_command_of, may_change};
pub(crate) use conditions::{Stop, stop};
pub(crate) use input::terminal::{self, Device};
pub(crate) use input::{Input, Read, Scope, placed, stdin, text};
pub(crate) use line::units;
pub(crate) use output::{Collected, Output};
pub(crate) use session::Session;
pub(crate) use sources::around;
pub(crate) use sources::paths_and_texts as texts;
pub(crate) use stop::returned;
pub(crate) use unstopped::hush;

use std::sync::Arc;
use std::time::Duration;

use hook_rustc::sorted::sort;

use commands::{Wanted, callers, completion};
pub(crate) use error::ConsoleError;
pub(crate) use input::terminal::LineCompletion;
use input::terminal::TakenTerminal;
use line::{MOST, TypedLine};
use reading::{PASTED, Pasted, first, read_whole};
use unstopped::Unstopped;
use waiting::Waiting;

use crate::eval::complete::AskedHook;
use crate::eval::hooked::HookedCrate;
use crate::eval::{self, Purpose};
use crate::frame::{Frame, FrameError};
use crate::guard;
use crate::literal::LiteralError;
use crate::turn;

/// What happens after a line was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The console reads the next line.
    Stay,
    /// The program resumes.
    Resume,
    /// The console of the thread with this number gets the terminal.
    To(u64),
    /// The program ends with this exit code.
    Exit(i32),
}

/// A function that gives the prompt for a frame. It may print something above the prompt.
pub(crate) type Prompt<'p> = &'p dyn Fn(&Frame<'_, '_>, &mut Output) -> String;

type Outcome = Result<Flow, ConsoleError>;

/// A console: the frame that it shows, and where it prints.
pub(crate) struct Console<'c, 'a, 'f> {
    pub(crate) frame: &'c mut Frame<'a, 'f>,
    pub(crate) out: &'c mut Output,
}

impl Console<'_, '_, '_> {
    /// Reads and answers lines until the program shall resume or end. `pasted` is read before `input`. `prompt` gives
    /// the prompt of each line, and may print something above it.
    pub(crate) fn run(&mut self, input: &mut dyn Input, pasted: &Pasted, prompt: Prompt<'_>) -> Flow {
        loop {
            self.out.settle();
            let scope = self.scope();
            let prompt = prompt(self.frame, self.out);
            let waiting = pasted.next();
            let is_typed = waiting.is_none() && self.out.is_terminal();
            let read = match waiting {
                Some(text) => Read::Line(text),
                None => read_whole(input, pasted, &prompt, &scope),
            };
            let (text, typed) = match read {
                Read::Line(text) if is_typed && text.trim().is_empty() => match commands::flow::resume_again(self) {
                    Flow::Stay => {
                        stop::repeat_hint(self.out);
                        continue;
                    }
                    flow => return flow,
                },
                Read::Line(text) => {
                    self.out.forget_suggestion();
                    let line = first(text.clone(), pasted);
                    // The wait is shown behind the typed text in the row above the cursor, which is possible only if
                    // that row is all of the input.
                    let is_row = is_typed && line == text && !text.contains('\n');
                    (line, is_row.then(|| format!("{prompt}{text}")))
                }
                Read::Cleared => {
                    if is_typed {
                        stop::repeat_hint(self.out);
                    }
                    continue;
                }
                Read::End => return Flow::Resume,
                Read::Failed(why) => {
                    self.out.say(&why);
                    return Flow::Resume;
                }
            };
            if !commands::expect::is_expectation(&text) {
                self.out.forget_recent();
            }
            match self.attended(input, &text, typed.as_deref()) {
                Flow::Stay => {}
                Flow::To(thread) => {
                    turn::change_to(thread);
                }
                flow => return flow,
            }
        }
    }

    /// Answers one line, while the terminal shows what it waits for, and Ctrl-C ends it. `typed` is the row above the
    /// cursor, if the wait can be shown behind it.
    fn attended(&mut self, input: &dyn Input, text: &str, typed: Option<&str>) -> Flow {
        self.out.measure();
        let attended = input.attend();
        let device = self.out.device().filter(|_| input.can_draw());
        let waiting = device.map(|device| Waiting::new(device, typed));
        let unstopped = self.out.device().map(Unstopped::new);
        let flow = self.answer(text);
        drop((unstopped, waiting, attended));
        flow
    }

    /// Returns the names that can be typed: those of the locals, and those that the session keeps if Rust can be
    /// compiled.
    fn scope(&mut self) -> Scope {
        if let Some(names) = callers::names(self) {
            return self.scope_of(names, None);
        }
        let mut names: Vec<String> = self.frame.names().into_iter().map(str::to_owned).collect();
        if self.frame.slot.is_some() {
            names.extend(eval::known(self.frame.opening));
            sort(&mut names);
            names.dedup();
        }
        let hook = self.out.is_terminal().then(|| AskedHook::of(self.frame).map(Arc::new));
        self.scope_of(names, hook.flatten())
    }

    /// Returns a scope of these names. `hook` is asked for what else can be typed.
    fn scope_of(&self, names: Vec<String>, hook: Option<Arc<AskedHook>>) -> Scope {
        Scope {
            names,
            hook,
            complete: completion::complete,
            places: commands::places,
            krate: HookedCrate::of(self.frame),
            is_command: completion::is_command,
            source: self.frame.site.path,
            suggested: self.out.suggested(),
        }
    }

    /// Returns the byte from which a line can be completed at its end, and what can stand there.
    pub(crate) fn completions(&mut self, line: &str) -> (usize, Vec<LineCompletion>) {
        /// Whoever asks waits for rustc for this long.
        const PATIENCE: Duration = Duration::from_secs(5);
        let mut scope = self.scope();
        scope.hook = AskedHook::of(self.frame).map(Arc::new);
        terminal::completions(line, &scope, PATIENCE)
    }

    /// Answers one line. An error is printed.
    pub(crate) fn answer(&mut self, text: &str) -> Flow {
        match guard::caught(|| self.dispatch(text)) {
            Ok(Ok(flow)) => {
                if line::parse(text).is_code() {
                    self.frame.typed.push(text.trim().to_owned());
                }
                return match flow {
                    Flow::Stay if self.frame.has_returned => Flow::Resume,
                    flow => flow,
                };
            }
            Ok(Err(error)) => {
                self.out.error(&error.to_string());
                let meant = error.is_no_rust().then(|| commands::without_colon(text.trim()));
                if let Some(command) = meant.flatten() {
                    self.out.remark(&command);
                } else if let Some(line) = error.suggested() {
                    self.out.suggest(line);
                }
            }
            Err(message) => self.out.error(&format!("the command panicked: {message}")),
        }
        Flow::Stay
    }

    fn dispatch(&mut self, text: &str) -> Outcome {
        if text.len() > MOST {
            return Err(ConsoleError::TooLong);
        }
        let line = match line::parse(text) {
            // A path like `self.count` may be a place of its own in the frame, for example a captured field of a
            // closure.
            TypedLine::Rust(text) => line::of_field(text)
                .filter(|(_, name)| name.contains('.') && self.frame.find(name).is_ok())
                .map_or(TypedLine::Rust(text), |(line, _)| line),
            line => line,
        };
        let wanted = match line {
            TypedLine::Asked(_) => Some(Wanted::Both),
            _ => line.is_code().then_some(Wanted::Value),
        };
        let typed = text.trim().trim_start_matches('?');
        if let Some(answered) = wanted.and_then(|wanted| callers::answer(self, typed, wanted)) {
            return answered;
        }
        match line {
            TypedLine::Empty => {}
            TypedLine::Command { name, rest } => return (commands::find(name)?.run)(self, rest),
            TypedLine::Quit(name) if self.frame.find(name).is_ok() => self.print(name)?,
            TypedLine::Quit(_) => self
                .out
                .say("this console is part of a running program: Ctrl-D or :c resumes the program, :exit ends it"),
            TypedLine::Help(name)
                if self.frame.find(name).is_ok() || eval::type_of_kept(name, self.frame.opening).is_some() =>
            {
                self.value(name)?;
            }
            TypedLine::Help(_) => return (commands::find("help")?.run)(self, ""),
            TypedLine::Asked(name) => return self.asked(name),
            TypedLine::Name(name) => self.value(name)?,
            TypedLine::Ended(name) if self.is_rust(name) => self.rust(text, Purpose::Run)?,
            TypedLine::Ended(name) => {
                self.frame.find(name)?;
                self.unshown();
            }
            TypedLine::Write { name, .. } | TypedLine::Assign { name, .. }
                if eval::shadows(name, self.frame.opening) =>
            {
                self.rust(text, Purpose::Run)?;
            }
            TypedLine::Write { name, literal } => match self.write(name, &literal) {
                // The name may be a static or a kept value, and a literal that serde cannot read may be an expression
                // of Rust, so the line is tried as Rust.
                Err(
                    FrameError::Unknown { .. }
                    | FrameError::Literal(LiteralError::NoReading { .. } | LiteralError::NoDeserialize { .. }),
                ) if self.frame.slot.is_some() => self.rust(text, Purpose::Run)?,
                written => written.map_err(|error| ConsoleError::of_write(error, text))?,
            },
            TypedLine::Assign { name, value } => self.assign(text, name, value)?,
            TypedLine::Rust(text) => self.rust(text, Purpose::Run)?,
        }
        Ok(Flow::Stay)
    }

    /// Answers `?NAME`. For a value it prints the type and the value; for an item of the crate, what `:doc` prints; for
    /// a method behind a value, the doc comment; for what was typed, its head.
    fn asked(&mut self, name: &str) -> Outcome {
        if !self.is_rust(name) {
            return commands::both(self, name);
        }
        let is_kept = eval::type_of_kept(name, self.frame.opening).is_some();
        if let Some(head) = eval::head_of(name).filter(|_| !is_kept) {
            self.out.value(&head);
            return Ok(Flow::Stay);
        }
        // The sources tell of an item at once. rustc would say that a type is no expression, and not which function a
        // generic one is.
        if !is_kept && commands::is_item(self.frame, name) {
            return (commands::find("doc")?.run)(self, name);
        }
        match self.run_rust(name, Purpose::Type) {
            // The name of a type is no expression, nor is that of a method.
            Err(error) => (commands::find("doc")?.run)(self, name).map_err(|_| error),
            Ok(true) => Ok(Flow::Stay),
            Ok(false) => self.rust(name, Purpose::Run).map(|()| Flow::Stay),
        }
    }
}
