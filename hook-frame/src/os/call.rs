//! What a call of the C library returns, as a result.

use std::io;

/// Returns the error of a call that failed, which has to be the last one of this thread.
pub fn checked(result: libc::c_int) -> io::Result<()> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
