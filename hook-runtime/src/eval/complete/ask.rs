//! rustc is asked, on a thread of its own: which names there are, and how they are called.

use std::cell::{Cell, OnceCell};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hook_rustc::{Diagnostic, RustcError, RustcOutcome};

use super::answer::{Item, Reported, in_path, members, type_of_receiver};
use super::hook::AskedHook;
use super::names::Names;
use super::question::{self, QueryTarget, QuestionFile};
use super::signature::{CallErrors, Signature};
use super::subject::Subject;
use crate::eval::attempt::{completed, where_it_is};
use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::Purpose;
use crate::eval::codegen::piece::Written;
use crate::eval::codegen::write;
use crate::eval::compile::{CrateCompiler, private};
use crate::eval::error::EvaluateError;
use crate::eval::parse::{self, ParsedLine};
use crate::eval::session::history::{ItemChoices, history};
use crate::eval::session::kept;
use crate::progress;

/// The file of questions, in the folder of questions.
const FILE: &str = "questions.rs";
/// A rustc that takes longer than this is ended.
const LIMIT: Duration = Duration::from_secs(60);
/// The time after which it is looked whether the answer is still wanted.
const INTERVAL: Duration = Duration::from_millis(5);
/// The number of times that a line is written anew to reach what is private in it.
const PRIVATE: usize = 4;

/// One question on its way to rustc.
pub(super) struct Asking<'a> {
    pub(super) hook: &'a AskedHook,
    pub(super) subject: &'a Subject,
    pub(super) names: &'a Names,
    /// Whether the answer is still wanted.
    pub(super) wanted: &'a dyn Fn() -> bool,
    /// This is true once something private was found on the way to the value.
    pub(super) is_private: Cell<bool>,
    /// The subject with a type, if that was open.
    pub(super) typed: OnceCell<Subject>,
}

impl Asking<'_> {
    /// Returns what can stand behind the subject.
    pub(super) fn items(&self) -> Option<Vec<Item>> {
        let Subject::Members { value, .. } = self.subject else {
            let file = self.file();
            let reported = self.short(self.subject, &file).ok()?;
            return Some(in_path(&file, &reported));
        };
        let file = question::members(&self.names.members);
        let reported = self.short(self.subject, &file).ok()?;
        // A number whose type is still open gets the one that it would get in the end.
        let open = match type_of_receiver(&file, &reported) {
            Some("integer") => "i32",
            Some("floating-point number") => "f64",
            _ => return members(&file, &reported),
        };
        let typed = Subject::Members {
            around: self.subject.text().strip_suffix(value.as_str())?.to_owned(),
            value: format!("{{ let number: {open} = {value}; number }}"),
        };
        let reported = self.short(self.typed.get_or_init(|| typed), &file).ok()?;
        members(&file, &reported)
    }

    /// Returns the sources of the crate.
    pub(super) fn texts(&self) -> Vec<String> {
        let compiler = self.hook.compiler();
        let texts = compiler.map(|compiler| compiler.texts()).unwrap_or_default();
        texts.into_iter().map(|(_, text)| text).collect()
    }

    fn file(&self) -> QuestionFile {
        match self.subject {
            Subject::Members { .. } => question::members(&self.names.members),
            Subject::Path(path) if Subject::is_type(path) => question::in_type(path, &self.names.associated),
            Subject::Path(path) => question::in_module(path, &self.names.items),
            Subject::Scope => question::in_module("self", &self.names.items),
        }
    }

    fn short(&self, subject: &Subject, file: &QuestionFile) -> Result<Reported, EvaluateError> {
        let command = self.command(subject, file, "short")?;
        let reported = Reported::read(&self.run_for_text(command)?, FILE);
        let is_private = |code: &String| matches!(code.as_str(), "E0616" | "E0624");
        if !reported.elsewhere.iter().any(is_private) {
            return Ok(reported);
        }
        // Something private is named on the way to the value, which a line can reach only in another spelling.
        self.is_private.set(true);
        let command = self.reached(subject, file, "short")?;
        Ok(Reported::read(&self.run_for_text(command)?, FILE))
    }

    fn run_for_text(&self, command: Command) -> Result<String, RustcError> {
        let text = hook_rustc::run_for_text(command, LIMIT, INTERVAL, self.wanted);
        progress::process_ended();
        text
    }

    fn run(&self, command: Command) -> Result<RustcOutcome, RustcError> {
        let outcome = hook_rustc::run_while(command, LIMIT, INTERVAL, self.wanted);
        progress::process_ended();
        outcome
    }

    /// Returns how names are called behind the subject, and which of them are there. Where the same error comes for
    /// each, rustc knows nothing of the subject.
    pub(super) fn signatures<'n>(&self, names: impl Iterator<Item = &'n str>) -> Option<Vec<(String, CallErrors)>> {
        let file = question::signatures(&self.subject.before(), names);
        match file.asked.is_empty() {
            true => Some(Vec::new()),
            false => self.told(&file).ok(),
        }
    }

    fn told(&self, file: &QuestionFile) -> Result<Vec<(String, CallErrors)>, EvaluateError> {
        let subject = self.typed.get().unwrap_or(self.subject);
        let command = match self.is_private.get() {
            true => self.reached(subject, file, "json")?,
            false => self.command(subject, file, "json")?,
        };
        let outcome = self.run(command)?;
        let mut told: Vec<(usize, String, CallErrors)> = Vec::new();
        for (line, asked) in &file.asked {
            if let QueryTarget::Name(name) = asked {
                told.push((*line, name.clone(), CallErrors::default()));
            }
        }
        for error in outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
            let line = error
                .spans
                .iter()
                .find(|span| span.primary && span.file.ends_with(FILE));
            let at = line.and_then(|span| told.iter().position(|(line, ..)| *line == span.line));
            if let Some(at) = at {
                told[at].2.add(error);
            }
        }
        let compiler = self.hook.compiler()?;
        let mut texts: Vec<(String, Option<String>)> = Vec::new();
        for (_, name, told) in &mut told {
            let Some((file, _)) = told.defined.clone() else {
                continue;
            };
            if !texts.iter().any(|(other, _)| *other == file) {
                texts.push((file.clone(), compiler.source(&file)));
            }
            let text = texts.iter().find(|(other, _)| *other == file);
            if let Some((_, Some(text))) = text {
                told.name(text, name);
            }
        }
        Ok(told.into_iter().map(|(_, name, told)| (name, told)).collect())
    }

    /// Returns the call of rustc for a file of questions.
    fn command(&self, subject: &Subject, file: &QuestionFile, format: &str) -> Result<Command, EvaluateError> {
        let compiler = self.hook.compiler()?;
        let line = self.write_file(&compiler, subject, file)?;
        let source = parse::parse(&line).map_err(EvaluateError::Lex)?;
        let (_, command) = self.written(&compiler, source, format)?;
        Ok(command)
    }

    /// Returns the call of rustc for the same file with a line that reaches what is private on the way to the value.
    fn reached(&self, subject: &Subject, file: &QuestionFile, format: &str) -> Result<Command, EvaluateError> {
        let mut reached = private::PrivateAccesses::default();
        let (line, name) = {
            let compiler = self.hook.compiler()?;
            let name = compiler.line_of_question().map_err(failed)?;
            (self.write_file(&compiler, subject, file)?, name)
        };
        let mut source = parse::parse(&line).map_err(EvaluateError::Lex)?;
        for _ in 0..PRIVATE {
            let (written, command) = {
                let compiler = self.hook.compiler()?;
                self.written(&compiler, source.clone(), "json")?
            };
            let mut errors: Vec<Diagnostic> = self.run(command)?.diagnostics;
            errors.retain(|error| error.spans.iter().any(|span| span.primary && span.file == name));
            let compiler = self.hook.compiler()?;
            let refused = |_: &[Diagnostic]| EvaluateError::NoParts;
            if !reached.reach(&mut source, &errors, (&written, &name), &compiler, &refused) {
                break;
            }
        }
        let compiler = self.hook.compiler()?;
        Ok(self.written(&compiler, source, format)?.1)
    }

    fn write_file(
        &self,
        compiler: &CrateCompiler,
        subject: &Subject,
        file: &QuestionFile,
    ) -> Result<String, EvaluateError> {
        let path = compiler.questions().map_err(failed)?.join(FILE);
        fs::write(&path, &file.text).map_err(failed)?;
        Ok(subject.line(&path.to_string_lossy()))
    }

    /// Puts a line into the slot of the hook, as [`Purpose::Type`] does, and returns the call of rustc that checks it.
    fn written(
        &self,
        compiler: &CrateCompiler,
        mut source: ParsedLine<'_>,
        format: &str,
    ) -> Result<(Written, Command), EvaluateError> {
        let frame = self.hook.frame();
        source.find_parts(frame.places.iter().map(|place| place.name));
        let (_, hook) = where_it_is(&frame)?;
        compiler.turn_to(hook.id, hook.spot.path, (hook.spot.line, hook.spot.column));
        let path = hook.spot.path.map(|path| compiler.read_at(path));
        let hook = completed(hook, path.as_deref(), &source, compiler);
        let fallbacks = Fallbacks {
            // What follows the hook in its function is checked too late to tell the types of places.
            typed: true,
            awaits: source.awaits(),
            ..Fallbacks::default()
        };
        let written = kept::acting_for(self.hook.thread, || {
            let history = history();
            let (input, _) = history.recall(&source, &hook, &frame.places, (&ItemChoices::default(), &fallbacks));
            write::write(&source, &input, Purpose::Type, &fallbacks)
        });
        let command = compiler.question(hook.id, &written.text, &hook.outer, format);
        Ok((written, command.map_err(failed)?))
    }
}

/// Returns the names that rustc is asked about for a hook: those of std, of the crate, and of the libraries that the
/// file of the hook names.
pub(super) fn names(hook: &AskedHook) -> Option<Names> {
    let compiler = hook.compiler().ok()?;
    let mut names = Names::of_std();
    let texts = compiler.texts();
    let file = hook.frame().spot.file;
    let own = texts
        .iter()
        .find(|(path, _)| path.ends_with(file))
        .map_or("", |(_, text)| text);
    let libraries = compiler.library_sources();
    drop(compiler);
    names.read(own);
    texts.iter().for_each(|(_, text)| names.read(text));
    let named = libraries
        .iter()
        .filter(|(name, _)| name != "hookable" && parse::mentions(own, name));
    for path in named.flat_map(|(_, files)| files) {
        names.read(&fs::read_to_string(Path::new(path)).unwrap_or_default());
    }
    names.items.extend(libraries.into_iter().map(|(name, _)| name));
    Some(names.spelled())
}

fn failed(error: std::io::Error) -> EvaluateError {
    EvaluateError::Io {
        what: "write a question to a file",
        error,
    }
}

impl CallErrors {
    /// Returns the signature of something that is there.
    pub(super) fn signature_of(self) -> Option<Signature> {
        (!self.is_absent).then_some(self.signature)
    }
}
