//! The hooks of the program, found without one having been reached: their sites are variables that the symbol table
//! names.
#![allow(unsafe_code)]

use hook_loader::Host;
use hook_rustc::sorted::sort_by_key;

use super::reload::SITE;
use crate::frame::{Code, Site};

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
        // SAFETY: the attribute alone makes variables of this name, all of this type, and they are never dropped. They
        // live as long as their file is loaded, which every hook that is reached takes for the whole run.
        unsafe { &*std::ptr::with_exposed_provenance::<Site>(address) }
    };
    found
        .into_iter()
        .map(|variable| (site(variable.address), Code::at(variable.function)))
        .collect()
}
