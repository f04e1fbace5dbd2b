//! The crates of the program whose functions can be replaced: those that have a hook.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use hook_loader::{Host, RunningSlot};

use crate::eval::compile::CrateCompiler;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::frame::{Code, Recorded};

/// A crate that has a hook.
#[derive(Clone, Copy)]
pub(crate) struct ReloadedCrate {
    /// A function in the file that the crate was linked to.
    pub(crate) code: Code,
    pub(crate) recorded: &'static Recorded,
    /// Its name.
    pub(crate) krate: &'static str,
}

impl ReloadedCrate {
    pub(super) fn of_frame(frame: &EvalFrame<'_>) -> Result<ReloadedCrate, EvaluateError> {
        let why = "the crate was compiled without asking rustc what hooks can capture";
        let (code, recorded) = frame.slot.ok_or(EvaluateError::NotRecorded(why))?;
        Ok(ReloadedCrate {
            code,
            recorded,
            krate: frame.krate,
        })
    }

    /// Returns where the crate's code is.
    pub(super) fn slot(self) -> Result<(&'static Host, RunningSlot), EvaluateError> {
        let host = Host::of_this_process().map_err(EvaluateError::Load)?;
        let slot = host.slot_at(self.code.address()).map_err(EvaluateError::Load)?;
        Ok((host, slot.ok_or(EvaluateError::NoSymbol("it has no symbol"))?))
    }
}

/// Returns a sentence for each library without a hook that these crates use and whose sources were written after it was
/// compiled.
pub(super) fn without_hooks(all: &[ReloadedCrate]) -> Vec<String> {
    let mut notes = Vec::new();
    for krate in all {
        let Ok(compiler) = CrateCompiler::at(krate.recorded.folder, &krate.recorded.latest()) else {
            continue;
        };
        let dir = compiler.dir();
        for library in compiler.named_libraries() {
            let Some((name, source)) = newer_source(&library, &dir) else {
                continue;
            };
            if all.iter().all(|hooked| hooked.krate != name) {
                notes.push(format!(
                    "{} was written after the program was built, and its crate `{name}` has no hook: restart to get it, or put \
                     `hookable::this_crate!();` at its root to reload it next time",
                    source.display()
                ));
            }
        }
    }
    notes.sort();
    notes.dedup();
    notes
}

/// Returns the name of a library's crate and a source that is newer than the library.
fn newer_source(library: &Path, dir: &Path) -> Option<(String, PathBuf)> {
    let written = |path: &Path| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
    let compiled = written(library)?;
    let stem = library.file_stem()?.to_str()?.strip_prefix("lib")?;
    let text = fs::read_to_string(library.with_file_name(format!("{stem}.d"))).ok()?;
    let source = sources(&text).find(|source| written(&dir.join(source)).is_some_and(|written| written > compiled))?;
    Some((stem.split('-').next()?.to_owned(), source))
}

/// Returns the sources of a crate as a file has them that rustc writes for make.
fn sources(text: &str) -> impl Iterator<Item = PathBuf> {
    let line = text.lines().next().and_then(|line| line.split_once(": "));
    let paths = line.map_or("", |(_, paths)| paths).replace("\\ ", "\0");
    let paths: Vec<PathBuf> = paths
        .split_whitespace()
        .map(|path| PathBuf::from(path.replace('\0', " ")))
        .collect();
    paths.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_a_library() {
        let text = "/t/liba.rlib: a/src/lib.rs a/src/my\\ b.rs\n\na/src/lib.rs:\n";
        let found: Vec<PathBuf> = sources(text).collect();
        assert_eq!(found, [PathBuf::from("a/src/lib.rs"), PathBuf::from("a/src/my b.rs")]);
        assert_eq!(sources("").count(), 0);
    }
}
