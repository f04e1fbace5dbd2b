//! Rust that was typed is run, and values are written, for a console.

use std::any::type_name;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Console;
use super::error::ConsoleError;
use super::show::{panicked, show};
use super::unstopped::hush;
use crate::eval::abi::LineOutcome;
use crate::eval::again::LoadedLine;
use crate::eval::frame::EvalFrame;
use crate::eval::{self, LAST, LineAnswer, Purpose};
use crate::format::Shown;
use crate::frame::FrameError;
use crate::guard;
use crate::literal::Literal;
use crate::os::streams;
use crate::render;

/// The end of the remark that is printed when a value is read as a literal, because no Rust can be compiled.
const READ: &str = if cfg!(feature = "serde") {
    "by its Deserialize instead"
} else {
    "by its FromStr instead"
};

/// The result of an expression that a command ran.
pub(super) struct Aside {
    pub(super) outcome: LineOutcome,
    /// The compiled code, if it can be called again.
    pub(super) loaded: Option<LoadedLine>,
    /// The time that the expression itself took, without the compilation.
    pub(super) took: Duration,
}

impl Console<'_, '_, '_> {
    /// Writes a literal into a local. What borrows from the local is gone.
    pub(super) fn write(&mut self, name: &str, literal: &Literal) -> Result<(), FrameError> {
        if let Ok(local) = self.frame.find(name) {
            self.end_borrowers(&[local.index]);
        }
        self.frame.write(name, literal)
    }

    /// Ends the values of the session that borrow from these bindings, which are about to be written.
    pub(super) fn end_borrowers(&mut self, bindings: &[usize]) {
        let frame = EvalFrame::of(self.frame);
        let notes = eval::end_borrowers(&frame, bindings);
        let borrowed = eval::borrowed_uniquely(&frame);
        self.frame.borrowed = borrowed;
        notes.iter().for_each(|note| self.out.remark(note));
    }

    /// Runs a line of Rust and prints its result.
    pub(super) fn rust(&mut self, text: &str, purpose: Purpose) -> Result<(), ConsoleError> {
        self.run_rust(text, purpose).map(drop)
    }

    /// Runs a line of Rust and prints its result. Returns whether that is the signature of a function.
    pub(super) fn run_rust(&mut self, text: &str, purpose: Purpose) -> Result<bool, ConsoleError> {
        let (width, text) = (self.out.width, text.trim());
        if purpose != Purpose::Type {
            self.frame.touch();
        }
        let frame = EvalFrame::of(self.frame);
        let answer = eval::evaluate(&frame, text, purpose, width);
        let borrowed = eval::borrowed_uniquely(&frame);
        self.frame.borrowed = borrowed;
        hush();
        let LineAnswer {
            outcome,
            ended,
            notes,
            writes,
            kept,
            is_kept,
            is_place,
            ..
        } = answer?;
        self.out.after_line();
        self.frame.ran(text, writes, kept);
        let is_function = matches!(outcome, LineOutcome::Signature(..));
        match outcome {
            LineOutcome::Nothing | LineOutcome::Mistaken(_) => {}
            LineOutcome::Type(ty) => {
                let told = self.future(text, ty).unwrap_or_else(|| render::short(ty));
                self.out.value(&told);
            }
            LineOutcome::Signature(name, signature) => {
                let signature = render::short(signature);
                self.out.value(&match name.contains("{{closure}}") {
                    true => signature.replacen("fn", "impl Fn", 1),
                    false => signature,
                });
            }
            LineOutcome::Returned(value) => self.returned(value),
            LineOutcome::Value(Shown::Text { text, cut: false }, ty) if purpose == Purpose::Full => {
                self.out.typed(&render::short(ty));
                self.out.page(&text);
            }
            LineOutcome::Value(shown, ty) => {
                // What is kept need not be computed again to be shown in full.
                let again = if is_kept { LAST } else { text.trim_end_matches(';') };
                if is_kept || is_place {
                    self.printed(again, &shown);
                }
                show(self.out, self.frame.site, &shown, again, "the value", ty);
            }
            LineOutcome::Early(Shown::Text { text, .. }) => self.out.error(&text),
            LineOutcome::Early(_) => self.out.error("the line ended at `?`"),
            LineOutcome::Interrupted => self.out.error("interrupted: what the line did before that is done"),
            LineOutcome::Panicked(panic) => self.out.error(&panicked(&panic, self.frame.site)),
        }
        notes.iter().for_each(|note| self.out.remark(note));
        if ended {
            self.unshown();
        }
        Ok(is_function)
    }

    /// Returns the type of a future as a program can write it. The type itself has no name but that of the `async fn`.
    fn future(&mut self, text: &str, ty: &str) -> Option<String> {
        if !ty.ends_with("{{closure}}") {
            return None;
        }
        let frame = EvalFrame::of(self.frame);
        let awaited = format!("({text}\n).await");
        match eval::evaluate(&frame, &awaited, Purpose::Type, self.out.width)
            .ok()?
            .outcome
        {
            LineOutcome::Type(output) => Some(format!("impl Future<Output = {}>", render::short(output))),
            _ => None,
        }
    }

    /// Says that the function ends, and with which value.
    pub(super) fn returned(&mut self, value: Option<(Shown, &'static str)>) {
        self.frame.has_returned = true;
        let value = value.map(|(shown, ty)| match shown {
            Shown::Text { text, cut } => format!(": {text}{}", if cut { "..." } else { "" }),
            Shown::Opaque | Shown::Failed(_) => format!(": a value of type {}", render::short(ty)),
        });
        self.out
            .remark(&format!("the function returns{}", value.unwrap_or_default()));
    }

    /// Runs an expression for a command, which uses the result in its own way.
    pub(super) fn aside(&mut self, text: &str, purpose: Purpose) -> Result<Aside, ConsoleError> {
        // A command that parses the text needs it in the plain layout, not fitted to the width of the terminal.
        let width = if purpose == Purpose::Text { 0 } else { self.out.width };
        self.frame.touch();
        guard::forget_time();
        let frame = EvalFrame::of(self.frame);
        let answer = eval::evaluate(&frame, text, purpose, width);
        let borrowed = eval::borrowed_uniquely(&frame);
        self.frame.borrowed = borrowed;
        hush();
        let (answer, took) = (answer?, guard::time());
        streams::flush_program();
        self.frame.ran(text, answer.writes, answer.kept);
        answer.notes.iter().for_each(|note| self.out.remark(note));
        Ok(Aside {
            outcome: answer.outcome,
            loaded: answer.loaded,
            took,
        })
    }

    /// Says why a value is not shown. This is said once in a process.
    pub(super) fn unshown(&mut self) {
        static SAID: AtomicBool = AtomicBool::new(false);
        if !SAID.swap(true, Ordering::Relaxed) {
            self.out
                .remark("a line that ends in `;` is a statement: its value is not shown, and not kept");
        }
    }

    /// Says how values without `Debug` are listed by their fields, to somebody at a terminal. This is said once in a
    /// process.
    pub(super) fn tell_of_fields(&mut self) {
        static SAID: AtomicBool = AtomicBool::new(false);
        if self.out.is_terminal() && !SAID.swap(true, Ordering::Relaxed) {
            self.out.remark("`:locals *` shows the fields of what is in `<..>`");
        }
    }

    /// Writes a value that is given in Rust's syntax. The value is compiled; only where nothing can be compiled it is
    /// read as a literal.
    pub(super) fn assign(&mut self, text: &str, name: &str, value: &str) -> Result<(), ConsoleError> {
        let is_string = |ty: Option<&str>| ty == Some(type_name::<String>());
        if let Ok(local) = self.frame.find(name)
            && is_string(local.type_name())
            && let Ok(literal @ (Literal::Str(_) | Literal::Empty)) = Literal::parse(value)
        {
            return self
                .write(name, &literal)
                .map_err(|error| ConsoleError::of_write(error, text));
        }
        let refused = match self.rust(text, Purpose::Run) {
            Err(ConsoleError::Rust(refused)) if refused.is_of_no_line() => refused,
            ran => return ran,
        };
        let Ok(literal) = Literal::parse(value) else {
            return Err(refused.into());
        };
        match self.write(name, &literal) {
            Err(FrameError::Unknown { .. }) => return Err(refused.into()),
            written => written.map_err(|error| ConsoleError::of_write(error, text))?,
        }
        self.out.remark(&format!("{refused}; `{name}` was read {READ}"));
        Ok(())
    }
}
