//! Records of CodeView, which say of symbols where they are. Objects and PDBs have the same.

/// A record says this of a function or a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'d> {
    pub(crate) name: &'d [u8],
    /// It is at this offset in the section of this number. In an object, relocations write both.
    pub(crate) section: u16,
    pub(crate) offset: u32,
    /// The offset stands here, counted from where the records begin.
    pub(crate) field: usize,
    pub(crate) kind: RecordKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordKind {
    /// Others may refer to it. It is called as linkers call it.
    Public {
        is_function: bool,
    },
    /// It is called as the source calls it, as all of the following are.
    Function,
    Variable,
    ThreadLocal,
}

const PUBLIC: u16 = 0x110e;
const LOCAL_DATA: u16 = 0x110c;
const GLOBAL_DATA: u16 = 0x110d;
const LOCAL_FUNCTION: u16 = 0x110f;
const GLOBAL_FUNCTION: u16 = 0x1110;
const LOCAL_THREAD: u16 = 0x1112;
const GLOBAL_THREAD: u16 = 0x1113;
const LOCAL_FUNCTION_ID: u16 = 0x1146;
const GLOBAL_FUNCTION_ID: u16 = 0x1147;

/// A public symbol is a function where its flags have this one.
const FUNCTION_FLAG: u32 = 2;

/// Returns the functions and variables among some records, as far as they can be read.
pub(crate) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let (start, len) = (at + 2, usize::from(half(bytes, at)?));
            let end = start.checked_add(len).filter(|end| len >= 2 && *end <= bytes.len())?;
            at = end;
            if let Some(record) = record(half(bytes, start)?, &bytes[..end], start + 2) {
                return Some(record);
            }
        }
    })
}

/// Reads a record whose contents stand at the end of some bytes.
fn record(kind: u16, bytes: &[u8], at: usize) -> Option<Record<'_>> {
    let (kind, field, name) = match kind {
        PUBLIC => {
            let is_function = word(bytes, at)? & FUNCTION_FLAG != 0;
            (RecordKind::Public { is_function }, at + 4, at + 10)
        }
        LOCAL_DATA | GLOBAL_DATA => (RecordKind::Variable, at + 4, at + 10),
        LOCAL_THREAD | GLOBAL_THREAD => (RecordKind::ThreadLocal, at + 4, at + 10),
        LOCAL_FUNCTION | GLOBAL_FUNCTION | LOCAL_FUNCTION_ID | GLOBAL_FUNCTION_ID => {
            (RecordKind::Function, at + 28, at + 35)
        }
        _ => return None,
    };
    let text = bytes.get(name..)?;
    Some(Record {
        name: &text[..text.iter().position(|&byte| byte == 0)?],
        section: half(bytes, field + 4)?,
        offset: word(bytes, field)?,
        field,
        kind,
    })
}

pub(crate) fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
