//! Rust text as it comes, line by line: which brackets are open, whether a string or a comment is, and what can never
//! be Rust.
//!
//! No finer than that takes. Whatever is read here is read once, so that a text of many lines costs no more than its
//! length.

use hook_rustc::lexer::{Lexer, TextEnd, Token};

/// How deep brackets may nest: whoever reads them later recurses, as rustc does.
pub(crate) const DEEPEST: usize = 128;

/// A text that is read on as it grows.
#[derive(Debug, Default)]
pub(crate) struct BracketScanner {
    lexer: Lexer,
    /// Brackets that are open, and where.
    open: Vec<(usize, char)>,
    fault: Option<Fault>,
    last: Last,
}

/// Of the statement that comes last, outside of all brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or it is whole.
    #[default]
    Whole,
    /// The `#` of an attribute.
    Hash,
    /// An attribute: what it is of comes after it.
    Attribute,
    /// Words that may begin an item: `pub`, `unsafe`.
    Prefix,
    /// A function, a trait, an `impl` without its body.
    Head,
    /// Anything else.
    Other,
}

/// Why a text can be no Rust, whatever follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Brackets nest deeper than [`DEEPEST`], here.
    Deep(usize),
    /// This bracket closes nothing.
    Unopened(usize, char),
    /// This bracket closes another one than was opened, there.
    Mismatched(usize, char, usize),
    /// The text ends within a string that begins here.
    String(usize),
    /// The text ends within a comment that begins here.
    Comment(usize),
    /// The text ends within a bracket that opens here.
    Unclosed(usize, char),
}

impl Fault {
    /// Gives what is wrong, where, and where that has to do with something else.
    pub(crate) fn told(self) -> (String, usize, Option<(usize, &'static str)>) {
        match self {
            Fault::Deep(at) => (format!("brackets nest deeper than {DEEPEST}"), at, None),
            Fault::Unopened(at, c) => (format!("`{c}` closes nothing"), at, None),
            Fault::Mismatched(at, c, open) => (
                format!("`{c}` does not close what is open"),
                at,
                Some((open, "this is open")),
            ),
            Fault::String(at) => ("a string that is not closed".to_owned(), at, None),
            Fault::Comment(at) => ("a comment that is not closed".to_owned(), at, None),
            Fault::Unclosed(at, c) => (format!("`{c}` is not closed"), at, None),
        }
    }
}

impl BracketScanner {
    /// Gives what a whole text can be no Rust for.
    pub(crate) fn fault(text: &str) -> Option<Fault> {
        let mut scan = BracketScanner::default();
        scan.read(text);
        scan.fault.or(match scan.lexer.within() {
            TextEnd::Code => scan.open.last().map(|(at, c)| Fault::Unclosed(*at, *c)),
            TextEnd::String(at) | TextEnd::RawString(at, _) => Some(Fault::String(at)),
            TextEnd::Comment(at, _) => Some(Fault::Comment(at)),
        })
    }

    /// Tells whether more has to come, be it right or wrong so far.
    pub(crate) fn is_open(&self) -> bool {
        let ends_early = matches!(self.last, Last::Hash | Last::Attribute | Last::Head);
        self.fault.is_none() && (self.lexer.within() != TextEnd::Code || !self.open.is_empty() || ends_early)
    }

    /// Tells whether no bracket, string or comment is open.
    pub(crate) fn is_between(&self) -> bool {
        self.lexer.within() == TextEnd::Code && self.open.is_empty()
    }

    /// Reads on in a text of which the beginning was read before.
    pub(crate) fn read(&mut self, text: &str) {
        while self.fault.is_none()
            && let Some((at, token)) = self.lexer.token(text)
        {
            match token {
                Token::Word(word) => self.word(word),
                Token::Open(c) => self.opens(at, c),
                Token::Close(c) => self.closes(at, c),
                // `extern "C" fn`
                Token::Literal if self.last == Last::Prefix => {}
                Token::Literal => self.follows(Last::Other),
                Token::Punct(';') => self.follows(Last::Whole),
                Token::Punct('#') => self.follows(Last::Hash),
                Token::Punct('!') if self.last == Last::Hash => {}
                Token::Punct(_) if self.last != Last::Head => self.follows(Last::Other),
                Token::Punct(_) => {}
            }
        }
    }

    /// Notes what the last statement is now; what stands in brackets is nothing of it.
    fn follows(&mut self, last: Last) {
        if self.open.is_empty() && (self.last != Last::Head || last == Last::Whole) {
            self.last = last;
        }
    }

    fn word(&mut self, word: &str) {
        let begins = matches!(self.last, Last::Whole | Last::Attribute | Last::Prefix);
        self.follows(match word {
            "pub" | "unsafe" | "async" | "const" | "extern" if begins => Last::Prefix,
            "fn" | "trait" | "impl" | "enum" if begins => Last::Head,
            _ => Last::Other,
        });
    }

    fn opens(&mut self, at: usize, c: char) {
        if !(c == '[' && self.last == Last::Hash || c == '(' && self.last == Last::Prefix) {
            self.follows(Last::Other);
        }
        self.open.push((at, c));
        if self.open.len() > DEEPEST {
            self.fault = Some(Fault::Deep(at));
        }
    }

    fn closes(&mut self, at: usize, c: char) {
        let opening = match c {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        match self.open.pop() {
            None => self.fault = Some(Fault::Unopened(at, c)),
            Some((open_at, open)) if open != opening => self.fault = Some(Fault::Mismatched(at, c, open_at)),
            Some(_) if self.open.is_empty() && c == '}' => self.last = Last::Whole,
            Some(_) if self.last == Last::Hash => self.follows(Last::Attribute),
            Some(_) => {}
        }
    }
}
