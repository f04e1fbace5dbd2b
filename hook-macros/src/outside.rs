//! A `hook!` as rustc meets it: with what the attribute put into it, or as it was written.
//!
//! The latter is a mistake, unless another attribute took `#[hookable]` away: `#[rstest]` moves what stands below it to the
//! functions that it makes of each case, and those have no hook. Whether it did is in the text of the file, and nowhere else. Such
//! a hook opens and knows nothing, for it must not break the build.

use proc_macro::TokenTree;
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::ask;
use crate::expand::bare;
use crate::place;
use crate::scan::{Scan, Token};

const MISTAKE: &str = "`hook!` needs `#[hookable]` on the function it stands in";
const NOTE: &str = "another attribute took `#[hookable]` from this function: put it above that to see the bindings";

pub(crate) fn hook(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match written(tokens) {
        Ok(code) => code,
        Err(tokens) => outside(Span::call_site(), tokens.into()).into(),
    }
}

/// The code in `@hookable { .. }`, or the tokens if they are something else.
fn written(tokens: proc_macro::TokenStream) -> Result<proc_macro::TokenStream, proc_macro::TokenStream> {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next(), trees.next()) {
        (Some(TokenTree::Punct(at)), Some(TokenTree::Ident(name)), Some(TokenTree::Group(code)))
            if at.as_char() == '@' && name.to_string() == "hookable" =>
        {
            Ok(TokenTree::Group(code).into())
        }
        _ => Err(tokens),
    }
}

fn outside(span: Span, tokens: TokenStream) -> TokenStream {
    if !is_displaced(span) {
        return syn::Error::new(span, MISTAKE).to_compile_error();
    }
    match ask::opens() {
        true => written_bare(span, tokens),
        false => quote!({}),
    }
}

fn written_bare(span: Span, tokens: TokenStream) -> TokenStream {
    let code = written(bare(span, tokens, NOTE).into()).map(TokenStream::from);
    let code = code.expect("the attribute writes it so");
    quote!({ #[cfg(debug_assertions)] let () = #code; })
}

/// Whether the function around it bears `#[hookable]` in its file.
fn is_displaced(span: Span) -> bool {
    let text = place::local_file(span).and_then(|file| std::fs::read_to_string(file).ok());
    let start = place::start(span);
    text.is_some_and(|text| is_within(&text, start.line, start.column))
}

/// Whether the place, a line from 1 and a column from 0, is in braces behind an attribute `hookable`, or in braces within such.
fn is_within(text: &str, line: usize, column: usize) -> bool {
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let on_line: usize = text[before..].chars().take(column).map(char::len_utf8).sum();
    let place = before + on_line;
    let mut scan = Scan::new(text);
    // For each group that is open: whether it is within, and whether the item that comes next is.
    let mut open = vec![(false, false)];
    while let (Some(token), Some((within, next))) = (scan.token(), open.last().copied()) {
        if scan.at() > place {
            return within;
        }
        let last = open.len() - 1;
        match token {
            Token::Punct(b'#') => open[last].1 |= names_hookable(scan),
            Token::Punct(b';') => open[last].1 = false,
            Token::Open(b'{') => {
                open[last].1 = false;
                open.push((within || next, false));
            }
            Token::Open(_) => open.push((within, false)),
            Token::Close(_) => drop(open.pop()),
            _ => {}
        }
    }
    false
}

/// Whether an attribute follows that names it.
fn names_hookable(mut scan: Scan<'_>) -> bool {
    if scan.token() != Some(Token::Open(b'[')) {
        return false;
    }
    std::iter::from_fn(|| scan.token())
        .take_while(|token| !matches!(token, Token::Open(_) | Token::Close(_)))
        .any(|token| token == Token::Word("hookable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place is marked by `|`.
    fn check(text: &str, expected: bool) {
        let at = text.find('|').expect("a mark");
        let line = text[..at].lines().count();
        let column = text[..at].lines().last().map_or(0, |line| line.chars().count());
        assert_eq!(is_within(&text.replace('|', ""), line, column), expected, "{text}");
    }

    #[test]
    fn in_a_function_that_bears_it() {
        check(
            "#[apply(all)]\n#[::hookable::hookable]\nfn f(a: [u8; 3]) {\n    |hook!();\n}",
            true,
        );
        check("#[hookable] fn f() { if a { b(|hook!()) } }", true);
        check("#[hookable] impl A { fn é() { 'é'; |hook!() } }", true);
        check("#[hookable]\n/// {\n#[test] fn f() { |hook!() }", true);
    }

    #[test]
    fn in_one_that_does_not() {
        check("fn f() { |hook!() }", false);
        check("#[hookable] fn f() {} fn g() { |hook!() }", false);
        check("#[hookable] use a; fn g() { |hook!() }", false);
        check("#[other] fn g() { |hook!() } #[hookable] fn f() {}", false);
        check("#[cfg(hookable)] fn g() { |hook!() }", false);
    }
}
