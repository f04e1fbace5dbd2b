//! base, being written
use crate::capture::{Access, Hit};
pub(crate) fn wanted() -> bool { !crate::render::guard::is_unhooked() }
pub(crate) fn open(hit: Hit, locals: &mut [Access<'_>]) {
    eprintln!("hooked at {}:{} in {}, {} locals", hit.site.file, hit.site.line, hit.site.function, locals.len());
    for (binding, access) in hit.site.bindings.iter().zip(locals.iter()) {
        let shown = match access {
            Access::Writable(v) => crate::render::compact(&**v, crate::render::Limit::line(200)),
            Access::ReadOnly(v) => crate::render::compact(*v, crate::render::Limit::line(200)),
            Access::Snapshot(s) => s.line().clone(),
            _ => crate::render::Shown::Opaque,
        };
        eprintln!("{}: {shown:?} {}", binding.name, binding.reason);
    }
}
