//! Files of records, which one process leaves for another: written and read in one way, whatever is in them.
//!
//! A record is a line of fields with tabs between them. A field that has a tab, an end of line or a backslash in it has
//! that escaped. The first line of a file names the format, its version and what the records are about; the last line
//! counts them. So a file that was cut off, or written by another version, is never taken for a whole one.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

impl RecordFields for String {
    fn write(&self, out: &mut RecordWriter) {
        out.field(self);
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        fields.field()
    }
}

impl RecordFields for PathBuf {
    fn write(&self, out: &mut RecordWriter) {
        let text = self.to_str();
        out.unwritable |= text.is_none();
        out.field(text.unwrap_or_default());
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        fields.field().map(PathBuf::from)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl RecordFields for $number {
            fn write(&self, out: &mut RecordWriter) {
                out.display(self);
            }

            fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
                fields.field()?.parse().ok()
            }
        }
    )* };
}
numbers!(usize u64 bool);

impl<T: RecordFields> RecordFields for Option<T> {
    fn write(&self, out: &mut RecordWriter) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        match bool::read(fields)? {
            true => T::read(fields).map(Some),
            false => Some(None),
        }
    }
}

impl<T: RecordFields> RecordFields for Vec<T> {
    fn write(&self, out: &mut RecordWriter) {
        self.len().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        let count = usize::read(fields)?;
        // Nothing is reserved: the count may be of a file that somebody else wrote.
        (0..count).map(|_| T::read(fields)).collect()
    }
}

impl<A: RecordFields, B: RecordFields> RecordFields for (A, B) {
    fn write(&self, out: &mut RecordWriter) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        Some((A::read(fields)?, B::read(fields)?))
    }
}

/// Implements [`RecordFields`] for a struct, by its fields in the order given.
#[macro_export]
macro_rules! struct_fields {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::records::RecordFields for $type {
            fn write(&self, out: &mut $crate::records::RecordWriter) {
                let $type { $($field),* } = self;
                $($crate::records::RecordFields::write($field, out);)*
            }

            fn read(fields: &mut $crate::records::RecordReader<'_>) -> Option<Self> {
                $(let $field = $crate::records::RecordFields::read(fields)?;)*
                Some($type { $($field),* })
            }
        }
    };
}

/// Implements [`RecordFields`] for an enum: the name of the variant, then what it holds.
#[macro_export]
macro_rules! enum_fields {
    ($type:ident { $($variant:ident $(($($held:ident),*))? = $name:literal),* $(,)? }) => {
        impl $crate::records::RecordFields for $type {
            fn write(&self, out: &mut $crate::records::RecordWriter) {
                match self {
                    $($type::$variant $(($($held),*))? => {
                        out.field($name);
                        $($($crate::records::RecordFields::write($held, out);)*)?
                    })*
                }
            }

            fn read(fields: &mut $crate::records::RecordReader<'_>) -> Option<Self> {
                match fields.field()?.as_str() {
                    $($name => {
                        $($(let $held = $crate::records::RecordFields::read(fields)?;)*)?
                        Some($type::$variant $(($($held),*))?)
                    })*
                    _ => None,
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Sample {
        name: String,
        path: PathBuf,
        shape: Shape,
        all: Vec<(usize, Option<bool>)>,
    }
    struct_fields!(Sample { name, path, shape, all });

    #[derive(Debug, PartialEq)]
    enum Shape {
        Empty,
        Named(String),
        Sized(u64, u64),
    }
    enum_fields!(Shape { Empty = "empty", Named(name) = "named", Sized(width, height) = "sized" });

    fn samples() -> Vec<Sample> {
        let sample = |name: &str, shape, all| Sample {
            name: name.to_owned(),
            path: "/a b/\\c".into(),
            shape,
            all,
        };
        vec![
            sample("", Shape::Empty, vec![]),
            sample("tab\tend\nback\\slash\\n\r", Shape::Named("\n".into()), vec![(1, None)]),
            sample("あ", Shape::Sized(u64::MAX, 0), vec![(0, Some(true)), (2, Some(false))]),
        ]
    }

    fn in_file<T>(name: &str, with: impl FnOnce(&Path) -> T) -> T {
        let file = std::env::temp_dir().join(format!("hookable-records-{name}-{}", std::process::id()));
        let result = with(&file);
        let _ = fs::remove_file(file);
        result
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        in_file("whole", |file| {
            write_file(file, "samples", &samples()).unwrap();
            assert_eq!(read_file::<Sample>(file, "samples").unwrap(), samples());
            write_file::<Sample>(file, "samples", []).unwrap();
            assert_eq!(read_file::<Sample>(file, "samples").unwrap(), []);
        });
    }

    #[test]
    fn a_file_that_was_cut_off_is_an_error_wherever_that_was() {
        let text = in_file("cut", |file| {
            write_file(file, "samples", &samples()).unwrap();
            fs::read_to_string(file).unwrap()
        });
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert!(records::<Sample>(&text[..end], "samples").is_err(), "{end}");
        }
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        assert_eq!(records::<Shape>(text, "shapes").unwrap_err(), expected, "{text:?}");
    }

    #[test]
    fn what_is_no_such_file() {
        check_error("", "is not whole");
        check_error("\n", "was written by another version of hookable");
        check_error(
            "hookable-records 2 shapes\nend 0\n",
            "was written by another version of hookable",
        );
        check_error(
            "hookable-records 1 others\nend 0\n",
            "was written by another version of hookable",
        );
        check_error("hookable-records 1 shapes\n", "is not whole");
        check_error("hookable-records 1 shapes\nempty\nend 2\n", "is not whole");
        check_error("hookable-records 1 shapes\nempty\nend -1\n", "is not whole");
        for record in [
            "round",
            "",
            "empty\t",
            "named",
            "named\t\\x",
            "sized\t1",
            "sized\t1\tx",
            "sized\t1\t2\t3",
        ] {
            let text = format!("hookable-records 1 shapes\n{record}\nend 1\n");
            check_error(&text, "has a record that is not known");
        }
    }

    #[test]
    fn a_count_that_is_a_lie_reserves_nothing() {
        assert_eq!(from_line::<Vec<u64>>("18446744073709551615\t1"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_cannot_be_written() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = PathBuf::from(std::ffi::OsStr::from_bytes(b"\xff"));
        assert_eq!(to_line(&path).unwrap_err().to_string(), "a path is not UTF-8");
    }
}
