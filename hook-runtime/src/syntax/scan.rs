//! A Rust text is read line by line as it is typed. It is known which brackets are open, whether a string or a comment
//! is, and whether the text can still become Rust.
//!
//! Each part of the text is read once, so that a text of many lines takes time in proportion to its length.

use hook_rustc::lexer::{Lexer, TextEnd, Token};

/// Brackets nest no deeper than this, since those who read them later, rustc among them, recurse.
pub(crate) const DEEPEST: usize = 128;

/// Reads a text on as it grows.
#[derive(Debug, Default)]
pub(crate) struct BracketScanner {
    lexer: Lexer,
    /// These brackets are open, at these places.
    open: Vec<(usize, char)>,
    fault: Option<Fault>,
    last: Last,
}

/// Says how far the last statement outside of all brackets has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// There is none, or it is whole.
    #[default]
    Whole,
    /// It is the `#` of an attribute so far.
    Hash,
    /// It is an attribute so far, and an item must follow.
    Attribute,
    /// It is words so far that may begin an item, such as `pub` and `unsafe`.
    Prefix,
    /// It is a function, a trait, an `impl` or an enum so far, and its body must follow.
    Head,
    /// It is anything else.
    Other,
}

/// Says why a text cannot be Rust, whatever follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bracket at this place is nested deeper than [`DEEPEST`].
    Deep(usize),
    /// This bracket, at this place, closes nothing.
    Unopened(usize, char),
    /// This bracket does not match the one that was opened last, at the second place.
    Mismatched(usize, char, usize),
    /// The text ends within a string that begins here.
    String(usize),
    /// The text ends within a comment that begins here.
    Comment(usize),
    /// The text ends within a bracket that opens here.
    Unclosed(usize, char),
}

impl Fault {
    /// Returns what is wrong, and where. If another place has to do with it, gives that place and a label for it.
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
    /// Returns the reason why a whole text cannot be Rust, if there is one.
    pub(crate) fn fault(text: &str) -> Option<Fault> {
        let mut scan = BracketScanner::default();
        scan.read(text);
        scan.fault.or(match scan.lexer.within() {
            TextEnd::Code => scan.open.last().map(|(at, c)| Fault::Unclosed(*at, *c)),
            TextEnd::String(at) | TextEnd::RawString(at, _) => Some(Fault::String(at)),
            TextEnd::Comment(at, _) => Some(Fault::Comment(at)),
        })
    }

    /// Returns whether the text is unfinished. One that cannot become Rust is not.
    pub(crate) fn is_open(&self) -> bool {
        let ends_early = matches!(self.last, Last::Hash | Last::Attribute | Last::Head);
        self.fault.is_none() && (self.lexer.within() != TextEnd::Code || !self.open.is_empty() || ends_early)
    }

    /// Returns whether no bracket, string or comment is open.
    pub(crate) fn is_between(&self) -> bool {
        self.lexer.within() == TextEnd::Code && self.open.is_empty()
    }

    /// Returns the number of lines of the text that was read in which a bracket is opened that is still open. Returns
    /// `None` within a string or a comment.
    pub(crate) fn levels(&self, text: &str) -> Option<usize> {
        let lines = self.open.iter().map(|(at, _)| text[..*at].rfind('\n'));
        let mut lines: Vec<Option<usize>> = lines.collect();
        lines.dedup();
        (self.lexer.within() == TextEnd::Code).then_some(lines.len())
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
                // The string in `extern "C" fn` stands between words that begin an item.
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

    /// Notes how far the last statement has come. Text in brackets does not count.
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
