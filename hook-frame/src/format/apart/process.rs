//! Values are formatted in a copy of the process.
//!
//! The copy is made by the system call behind `fork`, not by `fork`, so the program's own handlers of a fork do not
//! run. It sends no signal as it ends, so the program's handler of SIGCHLD is not called, and none of its `wait`s finds
//! the copy. An emulator that cannot do so makes one that sends it, if the program has no handler. Of the threads, only
//! the one that asks is copied, so a lock that another thread had stays locked in the copy. Hence nothing here waits
//! for a copy without a limit.
#![allow(unsafe_code)]

use crate::format::Shown;

/// Says what was heard of a copy.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub(super) enum Event {
    /// It has formatted a value.
    Done(Shown),
    /// It has formatted a part of a value.
    Piece(String),
    Exit(i32),
    Signal(i32),
    /// Nothing was heard of it for some milliseconds.
    Nothing,
}

pub(super) use platform::is_copy;
pub(super) use platform::{ABORT, FAULT, ProcessCopy};

/// A message in the pipe consists of a kind, a length, and a text.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
mod message {
    use super::{Event, Shown};

    pub(super) const HEAD: usize = 5;

    pub(super) fn piece(text: &str) -> Vec<u8> {
        encode(b'p', text)
    }

    pub(super) fn done(shown: &Shown) -> Vec<u8> {
        match shown {
            Shown::Text { text, cut: false } => encode(b't', text),
            Shown::Text { text, cut: true } => encode(b'c', text),
            Shown::Opaque => encode(b'o', ""),
            Shown::Failed(why) => encode(b'f', why),
        }
    }

    fn encode(kind: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut bytes = vec![kind];
        bytes.extend(length.to_le_bytes());
        bytes.extend(&text.as_bytes()[..length as usize]);
        bytes
    }

    /// Takes a message from the beginning of the bytes, if there is a whole one.
    pub(super) fn take(bytes: &mut Vec<u8>) -> Option<Event> {
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let length = u32::from_le_bytes(head[1..].try_into().ok()?) as usize;
        let text = rest
            .get(..length)
            .map(|text| String::from_utf8_lossy(text).into_owned())?;
        let kind = head[0];
        bytes.drain(..HEAD + length);
        Some(match kind {
            b'p' => Event::Piece(text),
            b'f' => Event::Done(Shown::Failed(text)),
            b'o' => Event::Done(Shown::Opaque),
            kind => Event::Done(Shown::Text {
                text,
                cut: kind == b'c',
            }),
        })
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::fs;
    use std::io::{self, PipeReader, PipeWriter, Read, Write};
    use std::mem::MaybeUninit;
    use std::os::fd::AsRawFd;
    use std::ptr;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{Event, Shown, message};
    use crate::guard;
    use crate::os::stack;
    use crate::os::wait;

    pub(crate) const FAULT: i32 = libc::SIGSEGV;
    pub(crate) const ABORT: i32 = libc::SIGABRT;

    /// A process with more pages of memory than this is not copied, since to copy its page tables takes too long.
    const LARGEST: u64 = 1 << 20;

    /// This is set if this process is a copy.
    static IS_COPY: AtomicBool = AtomicBool::new(false);
    /// In a copy, its messages are written to this pipe.
    static OUT: Mutex<Option<PipeWriter>> = Mutex::new(None);

    pub(crate) fn is_copy() -> bool {
        IS_COPY.load(Ordering::Relaxed)
    }

    /// Tells of a panic, and ends the copy. It is called in a copy where a panic cannot be caught.
    fn panicked(message: &str) {
        MessageSender.done(&Shown::Failed(format!("Debug or Display panicked: {message}")));
        exit(0);
    }

    /// Sends the messages of a copy.
    pub(crate) struct MessageSender;

    impl MessageSender {
        pub(crate) fn piece(&mut self, text: &str) {
            self.send(&message::piece(text));
        }

        pub(crate) fn done(&mut self, shown: &Shown) {
            self.send(&message::done(shown));
        }

        fn send(&mut self, bytes: &[u8]) {
            let out = OUT.try_lock().ok();
            let sent = out.and_then(|out| out.as_ref().map(|mut out| out.write_all(bytes).is_ok()));
            if sent != Some(true) {
                exit(1);
            }
        }
    }

    /// Owns a copy that runs. The copy is ended when this is dropped.
    pub(crate) struct ProcessCopy {
        process: libc::pid_t,
        pipe: PipeReader,
        received: Vec<u8>,
        ended: Option<i32>,
    }

    impl ProcessCopy {
        /// Makes a copy in which a function runs. Returns `None` where there can be no copy.
        pub(crate) fn start(run: impl FnOnce(&mut MessageSender)) -> Option<ProcessCopy> {
            let pages = fs::read_to_string("/proc/self/statm").ok()?;
            if pages.split(' ').nth(1)?.parse::<u64>().ok()? > LARGEST {
                return None;
            }
            // The panic hook is set before the copy is made, since another thread may hold its lock, which would stay
            // locked in the copy.
            guard::install();
            let (pipe, out) = io::pipe().ok()?;
            let (mut every, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
            // SAFETY: the sets are written before they are read. Without a stack and without flags, the call is a
            // `fork` that shares nothing. The copy continues on its own copy of this stack, and never returns from
            // here.
            let process = unsafe {
                libc::sigfillset(every.as_mut_ptr());
                libc::pthread_sigmask(libc::SIG_SETMASK, every.as_ptr(), before.as_mut_ptr());
                let mut process = libc::syscall(libc::SYS_clone, 0, 0, 0, 0, 0);
                // qemu makes no copy that ends without a signal.
                if process < 0 && !is_child_signal_handled() {
                    process = libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0);
                }
                if process == 0 {
                    work(out, run);
                }
                libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
                process
            };
            (process > 0).then(|| ProcessCopy {
                process: libc::pid_t::try_from(process).unwrap_or(-1),
                pipe,
                received: Vec::new(),
                ended: None,
            })
        }

        /// Returns the next event of the copy.
        pub(crate) fn next(&mut self) -> Event {
            if let Some(event) = message::take(&mut self.received) {
                return event;
            }
            let had_ended = self.has_ended();
            if self.receive(if had_ended { 0 } else { 10 }) {
                return message::take(&mut self.received).unwrap_or(Event::Nothing);
            }
            match self.ended {
                Some(status) if had_ended && libc::WIFSIGNALED(status) => Event::Signal(libc::WTERMSIG(status)),
                Some(status) if had_ended => Event::Exit(libc::WEXITSTATUS(status)),
                _ => Event::Nothing,
            }
        }

        /// Waits for so many milliseconds, and tells whether a part of a message came.
        fn receive(&mut self, milliseconds: i32) -> bool {
            let mut poll = libc::pollfd {
                fd: self.pipe.as_raw_fd(),
                events: libc::POLLIN,
                revents: 0,
            };
            // SAFETY: the pointer is to one structure of this type.
            let ready = unsafe { libc::poll(&mut poll, 1, milliseconds) };
            let mut bytes = [0; 1 << 14];
            // A closed pipe without data does not count as an event, since the end of the process tells more.
            if ready <= 0 || poll.revents & libc::POLLIN == 0 {
                return false;
            }
            let read = self.pipe.read(&mut bytes).unwrap_or(0);
            self.received.extend(&bytes[..read]);
            read > 0
        }

        fn has_ended(&mut self) -> bool {
            if self.ended.is_none() {
                self.wait(libc::WNOHANG);
            }
            self.ended.is_some()
        }

        fn wait(&mut self, flags: i32) {
            let mut status = 0;
            // SAFETY: the call only writes the status of a child of this process.
            let waited = unsafe { libc::waitpid(self.process, &mut status, flags | libc::__WALL) };
            if waited == self.process {
                self.ended = Some(status);
            } else if waited < 0 && io::Error::last_os_error().raw_os_error() == Some(libc::ECHILD) {
                self.ended = Some(0);
            }
        }

        /// Identifies the wait for a lock that the copy is in, if the copy has no other thread that could release the
        /// lock.
        pub(crate) fn waits(&self) -> Option<u64> {
            wait::waits_for_ever(u32::try_from(self.process).ok()?)
        }
    }

    impl Drop for ProcessCopy {
        fn drop(&mut self) {
            if !self.has_ended() {
                // SAFETY: the child was not waited for, so the number still belongs to it.
                unsafe { libc::kill(self.process, libc::SIGKILL) };
            }
            while self.ended.is_none() {
                self.wait(0);
            }
        }
    }

    /// Returns whether the program asked to be told of children that end.
    fn is_child_signal_handled() -> bool {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: the call writes one structure, for which all zero is a value too.
        let action = unsafe {
            libc::sigaction(libc::SIGCHLD, ptr::null(), action.as_mut_ptr());
            action.assume_init()
        };
        action.sa_sigaction != libc::SIG_DFL
    }

    /// Runs in the copy: formats the values, and ends.
    fn work(out: PipeWriter, run: impl FnOnce(&mut MessageSender)) -> ! {
        IS_COPY.store(true, Ordering::Relaxed);
        settle(out.as_raw_fd());
        // The lock is free, since only copies take it.
        if let Ok(mut place) = OUT.try_lock() {
            *place = Some(out);
        }
        guard::on_abort(panicked);
        let _ = guard::caught(|| stack::on_large(|| run(&mut MessageSender)));
        exit(0)
    }

    /// Prepares the copy: it ends with the thread that asked for it, dumps no core, is killed first where memory is
    /// short, and has none of the program's handlers of signals and none of its three streams. What it would print may
    /// begin with text that the program has in a buffer, and will print itself; and what it read, the program would
    /// miss.
    fn settle(pipe: i32) {
        let _ = fs::write("/proc/self/oom_score_adj", "1000");
        // SAFETY: the calls change only this process, in which no other code runs.
        unsafe {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            let none = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            libc::setrlimit(libc::RLIMIT_CORE, &none);
            for signal in 1..32 {
                libc::signal(signal, libc::SIG_DFL);
            }
            let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
            // A program that closed one of its streams may have got that number for the pipe.
            for stream in (0..3).filter(|stream| null >= 0 && *stream != pipe) {
                libc::dup2(null, stream);
            }
            let mut no = MaybeUninit::uninit();
            libc::sigemptyset(no.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, no.as_ptr(), ptr::null_mut());
        }
    }

    fn exit(code: i32) -> ! {
        // SAFETY: the call ends the copy and returns to no code. It runs none of the program's handlers.
        unsafe { libc::_exit(code) }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use super::{Event, Shown};

    pub(crate) const FAULT: i32 = 11;
    pub(crate) const ABORT: i32 = 6;

    pub(crate) fn is_copy() -> bool {
        false
    }

    pub(crate) struct MessageSender;

    impl MessageSender {
        pub(crate) fn piece(&mut self, _: &str) {}

        pub(crate) fn done(&mut self, _: &Shown) {}
    }

    /// There are no copies on this system.
    pub(crate) enum ProcessCopy {}

    impl ProcessCopy {
        pub(crate) fn start(_: impl FnOnce(&mut MessageSender)) -> Option<ProcessCopy> {
            None
        }

        pub(crate) fn next(&mut self) -> Event {
            match *self {}
        }

        pub(crate) fn waits(&self) -> Option<u64> {
            match *self {}
        }
    }
}
