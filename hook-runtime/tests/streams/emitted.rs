//! What the attribute emits for a hook, by hand.

use hook_runtime::capture::{Late, Marker, Probe};

pub(crate) fn probe_of<T>(_: &T) -> Probe<T> {
    Late::<T, ()>::new().probe()
}

pub(crate) fn mark<T, M>(_: &T, _: M) -> Marker<T, M> {
    Marker::new()
}

/// A hook with one local.
macro_rules! hook {
    ($function:literal, $module:literal, $name:ident) => {{
        use ::hook_runtime::capture::*;
        static SITE: Site = Site {
            file: concat!($function, ".rs"),
            path: "",
            line: 5,
            column: 9,
            module_path: $module,
            function: $function,
            target: "",
            read_only: false,
            note: "",
            bindings: &[Binding {
                name: stringify!($name),
                line: 4,
                state: State::Writable,
                reason: "",
            }],
            hits: ::std::sync::atomic::AtomicU64::new(0),
        };
        if SITE.reached()
            && let Some(hit) = SITE.hit(1)
        {
            let probe = || $crate::emitted::probe_of(&$name);
            let abilities = (
                (&probe()).__hookable_debug(),
                (&probe()).__hookable_display(),
                (&probe()).__hookable_parse(),
                (&probe()).__hookable_serialize(),
                (&probe()).__hookable_deserialize(),
            );
            let marker = $crate::emitted::mark(&$name, abilities);
            hit.open(&mut [writable(&mut $name, &marker)]);
        }
    }};
}
