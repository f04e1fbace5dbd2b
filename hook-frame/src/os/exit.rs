//! A function can be registered here to run as the process exits.
#![cfg_attr(any(unix, windows), allow(unsafe_code))]

#[cfg(unix)]
use libc::atexit;

#[cfg(windows)]
unsafe extern "C" {
    fn atexit(run: extern "C" fn()) -> i32;
}

/// Has a function run as the process exits. Where there is no such call, it never runs; on Windows it does if `main`
/// returns.
pub fn at_exit(run: extern "C" fn()) {
    #[cfg(any(unix, windows))]
    // SAFETY: the function has the type that is asked for, and the system runs it before it unloads the file that
    // contains it.
    unsafe {
        atexit(run)
    };
    #[cfg(not(any(unix, windows)))]
    let _ = run;
}
