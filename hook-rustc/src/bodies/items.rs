//! The items of a file are read, and what is in modules, impls and traits.

use super::contents::{Contents, is_plain};
use super::header;
use super::parameters::parameters;
use super::{Function, Functions};
use crate::lexer::{Token, Tokens};

/// Attributes by which a crate is stricter than rustc is by itself.
const STRICTER: [&str; 3] = ["deny", "forbid", "warn"];

pub(super) fn read(text: &str) -> Option<Functions<'_>> {
    let mut reader = Reader {
        text,
        tokens: Tokens::of(text),
        found: Functions::default(),
    };
    reader.items(None)?;
    Some(reader.found)
}

struct Reader<'t> {
    text: &'t str,
    tokens: Tokens<'t>,
    found: Functions<'t>,
}

/// What is known of an item before its keyword.
#[derive(Default)]
struct ItemHead {
    /// The body must stay, because it decides more than what the function does: the function is `async`, or a macro
    /// reads it.
    kept: bool,
    constant: bool,
    inline: bool,
    foreign: bool,
    is_async: bool,
    /// Our own attribute is the only macro that reads it.
    is_hookable: bool,
}

/// What items stand in.
#[derive(Clone, Copy)]
struct Container<'h> {
    /// There is code of its functions only with types.
    generic: bool,
    /// The type, or the type and its trait, that names what is in an `impl`.
    owner: Option<&'h str>,
    /// It is a module, in which functions have no owner.
    module: bool,
    /// Our own attribute may have put hooks into its functions.
    is_hookable: bool,
}

const MODULE: Container<'static> = Container {
    generic: false,
    owner: None,
    module: true,
    is_hookable: false,
};
const TRAIT: Container<'static> = Container {
    generic: true,
    owner: None,
    module: false,
    is_hookable: false,
};

impl<'t> Reader<'t> {
    /// Reads items up to the end of the text, or of the container that was just opened.
    fn items(&mut self, within: Option<Container<'_>>) -> Option<()> {
        let mut head = ItemHead::default();
        loop {
            let word = match self.tokens.next() {
                None => return (within.is_none() && self.tokens.ended()).then_some(()),
                Some(Token::Close('}')) if within.is_some() => return Some(()),
                Some(Token::Punct('#')) => {
                    self.attribute(&mut head)?;
                    continue;
                }
                Some(Token::Punct(';')) => continue,
                Some(Token::Word(word)) => word,
                Some(_) => return None,
            };
            match word {
                "pub" => {
                    let mut ahead = self.tokens;
                    if ahead.next() == Some(Token::Open('(')) {
                        ahead.leave()?;
                        self.tokens = ahead;
                    }
                    continue;
                }
                "unsafe" | "default" => continue,
                "async" => {
                    head.kept = true;
                    head.is_async = true;
                    continue;
                }
                "const" => {
                    head.constant = true;
                    continue;
                }
                "extern" => {
                    let mut ahead = self.tokens;
                    if ahead.next() == Some(Token::Literal) {
                        self.tokens = ahead;
                    }
                    ahead = self.tokens;
                    if ahead.next() == Some(Token::Open('{')) {
                        ahead.leave()?;
                        self.tokens = ahead;
                    } else {
                        head.foreign = true;
                        continue;
                    }
                }
                "fn" => self.function(&head, within)?,
                "mod" => self.container(&head, MODULE)?,
                "trait" => self.container(&head, TRAIT)?,
                "impl" => self.implementation(&head)?,
                "struct" | "enum" | "union" => {
                    if self.group()? {
                        self.tokens.leave()?;
                    }
                }
                "static" | "use" | "type" => self.statement()?,
                "macro_rules" => self.macro_rules()?,
                _ if head.constant => self.statement()?,
                _ => self.invocation()?,
            }
            head = ItemHead::default();
        }
    }

    /// Reads an attribute, and notes what it says of the next item.
    fn attribute(&mut self, head: &mut ItemHead) -> Option<()> {
        let start = self.tokens.at() - 1;
        let mut token = self.tokens.next()?;
        let inner = token == Token::Punct('!');
        if inner {
            token = self.tokens.next()?;
        }
        if token != Token::Open('[') {
            return None;
        }
        let mut token = self.tokens.next()?;
        // A path may begin with `::`.
        while token == Token::Punct(':') {
            token = self.tokens.next()?;
        }
        let Token::Word(name) = token else { return None };
        self.tokens.leave()?;
        if STRICTER.contains(&name) {
            self.found.lints.push(start..self.tokens.at());
        }
        match !inner && name == "hookable" {
            true => head.is_hookable = true,
            false => head.kept |= !inner && !is_plain(name),
        }
        head.inline |= !inner && name == "inline";
        Some(())
    }

    /// Returns whether parameters come next, and one of them is a type or a constant. Goes nowhere.
    fn has_type_parameters(&self) -> Option<bool> {
        let mut ahead = self.tokens;
        if ahead.next() != Some(Token::Punct('<')) {
            return Some(false);
        }
        let (mut depth, mut begins, mut arrow) = (1_usize, true, false);
        while depth > 0 {
            let token = ahead.next()?;
            match token {
                Token::Punct('<') => depth += 1,
                Token::Punct('>') if !arrow => depth -= 1,
                Token::Open(_) => ahead.leave()?,
                Token::Word(_) if begins => return Some(true),
                _ => {}
            }
            // An attribute may stand before a parameter.
            let attribute = begins && matches!(token, Token::Punct('#') | Token::Open('['));
            begins = attribute || depth == 1 && token == Token::Punct(',');
            arrow = matches!(token, Token::Punct('-' | '='));
        }
        Some(false)
    }

    /// Goes behind the `{` of an item that stands outside of brackets, parentheses and the arguments of types, or
    /// behind the `;` of an item. Returns whether it was a `{`.
    fn group(&mut self) -> Option<bool> {
        let (mut angles, mut arrow) = (0_usize, false);
        loop {
            let token = self.tokens.next()?;
            match token {
                Token::Open('{') if angles == 0 => return Some(true),
                Token::Open(_) => self.tokens.leave()?,
                Token::Close(_) => return None,
                Token::Punct(';') => return Some(false),
                Token::Punct('<') => angles += 1,
                Token::Punct('>') if !arrow => angles = angles.saturating_sub(1),
                _ => {}
            }
            arrow = matches!(token, Token::Punct('-' | '='));
        }
    }

    /// Goes behind the `;` of an item.
    fn statement(&mut self) -> Option<()> {
        loop {
            match self.tokens.next()? {
                Token::Open(_) => self.tokens.leave()?,
                Token::Close(_) => return None,
                Token::Punct(';') => return Some(()),
                _ => {}
            }
        }
    }

    fn implementation(&mut self, head: &ItemHead) -> Option<()> {
        let generic = self.has_type_parameters()?;
        let start = self.tokens.at();
        let mut ahead = Reader {
            text: self.text,
            tokens: self.tokens,
            found: Functions::default(),
        };
        let owner = match ahead.group()? && !generic {
            true => header::owner(&self.text[start..ahead.tokens.at() - 1]),
            false => None,
        };
        let first = self.found.functions.len();
        self.container(
            head,
            Container {
                generic,
                owner: owner.as_deref(),
                module: false,
                is_hookable: false,
            },
        )?;
        for function in &mut self.found.functions[first..] {
            function.beside = self.tokens.at();
        }
        Some(())
    }

    fn container(&mut self, head: &ItemHead, container: Container<'_>) -> Option<()> {
        match self.group()? {
            true if head.kept => self.tokens.leave(),
            true => {
                let is_hookable = container.is_hookable || head.is_hookable;
                self.items(Some(Container {
                    is_hookable,
                    ..container
                }))
            }
            false => Some(()),
        }
    }

    /// Reads a macro that is defined by rules.
    fn macro_rules(&mut self) -> Option<()> {
        let mut ahead = self.tokens;
        let (bang, name, open) = (ahead.next()?, ahead.next()?, ahead.next()?);
        if let (Token::Punct('!'), Token::Word(name), Token::Open(_)) = (bang, name, open) {
            let contents = Contents::read(&mut ahead)?;
            self.found.macros.push((name, contents));
            self.tokens = ahead;
            return Some(());
        }
        self.invocation()
    }

    /// Goes behind the call of a macro: `name!(..);`, `path::name! name { .. }`.
    fn invocation(&mut self) -> Option<()> {
        loop {
            match self.tokens.next()? {
                Token::Open('{') => return self.tokens.leave(),
                Token::Open(_) => self.tokens.leave()?,
                Token::Punct(';') => return Some(()),
                Token::Punct('!' | ':') | Token::Word(_) | Token::Literal => {}
                _ => return None,
            }
        }
    }

    fn function(&mut self, head: &ItemHead, within: Option<Container<'_>>) -> Option<()> {
        let mut ahead = self.tokens;
        let Token::Word(name) = ahead.next()? else { return None };
        self.tokens = ahead;
        let has_types = self.has_type_parameters()? || within.is_some_and(|within| within.generic);
        let start = self.tokens;
        if !self.group()? {
            return Some(());
        }
        let open = self.tokens.at() - 1;
        let (has_impl, is_future) = (has_impl(start, open), head.is_async || gives_future(start, open));
        let parameters = parameters(self.text, start)?;
        let is_generic = has_types || parameters.iter().any(|parameter| !parameter.implied.is_empty());
        let contents = Contents::read(&mut self.tokens)?;
        let named = match within.filter(|within| !within.module) {
            _ if is_generic => None,
            Some(within) => within.owner.map(|owner| format!("{owner}::{name}")),
            None => Some(name.to_owned()),
        };
        self.found.functions.push(Function {
            named,
            beside: self.tokens.at(),
            name,
            body: open..self.tokens.at(),
            is_seen: head.kept
                || head.is_hookable
                || within.is_some_and(|within| within.is_hookable)
                || head.constant
                || has_impl
                || contents.has_impl,
            is_generic,
            parameters,
            is_future,
            is_foreign: head.foreign,
            is_inline: head.inline,
            contents,
        });
        Some(())
    }
}

/// Returns whether an `impl` stands before a byte.
fn has_impl(mut tokens: Tokens<'_>, end: usize) -> bool {
    while let Some(token) = tokens.next() {
        if tokens.at() > end {
            break;
        }
        if token == Token::Word("impl") {
            return true;
        }
    }
    false
}

/// Returns whether an `impl` that is a future stands behind the arrow before a byte.
fn gives_future(mut tokens: Tokens<'_>, end: usize) -> bool {
    let (mut last, mut has_impl, mut behind) = (None, false, false);
    while let Some(token) = tokens.next() {
        if tokens.at() > end {
            break;
        }
        behind |= (last, token) == (Some(Token::Punct('-')), Token::Punct('>'));
        has_impl |= behind && token == Token::Word("impl");
        if has_impl && token == Token::Word("Future") {
            return true;
        }
        last = Some(token);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells of each function what is known: its name, how it is named from beside, and what keeps its body.
    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let told = |function: &Function<'_>| {
            let body = &text[function.body.clone()];
            assert!(body.starts_with('{') && body.ends_with('}'), "{body}");
            let mut told = vec![function.named.clone().unwrap_or_else(|| format!("({})", function.name))];
            for (is, what) in [
                (function.is_seen, "seen"),
                (function.is_generic, "generic"),
                (function.is_inline, "inline"),
            ] {
                told.extend(is.then(|| what.to_owned()));
            }
            told.join(" ")
        };
        let found = read(text).map(|found| found.functions.iter().map(told).collect::<Vec<_>>());
        assert_eq!(
            found.as_deref(),
            Some(expect)
                .map(|expect| expect.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
                .as_deref(),
            "{text}"
        );
    }

    #[test]
    fn functions_by_their_heads() {
        check(
            "fn f() {} pub(crate) unsafe extern \"C\" fn g(a: u8) -> u8 { a }",
            &["f", "g"],
        );
        check(
            "const fn f() {} async fn g() {} #[a] fn h() {}",
            &["f seen", "g seen", "h seen"],
        );
        check(
            "#[::a::b] fn f() {} #[::hookable::hookable(c)] fn g() {}",
            &["f seen", "g seen"],
        );
        check(
            "fn f() -> impl A {} fn g(a: impl B) {} fn h() { impl A for B {} }",
            &["f seen", "(g) seen generic", "h seen"],
        );
        check(
            "impl A { fn f(a: B<impl C>) {} fn g(a: Implied) {} } async fn h(a: &impl D) {}",
            &["(f) seen generic", "<A>::g", "(h) seen generic"],
        );
        check("fn f() -> Simple { simply() }", &["f"]);
        check(
            "#[inline] fn f() {} #[inline(never)] fn g() {} fn h() {}",
            &["f inline", "g inline", "h"],
        );
        check("fn f(); extern { fn g(); } fn h() {}", &["h"]);
    }

    #[test]
    fn what_a_call_of_a_function_needs() {
        #[track_caller]
        fn check(text: &str, expect: (usize, bool)) {
            let found = read(text).expect("it can be read").functions;
            assert_eq!((found[0].parameters.len(), found[0].is_future), expect, "{text}");
        }
        check("fn f() {}", (0, false));
        check(
            "async fn f<T: A<B, C>>(&mut self, a: A<B, C>, #[b] c: fn(D, E) -> F,) {}",
            (3, true),
        );
        check("fn f(a: u8) -> impl Future<Output = u8> {}", (1, true));
        check("fn f(a: impl Future, b: [u8; { 1 }]) -> impl A {}", (2, false));
        check("fn f(a: A<{ B }, C>) -> Future {}", (1, false));
    }

    #[test]
    fn functions_that_are_made_of_types() {
        check(
            "fn f<'a>(a: &'a A) {} fn g<T>() {} fn h<'a, const N: u8>() {}",
            &["f", "(g) generic", "(h) generic"],
        );
        check(
            "fn f<'a: 'b, 'b>() {} fn g<#[a] 'a, #[b] T>() {} fn h<>() {}",
            &["f", "(g) generic", "h"],
        );
        check(
            "fn f<F: Fn() -> u8>() {} fn g() -> A<u8> { h::<u8>() }",
            &["(f) generic", "g"],
        );
        check(
            "trait T { fn f() {} fn g(); } mod m { fn f() {} }",
            &["(f) generic", "f"],
        );
        check(
            "impl<T> A<T> { fn f() {} } impl<'a> A<'a> { fn f() {} fn g<T>() {} }",
            &["(f) generic", "<A<'_>>::f", "(g) generic"],
        );
    }

    #[test]
    fn functions_by_what_they_are_in() {
        check(
            "impl A { fn f() {} } unsafe impl T for A { fn f() {} }",
            &["<A>::f", "<A as T>::f"],
        );
        check("#[a] impl A { fn f() {} } #[a] mod m { fn f() {} }", &[]);
        check(
            "#[hookable] impl A { fn f() {} } #[hookable] fn g() {}",
            &["<A>::f seen", "g seen"],
        );
        check("mod m { impl A { fn f() {} } fn g() {} }", &["<A>::f", "g"]);
        check(
            "m! { fn f() {} } macro_rules! n { () => { fn f() {} } } fn g() {}",
            &["g"],
        );
        check("fn f() { fn g() {} }", &["f"]);
        check(
            "impl T for fn() -> A<B> where A: C<{ 1 }> { fn f() {} }",
            &["<fn() -> A<B> as T>::f"],
        );
    }

    #[test]
    fn what_else_is_found() {
        let text = "#![deny(a)] #[warn(b)] mod m { #![forbid(c)] fn f() {} } macro_rules! n { () => { o!() } }";
        let found = read(text).expect("it can be read");
        assert_eq!((found.lints.len(), found.lints.first()), (3, Some(&(0..11))));
        assert_eq!(found.macros[0].0, "n");
        assert_eq!(found.macros[0].1.calls, ["o"]);
        assert!(text[..found.functions[0].beside].ends_with("fn f() {}"));
        let text = "impl A { fn f() {} fn g() {} } fn h() {}";
        let found = read(text).expect("it can be read").functions;
        let beside: Vec<usize> = found.iter().map(|function| function.beside).collect();
        assert_eq!(beside, [30, 30, text.len()]);
    }

    #[test]
    fn what_cannot_be_read() {
        for text in ["fn f() {", "fn f() { \"a }", "1 + 2", "}", "fn f() {} }"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
