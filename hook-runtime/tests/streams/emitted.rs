//! What the attribute emits for a hook, by hand.

/// A hook with one local.
macro_rules! hook {
    ($function:literal, $module:literal, $name:ident $(, $message:literal)?) => {{
        use ::hook_frame::private::*;
        static SITE: Site = Site {
            file: concat!($function, ".rs"),
            path: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/not/there.rs")),
            line: 5,
            column: 9,
            module_path: $module,
            function: $function,
            generics: None,
            target: None,
            read_only: false,
            note: None,
            recorded: None,
            exit: Exit::None,
            steps: Steps::None,
            start: Some(&(::hook_runtime::start as extern "C" fn())),
            bindings: &[Binding {
                name: stringify!($name),
                line: 4,
                state: State::Writable,
                reason: None,
            }],
            hits: ::std::sync::atomic::AtomicU64::new(0),
        };
        if SITE.reached()
            && let Some(hit) = SITE.hit(1)
        {
            $(
                let mut hit = hit;
                hit.message(format_args!($message));
            )?
            let ((late, late_marker), marker) = (late(), []);
            late_marker.__hookable_tie(&$name, marker);
            ::hook_frame::__resolve!(late);
            hit.open(&mut [marker.__hookable_writable()(&mut $name)]);
        }
    }};
}
