//! What rustc refuses of a line, and with what it takes the line.
//!
//! More stands around a line than it needs: its value is to be kept, items and values of earlier lines are there,
//! types are asked what they can do. Where rustc refuses one of these, the line is not at fault. It is compiled again
//! without that, until rustc takes it, or refuses what was typed.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use hook_rustc::Diagnostic;

use crate::eval::codegen::fallbacks::{Fallbacks, Tries};
use crate::eval::codegen::input::Purpose;
use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::codegen::{places, write};
use crate::eval::compile::private::{Reached, is_of_private};
use crate::eval::compile::{Compiled, CrateCompiler};
use crate::eval::diagnostics::findings::{self, Refused};
use crate::eval::diagnostics::lint;
use crate::eval::diagnostics::message::{self, Explainer};
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{ParsedLine, Replacement, Statement};
use crate::eval::session::history::{HookContext, Lost, UNNAMEABLE, history};

/// A line that rustc compiled.
pub(crate) struct CompiledLine {
    pub(crate) written: Written,
    pub(crate) fallbacks: Fallbacks,
    pub(crate) objects: Vec<PathBuf>,
    /// The text of the file that was compiled.
    pub(crate) text: Arc<str>,
    /// The places that it sees and can write, by position.
    pub(crate) moved: Vec<usize>,
    /// The places that it only reads.
    pub(crate) unwritten: Vec<usize>,
    /// The kept values that it takes.
    pub(crate) values: Vec<String>,
    /// The kept values that it writes.
    pub(crate) kept_written: Vec<String>,
    /// The earlier impls that impls of the line take the place of.
    pub(crate) replaced: Vec<usize>,
    /// The user should know this of it.
    pub(crate) notes: Vec<String>,
}

/// Compiles a line, and falls back to less of what stands around it as long as rustc refuses that.
pub(crate) fn compile_with_fallback(
    frame: &EvalFrame<'_>,
    source: &mut ParsedLine<'_>,
    hook: &HookContext<'_>,
    compiler: &CrateCompiler,
    purpose: Purpose,
) -> Result<CompiledLine, EvaluateError> {
    let mut reached = Reached::default();
    let compiled = fall_back(frame, source, (hook, purpose), compiler, &mut reached);
    compiled.map_err(|error| reached.told(error))
}

fn fall_back(
    frame: &EvalFrame<'_>,
    source: &mut ParsedLine<'_>,
    (hook, purpose): (&HookContext<'_>, Purpose),
    compiler: &CrateCompiler,
    reached: &mut Reached,
) -> Result<CompiledLine, EvaluateError> {
    let file = compiler.line().to_string_lossy().into_owned();
    let mut concessions = Concessions {
        fallbacks: Fallbacks {
            awaits: source.awaits(),
            ..Fallbacks::default()
        },
        unnameable: Vec::new(),
        notes: Vec::new(),
        untypable: false,
        replaced: Vec::new(),
        tried: None,
        returned: false,
        keeps: source.tail().is_some() && source.bound().is_empty(),
        refused_as_place: None,
    };
    if let Some(nameless) = history().typed.get(hook.slot) {
        (concessions.fallbacks.typed, concessions.fallbacks.nameless) = (true, nameless.clone());
    }
    loop {
        let (moved, values): (_, Vec<String>);
        let lent: Vec<String>;
        let (written, lost) = {
            let history = history();
            let (mut input, mut lost) = history.recall(source, hook, &frame.places, &concessions.replaced);
            let unnameable = |name: &str| concessions.unnameable.iter().any(|(other, _)| other == name);
            input.values.retain(|value| !unnameable(value.name));
            lost.extend_from_slice(&concessions.unnameable);
            let fallbacks = &concessions.fallbacks;
            moved = places::writable(source, &input, fallbacks);
            let own = input.values.iter().filter(|value| !value.lent);
            values = own.map(|value| value.name.to_owned()).collect();
            lent = input
                .values
                .iter()
                .filter(|value| value.lent)
                .map(|value| value.name.to_owned())
                .collect::<Vec<_>>();
            (write::write(source, &input, purpose, fallbacks), lost)
        };
        let rejected = |source: &ParsedLine<'_>, diagnostics: &[Diagnostic]| {
            let explainer = Explainer {
                text: source.text,
                written: &written,
                file: &file,
                places: &frame.places,
                lost: &lost,
                lent: &lent,
                bound: &source.bound(),
                absent: &frame.absent,
                foreign: &compiler.foreign(),
            };
            EvaluateError::Rejected(explainer.explain(diagnostics))
        };
        let diagnostics = match compiler.compile(hook.id, &written.text, &hook.outer)? {
            Compiled::Objects(_, warnings) if lint::is_denied(&warnings, &written, &file) => {
                return Err(rejected(source, &warnings));
            }
            Compiled::Objects(objects, warnings) => {
                let Concessions {
                    fallbacks,
                    notes,
                    replaced,
                    ..
                } = concessions;
                let read = findings::unwritten_kept(&warnings, &written, &file);
                let is_written = |name: &&String| !read.contains(name) && !fallbacks.moves(name);
                return Ok(CompiledLine {
                    moved,
                    kept_written: values.iter().filter(|name| is_written(name)).cloned().collect(),
                    values,
                    unwritten: findings::unwritten(&warnings, &written, &file),
                    text: written.text.as_str().into(),
                    written,
                    fallbacks,
                    objects,
                    replaced,
                    notes,
                });
            }
            Compiled::Rejected(diagnostics) => diagnostics,
        };
        if diagnostics.iter().any(|diagnostic| is_of_libraries(diagnostic, &file)) {
            return Err(EvaluateError::Libraries);
        }
        if diagnostics.iter().any(|diagnostic| diagnostic.has_code("E0514")) {
            return Err(EvaluateError::OtherCompiler);
        }
        if diagnostics.iter().any(is_of_private) {
            let refused = rejected(source, &diagnostics);
            if reached.reach(source, &diagnostics, (&written, &file), compiler, refused) {
                continue;
            }
        }
        let conflicting = findings::conflicting(&diagnostics, &written, &file);
        if !conflicting.is_empty() {
            if !conflicting.iter().all(|id| history().may_replace(source, *id)) {
                return Err(EvaluateError::Rejected(SECOND.to_owned()));
            }
            concessions.replaced.extend(conflicting);
            continue;
        }
        if findings::is_too_large(&diagnostics) {
            if concessions.look_in_place() {
                continue;
            }
            return Err(EvaluateError::Rejected(message::too_large(&source.bound())));
        }
        if concessions.declare(source, &diagnostics) || concessions.wait(&diagnostics) {
            continue;
        }
        let refused = findings::refused(&diagnostics, &written, &file);
        let borrows = findings::borrows(&diagnostics);
        let early = findings::is_early(&diagnostics) || findings::is_elsewhere(&diagnostics, &file);
        let large = findings::written(&diagnostics, &frame.places);
        if concessions.make(&refused, borrows, early, hook.slot) || concessions.write(&large) {
            continue;
        }
        let error = rejected(source, &diagnostics);
        if concessions.respell(source, &diagnostics, &written, &file) {
            continue;
        }
        let refers = borrows || findings::moves(&diagnostics, &frame.places);
        if concessions.returns(source, &diagnostics) {
            concessions.tried = Some((refers, error));
            continue;
        }
        let (refers, error) = match concessions.tried.take() {
            Some(first) => {
                concessions.fallbacks.returns = false;
                first
            }
            None => (refers, error),
        };
        concessions.refer(refers, error)?;
    }
}

/// Tells of modules that have a call of a macro each whether rustc takes what the macro makes for items. It says so
/// before it knows any name.
pub(crate) fn are_items(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    hook: &HookContext<'_>,
    compiler: &CrateCompiler,
) -> Result<Vec<bool>, EvaluateError> {
    let written = {
        let history = history();
        let (input, _) = history.recall(source, hook, &frame.places, &[]);
        write::write(source, &input, Purpose::Type, &Fallbacks::default())
    };
    let file = compiler.line().to_string_lossy().into_owned();
    let refused = match compiler.compile(hook.id, &written.text, &hook.outer)? {
        Compiled::Objects(..) => Vec::new(),
        Compiled::Rejected(diagnostics) => findings::unread(&diagnostics, &written, &file),
    };
    let is_whole = |statement: &Statement| !refused.iter().any(|at| statement.bytes.contains(at));
    Ok(source.statements.iter().map(is_whole).collect())
}

/// The refusal of a second impl, by the rule of `impls`.
const SECOND: &str = "error: there is such an impl from an earlier line, and what was made with that would not fit a second one: an impl can be typed \
                      anew if its trait or its type was typed at the prompt, or if only the bodies of its functions differ";

/// The error of a value that is moved while it is borrowed.
const LENT: &str = "E0505";

/// All that was given up so far for rustc to take the line.
struct Concessions {
    fallbacks: Fallbacks,
    unnameable: Vec<Lost>,
    notes: Vec<String>,
    /// The value of the line is to be kept.
    keeps: bool,
    /// The program does not compile with the types of the places written down.
    untypable: bool,
    /// The impls of earlier lines that impls of this one take the place of.
    replaced: Vec<usize>,
    /// The error of the line before places that can only be read were given to it as references.
    refused_as_place: Option<EvaluateError>,
    /// The error before a last way was tried.
    tried: Option<(bool, EvaluateError)>,
    /// A `return` of Rust's own was tried.
    returned: bool,
}

impl Concessions {
    /// Gives up what was refused. It gives `false` if nothing of that can be given up.
    fn make(&mut self, refused: &[Refused<'_>], borrows: bool, early: bool, slot: &'static str) -> bool {
        let mut made = false;
        for Refused { piece, code, why } in refused {
            made |= match piece {
                // The value of the line borrows from a kept one, which stays, then.
                Piece::Back(_) if code.as_deref() == Some(LENT) && self.keeps && !self.fallbacks.borrows => continue,
                Piece::Item(id) => self.leave_out(*id, why, slot),
                Piece::Like(number) => history().not_replayed(*number, slot),
                Piece::Named(name) => add(&mut self.unnameable, (name.clone(), UNNAMEABLE.to_owned())),
                Piece::Back(name) => add(&mut self.fallbacks.moved, name.clone()),
                Piece::Type(position) => {
                    let nameless = &mut self.fallbacks.nameless;
                    let made = add(nameless, *position);
                    history().typed.insert(slot, nameless.clone());
                    made
                }
                Piece::Send => !std::mem::replace(&mut self.fallbacks.unsent, true),
                // Whether it is `Copy` is not known, where it is of a type that the line itself makes.
                Piece::Copy => !std::mem::replace(&mut self.fallbacks.borrows, true),
                Piece::Copied(position) => add(&mut self.fallbacks.seen.uncopied, *position),
                Piece::KeptCopy(name) => add(&mut self.fallbacks.kept_uncopied, name.clone()),
                Piece::Runtime => self.fallbacks.runtime.lower(),
                Piece::Save(position) => add(&mut self.fallbacks.unsaved, *position),
                Piece::Kept(_)
                | Piece::AsTyped(_)
                | Piece::Instead(_)
                | Piece::Place(_)
                | Piece::Bound(_)
                | Piece::Gives(_) => false,
            };
        }
        let lent = refused.iter().any(|refused| refused.code.as_deref() == Some(LENT));
        if !made && (borrows || lent) && self.keeps {
            made = !std::mem::replace(&mut self.fallbacks.borrows, true);
        }
        // In a generic function the name of a type is that of one instance, and the function does not fit it.
        if !made && self.fallbacks.typed && refused.is_empty() {
            (self.fallbacks.typed, self.untypable) = (false, true);
            history().typed.remove(slot);
            made = true;
        }
        if !made && early && !self.fallbacks.typed && !self.untypable {
            self.fallbacks.typed = true;
            history().typed.insert(slot, Vec::new());
            made = true;
        }
        made
    }

    /// Writes the line in another way. It gives `false` if there is no other.
    fn respell(
        &mut self,
        source: &mut ParsedLine<'_>,
        diagnostics: &[Diagnostic],
        written: &Written,
        file: &str,
    ) -> bool {
        let mut made = false;
        for Refused { piece, code, .. } in findings::refused(diagnostics, written, file) {
            match (piece, code.as_deref()) {
                (Piece::Bound(name), Some("E0530")) => made |= source.unbind(name),
                // What the line binds and then moves is not there to be kept.
                (Piece::Gives(name), Some("E0382")) if source.unbind(name) => {
                    self.notes.push(format!("`{name}` is not kept: the line moves it"));
                    self.fallbacks.unkept.push(name.clone());
                    made = true;
                }
                _ => {}
            }
        }
        let fallbacks = &mut self.fallbacks;
        if let Some(string) = source.string().filter(|_| !fallbacks.owned) {
            fallbacks.owned = findings::wants_string(diagnostics, written, file, &string);
            made |= fallbacks.owned;
        }
        let is_of_macro = |bytes: &Range<usize>| source.replacements.contains(&(bytes.clone(), Replacement::MacroTry));
        if fallbacks.tries == Tries::Outside && findings::tried(diagnostics, written, file).iter().any(is_of_macro) {
            (fallbacks.tries, made) = (Tries::All, true);
        } else if fallbacks.tries != Tries::None && findings::is_of_spelling(diagnostics) {
            (fallbacks.tries, made) = (Tries::None, true);
        }
        made
    }

    /// Lets the line write to large places. It gives `false` if it may do so already.
    fn write(&mut self, positions: &[usize]) -> bool {
        let before = self.fallbacks.seen.written.len();
        for position in positions {
            add(&mut self.fallbacks.seen.written, *position);
        }
        self.fallbacks.seen.written.len() > before
    }

    /// Gives the line references, where it moves out of what can only be read, or would borrow that for longer. In
    /// Rust's own patterns and calls, a reference often does as well, and what is `Copy` can be copied. Else what is
    /// said of the place stays said.
    fn refer(&mut self, refers: bool, error: EvaluateError) -> Result<(), EvaluateError> {
        match self.refused_as_place.take() {
            Some(first) => Err(first),
            None if refers => {
                self.refused_as_place = Some(error);
                self.fallbacks.seen.referred = true;
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Looks at the value of the line where it is, since it is too large to be moved, if the line has no other after
    /// it.
    fn look_in_place(&mut self) -> bool {
        self.keeps && !std::mem::replace(&mut self.fallbacks.in_place, true)
    }

    /// Lets the line await, where a macro that it calls does.
    fn wait(&mut self, diagnostics: &[Diagnostic]) -> bool {
        let awaits = diagnostics.iter().any(|error| error.has_code("E0728"));
        awaits && !std::mem::replace(&mut self.fallbacks.awaits, true)
    }

    /// Takes what a `return` gives for what the function returns, where its type is not known otherwise: `return
    /// Ok(3)`.
    fn declare(&mut self, source: &ParsedLine<'_>, diagnostics: &[Diagnostic]) -> bool {
        let untyped = source.returns_value() && diagnostics.iter().any(findings::is_untyped);
        untyped && !std::mem::replace(&mut self.fallbacks.declared, true)
    }

    /// Takes what a `return` gives for an error that ends the line: `bail!("..")`, `return Err(5)`.
    fn returns(&mut self, source: &ParsedLine<'_>, diagnostics: &[Diagnostic]) -> bool {
        let is_of_types =
            |error: &Diagnostic| matches!(error.code(), Some("E0271" | "E0277" | "E0282" | "E0283" | "E0308"));
        let fits = !self.returned && source.may_return() && diagnostics.iter().any(is_of_types);
        if fits {
            (self.returned, self.fallbacks.returns) = (true, true);
        }
        fits
    }

    fn leave_out(&mut self, id: usize, why: &str, slot: &'static str) -> bool {
        let Some(text) = history().leave_out(id, slot) else {
            return false;
        };
        let first = text.lines().next().unwrap_or_default();
        let more = if first.len() < text.len() { " .." } else { "" };
        self.notes
            .push(format!("left out at this hook: `{first}{more}`: {why}"));
        true
    }
}

/// Adds an element, and tells whether it was not there yet.
fn add<T: PartialEq>(all: &mut Vec<T>, one: T) -> bool {
    let is_new = !all.contains(&one);
    if is_new {
        all.push(one);
    }
    is_new
}

/// Tells whether a library that the crate names, or one that it needs in turn, is no more what it was.
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
