//! Which hooks rustc came to in a probe. The `hook!` that rustc comes to notes its place in a file of the function's
//! folder.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use hook_rustc::records;
use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;
use syn::parse::Parser;

use crate::syntax::location::SourceLocation;

const FILE: &str = "arrived";

/// Returns the tokens by which the hook at this place is told where and what to [`note`].
pub(crate) fn instruction(folder: &Path, hook: &SourceLocation) -> TokenStream {
    let file = folder.join(FILE);
    let file = file.to_string_lossy();
    let record = records::to_line(hook).expect("a location has no paths");
    quote!((#file #record))
}

/// Does what the tokens say. If that fails, the hook counts as another macro's, and is left as it was written.
pub(crate) fn note(instruction: TokenStream) {
    let two = |input: syn::parse::ParseStream<'_>| Ok((input.parse::<LitStr>()?, input.parse::<LitStr>()?));
    if let Ok((file, record)) = two.parse2(instruction)
        && let Ok(mut file) = File::options().create(true).append(true).open(file.value())
    {
        // In one write, so that no half of it can stand there.
        let _ = file.write_all(format!("{}\n", record.value()).as_bytes());
    }
}

/// Reads the places that were noted in a function's folder. Where there is no file, rustc came to no hook of the
/// function.
pub(crate) fn read(folder: &Path) -> io::Result<Vec<SourceLocation>> {
    let text = match fs::read_to_string(folder.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let broken = || {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "the list of hooks that rustc came to is broken",
        )
    };
    let places = text.split_inclusive('\n');
    let place = |line: &str| records::from_line(line.strip_suffix('\n')?);
    places.map(|line| place(line).ok_or_else(broken)).collect()
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenTree;

    use super::*;
    use crate::probe::protocol::tests::in_folder;

    fn hook(line: usize) -> SourceLocation {
        SourceLocation {
            file: "src/a \"b\".rs".into(),
            line,
            column: 0,
        }
    }

    #[test]
    fn what_was_noted_is_read() {
        in_folder("arrivals", |folder| {
            assert_eq!(read(folder).unwrap(), []);
            for line in [3, 1, 3] {
                let Some(TokenTree::Group(both)) = instruction(folder, &hook(line)).into_iter().next() else {
                    panic!("an instruction is in parentheses");
                };
                note(both.stream());
            }
            assert_eq!(read(folder).unwrap(), [hook(3), hook(1), hook(3)]);
        });
    }

    #[test]
    fn a_half_of_a_place_is_an_error() {
        in_folder("arrivals-half", |folder| {
            for text in ["src/a.rs\t1\t2", "src/a.rs\t1\n", "src/a.rs\t1\t2\n\n", "\u{0}\n"] {
                fs::write(folder.join(FILE), text).unwrap();
                assert_eq!(read(folder).unwrap_err().kind(), io::ErrorKind::InvalidData, "{text:?}");
            }
        });
    }

    #[test]
    fn what_is_no_instruction_does_nothing() {
        for tokens in ["", "1 2", "\"only one\"", "\"/nowhere/at/all\" \"a\""] {
            note(tokens.parse().unwrap());
        }
    }
}
