//! What has a program with hooks call the console before `main`.
#![allow(unsafe_code)]

use hook_runtime::start;

/// Linux calls this before `main`, and where the code is in a library, when that is loaded.
///
/// Each hook names it. It is alone in its object file, which a program without hooks names nothing of, so none of the
/// console is linked there. It is not `#[used]`: rustc has the linker keep what is, also in a release build.
#[cfg(target_os = "linux")]
// The section is a list of addresses of functions that C calls, and this is one of those.
#[unsafe(link_section = ".init_array")]
pub static START: extern "C" fn() = start;

/// Elsewhere nothing is called before `main`, and the first hit of a hook calls it.
#[cfg(not(target_os = "linux"))]
pub const START: extern "C" fn() = start;
