//! Rust text as a row of tokens, no finer than it takes to find where a body ends.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A name, a keyword, a number.
    Word(&'a str),
    /// Of a group: `(`, `[` or `{`.
    Open(u8),
    Close(u8),
    Punct(u8),
    /// A string, a character, a lifetime.
    Other,
}

/// Where in the text the next token is looked for.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Scan { text, at: 0 }
    }

    /// The byte behind the last token.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing but blanks and comments were left.
    pub(crate) fn ended(&self) -> bool {
        self.at == self.text.len()
    }

    /// The next token; none at the end, or in front of a string or comment that never ends.
    pub(crate) fn token(&mut self) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        self.blank()?;
        let start = self.at;
        let first = *bytes.get(start)?;
        if is_word(first) {
            self.at += bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
            let word = &self.text[start..self.at];
            return match (word, bytes.get(self.at)) {
                ("r" | "br" | "cr", Some(b'"' | b'#')) => self.raw(),
                ("b" | "c", Some(b'"')) => self.quoted(b'"'),
                ("b", Some(b'\'')) => self.quoted(b'\''),
                _ => Some(Token::Word(word)),
            };
        }
        match first {
            b'"' => self.quoted(b'"'),
            b'\'' => self.tick(),
            _ => {
                self.at += 1;
                Some(match first {
                    b'(' | b'[' | b'{' => Token::Open(first),
                    b')' | b']' | b'}' => Token::Close(first),
                    _ => Token::Punct(first),
                })
            }
        }
    }

    /// Behind the group that was just opened.
    pub(crate) fn leave(&mut self) -> Option<()> {
        let mut depth = 1;
        while depth > 0 {
            match self.token()? {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }

    /// Behind blanks and comments.
    fn blank(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at..)? {
                [b' ' | b'\t' | b'\n' | b'\r', ..] => self.at += 1,
                [b'/', b'/', ..] => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                [b'/', b'*', ..] => self.comment()?,
                _ => return Some(()),
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        let (mut depth, mut at) = (0, self.at);
        loop {
            match self.text.as_bytes().get(at..)? {
                [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
                [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
                [] => return None,
                _ => at += 1,
            }
            if depth == 0 {
                self.at = at;
                return Some(());
            }
        }
    }

    /// Behind a string or character whose first quote is next.
    fn quoted(&mut self, quote: u8) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            match *bytes.get(at)? {
                b'\\' => at += 2,
                byte if byte == quote => break,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        Some(Token::Other)
    }

    /// Behind a raw string, or a raw identifier, whose prefix was just read.
    fn raw(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
        self.at += if rest[hashes..].starts_with('"') {
            let end = format!("\"{}", &rest[..hashes]);
            hashes + 1 + rest[hashes + 1..].find(&end)? + end.len()
        } else {
            hashes
        };
        Some(Token::Other)
    }

    /// A character or a lifetime.
    fn tick(&mut self) -> Option<Token<'a>> {
        let mut after = self.text[self.at + 1..].chars();
        match (after.next()?, after.next()) {
            ('\\', _) | (_, Some('\'')) => return self.quoted(b'\''),
            _ => self.at += 1,
        }
        Some(Token::Other)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let mut scan = Scan::new(text);
        let tokens = std::iter::from_fn(|| scan.token()).map(|token| match token {
            Token::Word(word) => word.to_string(),
            Token::Open(byte) | Token::Close(byte) | Token::Punct(byte) => char::from(byte).to_string(),
            Token::Other => "_".into(),
        });
        assert_eq!(tokens.collect::<Vec<_>>().join(" "), expect);
    }

    #[test]
    fn strings_hide_braces() {
        check(r#"a "{" b"}\"" c"{" '{' '\'' b'}' '"'"#, "a _ _ _ _ _ _ _");
        check(r###"r"{" r#"}"# br##""#{"## r#match"###, "_ _ _ _ match");
    }

    #[test]
    fn a_lifetime_is_no_character() {
        check("&'a str 'é' 'x: loop {}", "& _ a str _ _ x : loop { }");
    }

    #[test]
    fn comments_are_nested() {
        check("a // {\n /* /* { */ } */ b /", "a b /");
    }

    #[test]
    fn what_never_ends_ends_the_text() {
        check("a \"b", "a");
        check("a /* b", "a");
        check("a r#\"b\"", "a");
    }
}
