//! Lines out of any reader: a script.

use std::io::{self, BufRead, Read as _};

use super::{Input, Read, Scope};
use crate::console::line::MOST;

/// What ends only after more bytes than this is no script.
const ENDLESS: u64 = 64 << 20;

/// A script. Its end resumes the program.
pub(crate) struct Script<R>(pub(crate) R);

impl<R: BufRead> Input for Script<R> {
    fn read(&mut self, _prompt: &str, _scope: &Scope) -> Read {
        match read_line(&mut self.0) {
            Ok(Some(line)) => Read::Line(line),
            Ok(None) => Read::End,
            Err(error) => Read::Failed(format!("hookable: failed to read the script: {error}: going on")),
        }
    }
}

/// A line without its end, `None` where there are no more. What is no UTF-8 is replaced. Of a line that is too long there is no
/// more than it takes to see that.
pub(crate) fn read_line(reader: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if (&mut *reader).take(MOST as u64 + 2).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.len() > MOST && !bytes.ends_with(b"\n") {
        skip_line(reader)?;
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Goes on behind the end of the line.
fn skip_line(reader: &mut dyn BufRead) -> io::Result<()> {
    let mut skipped = 0;
    while skipped < ENDLESS {
        let buffer = reader.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |end| end + 1);
        if length == 0 || end.is_some() {
            reader.consume(length);
            return Ok(());
        }
        reader.consume(length);
        skipped += length as u64;
    }
    Err(io::Error::other(format!(
        "a line of it is longer than {} MiB",
        ENDLESS >> 20
    )))
}
