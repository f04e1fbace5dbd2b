//! The console of a program on the terminal of the user.
//!
//! The program draws the console. What is typed is sent to it as it is, and what it draws is printed as it is.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::client::connection::{Connection, Stream};
use crate::client::error::AttachError;
use crate::client::terminal::{RawTerminal, size};

/// The kinds of frames, by their number.
const DATA: u8 = 0;
const SIZE: u8 = 1;
const OPEN: u8 = 2;
const END: u8 = 3;
/// No frame is longer than this.
const LONGEST: usize = 64 << 10;

/// The time between two looks at the size of the terminal.
const LOOK: Duration = Duration::from_millis(200);

const INTERRUPT: u8 = 3;
const END_OF_INPUT: u8 = 4;

/// Opens the console of a program, and returns the reason that it closed. With `watch` it only shows what another
/// client does.
pub(crate) fn open(mut connection: Connection, watch: bool) -> Result<String, AttachError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(AttachError::NoTerminal);
    }
    let (columns, rows) = size();
    let answer = connection.ask("console", json!({ "columns": columns, "rows": rows, "watch": watch }))?;
    if !answer.is_ok() {
        return Err(AttachError::Refused(answer.error().to_owned()));
    }
    let raw = RawTerminal::new()?;
    let is_open = Arc::new(AtomicBool::new(false));
    let (keys, opened) = (connection.writer.again()?, is_open.clone());
    let left = Arc::new(AtomicBool::new(false));
    let leaves = left.clone();
    thread::spawn(move || type_keys(keys, &opened, &leaves, watch));
    if !watch {
        let sizes = connection.writer.again()?;
        thread::spawn(move || tell_size(sizes, (columns, rows)));
    }
    if watch {
        print!("(looking on; Ctrl-C leaves)\r\n");
    }
    let shown = show(&mut connection.reader, &is_open);
    drop(raw);
    println!();
    Ok(match shown {
        Ok(Some(why)) if !why.is_empty() => why,
        _ if left.load(Ordering::Relaxed) => "detached".to_owned(),
        _ => "the program ended".to_owned(),
    })
}

/// Sends what is typed until the user leaves. While no hook is open, nobody else would take the keys.
///
/// That the user leaves is said before the program is told, which may close the connection at once.
fn type_keys(mut to: Box<dyn Stream>, is_open: &AtomicBool, left: &AtomicBool, watch: bool) -> io::Result<()> {
    let mut bytes = [0; 4096];
    loop {
        let count = io::stdin().read(&mut bytes)?;
        let leaves = bytes[..count]
            .iter()
            .any(|key| matches!(*key, INTERRUPT | END_OF_INPUT));
        if count == 0 || leaves && (watch || !is_open.load(Ordering::Relaxed)) {
            left.store(true, Ordering::Relaxed);
            // The program ends the session when it reads this, since a client sends no such frame.
            return frame(&mut to, END, b"");
        }
        if !watch {
            frame(&mut to, DATA, &bytes[..count])?;
        }
    }
}

/// Tells the program each time the size of the terminal changes.
fn tell_size(mut to: Box<dyn Stream>, mut told: (u16, u16)) {
    loop {
        thread::sleep(LOOK);
        let now = size();
        if now != told {
            let bytes = [now.0.to_be_bytes(), now.1.to_be_bytes()].concat();
            if frame(&mut to, SIZE, &bytes).is_err() {
                return;
            }
            told = now;
        }
    }
}

/// Prints what the program draws, until it ends the session. Returns the reason.
fn show(from: &mut dyn Read, is_open: &AtomicBool) -> io::Result<Option<String>> {
    let mut out = io::stdout();
    let mut waits = false;
    loop {
        let mut head = [0; 5];
        from.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length) as usize;
        if length > LONGEST {
            let why = format!("the program sent a frame of {length} bytes, and none has more than {LONGEST}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        let mut contents = vec![0; length];
        from.read_exact(&mut contents)?;
        match kind {
            DATA => {
                out.write_all(&contents)?;
                out.flush()?;
            }
            OPEN => {
                let now = contents == [1];
                is_open.store(now, Ordering::Relaxed);
                if !now && !waits {
                    write!(out, "(no hook is open; waiting for the next one, Ctrl-C leaves)\r\n")?;
                    out.flush()?;
                }
                waits = !now;
            }
            END => return Ok(Some(String::from_utf8_lossy(&contents).into_owned())),
            _ => {}
        }
    }
}

fn frame(to: &mut Box<dyn Stream>, kind: u8, contents: &[u8]) -> io::Result<()> {
    let length = u32::try_from(contents.len()).unwrap_or(0).to_be_bytes();
    to.write_all(&[&[kind], &length[..], contents].concat())
}
