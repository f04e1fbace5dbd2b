//! The hooks of the program, found without one having been reached: their sites are variables that the symbol table
//! names.
#![allow(unsafe_code)]

use hook_loader::{CLOSURE, Host, is_within_closure, parent_of_closure};
use hook_rustc::sorted::sort_by_key;

use super::reload::{ReloadedCrate, SITE};
use crate::frame::{Code, Frame, Recorded, Site};

/// A crate of the program in which hooks can be planted, since it has a hook, or names `this_crate!`.
#[derive(Clone, Copy)]
pub(crate) struct HookedCrate {
    /// One of its hooks.
    pub(crate) site: &'static Site,
    pub(crate) code: Code,
    pub(crate) recorded: &'static Recorded,
}

/// Returns the path of a function whose code a reload, a planted hook or a line has brought, by an address in it. Of a
/// closure it is the path of the function, and the mark of one closure, however many there are.
pub(crate) fn loaded_function(address: usize) -> Option<String> {
    let path = Host::of_this_process().ok()?.loaded_function(address)?;
    let parent = is_within_closure(&path).then(|| parent_of_closure(&path)).flatten();
    Some(parent.map_or_else(|| path.clone(), |parent| format!("{parent}::{CLOSURE}")))
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

/// Returns the sites of all hooks in the program and its libraries, each with code of the same file. Where lines cannot
/// be compiled there are none.
pub(crate) fn sites() -> Vec<(&'static Site, Code)> {
    let Ok(host) = Host::of_this_process() else {
        return Vec::new();
    };
    let mut found: Vec<_> = host.variables(SITE).into_iter().collect();
    found.retain(|variable| variable.size == size_of::<Site>() && variable.address.is_multiple_of(align_of::<Site>()));
    sort_by_key(&mut found, &|variable| variable.address);
    found.dedup_by_key(|variable| variable.address);
    let site = |address: usize| {
        // SAFETY: the attribute alone makes variables of this name, all of this type, and they are never dropped. Their
        // files are not unloaded any more, since `Host::variables` has found them there.
        unsafe { &*std::ptr::with_exposed_provenance::<Site>(address) }
    };
    found
        .into_iter()
        .map(|variable| (site(variable.address), Code::of_file(variable.function)))
        .collect()
}
