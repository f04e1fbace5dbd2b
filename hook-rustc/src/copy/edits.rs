//! A source with parts of it replaced, and where each byte of the result came from. This is pure.

use std::ops::Range;

/// A part of a text, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: Range<usize>,
    pub(super) text: String,
}

/// Returns a text with edits, which are in order and do not overlap.
pub(super) fn apply(text: &str, edits: &[Edit]) -> String {
    let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
    for Edit { at, text: instead } in edits {
        out.push_str(&text[copied..at.start]);
        out.push_str(instead);
        copied = at.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// Returns the edit that a byte of the result comes from, and otherwise the byte of the text that it is.
pub(super) fn origin(edits: &[Edit], byte: usize) -> Result<usize, &Edit> {
    let (mut end, mut copied) = (0, 0);
    for edit in edits {
        let start = end + edit.at.start - copied;
        if byte < start {
            break;
        }
        (end, copied) = (start + edit.text.len(), edit.at.end);
        if byte < end {
            return Err(edit);
        }
    }
    Ok(copied + (byte - end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, edits: &[(Range<usize>, &str)], expect: &str) {
        let edit = |(at, text): &(Range<usize>, &str)| Edit {
            at: at.clone(),
            text: (*text).to_owned(),
        };
        let edits: Vec<Edit> = edits.iter().map(edit).collect();
        let made = apply(text, &edits);
        assert_eq!(made, expect);
        for (byte, found) in made.bytes().enumerate() {
            match origin(&edits, byte) {
                Ok(origin) => assert_eq!(text.as_bytes()[origin], found, "{byte}"),
                Err(edit) => assert!(edit.text.as_bytes().contains(&found), "{byte}"),
            }
        }
        assert_eq!(origin(&edits, made.len()), Ok(text.len()));
    }

    #[test]
    fn each_byte_has_its_origin() {
        check("0123456789", &[], "0123456789");
        check("0123456789", &[(3..3, "abc")], "012abc3456789");
        check("0123456789", &[(0..4, "a"), (4..4, "bc"), (6..10, "")], "abc45");
        check(
            "0123456789",
            &[(0..0, "ab"), (1..2, "cdefg"), (10..10, "h")],
            "ab0cdefg23456789h",
        );
    }
}
