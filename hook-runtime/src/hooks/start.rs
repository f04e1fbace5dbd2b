//! A program that listens does so from its start, so that a client finds it before the first hook is reached.
#![allow(unsafe_code)]

use super::catch;
use super::mode::mode;

/// Linux calls this before `main`, and where the code is in a library, when that is loaded. It passes arguments, which
/// the function does not read.
///
/// [`keep`] names it, since the linker leaves out object files that nobody names. It is not `#[used]`: rustc has the
/// linker keep what is, also in a release build, where nothing of this crate shall be.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
static START: extern "C" fn() = start;

extern "C" fn start() {
    let value = std::env::var_os("HOOKABLE").unwrap_or_default();
    let (listens, catches) = (
        value.as_encoded_bytes().starts_with(b"listen"),
        value.to_string_lossy().contains("catch="),
    );
    // A panic must not leave a function that C calls.
    if listens || catches {
        let _ = crate::guard::caught(mode);
    }
    if catches {
        let _ = crate::guard::caught(catch::begin);
    }
}

/// Keeps the object file in the program.
#[inline]
pub(super) fn keep() {
    std::hint::black_box(&START);
}
