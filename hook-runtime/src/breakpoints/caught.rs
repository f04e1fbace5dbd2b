//! The text of a source in which `#[hookable]` also asks for hooks where errors or panics leave. No line moves. Pure.

use hook_rustc::lexer::{Lexer, Token};

/// Gives the text with these arguments in each `#[hookable]` that has none of them yet.
pub(crate) fn caught(text: &str, arguments: &str) -> String {
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
