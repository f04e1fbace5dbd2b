//! Standard input as a script: a pipe or a file.
//!
//! Lines are read through std's own buffer, so the program finds what the script left. That buffer has a lock, and the
//! hook may stand inside `for line in stdin().lines()`, where this very thread holds it: to read would wait for ever.
//! An open pipe on which nothing comes would too. So a helper thread asks first. It takes the lock and waits for the
//! buffer to fill, but consumes nothing: whatever comes, now or later, the program can still read it. If it does not
//! get the lock soon, the program is reading; if nothing comes in time, there is no script.

use std::io::{self, BufRead};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::text::read_line;
use super::{Input, Read, Scope};

/// How long another reader of standard input is waited for, once in a process.
const BUSY: Duration = Duration::from_secs(1);
/// How long something to read is waited for before the console opens.
const BRIEF: Duration = Duration::from_millis(200);
/// How long the first line is waited for.
const SILENT: Duration = Duration::from_secs(10);

/// A line was read from standard input by a hook.
static READ: AtomicBool = AtomicBool::new(false);
/// The question that is still open.
static ASKED: Mutex<Option<Asked>> = Mutex::new(None);

const BUSY_PROGRAM: &str = "the program is reading standard input";
const SILENCE: &str = "nothing came on standard input";

/// A helper at work.
struct Asked {
    answer: Receiver<News>,
    /// It has the lock.
    locked: bool,
}

enum News {
    /// The helper has the lock, so nobody else is reading.
    Locked,
    /// There is something to read, or the end of it.
    Filled { end: bool },
}

/// Standard input, as far as it is known.
pub(crate) enum Stdin {
    /// Lines, perhaps only later.
    Open(Lines),
    /// None.
    Nothing {
        why: &'static str,
        /// There will never be any.
        for_good: bool,
    },
}

/// Asks whether there is a script.
pub(crate) fn open() -> Stdin {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    // An answer to an earlier hook is stale; a question that is still open serves again, and was waited for before.
    if let Some(news) = asked.take().and_then(still_open) {
        return match news {
            Asked { locked: true, .. } if READ.load(Ordering::Relaxed) => Stdin::Open(Lines { pending: Some(news) }),
            Asked { locked, .. } => {
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

fn still_open(mut news: Asked) -> Option<Asked> {
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

fn ask() -> io::Result<Asked> {
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
    Ok(Asked { answer, locked: false })
}

/// The lines of standard input.
pub(crate) struct Lines {
    pending: Option<Asked>,
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
