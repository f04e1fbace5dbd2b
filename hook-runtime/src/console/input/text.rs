//! Lines from any reader, which is a script.

use std::io::{self, BufRead, Read as _};

use super::{Input, Read, Scope};
use crate::console::line::MOST;

/// A line without an end after this number of bytes is an error, because the file is no script.
const ENDLESS: u64 = 64 << 20;

/// A script. The program resumes at its end.
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

/// Reads a line without its end. Returns `None` if there are no more. Bytes that are not UTF-8 are replaced. A line
/// that is too long is cut to little more than `MOST` bytes, which is enough to see that it is too long.
pub(crate) fn read_line(reader: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if (&mut *reader).take(MOST as u64 + 2).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.contains(&0) {
        return Err(io::Error::other("a line of it has a NUL byte, so it is no text"));
    }
    if bytes.len() > MOST && !bytes.ends_with(b"\n") {
        skip_line(reader)?;
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Skips the rest of the line.
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

#[cfg(test)]
mod tests {
    use std::io::{BufReader, repeat};

    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_not_kept() {
        let text = format!("a\r\n{}\nb\n{}", "é".repeat(5 << 20), "c".repeat(2 << 20));
        let mut reader = text.as_bytes();
        let mut lengths = Vec::new();
        while let Some(line) = read_line(&mut reader).unwrap() {
            lengths.push(line.len());
        }
        assert_eq!(lengths, [1, MOST + 2, 1, MOST + 2]);
    }

    #[test]
    fn what_never_ends_is_no_script() {
        let error = |reader: &mut dyn BufRead| read_line(reader).unwrap_err().to_string();
        let endless = error(&mut BufReader::new(repeat(b'a')));
        assert_eq!(endless, "a line of it is longer than 64 MiB");
        let binary = error(&mut BufReader::new(repeat(0)));
        assert_eq!(binary, "a line of it has a NUL byte, so it is no text");
    }
}
