//! Lines out of any reader: a script.

use std::io::{self, BufRead};

use super::{Input, Read, Scope};

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

/// A line without its end, `None` where there are no more. What is no UTF-8 is replaced.
pub(crate) fn read_line(reader: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if reader.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
}
