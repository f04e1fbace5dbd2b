//! `:save` and `:load`: a local as JSON in a file.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use rustyline::completion::unescape;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::usage;
use crate::frame::FrameError;
use crate::guard;
use crate::literal::Literal;
use crate::literal::json::{self, SaveError};
use crate::render;

pub(super) fn save(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (name, path) = name_and_file("save", rest)?;
    let path = &*path;
    let local = console.frame.find(name)?;
    let name = local.binding.name;
    let value = local.value().ok_or_else(|| local.unreadable())?;
    let unsavable = |why| ConsoleError::Unsavable { name, why };
    let Some(value) = value.serialize() else {
        return Err(unsavable(format!(
            "{} has no Serialize",
            render::short(value.type_name())
        )));
    };
    let size = match guard::unhooked(|| guard::caught(|| write(path, value))) {
        Ok(Ok(size)) => size,
        Ok(Err(SaveError::Refused(why))) => return Err(unsavable(why)),
        Ok(Err(SaveError::Io(error))) => {
            return Err(ConsoleError::File {
                what: "write",
                path: path.to_owned(),
                error,
            });
        }
        Err(message) => return Err(unsavable(format!("Serialize panicked: {message}"))),
    };
    console.out.remark(&format!("saved {name} to {path}, {size} bytes"));
    Ok(Flow::Stay)
}

/// Writes beside the file and puts it in place at the end. Gives the size in bytes.
fn write(path: &str, value: &dyn erased_serde::Serialize) -> Result<u64, SaveError> {
    let path = Path::new(path);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Asked first for the plain message: tempfile's own would name the temporary file.
    folder.metadata()?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hookable-");
    // Otherwise nobody but the user could read it, whatever their umask says.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    json::save(value, &mut file.as_file())?;
    file.as_file().sync_all()?;
    let size = file.as_file().metadata()?.len();
    file.persist(path).map_err(|error| error.error)?;
    Ok(size)
}

pub(super) fn load(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (name, path) = name_and_file("load", rest)?;
    let path = &*path;
    let name = console.frame.find(name)?.binding.name;
    let json = fs::read(path).map_err(|error| ConsoleError::File {
        what: "read",
        path: path.to_owned(),
        error,
    })?;
    let failed = |error: FrameError| match error {
        error @ (FrameError::Unwritable { .. } | FrameError::Panicked { .. }) => error.into(),
        error => ConsoleError::Load {
            path: path.to_owned(),
            name,
            error,
        },
    };
    let literal = Literal::from_json(&json).map_err(|error| failed(error.into()))?;
    console.frame.write(name, &literal).map_err(failed)?;
    console.out.remark(&format!("loaded {name} from {path}"));
    Ok(Flow::Stay)
}

/// Takes a name and a file apart. The file is the rest of the line: it may hold spaces, plain or escaped, and may
/// stand in double quotes.
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
