//! Lines from any reader, which is a script.

use std::io::{self, BufRead};

use super::{Input, Read, Scope};
use crate::console::line::{MOST, goes_on};

/// A line without an end after this number of bytes is an error, because the file is no script.
const ENDLESS: u64 = 64 << 20;
/// So much of the next line tells whether it continues the one before.
const NEXT: usize = 200;

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

/// Reads a line without its end, with the lines that only continue it, as far as these have arrived along with it.
/// Returns `None` if there are no more. Bytes that are not UTF-8 are replaced. A line that is too long is cut to little
/// more than `MOST` bytes, which is enough to see that it is too long.
pub(crate) fn read_line(reader: &mut dyn BufRead) -> io::Result<Option<String>> {
    let Some((mut text, mut next)) = read_one(reader)? else {
        return Ok(None);
    };
    while text.len() < MOST
        && goes_on(&text, &next)
        && let Some((line, then)) = read_one(reader)?
    {
        (text, next) = (text + "\n" + &line, then);
    }
    Ok(Some(text))
}

/// Reads a line without its end. Returns it with the beginning of the next one, as far as that has arrived along with
/// it: to look for more could mean to wait.
fn read_one(reader: &mut dyn BufRead) -> io::Result<Option<(String, String)>> {
    let (mut bytes, mut next) = (Vec::new(), Vec::new());
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        let room = &buffer[..buffer.len().min(MOST + 2 - bytes.len())];
        let end = room.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(room.len(), |end| end + 1);
        bytes.extend_from_slice(&room[..length]);
        if end.is_some() {
            next = buffer[length..].iter().copied().take(NEXT).collect();
        }
        reader.consume(length);
        if length == 0 || end.is_some() || bytes.len() == MOST + 2 {
            break;
        }
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.contains(&0) {
        return Err(io::Error::other("a line of it has a NUL byte, so it is no text"));
    }
    if bytes.len() > MOST && !bytes.ends_with(b"\n") {
        skip_line(reader)?;
    }
    let line = String::from_utf8_lossy(&bytes);
    let line = line.trim_end_matches(['\n', '\r']).to_owned();
    // A line that is empty is one of its own.
    let next = String::from_utf8_lossy(&next);
    Ok(Some((line, next.lines().next().unwrap_or_default().to_owned())))
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
    fn lines_that_only_continue_others_are_read_with_them() {
        let text = "v\n    .iter()\n    .count()\nif a { 1 }\r\nelse { 2 }\n\n.b\n:type c\n.d";
        let mut reader = text.as_bytes();
        let lines: Vec<String> = std::iter::from_fn(|| read_line(&mut reader).unwrap()).collect();
        let expected = [
            "v\n    .iter()\n    .count()",
            "if a { 1 }\nelse { 2 }",
            "",
            ".b",
            ":type c",
            ".d",
        ];
        assert_eq!(lines, expected);
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
