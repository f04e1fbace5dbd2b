//! What rustc refuses of a line, and what is given up so that rustc accepts the line.
//!
//! More code stands around a line than the line needs: its value is kept, items and values of earlier lines are
//! there, types are asked which traits they have. Where rustc refuses such code, the line is not at fault. It is
//! compiled again without that code, until rustc accepts it, or refuses what was typed.

mod concessions;
mod holding;
mod items;

pub(crate) use holding::EndedValue;
pub(crate) use items::are_items;

use std::path::PathBuf;
use std::sync::Arc;

use hook_rustc::Diagnostic;

use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::{LAST, Purpose, ValueSource};
use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::codegen::{places, write};
use crate::eval::compile::private::{PrivateAccesses, is_of_private};
use crate::eval::compile::{Compiled, CrateCompiler};
use crate::eval::diagnostics::message::{self, Explainer};
use crate::eval::diagnostics::{findings, findings::PieceError, lint};
use crate::eval::error::{EvaluateError, Refusal};
use crate::eval::frame::EvalFrame;
use crate::eval::parse::ParsedLine;
use crate::eval::session::history::{HookContext, ItemChoices, Lost, history};
use crate::eval::session::kept::{self, About};
use crate::render;
use concessions::Concessions;

/// A line that rustc compiled.
#[derive(Clone)]
pub(crate) struct CompiledLine {
    pub(crate) written: Arc<Written>,
    pub(crate) fallbacks: Fallbacks,
    pub(crate) objects: Vec<PathBuf>,
    /// The text of the file that was compiled.
    pub(crate) text: Arc<str>,
    /// The places that the line sees and can write, by position.
    pub(crate) moved: Vec<usize>,
    /// Those of these places that the line only reads.
    pub(crate) unwritten: Vec<usize>,
    /// The kept values that the line takes.
    pub(crate) values: Vec<String>,
    /// The held values that the line uses.
    pub(crate) held: Vec<String>,
    /// The places that the line has by shared and by unique reference, by position.
    pub(crate) references: (Vec<usize>, Vec<usize>),
    /// The held values that end before the line runs.
    pub(crate) ended: Vec<EndedValue>,
    /// The kept and held values that the line writes.
    pub(crate) kept_written: Vec<String>,
    /// What was chosen for its items.
    pub(crate) items: ItemChoices,
    /// Remarks for the user.
    pub(crate) notes: Vec<String>,
}

/// Compiles a line, and falls back to less of what stands around it as long as rustc refuses that. If rustc refuses the
/// line's items in a module, they are tried in the block, too.
pub(crate) fn compile_with_fallback(
    frame: &EvalFrame<'_>,
    source: &mut ParsedLine<'_>,
    hook: &HookContext<'_>,
    compiler: &CrateCompiler,
    purpose: Purpose,
) -> Result<CompiledLine, EvaluateError> {
    let mut reached = PrivateAccesses::default();
    let request = Request {
        frame,
        hook,
        compiler,
        purpose,
        file: compiler.line().to_string_lossy().into_owned(),
    };
    let in_module = source.has_items() && hook.own_names.is_some();
    let mut compiled = request.fall_back(source, &mut reached, false);
    if let Err(EvaluateError::Rejected(_)) = &compiled
        && in_module
    {
        let again = request.fall_back(source, &mut reached, true);
        if again.is_ok() || !source.leads_out_of_module() {
            compiled = again;
        }
    }
    compiled.map_err(|error| reached.told(error))
}

/// What stays the same however often a line is compiled.
struct Request<'r> {
    frame: &'r EvalFrame<'r>,
    hook: &'r HookContext<'r>,
    compiler: &'r CrateCompiler,
    purpose: Purpose,
    /// The file that the line is compiled from, as rustc names it.
    file: String,
}

/// A line as it was written for one run of rustc, and what it was given.
struct Trial {
    written: Written,
    /// The names that the line cannot use here, and why.
    lost: Vec<Lost>,
    /// The places that the line sees and can write, by position.
    moved: Vec<usize>,
    /// The kept values that the line takes.
    values: Vec<String>,
    /// The values that the line has by reference, from a line that is still running.
    lent: Vec<String>,
    /// The items of earlier lines that no module sees, if the line is one with a module.
    in_block: Vec<String>,
    /// The held values that the line takes, and those that it has by reference.
    held: (Vec<String>, Vec<String>),
    /// The places that the line has by shared and by unique reference, by position.
    references: (Vec<usize>, Vec<usize>),
    /// The places that held values borrow, by position, with the names of these values.
    borrowed: Vec<(usize, String)>,
}

impl Request<'_> {
    fn fall_back(
        &self,
        source: &mut ParsedLine<'_>,
        reached: &mut PrivateAccesses,
        in_block: bool,
    ) -> Result<CompiledLine, EvaluateError> {
        let mut concessions = Concessions::of(source, self.frame, self.purpose, self.hook.slot);
        concessions.items.in_block = in_block;
        loop {
            let trial = self.write(source, &concessions);
            let diagnostics = match self
                .compiler
                .compile(self.hook.id, &trial.written.text, &self.hook.outer)?
            {
                Compiled::Objects(_, warnings) if lint::is_denied(&warnings, &trial.written, &self.file) => {
                    return Err(self.rejected(source, &trial, &warnings));
                }
                Compiled::Objects(objects, warnings) => {
                    return Ok(trial.compiled(objects, &warnings, &self.file, concessions));
                }
                Compiled::Rejected(diagnostics) => diagnostics,
            };
            self.concede(source, &trial, &diagnostics, &mut concessions, reached)?;
        }
    }

    /// Writes the file for rustc, with all that was not given up so far.
    fn write(&self, source: &ParsedLine<'_>, concessions: &Concessions) -> Trial {
        let history = history();
        let given_up = (&concessions.items, &concessions.fallbacks);
        let (input, mut lost) = history.recall(source, self.hook, &self.frame.places, given_up);
        lost.extend(concessions.holding.withheld(&self.frame.places));
        let names = |wanted: ValueSource| {
            let values = input.values.iter().filter(|value| value.source == wanted);
            values.map(|value| value.name.to_owned()).collect()
        };
        Trial {
            moved: places::writable(source, &input, &concessions.fallbacks),
            references: places::references(source, &input, &concessions.fallbacks),
            values: names(ValueSource::Kept),
            lent: names(ValueSource::Lent),
            in_block: match source.leads_out_of_module() {
                true => input.nest.in_block(),
                false => Vec::new(),
            },
            held: (names(ValueSource::Held), names(ValueSource::Pinned)),
            borrowed: concessions.holding.borrowed(),
            written: write::write(source, &input, self.purpose, &concessions.fallbacks),
            lost,
        }
    }

    /// Returns the type of a kept value that rustc refuses by its name, if it may have another one.
    fn open_type(&self, refused: &[PieceError<'_>]) -> Option<&'static str> {
        let kept = kept::all();
        let mut types = refused.iter().filter_map(|refused| match refused.piece {
            Piece::Named(number, name) => {
                let is_it = |(kept, about): &&(String, About)| {
                    about.line == *number && (kept == name || about.is_result && name == LAST)
                };
                Some(kept.iter().find(is_it)?.1.type_name)
            }
            _ => None,
        });
        types.find(|name| render::is_open(name, self.hook.krate))
    }

    /// Returns the refusal of a line, as rustc's errors say it, in terms of what was typed.
    fn rejected(&self, source: &ParsedLine<'_>, trial: &Trial, diagnostics: &[Diagnostic]) -> EvaluateError {
        let explainer = Explainer {
            text: source.text,
            written: &trial.written,
            file: &self.file,
            places: &self.frame.places,
            lost: &trial.lost,
            lent: &trial.lent,
            kept: &trial.values,
            in_block: &trial.in_block,
            held: &[&trial.held.0[..], &trial.held.1].concat(),
            borrowed: &trial.borrowed,
            bound: &source.bound(),
            absent: &self.frame.absent,
            foreign: &self.compiler.foreign(),
        };
        EvaluateError::Rejected(Refusal {
            text: explainer.explain(diagnostics),
            suggested: explainer.suggested(diagnostics),
        })
    }

    /// Gives up what rustc refuses, so that the line can be compiled again. The order of the steps matters, because a
    /// step is right only where no earlier one applies. The error is what the user is told if nothing is left to try.
    fn concede(
        &self,
        source: &mut ParsedLine<'_>,
        trial: &Trial,
        diagnostics: &[Diagnostic],
        concessions: &mut Concessions,
        reached: &mut PrivateAccesses,
    ) -> Result<(), EvaluateError> {
        let (written, file, places) = (&trial.written, self.file.as_str(), &self.frame.places);
        if diagnostics.iter().any(|diagnostic| is_of_libraries(diagnostic, file)) {
            return Err(EvaluateError::Libraries);
        }
        if diagnostics.iter().any(|diagnostic| diagnostic.has_code("E0514")) {
            return Err(EvaluateError::OtherCompiler);
        }
        if self.compiler.name_crates(source, diagnostics, (written, file))? {
            return Ok(());
        }
        if diagnostics.iter().any(is_of_private) {
            let typed = source.clone();
            let refused = |of: &[Diagnostic]| self.rejected(&typed, trial, of);
            if reached.reach(source, diagnostics, (written, file), self.compiler, &refused) {
                return Ok(());
            }
        }
        let conflicting = findings::conflicting(diagnostics, written, file);
        if !conflicting.is_empty() {
            return concessions.replace(source, conflicting);
        }
        if findings::is_too_large(diagnostics) {
            return match concessions.look_in_place() {
                true => Ok(()),
                false => Err(EvaluateError::Rejected(message::too_large(&source.bound()).into())),
            };
        }
        if concessions.wait(diagnostics) || concessions.copy_out(source, diagnostics)? {
            return Ok(());
        }
        let binds = !source.bound().is_empty();
        let Concessions { holding, fallbacks, .. } = concessions;
        if holding.concede(fallbacks, binds, diagnostics, places) {
            return Ok(());
        }
        let refused = findings::refused(diagnostics, written, file);
        if let Some(name) = self.open_type(&refused) {
            return Err(EvaluateError::OpenPaths(name));
        }
        let borrows = findings::borrows(diagnostics);
        let early = findings::is_early(diagnostics) || findings::is_elsewhere(diagnostics, file, source.returns());
        let large = findings::written(diagnostics, places);
        if concessions.make(&refused, borrows, early, self.hook.slot) || concessions.write(&large) {
            return Ok(());
        }
        let error = self.rejected(source, trial, diagnostics);
        if concessions.respell(source, diagnostics, written, file) {
            return Ok(());
        }
        let refers = borrows || findings::moves(diagnostics, places);
        if self.frame.no_return.is_none() && concessions.returns(source, diagnostics) {
            concessions.tried = Some((refers, error));
            return Ok(());
        }
        let (refers, error) = concessions.before_returns(diagnostics).unwrap_or((refers, error));
        let referred = concessions.refer(refers, error);
        if referred.is_err() && findings::is_of_line(diagnostics) && concessions.look_in_place() {
            return Ok(());
        }
        referred
    }
}

impl Trial {
    /// Returns what is known of a line that rustc accepts.
    fn compiled(
        self,
        objects: Vec<PathBuf>,
        warnings: &[Diagnostic],
        file: &str,
        concessions: Concessions,
    ) -> CompiledLine {
        let mut fallbacks = concessions.fallbacks;
        let read = findings::unwritten_kept(warnings, &self.written, file);
        let is_written = |name: &&String| !read.contains(name) && !fallbacks.moves(name);
        let (held, pinned) = self.held;
        let taken = self.values.iter().chain(&held);
        let kept_written = taken.filter(|name| is_written(name)).cloned().collect();
        fallbacks.seen.pinned.clone_from(&pinned);
        CompiledLine {
            moved: self.moved,
            kept_written,
            values: self.values,
            held: [held, pinned].concat(),
            references: self.references,
            ended: concessions.holding.ended,
            unwritten: findings::unwritten(warnings, &self.written, file),
            text: self.written.text.as_str().into(),
            written: Arc::new(self.written),
            fallbacks,
            objects,
            items: concessions.items,
            notes: concessions.notes,
        }
    }
}

/// Returns whether a library that the crate names, or one that it needs in turn, is no more what it was.
fn is_of_libraries(diagnostic: &Diagnostic, line: &str) -> bool {
    let in_line = || diagnostic.spans.iter().any(|span| span.file == line);
    matches!(diagnostic.code(), Some("E0460" | "E0463")) && !in_line()
}

#[cfg(test)]
mod tests {
    use hook_rustc::Span;

    use super::*;

    #[track_caller]
    fn check(code: &str, file: &str, expected: bool) {
        let span = Span {
            file: file.into(),
            ..Span::default()
        };
        let diagnostic = Diagnostic {
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            spans: vec![span],
            ..Diagnostic::default()
        };
        assert_eq!(is_of_libraries(&diagnostic, "line.rs"), expected);
    }

    #[test]
    fn libraries_that_were_built_again() {
        check("E0463", "src/main.rs", true);
        check("E0460", "src/main.rs", true);
        check("E0463", "line.rs", false);
        check("E0425", "src/main.rs", false);
    }
}
