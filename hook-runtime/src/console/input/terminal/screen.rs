//! The terminal of a full-screen program while a console is open on it. Typed text is echoed, the normal screen is
//! shown, and the mouse is not reported; all of that is undone when the program resumes.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::claim::Claim;
use super::device::Device;
use super::modes::{self, Modes, Screen};
use super::{others, sys, tmux};
use crate::os::streams::flush_program;

/// The time that a terminal has to answer the questions about its modes.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time that the program has to notice that the size of its terminal changed.
const REDRAWS: Duration = Duration::from_millis(150);

/// A terminal that the console took over from the program. Its state is restored when this is dropped.
pub(crate) struct TakenTerminal {
    device: Device,
    /// The settings before and after the console changed them, if it did.
    settings: Option<(sys::Settings, sys::Settings)>,
    modes: Option<Modes>,
    size: Option<(u16, u16)>,
    _claim: Claim,
    /// The remarks for the user.
    pub(crate) notes: Vec<String>,
}

impl TakenTerminal {
    pub(crate) fn new(device: &Device) -> TakenTerminal {
        let claim = Claim::new(device);
        let waited = claim.waited_for.map(|other| {
            let own = std::process::id();
            format!("this is process {own}: process {other} had the terminal before")
        });
        let mut taken = TakenTerminal {
            device: device.clone(),
            settings: None,
            modes: None,
            size: sys::size(device.fd()),
            _claim: claim,
            notes: waited.into_iter().collect(),
        };
        let thieves = others::reading(device);
        if let Ok(before) = sys::Settings::of(device.fd()) {
            if before.is_raw() {
                flush_program();
                let modes = tmux_modes(device).unwrap_or_else(|| match thieves.is_empty() {
                    true => asked(device, &before),
                    // The answers would go to the threads that read the terminal.
                    false => Modes::unknown(),
                });
                taken.print(&modes.leave());
                taken.notes.extend(modes.note().map(str::to_owned));
                taken.modes = Some(modes);
            }
            let cooked = before.cooked();
            if cooked != before && cooked.set(device.fd()).is_ok() {
                taken.settings = Some((before, cooked));
            }
        }
        if !thieves.is_empty() {
            let (who, verb) = match &thieves[..] {
                [one] => (format!("thread {one}"), "reads"),
                all => (format!("threads {}", all.join(", ")), "read"),
            };
            taken.notes.push(format!(
                "{who} of the program {verb} this terminal, too: keys may go there; HOOKABLE=tty=PATH opens the console on another terminal"
            ));
        }
        taken
    }

    /// Leaves the terminal as it is now, because the program ends.
    pub(crate) fn keep(mut self) {
        (self.settings, self.modes, self.size) = (None, None, None);
    }

    /// Takes the terminal over once more, if its modes are the program's again: another hook that was open has resumed
    /// meanwhile. Returns remarks for the user.
    pub(crate) fn again(&mut self) -> Vec<String> {
        if !self.device.is_raw() {
            return Vec::new();
        }
        let device = self.device.clone();
        std::mem::replace(self, TakenTerminal::new(&device)).keep();
        std::mem::take(&mut self.notes)
    }

    fn print(&self, text: &str) {
        let _ = self.device.clone().write_all(text.as_bytes());
    }
}

impl Drop for TakenTerminal {
    fn drop(&mut self) {
        if let Some(modes) = &self.modes {
            self.print(&modes.back());
        }
        if let Some((before, made)) = &self.settings
            // If a line has changed the settings, they are what the user wants.
            && sys::Settings::of(self.device.fd()).is_ok_and(|now| now == *made)
        {
            let _ = before.set(self.device.fd());
        }
        let size = sys::size(self.device.fd());
        if self.size.is_some() && size != self.size {
            // While a line was typed the line editor received SIGWINCH, so the program does not know the new size.
            sys::tell_of_resize();
        } else if let (Some(modes), Some((_, rows))) = (&self.modes, size)
            && *modes.screen() == Screen::Lost
        {
            redraw(self.device.clone(), rows);
        }
    }
}

/// Makes the program draw its screen again. Most programs do so only when the size changed, so it is changed for a
/// moment.
fn redraw(device: Device, rows: u16) {
    let shorter = rows.saturating_sub(1).max(1);
    let change = move || {
        sys::set_rows(device.fd(), shorter);
        thread::sleep(REDRAWS);
        // If the user has resized the terminal meanwhile, that size stays.
        if sys::size(device.fd()).is_some_and(|(_, now)| now == shorter) {
            sys::set_rows(device.fd(), rows);
        }
    };
    let _ = thread::Builder::new().name("hookable-redraw".into()).spawn(change);
}

fn tmux_modes(device: &Device) -> Option<Modes> {
    tmux::modes(device.number()?)
}

/// Asks the terminal for its modes. One that did not answer is not asked again.
fn asked(device: &Device, before: &sys::Settings) -> Modes {
    static SILENT: AtomicBool = AtomicBool::new(false);
    if SILENT.load(Ordering::Relaxed) || before.unbuffered().set(device.fd()).is_err() {
        return Modes::unknown();
    }
    let mut bytes = Vec::new();
    let written = device.clone().write_all(modes::questions().as_bytes());
    let end = Instant::now() + PATIENCE;
    while written.is_ok() && !modes::is_answered(&bytes) {
        if !sys::is_readable(device.fd(), end.saturating_duration_since(Instant::now())) {
            SILENT.store(true, Ordering::Relaxed);
            break;
        }
        let mut some = [0; 256];
        match device.file().read(&mut some) {
            Ok(size) if size > 0 => bytes.extend(&some[..size]),
            _ => break,
        }
    }
    modes::answers(&bytes)
}
