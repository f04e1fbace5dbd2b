//! What the slots of a crate need: where its build is recorded, and the lines that go into them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use hook_rustc::CompileRequest;

use crate::syntax::hook::HookKey;

/// A build that is recorded, so that lines can be compiled in it.
#[derive(Clone, Debug)]
pub(crate) struct RecordedBuild {
    /// The folder in which the call of rustc is recorded.
    pub(crate) folder: PathBuf,
    /// The fingerprint of what is recorded there.
    pub(crate) fingerprint: u64,
    /// The folder that stands for the root of all files, where the sources are copies of those that were built.
    pub(crate) root: Option<PathBuf>,
    /// Hooks by their [`hook_id`]s, and the files that go into their slots. In a build there are none. Beside the line
    /// that is wanted, these are lines that call the function in which it is wanted: without them there may be no code
    /// of that.
    pub(crate) lines: Vec<(u64, PathBuf)>,
}

impl RecordedBuild {
    /// Returns the build that the runtime asks to have a line compiled in; `session` is the folder in which it asked.
    pub(crate) fn requested(request: CompileRequest, session: &Path) -> RecordedBuild {
        let CompileRequest {
            id,
            fingerprint,
            folder,
            root,
            outer,
            ..
        } = request;
        let outer = outer.into_iter().enumerate();
        let outer = outer.map(|(number, id)| (id, CompileRequest::outer_line(session, number)));
        RecordedBuild {
            folder,
            fingerprint,
            root,
            lines: std::iter::once((id, CompileRequest::line(session)))
                .chain(outer)
                .collect(),
        }
    }

    /// The path of a source as it was built.
    pub(crate) fn as_built(&self, path: PathBuf) -> PathBuf {
        let root = self.root.as_ref();
        root.and_then(|root| hook_rustc::out_of(root, &path)).unwrap_or(path)
    }
}

/// Returns the number by which the runtime names a hook.
pub(crate) fn hook_id(key: &HookKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
