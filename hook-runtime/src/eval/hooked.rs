//! The crates of the program in which hooks can be planted, found by the sites of their hooks.

use hook_rustc::CallRecord;

use super::compile::is_there;
use super::error::EvaluateError;
use super::reload::ReloadedCrate;
use super::sites::sites;
use crate::frame::{Code, Frame, Recorded, Site};

/// A crate of the program in which hooks can be planted, since it has a hook, or names `this_crate!`.
#[derive(Clone, Copy)]
pub(crate) struct HookedCrate {
    /// One of its hooks.
    pub(crate) site: &'static Site,
    pub(crate) code: Code,
    pub(crate) recorded: &'static Recorded,
}

impl HookedCrate {
    /// Returns the crate in which a frame is stopped, if lines can be compiled there.
    pub(crate) fn of(frame: &Frame<'_, '_>) -> Option<HookedCrate> {
        let (code, recorded) = frame.slot?;
        Some(HookedCrate {
            site: frame.site,
            code,
            recorded,
        })
    }

    /// Returns its name.
    pub(crate) fn name(&self) -> &'static str {
        self.site.module_path.split("::").next().unwrap_or_default()
    }

    /// Returns it as a reload needs it.
    pub(crate) fn reloaded(&self) -> ReloadedCrate {
        ReloadedCrate {
            code: self.code,
            recorded: self.recorded,
            krate: self.name(),
        }
    }

    /// Checks that what the build left is there and can be read.
    pub(crate) fn check_record(&self) -> Result<(), EvaluateError> {
        let snapshot = self.recorded.latest();
        is_there(&snapshot)?;
        CallRecord::read(&snapshot.build())?;
        Ok(())
    }

    /// Returns a frame that has no function and no locals, and stands for the crate.
    pub(crate) fn frame(&self) -> Frame<'static, 'static> {
        let mut frame = Frame::new(self.site, 0, None, &mut []);
        frame.slot = Some((self.code, self.recorded));
        frame
    }
}

/// Returns the crates of the program in which hooks can be planted.
pub(crate) fn crates() -> Vec<HookedCrate> {
    let mut crates: Vec<HookedCrate> = Vec::new();
    for (site, code) in sites() {
        if let Some(recorded) = site.recorded
            && !crates.iter().any(|known| known.recorded.folder == recorded.folder)
        {
            crates.push(HookedCrate { site, code, recorded });
        }
    }
    crates
}
