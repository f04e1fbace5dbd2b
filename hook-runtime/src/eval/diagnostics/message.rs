//! rustc's errors are told in terms of the session: only those parts that point into the line, at the place that was
//! typed. Pure.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use hook_rustc::sorted::sort_by_key;
use hook_rustc::{Diagnostic, Span};

use super::around;
use super::findings::{CAPTURED, is_untyped, names_try, place_of, primary};
use super::slot_names::{is_ours, without_slot};
use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::diagnostics::lifetime::{self, is_static};
use crate::eval::diagnostics::lint::is_lint;
use crate::eval::diagnostics::within;
use crate::eval::parse::excerpt::{Annotation, excerpt};
use crate::eval::parse::mentions;
use crate::eval::parse::names::RECEIVER;
use crate::eval::session::history::Lost;
use crate::syntax::BracketScanner;

/// Why a line cannot use a variable that a macro names.
const OF_MACRO: &str = "the macro means the variable of the function itself, which no line reaches";

/// Why a line cannot use a variable that an attribute or a macro wrote into the function.
const NOT_OF_HOOK: &str = "this hook does not capture it";

/// At most this many errors are shown. The others are only counted.
const MOST: usize = 10;

/// A line that was refused, with everything that its errors may be about.
pub(crate) struct Explainer<'t> {
    pub(crate) text: &'t str,
    pub(crate) written: &'t Written,
    /// The file that the line was compiled from, as rustc names it.
    pub(crate) file: &'t str,
    pub(crate) places: &'t [VisiblePlace<'t>],
    /// The names of kept values that cannot be used, with the reasons.
    pub(crate) lost: &'t [Lost],
    /// The kept values that a running line has and only reads.
    pub(crate) lent: &'t [String],
    /// The kept values that the line takes.
    pub(crate) kept: &'t [String],
    /// The held values that the line uses.
    pub(crate) held: &'t [String],
    /// The places that held values borrow, by position, with the names of these values.
    pub(crate) borrowed: &'t [(usize, String)],
    /// The names that the line's `let`s bind.
    pub(crate) bound: &'t [&'t str],
    /// The bindings in scope that the frame does not have, with the reasons.
    pub(crate) absent: &'t [(&'t str, String)],
    /// The items of earlier lines that no module sees, if the line is one with a module.
    pub(crate) in_block: &'t [String],
    /// The crates that the program has but its author did not name, as those of `hookable`.
    pub(crate) foreign: &'t [String],
}

/// Returns the message for a line whose value, or what it binds, is too large.
pub(crate) fn too_large(bound: &[&str]) -> String {
    let what = match bound {
        [] => "the value of the line".to_owned(),
        names => format!("`{}`", names.join("`, `")),
    };
    let most = crate::eval::abi::LARGEST >> 10;
    format!("error: {what} is too large to be kept, more than {most} KiB: a `Vec` or a `Box` of it can be")
}

/// Takes `Pointee<..>`, which the question for a type puts around it, out of a text, so that only the type is left.
fn without_pointee(text: &str) -> Cow<'_, str> {
    const NAME: &str = "::__private::Pointee<";
    let Some((before, rest)) = text.split_once(NAME) else {
        return Cow::Borrowed(text);
    };
    // The crate may have another name there.
    let before = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
    let mut depth = 0;
    let end = rest.find(|c| {
        depth += match c {
            '<' => 1,
            '>' => -1,
            _ => 0,
        };
        depth < 0
    });
    match end {
        Some(end) => Cow::Owned(format!("{before}{}{}", &rest[..end], &rest[end + 1..])),
        None => Cow::Borrowed(text),
    }
}

/// Returns the message for a value that cannot be moved out of the program, and what to do instead.
fn moved(name: &str, writable: bool) -> (String, String) {
    let other = match writable {
        true => format!(", or put another value in its place with `std::mem::take(&mut {name})`"),
        false => String::new(),
    };
    (
        format!("cannot move `{name}` out of the program, which goes on with it"),
        format!("help: use `&{name}` or `{name}.clone()`{other}"),
    )
}

impl Explainer<'_> {
    /// Returns all errors, each once.
    pub(crate) fn explain(&self, diagnostics: &[Diagnostic]) -> String {
        let is_error = |said: &&Diagnostic| said.is_error() || is_lint(said, self.written, self.file);
        let mut errors: Vec<&Diagnostic> = diagnostics.iter().filter(is_error).collect();
        if errors.iter().any(|error| !names_try(error)) {
            errors.retain(|error| !names_try(error));
        }
        let all = errors.clone();
        errors.retain(|error| !lifetime::follows(error, &all));
        if errors
            .iter()
            .any(|error| !within::follows(error, self.written, self.file))
        {
            errors.retain(|error| !within::follows(error, self.written, self.file));
        }
        if let Some(text) = errors.iter().find_map(|error| self.borrowing(error)) {
            return text;
        }
        // A name that means nothing is the greater mistake.
        let is_unknown = errors.iter().any(|error| error.code() == Some("E0425"));
        let ends_early = errors.iter().filter(|_| !is_unknown).find_map(|error| {
            let is_typed = error.spans.iter().any(|span| self.mark(span).is_some());
            around::ends_early(error, is_typed)
        });
        if let Some(message) = ends_early {
            return self.at(self.text.trim_end().len(), &message);
        }
        let mut shown: Vec<String> = Vec::new();
        for text in errors.iter().filter_map(|error| self.error(error)) {
            if !shown.contains(&text) {
                shown.push(text);
            }
        }
        if !shown.is_empty() {
            let more = shown.len().saturating_sub(MOST);
            shown.truncate(MOST);
            if more > 0 {
                shown.push(format!("... and {more} more errors"));
            }
            return shown.join("\n");
        }
        // The line ends too early, and the code that was put behind it does not fit.
        if let Some(error) = errors
            .iter()
            .find(|error| error.code.is_none() && error.spans.iter().any(|span| span.file == self.file))
        {
            // There are two expressions with a comma between them in the block of the line.
            let comma = self
                .text
                .find(',')
                .filter(|_| error.message.starts_with("struct literal body"));
            let end = comma.unwrap_or(self.text.trim_end().len());
            let message = match error.message.split_once(", found") {
                _ if comma.is_some() => "expected an operator or the end of the expression, found `,`".to_owned(),
                Some((expected, _)) => format!("{expected}, found the end of the line"),
                None => self.plain(&error.message),
            };
            return self.at(end, &message);
        }
        let other = errors.iter().find(|error| !error.spans.is_empty()).or(errors.first());
        let Some(error) = other else {
            return "rustc failed without a word".to_owned();
        };
        if let Some(text) = lifetime::of_held(error, self.held, self.text) {
            return format!("error: {text}");
        }
        let place = error.spans.iter().find(|span| span.primary && span.file != self.file);
        let place = place.map_or_else(String::new, |span| format!(" ({}:{})", span.file, span.line));
        let what = lifetime::without_place(error).unwrap_or("with this line the program does not compile");
        format!("error: {what}: {}{place}", self.plain(&error.message))
    }

    fn at(&self, place: usize, message: &str) -> String {
        let place = Annotation::primary(place..place);
        format!("error: {message}{}", excerpt(self.text, &[place]))
    }

    /// Returns the line as rustc suggests to write it: with an import before it, or with something else in it.
    pub(crate) fn suggested(&self, diagnostics: &[Diagnostic]) -> Option<String> {
        let mut errors = diagnostics.iter().filter(|said| said.is_error());
        let error = errors.find(|error| self.error(error).is_some())?;
        let mut children = error.children.iter().filter(|child| !self.is_of_others(child));
        children.find_map(|child| {
            let mut imports = child.spans.iter().filter_map(|span| span.suggestion.as_deref());
            match imports.find(|with| with.trim_start().starts_with("use ")) {
                Some(import) => {
                    let one_line = !self.text.contains('\n') && !self.names_foreign(import);
                    one_line.then(|| format!("{} {}", import.trim(), self.text.trim()))
                }
                None => self.replaced(child).filter(|text| text.trim() != self.text.trim()),
            }
        })
    }

    /// Returns the message of an error that points into the line, or `None` if it does not.
    fn error(&self, error: &Diagnostic) -> Option<String> {
        let pieces = primary(error, self.written, self.file);
        if pieces.iter().any(|piece| matches!(piece, Piece::Like(_)))
            && let Some(text) = lifetime::of_held(error, self.held, self.text)
        {
            return Some(format!("error: {text}"));
        }
        // rustc says that a slot is no function if the line uses a variable from outside. The note says where.
        let captures = error.children.iter().flat_map(|child| &child.spans);
        let captures = captures.filter(|span| span.label.ends_with(CAPTURED));
        let spans = error.spans.iter().chain(captures);
        let mut marks: Vec<Annotation> = spans.filter_map(|span| self.mark(span)).collect();
        if marks.is_empty() {
            return None;
        }
        // The code around what is returned is no business of the line's.
        marks.retain(|mark| mark.primary || &self.text[mark.bytes.clone()] != "return");
        let told = self.told(error, &mut marks);
        if !marks.iter().any(|mark| mark.primary)
            && let Some(first) = marks.first_mut()
        {
            first.primary = true;
        }
        sort_by_key(&mut marks, &|mark| (mark.bytes.start, !mark.primary));
        let code = error.code().filter(|code| code.starts_with('E') && told.is_none());
        let code = code.map_or_else(String::new, |code| format!("[{code}]"));
        let help = told.as_ref().map(|(_, help)| help.clone());
        let message = told.map_or_else(|| self.plain(&error.message), |(message, _)| message);
        let mut out = format!("error{code}: {message}");
        out += &excerpt(self.text, &marks);
        match help {
            Some(help) if !help.is_empty() => _ = write!(out, "\n  = {help}"),
            Some(_) => {}
            None => self.children(&mut out, error),
        }
        Some(out)
    }

    /// Returns the message for a `let` whose value borrows from the frame and cannot be held for long enough. rustc
    /// gives more errors then, which say the same.
    fn borrowing(&self, error: &Diagnostic) -> Option<String> {
        let bound = self.bound.join("`, `");
        if !is_static(error) || bound.is_empty() {
            return None;
        }
        let mut marks: Vec<Annotation> = error.spans.iter().filter_map(|span| self.mark(span)).collect();
        marks
            .iter_mut()
            .for_each(|mark| (mark.primary, mark.label) = (true, "borrowed here".to_owned()));
        let mut out = match (error.code(), error.message.split('`').nth(1)) {
            (Some("E0310"), Some(ty)) => format!("may borrow, for its type has `{}` in it", self.plain(ty)),
            _ => "borrows from the frame".to_owned(),
        };
        out = format!("error: `{bound}` would have to last as long as the program, and {out}");
        if !marks.is_empty() {
            out += &excerpt(self.text, &marks);
        }
        Some(out)
    }

    /// Returns a message and a help in place of rustc's for an error that is about the frame.
    fn told(&self, error: &Diagnostic, marks: &mut Vec<Annotation>) -> Option<(String, String)> {
        let quoted = || error.message.split('`').nth(1).unwrap_or_default();
        let place = || place_of(self.places, &error.message).map(|index| &self.places[index]);
        let captured = marks.iter().find_map(|mark| mark.label.strip_suffix(CAPTURED));
        if let Some(name) = captured.map(|name| name.trim_matches('`').to_owned()) {
            let absent = self.absent.iter().find(|(absent, _)| *absent == name);
            let lost = || self.lost.iter().find(|(lost, _)| *lost == name);
            let why = absent.map(|(_, why)| why).or_else(|| Some(&lost()?.1)).cloned();
            let of_macro = why.is_none() && self.places.iter().any(|place| place.name == name);
            let why = why.unwrap_or_else(|| if of_macro { OF_MACRO } else { NOT_OF_HOOK }.to_owned());
            marks.retain(|mark| mark.label.ends_with(CAPTURED));
            marks.iter_mut().for_each(|mark| mark.label.clear());
            marks.dedup();
            let help = of_macro.then(|| format!("help: a macro that is given `{name}` can use it"));
            return Some((format!("`{name}` cannot be used here: {why}"), help.unwrap_or_default()));
        }
        if let Some(told) = lifetime::told(error, self.file) {
            marks.iter_mut().for_each(|mark| mark.label.clear());
            marks.dedup_by(|one, other| one.bytes == other.bytes);
            return Some(told);
        }
        if let Some(told) = around::told(error, self.text, marks) {
            return Some((told, String::new()));
        }
        if let Some(told) = within::told(error, self.bound) {
            marks.retain(|mark| mark.primary || mark.label.contains("is borrowed here"));
            marks.iter_mut().for_each(|mark| mark.label.clear());
            return Some(told);
        }
        if let Some(by) = self.borrower(error) {
            let primary = marks.iter().any(|mark| mark.primary);
            marks.retain(|mark| mark.primary || !primary);
            marks.iter_mut().for_each(|mark| mark.label.clear());
            return Some(by);
        }
        match error.code()? {
            "E0382" | "E0505"
                if place().is_some() && !error.spans.iter().any(|span| span.primary && self.mark(span).is_some()) =>
            {
                let name = self.plain(quoted().trim_start_matches('*'));
                marks.iter_mut().for_each(|mark| mark.label = "moved here".to_owned());
                Some(moved(&name, true))
            }
            "E0507" | "E0508" | "E0509" if place().is_some() => {
                let name = self.plain(quoted());
                marks.retain(|mark| mark.primary);
                marks.iter_mut().for_each(|mark| mark.label = "moved here".to_owned());
                Some(moved(&name, place()?.writable))
            }
            // A local that the line returns a borrow of is, to rustc, one that the closure around the line borrows.
            "E0373" if place().is_some() && mentions(self.text, "return") => {
                marks.iter_mut().for_each(|mark| mark.label.clear());
                let name = self.plain(quoted());
                let message = format!("`{name}` ends with the function, which cannot return a borrow of it");
                Some((message, String::new()))
            }
            // The frame goes on to have the place, as far as rustc knows.
            "E0499" if place().is_some() && mentions(self.text, "return") => {
                marks.iter_mut().for_each(|mark| mark.label.clear());
                let name = self.plain(quoted());
                let message = format!("what a line returns cannot borrow `{name}` mutably, for the frame has it, too");
                Some((message, String::new()))
            }
            // A line takes a kept value, and puts it back at its end.
            "E0597" if !self.bound.is_empty() && self.kept.iter().any(|name| name == quoted()) => {
                marks
                    .iter_mut()
                    .for_each(|mark| mark.label = "borrowed here".to_owned());
                let (bound, name) = (self.bound.join("`, `"), quoted());
                let message = format!(
                    "`{bound}` cannot be kept: it borrows from `{name}`, which moves into each line that uses it"
                );
                let help = format!("help: with `let {name} = &*Box::leak(Box::new(..))` the value stays where it is");
                Some((message, help))
            }
            "E0425" if quoted() == RECEIVER => {
                marks.iter_mut().for_each(|mark| mark.label.clear());
                let absent = self.absent.iter().find(|(absent, _)| *absent == "self");
                let message = match absent {
                    Some((_, why)) => format!("`self` cannot be used here: {why}"),
                    None => "there is no `self` at this hook".to_owned(),
                };
                Some((message, String::new()))
            }
            "E0425" => {
                let name = quoted().trim_start_matches('*');
                let why = &self.lost.iter().find(|(lost, _)| lost == name)?.1;
                marks.iter_mut().for_each(|mark| mark.label.clear());
                Some((format!("`{name}` cannot be used here: {why}"), String::new()))
            }
            "E0507" | "E0594" | "E0596" if self.lent.iter().any(|name| quoted().trim_start_matches('*') == name) => {
                let name = quoted().trim_start_matches('*');
                let primary = marks.iter().any(|mark| mark.primary);
                marks.retain(|mark| mark.primary || !primary);
                marks.iter_mut().for_each(|mark| mark.label.clear());
                let message = format!("`{name}` cannot be written or moved here: a line that is running reads it");
                Some((message, String::new()))
            }
            "E0384" | "E0594" | "E0596" => {
                let Some(place) = place().filter(|place| !place.writable) else {
                    let why = around::behind(error, marks)?;
                    let name = self.plain(quoted());
                    if self.held.contains(&name) {
                        let message = format!(
                            "`{name}` cannot be borrowed mutably by what is kept, only by a line that keeps nothing"
                        );
                        return Some((message, String::new()));
                    }
                    return Some((format!("`{name}` cannot be written: it is behind {why}"), String::new()));
                };
                let primary = marks.iter().any(|mark| mark.primary);
                marks.retain(|mark| mark.primary || !primary);
                marks.iter_mut().for_each(|mark| mark.label.clear());
                Some((
                    format!("`{}` cannot be written here: {}", place.name, place.reason),
                    String::new(),
                ))
            }
            _ => None,
        }
    }

    /// Returns message and help for an error about a place that the line cannot write, because it uses a held value
    /// that borrows from the place.
    fn borrower(&self, error: &Diagnostic) -> Option<(String, String)> {
        let writes = ["E0594", "E0596", "E0507"];
        let position =
            place_of(self.places, &error.message).filter(|_| writes.contains(&error.code().unwrap_or("")))?;
        let borrows = |(of, by): &&(usize, String)| *of == position && self.held.contains(by);
        let (_, by) = self.borrowed.iter().find(borrows)?;
        let place = self.places[position].name;
        Some((
            format!("`{place}` cannot be written or moved here: `{by}` borrows from it"),
            format!("help: a line that does not use `{by}` can do that, and `{by}` is gone then"),
        ))
    }

    fn mark(&self, span: &Span) -> Option<Annotation> {
        let bytes = span.calls().find_map(|span| {
            let here = span.file == self.file;
            self.written.origin(&span.bytes).filter(|_| here)
        })?;
        Some(Annotation {
            bytes,
            primary: span.primary,
            label: Some(self.plain(&span.label))
                .filter(|label| !is_ours(label))
                .unwrap_or_default(),
        })
    }

    /// Returns the line with a suggestion of rustc's put in: all parts of it, or the first of several ways.
    fn replaced(&self, child: &Diagnostic) -> Option<String> {
        let parts = child.spans.iter().filter(|span| span.suggestion.is_some());
        let mut parts: Vec<(Range<usize>, String)> = parts
            .map(|span| Some((self.mark(span)?.bytes, self.plain(span.suggestion.as_deref()?))))
            .collect::<Option<_>>()?;
        sort_by_key(&mut parts, &|(bytes, _)| bytes.start);
        parts.dedup_by(|next, first| next.0.start < first.0.end || next.0 == first.0);
        let (mut text, mut at) = (String::new(), 0);
        for (bytes, new) in &parts {
            text += self.text.get(at..bytes.start)?;
            text += new;
            at = bytes.end;
        }
        text += &self.text[at..];
        // What is put at a bracket stands elsewhere where the brackets are one place to rustc.
        let fits = !text.contains('\n') && BracketScanner::fault(&text).is_none();
        (!parts.is_empty() && fits).then_some(text)
    }

    /// Returns whether a note or help names what was not typed, or advises what cannot be done at the prompt.
    fn is_of_others(&self, child: &Diagnostic) -> bool {
        let idle = ["RUST_BACKTRACE", "long-type", "`--verbose`", "`cargo add"];
        let mut suggested = child.spans.iter().filter_map(|span| span.suggestion.as_ref());
        let ours = suggested.any(|text| is_ours(text)) || is_ours(&self.plain(&child.message));
        ours || idle.iter().any(|idle| child.message.contains(idle)) || self.names_foreign(&child.message)
    }

    /// Returns whether a path in a text begins with a crate that the program does not name.
    fn names_foreign(&self, text: &str) -> bool {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        text.match_indices("::").any(|(at, _)| {
            let first = &text[text[..at].trim_end_matches(part).len()..at];
            let begins = !text[..at - first.len()].ends_with("::");
            begins && self.foreign.iter().any(|name| name == first)
        })
    }

    /// Returns a text without the names of the code that was put around the line.
    fn plain(&self, text: &str) -> String {
        without_slot(&without_pointee(&self.written.as_typed(text)))
    }

    /// Adds those notes and helps that point nowhere outside of the line and name nothing that its author cannot name.
    fn children(&self, out: &mut String, error: &Diagnostic) {
        for child in error.children.iter().filter(|child| !self.is_of_others(child)) {
            let with: Vec<&str> = child
                .spans
                .iter()
                .filter_map(|span| span.suggestion.as_deref())
                .collect();
            // At the prompt an import is a line of its own, so its place in the program is left out.
            if !with.is_empty() && with.iter().all(|with| with.trim_start().starts_with("use ")) {
                let mut uses: Vec<&str> = with.iter().map(|with| with.trim()).collect();
                uses.retain(|with| !self.names_foreign(with));
                if !uses.is_empty() {
                    _ = write!(
                        out,
                        "\n  = {}: {}: `{}`",
                        child.level,
                        self.plain(&child.message),
                        uses.join("`, `")
                    );
                }
                continue;
            }
            let inside = child.spans.is_empty() || child.spans.iter().any(|span| self.mark(span).is_some());
            if inside {
                let message = self.plain(&child.message).replace('\n', "\n    ");
                let _ = write!(
                    out,
                    "\n  = {}: {}",
                    child.level,
                    message.replace("`#[warn(", "`#[deny(")
                );
                if let Some(with) = self.replaced(child) {
                    let _ = write!(out, ": `{with}`");
                }
            }
        }
        const UNRESOLVED: [&str; 6] = ["E0405", "E0412", "E0422", "E0425", "E0432", "E0433"];
        let unresolved = error.code().is_some_and(|code| UNRESOLVED.contains(&code));
        let name = error.message.split('`').nth(1).unwrap_or_default();
        if unresolved && self.in_block.iter().any(|item| mentions(item, name)) {
            let _ = write!(
                out,
                "\n  = note: no module sees `{name}`, which stands in the block of the hook: it needs what only the function has, or a \
                 macro made it"
            );
        }
        if is_untyped(error) && self.places.iter().any(|place| mentions(self.text, place.name)) {
            out.push_str(
                "\n  = note: the type of a local may be known only further down in the function than the hook",
            );
        }
    }
}
