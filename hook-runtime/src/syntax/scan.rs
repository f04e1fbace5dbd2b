//! Rust text as it comes, line by line: which brackets are open, whether a string or a comment is, and what can never be Rust.
//!
//! No finer than that takes. Whatever is read here is read once, so that a text of many lines costs no more than its length.

/// How deep brackets may nest: whoever reads them later recurses, as rustc does.
pub(crate) const DEEPEST: usize = 128;

/// A text that is read on as it grows.
#[derive(Debug, Default)]
pub(crate) struct BracketScanner {
    /// How much of the text was read.
    at: usize,
    within: Within,
    /// Brackets that are open, and where.
    open: Vec<(usize, char)>,
    fault: Option<Fault>,
    last: Last,
}

/// What the text that comes is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Code,
    /// A string, and where it begins.
    Text(usize),
    /// A raw string that ends with so many `#`.
    Raw(usize, usize),
    /// A comment in so many others.
    Comment(usize, usize),
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
    /// What is wrong, where, and where that has to do with something else.
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
    /// What a whole text can be no Rust for.
    pub(crate) fn fault(text: &str) -> Option<Fault> {
        let mut scan = BracketScanner::default();
        scan.read(text);
        scan.fault.or(match scan.within {
            Within::Code => scan.open.last().map(|(at, c)| Fault::Unclosed(*at, *c)),
            Within::Text(at) | Within::Raw(_, at) => Some(Fault::String(at)),
            Within::Comment(_, at) => Some(Fault::Comment(at)),
        })
    }

    /// Whether more has to come, be it right or wrong so far.
    pub(crate) fn is_open(&self) -> bool {
        let ends_early = matches!(self.last, Last::Hash | Last::Attribute | Last::Head);
        self.fault.is_none() && (self.within != Within::Code || !self.open.is_empty() || ends_early)
    }

    /// Whether no bracket, string or comment is open.
    pub(crate) fn is_between(&self) -> bool {
        self.within == Within::Code && self.open.is_empty()
    }

    /// Reads on in a text of which the beginning was read before.
    pub(crate) fn read(&mut self, text: &str) {
        while self.at < text.len() && self.fault.is_none() {
            let rest = &text[self.at..];
            self.at += match self.within {
                Within::Code => self.code(rest),
                Within::Text(_) => self.text(rest),
                Within::Raw(hashes, _) => self.raw(rest, hashes),
                Within::Comment(depth, at) => self.comment(rest, depth, at),
            };
        }
        self.at = text.len();
    }

    /// A token, or the beginning of what hides tokens. Gives its length.
    fn code(&mut self, rest: &str) -> usize {
        let at = self.at;
        let Some(c) = rest.chars().next() else { return 0 };
        if c.is_whitespace() {
            return c.len_utf8();
        }
        if rest.starts_with("//") {
            return rest.find('\n').unwrap_or(rest.len());
        }
        if rest.starts_with("/*") {
            self.within = Within::Comment(1, at);
            return 2;
        }
        let word = word_length(rest);
        if word > 0 {
            let (word, after) = rest.split_at(word);
            self.word(word);
            let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
            if matches!(word, "r" | "br" | "cr") && after[hashes..].starts_with('"') {
                self.within = Within::Raw(hashes, at);
                return word.len() + hashes + 1;
            }
            // `r#type`
            let raw = word == "r" && hashes == 1;
            return word.len() + if raw { 1 + word_length(&after[1..]) } else { 0 };
        }
        match c {
            '(' | '[' | '{' => self.opens(c),
            ')' | ']' | '}' => self.closes(c),
            '"' => {
                // `extern "C" fn`
                if self.last != Last::Prefix {
                    self.follows(Last::Other);
                }
                self.within = Within::Text(at);
            }
            '\'' => {
                self.follows(Last::Other);
                return char_length(rest);
            }
            ';' => self.follows(Last::Whole),
            '#' => self.follows(Last::Hash),
            '!' if self.last == Last::Hash => {}
            _ if self.last != Last::Head => self.follows(Last::Other),
            _ => {}
        }
        c.len_utf8()
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

    fn opens(&mut self, c: char) {
        if !(c == '[' && self.last == Last::Hash || c == '(' && self.last == Last::Prefix) {
            self.follows(Last::Other);
        }
        self.open.push((self.at, c));
        if self.open.len() > DEEPEST {
            self.fault = Some(Fault::Deep(self.at));
        }
    }

    fn closes(&mut self, c: char) {
        let opening = match c {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        match self.open.pop() {
            None => self.fault = Some(Fault::Unopened(self.at, c)),
            Some((at, open)) if open != opening => self.fault = Some(Fault::Mismatched(self.at, c, at)),
            Some(_) if self.open.is_empty() && c == '}' => self.last = Last::Whole,
            Some(_) if self.last == Last::Hash => self.follows(Last::Attribute),
            Some(_) => {}
        }
    }

    fn text(&mut self, rest: &str) -> usize {
        match rest.find(['"', '\\']) {
            None => rest.len(),
            Some(at) if rest[at..].starts_with('"') => {
                self.within = Within::Code;
                at + 1
            }
            Some(at) => at + 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }

    fn raw(&mut self, rest: &str, hashes: usize) -> usize {
        let Some(at) = rest.find('"') else { return rest.len() };
        let after = &rest[at + 1..];
        let found = after.bytes().take(hashes).take_while(|byte| *byte == b'#').count();
        if found == hashes {
            self.within = Within::Code;
        }
        at + 1 + found
    }

    fn comment(&mut self, rest: &str, depth: usize, begin: usize) -> usize {
        let mut pairs = rest.as_bytes().windows(2);
        let Some(at) = pairs.position(|pair| matches!(pair, b"/*" | b"*/")) else {
            return rest.len();
        };
        let depth = if rest[at..].starts_with('/') {
            depth + 1
        } else {
            depth - 1
        };
        self.within = if depth == 0 {
            Within::Code
        } else {
            Within::Comment(depth, begin)
        };
        at + 2
    }
}

fn word_length(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    end.unwrap_or(text.len())
}

/// From `'`: a char, or the tick of a lifetime.
fn char_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            let line = text[after..].split('\n').next().unwrap_or_default();
            line.find('\'').map_or(after, |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}
