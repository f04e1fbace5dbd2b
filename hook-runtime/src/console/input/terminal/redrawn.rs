//! An accepted input is taken off the screen again, because it goes on with an indentation, or changed.
//!
//! rustyline gives no indentation. So where Enter breaks a text, the editor returns, and begins again with the text and
//! the indentation. The cursor is in the row below the input then.

use crate::render::columns;

/// The editor draws a tab up to the next multiple of this.
const TAB: usize = 8;

/// Returns the number of rows above the one of the cursor that an input takes on a terminal of this width.
pub(super) fn rows(prompt: &str, text: &str, width: usize) -> usize {
    let (mut rows, mut column) = (1, columns(prompt));
    for c in text.chars() {
        let wide = match c {
            '\n' => {
                (rows, column) = (rows + 1, 0);
                continue;
            }
            '\t' => TAB - column % TAB,
            c => columns(c.encode_utf8(&mut [0; 4])),
        };
        column += wide;
        if column > width {
            (rows, column) = (rows + 1, wide);
        }
    }
    // An input that ends in the last column has the cursor in the row below.
    rows + usize::from(column == width)
}

/// Returns what takes an input of so many rows off the screen.
pub(super) fn erased(rows: usize) -> String {
    format!("\x1b[{rows}A\r\x1b[J")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_an_input() {
        let check = |text, expected| assert_eq!(rows("> ", text, 10), expected, "{text}");
        check("a", 1);
        check("a\nb\n", 3);
        check("1234567", 1);
        check("12345678", 2);
        check("123456789", 2);
        check("1234567\n123456789\n1", 3);
        check("123456\t\n1", 3);
        check("日本語日本語\n1", 3);
    }
}
