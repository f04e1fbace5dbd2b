//! What the text of a file says of a hook that no attribute saw. This is pure: it reads a text.
//!
//! Another attribute may have taken `#[hookable]` away: `#[rstest]` moves what stands below it to the functions that it
//! makes of each case, and those have no hook. Or the hook stands in a macro of the user's. Both can be seen in the
//! text of the file, and nowhere else.

use hook_rustc::lexer::{Token, Tokens};

/// What is around a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// The place is in braces behind an attribute `hookable`, or in braces within such.
    Hookable,
    /// The place is in the definition of a macro.
    Macro,
    Neither,
}

/// Tells what is around a place, which is a line from 1 and a column from 0.
pub(crate) fn around(text: &str, line: usize, column: usize) -> Around {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = text.get(before..).unwrap_or_default();
    let on_line: usize = rest.chars().take(column).map(char::len_utf8).sum();
    let place = before + on_line;
    let mut tokens = Tokens::of(text);
    // For each group that is open, this has what the group is within, and whether the item that comes next bears the
    // attribute.
    let mut open = vec![(Around::Neither, false)];
    // How many of the last tokens may be `macro_rules! name`.
    let mut definition = 0;
    while let (Some(token), Some((within, next))) = (tokens.next(), open.last().copied()) {
        if tokens.at() > place {
            return within;
        }
        let last = open.len() - 1;
        let defines = definition == 3;
        definition = match (definition, token) {
            (_, Token::Word("macro_rules")) => 1,
            (1, Token::Punct('!')) => 2,
            (2, Token::Word(_)) => 3,
            _ => 0,
        };
        match token {
            Token::Punct('#') => open[last].1 |= names_hookable(tokens),
            Token::Punct(';') => open[last].1 = false,
            Token::Open(_) if defines && within == Around::Neither => open.push((Around::Macro, false)),
            Token::Open('{') => {
                open[last].1 = false;
                open.push((if next { Around::Hookable } else { within }, false));
            }
            Token::Open(_) => open.push((within, false)),
            Token::Close(_) => drop(open.pop()),
            _ => {}
        }
    }
    Around::Neither
}

/// Returns whether an attribute follows that is `hookable`.
fn names_hookable(mut tokens: Tokens<'_>) -> bool {
    if tokens.next() != Some(Token::Open('[')) {
        return false;
    }
    std::iter::from_fn(|| tokens.next())
        .take_while(|token| !matches!(token, Token::Open(_) | Token::Close(_)))
        .any(|token| token == Token::Word("hookable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what is around the place that `|` marks.
    #[track_caller]
    fn check(text: &str, expected: Around) {
        let at = text.find('|').expect("a mark");
        let line = text[..at].lines().count();
        let column = text[..at].lines().last().map_or(0, |line| line.chars().count());
        assert_eq!(around(&text.replace('|', ""), line, column), expected, "{text}");
    }

    #[test]
    fn in_a_function_that_bears_it() {
        for text in [
            "#[apply(all)]\n#[::hookable::hookable]\nfn f(a: [u8; 3]) {\n    |hook!();\n}",
            "#[hookable] fn f() { if a { b(|hook!()) } }",
            "#[hookable] impl A { fn é() { 'é'; |hook!() } }",
            "#[hookable]\n/// {\n#[test] fn f() { |hook!() }",
        ] {
            check(text, Around::Hookable);
        }
    }

    #[test]
    fn in_one_that_does_not() {
        for text in [
            "fn f() { |hook!() }",
            "#[hookable] fn f() {} fn g() { |hook!() }",
            "#[hookable] use a; fn g() { |hook!() }",
            "#[other] fn g() { |hook!() } #[hookable] fn f() {}",
            "#[cfg(hookable)] fn g() { |hook!() }",
            "macro_rules! m { () => { 1 } } fn g() { |hook!() }",
        ] {
            check(text, Around::Neither);
        }
    }

    #[test]
    fn in_a_macro() {
        check("macro_rules! m { () => {{ |hook!() }} }", Around::Macro);
        check(
            "mod a { macro_rules! attempt ( ($e:expr) => { |hook!() }; ); }",
            Around::Macro,
        );
    }
}
