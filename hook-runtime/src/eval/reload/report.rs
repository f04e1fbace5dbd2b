//! What a reload did, or why it was not done, in words.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use hook_loader::{CLOSURE, Reload, crate_of_impl, is_within_closure, parent_of_closure, symbol_path};
use hook_rustc::Diagnostic;
use hook_rustc::sorted::sort;

use super::changes::Changes;
use super::items::Item;
use super::kind::CrateFunctions;
use super::refuse::{ReloadRefusal, shown};
use crate::eval::error::EvaluateError;

/// The name of a function, with its place if that is known.
type FunctionPlace = (String, Option<(PathBuf, usize)>);

/// What a reload did. Functions of the crate are named with their places: `demo::total (src/main.rs:7)`.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The sources are those that the program is as.
    pub(crate) is_same: bool,
    /// These functions were replaced.
    pub(crate) replaced: Vec<String>,
    /// These functions are new.
    pub(crate) added: Vec<String>,
    /// New code calls the new ones of these, and what runs or is kept of the old ones stays.
    pub(crate) renewed: Vec<Renewed>,
    /// No code that can be called anew leads to these.
    pub(crate) unreached: Vec<String>,
    /// Hooks are planted that only futures have which are made from then on.
    pub(crate) is_in_new_futures: bool,
    /// One of the crates is a library.
    pub(crate) is_library: bool,
    /// The function that the program begins with was replaced.
    pub(crate) has_main: bool,
    /// So many functions were replaced of which the text is what it was: what they refer to has changed, or moved.
    pub(crate) others: usize,
    /// What is to be said besides.
    pub(crate) notes: Vec<String>,
    /// The names of those that were replaced, each with its place if that is known.
    pub(crate) places: Vec<FunctionPlace>,
}

/// A function whose old code goes on, and whose new code only new code calls.
#[derive(Debug)]
pub(crate) struct Renewed {
    named: String,
    place: FunctionPlace,
    /// The paths of functions that were replaced, and lead to the new code from their next calls on.
    entrances: BTreeSet<String>,
}

impl Renewed {
    fn of(named: String, path: &str, place: Option<(PathBuf, usize)>) -> Renewed {
        let name = path.rsplit("::").next().unwrap_or(path);
        Renewed {
            named,
            place: (name.to_owned(), place),
            entrances: BTreeSet::new(),
        }
    }

    /// Says from which calls on the new code is used: ", from the next call of `demo::router` on".
    fn since(&self) -> String {
        let names: Vec<String> = self.entrances.iter().map(|name| format!("`{name}`")).collect();
        match &names[..] {
            [] => String::new(),
            [one] => format!(", from the next call of {one} on"),
            [all @ .., last] if all.len() < 3 => format!(", from the next call of {} or {last} on", all.join(", ")),
            [one, two, others @ ..] => {
                format!(
                    ", from the next call of {one}, {two} or one of {} others on",
                    others.len()
                )
            }
        }
    }
}

impl Report {
    pub(super) fn of(reload: &Reload, changes: &Changes, functions: &CrateFunctions<'_>, dir: &Path) -> Report {
        let changed: Vec<&(PathBuf, Item)> = changes.functions().collect();
        let is_written = |place: &(PathBuf, usize)| {
            changed
                .iter()
                .any(|(file, item)| (file, item.line) == (&place.0, place.1))
        };
        let mut report = Report::default();
        let with_place = |path: &str| match functions.place(path) {
            Some((file, line)) => format!("{path} ({}:{line})", shown(&file, dir).display()),
            None => path.to_owned(),
        };
        let named = |list: &mut Vec<String>, path: &str| list.push(with_place(path));
        let mut others = BTreeSet::new();
        let mut entrances: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let (mut bodies, mut followed) = (BTreeSet::new(), BTreeSet::new());
        let mut unchanged = BTreeSet::new();
        for function in &reload.functions {
            let Some(path) = symbol_path(&function.name).filter(|path| functions.is_own(path)) else {
                continue;
            };
            if !function.entrances.is_empty() {
                let leading = function.entrances.iter().filter_map(|name| symbol_path(name));
                let leading = leading.filter(|path| functions.is_own(path) && !functions.is_main(path));
                let of = with_place(parent_of_closure(&path).unwrap_or(&path));
                entrances.entry(of).or_default().extend(leading);
            }
            if is_closure(&path) {
                let is_body = function.is_changed && function.was_there && is_within_closure(&path);
                let parent = parent_of_closure(&path).filter(|_| is_body);
                match parent {
                    // The body of an `async fn` whose futures go on with the new one.
                    Some(parent) if function.is_replaced => drop(followed.insert(parent.to_owned())),
                    parent => bodies.extend(parent.map(str::to_owned)),
                }
                continue;
            }
            report.has_main |= function.is_replaced && functions.is_main(&path);
            // Of a function of which the place is not known, it counts that its code is another.
            let place = functions.place(&path);
            let is_written = place
                .as_ref()
                .map_or(function.is_changed && !function.is_moved, is_written);
            let name = path.rsplit("::").next().unwrap_or(&path);
            match (is_written, function.is_replaced) {
                (true, true) => {
                    named(&mut report.replaced, &path);
                    report.places.push((name.to_owned(), place));
                }
                (true, false) if function.was_there => {
                    report.renewed.push(Renewed::of(with_place(&path), &path, place));
                }
                (false, true) if function.is_changed => drop(others.insert(path)),
                (false, true) => drop(unchanged.insert(path)),
                _ => {}
            }
        }
        // Its closure alone has another macro or constant in it.
        others.extend(unchanged.intersection(&bodies).cloned());
        // The body of an `async fn` is a closure within it, which may be all that differs.
        let loaded: HashSet<String> = reload
            .functions
            .iter()
            .filter_map(|function| symbol_path(&function.name))
            .collect();
        for path in bodies
            .iter()
            .filter(|path| !loaded.contains(*path) && !followed.contains(*path))
        {
            if let Some(place) = functions.place(path).filter(is_written) {
                report.renewed.push(Renewed::of(with_place(path), path, Some(place)));
            }
        }
        for path in followed {
            let place = functions.place(&path);
            if place.as_ref().is_none_or(is_written) {
                named(&mut report.replaced, &path);
                report
                    .places
                    .push((path.rsplit("::").next().unwrap_or(&path).to_owned(), place));
            } else {
                others.insert(path);
            }
        }
        for path in reload.unreached.iter().filter_map(|name| symbol_path(name)) {
            let path = match parent_of_closure(&path) {
                Some(parent) => parent.to_owned(),
                None => path,
            };
            if functions.is_own(&path) && functions.place(&path).as_ref().is_some_and(is_written) {
                named(&mut report.unreached, &path);
            }
        }
        // What a library has for all types is not the crate's own, though one of its types is in the name.
        let in_crate = |name: &&String| crate_of_impl(name).is_none_or(|krate| functions.is_crate(&krate));
        for path in reload
            .added
            .iter()
            .filter(in_crate)
            .filter_map(|name| symbol_path(name))
        {
            // One that is written as before is made for other types now.
            let is_new = functions.place(&path).as_ref().is_none_or(is_written);
            if is_new && functions.is_own(&path) && !is_closure(&path) {
                named(&mut report.added, &path);
                let default = functions.with_default(&path);
                report.notes.extend(default.map(|of| {
                    let name = path.rsplit("::").next().unwrap_or(&path);
                    format!("what was made a `dyn {of}` before goes on with the default of `{name}`: make it anew to get the new one")
                }));
            }
        }
        for list in [&mut report.replaced, &mut report.added, &mut report.unreached] {
            sort(list);
            list.dedup();
        }
        report.renewed.sort_by(|one, other| one.named.cmp(&other.named));
        report.renewed.dedup_by(|one, other| one.named == other.named);
        for one in &mut report.renewed {
            one.entrances = entrances.remove(&one.named).unwrap_or_default();
        }
        let is_renewed = |name: &String| report.renewed.iter().any(|one| one.named == *name);
        report
            .unreached
            .retain(|name| !report.replaced.contains(name) && !is_renewed(name));
        report.others = others.len();
        report
    }

    /// Adds what was done of another crate.
    pub(super) fn add(&mut self, more: Report) {
        self.notes.extend(more.notes);
        self.replaced.extend(more.replaced);
        self.added.extend(more.added);
        self.renewed.extend(more.renewed);
        self.unreached.extend(more.unreached);
        self.has_main |= more.has_main;
        self.is_library |= more.is_library;
        self.is_in_new_futures |= more.is_in_new_futures;
        self.others += more.others;
        self.places.extend(more.places);
    }

    /// Returns whether the function of this name at a line of a file was replaced, as far as it can be told from
    /// others.
    pub(crate) fn has_replaced(&self, file: &Path, line: usize, name: &str) -> bool {
        is_among(&self.places, (file, line, name))
    }

    /// Where new code calls another function of this name, and what runs or is kept of the old one stays: says from
    /// which calls on.
    pub(crate) fn renewed_since(&self, file: &Path, line: usize, name: &str) -> Option<String> {
        let is_it = |one: &&Renewed| is_at(&one.place, (file, line, name));
        self.renewed.iter().find(is_it).map(Renewed::since)
    }

    /// Returns the report in lines for a terminal.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.is_same {
            lines.push("nothing has changed in the sources".into());
        }
        lines.extend(self.replaced.iter().map(|name| format!("replaced {name}")));
        lines.extend(self.added.iter().map(|name| format!("added {name}")));
        let stay = "what runs or is kept of it goes on as it was";
        lines.extend(
            self.renewed
                .iter()
                .map(|one| format!("new code calls the new {}{}: {stay}", one.named, one.since())),
        );
        if self.renewed.iter().any(|one| !one.entrances.is_empty()) {
            lines.push(
                "what is made but once, as a router, keeps the old code: restart to get the new there, or have a plain `fn` do what changes, which is replaced for all that call it".into(),
            );
        }
        if self.has_main {
            lines.push("`main` is not called again: what only its new code leads to needs a restart".into());
        }
        let unreached = self.unreached.iter();
        lines.extend(unreached.map(|name| format!("nothing that is called anew leads to {name}: restart to get it")));
        match self.others {
            0 => {}
            1 => lines.push("1 more function refers to what has changed or moved, and was replaced with that".into()),
            others => lines.push(format!(
                "{others} more functions refer to what has changed or moved, and were replaced with that"
            )),
        }
        if lines.is_empty() {
            lines.push("the sources have changed, and no function of the program with them".into());
        }
        lines.extend_from_slice(&self.notes);
        lines
    }
}

fn is_closure(path: &str) -> bool {
    path.contains(CLOSURE) || path.contains("{closure")
}

fn is_among(places: &[FunctionPlace], searched: (&Path, usize, &str)) -> bool {
    places.iter().any(|place| is_at(place, searched))
}

fn is_at((other, place): &FunctionPlace, (file, line, name): (&Path, usize, &str)) -> bool {
    match place {
        Some((at, number)) => (at.as_path(), *number) == (file, line),
        None => other == name,
    }
}

/// Returns what rustc says of new sources.
pub(super) fn rejected(diagnostics: &[Diagnostic]) -> EvaluateError {
    let is_sum = |error: &Diagnostic| error.message.starts_with("aborting due to");
    let errors = diagnostics.iter().filter(|error| error.is_error() && !is_sum(error));
    let rendered: Vec<&str> = errors.map(|error| error.rendered.trim_end()).collect();
    EvaluateError::Rejected(rendered.join("\n\n").into())
}

/// Returns the error for what the program cannot follow.
pub(super) fn refused(refusals: &[ReloadRefusal], dir: &Path) -> EvaluateError {
    let line = |refusal: &ReloadRefusal| {
        let file = shown(&refusal.file, dir).display();
        format!("\n{} ({file}:{}): {}", refusal.what, refusal.line, refusal.why)
    };
    EvaluateError::NotReloaded(refusals.iter().map(line).collect())
}
