//! Standard input as a script, which is a pipe or a file.
//!
//! Lines are read through std's own buffer, so that the program can read what the script leaves over. That buffer has a
//! lock, and the hook may be inside `for line in stdin().lines()`, where this very thread holds the lock, so that
//! reading would deadlock. An open pipe on which nothing arrives would block, too. So a helper thread looks first. It
//! takes the lock and waits for the buffer to fill, but consumes nothing: the program can still read whatever arrives,
//! now or later. If the thread does not get the lock soon, the program is reading; if nothing arrives in time, there is
//! no script.

use std::io::{self, BufRead, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::text::read_line;
use super::{Input, Read, Scope};

/// The time to wait while another reader holds standard input.
const BUSY: Duration = Duration::from_secs(1);
/// The time to wait for something to read before the console opens.
const BRIEF: Duration = Duration::from_millis(200);
/// The time to wait for the first line.
const SILENT: Duration = Duration::from_secs(10);

/// This is true once a hook has read a line from standard input.
static READ: AtomicBool = AtomicBool::new(false);
/// The helper thread that has not answered yet, if there is one.
static ASKED: Mutex<Option<StdinReader>> = Mutex::new(None);

const BUSY_PROGRAM: &str = "the program is reading standard input";
const SILENCE: &str = "nothing came on standard input";

/// A helper thread that waits for standard input.
struct StdinReader {
    answer: Receiver<News>,
    /// Whether the thread has the lock.
    locked: bool,
}

enum News {
    /// The thread has the lock, so nobody else is reading.
    Locked,
    /// There is something to read, or standard input has ended.
    Filled { end: bool },
}

/// The state of standard input, as far as it is known.
pub(crate) enum Stdin {
    /// There are lines, or there may be later.
    Open(Lines),
    /// There are no lines.
    Nothing {
        why: &'static str,
        /// Whether there never will be lines.
        for_good: bool,
    },
}

/// Finds out whether there is a script.
pub(crate) fn open() -> Stdin {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    // A helper that has answered an earlier hook is of no use any more. One that still waits is used again, and this
    // hook does not wait for it, because the earlier one has done so.
    if let Some(news) = asked.take().and_then(still_open) {
        return match news {
            StdinReader { locked: true, .. } if READ.load(Ordering::Relaxed) => {
                Stdin::Open(Lines { pending: Some(news) })
            }
            StdinReader { locked, .. } => {
                *asked = Some(news);
                nothing(if locked { SILENCE } else { BUSY_PROGRAM })
            }
        };
    }
    let Ok(mut news) = ask() else {
        return nothing("no thread could be started to read a script");
    };
    loop {
        match news.answer.recv_timeout(if news.locked { BRIEF } else { BUSY }) {
            Ok(News::Locked) => news.locked = true,
            Ok(News::Filled { end: false }) => return Stdin::Open(Lines { pending: None }),
            Ok(News::Filled { end: true }) | Err(RecvTimeoutError::Disconnected) => {
                let why = if READ.load(Ordering::Relaxed) {
                    "the script on standard input has ended"
                } else if io::stderr().is_terminal() {
                    "standard input is no terminal and has no script"
                } else {
                    "there is no terminal and no script"
                };
                return Stdin::Nothing { why, for_good: true };
            }
            Err(RecvTimeoutError::Timeout) if news.locked => return Stdin::Open(Lines { pending: Some(news) }),
            Err(RecvTimeoutError::Timeout) => {
                *asked = Some(news);
                return nothing(BUSY_PROGRAM);
            }
        }
    }
}

fn still_open(mut news: StdinReader) -> Option<StdinReader> {
    loop {
        match news.answer.try_recv() {
            Ok(News::Locked) => news.locked = true,
            Err(TryRecvError::Empty) => return Some(news),
            Ok(News::Filled { .. }) | Err(TryRecvError::Disconnected) => return None,
        }
    }
}

fn nothing(why: &'static str) -> Stdin {
    Stdin::Nothing { why, for_good: false }
}

fn ask() -> io::Result<StdinReader> {
    let (tell, answer) = mpsc::channel();
    thread::Builder::new()
        .name("hookable stdin".to_owned())
        .spawn(move || {
            let mut stdin = io::stdin().lock();
            let _ = tell.send(News::Locked);
            let end = stdin.fill_buf().map_or(true, <[u8]>::is_empty);
            drop(stdin);
            let _ = tell.send(News::Filled { end });
        })?;
    Ok(StdinReader { answer, locked: false })
}

/// The lines of standard input.
pub(crate) struct Lines {
    pending: Option<StdinReader>,
}

impl Input for Lines {
    fn read(&mut self, _prompt: &str, _scope: &Scope) -> Read {
        if let Some(news) = self.pending.take() {
            let wait = if READ.load(Ordering::Relaxed) {
                Duration::MAX
            } else {
                SILENT
            };
            if matches!(news.answer.recv_timeout(wait), Err(RecvTimeoutError::Timeout)) {
                *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(news);
                let seconds = SILENT.as_secs();
                return Read::Failed(format!("hookable: {SILENCE} for {seconds} s: going on"));
            }
        }
        match read_line(&mut io::stdin().lock()) {
            Ok(Some(line)) => {
                READ.store(true, Ordering::Relaxed);
                Read::Line(line)
            }
            Ok(None) => Read::End,
            Err(error) => Read::Failed(format!("hookable: failed to read standard input: {error}: going on")),
        }
    }
}
