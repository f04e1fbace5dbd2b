//! A typed line, taken apart just as far as is needed: items, `let`s, the value at its end. Pure.
//!
//! Tokens are all that is looked at. What rustc will make of them is its business, and so is saying what is wrong.

use std::ops::Range;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A line as statements, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    pub(super) statements: Vec<Statement>,
    /// Where `self` stands, and what is said of each `?` that ends the line: in order.
    pub(super) marks: Vec<(usize, Mark)>,
    /// Its value is that of a place: a variable, a field, an element, what a reference points at.
    pub(super) ends_in_place: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The word `self`.
    Receiver,
    /// A `?` in the line's own body, not in a closure of it.
    Try,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) bytes: Range<usize>,
    pub(super) kind: Kind,
    /// It has its `;`, or needs none.
    pub(super) ended: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of this name; what has none goes by its first line.
    Item(String),
    /// It binds these names.
    Let(Vec<String>),
    Expression,
}

/// Takes a line apart. `Err` says why it is not even tokens.
pub(super) fn parse(text: &str) -> Result<Source<'_>, String> {
    let tokens = TokenStream::from_str(text).map_err(|error| format!("this is not Rust: {error}"))?;
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut statements = Vec::new();
    let mut rest = &trees[..];
    let mut ends_in_place = false;
    while !rest.is_empty() {
        let (kind, length, braced) = statement(rest);
        let (this, after) = rest.split_at(length);
        let ended = is_punct(this.last(), ';') || braced;
        let bytes = start(&this[0])..end(&this[length - 1]);
        ends_in_place = kind == Kind::Expression && !ended && is_place(this);
        if !(this.len() == 1 && is_punct(this.first(), ';')) {
            statements.push(Statement { bytes, kind, ended });
        }
        rest = after;
    }
    let mut marks = Vec::new();
    for statement in &statements {
        if !matches!(statement.kind, Kind::Item(_)) {
            let inside = |tree: &&TokenTree| statement.bytes.contains(&start(tree));
            let own: Vec<TokenTree> = trees.iter().filter(inside).cloned().collect();
            mark(&own, true, &mut marks);
        }
    }
    marks.sort_by_key(|(at, _)| *at);
    Ok(Source {
        text,
        statements,
        marks,
        ends_in_place,
    })
}

impl Source<'_> {
    pub(super) fn slice(&self, statement: &Statement) -> &str {
        &self.text[statement.bytes.clone()]
    }

    /// The expression at its end, if its value is the line's.
    pub(super) fn tail(&self) -> Option<&Statement> {
        self.statements
            .last()
            .filter(|last| last.kind == Kind::Expression && !last.ended)
    }

    /// Its items, with their names.
    pub(super) fn items(&self) -> impl Iterator<Item = (&str, &Statement)> {
        self.statements.iter().filter_map(|statement| match &statement.kind {
            Kind::Item(name) => Some((name.as_str(), statement)),
            _ => None,
        })
    }

    /// The names that its `let`s bind, each once.
    pub(super) fn bound(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for statement in &self.statements {
            if let Kind::Let(bound) = &statement.kind {
                names.extend(bound.iter().map(String::as_str));
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn tries(&self) -> bool {
        self.marks.iter().any(|(_, mark)| *mark == Mark::Try)
    }
}

/// Whether a word stands anywhere in a text, also in a string: format strings name variables.
pub(super) fn mentions(text: &str, word: &str) -> bool {
    occurrences(text, word) > 0
}

/// How often a word stands in a text.
pub(super) fn occurrences(text: &str, word: &str) -> usize {
    let word = word.strip_prefix("r#").unwrap_or(word);
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |at: usize| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(part) && !after.starts_with(part)
    };
    text.match_indices(word).filter(|(at, _)| alone(*at)).count()
}

fn start(tree: &TokenTree) -> usize {
    match tree {
        TokenTree::Group(group) => group.span_open().byte_range().start,
        other => other.span().byte_range().start,
    }
}

fn end(tree: &TokenTree) -> usize {
    match tree {
        TokenTree::Group(group) => group.span_close().byte_range().end,
        other => other.span().byte_range().end,
    }
}

fn word(tree: Option<&TokenTree>) -> String {
    match tree {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    }
}

fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

fn is_group(tree: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(tree, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// What the first statement is, how many trees it takes, and whether a brace ends it.
fn statement(trees: &[TokenTree]) -> (Kind, usize, bool) {
    let mut at = 0;
    while is_punct(trees.get(at), '#') && is_group(trees.get(at + 1), Delimiter::Bracket) {
        at += 2;
    }
    let semicolon = |from: usize| trees[from..].iter().position(|tree| is_punct(Some(tree), ';'));
    let to_semicolon = |from: usize| semicolon(from).map_or(trees.len(), |length| from + length + 1);
    if let Some((keyword, ends_with_semicolon)) = item(&trees[at..]) {
        let brace = trees[at..]
            .iter()
            .position(|tree| is_group(Some(tree), Delimiter::Brace));
        let brace = brace.map(|length| at + length + 1).filter(|_| !ends_with_semicolon);
        let end = brace.map_or_else(|| to_semicolon(at), |brace| brace.min(to_semicolon(at)));
        let braced = !ends_with_semicolon && is_group(trees.get(end - 1), Delimiter::Brace);
        return (Kind::Item(item_name(&trees[at + keyword..end])), end, braced);
    }
    if word(trees.get(at)) == "let" {
        let end = to_semicolon(at);
        return (Kind::Let(bound(&trees[at + 1..end])), end, false);
    }
    (Kind::Expression, expression(trees, at), false)
}

/// Where the item's keyword stands, and whether it ends with `;` though there may be braces before.
fn item(trees: &[TokenTree]) -> Option<(usize, bool)> {
    let mut at = 0;
    loop {
        let next = trees.get(at + 1);
        match word(trees.get(at)).as_str() {
            "pub" => at += 1 + usize::from(is_group(next, Delimiter::Parenthesis)),
            "use" | "type" => return Some((at, true)),
            "static" if matches!(next, Some(TokenTree::Ident(_))) && word(next) != "move" => return Some((at, true)),
            "const" if word(next) == "fn" || word(next) == "unsafe" || word(next) == "async" => at += 1,
            "const" if matches!(next, Some(TokenTree::Ident(_))) => return Some((at, true)),
            "fn" | "struct" | "enum" | "trait" | "impl" | "mod" => return Some((at, false)),
            "union" if matches!(next, Some(TokenTree::Ident(_))) => return Some((at, false)),
            "macro_rules" if is_punct(next, '!') => return Some((at + 1, false)),
            "extern" if word(next) == "crate" => return Some((at, true)),
            "extern" if matches!(next, Some(TokenTree::Literal(_))) => at += 2,
            "extern" if word(next) == "fn" => at += 1,
            "unsafe" | "async" if matches!(word(next).as_str(), "fn" | "impl" | "trait" | "extern" | "unsafe") => {
                at += 1
            }
            _ => return None,
        }
    }
}

/// `fn f`, `struct P`: keyword and name. Else all before the brace, which is what tells one `impl` from another.
fn item_name(trees: &[TokenTree]) -> String {
    let keyword = word(trees.first());
    let name = trees
        .iter()
        .skip(1)
        .find(|tree| matches!(tree, TokenTree::Ident(ident) if ident != "mut"));
    if matches!(keyword.as_str(), "use" | "impl" | "extern") {
        let head = trees
            .iter()
            .take_while(|tree| keyword != "impl" || !is_group(Some(tree), Delimiter::Brace));
        return head.cloned().collect::<TokenStream>().to_string();
    }
    let space = match keyword.as_str() {
        "fn" | "static" | "const" => "value",
        "" => "macro",
        _ => "type",
    };
    format!("{space} {}", word(name))
}

/// The length of an expression statement: to its `;`, or to the end of a block that begins it if what follows is another.
fn expression(trees: &[TokenTree], from: usize) -> usize {
    let first = word(trees.get(from));
    let blocky = is_block(&first) || is_group(trees.get(from), Delimiter::Brace) || is_punct(trees.get(from), '\'');
    for at in from..trees.len() {
        if is_punct(trees.get(at), ';') {
            return at + 1;
        }
        let next = trees.get(at + 1);
        let follows = matches!(next, Some(TokenTree::Ident(ident)) if ident != "else" && ident != "as");
        if blocky && is_group(trees.get(at), Delimiter::Brace) && follows {
            return at + 1;
        }
    }
    trees.len()
}

/// Whether an expression is of a place: `a`, `self.b`, `f().c[0]`, `*d`, and no operator besides.
fn is_place(trees: &[TokenTree]) -> bool {
    let stars = trees.iter().take_while(|tree| is_punct(Some(tree), '*')).count();
    let chain = &trees[stars..];
    if let [TokenTree::Group(group)] = chain
        && group.delimiter() == Delimiter::Parenthesis
    {
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        return stars > 0 && !inside.is_empty() || is_place(&inside);
    }
    let Some(TokenTree::Ident(_) | TokenTree::Group(_)) = chain.first() else {
        return false;
    };
    let (mut at, mut angles) = (0, 0usize);
    while let Some(tree) = chain.get(at) {
        let next = chain.get(at + 1);
        match tree {
            TokenTree::Ident(ident) if ident == "as" || is_block(&ident.to_string()) => return false,
            TokenTree::Ident(_) if matches!(next, Some(TokenTree::Ident(_))) && angles == 0 => return false,
            TokenTree::Literal(_) if !is_punct(at.checked_sub(1).and_then(|at| chain.get(at)), '.') => return false,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return false,
            TokenTree::Punct(punct) => match punct.as_char() {
                // `::<` begins a list of types, which may have anything in it.
                '<' if angles > 0 || is_punct(at.checked_sub(1).and_then(|at| chain.get(at)), ':') => angles += 1,
                '>' if angles > 0 => angles -= 1,
                _ if angles > 0 => {}
                '.' if is_punct(next, '.') => return false,
                '.' | '?' => {}
                ':' if is_punct(next, ':') => at += 1,
                _ => return false,
            },
            _ => {}
        }
        at += 1;
    }
    let before = chain.len().checked_sub(2).and_then(|at| chain.get(at));
    let last_is_place = match chain.last() {
        // `Kind::Unit` makes a value; `STATIC` and `local` are places.
        Some(TokenTree::Ident(ident)) => {
            let name = ident.to_string();
            let value = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
            !value && name != "await" && name != "return" && name != "break" && name != "continue"
        }
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Bracket && before.is_some(),
        _ => false,
    };
    stars > 0 || last_is_place
}

/// Whether a keyword begins an expression with a block.
fn is_block(word: &str) -> bool {
    matches!(word, "for" | "while" | "loop" | "if" | "match" | "unsafe")
}

/// The names bound by what stands after `let`.
fn bound(trees: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    let single = |at: usize, c: char| {
        is_punct(trees.get(at), c) && !is_punct(trees.get(at + 1), c) && !(at > 0 && is_punct(trees.get(at - 1), c))
    };
    let end = (0..trees.len())
        .find(|&at| single(at, ':') || is_punct(trees.get(at), '=') && !is_punct(trees.get(at.wrapping_sub(1)), '.'));
    pattern(&trees[..end.unwrap_or(trees.len())], &mut names);
    names
}

fn pattern(trees: &[TokenTree], names: &mut Vec<String>) {
    for (at, tree) in trees.iter().enumerate() {
        let next = trees.get(at + 1);
        match tree {
            TokenTree::Group(group) => pattern(&group.stream().into_iter().collect::<Vec<_>>(), names),
            TokenTree::Ident(ident) => {
                let ident = ident.to_string();
                let plain = ident.starts_with(|c: char| c.is_lowercase() || c == '_') || ident.starts_with("r#");
                let path = is_punct(next, ':') || is_punct(next, '!') || matches!(next, Some(TokenTree::Group(_)));
                if plain && !path && !matches!(ident.as_str(), "mut" | "ref" | "_" | "true" | "false" | "box") {
                    names.push(ident);
                }
            }
            _ => {}
        }
    }
}

/// Marks what has to be written in another way; `own` is false within closures, whose `?` is their own.
fn mark(trees: &[TokenTree], own: bool, marks: &mut Vec<(usize, Mark)>) {
    let mut closure = false;
    let mut at = 0;
    while at < trees.len() {
        let tree = &trees[at];
        let before = at.checked_sub(1).and_then(|before| trees.get(before));
        match tree {
            TokenTree::Ident(ident) if ident == "self" && !is_punct(trees.get(at + 1), ':') => {
                marks.push((start(tree), Mark::Receiver))
            }
            TokenTree::Ident(ident) if ident == "fn" || ident == "impl" || ident == "trait" => {
                // An item within a block has its own `self` and its own `?`.
                let brace = trees[at..]
                    .iter()
                    .position(|tree| is_group(Some(tree), Delimiter::Brace));
                let named = matches!(trees.get(at + 1), Some(TokenTree::Ident(_))) || ident == "impl";
                if let (Some(brace), true) = (brace, named) {
                    at += brace;
                }
            }
            TokenTree::Ident(ident) if ident == "async" => closure = true,
            TokenTree::Punct(punct) => match punct.as_char() {
                '?' if own && !closure && before.is_some() => marks.push((start(tree), Mark::Try)),
                '|' if !closure && begins_closure(before) => closure = true,
                ',' | ';' => closure = false,
                _ => {}
            },
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                mark(&inside, own && !closure, marks);
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether a `|` after this begins a closure, and is no operator.
fn begins_closure(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '?',
        Some(TokenTree::Ident(ident)) => ident == "move" || ident == "return" || ident == "static",
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests;
