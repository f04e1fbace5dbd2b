//! What is being typed at the end of an unfinished line: a member, a path, a name, or the arguments of a call. Pure.

use std::ops::Range;

use hook_rustc::lexer::{Lexer, TextEnd, Token};

/// The word at the end of a text, and what stands before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) before: CompletionContext,
    /// The byte at which the word begins.
    pub(crate) word: usize,
}

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

/// A call whose arguments are being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// What stands before the name of what is called.
    pub(crate) before: CompletionContext,
    /// The name of what is called.
    pub(crate) name: Range<usize>,
    /// The number of commas between the parenthesis and the end of the text.
    pub(crate) argument: usize,
    /// Whether nothing was typed of the last argument.
    pub(crate) is_fresh: bool,
}

/// The words behind which a new name is made up.
const DEFINES: [&str; 10] = [
    "fn", "let", "struct", "enum", "trait", "mod", "union", "type", "const", "static",
];

/// The words that no value or path ends with.
const KEYWORDS: [&str; 30] = [
    "as", "async", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait", "unsafe", "use",
    "where", "while",
];

/// The tokens of an unfinished text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    all: Vec<(Range<usize>, Token<'t>)>,
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

    fn word(&self, at: usize) -> Option<&'t str> {
        match self.all.get(at)? {
            (_, Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Returns the number of the token before this one, if two colons without space end there.
    fn before_colons(&self, at: usize) -> Option<usize> {
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
    fn angle(&self, at: usize) -> Option<usize> {
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
            Token::Close('}') => {
                let open = self.opening(at)?;
                return match open.checked_sub(1).and_then(|before| self.word(before)) {
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
                };
            }
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

    /// Tells what stands before this token.
    fn before(&self, at: usize) -> Option<CompletionContext> {
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
    fn open_at(&self, byte: usize) -> Vec<usize> {
        let mut open = Vec::new();
        for (at, (range, token)) in self
            .all
            .iter()
            .enumerate()
            .take_while(|(_, (range, _))| range.start < byte)
        {
            debug_assert!(range.start < byte);
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
fn is_name(word: &str) -> bool {
    !word.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&word) && word != "true" && word != "false"
}

/// Finds what is being typed at the end of a text. Returns `None` in a string or a comment, in a number, where a new
/// name is made up, and behind a dot that follows no value.
pub(crate) fn cursor(text: &str) -> Option<Cursor> {
    let tokens = Tokens::of(text)?;
    let last = tokens.all.last();
    let typed = last.filter(|(range, token)| range.end == text.len() && matches!(token, Token::Word(_)));
    let (word, at) = typed.map_or((text.len(), tokens.all.len()), |(range, _)| {
        (range.start, tokens.all.len() - 1)
    });
    let before = tokens.before(at)?;
    let begins_with_digit = text[word..].starts_with(|c: char| c.is_ascii_digit());
    match &before {
        CompletionContext::Receiver(value) => {
            // `1.` is the beginning of a floating-point number.
            let is_number = text[value.clone()]
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_');
            if is_number && (begins_with_digit || word == text.len()) {
                return None;
            }
        }
        CompletionContext::Path(_) if begins_with_digit => return None,
        CompletionContext::Path(_) => {}
        CompletionContext::Nothing => {
            let previous = at.checked_sub(1).map(|previous| &tokens.all[previous]);
            let is_new = previous.is_some_and(|(range, token)| match token {
                Token::Word(word) => {
                    DEFINES.contains(word) || *word == "mut" && at > 1 && tokens.word(at - 2) == Some("let")
                }
                // The tick of a lifetime or a label.
                Token::Literal => range.end == word && range.len() == 1,
                // The second dot of a range ends a number or a value, and the first of `..` begins nothing.
                _ => false,
            });
            if is_new || begins_with_digit {
                return None;
            }
        }
    }
    Some(Cursor { before, word })
}

/// Finds the call whose parentheses the text ends in.
pub(crate) fn call(text: &str) -> Option<Call> {
    let tokens = Tokens::of(text)?;
    let open = *tokens.open_at(text.len()).last()?;
    let name = open.checked_sub(1)?;
    if !matches!(tokens.all[open].1, Token::Open('(')) {
        return None;
    }
    let name = match tokens.all[name].1 {
        Token::Word(word) if is_name(word) => name,
        // The types of `collect::<Vec<_>>(` stand between the name and the parenthesis.
        Token::Punct('>') => {
            let colons = tokens.before_colons(tokens.angle(name)?)?;
            colons
                .checked_sub(1)
                .filter(|at| tokens.word(*at).is_some_and(is_name))?
        }
        _ => return None,
    };
    // The parenthesis of `fn f(` begins parameters.
    if name > 0 && tokens.word(name - 1) == Some("fn") {
        return None;
    }
    let (mut argument, mut depth, mut is_fresh) = (0, 0, true);
    for (_, token) in &tokens.all[open + 1..] {
        is_fresh = false;
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth -= 1,
            Token::Punct(',') if depth == 0 => {
                argument += 1;
                is_fresh = true;
            }
            _ => {}
        }
    }
    Some(Call {
        before: tokens.before(name)?,
        name: tokens.all[name].0.clone(),
        argument,
        is_fresh,
    })
}

/// Returns a text with `probe` in the place of the value that ends it, and with all closed that is open there.
pub(crate) fn with_probe(text: &str, value: &Range<usize>, probe: &str) -> Option<String> {
    let tokens = Tokens::of(&text[..value.end])?;
    Some(format!(
        "{}{probe}{}",
        &tokens.text[..value.start],
        tokens.closers(value.start)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = cursor(text).map(|Cursor { before, word }| {
            let typed = &text[word..];
            match before {
                CompletionContext::Receiver(range) => format!("{} . {typed}", &text[range]),
                CompletionContext::Path(range) => format!("{} :: {typed}", &text[range]),
                CompletionContext::Nothing => typed.to_owned(),
            }
        });
        assert_eq!(found.as_deref().unwrap_or("-"), expected, "{text}");
    }

    #[test]
    fn names() {
        check("", "");
        check("al", "al");
        check("f(al", "al");
        check("0..al", "al");
        check("..al", "al");
        check("x = &mut al", "al");
        check("größe(é", "é");
        check("let al", "-");
        check("let mut al", "-");
        check("fn al", "-");
        check("\"al", "-");
        check("// al", "-");
        check("a /* al", "-");
        check("'al", "-");
        check("15", "-");
        check("&'a", "-");
    }

    #[test]
    fn receivers() {
        check("x.", "x . ");
        check("x.le", "x . le");
        check("-x.le", "x . le");
        check("&mut *x.y.le", "x.y . le");
        check("map.get(&k).unwrap().", "map.get(&k).unwrap() . ");
        check("a + f(b)?.c[1].", "f(b)?.c[1] . ");
        check("v.iter().map(|p| p.", "p . ");
        check("v.iter().collect::<Vec<_>>().", "v.iter().collect::<Vec<_>>() . ");
        check("Vec::<u8>::new().", "Vec::<u8>::new() . ");
        check("<u8 as Into<u16>>::into(1).", "<u8 as Into<u16>>::into(1) . ");
        check("std::env::args().", "std::env::args() . ");
        check("::std::env::args().", "::std::env::args() . ");
        check("(1..3).", "(1..3) . ");
        check("[1, 2].", "[1, 2] . ");
        check("vec![1, 2].", "vec![1, 2] . ");
        check("\"a.b\".", "\"a.b\" . ");
        check("b'a'.", "b'a' . ");
        check("1.ma", "1 . ma");
        check("1.5.", "1.5 . ");
        check("t.0.", "t.0 . ");
        check("t.0", "t . 0");
        check("f().await.", "f().await . ");
        check("self.", "self . ");
        check("Point { x: 1 }.", "Point { x: 1 } . ");
        check("unsafe { p }.", "unsafe { p } . ");
        check("{ p }.", "{ p } . ");
        check("x\n    .le", "x . le");
        check("r#type.le", "r#type . le");
        check("f::<u8>(1)(2).", "f::<u8>(1)(2) . ");
        check("return x.", "x . ");
        check("if x.", "x . ");
    }

    #[test]
    fn no_receivers() {
        for text in [
            "1.",
            "1.5",
            ".",
            "+ .",
            "if x { 1 } else { 2 }.",
            "match x { _ => y }.",
            "'a.",
            "if.",
            "\"x.",
        ] {
            check(text, "-");
        }
        check("x..", "");
    }

    #[test]
    fn paths() {
        check("std::coll", "std :: coll");
        check("crate::", "crate :: ");
        check("let x: Vec<std::coll", "std :: coll");
        check("Vec::<u8>::n", "Vec::<u8> :: n");
        check("<u8>::fr", "<u8> :: fr");
        check("a < b::", "b :: ");
        check("::std::io::", "::std::io :: ");
        check("::s", " :: s");
        check("use std::{io::", "io :: ");
        check("x.collect::", "collect :: ");
        check("a :b", "b");
    }

    #[track_caller]
    fn called(text: &str, expected: Option<(&str, usize, bool)>) {
        let found = call(text);
        let found = found.map(|call| (&text[call.name], call.argument, call.is_fresh));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn calls() {
        called("f(", Some(("f", 0, true)));
        called("f(1, ", Some(("f", 1, true)));
        called("v.push(1", Some(("push", 0, false)));
        called("f(g(1, 2), [3, 4], 5", Some(("f", 2, false)));
        called("f(g(1, ", Some(("g", 1, true)));
        called("v.iter().collect::<Vec<_>>(", Some(("collect", 0, true)));
        called("f(1)", None);
        called("(1", None);
        called("vec![1", None);
        called("f(\"a, b", None);
        called("fn f(", None);
        called("if (", None);
        called("m!(1", None);
    }

    #[track_caller]
    fn probed(text: &str, expected: &str) {
        let Some(CompletionContext::Receiver(value)) = cursor(text).map(|cursor| cursor.before) else {
            panic!("{text}")
        };
        assert_eq!(with_probe(text, &value, "@").as_deref(), Some(expected));
    }

    #[test]
    fn what_is_open_is_closed() {
        probed("x.le", "@");
        probed("-x.", "-@");
        probed("f(a, [x.", "f(a, [@])");
        probed("v.iter().map(|p| p.", "v.iter().map(|p| @)");
        probed("for p in v.", "for p in @ {}");
        probed("for p in v.iter() { p.", "for p in v.iter() { @}");
        probed("if let Some(p) = v.", "if let Some(p) = @ {}");
        probed("if f(x.", "if f(@) {}");
        probed("if a { 1 } else if b.", "if a { 1 } else if @ {}");
        probed("match a { Some(p) => p.", "match a { Some(p) => @}");
        probed("match a { Some(p) if p.", "match a { Some(p) if @ => {}}");
        probed("let a = 1; while a < b.", "let a = 1; while a < @ {}");
        probed("fn f(p: P) -> u8 { p.", "fn f(p: P) -> u8 { @}");
        probed("println!(\"{}\", x.", "println!(\"{}\", @)");
    }
}
