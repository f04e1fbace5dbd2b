//! The screen of a full-screen program, while a console is open on its terminal: what is typed is echoed again, the
//! normal screen is shown, the mouse is silent; and all of it comes back.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::device::Device;
use super::modes::{self, Modes, Screen};
use super::{others, sys, tmux};
use crate::os::streams::flush_program;

/// How long a terminal may take to answer what every terminal answers.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a program has to notice that the size of its terminal changed.
const REDRAWS: Duration = Duration::from_millis(150);

/// A terminal that a console has taken from the program. It is given back when this goes.
pub(crate) struct Taken {
    device: Device,
    /// Its settings as they were and as they were made, if that is not the same.
    settings: Option<(sys::Settings, sys::Settings)>,
    modes: Option<Modes>,
    size: Option<(u16, u16)>,
    /// What there is to say of it.
    pub(crate) notes: Vec<String>,
}

impl Taken {
    pub(crate) fn new(device: &Device) -> Taken {
        let mut taken = Taken {
            device: device.clone(),
            settings: None,
            modes: None,
            size: sys::size(device.fd()),
            notes: Vec::new(),
        };
        let thieves = others::reading(device);
        if let Ok(before) = sys::Settings::of(device.fd()) {
            if before.is_raw() {
                flush_program();
                let modes = tmux_modes(device).unwrap_or_else(|| match thieves.is_empty() {
                    true => asked(device, &before),
                    // It would get the answers.
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

    /// Leaves the terminal as it is: the program ends.
    pub(crate) fn keep(mut self) {
        (self.settings, self.modes, self.size) = (None, None, None);
    }

    fn print(&self, text: &str) {
        let _ = self.device.clone().write_all(text.as_bytes());
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(modes) = &self.modes {
            self.print(&modes.back());
        }
        if let Some((before, made)) = &self.settings
            // Unless a line has set others.
            && sys::Settings::of(self.device.fd()).is_ok_and(|now| now == *made)
        {
            let _ = before.set(self.device.fd());
        }
        let size = sys::size(self.device.fd());
        if self.size.is_some() && size != self.size {
            // The line editor has the signal while a line is typed.
            sys::tell_of_resize();
        } else if let (Some(modes), Some((_, rows))) = (&self.modes, size)
            && *modes.screen() == Screen::Lost
        {
            redraw(self.device.clone(), rows);
        }
    }
}

/// Has the program draw its screen again. Most do only when its size has changed; so it does, for a moment.
fn redraw(device: Device, rows: u16) {
    let shorter = rows.saturating_sub(1).max(1);
    let change = move || {
        sys::set_rows(device.fd(), shorter);
        thread::sleep(REDRAWS);
        // Unless it has really changed.
        if sys::size(device.fd()).is_some_and(|(_, now)| now == shorter) {
            sys::set_rows(device.fd(), rows);
        }
    };
    let _ = thread::Builder::new().name("hookable-redraw".into()).spawn(change);
}

fn tmux_modes(device: &Device) -> Option<Modes> {
    tmux::modes(device.number()?)
}

/// Asks the terminal itself.
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
