//! What is in a library: the members of an archive, and the sections of an object.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;

/// How an archive begins.
pub(crate) const MAGIC: &[u8] = b"!<arch>\n";
/// How an object begins that is ELF of 64 bits, the lowest byte of a number first.
pub(crate) const ELF: &[u8] = b"\x7fELF\x02\x01";
/// The size of a section's header.
pub(crate) const ENTRY: usize = 64;

/// A member of an archive.
pub(crate) struct Member {
    pub(crate) name: String,
    /// Where its content stands in the archive.
    pub(crate) content: Range<u64>,
}

impl Member {
    /// Reads the header of the member at a place. It gives `None` behind the last one, and where there is no header.
    pub(crate) fn at(file: &mut File, at: u64) -> io::Result<Option<Member>> {
        let header = some(file, at, 60)?;
        let field = |from: usize, to: usize| {
            let text = header.get(from..to).and_then(|field| str::from_utf8(field).ok());
            text.unwrap_or_default().trim_end()
        };
        let Ok(size) = field(48, 58).parse::<u64>() else {
            return Ok(None);
        };
        let start = at + 60;
        Ok(Some(Member {
            name: field(0, 16).trim_end_matches('/').to_owned(),
            content: start..start.saturating_add(size),
        }))
    }

    /// Returns the place of the next member.
    pub(crate) fn next(&self) -> u64 {
        let size = self.content.end - self.content.start;
        self.content.end.saturating_add(size % 2)
    }
}

/// The headers of the sections of an object, as they stand in a file.
pub(crate) struct SectionTable {
    /// Where the headers stand in the file.
    pub(crate) at: u64,
    /// The headers.
    pub(crate) bytes: Vec<u8>,
    names: Vec<u8>,
}

impl SectionTable {
    /// Reads the table of the object that begins at a place of a file. It gives `None` if there is none.
    pub(crate) fn read(file: &mut File, start: u64) -> io::Result<Option<SectionTable>> {
        let header = some(file, start, 64)?;
        if header.len() < 64 || !header.starts_with(ELF) || number(&header[58..60]) != ENTRY as u64 {
            return Ok(None);
        }
        let at = start.saturating_add(number(&header[40..48]));
        let first = some(file, at, ENTRY)?;
        if first.len() < ENTRY {
            return Ok(None);
        }
        // Numbers that are too large for the header stand in the first entry.
        let count = match number(&header[60..62]) {
            0 => number(&first[32..40]),
            count => count,
        };
        let names = match number(&header[62..64]) {
            0xffff => number(&first[40..44]),
            names => names,
        };
        let bytes = some(file, at, (count as usize).saturating_mul(ENTRY))?;
        let (entries, _) = bytes.as_chunks::<ENTRY>();
        let Some(names) = entries.get(names as usize) else {
            return Ok(None);
        };
        let (place, size) = (number(&names[24..32]), number(&names[32..40]));
        let names = some(file, start.saturating_add(place), size as usize)?;
        Ok(Some(SectionTable { at, bytes, names }))
    }

    /// Returns the headers.
    pub(crate) fn entries(&self) -> &[[u8; ENTRY]] {
        self.bytes.as_chunks().0
    }

    /// Returns the name of the section with this header.
    pub(crate) fn name(&self, entry: &[u8; ENTRY]) -> &[u8] {
        let name = self.names.get(number(&entry[..4]) as usize..).unwrap_or_default();
        name.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

/// Returns a number of which the lowest byte stands first.
pub(crate) fn number(bytes: &[u8]) -> u64 {
    let mut number = 0;
    for &byte in bytes.iter().rev() {
        number = number << 8 | u64::from(byte);
    }
    number
}

/// Returns what a file has from a place on, or as much as there is of that.
pub(crate) fn some(file: &mut File, at: u64, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(len as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
