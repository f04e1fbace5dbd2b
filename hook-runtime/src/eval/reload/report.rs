//! What a reload did, or why it was not done, in words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hook_loader::{CLOSURE, Reload, symbol_path};
use hook_rustc::Diagnostic;
use hook_rustc::sorted::sort;

use super::items::Item;
use super::kind::CrateFunctions;
use super::refuse::{Changes, ReloadRefusal, shown};
use crate::eval::error::EvaluateError;

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
    pub(crate) renewed: Vec<String>,
    /// So many functions were replaced of which the text is what it was: what they refer to has changed, or moved.
    pub(crate) others: usize,
    /// The names of those that were replaced, each with its place if that is known.
    pub(crate) places: Vec<(String, Option<(PathBuf, usize)>)>,
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
        let (mut others, named) = (BTreeSet::new(), |list: &mut Vec<String>, path: &str| {
            list.push(match functions.place(path) {
                Some((file, line)) => format!("{path} ({}:{line})", shown(&file, dir).display()),
                None => path.to_owned(),
            });
        });
        for function in &reload.functions {
            let path = symbol_path(&function.name).filter(|path| functions.is_own(path));
            let Some(path) = path.filter(|path| !path.contains(CLOSURE) && !path.contains("{closure")) else {
                continue;
            };
            // Of a function of which the place is not known, it counts that its code is another.
            let place = functions.place(&path);
            let is_written = place.map_or(function.is_changed && !function.is_moved, |place| is_written(&place));
            match (is_written, function.is_replaced) {
                (true, true) => {
                    named(&mut report.replaced, &path);
                    let name = path.rsplit("::").next().unwrap_or(&path);
                    report.places.push((name.to_owned(), functions.place(&path)));
                }
                (true, false) if function.was_there => named(&mut report.renewed, &path),
                (false, true) if function.is_changed => drop(others.insert(path)),
                _ => {}
            }
        }
        for path in reload.added.iter().filter_map(|name| symbol_path(name)) {
            if functions.is_own(&path) && !path.contains(CLOSURE) && !path.contains("{closure") {
                named(&mut report.added, &path);
            }
        }
        for list in [&mut report.replaced, &mut report.added, &mut report.renewed] {
            sort(list);
            list.dedup();
        }
        report.others = others.len();
        report
    }

    /// Returns whether the function of this name at a line of a file was replaced, as far as it can be told from
    /// others.
    pub(crate) fn has_replaced(&self, file: &Path, line: usize, name: &str) -> bool {
        self.places.iter().any(|(replaced, place)| match place {
            Some((at, number)) => (at.as_path(), *number) == (file, line),
            None => replaced == name,
        })
    }

    /// Returns the report in lines for a terminal.
    pub(crate) fn lines(&self) -> Vec<String> {
        if self.is_same {
            return vec!["nothing has changed in the sources".into()];
        }
        let mut lines = Vec::new();
        lines.extend(self.replaced.iter().map(|name| format!("replaced {name}")));
        lines.extend(self.added.iter().map(|name| format!("added {name}")));
        let stay = "what runs or is kept of it goes on as it was";
        lines.extend(
            self.renewed
                .iter()
                .map(|name| format!("new code calls the new {name}: {stay}")),
        );
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
        lines
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
