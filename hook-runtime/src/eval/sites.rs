//! The hooks of the program, found without one having been reached: their sites are variables that the symbol table
//! names.
#![allow(unsafe_code)]

use hook_loader::{Host, LoadError};
use hook_rustc::sorted::sort_by_key;

use crate::frame::{Code, Site};

/// What the sites of hooks have in their names.
pub(super) const SITE: &str = "__HOOKABLE_SITE";

/// Returns why no sites are found, if the file that this code is in does not tell them.
pub(crate) fn unreadable() -> Option<LoadError> {
    let own = sites as fn() -> Vec<(&'static Site, Code)>;
    let host = Host::of_this_process();
    host.and_then(|host| host.slot_at(own as usize)).err()
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
