//! A function can be registered here to run as the process exits.
#![cfg_attr(unix, allow(unsafe_code))]

/// Has a function run as the process exits. Where there is no such call, it never runs.
pub(crate) fn at_exit(run: extern "C" fn()) {
    #[cfg(unix)]
    // SAFETY: the function has the type that is asked for, and the system runs it before it unloads the file that
    // contains it.
    unsafe {
        libc::atexit(run)
    };
    #[cfg(not(unix))]
    let _ = run;
}
