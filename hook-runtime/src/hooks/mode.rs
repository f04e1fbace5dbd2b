//! What the environment variable `HOOKABLE` asks for. It is read once.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::Duration;

use super::notice;
use crate::console::Device;
use crate::console::text::Script;
use crate::os::stack;
use crate::record::Recorder;

/// What a hook does when it is reached.
pub(super) enum Mode {
    /// A console on the terminal, or on standard input.
    Console,
    /// Nothing.
    Off,
    /// A console on the controlling terminal, or on that of a name.
    Tty(Option<Device>),
    /// A console on a file.
    Script(ScriptFile),
    /// A line in a file.
    Record(Recorder),
    /// Nothing: what was asked for failed, and that was said.
    Broken,
}

/// A script that all hooks read on in. `None` when it has ended.
pub(super) type ScriptFile = Mutex<Option<Script<BufReader<File>>>>;

/// What `HOOKABLE` says.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Console,
    Off,
    Tty,
    Terminal(PathBuf),
    Script(PathBuf),
    Record(PathBuf),
}

/// The mode of this process.
pub(super) fn mode() -> &'static Mode {
    static MODE: OnceLock<Mode> = OnceLock::new();
    if let Some(mode) = MODE.get() {
        return mode;
    }
    stack::with_room(|| MODE.get_or_init(read))
}

fn read() -> Mode {
    let wish = parse(std::env::var_os("HOOKABLE")).unwrap_or_else(|why| {
        notice::print(&format!("hookable: {why}"));
        Wish::Console
    });
    enter(wish).unwrap_or_else(|why| {
        notice::print(&format!("hookable: {why}: hooks do nothing"));
        Mode::Broken
    })
}

fn parse(value: Option<OsString>) -> Result<Wish, String> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return Ok(Wish::Console);
    };
    let text = value.to_string_lossy();
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
        None if text == "off" => Ok(Wish::Off),
        None if text == "tty" => Ok(Wish::Tty),
        Some(("tty", path)) => file(path).map(Wish::Terminal),
        Some(("script", path)) => file(path).map(Wish::Script),
        Some(("record", path)) => file(path).map(Wish::Record),
        Some(("listen", _)) => Err("HOOKABLE=listen=PATH is not available yet".to_owned()),
        _ => Err(format!(
            "HOOKABLE={text} is not understood: it is off, tty, tty=PATH, script=FILE or record=FILE"
        )),
    }
}

fn enter(wish: Wish) -> Result<Mode, String> {
    match wish {
        Wish::Console => Ok(Mode::Console),
        Wish::Off => Ok(Mode::Off),
        Wish::Tty => Ok(Mode::Tty(None)),
        Wish::Terminal(path) => match Device::at(&path) {
            Ok(device) => Ok(Mode::Tty(Some(device))),
            Err(error) => Err(format!("failed to open the terminal {}: {error}", path.display())),
        },
        Wish::Script(path) => match open_script(&path) {
            Ok(file) => Ok(Mode::Script(Mutex::new(Some(Script(BufReader::new(file)))))),
            Err(error) => Err(format!("failed to open the script {}: {error}", path.display())),
        },
        Wish::Record(path) => match Recorder::open(&path) {
            Ok(recorder) => Ok(Mode::Record(recorder)),
            Err(error) => Err(format!("failed to open the record {}: {error}", path.display())),
        },
    }
}

/// How long a pipe may be without anybody who writes to it.
const UNWRITTEN: Duration = Duration::from_secs(5);

/// Opens a script. To open a pipe is to wait for whoever writes to it; that is done on a thread, which waits on where nobody comes.
fn open_script(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path)?.is_file() {
        return File::open(path);
    }
    let (tell, told) = mpsc::channel();
    let owned = path.to_owned();
    std::thread::Builder::new()
        .name("hookable-script".into())
        .spawn(move || drop(tell.send(File::open(owned))))?;
    told.recv_timeout(UNWRITTEN)
        .unwrap_or_else(|_| Err(io::Error::other("nobody writes to it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Result<Wish, &str>) {
        assert_eq!(parse(Some(value.into())), expected.map_err(str::to_owned));
    }

    #[test]
    fn wishes() {
        assert_eq!(parse(None), Ok(Wish::Console));
        check("", Ok(Wish::Console));
        check("off", Ok(Wish::Off));
        check("tty", Ok(Wish::Tty));
        check("tty=/dev/pts/4", Ok(Wish::Terminal("/dev/pts/4".into())));
        check("script=a b.txt", Ok(Wish::Script("a b.txt".into())));
        check("record=/tmp/a=b", Ok(Wish::Record("/tmp/a=b".into())));
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "on",
            Err("HOOKABLE=on is not understood: it is off, tty, tty=PATH, script=FILE or record=FILE"),
        );
        check(
            "off=1",
            Err("HOOKABLE=off=1 is not understood: it is off, tty, tty=PATH, script=FILE or record=FILE"),
        );
        check("script=", Err("HOOKABLE=\"script=\" names no file"));
        check("listen=/tmp/s", Err("HOOKABLE=listen=PATH is not available yet"));
    }
}
