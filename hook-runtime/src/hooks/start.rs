//! A program that listens does so from its start, so that a client finds it before the first hook is reached.

use std::sync::Once;

use super::mode::mode;
use super::{Hooks, catch};
use crate::guard;

/// Supplies the console to the hooks, and does what `HOOKABLE` wants done before the first one is reached. Linux calls
/// it before `main`; whatever arguments it passes are not read. Elsewhere the first hit does, and a program that
/// listens does so from there on.
///
/// The crate that programs name has a variable with its address. It is not here, since the linker takes an object file
/// for any function in it, also for an instance of one of std's, and would take all of the console with that variable.
pub extern "C" fn start() {
    static STARTED: Once = Once::new();
    hook_frame::gate::supply(&Hooks);
    if cfg!(target_os = "linux") && !cfg!(miri) {
        // A panic must not leave a function that C calls.
        let _ = guard::caught(|| STARTED.call_once(begin));
    }
}

fn begin() {
    let value = std::env::var_os("HOOKABLE").unwrap_or_default();
    let (listens, catches) = (
        value.as_encoded_bytes().starts_with(b"listen"),
        value.to_string_lossy().contains("catch="),
    );
    if listens || catches {
        let _ = guard::caught(mode);
    }
    if catches {
        let _ = guard::caught(catch::begin);
    }
}
