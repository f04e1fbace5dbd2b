//! The commands `:save` and `:load`, which write a local or a kept value to a file as JSON, and read it back.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use hook_rustc::temporary::TemporaryFile;
use rustyline::completion::unescape;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::{kept, usage};
use crate::frame::{FrameError, assign};
use crate::guard;
use crate::literal::Literal;
use crate::literal::json::{self, Savable, SaveError};
use crate::render;
use crate::value::{Access, Value};

pub(super) fn save(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (name, path) = name_and_file("save", rest)?;
    let path = &*path;
    let size = if kept::is_kept(console, name) {
        let file = path.to_owned();
        let then = move |name: &'static str, access: &mut Access<'_>| match access {
            Access::Writable(value) => save_value(name, &**value, &file),
            Access::ReadOnly(value) => save_value(name, *value, &file),
            Access::Snapshot(_) | Access::Type(_) | Access::Unknown => unreachable!("a kept value is there"),
        };
        kept::with(console, name, then)?.0?
    } else {
        let local = console.frame.find(name)?;
        let value = local.value().ok_or_else(|| local.unreadable())?;
        save_value(local.binding.name, value, path)?
    };
    console.out.remark(&format!("saved {name} to {path}, {size} bytes"));
    Ok(Flow::Stay)
}

fn save_value(name: &'static str, value: &dyn Value<'_>, path: &str) -> Result<u64, ConsoleError> {
    let unsavable = |why| ConsoleError::Unsavable { name, why };
    let Some(value) = value.serialize() else {
        return Err(unsavable(format!(
            "{} has no Serialize",
            render::short(value.type_name())
        )));
    };
    match guard::unhooked(|| guard::caught(|| write(path, value))) {
        Ok(Ok(size)) => Ok(size),
        Ok(Err(SaveError::Refused(why))) => Err(unsavable(why)),
        Ok(Err(SaveError::Io(error))) => Err(ConsoleError::File {
            what: "write",
            path: path.to_owned(),
            error,
        }),
        Err(message) => Err(unsavable(format!("Serialize panicked: {message}"))),
    }
}

/// Writes to a temporary file in the same folder and renames it at the end, so that the file is never incomplete.
/// Returns the size in bytes.
fn write(path: &str, value: &dyn Savable) -> Result<u64, SaveError> {
    let path = Path::new(path);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // The folder is checked first, so that the error is not that of a file nobody named.
    folder.metadata()?;
    let mut new = TemporaryFile::within(folder, ".hookable-")?;
    json::save(value, &mut new.file)?;
    new.file.sync_all()?;
    let size = new.file.metadata()?.len();
    new.keep(path)?;
    Ok(size)
}

pub(super) fn load(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (name, path) = name_and_file("load", rest)?;
    let path = &*path;
    if kept::is_kept(console, name) {
        return load_kept(console, name, path);
    }
    let name = console.frame.find(name)?.binding.name;
    let literal = read(name, path)?;
    console
        .write(name, &literal)
        .map_err(|error| failed(name, path, error))?;
    console.out.remark(&format!("loaded {name} from {path}"));
    Ok(Flow::Stay)
}

/// Loads a file into a kept value. The command is the line that `:undo` names.
fn load_kept(console: &mut Console<'_, '_, '_>, name: &str, path: &str) -> Outcome {
    let file = path.to_owned();
    let then = move |name: &'static str, access: &mut Access<'_>| match access {
        Access::Writable(value) => {
            let literal = read(name, &file)?;
            let written = assign(&mut **value, &literal).map(drop);
            written.map_err(|error| failed(name, &file, error))
        }
        _ => Err(FrameError::Unwritable {
            name,
            why: "a line that is running reads it".to_owned(),
        }
        .into()),
    };
    let (loaded, answer) = kept::with(console, name, then)?;
    loaded?;
    console
        .frame
        .ran(&format!(":load {name} {path}"), Vec::new(), answer.kept);
    console.out.remark(&format!("loaded {name} from {path}"));
    Ok(Flow::Stay)
}

fn failed(name: &'static str, path: &str, error: FrameError) -> ConsoleError {
    match error {
        error @ (FrameError::Unwritable { .. } | FrameError::Panicked { .. }) => error.into(),
        error => ConsoleError::Load {
            path: path.to_owned(),
            name,
            error,
        },
    }
}

fn read(name: &'static str, path: &str) -> Result<Literal, ConsoleError> {
    let json = fs::read(path).map_err(|error| ConsoleError::File {
        what: "read",
        path: path.to_owned(),
        error,
    })?;
    Literal::from_json(&json).map_err(|error| failed(name, path, error.into()))
}

/// Splits the arguments into a name and a file. The file is the rest of the line: it may contain spaces, escaped or
/// not, and may stand in double quotes.
fn name_and_file<'r>(command: &str, rest: &'r str) -> Result<(&'r str, Cow<'r, str>), ConsoleError> {
    let (name, path) = rest.split_once(char::is_whitespace).ok_or_else(|| usage(command))?;
    let path = path.trim();
    let quoted = path.strip_prefix('"').and_then(|path| path.strip_suffix('"'));
    let path = match quoted {
        Some("") => return Err(usage(command)),
        Some(path) => Cow::Borrowed(path),
        None => unescape(path, cfg!(unix).then_some('\\')),
    };
    Ok((name, path))
}
