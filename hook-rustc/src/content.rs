//! The content of a file, by which it can be told later whether the file still has it. Times say nothing of that: they
//! are copied, restored, and set.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use crate::archive::{ELF, MAGIC, Member, SectionTable, number, some};
use crate::records::{RecordFields, RecordReader, RecordWriter};

/// A hash of what a file has, or, for a Rust library, of the hash that rustc gave the crate.
///
/// The hash protects from mistakes, not from somebody who looks for two files of one hash. One word that differs makes
/// two hashes differ, whatever the word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentHash(pub(crate) u64, pub(crate) u64);

/// How rustc's metadata begin. Behind this stands where their root is, which has the hash of the crate.
const METADATA: &[u8] = b"rust\0\0\0";
/// How many bytes of the root are looked at: the hash stands behind the name of the target.
const ROOT: usize = 1024;

impl RecordFields for ContentHash {
    fn write(&self, out: &mut RecordWriter) {
        (self.0, self.1).write(out);
    }

    fn read(fields: &mut RecordReader<'_>) -> Option<Self> {
        RecordFields::read(fields).map(|(a, b)| ContentHash(a, b))
    }
}

impl ContentHash {
    /// Returns the hash of bytes. As much as ten megabytes are hashed for one build, by code that is not optimized, so
    /// eight bytes are taken at a time.
    pub(crate) fn of(bytes: &[u8]) -> ContentHash {
        let (words, rest) = bytes.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let (mut a, mut b) = (bytes.len() as u64, !(bytes.len() as u64));
        for word in words.iter().chain([&last]) {
            let word = u64::from_le_bytes(*word);
            a = (a ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
            b = (b.rotate_left(23) ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93);
        }
        ContentHash(a ^ (a >> 32), b ^ (b >> 29))
    }

    /// Returns a name for a file of this content.
    pub(crate) fn name(self) -> String {
        format!("{:016x}{:016x}", self.0, self.1)
    }

    /// Returns the hash of a source file.
    pub(crate) fn of_source(path: &Path) -> io::Result<ContentHash> {
        Ok(ContentHash::of(&fs::read(path)?))
    }

    /// Returns the hash of a library that a crate is compiled against. rustc's own hash of the crate tells its content
    /// and, by their hashes, that of all the crates it was compiled against. A file without such a hash is read whole.
    pub(crate) fn of_library(path: &Path) -> io::Result<ContentHash> {
        let mut file = File::open(path)?;
        match root(&mut file)? {
            Some(root) => Ok(ContentHash::of(&root)),
            None => ContentHash::of_source(path),
        }
    }
}

/// Returns the first bytes of the root of the metadata in a library, if it has any.
fn root(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let Some(start) = metadata(file)? else { return Ok(None) };
    let place = number(&some(file, start + METADATA.len() as u64 + 1, 8)?);
    let root = some(file, start.saturating_add(place), ROOT)?;
    Ok((root.len() > 64).then_some(root))
}

/// Returns the metadata of a library, and what stands around them in their part of the file.
pub(crate) fn metadata_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let first = some(&mut file, 0, 64)?;
    let part = if first.starts_with(MAGIC) {
        member(&mut file)?
    } else if first.starts_with(ELF) {
        section(&mut file)?
    } else {
        Some(0..u64::MAX)
    };
    let part = part.ok_or(io::ErrorKind::InvalidData)?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(part.start))?;
    file.take(part.end - part.start).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Finds where the metadata begin: they are a file of their own, a member of an archive, or a section of a shared
/// library.
fn metadata(file: &mut File) -> io::Result<Option<u64>> {
    let first = some(file, 0, 64)?;
    if first.starts_with(METADATA) {
        return Ok(Some(0));
    }
    let near = if first.starts_with(MAGIC) {
        member(file)?
    } else if first.starts_with(ELF) {
        section(file)?
    } else {
        None
    };
    let Some(near) = near.map(|part| part.start) else {
        return Ok(None);
    };
    // The metadata are within an object of one section, or behind a header of their own that begins as they do.
    let bytes = some(file, near, 4096)?;
    let found = |from: usize| {
        bytes[from..]
            .windows(METADATA.len())
            .position(|found| found == METADATA)
    };
    let Some(first) = found(0) else { return Ok(None) };
    let wrapped = bytes
        .get(first + 16..)
        .is_some_and(|behind| behind.starts_with(METADATA));
    Ok(Some(near + first as u64 + if wrapped { 16 } else { 0 }))
}

/// Finds the member `lib.rmeta` of an archive.
fn member(file: &mut File) -> io::Result<Option<Range<u64>>> {
    let mut at = MAGIC.len() as u64;
    while let Some(member) = Member::at(file, at)? {
        if member.name == "lib.rmeta" {
            return Ok(Some(member.content));
        }
        at = member.next();
    }
    Ok(None)
}

/// Finds the section `.rustc`.
fn section(file: &mut File) -> io::Result<Option<Range<u64>>> {
    let Some(table) = SectionTable::read(file, 0)? else {
        return Ok(None);
    };
    for entry in table.entries() {
        if table.name(entry) == b".rustc" {
            let start = number(&entry[24..32]);
            return Ok(Some(start..start.saturating_add(number(&entry[32..40]))));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    use std::process::Command;

    use super::*;

    #[test]
    fn one_byte_makes_another_content() {
        let text = b"fn main() { let n = 1; }\nfn other() {}\n";
        for at in 0..text.len() {
            let mut other = text.to_vec();
            other[at] ^= 1;
            assert_ne!(ContentHash::of(&other), ContentHash::of(text), "{at}");
            assert_ne!(ContentHash::of(&text[..at]), ContentHash::of(text), "{at}");
        }
        assert_ne!(ContentHash::of(b""), ContentHash::of(b"\0"));
        assert_ne!(ContentHash::of(&[0; 8]), ContentHash::of(&[0; 16]));
    }

    /// Returns the contents of all kinds of library that rustc makes of a source.
    #[cfg(target_os = "linux")]
    fn contents(folder: &Path, source: &str) -> Vec<ContentHash> {
        fs::write(folder.join("lib.rs"), source).unwrap();
        let kind = |args: &[&str], file: &str| {
            let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
            rustc
                .current_dir(folder)
                .args(["lib.rs", "--crate-name=lib"])
                .args(args);
            assert!(rustc.status().unwrap().success());
            let path = folder.join(file);
            let root = root(&mut File::open(&path).unwrap()).unwrap();
            assert!(root.is_some(), "{file} tells no hash of its crate");
            ContentHash::of_library(&path).unwrap()
        };
        vec![
            kind(&["--crate-type=rlib", "-Ccodegen-units=16"], "liblib.rlib"),
            kind(&["--crate-type=rlib", "--emit=metadata"], "liblib.rmeta"),
            kind(&["--crate-type=dylib", "-Cprefer-dynamic"], "liblib.so"),
        ]
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_library_is_known_by_what_it_was_made_of() {
        let folder = std::env::temp_dir().join(format!("hookable-content-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let first = contents(&folder, "pub fn f() -> u8 { 1 }");
        let other = contents(&folder, "pub fn f() -> u8 { 2 }");
        let again = contents(&folder, "pub fn f() -> u8 { 1 }");
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(first, again);
        for (first, other) in first.iter().zip(&other) {
            assert_ne!(first, other);
        }
    }
}
