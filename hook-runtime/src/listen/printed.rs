//! What a line prints to the standard streams of the program, for the client that typed it.
//!
//! While such a line runs, each stream of the program is a pipe. A thread takes what comes there to where the stream
//! went before, and keeps a copy for the answer. Pipes and threads are made once and stay, so a child of the program
//! that a line started can print there for as long as it lives.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::sys;
use crate::os::streams;

/// No more than so many bytes of a stream are kept for an answer.
const MOST: usize = 64 << 10;
/// The answer waits no longer than this until what was printed has gone where the stream goes.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a line printed.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// The streams are copied for as long as this lives.
pub(super) struct Copied {
    /// Where the copies of this line begin.
    begin: [usize; 2],
}

/// The standard streams. There are none if the system gave no pipes.
static STREAMS: OnceLock<Option<[Stream; 2]>> = OnceLock::new();
/// The process that has the threads.
static OWNER: AtomicU32 = AtomicU32::new(0);
/// So many lines run whose streams are copied: a line may reach a hook, at which another line is typed.
static LINES: Mutex<usize> = Mutex::new(0);

/// One of the two standard streams.
struct Stream {
    descriptor: i32,
    from: PipeReader,
    to: PipeWriter,
    /// The thread has read something that it has not passed on yet.
    busy: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Where the stream goes, while it is copied.
    goes: Option<Arc<File>>,
    copy: Vec<u8>,
    /// So many bytes were left out of the copy.
    left_out: usize,
}

impl Copied {
    /// Begins to copy the streams.
    pub(super) fn begin() -> Self {
        // What the program printed before the line is not the line's.
        streams::flush_program();
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        let streams = streams();
        if *lines == 0 && !streams.is_empty() {
            streams.iter().for_each(Stream::divert);
            sys::before_abort(drain_before_abort);
        }
        *lines += 1;
        let mut begin = [0; 2];
        for (begin, stream) in begin.iter_mut().zip(streams) {
            *begin = stream.lock().copy.len();
        }
        Copied { begin }
    }

    /// Returns what was printed since.
    pub(super) fn end(self) -> Printed {
        streams::flush_program();
        drain(PATIENCE);
        let texts = self.begin.iter().zip(streams()).map(|(begin, stream)| {
            let state = stream.lock();
            let mut text = String::from_utf8_lossy(state.copy.get(*begin..).unwrap_or_default()).into_owned();
            if state.left_out > 0 {
                text += &format!("\n[{} more bytes]", state.left_out);
            }
            text
        });
        let mut texts = texts.collect::<Vec<_>>().into_iter();
        let mut next = || texts.next().unwrap_or_default();
        Printed {
            stdout: next(),
            stderr: next(),
        }
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        *lines -= 1;
        if *lines == 0 {
            streams().iter().for_each(Stream::restore);
            sys::no_longer_before_abort(drain_before_abort);
        }
    }
}

fn streams() -> &'static [Stream] {
    let streams = STREAMS.get_or_init(|| {
        let both = [Stream::open(1).ok()?, Stream::open(2).ok()?];
        // What a line printed that ends the process is passed on.
        OWNER.store(std::process::id(), Ordering::Relaxed);
        sys::at_exit(drain_at_exit);
        Some(both)
    });
    let Some(streams) = streams else { return &[] };
    static STARTED: OnceLock<bool> = OnceLock::new();
    let start = |stream: &'static Stream| {
        let named = thread::Builder::new().name("hookable-printed".into());
        named.spawn(|| crate::guard::unhooked(|| stream.pass_on())).is_ok()
    };
    match STARTED.get_or_init(|| streams.iter().all(start)) {
        true => streams,
        false => &[],
    }
}

impl Stream {
    fn open(descriptor: i32) -> io::Result<Self> {
        let (from, to) = io::pipe()?;
        Ok(Stream {
            descriptor,
            from,
            to,
            busy: AtomicBool::new(false),
            state: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has what the program prints come here. A stream that the program has closed stays so.
    fn divert(&self) {
        let Ok(goes) = sys::duplicate(self.descriptor) else {
            return;
        };
        *self.lock() = State {
            goes: Some(Arc::new(goes.into())),
            ..State::default()
        };
        let _ = sys::replace(self.descriptor, self.to.as_fd());
    }

    /// Has what the program prints go where it went before.
    fn restore(&self) {
        // The line may have sent the stream elsewhere itself.
        if let Some(goes) = self.lock().goes.take()
            && sys::is_same(self.descriptor, self.to.as_fd())
        {
            let _ = sys::replace(self.descriptor, goes.as_fd());
        }
    }

    /// Passes on what comes, for as long as the process lives.
    fn pass_on(&self) {
        let mut bytes = vec![0; 16 << 10];
        while sys::wait_readable(self.from.as_fd()) {
            self.busy.store(true, Ordering::SeqCst);
            let count = (&self.from).read(&mut bytes).unwrap_or(0);
            let goes = {
                let mut state = self.lock();
                let kept = count.min(MOST - state.copy.len());
                state.copy.extend(&bytes[..kept]);
                state.left_out += count - kept;
                state.goes.clone()
            };
            // What a child of the program prints later goes where the stream goes then.
            let goes = goes.or_else(|| sys::duplicate(self.descriptor).ok().map(|own| Arc::new(own.into())));
            if let Some(goes) = goes {
                let _ = streams::without_signals(|| (&*goes).write_all(&bytes[..count]));
            }
            self.busy.store(false, Ordering::SeqCst);
        }
    }

    fn is_drained(&self) -> bool {
        !sys::is_readable(self.from.as_fd()) && !self.busy.load(Ordering::SeqCst)
    }
}

/// Waits until all that was printed has been passed on, but no longer than this. It takes no lock and no memory, since
/// a signal may have called it.
fn drain(patience: Duration) {
    let Some(Some(streams)) = STREAMS.get() else { return };
    let begin = Instant::now();
    while !streams.iter().all(Stream::is_drained) && begin.elapsed() < patience {
        thread::sleep(Duration::from_micros(100));
    }
}

extern "C" fn drain_at_exit() {
    // A forked child runs this, too, and has none of the threads.
    if OWNER.load(Ordering::Relaxed) == std::process::id() {
        drain(PATIENCE);
    }
}

extern "C" fn drain_before_abort(_: i32) {
    drain_at_exit();
    sys::end_by_abort();
}
