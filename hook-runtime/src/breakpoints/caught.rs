//! The text of a source in which `#[hookable]` also asks for hooks where errors or panics leave. No line moves.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hook_rustc::lexer::{Lexer, Token};

/// What is caught in the whole program.
struct Caught {
    arguments: String,
    /// The texts as the user wrote them, by those that are compiled.
    written: HashMap<Arc<str>, Arc<str>>,
}

fn everywhere() -> MutexGuard<'static, Option<Caught>> {
    static EVERYWHERE: Mutex<Option<Caught>> = Mutex::new(None);
    EVERYWHERE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has every text that is compiled from now on ask for this, too.
pub(crate) fn begin(arguments: &str) {
    *everywhere() = Some(Caught {
        arguments: arguments.to_owned(),
        written: HashMap::new(),
    });
}

/// Returns the text that is compiled for this one, if it is another.
pub(crate) fn compiled(text: &str) -> Option<Arc<str>> {
    let mut everywhere = everywhere();
    let Caught { arguments, written } = everywhere.as_mut()?;
    let compiled: Arc<str> = caught(text, arguments).into();
    (*compiled != *text).then(|| {
        written.insert(compiled.clone(), text.into());
        compiled
    })
}

/// Returns the text that is compiled for a file as it is now, if it is another.
pub(crate) fn compiled_file(path: &Path) -> Option<Arc<str>> {
    everywhere().as_ref()?;
    compiled(&std::fs::read_to_string(path).ok()?)
}

/// Returns the text that the user wrote, if this one was made of it.
pub(crate) fn written(text: &str) -> Option<Arc<str>> {
    everywhere().as_ref()?.written.get(text).cloned()
}

/// Returns the text with these arguments in each `#[hookable]` that has none of them yet.
fn caught(text: &str, arguments: &str) -> String {
    let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
    let mut lexer = Lexer::default();
    // What was read of an attribute: its `#`, its bracket, and words or colons behind that.
    let (mut begun, mut last) = (0, "");
    while let Some((at, token)) = lexer.token(text) {
        begun = match (begun, token) {
            (_, Token::Punct('#')) => 1,
            (1, Token::Open('[')) => 2,
            (2, Token::Word(_) | Token::Punct(':')) => 2,
            (2, Token::Close(']')) if last == "hookable" => {
                out.push_str(&text[copied..at]);
                out.push_str(&format!("({arguments})"));
                copied = at;
                0
            }
            (2, Token::Open('(')) if last == "hookable" => {
                out.push_str(&text[copied..=at]);
                out.push_str(&format!("{arguments}, "));
                copied = at + 1;
                0
            }
            _ => 0,
        };
        last = match token {
            Token::Word(word) => word,
            _ => "",
        };
    }
    out.push_str(&text[copied..]);
    // An argument that was there is not given twice.
    arguments
        .split(", ")
        .fold(out, |out, argument| once(&out, arguments, argument))
}

/// Takes an argument away where it stands twice in an attribute.
fn once(text: &str, arguments: &str, argument: &str) -> String {
    let begun = format!("hookable({arguments}, ");
    let mut pieces = text.split(&begun);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (own, rest) = piece.split_at(piece.find(')').unwrap_or(0));
        let own: Vec<&str> = own.split(',').map(str::trim).filter(|one| *one != argument).collect();
        out += &format!("{begun}{}{rest}", own.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(caught(text, "on_err, x"), expected);
    }

    #[test]
    fn attributes_get_arguments() {
        check("#[hookable] fn f() {}", "#[hookable(on_err, x)] fn f() {}");
        check("#[a::hookable]\nfn f() {}", "#[a::hookable(on_err, x)]\nfn f() {}");
        check(
            "#[hookable(crate = a)] fn f() {}",
            "#[hookable(on_err, x, crate = a)] fn f() {}",
        );
        check(
            "#[hookable(step, on_err)] fn f() {}",
            "#[hookable(on_err, x, step)] fn f() {}",
        );
    }

    #[test]
    fn all_else_stays() {
        for text in [
            "",
            "// #[hookable]",
            "\"#[hookable]\"",
            "#[hook] fn f() {}",
            "#[cfg_attr(a, hookable)] fn f() {}",
        ] {
            check(text, text);
        }
    }
}
