//! A line that was interrupted ends at the next turn of what was typed. If it is in code of the program or the system,
//! that may be never. So after a moment the user is asked what to do about it.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::input::terminal::{Device, Keys};
use super::waiting;
use crate::frame::pause;
use crate::guard;
use crate::interruption::{self, Interrupted, Interruptible};
use crate::os::interrupt::end_program;

/// The time in which a line may end by itself after it was interrupted.
const MOMENT: Duration = Duration::from_secs(1);
/// The time between two looks at the line.
const TICK: Duration = Duration::from_millis(50);

/// This is locked while the question is on the screen.
static ASKING: Mutex<()> = Mutex::new(());

/// A line that can be interrupted. While this lives, the user is asked about it if it does not end.
pub(crate) struct Unstopped {
    over: Option<(Sender<()>, JoinHandle<()>)>,
    _interruptible: Interruptible,
}

impl Unstopped {
    pub(crate) fn new(device: &Device) -> Unstopped {
        let interruptible = Interruptible::new();
        let (answer, device) = (interruptible.answer, device.clone());
        let (over, is_over) = mpsc::channel();
        let watch = move || {
            let mut asked_at = None;
            while is_over.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if let Some(line) = interruption::interrupted(answer)
                    && line.since.elapsed() >= MOMENT
                    && asked_at != Some(line.signals)
                {
                    ask(&device, answer);
                    asked_at = Some(interruption::interrupted(answer).map_or(line.signals, |line| line.signals));
                }
            }
        };
        // If no thread can be started, nothing is asked.
        let thread = thread::Builder::new().name("hookable-asks".into()).spawn(watch).ok();
        Unstopped {
            over: thread.map(|thread| (over, thread)),
            _interruptible: interruptible,
        }
    }
}

impl Drop for Unstopped {
    fn drop(&mut self) {
        if let Some((over, thread)) = self.over.take() {
            drop(over);
            let _ = thread.join();
        }
        pause::cancel();
    }
}

/// Clears from the screen what is shown while a line runs, because something else is about to be printed there.
pub(crate) fn hush() {
    waiting::hush();
    drop(ASKING.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Asks until there is an answer, or until the line ends or reaches a hook that opens.
fn ask(device: &Device, answer: u64) {
    let _asking = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
    if interruption::interrupted(answer).is_none() {
        return;
    }
    waiting::hush();
    // What was typed before the question appears is no answer to it.
    let keys = Keys::of(device);
    let mut out = device.clone();
    let mut say = |text: &str| {
        // If the question cannot be printed, the line only goes on.
        let _ = out.write_all(text.as_bytes());
    };
    let why = match guard::is_aborting() {
        true => "a panic ends this program, so this line cannot be stopped; ",
        false => "",
    };
    say(&format!(
        "\n{why}still running: [w]ait, [p]ause at the next hook, [e]nd the program "
    ));
    while let Some(Interrupted { thread, .. }) = interruption::interrupted(answer) {
        match keys.next() {
            Some(b'w') => {
                say("w\n");
                return;
            }
            Some(b'p') => {
                say("p\n");
                interruption::withdraw(answer);
                pause::at_next_hook(thread);
                return;
            }
            Some(b'e') => {
                say("e\n");
                keys.close();
                end_program();
            }
            _ => {}
        }
    }
    say("\n");
}
