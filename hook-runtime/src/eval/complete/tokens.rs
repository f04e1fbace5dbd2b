//! The tokens of a line that is not finished, read backwards from where something is typed: the value, the path or the
//! bracket that ends there. Pure.

use std::ops::Range;

use hook_rustc::lexer::{Lexer, TextEnd, Token};

/// What stands before the word that is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CompletionContext {
    /// A value and a dot. The range is that of the value.
    Receiver(Range<usize>),
    /// A path and its `::`. The range is that of the path.
    Path(Range<usize>),
    /// Neither, so that the word is a name in scope.
    Nothing,
}

/// The words that no value or path ends with.
const KEYWORDS: [&str; 30] = [
    "as", "async", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait", "unsafe", "use",
    "where", "while",
];

/// The tokens of an unfinished text.
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    pub(super) all: Vec<(Range<usize>, Token<'t>)>,
}

impl<'t> Tokens<'t> {
    /// Reads a text. Returns `None` if it ends in a string or a comment.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let (mut lexer, mut all) = (Lexer::default(), Vec::new());
        while let Some((start, token)) = lexer.token(text) {
            all.push((start..lexer.at(), token));
        }
        let end = all.last().map_or(0, |(range, _): &(Range<usize>, _)| range.end);
        let is_code = lexer.within() == TextEnd::Code && text[end..].trim().is_empty();
        is_code.then_some(Tokens { text, all })
    }

    fn punct(&self, at: usize, c: char) -> bool {
        matches!(self.all.get(at), Some((_, Token::Punct(other))) if *other == c)
    }

    pub(super) fn word(&self, at: usize) -> Option<&'t str> {
        match self.all.get(at)? {
            (_, Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Returns the number of the token before this one, if two colons without space end there.
    pub(super) fn before_colons(&self, at: usize) -> Option<usize> {
        let second = at.checked_sub(1)?;
        let first = second.checked_sub(1)?;
        let adjoin =
            self.punct(first, ':') && self.punct(second, ':') && self.all[first].0.end == self.all[second].0.start;
        adjoin.then_some(first)
    }

    fn is_tick(&self, at: usize) -> bool {
        matches!(&self.all[at], (range, Token::Literal) if range.len() == 1)
    }

    /// Returns the bracket that this closing bracket closes.
    fn opening(&self, at: usize) -> Option<usize> {
        let mut depth = 0;
        for before in (0..=at).rev() {
            match self.all[before].1 {
                Token::Close(_) => depth += 1,
                Token::Open(_) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(before);
            }
        }
        None
    }

    /// Returns the `<` that this `>` closes. The `>` of `->` and of `=>` closes nothing.
    pub(super) fn angle(&self, at: usize) -> Option<usize> {
        let (mut depth, mut before) = (0_i32, at);
        loop {
            match self.all[before].1 {
                Token::Punct('>') if !(before > 0 && (self.punct(before - 1, '-') || self.punct(before - 1, '='))) => {
                    depth += 1;
                }
                Token::Punct('<') => depth -= 1,
                Token::Punct(';') => return None,
                Token::Close(_) => before = self.opening(before)?,
                _ => {}
            }
            if depth == 0 {
                return Some(before);
            }
            before = before.checked_sub(1)?;
        }
    }

    /// Returns the token at which the path begins that ends with this token.
    fn path(&self, at: usize) -> Option<usize> {
        let mut start = match self.all[at].1 {
            Token::Punct('>') => {
                let angle = self.angle(at)?;
                match self.before_colons(angle) {
                    Some(colons) => return self.path(colons.checked_sub(1)?),
                    // `Vec<u8>` of a type, or `<T>` and `<T as Trait>`.
                    None if angle > 0 && self.word(angle - 1).is_some_and(is_name) => angle - 1,
                    None => return Some(angle),
                }
            }
            Token::Word(word) if is_name(word) => at,
            _ => return None,
        };
        while let Some(colons) = self.before_colons(start) {
            match colons.checked_sub(1) {
                Some(before) if self.word(before).is_some_and(is_name) => start = before,
                Some(before) if self.punct(before, '>') => return self.path(before),
                _ => return Some(colons),
            }
        }
        Some(start)
    }

    /// Returns the token at which the value begins that ends with this token: a path, a literal, a group, with all the
    /// calls, fields, elements and `?` behind it.
    fn value(&self, at: usize) -> Option<usize> {
        let start = match self.all[at].1 {
            Token::Punct('?') => return self.value(at.checked_sub(1)?),
            Token::Close('}') => return self.braced(at),
            Token::Close(_) => {
                let open = self.opening(at)?;
                match open.checked_sub(1).map(|before| (before, self.all[before].1)) {
                    Some((before, Token::Word(word))) if is_name(word) => return self.value(before),
                    Some((before, Token::Close(')' | ']') | Token::Punct('?'))) => return self.value(before),
                    Some((before, Token::Punct('>')))
                        if self.angle(before).is_some_and(|at| self.before_colons(at).is_some()) =>
                    {
                        let colons = self.angle(before).and_then(|at| self.before_colons(at))?;
                        return self.value(colons.checked_sub(1)?);
                    }
                    Some((before, Token::Punct('!'))) if before > 0 && self.word(before - 1).is_some_and(is_name) => {
                        self.path(before - 1)?
                    }
                    _ => open,
                }
            }
            // A tick alone begins a label.
            Token::Literal => (self.all[at].0.len() > 1).then_some(at)?,
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => at,
            Token::Word("await") => at,
            Token::Word(_) | Token::Punct('>') => self.path(at)?,
            _ => return None,
        };
        // The tick of a label, and its name.
        if start.checked_sub(1).is_some_and(|tick| self.is_tick(tick)) {
            return None;
        }
        match start.checked_sub(1) {
            Some(dot) if self.punct(dot, '.') && !(dot > 0 && self.punct(dot - 1, '.')) => {
                self.value(dot.checked_sub(1)?)
            }
            _ if self.word(start) == Some("await") => None,
            _ => Some(start),
        }
    }

    /// Returns the token at which the value begins that ends with this brace: a struct, a macro, a block.
    fn braced(&self, at: usize) -> Option<usize> {
        let open = self.opening(at)?;
        match open.checked_sub(1).and_then(|before| self.word(before)) {
            Some("unsafe" | "loop" | "async" | "const") => Some(open - 1),
            // `S { .. }`, unless this is the body of `if S { .. }`.
            Some(word) if word.starts_with(char::is_uppercase) => {
                let path = self.path(open - 1)?;
                let before = path.checked_sub(1).and_then(|before| self.word(before));
                (!before.is_some_and(|word| KEYWORDS.contains(&word))).then_some(path)
            }
            Some(_) => None,
            None if open > 0 && self.punct(open - 1, '!') => self.path(open.checked_sub(2)?),
            None => matches!(
                open.checked_sub(1).map(|at| self.all[at].1),
                None | Some(Token::Punct(';' | '=') | Token::Open(_))
            )
            .then_some(open),
        }
    }

    /// Tells what stands before this token.
    pub(super) fn before(&self, at: usize) -> Option<CompletionContext> {
        let range = |start: usize, end: usize| self.all[start].0.start..self.all[end].0.end;
        let Some(last) = at.checked_sub(1) else {
            return Some(CompletionContext::Nothing);
        };
        if self.punct(last, '.') && !(last > 0 && self.punct(last - 1, '.')) {
            let end = last.checked_sub(1)?;
            return Some(CompletionContext::Receiver(range(self.value(end)?, end)));
        }
        if let Some(colons) = self.before_colons(at) {
            let Some(end) = colons.checked_sub(1) else {
                return Some(CompletionContext::Path(0..0));
            };
            return match self.path(end) {
                Some(start) => Some(CompletionContext::Path(range(start, end))),
                None => Some(CompletionContext::Path(
                    self.all[colons].0.start..self.all[colons].0.start,
                )),
            };
        }
        Some(CompletionContext::Nothing)
    }

    /// Returns the brackets that are open at this byte, by token.
    pub(super) fn open_at(&self, byte: usize) -> Vec<usize> {
        let mut open = Vec::new();
        let before = self.all.iter().take_while(|(range, _)| range.start < byte);
        for (at, (_, token)) in before.enumerate() {
            match token {
                Token::Open(_) => open.push(at),
                Token::Close(_) => drop(open.pop()),
                _ => {}
            }
        }
        open
    }

    /// Returns what closes all that is open at this byte, where a value stands. The head of an `if`, a `for`, a `while`
    /// or a `match` gets a body.
    pub(super) fn closers(&self, byte: usize) -> String {
        let mut closers = String::new();
        let open = self.open_at(byte);
        let mut end = self.all.partition_point(|(range, _)| range.start < byte);
        // Tells whether what was closed last is a body itself.
        let mut is_body = false;
        for bracket in open.iter().rev().map(|at| Some(*at)).chain([None]) {
            let start = bracket.map_or(0, |bracket| bracket + 1);
            if !is_body {
                closers += self.body(start..end);
            }
            is_body = matches!(bracket.map(|bracket| self.all[bracket].1), Some(Token::Open('{')));
            match bracket.map(|bracket| self.all[bracket].1) {
                Some(Token::Open('(')) => closers.push(')'),
                Some(Token::Open('[')) => closers.push(']'),
                Some(_) => closers.push('}'),
                None => {}
            }
            end = start.saturating_sub(1);
        }
        closers
    }

    /// Returns the body that must follow these tokens, if they end in the head of an expression that has one, or in the
    /// guard of an arm.
    fn body(&self, tokens: Range<usize>) -> &'static str {
        let mut at = tokens.end;
        while at > tokens.start {
            at -= 1;
            match self.all[at].1 {
                Token::Word("if") if at > tokens.start => {
                    return match self.all[at - 1].1 {
                        Token::Word(word) if is_name(word) => " => {}",
                        Token::Close(')' | ']') | Token::Literal => " => {}",
                        _ => " {}",
                    };
                }
                Token::Word("if" | "while" | "match" | "for") => return " {}",
                Token::Punct(';' | ',') | Token::Close('}') => return "",
                Token::Punct('>') if at > 0 && self.punct(at - 1, '=') => return "",
                Token::Close(_) => match self.opening(at) {
                    Some(open) => at = open,
                    None => return "",
                },
                _ => {}
            }
        }
        ""
    }
}

/// Returns whether a word may be a part of a path.
pub(super) fn is_name(word: &str) -> bool {
    !word.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&word) && word != "true" && word != "false"
}
