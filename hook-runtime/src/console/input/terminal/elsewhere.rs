//! Editing on a terminal that is neither standard input and output nor the controlling one.
//!
//! rustyline knows no other. But on Linux a thread can have descriptors of its own: one thread has that terminal as
//! its 0 and 1, and edits there. The program's descriptors stay as they are.
//!
//! rustyline's signal handlers write to a pipe by its number, and run on any thread, where that number may be another
//! file. So all numbers that the program has in use, and many more, are taken on this thread before it makes the
//! pipe.
#![cfg_attr(target_os = "linux", allow(unsafe_code))]

use super::device::Device;

type Task = Box<dyn FnOnce() + Send>;

/// Runs it on the thread that has this terminal, always the same one. `None` where there can be none.
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

    /// Numbers that are free on the thread, for what it opens itself.
    const FREE: RawFd = 24;
    /// How many numbers the program may come to use while a line is typed.
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

    /// Gives this thread descriptors of its own: the terminal as 0, 1 and 2, and up to a number that the program does
    /// not use.
    fn separate(terminal: &OwnedFd) -> io::Result<()> {
        let taken = taken()?;
        let from = terminal.as_raw_fd();
        // SAFETY: from here on numbers mean something else on this thread than on others. It owns none of the files
        // that it closes or replaces in its own table, and nothing on it uses a descriptor that came from another
        // thread, but `terminal`, which stays what it is.
        unsafe {
            checked(libc::unshare(libc::CLONE_FILES))?;
            for number in (0..taken).filter(|number| *number != from) {
                checked(libc::dup3(from, number, if number < 3 { 0 } else { libc::O_CLOEXEC }))?;
            }
        }
        Ok(())
    }

    /// Gives the number below which all shall be taken.
    fn taken() -> io::Result<RawFd> {
        let open = fs::read_dir("/proc/self/fd")?.flatten();
        let numbers = open.filter_map(|entry| entry.file_name().to_str()?.parse::<RawFd>().ok());
        let highest = numbers.max().unwrap_or(2);
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: a structure to write to.
        checked(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) })?;
        let limit = RawFd::try_from(limit.rlim_cur).unwrap_or(RawFd::MAX);
        let taken = (highest + MORE).min(limit - FREE);
        if taken <= highest {
            return Err(io::Error::other("no numbers are free"));
        }
        Ok(taken)
    }

    fn checked(result: libc::c_int) -> io::Result<()> {
        if result < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
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
                // What it opens has a number that is free elsewhere.
                let opened = fs::File::open("/dev/null").unwrap();
                assert!(fs::read_link(format!("/proc/self/fd/{}", opened.as_raw_fd())).is_err());
            };
            thread::spawn(inside).join().unwrap();
            // The other end is not held open by that thread, either.
            drop(writer);
            assert_eq!(io::read_to_string(reader).unwrap(), "");
        }
    }
}
