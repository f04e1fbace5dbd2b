//! rustc is a child process of the program here, and the program may treat its children in ways of its own.
#![allow(unsafe_code)]

use std::process::Command;

/// Lets rustc learn how its own children end. A program that ignores the end of its children would pass that on to
/// rustc.
pub(crate) fn prepare(command: &mut Command) {
    platform::prepare(command);
}

/// Has the children that this thread starts give way to those of other threads, where the system knows threads that do.
/// There is no way back, so the thread starts no others.
pub(crate) fn give_way() {
    #[cfg(target_os = "linux")]
    // SAFETY: the call has no pointers. 0 is the calling thread, whose children inherit what is set.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, LOWER);
    }
}

/// The processor is shared by weights, and a process with this number has a tenth of the weight of others.
#[cfg(target_os = "linux")]
const LOWER: libc::c_int = 10;

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod platform {
    use std::mem::MaybeUninit;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;
    use std::ptr;

    pub(crate) fn prepare(command: &mut Command) {
        let mut set = MaybeUninit::<libc::sigaction>::uninit();
        // SAFETY: the call writes the current action into a value of the right type, and it fails for no valid signal.
        let set = unsafe {
            libc::sigaction(libc::SIGCHLD, ptr::null(), set.as_mut_ptr());
            set.assume_init()
        };
        // Only an ignored signal is inherited. In all other cases no code is run in the child, because that costs the
        // parent a copy of its page tables.
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

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
mod platform {
    use std::process::Command;

    pub(crate) fn prepare(_: &mut Command) {}
}
