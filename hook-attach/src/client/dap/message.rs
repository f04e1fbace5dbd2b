//! The framing of the Debug Adapter Protocol: a header with the length, an empty line, and JSON of that length.

use std::io::{self, BufRead, Read, Write};

use serde_json::Value;

/// A message is no longer than this.
const LONGEST: usize = 16 << 20;
/// The header of a message is no longer than this.
const HEADER: u64 = 4096;

/// Reads a message. Returns `None` at the end of the input.
pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Value>> {
    let Some(length) = header(from)? else {
        return Ok(None);
    };
    if length > LONGEST {
        return Err(invalid(format!("a message of {length} bytes is too long")));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| invalid(format!("a message is no JSON: {error}")))
}

/// Reads a header, and returns the length that it has.
fn header(from: &mut impl BufRead) -> io::Result<Option<usize>> {
    let (mut length, mut is_empty) = (None, true);
    loop {
        let mut line = String::new();
        (&mut *from).take(HEADER).read_line(&mut line)?;
        if line.is_empty() && is_empty {
            return Ok(None);
        }
        is_empty = false;
        let Some(text) = line.strip_suffix('\n') else {
            return Err(invalid("the header of a message has no end".to_owned()));
        };
        match text.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                let number = value.trim().parse();
                length = Some(number.map_err(|_| invalid(format!("`{}` is no length of a message", value.trim())))?);
            }
            Some(_) => {}
            None if text.trim_end().is_empty() => {
                return length
                    .map(Some)
                    .ok_or_else(|| invalid("a message has no Content-Length".to_owned()));
            }
            None => return Err(invalid(format!("`{}` is no header of a message", text.trim_end()))),
        }
    }
}

fn invalid(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Writes a message.
pub(super) fn write(to: &mut dyn Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(to, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let mut reader = text.as_bytes();
        let read = read(&mut reader).map(|message| message.map_or(String::new(), |message| message.to_string()));
        let read = read.map_err(|error| error.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn messages() {
        check("", Ok(""));
        check("Content-Length: 2\r\n\r\n{}rest", Ok("{}"));
        check("X: y\r\ncontent-length:10\n\n{\"a\":\"é\"}", Ok("{\"a\":\"é\"}"));
        let mut text = Vec::new();
        write(&mut text, &serde_json::json!({ "é": 1 })).unwrap();
        check(str::from_utf8(&text).unwrap(), Ok("{\"é\":1}"));
    }

    #[test]
    fn what_is_no_message() {
        check("\r\n", Err("a message has no Content-Length"));
        check("Content-Length: x\r\n\r\n", Err("`x` is no length of a message"));
        check(
            "Content-Length: 99999999999\r\n\r\n",
            Err("a message of 99999999999 bytes is too long"),
        );
        check("Content-Length: 3\r\n\r\n{}", Err("failed to fill whole buffer"));
        check(
            "Content-Length: 1\r\n\r\n{",
            Err("a message is no JSON: EOF while parsing an object at line 1 column 1"),
        );
        check("GET / HTTP/1.1\r\n", Err("`GET / HTTP/1.1` is no header of a message"));
        check("Content-Length: 3", Err("the header of a message has no end"));
    }
}
