//! A connection to a program, its requests and its answers.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::net::UnixStream;

use serde_json::{Map, Value, json};

use crate::client::error::AttachError;

/// The version of the protocol.
const VERSION: u64 = 1;

/// One end of a stream of bytes.
pub(crate) trait Stream: Read + Write + Send {
    fn again(&self) -> io::Result<Box<dyn Stream>>;
}

impl Stream for UnixStream {
    fn again(&self) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.try_clone()?))
    }
}

impl Stream for TcpStream {
    fn again(&self) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.try_clone()?))
    }
}

/// A connection to a program.
pub(crate) struct Connection {
    pub(crate) reader: BufReader<Box<dyn Stream>>,
    pub(crate) writer: Box<dyn Stream>,
    token: Option<String>,
}

impl Connection {
    pub(crate) fn at_socket(path: &OsStr) -> Result<Self, AttachError> {
        let stream = UnixStream::connect(path);
        Self::new(stream, &path.to_string_lossy(), None)
    }

    pub(crate) fn at_port(port: u16, token: Option<String>) -> Result<Self, AttachError> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        Self::new(stream, &format!("port {port}"), token)
    }

    fn new<S: Stream + 'static>(
        stream: io::Result<S>,
        address: &str,
        token: Option<String>,
    ) -> Result<Self, AttachError> {
        let connect = |error| AttachError::Connect {
            address: address.to_owned(),
            error,
        };
        let stream: Box<dyn Stream> = Box::new(stream.map_err(connect)?);
        Ok(Connection {
            reader: BufReader::new(stream.again()?),
            writer: stream,
            token,
        })
    }

    /// Sends a request, and returns its answer as the program wrote it.
    pub(crate) fn ask(&mut self, what: &str, details: Value) -> Result<Answer, AttachError> {
        let mut request = Map::new();
        request.insert("hookable".into(), VERSION.into());
        request.insert("do".into(), what.into());
        if let Some(token) = &self.token {
            request.insert("token".into(), token.as_str().into());
        }
        if let Value::Object(details) = details {
            request.extend(details);
        }
        let line = Value::Object(request).to_string() + "\n";
        // A program that refuses the connection may have closed it before this is written, but its answer is there.
        let _ = self.writer.write_all(line.as_bytes());
        let mut text = String::new();
        if self.reader.read_line(&mut text)? == 0 {
            return Err(AttachError::Closed);
        }
        let value: Value = serde_json::from_str(&text).map_err(|error| AttachError::Answer(error.to_string()))?;
        Ok(Answer {
            text: text.trim_end().to_owned(),
            value,
        })
    }

    /// Returns the state of the program.
    pub(crate) fn state(&mut self) -> Result<Answer, AttachError> {
        self.ask("state", json!({}))
    }
}

/// An answer of a program.
pub(crate) struct Answer {
    /// The line of JSON.
    pub(crate) text: String,
    pub(crate) value: Value,
}

impl Answer {
    pub(crate) fn is_ok(&self) -> bool {
        self.value["ok"] == true
    }

    pub(crate) fn error(&self) -> &str {
        self.value["error"].as_str().unwrap_or("the program refused that")
    }
}
