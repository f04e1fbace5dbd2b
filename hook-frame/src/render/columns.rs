//! A text has a width on a terminal. Characters of the scripts that are written in squares take two columns, and a mark
//! on another character takes none.

/// Returns the number of columns that a line takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Returns the longest beginning of a text that takes no more than so many columns.
pub fn beginning(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, c)| {
        taken += width(*c);
        taken > columns
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// Returns the columns of a character, which are other than one only for blocks of Unicode on which terminals agree.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_and_marks() {
        assert_eq!(columns("ab"), 2);
        assert_eq!(columns("日本"), 4);
        assert_eq!(columns("e\u{301}"), 1);
        assert_eq!(beginning("日本", 3), "日");
        assert_eq!(beginning("abc", 3), "abc");
        assert_eq!(beginning("e\u{301}a", 1), "e\u{301}");
    }
}
