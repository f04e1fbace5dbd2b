//! A console that a client shows on its own terminal.
//!
//! The console of the program works on a pseudo-terminal, which the program opens once. A thread takes what the console
//! prints there to the client, and what is typed at the client is typed there. So it is the same console as on a
//! terminal of the program, with its editing, completion and colours. Other clients may look on.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::framing::{self, FrameKind};
use super::socket::Connection;
use super::sys::PseudoTerminal;
use super::target::TARGET;
use crate::console::Device;

/// The session of this process. There is one, since there is one terminal.
pub(super) static SESSION: Session = Session {
    state: Mutex::new(State {
        terminal: None,
        client: None,
        watchers: Vec::new(),
        is_open: false,
    }),
    reads: AtomicBool::new(false),
};

/// A key that ends the line that is being typed: Ctrl-C.
const INTERRUPT: &[u8] = b"\x03";
/// The time after which it is typed again.
const AGAIN: Duration = Duration::from_millis(50);

pub(super) struct Session {
    state: Mutex<State>,
    /// This is true while the console waits for a line.
    reads: AtomicBool,
}

struct State {
    terminal: Option<(PseudoTerminal, Device)>,
    client: Option<Client>,
    watchers: Vec<Connection>,
    /// This is true while a hook is open.
    is_open: bool,
}

struct Client {
    connection: Connection,
    process: Option<i32>,
}

impl Session {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_attached(&self) -> bool {
        self.lock().client.is_some()
    }

    /// Returns the terminal that the console is to work on.
    pub(super) fn device(&self) -> Option<Device> {
        self.lock().terminal.as_ref().map(|(_, device)| device.clone())
    }

    /// Attaches a client, and serves it until it goes. The error says why there is no console for it.
    pub(super) fn serve(&self, mut connection: Connection, size: (u16, u16), ready: &str) -> Result<(), String> {
        self.attach(&mut connection, size, ready)?;
        TARGET.wake();
        while let Ok(Some((kind, contents))) = framing::read(&mut connection) {
            match (kind, &contents[..]) {
                (FrameKind::Data, keys) => {
                    let Some(mut master) = self.master() else { break };
                    if master.write_all(keys).is_err() {
                        break;
                    }
                }
                (FrameKind::Size, [a, b, c, d]) => {
                    self.resize(u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
                }
                _ => break,
            }
        }
        self.detach("");
        Ok(())
    }

    /// Lets a client look on until it goes.
    pub(super) fn watch(&self, mut connection: Connection, ready: &str) -> Result<(), String> {
        let shown = connection.try_clone().map_err(|error| error.to_string())?;
        {
            let mut state = self.lock();
            let opened = connection
                .write_all(ready.as_bytes())
                .map(|()| framing::write(&mut connection, FrameKind::Open, &[u8::from(state.is_open)]));
            opened
                .map_err(|error| error.to_string())?
                .map_err(|error| error.to_string())?;
            state.watchers.push(shown);
        }
        // Keys are nobody's, and the end is what a client sends that leaves.
        while let Ok(Some((kind, _))) = framing::read(&mut connection)
            && kind != FrameKind::End
        {}
        connection.end();
        Ok(())
    }

    fn attach(&self, connection: &mut Connection, size: (u16, u16), ready: &str) -> Result<(), String> {
        let mut state = self.lock();
        if let Some(other) = &state.client {
            let who = other
                .process
                .map_or(String::new(), |process| format!(" (process {process})"));
            return Err(format!("another client has the console{who}; `watch` looks on"));
        }
        if state.terminal.is_none() {
            state.terminal = Some(terminal().map_err(|error| format!("failed to open a pseudo-terminal: {error}"))?);
        }
        if let Some((terminal, _)) = &state.terminal {
            terminal.resize(size.0, size.1);
        }
        let shown = connection.try_clone().map_err(|error| error.to_string())?;
        connection
            .write_all(ready.as_bytes())
            .map_err(|error| error.to_string())?;
        let _ = framing::write(connection, FrameKind::Open, &[u8::from(state.is_open)]);
        state.client = Some(Client {
            process: connection.process(),
            connection: shown,
        });
        Ok(())
    }

    /// Ends the client's session. Its hook stays open.
    pub(super) fn detach(&self, why: &str) {
        let gone = self.lock().client.take();
        if let Some(Client { mut connection, .. }) = gone {
            let _ = framing::write(&mut connection, FrameKind::End, why.as_bytes());
            connection.end();
            self.end_read();
        }
        TARGET.wake();
    }

    /// Ends the console's wait for a line that nobody types any more. The key is typed until the read ends: before the
    /// editor has the terminal, and while it gets it, what is typed there is lost.
    fn end_read(&self) {
        let Some(mut master) = self.master() else { return };
        while self.reads.load(Ordering::SeqCst) && !self.is_attached() && master.write_all(INTERRUPT).is_ok() {
            thread::sleep(AGAIN);
        }
    }

    /// Reads a line for the console. Returns `None` if the client is gone.
    pub(super) fn reading<R>(&self, read: impl FnOnce() -> R) -> Option<R> {
        self.reads.store(true, Ordering::SeqCst);
        let read = self.is_attached().then(read);
        self.reads.store(false, Ordering::SeqCst);
        read.filter(|_| self.is_attached())
    }

    /// Tells the clients whether a hook is open.
    pub(super) fn opens(&self, is_open: bool) {
        let mut state = self.lock();
        state.is_open = is_open;
        state.show(FrameKind::Open, &[u8::from(is_open)]);
    }

    fn master(&self) -> Option<std::fs::File> {
        self.lock().terminal.as_ref()?.0.master.try_clone().ok()
    }

    fn resize(&self, columns: u16, rows: u16) {
        if let Some((terminal, device)) = &self.lock().terminal {
            terminal.resize(columns, rows);
            device.is_resized();
        }
    }
}

impl State {
    /// Sends a frame to the client and to all who look on. Whoever does not take it is left out from then on.
    fn show(&mut self, kind: FrameKind, contents: &[u8]) {
        if let Some(client) = &mut self.client
            && framing::write(&mut client.connection, kind, contents).is_err()
        {
            // The thread that reads the connection notices that, and detaches the client.
            client.connection.end();
        }
        self.watchers.retain_mut(|watcher| {
            let is_shown = framing::write(watcher, kind, contents).is_ok();
            if !is_shown {
                watcher.end();
            }
            is_shown
        });
    }
}

/// Opens the pseudo-terminal, and has a thread take what is printed there to the clients.
fn terminal() -> std::io::Result<(PseudoTerminal, Device)> {
    let terminal = PseudoTerminal::open()?;
    let device = Device::at(&terminal.path)?;
    let mut master = terminal.master.try_clone()?;
    let show = move || {
        let mut bytes = vec![0; 16 << 10];
        while let Ok(count @ 1..) = master.read(&mut bytes) {
            SESSION.lock().show(FrameKind::Data, &bytes[..count]);
        }
    };
    thread::Builder::new().name("hookable-show".into()).spawn(show)?;
    Ok((terminal, device))
}
