//! Files of records, which one process leaves for another: written and read in one way, whatever is in them.
//!
//! A record is a line of fields with tabs between them. A field that has a tab, an end of line or a backslash in it has
//! that escaped. The first line of a file names the format, its version and what the records are about; the last line
//! counts them. So a file that was cut off, or written by another version, is never taken for a whole one.

mod fields;

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::Path;

/// The format and its version: what another version wrote cannot be read.
const FORMAT: &str = "hookable-records 1";
/// The word before the count in the last line of a file.
const END: &str = "end";
const CUT_OFF: &str = "is not whole";

/// Something that is written as one field of a record, or as several in a row.
pub trait RecordFields: Sized {
    /// Writes the fields.
    fn write(&self, out: &mut RecordWriter);

    /// Reads them back; `None` if they are not what [`RecordFields::write`] writes.
    fn read(fields: &mut RecordReader<'_>) -> Option<Self>;
}

/// A record that is being written.
#[derive(Debug, Default)]
pub struct RecordWriter {
    text: String,
    /// The fields so far.
    count: usize,
    /// A path in it is not UTF-8, so that the record cannot be written.
    unwritable: bool,
}

impl RecordWriter {
    /// Writes one field.
    pub fn field(&mut self, text: &str) {
        if self.count > 0 {
            self.text.push('\t');
        }
        self.count += 1;
        for c in text.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                c => self.text.push(c),
            }
        }
    }

    fn display(&mut self, value: impl Display) {
        self.field(&value.to_string());
    }
}

/// The fields of a record that are still to be read.
#[derive(Debug)]
pub struct RecordReader<'a>(std::str::Split<'a, char>);

impl RecordReader<'_> {
    /// Reads one field; `None` at the end of the record, or where an escape is none.
    pub fn field(&mut self) -> Option<String> {
        let (text, mut out) = (self.0.next()?, String::new());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            out.push(match c {
                '\\' => match chars.next()? {
                    '\\' => '\\',
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    _ => return None,
                },
                c => c,
            });
        }
        Some(out)
    }
}

/// Writes a record as a line without its end.
///
/// # Errors
///
/// If a path in it is not UTF-8.
pub fn to_line(record: &impl RecordFields) -> io::Result<String> {
    let mut line = RecordWriter::default();
    record.write(&mut line);
    match line.unwritable {
        false => Ok(line.text),
        true => Err(io::Error::other("a path is not UTF-8")),
    }
}

/// Reads a record from a line without its end; `None` if the line is no such record.
pub fn from_line<R: RecordFields>(line: &str) -> Option<R> {
    let mut columns = RecordReader(line.split('\t'));
    let record = R::read(&mut columns)?;
    columns.0.next().is_none().then_some(record)
}

/// Writes a file of records; `about` is what they are about, by which a reader knows its own.
///
/// # Errors
///
/// If a path in a record is not UTF-8, or the file cannot be written.
pub fn write_file<'r, R: RecordFields + 'r>(
    file: &Path,
    about: &str,
    records: impl IntoIterator<Item = &'r R>,
) -> io::Result<()> {
    let (mut text, mut count) = (format!("{FORMAT} {about}\n"), 0);
    for record in records {
        text += &to_line(record)?;
        text.push('\n');
        count += 1;
    }
    text += &format!("{END} {count}\n");
    fs::write(file, text)
}

/// Reads a file of records.
///
/// # Errors
///
/// If the file is not there, or is not whole, or is about something else, or was written by another version.
pub fn read_file<R: RecordFields>(file: &Path, about: &str) -> io::Result<Vec<R>> {
    let text = fs::read_to_string(file)?;
    records(&text, about).map_err(invalid)
}

/// Reads a file of one record.
///
/// # Errors
///
/// As [`read_file`], or if there is not exactly one.
pub fn read_one<R: RecordFields>(file: &Path, about: &str) -> io::Result<R> {
    match <[R; 1]>::try_from(read_file(file, about)?) {
        Ok([record]) => Ok(record),
        Err(_) => Err(invalid(CUT_OFF)),
    }
}

fn invalid(what: &str) -> io::Error {
    let message = format!("the file {what}: build the program again");
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// The records in the text of a file, or what is wrong with it.
fn records<R: RecordFields>(text: &str, about: &str) -> Result<Vec<R>, &'static str> {
    let (header, body) = text.split_once('\n').ok_or(CUT_OFF)?;
    if header.strip_prefix(FORMAT).and_then(|rest| rest.strip_prefix(' ')) != Some(about) {
        return Err("was written by another version of hookable");
    }
    let body = body.strip_suffix('\n').ok_or(CUT_OFF)?;
    let (records, end) = body.rsplit_once('\n').unwrap_or(("", body));
    let records: Vec<&str> = match body.contains('\n') {
        true => records.split('\n').collect(),
        false => Vec::new(),
    };
    let count = end.strip_prefix(END).and_then(|count| count.strip_prefix(' '));
    if count.and_then(|count| count.parse().ok()) != Some(records.len()) {
        return Err(CUT_OFF);
    }
    let records = records.into_iter().map(from_line);
    records.collect::<Option<_>>().ok_or("has a record that is not known")
}

#[cfg(test)]
mod tests;
