//! The tokens of a text in Rust, no finer than it takes to find where brackets, strings and comments end.
//!
//! The text may grow: what was read once is not read again, and a string or a comment may end in a part that comes
//! later.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// A name, a keyword or a number. A raw name has its prefix.
    Word(&'t str),
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// Any other character.
    Punct(char),
    /// A string, a character, or the tick of a lifetime.
    Literal,
}

/// What the end of a text is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEnd {
    /// Code outside of strings and comments.
    #[default]
    Code,
    /// A string that begins at this byte.
    String(usize),
    /// A raw string that begins at this byte, and ends with so many `#`.
    RawString(usize, usize),
    /// A comment that begins at this byte, and is so many deep.
    Comment(usize, usize),
}

/// How far a text was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lexer {
    at: usize,
    within: TextEnd,
}

impl Lexer {
    /// Returns the byte behind the last token, or behind what was read of a text that ended.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Tells what the end of the text is part of, once the text has no more tokens.
    pub fn within(&self) -> TextEnd {
        self.within
    }

    /// Returns the next token and the byte at which it begins; `None` at the end of the text. The text is the one that
    /// was read so far, or one that begins with that.
    pub fn token<'t>(&mut self, text: &'t str) -> Option<(usize, Token<'t>)> {
        while self.at < text.len() {
            let rest = &text[self.at..];
            match self.within {
                TextEnd::Code => {
                    let begin = self.at;
                    if let Some(token) = self.code(text) {
                        return Some((begin, token));
                    }
                }
                TextEnd::Comment(begin, depth) => self.comment(rest, begin, depth),
                TextEnd::String(begin) => {
                    if self.string(rest) {
                        return Some((begin, Token::Literal));
                    }
                }
                TextEnd::RawString(begin, hashes) => {
                    if self.raw_string(rest, hashes) {
                        return Some((begin, Token::Literal));
                    }
                }
            }
        }
        None
    }

    /// Reads a token of code; `None` where there are blanks, a comment, or the beginning of a string.
    fn code<'t>(&mut self, text: &'t str) -> Option<Token<'t>> {
        let (begin, bytes) = (self.at, text.as_bytes());
        let first = bytes[begin];
        match first {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                self.at += 1;
                None
            }
            b'/' if bytes.get(begin + 1) == Some(&b'/') => {
                let rest = &text[begin..];
                self.at += rest.find('\n').unwrap_or(rest.len());
                None
            }
            b'/' if bytes.get(begin + 1) == Some(&b'*') => {
                self.at += 2;
                self.within = TextEnd::Comment(begin, 1);
                None
            }
            b'"' => {
                self.at += 1;
                self.within = TextEnd::String(begin);
                None
            }
            b'\'' => {
                self.at += tick_length(&text[begin..]);
                Some(Token::Literal)
            }
            b'(' | b'[' | b'{' => {
                self.at += 1;
                Some(Token::Open(first.into()))
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                Some(Token::Close(first.into()))
            }
            _ if is_word(first) => self.word(text),
            _ => {
                self.at += 1;
                Some(Token::Punct(first.into()))
            }
        }
    }

    /// Reads a word, or the literal that the word is the prefix of.
    fn word<'t>(&mut self, text: &'t str) -> Option<Token<'t>> {
        let begin = self.at;
        let rest = &text[begin..];
        let length = word_length(rest);
        let (word, after) = rest.split_at(length);
        self.at += length;
        let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
        match (word, after.as_bytes().get(hashes)) {
            ("r" | "br" | "cr", Some(b'"')) => {
                self.at += hashes + 1;
                self.within = TextEnd::RawString(begin, hashes);
                None
            }
            ("b" | "c", Some(b'"')) if hashes == 0 => {
                self.at += 1;
                self.within = TextEnd::String(begin);
                None
            }
            ("b", Some(b'\'')) if hashes == 0 => {
                self.at += tick_length(after);
                Some(Token::Literal)
            }
            ("r", Some(_)) if hashes == 1 => {
                self.at += 1 + word_length(&after[1..]);
                Some(Token::Word(&text[begin..self.at]))
            }
            _ => Some(Token::Word(word)),
        }
    }

    /// Reads a string to its end, and tells whether it ends.
    fn string(&mut self, rest: &str) -> bool {
        let mut at = 0;
        while let Some(found) = rest[at..].find(['"', '\\']) {
            at += found + 1;
            if rest.as_bytes()[at - 1] == b'"' {
                self.at += at;
                self.within = TextEnd::Code;
                return true;
            }
            at += rest[at..].chars().next().map_or(0, char::len_utf8);
        }
        self.at += rest.len();
        false
    }

    /// Reads a raw string to its end, and tells whether it ends.
    fn raw_string(&mut self, rest: &str, hashes: usize) -> bool {
        let mut at = 0;
        while let Some(found) = rest[at..].find('"') {
            at += found + 1;
            let after = rest[at..].bytes().take(hashes);
            if after.take_while(|byte| *byte == b'#').count() == hashes {
                self.at += at + hashes;
                self.within = TextEnd::Code;
                return true;
            }
        }
        self.at += rest.len();
        false
    }

    /// Reads a comment to where another one begins in it, or one ends.
    fn comment(&mut self, rest: &str, begin: usize, depth: usize) {
        let mut pairs = rest.as_bytes().windows(2);
        let Some(at) = pairs.position(|pair| matches!(pair, b"/*" | b"*/")) else {
            self.at += rest.len();
            return;
        };
        self.at += at + 2;
        self.within = match (rest.as_bytes()[at], depth) {
            (b'/', _) => TextEnd::Comment(begin, depth + 1),
            (_, 1) => TextEnd::Code,
            _ => TextEnd::Comment(begin, depth - 1),
        };
    }
}

/// The tokens of a whole text.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'t> {
    text: &'t str,
    lexer: Lexer,
}

impl<'t> Tokens<'t> {
    /// Begins at the beginning of a text.
    pub fn of(text: &'t str) -> Self {
        Tokens {
            text,
            lexer: Lexer::default(),
        }
    }

    /// Returns the byte behind the last token.
    pub fn at(&self) -> usize {
        self.lexer.at
    }

    /// Tells, once there are no more tokens, whether the text ended outside of strings and comments.
    pub fn ended(&self) -> bool {
        self.lexer.at == self.text.len() && self.lexer.within == TextEnd::Code
    }

    /// Goes behind the group that was just opened; `None` if it has no end.
    pub fn leave(&mut self) -> Option<()> {
        let mut depth = 1;
        while depth > 0 {
            match self.next()? {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        self.lexer.token(self.text).map(|(_, token)| token)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(|byte| is_word(*byte)).count()
}

/// Returns the length of what begins with a tick: all of a character, or the tick of a lifetime.
fn tick_length(text: &str) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(token: Token<'_>) -> String {
        match token {
            Token::Word(word) => word.to_string(),
            Token::Open(c) | Token::Close(c) | Token::Punct(c) => c.to_string(),
            Token::Literal => "_".into(),
        }
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(Tokens::of(text).map(told).collect::<Vec<_>>().join(" "), expect);
        // In any two parts, it is the same.
        for (middle, _) in text.char_indices().filter(|(_, c)| *c == '\n') {
            let (mut lexer, mut tokens) = (Lexer::default(), Vec::new());
            for text in [&text[..middle], text] {
                while let Some((_, token)) = lexer.token(text) {
                    tokens.push(told(token));
                }
            }
            assert_eq!(tokens.join(" "), expect, "{middle}");
        }
    }

    #[test]
    fn strings_hide_braces() {
        check(r#"a "{" b"}\"" c"{" '{' '\'' b'}' '"'"#, "a _ _ _ _ _ _ _");
        check(r###"r"{" r#"}"# br##""#{"## r#match"###, "_ _ _ r#match");
        check("\"a\n\\\"{\n\" b r#\"\n\"\n\"# c", "_ b _ c");
    }

    #[test]
    fn a_lifetime_is_no_character() {
        check("&'a str 'é' 'x: loop {}", "& _ a str _ _ x : loop { }");
        check("'\\u{e9}' '\\\\' '\\'' x", "_ _ _ x");
    }

    #[test]
    fn comments_are_nested() {
        check("a // {\n /* /* { */\n } */ b /", "a b /");
    }

    #[test]
    fn what_never_ends_ends_the_text() {
        for text in ["a \"b", "a /* b", "a r#\"b\"", "a /* /* */"] {
            let mut tokens = Tokens::of(text);
            assert_eq!((tokens.next(), tokens.next()), (Some(Token::Word("a")), None), "{text}");
            assert!(!tokens.ended(), "{text}");
        }
        let mut tokens = Tokens::of("a // \"");
        assert!(tokens.leave().is_none() && tokens.ended());
    }

    #[test]
    fn each_token_has_its_place() {
        let (mut lexer, text) = (Lexer::default(), "é b\"x\" /* */ (");
        let places = std::iter::from_fn(|| lexer.token(text));
        let expected = [(0, Token::Word("é")), (3, Token::Literal), (14, Token::Open('('))];
        assert_eq!(places.collect::<Vec<_>>(), expected);
        assert_eq!((lexer.at(), lexer.within()), (15, TextEnd::Code));
    }
}
