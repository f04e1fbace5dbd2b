//! The places in the sources that begin with what was typed, to complete that. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::functions::functions;
use super::place::{CrateSource, line_of, source};
use crate::syntax::items::modules;

/// A place in the sources, or the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPlace {
    /// What a list shows: of a line, its text too.
    pub(crate) shown: String,
    /// What stands in the place of what was typed.
    pub(crate) text: String,
}

impl NamedPlace {
    fn of(text: String) -> NamedPlace {
        NamedPlace {
            shown: text.clone(),
            text,
        }
    }
}

/// Returns the places that begin with a text. `here` is the file of the hook.
pub(crate) fn places(sources: &[CrateSource<'_>], here: &Path, typed: &str) -> Vec<NamedPlace> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match typed.rsplit_once(':') {
        Some((file, line)) if !file.ends_with(':') && is_number(line) => {
            let found = source(sources, file).ok();
            return found.map_or(Vec::new(), |at| lines(sources[at].text, &format!("{file}:"), line));
        }
        None if !typed.is_empty() && is_number(typed) => {
            let own = sources.iter().find(|source| source.file == here);
            return own.map_or(Vec::new(), |own| lines(own.text, "", typed));
        }
        _ => {}
    }
    let mut found = files(sources, typed);
    found.extend(paths(sources, typed));
    found.into_iter().map(NamedPlace::of).collect()
}

/// Returns the lines of a source at which a statement begins, if their numbers begin with these digits.
fn lines(text: &str, file: &str, digits: &str) -> Vec<NamedPlace> {
    let functions = functions(text);
    let points = functions.iter().flat_map(|function| &function.points);
    let lines: BTreeSet<usize> = points.map(|point| line_of(text, point.at)).collect();
    let texts: Vec<&str> = text.lines().collect();
    let begins = lines.into_iter().filter(|line| line.to_string().starts_with(digits));
    let place = |line: usize| NamedPlace {
        shown: format!("{line}  {}", texts.get(line - 1).unwrap_or(&"").trim()),
        text: format!("{file}{line}"),
    };
    begins.map(place).collect()
}

/// Returns the files whose path, or whose name, begins with a text.
fn files(sources: &[CrateSource<'_>], typed: &str) -> BTreeSet<String> {
    let name = |file: &Path| Some(file.file_name()?.to_str()?.to_owned());
    let found = sources.iter().filter_map(|one| {
        let (path, last) = (one.file.to_str()?, name(one.file)?);
        let is_only = sources
            .iter()
            .filter(|other| name(other.file).as_ref() == Some(&last))
            .count()
            == 1;
        match (path.starts_with(typed), last.starts_with(typed)) {
            (true, _) => Some(format!("{path}:")),
            (false, true) if is_only => Some(format!("{last}:")),
            (false, true) => Some(format!("{path}:")),
            (false, false) => None,
        }
    });
    found.collect()
}

/// Returns the functions of which a part of the path begins with a text: with the parts behind that, or, if the
/// function is not yet named, up to that part.
fn paths(sources: &[CrateSource<'_>], typed: &str) -> BTreeSet<String> {
    let parts: Vec<&str> = typed.split("::").collect();
    let Some((last, before)) = parts.split_last() else {
        return BTreeSet::new();
    };
    let mut found = BTreeSet::new();
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // Parsing a file is slow, so files that do not contain the name are skipped first. A module may be only a file.
    let may_contain = |one: &&CrateSource<'_>| {
        let path = modules(&one.file.to_string_lossy());
        one.text.contains(last) || path.iter().any(|module| module.starts_with(last))
    };
    for one in sources.iter().filter(may_contain) {
        let modules = modules(&one.file.to_string_lossy());
        for function in functions(one.text).into_iter().filter(|function| !function.is_const) {
            let whole: Vec<&str> = modules.iter().chain(&function.path).map(String::as_str).collect();
            // Before anything was typed, the functions of the root and its types and modules are enough.
            let starts = if typed.is_empty() { 0..1 } else { 0..whole.len() };
            for start in starts {
                let end = start + before.len();
                if end >= whole.len() || whole[start..end] != *before || !whole[end].starts_with(last) {
                    continue;
                }
                if end + 1 < whole.len() {
                    found.insert(format!("{}::", whole[start..=end].join("::")));
                } else {
                    let longer = whole[start.saturating_sub(1)..].join("::");
                    by_name.entry(whole[start..].join("::")).or_default().push(longer);
                }
            }
        }
    }
    // A name that several functions have is no place, so what stands before it is told.
    for (name, longer) in by_name {
        match longer.len() {
            1 => {
                found.insert(name);
            }
            _ => found.extend(longer),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "\
mod vm;
fn main() {
    let a = 1;
    run_one(a);
    a;
}
fn run_one(n: u8) {
    n;
}
fn run_two() {}
impl Set {
    fn merge(&self) {}
    fn new() {}
    const fn most() -> u8 { 3 }
}
";
    const VM: &str = "pub fn run_vm() {\n    step();\n}\nimpl Vm {\n    fn new() {}\n}\n";

    /// Checks what begins with a text. Where it is a line, its text stands behind it.
    #[track_caller]
    fn check(typed: &str, expected: &str) {
        let sources = [
            ("src/main.rs", MAIN),
            ("src/vm.rs", VM),
            ("src/a/mod.rs", ""),
            ("src/b/mod.rs", ""),
        ];
        let sources = sources.map(|(file, text)| CrateSource {
            file: Path::new(file),
            text,
        });
        let found = places(&sources, Path::new("src/main.rs"), typed).into_iter();
        let found = found.map(|place| match place.shown == place.text {
            true => place.text,
            false => format!("{} [{}]", place.text, place.shown),
        });
        assert_eq!(found.collect::<Vec<_>>().join(", "), expected, "{typed}");
    }

    #[test]
    fn functions_and_methods() {
        check("run_", "run_one, run_two, run_vm");
        check("run_t", "run_two");
        check("Set::me", "Set::merge");
        check("Set::", "Set::merge, Set::new");
        check("Se", "Set::");
        check("new", "Set::new, Vm::new");
        check("vm::Vm::", "vm::Vm::new");
        check("vm::", "vm::Vm::, vm::run_vm");
        check("nowhere", "");
        check("Set:::", "");
        check("::", "");
    }

    #[test]
    fn files_and_lines() {
        check("vm", "vm.rs:, vm::");
        check("src/m", "src/main.rs:");
        check("mod.", "src/a/mod.rs:, src/b/mod.rs:");
        check("vm.rs:", "vm.rs:2 [2  step();]");
        check("main.rs:4", "main.rs:4 [4  run_one(a);]");
        check("4", "4 [4  run_one(a);]");
        check("none.rs:", "");
        check("mod.rs:", "");
    }
}
