//! Which functions a reload can replace.

use hook_loader::{FunctionKind, symbol_path};

/// Gives the kind of a function of the crate by its mangled name.
pub(super) fn of(name: &str, krate: &str) -> FunctionKind {
    let Some(path) = symbol_path(name) else {
        return FunctionKind::Generic;
    };
    if path.contains("{{closure}}") || path.contains("{closure") || path.contains("{{vtable.shim}}") {
        return FunctionKind::Closure;
    }
    let own = path.trim_start_matches('<');
    match own.strip_prefix(krate).is_some_and(|rest| rest.starts_with("::")) {
        true => FunctionKind::Plain,
        false => FunctionKind::Generic,
    }
}
