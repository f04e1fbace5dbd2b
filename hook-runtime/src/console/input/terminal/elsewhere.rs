//! Editing on a terminal that is neither standard input and output nor the controlling terminal.
//!
//! rustyline does not support that. But on Linux a thread can have a table of descriptors of its own. So one thread has
//! that terminal as its descriptors 0 and 1, and edits there, and the descriptors of the program stay as they are.
//!
//! rustyline's signal handlers write to a pipe by its number. A handler may run on any thread, where that number may be
//! another file. So before rustyline makes the pipe, this thread occupies all numbers that the program uses, and many
//! more.
#![cfg_attr(target_os = "linux", allow(unsafe_code))]

use super::device::Device;

type Task = Box<dyn FnOnce() + Send>;

/// Runs a job on the thread that has this terminal, and returns its result. All jobs run on the same thread. Returns
/// `None` if there can be no such thread.
pub(super) fn run<T: Send + 'static>(device: &Device, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    use std::sync::mpsc::{Sender, channel};
    use std::sync::{Mutex, PoisonError};

    static THREAD: Mutex<Option<Sender<Task>>> = Mutex::new(None);
    let mut thread = THREAD.lock().unwrap_or_else(PoisonError::into_inner);
    if thread.is_none() {
        *thread = Some(platform::start(device)?);
    }
    let (tell, told) = channel();
    let job: Task = Box::new(move || drop(tell.send(job())));
    let sent = thread.as_ref()?.send(job);
    drop(thread);
    sent.ok()?;
    told.recv().ok()
}

#[cfg(not(target_os = "linux"))]
mod platform {
    pub(super) fn start(_: &super::Device) -> Option<std::sync::mpsc::Sender<super::Task>> {
        None
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::fs;
    use std::io;
    use std::os::fd::{AsRawFd, OwnedFd, RawFd};
    use std::sync::mpsc::{Sender, channel};
    use std::thread;

    use super::{Device, Task};
    use crate::os::call::checked;

    /// The numbers that stay free on the thread, for the files that it opens itself.
    const FREE: RawFd = 24;
    /// The numbers that the program may begin to use while a line is typed.
    const MORE: RawFd = 512;

    pub(super) fn start(device: &Device) -> Option<Sender<Task>> {
        let terminal = device.fd().try_clone_to_owned().ok()?;
        let (send, jobs) = channel::<Task>();
        let (tell, told) = channel();
        let work = move || {
            let separate = separate(&terminal);
            let ready = separate.is_ok();
            let _ = tell.send(ready);
            if ready {
                jobs.into_iter().for_each(|job| job());
            }
        };
        thread::Builder::new().name("hookable-edit".into()).spawn(work).ok()?;
        told.recv().ok().filter(|ready| *ready).map(|_| send)
    }

    /// Returns this thread a table of descriptors of its own. The terminal takes the numbers 0 to 2, and all numbers up
    /// to one that the program does not use.
    fn separate(terminal: &OwnedFd) -> io::Result<()> {
        let taken = taken()?;
        let from = terminal.as_raw_fd();
        // SAFETY: from here on a number means another file on this thread than on others. This thread owns none of the
        // files that it closes or replaces in its own table, and it uses no descriptor that came from another thread
        // except `terminal`, which stays valid.
        unsafe {
            checked(libc::unshare(libc::CLONE_FILES))?;
            for number in (0..taken).filter(|number| *number != from) {
                checked(libc::dup3(from, number, if number < 3 { 0 } else { libc::O_CLOEXEC }))?;
            }
        }
        Ok(())
    }

    /// Returns the number below which this thread occupies all descriptors.
    fn taken() -> io::Result<RawFd> {
        let open = fs::read_dir("/proc/self/fd")?.flatten();
        let numbers = open.filter_map(|entry| entry.file_name().to_str()?.parse::<RawFd>().ok());
        let highest = numbers.max().unwrap_or(2);
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the pointer is to a structure that the call writes to.
        checked(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) })?;
        let limit = RawFd::try_from(limit.rlim_cur).unwrap_or(RawFd::MAX);
        let taken = (highest + MORE).min(limit - FREE);
        if taken <= highest {
            return Err(io::Error::other("no numbers are free"));
        }
        Ok(taken)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_program_keeps_its_descriptors() {
            let (reader, writer) = io::pipe().unwrap();
            let terminal: OwnedFd = fs::File::open("/dev/null").unwrap().into();
            let number = writer.as_raw_fd();
            let inside = move || {
                separate(&terminal).unwrap();
                let name = |number: RawFd| fs::read_link(format!("/proc/thread-self/fd/{number}")).unwrap();
                let null = std::path::PathBuf::from("/dev/null");
                assert_eq!([name(0), name(number)], [null.clone(), null]);
                // A file that this thread opens has a number that is free on the other threads.
                let opened = fs::File::open("/dev/null").unwrap();
                assert!(fs::read_link(format!("/proc/self/fd/{}", opened.as_raw_fd())).is_err());
            };
            thread::spawn(inside).join().unwrap();
            // If the thread held the writer open, reading would not end.
            drop(writer);
            assert_eq!(io::read_to_string(reader).unwrap(), "");
        }
    }
}
