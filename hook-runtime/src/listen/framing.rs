//! A console that is shown elsewhere is a stream of frames: a byte for the kind, four for the length, and the contents.

use std::io::{self, Read, Write};

/// The kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// Keys from the client, or text for its terminal.
    Data,
    /// The size of the client's terminal: columns and rows, two bytes each, the higher one first.
    Size,
    /// To the client: a byte that is 1 while a hook is open.
    Open,
    /// To the client: the session has ended, for the reason in the contents.
    End,
}

/// No frame is longer than this.
const LONGEST: usize = 64 << 10;

impl FrameKind {
    fn of(byte: u8) -> Option<FrameKind> {
        [FrameKind::Data, FrameKind::Size, FrameKind::Open, FrameKind::End]
            .get(usize::from(byte))
            .copied()
    }
}

/// Writes a frame, or several if the contents are long.
pub(super) fn write(to: &mut dyn Write, kind: FrameKind, contents: &[u8]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(contents.len() + 5);
    let mut parts = contents.chunks(LONGEST);
    let mut next = Some(parts.next().unwrap_or_default());
    while let Some(part) = next {
        bytes.push(kind as u8);
        bytes.extend(u32::try_from(part.len()).unwrap_or(0).to_be_bytes());
        bytes.extend(part);
        next = parts.next();
    }
    to.write_all(&bytes)
}

/// Reads the next frame. Returns `None` where the stream ends before one.
pub(super) fn read(from: &mut dyn Read) -> io::Result<Option<(FrameKind, Vec<u8>)>> {
    let mut head = [0; 5];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [kind, length @ ..] = head;
    let length = u32::from_be_bytes(length) as usize;
    match FrameKind::of(kind) {
        Some(kind) if length <= LONGEST => {
            let mut contents = vec![0; length];
            from.read_exact(&mut contents)?;
            Ok(Some((kind, contents)))
        }
        _ => Err(io::Error::other("it is no frame of a console")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> io::Result<Vec<(FrameKind, usize)>> {
        let mut frames = Vec::new();
        while let Some((kind, contents)) = read(&mut bytes)? {
            frames.push((kind, contents.len()));
        }
        Ok(frames)
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        write(&mut bytes, FrameKind::Data, b"abc").unwrap();
        write(&mut bytes, FrameKind::End, b"").unwrap();
        write(&mut bytes, FrameKind::Data, &vec![7; LONGEST + 1]).unwrap();
        let frames = [
            (FrameKind::Data, 3),
            (FrameKind::End, 0),
            (FrameKind::Data, LONGEST),
            (FrameKind::Data, 1),
        ];
        assert_eq!(all(&bytes).unwrap(), frames);
    }

    #[test]
    fn broken_streams() {
        assert_eq!(all(b"\0\0\0").unwrap(), []);
        assert!(all(b"\0\0\0\0\x05ab").is_err());
        assert!(all(b"\x09\0\0\0\0").is_err());
        assert!(all(b"\0\xff\xff\xff\xff").is_err());
        assert!(all(b"GET / HTTP/1.1\r\n\r\n").is_err());
    }

    #[test]
    fn any_bytes() {
        let mut state = 1_u64;
        for _ in 0..2000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            let bytes: Vec<u8> = (0..state % 40).map(|at| (state >> (at % 57)) as u8 & 7).collect();
            let _ = all(&bytes);
        }
    }
}
