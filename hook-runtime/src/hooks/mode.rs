//! The mode that the environment variable `HOOKABLE` selects. It is read once.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::Duration;

use super::{catch, notice};
use crate::console::Device;
use crate::console::placed::PlacedLines;
use crate::console::text::Script;
use crate::listen::{self, Address, Unattended};
use crate::os::stack;
use crate::record::Recorder;

/// What hooks do when they are reached.
pub(super) enum HookMode {
    /// A console opens on the terminal, or on standard input.
    Console,
    /// Nothing happens.
    Off,
    /// A console opens on the controlling terminal, or on the given one.
    Tty(Option<Device>),
    /// A console reads a script from a file.
    Script(ScriptFile),
    /// A line is added to a file.
    Record(Recorder),
    /// A client connects to a socket, and asks what to do.
    Listen(Unattended),
    /// Nothing happens, because what `HOOKABLE` asks for failed. That was said.
    Broken,
}

/// A script that all hooks share. It is `None` after its end.
pub(super) type ScriptFile = Mutex<Option<ScriptLines>>;

/// The lines of a script.
pub(super) enum ScriptLines {
    /// They are read as they come.
    Stream(Script<BufReader<File>>),
    /// They are those of a file, and may be for certain places.
    Placed(PlacedLines),
}

/// The request in `HOOKABLE`, before anything is opened.
#[derive(Debug, PartialEq, Eq)]
enum RequestedMode {
    Console,
    Off,
    Tty,
    Terminal(PathBuf),
    Script(PathBuf),
    Record(PathBuf),
    Listen(Address),
}

/// Returns the mode of this process.
pub(super) fn mode() -> &'static HookMode {
    static MODE: OnceLock<HookMode> = OnceLock::new();
    if let Some(mode) = MODE.get() {
        return mode;
    }
    stack::with_room(|| MODE.get_or_init(read))
}

fn read() -> HookMode {
    let requested = parse(std::env::var_os("HOOKABLE")).unwrap_or_else(|why| {
        notice::print(&format!("hookable: {why}"));
        RequestedMode::Console
    });
    enter(requested).unwrap_or_else(|why| {
        notice::print(&format!("hookable: {why}: hooks do nothing"));
        HookMode::Broken
    })
}

fn parse(value: Option<OsString>) -> Result<RequestedMode, String> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return Ok(RequestedMode::Console);
    };
    let text = value.to_string_lossy();
    let (text, _) = catch::split(&text)?;
    if text.is_empty() {
        return Ok(RequestedMode::Console);
    }
    let file = |text: &str| {
        let path = PathBuf::from(text);
        if text.is_empty() {
            Err(format!(
                "HOOKABLE={value:?} names no file",
                value = value.to_string_lossy()
            ))
        } else {
            Ok(path)
        }
    };
    match text.split_once('=') {
        None if text == "off" => Ok(RequestedMode::Off),
        None if text == "tty" => Ok(RequestedMode::Tty),
        Some(("tty", path)) => file(path).map(RequestedMode::Terminal),
        Some(("script", path)) => file(path).map(RequestedMode::Script),
        Some(("record", path)) => file(path).map(RequestedMode::Record),
        Some(("listen", address)) => listen(Some(address)),
        None if text == "listen" => listen(None),
        _ => Err(format!(
            "HOOKABLE={text} is not understood: it is off, tty, tty=PATH, listen, listen=PATH, script=FILE, record=FILE or catch=err|panic"
        )),
    }
}

fn listen(address: Option<&str>) -> Result<RequestedMode, String> {
    Address::parse(address)
        .map(RequestedMode::Listen)
        .map_err(|error| error.to_string())
}

fn enter(requested: RequestedMode) -> Result<HookMode, String> {
    match requested {
        RequestedMode::Console => Ok(HookMode::Console),
        RequestedMode::Off => Ok(HookMode::Off),
        RequestedMode::Tty => Ok(HookMode::Tty(None)),
        RequestedMode::Terminal(path) => match Device::at(&path) {
            Ok(device) => Ok(HookMode::Tty(Some(device))),
            Err(error) => Err(format!("failed to open the terminal {}: {error}", path.display())),
        },
        RequestedMode::Script(path) => match open_script(&path) {
            Ok(lines) => Ok(HookMode::Script(Mutex::new(Some(lines)))),
            Err(error) => Err(format!("failed to open the script {}: {error}", path.display())),
        },
        RequestedMode::Record(path) => match Recorder::open(&path) {
            Ok(recorder) => Ok(HookMode::Record(recorder)),
            Err(error) => Err(format!("failed to open the record {}: {error}", path.display())),
        },
        RequestedMode::Listen(address) => {
            let unattended = Unattended::parse(std::env::var_os("HOOKABLE_UNATTENDED"))?;
            let said = listen::start(&address).map_err(|error| error.to_string())?;
            said.iter().for_each(|said| notice::print(said));
            Ok(HookMode::Listen(unattended))
        }
    }
}

/// The time to wait until somebody opens a pipe to write to it.
const UNWRITTEN: Duration = Duration::from_secs(5);

/// A script that is a file is no larger than this.
const LARGEST: u64 = 64 << 20;

/// Opens a script. Opening a pipe blocks until somebody writes to it, so it is done on a thread, which is left waiting
/// if nobody does.
fn open_script(path: &Path) -> io::Result<ScriptLines> {
    let found = std::fs::metadata(path)?;
    if found.is_file() {
        if found.len() > LARGEST {
            return Err(io::Error::other("it is longer than 64 MiB"));
        }
        let bytes = std::fs::read(path)?;
        if bytes.contains(&0) {
            return Err(io::Error::other("it has a NUL byte, so it is no text"));
        }
        return Ok(ScriptLines::Placed(PlacedLines::parse(&String::from_utf8_lossy(
            &bytes,
        ))));
    }
    let (tell, told) = mpsc::channel();
    let owned = path.to_owned();
    std::thread::Builder::new()
        .name("hookable-script".into())
        .spawn(move || drop(tell.send(File::open(owned))))?;
    let opened = told.recv_timeout(UNWRITTEN);
    let file = opened.unwrap_or_else(|_| Err(io::Error::other("nobody writes to it")))?;
    Ok(ScriptLines::Stream(Script(BufReader::new(file))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Result<RequestedMode, &str>) {
        assert_eq!(parse(Some(value.into())), expected.map_err(str::to_owned));
    }

    #[test]
    fn what_is_requested() {
        assert_eq!(parse(None), Ok(RequestedMode::Console));
        check("", Ok(RequestedMode::Console));
        check("off", Ok(RequestedMode::Off));
        check("tty", Ok(RequestedMode::Tty));
        check("tty=/dev/pts/4", Ok(RequestedMode::Terminal("/dev/pts/4".into())));
        check("script=a b.txt", Ok(RequestedMode::Script("a b.txt".into())));
        #[cfg(target_os = "linux")]
        check("listen=tcp:0", Ok(RequestedMode::Listen(Address::Tcp(0))));
        check("record=/tmp/a=b", Ok(RequestedMode::Record("/tmp/a=b".into())));
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "on",
            Err(
                "HOOKABLE=on is not understood: it is off, tty, tty=PATH, listen, listen=PATH, script=FILE, record=FILE or catch=err|panic",
            ),
        );
        check(
            "off=1",
            Err(
                "HOOKABLE=off=1 is not understood: it is off, tty, tty=PATH, listen, listen=PATH, script=FILE, record=FILE or catch=err|panic",
            ),
        );
        check("script=", Err("HOOKABLE=\"script=\" names no file"));
    }
}
