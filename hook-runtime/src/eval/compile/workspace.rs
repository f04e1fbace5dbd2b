//! A workspace has the sources that rustc reads for lines, and what it makes of them.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hook_loader::{Host, OPTIMIZED_STUB, STUB};
use hook_rustc::{Copied, StubRules};

use super::CrateCompiler;

/// The folder of the workspace in which no body is left out, in that of the other.
const WHOLE: &str = "whole";

/// The sources of a crate, with all bodies or without most of them, and the folder that rustc writes to.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) made: PathBuf,
    pub(super) copied: RefCell<Option<Copied>>,
    /// Whether rustc was run for a line before, so that it is known whether it accepts the copy.
    pub(super) tried: Cell<bool>,
}

impl Workspace {
    /// Forgets the copy, so that it is made again.
    pub(super) fn forget(&mut self) {
        self.copied = RefCell::default();
        self.tried = Cell::default();
    }
}

impl CrateCompiler {
    /// Returns the workspace in which the current line is compiled.
    pub(super) fn workspace(&self) -> &Workspace {
        match &self.stubbed {
            Some(stubbed) if !self.is_whole.get() => stubbed,
            _ => &self.whole,
        }
    }

    /// Says in which folder the workspaces are.
    pub(super) fn place(&mut self, made: &Path) {
        match &mut self.stubbed {
            Some(stubbed) => {
                stubbed.made = made.to_path_buf();
                self.whole.made = made.join(WHOLE);
            }
            None => self.whole.made = made.to_path_buf(),
        }
    }

    /// Makes the folders and the copy of the current workspace, or makes them again if they were removed since the last
    /// line.
    pub(super) fn ready(&self) -> io::Result<()> {
        let workspace = self.workspace();
        fs::create_dir_all(workspace.made.join("out"))?;
        let root = workspace.made.join("sources");
        let mut copied = workspace.copied.borrow_mut();
        if copied
            .as_ref()
            .map_or(!workspace.tried.get(), |copied| !copied.is_in(&root))
        {
            let shared = self.is_optimized().then(|| {
                let host = Host::of_this_process();
                host.map(|host| host.shared_functions(&self.record.call.crate_name()))
                    .unwrap_or_default()
            });
            let rules = StubRules {
                prefix: if shared.is_some() { OPTIMIZED_STUB } else { STUB },
                shared: shared.as_ref(),
            };
            let rules = (self.stubbed.is_some() && !self.is_whole.get()).then_some(rules);
            *copied = self.sources.copy(&self.record, &self.snapshot.unit, &root, rules).ok();
        }
        Ok(())
    }
}
