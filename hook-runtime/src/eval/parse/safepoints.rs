//! The places where a typed line looks whether Ctrl-C was pressed: the beginning of each body of a loop, a function or
//! a closure. A line without any of these ends by itself.
//!
//! None is put where the call would not compile, or where the text may be anything: in what is evaluated at compile
//! time, in the arguments of macros that may not take expressions, and in modules, from which the names around the line
//! cannot be seen. None is put in `extern` functions either, which no panic may leave.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::replacements::{begins_closure, value};
use super::{Replacement, end, is_brace, is_group, is_punct, is_word, start, word};

/// Macros of the standard library that show the text of their arguments.
const OF_SHOWN_TEXT: [&str; 3] = ["assert", "dbg", "debug_assert"];

/// Finds the places in a line.
pub(super) fn find(trees: &[TokenTree], replacements: &mut Vec<(Range<usize>, Replacement)>) {
    let mut search = Search {
        trees,
        bodies: Vec::new(),
        replacements,
    };
    let mut at = 0;
    while at < trees.len() {
        at = search.step(at);
    }
}

struct Search<'t> {
    trees: &'t [TokenTree],
    /// The positions of the braces that are bodies of loops and functions whose heads were found.
    bodies: Vec<usize>,
    replacements: &'t mut Vec<(Range<usize>, Replacement)>,
}

impl Search<'_> {
    fn is(&self, at: usize, c: char) -> bool {
        is_punct(self.trees.get(at), c)
    }

    fn is_name(&self, at: usize) -> bool {
        matches!(self.trees.get(at), Some(TokenTree::Ident(_)))
    }

    /// Looks at the tokens at a position, and returns the position of the next ones to look at.
    fn step(&mut self, at: usize) -> usize {
        match &self.trees[at] {
            TokenTree::Group(group) => self.group(at, group),
            TokenTree::Punct(punct) if punct.as_char() == '|' => self.closure(at),
            TokenTree::Punct(_) | TokenTree::Literal(_) => at + 1,
            TokenTree::Ident(ident) => self.word(at, &ident.to_string()),
        }
    }

    fn group(&mut self, at: usize, group: &proc_macro2::Group) -> usize {
        let is_attribute = group.delimiter() == Delimiter::Bracket
            && (at >= 1 && self.is(at - 1, '#') || at >= 2 && self.is(at - 1, '!') && self.is(at - 2, '#'));
        if is_attribute {
            return at + 1;
        }
        let mut inside: Vec<TokenTree> = group.stream().into_iter().collect();
        if self.bodies.contains(&at) {
            self.enter(at, &inside);
        }
        // The length of an array, behind its `;`, is a constant.
        if group.delimiter() == Delimiter::Bracket
            && let Some(semicolon) = inside.iter().position(|tree| is_punct(Some(tree), ';'))
        {
            inside.truncate(semicolon);
        }
        find(&inside, self.replacements);
        at + 1
    }

    /// Puts a safepoint at the beginning of a body, behind its inner attributes.
    fn enter(&mut self, at: usize, inside: &[TokenTree]) {
        let mut behind = start(&self.trees[at]) + 1;
        for attribute in inside.chunks_exact(3) {
            let is_inner = is_punct(attribute.first(), '#')
                && is_punct(attribute.get(1), '!')
                && is_group(attribute.get(2), Delimiter::Bracket);
            if !is_inner {
                break;
            }
            behind = end(&attribute[2]);
        }
        self.replacements.push((behind..behind, Replacement::Safepoint));
    }

    fn word(&mut self, at: usize, word: &str) -> usize {
        let before = at.checked_sub(1).and_then(|before| self.trees.get(before));
        match word {
            "loop" if is_brace(self.trees.get(at + 1)) => self.bodies.push(at + 1),
            "while" => self.bodies.extend(self.body_behind(at + 1)),
            "for" if !self.is(at + 1, '<') => {
                let rest = self.trees[at..].iter();
                let of = rest
                    .take_while(|tree| !is_punct(Some(tree), ';'))
                    .position(|tree| is_word(Some(tree), "in"));
                if let Some(of) = of.map(|of| at + of) {
                    self.bodies.extend(self.body_behind(of + 1));
                    return of + 1;
                }
            }
            "fn" if self.is_name(at + 1) => return self.function(at),
            "const" | "extern" | "mod" | "enum" | "static" => return self.skip(at, word, before),
            _ if self.is(at + 1, '!') && !self.is(at + 2, '=') => return self.call(at, word),
            _ => {}
        }
        at + 1
    }

    /// Returns the position behind the call of a macro. Its arguments are looked at if they are expressions.
    fn call(&mut self, at: usize, name: &str) -> usize {
        if name == "macro_rules" {
            return at + 4;
        }
        let takes_expressions =
            hook_rustc::std_macros::OF_EXPRESSIONS.contains(&name) && !OF_SHOWN_TEXT.contains(&name);
        if takes_expressions && let Some(TokenTree::Group(group)) = self.trees.get(at + 2) {
            find(&group.stream().into_iter().collect::<Vec<_>>(), self.replacements);
        }
        at + 3
    }

    /// Looks at the head of a function, and returns the position of its body.
    fn function(&mut self, at: usize) -> usize {
        match self.end_of_head(at) {
            Some(body) if is_brace(self.trees.get(body)) => {
                self.bodies.push(body);
                body
            }
            Some(end) => end + 1,
            None => self.trees.len(),
        }
    }

    /// Returns the position of the brace or the `;` behind a head. A brace between angle brackets is a constant.
    fn end_of_head(&self, at: usize) -> Option<usize> {
        let mut angles = 0_usize;
        (at..self.trees.len()).find(|&at| {
            let is_arrow = at >= 1 && (self.is(at - 1, '-') || self.is(at - 1, '='));
            if self.is(at, '<') {
                angles += 1;
            } else if self.is(at, '>') && !is_arrow {
                angles = angles.saturating_sub(1);
            }
            self.is(at, ';') || angles == 0 && is_brace(self.trees.get(at))
        })
    }

    /// Returns the position behind what is left as it is, if this keyword begins such a thing.
    fn skip(&self, at: usize, keyword: &str, before: Option<&TokenTree>) -> usize {
        let behind = |end: Option<usize>| end.map_or(self.trees.len(), |end| end + 1);
        match (keyword, word(self.trees.get(at + 1)).as_str()) {
            ("const", "fn" | "unsafe" | "async" | "extern") => behind(self.end_of_head(at)),
            ("const", "") if is_brace(self.trees.get(at + 1)) => at + 2,
            // This is a parameter, or the type of a pointer.
            ("const", _) if ['<', ',', '*'].iter().any(|c| is_punct(before, *c)) => at + 1,
            ("extern", _) => {
                let abi = matches!(self.trees.get(at + 1), Some(TokenTree::Literal(_)));
                let next = at + 1 + usize::from(abi);
                match is_brace(self.trees.get(next)) || is_word(self.trees.get(next), "fn") && self.is_name(next + 1) {
                    true => behind(self.end_of_head(next)),
                    false => next,
                }
            }
            (_, "" | "move") => at + 1,
            ("const" | "static", _) => {
                let end = self.trees[at..].iter().position(|tree| is_punct(Some(tree), ';'));
                behind(end.map(|end| at + end))
            }
            _ => behind(self.end_of_head(at)),
        }
    }

    /// Returns the position of the body of a `while` or `for` whose condition or iterator begins here. Braces that
    /// begin an operand are a part of that.
    fn body_behind(&self, from: usize) -> Option<usize> {
        // This many bodies of a `match` or an `if` come before it.
        let (mut inner, mut in_pattern) = (0_usize, false);
        for at in from..self.trees.len() {
            let before = if at > from { self.trees.get(at - 1) } else { None };
            match &self.trees[at] {
                TokenTree::Ident(ident) if ident == "let" => in_pattern = true,
                TokenTree::Ident(ident) if ident == "match" || ident == "if" => inner += 1,
                TokenTree::Punct(punct) if punct.as_char() == '=' => in_pattern = false,
                TokenTree::Punct(punct) if punct.as_char() == ';' => return None,
                tree if !is_brace(Some(tree)) || in_pattern || self.begins_operand(at, before) => {}
                _ if inner > 0 => inner -= 1,
                _ => return Some(at),
            }
        }
        None
    }

    /// Returns whether a brace after this token is an operand, and not the body of what stands before it.
    fn begins_operand(&self, at: usize, before: Option<&TokenTree>) -> bool {
        match before {
            None => true,
            Some(TokenTree::Ident(ident)) => ["unsafe", "async", "move", "const", "loop", "else", "in"]
                .iter()
                .any(|word| ident == word),
            Some(TokenTree::Punct(punct)) => match punct.as_char() {
                // The range `0..` may end there.
                '.' => !(at >= 2 && self.is(at - 2, '.')),
                '?' | '>' => false,
                _ => true,
            },
            Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
        }
    }

    /// Looks at a `|`. If it begins a closure, gives the position of the body.
    fn closure(&mut self, at: usize) -> usize {
        let before = at.checked_sub(1).and_then(|before| self.trees.get(before));
        if !begins_closure(before) {
            // The second half of `||` begins no closure either.
            return at + 1 + usize::from(self.is(at + 1, '|'));
        }
        let Some(close) = (at + 1..self.trees.len()).find(|at| self.is(*at, '|')) else {
            return at + 1;
        };
        let mut body = close + 1;
        // Where there is an arrow, these are alternatives of a pattern.
        let is_arrow = |pair: &[TokenTree]| is_punct(pair.first(), '=') && is_punct(pair.last(), '>');
        let rest = value(self.trees.get(body..).unwrap_or_default());
        if self.trees[at..close].windows(2).any(is_arrow) || rest.windows(2).any(is_arrow) {
            return at + 1;
        }
        if self.is(body, '-') && self.is(body + 1, '>') {
            match self.end_of_head(body + 2) {
                Some(brace) => body = brace,
                None => return self.trees.len(),
            }
        }
        let rest = value(self.trees.get(body..).unwrap_or_default());
        match (rest.first(), rest.last()) {
            (first, _) if is_brace(first) => self.bodies.push(body),
            (Some(first), Some(last)) => {
                let (start, end) = (start(first), end(last));
                self.replacements.push((start..start, Replacement::SafepointOpen));
                self.replacements.push((end..end, Replacement::SafepointClose));
            }
            _ => {}
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// Compares a line, with `!` where it looks and brackets around bodies that get braces for that.
    #[track_caller]
    fn check(expected: &str) {
        let text = expected.replace(['!', '\u{ab}', '\u{bb}'], "").replace('\u{b0}', "!");
        let source = parse(&text).unwrap();
        let mut shown = text.replace('!', "\u{b0}");
        let mut places: Vec<_> = source
            .replacements
            .iter()
            .filter_map(|(bytes, mark)| {
                let mark = match mark {
                    Replacement::Safepoint => "!",
                    Replacement::SafepointOpen => "\u{ab}",
                    Replacement::SafepointClose => "\u{bb}",
                    _ => return None,
                };
                Some((text[..bytes.start].matches('!').count() + bytes.start, mark))
            })
            .collect();
        while let Some((at, mark)) = places.pop() {
            shown.insert_str(at, mark);
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn loops() {
        check("loop {! f() }");
        check("'a: loop {! loop {! break 'a; } }");
        check("while x {! }");
        check("while let Some(S { x, .. }) = v.pop() {! f(x) }");
        check("for i in 0.. {! }");
        check("for S { a, b } in v.iter() {! a }");
        check("for x in { v } {! }");
        check("while unsafe { f() } {! }");
        check("while { x } {! }");
        check("for x in match y { A { .. } => loop {! break 1 } } {! }");
        check("while if a { b } else if c { d } else { e } {! }");
        check("while let A { x } = a && let B { y } = b {! }");
        check("for x in v.iter().map(|x| «x + 1») {! }");
        check("for _ in Vec::<u8>::new() {! }");
        check("async { loop {! x.await; } }");
        check("let a = loop {! break 1 };");
        check("if let Some(x) = y { for z in x {! } }");
        check("x.is_empty()");
    }

    #[test]
    fn functions() {
        check("fn f() {! }");
        check("fn f() {#°[allow(unused)]! g() }");
        check("pub(crate) async unsafe fn f<T: Fn(u8) -> u8>(x: [u8; 3]) -> Vec<T> where T: Copy, {! loop {! } }");
        check("fn f() -> A<{ N }> {! }");
        check("impl<T> A for B<T> { fn a(&self); fn b(&self) {! } }");
        check("impl<const N: usize> A<N> { const X: u8 = { loop {} }; fn b(&self) {! } }");
        check("trait T { fn a(); fn b() {! |x| «x»; } }");
        check("fn f<const N: usize>() {! fn g() {! } }");
        check("let f: fn(u8) -> u8 = g; fn h(x: *const u8) {! }");
        check("struct S { f: fn(u8) } f(loop {! })");
    }

    #[test]
    fn closures() {
        check("|| «1»");
        check("let f = |x: &u8| «*x + 1»; f(1)");
        check("v.iter().map(|&(a, b)| «a + b»).filter(move |x| {! x > 3 })");
        check("|x| -> Vec<u8> {! x }");
        check("|x| «|y| «x + y»»");
        check("f(|x| «match x { 1 => 2, _ => loop {! } }», |_| «()»)");
        check("S { f: |x| «x», g: 1 }");
        check("|x| «x.iter().collect::<HashMap<_, _>>()», 3");
        check("|| «async move { 1 }»");
        check("a || b | c || { d }");
        check("match x { | A | B => 1, | C => || «2», 1 | 2 => 3 }");
        check("if let A | B = x { }");
        check("static F: fn() = || loop {}; 1");
    }

    #[test]
    fn left_alone() {
        check("const fn f() { loop {} }");
        check("const X: u8 = { loop {} }; loop {! }");
        check("const { loop {} } loop {! }");
        check("[1; { loop {} }] loop {! }");
        check("enum E { A = { loop {} } } loop {! }");
        check("extern \"C\" fn f() { loop {} } loop {! }");
        check("extern \"C\" { fn f(); } loop {! }");
        check("mod m { fn f() { loop {} } } loop {! }");
        check("m° { loop {} } loop {! }");
        check("m°(|x| x); println°(\"{}\", f(|x| «x»)); assert°(v.all(|x| x))");
        check("macro_rules° m { () => { loop {} } } loop {! }");
        check("#[a(|x| x)] fn f() {! }");
    }
}
