//! rustc is a child of the program here, and the program may treat its children in ways of its own.
#![allow(unsafe_code)]

use std::process::Command;

/// Has rustc learn how its own children end, though the program may ignore the end of its own, which a child inherits.
pub(crate) fn prepare(command: &mut Command) {
    platform::prepare(command);
}

#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
mod platform {
    use std::mem::MaybeUninit;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;
    use std::ptr;

    pub(crate) fn prepare(command: &mut Command) {
        let mut set = MaybeUninit::<libc::sigaction>::uninit();
        // SAFETY: asks what is set, and writes it where there is room for it; the call fails for no valid signal.
        let set = unsafe {
            libc::sigaction(libc::SIGCHLD, ptr::null(), set.as_mut_ptr());
            set.assume_init()
        };
        // Handlers are not inherited. To run code in the child costs the parent a copy of its page tables.
        if set.sa_sigaction == libc::SIG_IGN {
            // SAFETY: `signal` may be called between `fork` and `exec`.
            unsafe {
                command.pre_exec(|| {
                    libc::signal(libc::SIGCHLD, libc::SIG_DFL);
                    Ok(())
                })
            };
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64")))]
mod platform {
    use std::process::Command;

    pub(crate) fn prepare(_: &mut Command) {}
}
