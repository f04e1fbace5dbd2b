//! Rust's syntax for values is read from `proc-macro2`'s tokens. An expression that is no value, such as a call of a
//! function, an operator or a variable, is refused. The spelling tells them apart, since variants and types are
//! capitalised.

use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

use super::{Literal, LiteralError, scalar};
use crate::lex::lex;

/// Values nest no deeper than this, since reading them recurses.
const DEEPEST: usize = 128;

pub(super) fn parse(text: &str) -> Result<Literal, LiteralError> {
    if !nests_sanely(text) {
        return Err(LiteralError::Syntax(format!("brackets nest deeper than {DEEPEST}")));
    }
    let tokens = lex(text).map_err(|_| LiteralError::Syntax("a quote or a bracket is not closed".to_owned()))?;
    whole(tokens)
}

fn nests_sanely(text: &str) -> bool {
    text.bytes().filter(|byte| matches!(byte, b'[' | b'(' | b'{')).count() <= DEEPEST || {
        let mut depth = 0_usize;
        text.bytes().all(|byte| {
            match byte {
                b'[' | b'(' | b'{' => depth += 1,
                b']' | b')' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth <= DEEPEST
        })
    }
}

fn whole(tokens: TokenStream) -> Result<Literal, LiteralError> {
    let mut parser = Parser::new(tokens);
    let literal = parser.value()?;
    parser.end()?;
    Ok(literal)
}

struct Parser(Peekable<IntoIter>);

impl Parser {
    fn new(tokens: TokenStream) -> Self {
        Parser(tokens.into_iter().peekable())
    }

    fn value(&mut self) -> Result<Literal, LiteralError> {
        let mut value = match self.0.next() {
            None => return Err(LiteralError::Syntax("a value is missing".to_owned())),
            Some(TokenTree::Literal(token)) => scalar::read(&token.to_string())?,
            Some(TokenTree::Punct(minus)) if minus.as_char() == '-' => {
                if matches!(self.0.peek(), Some(TokenTree::Punct(_))) {
                    return Err(LiteralError::Syntax("`-` before no number".to_owned()));
                }
                let number = self.value()?;
                return scalar::negate(number);
            }
            Some(TokenTree::Group(group)) => delimited(&group)?,
            Some(TokenTree::Ident(ident)) => self.path(ident)?,
            Some(other) => return Err(unexpected(&other)),
        };
        while self.eats('.') {
            value = self.conversion(value)?;
        }
        Ok(value)
    }

    /// Skips `.into()` and the like behind a string or a sequence, since the type converts the value when it reads it.
    fn conversion(&mut self, value: Literal) -> Result<Literal, LiteralError> {
        let method = self.0.next();
        let takes_nothing = matches!(
            self.0.next(),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty()
        );
        match (&value, method) {
            (Literal::Str(_) | Literal::Seq(_) | Literal::Bytes(_), Some(TokenTree::Ident(method)))
                if takes_nothing
                    && ["into", "to_string", "to_owned", "to_vec"]
                        .iter()
                        .any(|known| method == known) =>
            {
                Ok(value)
            }
            (_, Some(other)) => Err(unexpected(&other)),
            (_, None) => Err(LiteralError::Syntax("something is missing after `.`".to_owned())),
        }
    }

    fn path(&mut self, first: Ident) -> Result<Literal, LiteralError> {
        let mut segments = vec![first.to_string()];
        while self.eats_path_separator() {
            match self.0.next() {
                Some(TokenTree::Ident(ident)) => segments.push(ident.to_string()),
                Some(other) => return Err(unexpected(&other)),
                None => return Err(LiteralError::Syntax("a name is missing after `::`".to_owned())),
            }
        }
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let ["vec"] = segments[..] {
            return self.vec();
        }
        if let Some(word) = scalar::word(&segments) {
            return Ok(word);
        }
        let arguments = match self.0.peek() {
            Some(TokenTree::Group(group)) => Some(group.clone()),
            _ => None,
        };
        if let Some(group) = arguments {
            self.0.next();
            return applied(&segments, &group);
        }
        named(&segments)?;
        Ok(Literal::Path(segments.join("::")))
    }

    fn vec(&mut self) -> Result<Literal, LiteralError> {
        let bang = self.eats('!');
        match self.0.next() {
            Some(TokenTree::Group(group)) if bang => sequence(group.stream()),
            _ => Err(LiteralError::Syntax("`vec` is not a value".to_owned())),
        }
    }

    fn eats(&mut self, c: char) -> bool {
        let next = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == c);
        self.0.next_if(next).is_some()
    }

    fn eats_path_separator(&mut self) -> bool {
        let joint = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
        self.0.next_if(joint).is_some() && self.eats(':')
    }

    fn end(&mut self) -> Result<(), LiteralError> {
        self.0.next().map_or(Ok(()), |token| Err(unexpected(&token)))
    }

    fn comma(&mut self) -> Result<(), LiteralError> {
        if self.eats(',') { Ok(()) } else { self.end() }
    }

    fn is_done(&mut self) -> bool {
        self.0.peek().is_none()
    }
}

fn unexpected(token: &TokenTree) -> LiteralError {
    LiteralError::Syntax(format!("`{token}` is not part of a value"))
}

/// Refuses a path that is a variable or a function, which is one whose last segment is not capitalised.
fn named(segments: &[&str]) -> Result<(), LiteralError> {
    let last = segments.last().map_or("", |last| last.trim_start_matches("r#"));
    if last.starts_with(char::is_uppercase) {
        return Ok(());
    }
    Err(LiteralError::Syntax(format!(
        "`{}` is not a value",
        segments.join("::")
    )))
}

fn delimited(group: &Group) -> Result<Literal, LiteralError> {
    match group.delimiter() {
        Delimiter::Bracket => sequence(group.stream()),
        Delimiter::Brace => map(group.stream()),
        Delimiter::None => whole(group.stream()),
        Delimiter::Parenthesis => {
            let (mut items, ends_in_comma) = items(group.stream())?;
            Ok(match items.len() {
                0 => Literal::Unit,
                1 if !ends_in_comma => items.remove(0),
                _ => Literal::Tuple(items),
            })
        }
    }
}

fn items(tokens: TokenStream) -> Result<(Vec<Literal>, bool), LiteralError> {
    let mut parser = Parser::new(tokens);
    let mut items = Vec::new();
    let mut ends_in_comma = false;
    while !parser.is_done() {
        items.push(parser.value()?);
        ends_in_comma = parser.eats(',');
        if !ends_in_comma {
            parser.end()?;
        }
    }
    Ok((items, ends_in_comma))
}

fn sequence(tokens: TokenStream) -> Result<Literal, LiteralError> {
    items(tokens).map(|(items, _)| Literal::Seq(items))
}

fn map(tokens: TokenStream) -> Result<Literal, LiteralError> {
    let mut parser = Parser::new(tokens);
    let mut entries = Vec::new();
    while !parser.is_done() {
        let key = parser.value()?;
        if !parser.eats(':') {
            return Err(LiteralError::Syntax("`:` is missing after a key".to_owned()));
        }
        entries.push((key, parser.value()?));
        parser.comma()?;
    }
    Ok(Literal::Map(entries))
}

/// Returns the value that is written as a path with brackets behind it.
fn applied(segments: &[&str], group: &Group) -> Result<Literal, LiteralError> {
    let path = segments.join("::");
    match group.delimiter() {
        Delimiter::Parenthesis => {
            let (mut items, _) = items(group.stream())?;
            match (segments, items.len()) {
                ([_, "from"], 1) => Ok(items.remove(0)),
                (["Box" | "Rc" | "Arc" | "Cell" | "RefCell" | "Mutex" | "RwLock", "new"], 1) => Ok(items.remove(0)),
                (
                    [
                        "String" | "Vec" | "VecDeque" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" | "PathBuf",
                        "new",
                    ],
                    0,
                ) => Ok(Literal::Empty),
                _ => {
                    named(segments)?;
                    Ok(Literal::Call(path, items))
                }
            }
        }
        Delimiter::Brace => {
            named(segments)?;
            let mut parser = Parser::new(group.stream());
            let mut fields = Vec::new();
            while !parser.is_done() {
                let name = match parser.0.next() {
                    Some(TokenTree::Ident(name)) => name.to_string().trim_start_matches("r#").to_owned(),
                    Some(other) => return Err(unexpected(&other)),
                    None => break,
                };
                if !parser.eats(':') {
                    return Err(LiteralError::Syntax(format!("a value is missing for field {name}")));
                }
                fields.push((name, parser.value()?));
                parser.comma()?;
            }
            Ok(Literal::Struct(path, fields))
        }
        Delimiter::Bracket | Delimiter::None => Err(LiteralError::Syntax(format!("`{path}` is not a value"))),
    }
}
