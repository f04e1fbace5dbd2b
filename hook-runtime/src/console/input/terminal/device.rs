//! Which terminal a console is on: where its answers go, whatever the program's own streams are.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::{attend, sys};
use crate::os::streams::flush_program;

/// An open terminal.
#[derive(Clone)]
pub(crate) struct Device {
    file: Arc<File>,
    /// The line editor finds it by itself: standard input and output, or the controlling terminal.
    found: bool,
}

impl Device {
    /// Gives the terminal of standard input, and where that is none, the controlling one.
    pub(crate) fn standard() -> Result<Self, &'static str> {
        if !io::stdin().is_terminal() {
            return Device::controlling().ok_or("there is no controlling terminal");
        }
        if io::stdout().is_terminal()
            && let Ok(file) = io::stdout().as_fd().try_clone_to_owned()
        {
            return Ok(Device::new(file.into(), true));
        }
        let reopened = || sys::name(io::stdin().as_fd()).and_then(|name| open(&name).ok());
        let device = Device::controlling().or_else(|| Some(Device::new(reopened()?, false)));
        device.ok_or("the terminal cannot be opened")
    }

    fn controlling() -> Option<Self> {
        Some(Device::new(open(Path::new("/dev/tty")).ok()?, true))
    }

    /// Gives the terminal of a name.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        if !file.is_terminal() {
            return Err(io::Error::other("it is no terminal"));
        }
        Ok(Device::new(file, false))
    }

    fn new(file: File, found: bool) -> Self {
        Device {
            file: Arc::new(file),
            found,
        }
    }

    pub(super) fn is_found(&self) -> bool {
        self.found
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Gives the number of its file, also where it was opened as the controlling terminal, whose file has a number of
    /// its own.
    pub(super) fn number(&self) -> Option<u64> {
        let number = self.file.metadata().ok()?.rdev();
        if number != CONTROLLING {
            return Some(number);
        }
        controlling()
    }

    /// Tells whether it is the one that controls this process.
    #[cfg(target_os = "linux")]
    pub(super) fn is_controlling(&self) -> bool {
        self.number().is_some_and(|number| controlling() == Some(number))
    }

    /// Gives the columns of a line.
    pub(crate) fn width(&self) -> usize {
        sys::size(self.fd()).map_or(80, |(columns, _)| usize::from(columns).max(20))
    }

    pub(super) fn rows(&self) -> usize {
        sys::size(self.fd()).map_or(24, |(_, rows)| usize::from(rows))
    }

    /// Asks for the column of the cursor, from 1.
    pub(super) fn column(&self) -> Option<u32> {
        let answer = attend::asked(self, "\x1b[6n", |bytes| bytes.ends_with(b"R"))?;
        let column = answer.rsplit(|byte| *byte == b';').next()?;
        str::from_utf8(column.strip_suffix(b"R")?).ok()?.parse().ok()
    }

    /// A line on it, unless to print from behind would stop this process.
    pub(crate) fn say_from_behind(&self, line: &str) {
        if sys::Settings::of(self.fd()).is_ok_and(|settings| settings.lets_print()) {
            let _ = self.clone().write_all(format!("{line}\r\n").as_bytes());
        }
    }

    /// Tells whether another process group has the terminal.
    pub(crate) fn is_behind(&self) -> bool {
        sys::is_behind(self.fd())
    }
}

/// The number of `/dev/tty` on Linux.
pub(super) const CONTROLLING: u64 = 5 << 8;

/// Gives the number of the terminal that controls this process, where the system tells it.
fn controlling() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(4)?.parse().ok()
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // A process without a controlling terminal must not get one by that.
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOCTTY);
    options.read(true).write(true).open(path)
}

impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What the program printed comes first, where it goes to a terminal, too.
        if io::stdout().is_terminal() {
            flush_program();
        }
        loop {
            match (&*self.file).write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The program may have made it non-blocking, in the name of all who have it open.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(5)),
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Device {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        (&*self.file).read(bytes)
    }
}
