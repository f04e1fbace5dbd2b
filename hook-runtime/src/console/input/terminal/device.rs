//! The terminal that a console is on. The console prints there, whatever the standard streams of the program are.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::{attend, sys};
use crate::os::streams::{flush_program, flush_program_again};

/// An open terminal.
#[derive(Clone)]
pub(crate) struct Device {
    file: Arc<File>,
    /// Whether rustyline finds the terminal by itself, because it is standard input and output, or the
    /// controlling terminal.
    found: bool,
}

impl Device {
    /// Returns the terminal of standard input, or the controlling terminal if standard input is none.
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

    /// Opens the terminal with that path.
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

    /// Returns the device number of the terminal. `/dev/tty` has a device number of its own, so for that this is the
    /// number of the terminal that it stands for.
    pub(super) fn number(&self) -> Option<u64> {
        let number = self.file.metadata().ok()?.rdev();
        if number != CONTROLLING {
            return Some(number);
        }
        controlling()
    }

    /// Opens the terminal anew, under a name that is the same for all processes: `/dev/tty` is none.
    pub(super) fn reopened(&self) -> Option<File> {
        let number = self.number()?;
        // As Linux composes the number of a device.
        let minor = (number & 0xff) | ((number >> 12) & 0xf_ff00);
        let names = [
            sys::name(self.fd()),
            sys::name(io::stdin().as_fd()),
            Some(PathBuf::from(format!("/dev/pts/{minor}"))),
        ];
        let mut files = names.into_iter().flatten().filter_map(|name| open(&name).ok());
        files.find(|file| file.metadata().is_ok_and(|file| file.rdev() == number))
    }

    /// Returns whether this is the terminal that controls this process.
    #[cfg(target_os = "linux")]
    pub(super) fn is_controlling(&self) -> bool {
        self.number().is_some_and(|number| controlling() == Some(number))
    }

    /// Returns the width of a line in columns.
    pub(crate) fn width(&self) -> usize {
        sys::size(self.fd()).map_or(80, |(columns, _)| usize::from(columns).max(20))
    }

    /// Has the line editor look at the size again.
    pub(crate) fn is_resized(&self) {
        sys::tell_of_resize();
    }

    /// Returns whether a child process can read keys from this terminal, as a pager does.
    pub(crate) fn has_keys(&self) -> bool {
        self.found && !sys::is_behind(self.fd())
    }

    /// Starts a child process that prints to this terminal.
    pub(crate) fn run(&self, mut command: Command) -> io::Result<Child> {
        flush_program();
        command.stdout(self.file.try_clone()?).stderr(self.file.try_clone()?);
        command.spawn()
    }

    pub(crate) fn rows(&self) -> usize {
        sys::size(self.fd()).map_or(24, |(_, rows)| usize::from(rows))
    }

    /// Asks the terminal for the column of the cursor, counted from 1.
    pub(super) fn column(&self) -> Option<u32> {
        let answer = attend::asked(self, "\x1b[6n", |bytes| bytes.ends_with(b"R"))?;
        let column = answer.rsplit(|byte| *byte == b';').next()?;
        str::from_utf8(column.strip_suffix(b"R")?).ok()?.parse().ok()
    }

    /// Prints a line from a background process, unless the terminal would stop the process for that.
    pub(crate) fn say_from_behind(&self, line: &str) {
        if sys::Settings::of(self.fd()).is_ok_and(|settings| settings.lets_print()) {
            let _ = self.clone().write_all(format!("{line}\r\n").as_bytes());
        }
    }

    /// Returns whether keys are read one by one, as in a full-screen program.
    pub(crate) fn is_raw(&self) -> bool {
        sys::Settings::of(self.fd()).is_ok_and(|now| now.is_raw())
    }

    /// Returns whether another process group is in the foreground of the terminal.
    pub(crate) fn is_behind(&self) -> bool {
        sys::is_behind(self.fd())
    }
}

/// The device number of `/dev/tty` on Linux.
pub(super) const CONTROLLING: u64 = 5 << 8;

/// Returns the device number of the terminal that controls this process, if the system tells it.
fn controlling() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(4)?.parse().ok()
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Without this flag, opening a terminal would make it the controlling terminal of a process that has none.
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOCTTY);
    options.read(true).write(true).open(path)
}

impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // If the program prints to a terminal, too, what it has buffered must appear before this.
        if io::stdout().is_terminal() {
            flush_program_again();
        }
        loop {
            match (&*self.file).write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The program may have made the terminal non-blocking, which holds for everybody who has it open.
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
