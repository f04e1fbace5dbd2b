//! A file of Rust without the bodies that nothing outside can see. This is pure: it reads a text and gives another.

use hook_rustc::lexer::{Token, Tokens};

/// Attributes of the language and its tools. Any other may be a macro that reads what it stands on.
const PLAIN: [&str; 21] = [
    "allow",
    "cfg",
    "clippy",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "inline",
    "must_use",
    "non_exhaustive",
    "path",
    "repr",
    "rustfmt",
    "should_panic",
    "test",
    "track_caller",
    "warn",
];
const EMPTY: &str = "{loop{}";

/// Gives the file with an endless loop for every body that can be left out, and each other token where it was. It gives
/// `None` where the file cannot be read.
pub(super) fn blank(text: &str) -> Option<String> {
    let mut blanks = Blanks {
        tokens: Tokens::of(text),
        text,
        copied: 0,
        out: String::with_capacity(text.len()),
    };
    blanks.items(false)?;
    blanks.out.push_str(&text[blanks.copied..]);
    Some(blanks.out)
}

struct Blanks<'a> {
    tokens: Tokens<'a>,
    text: &'a str,
    /// The byte up to which the text is in `out`.
    copied: usize,
    out: String,
}

/// What is known of an item before its keyword.
#[derive(Default)]
struct ItemHead {
    /// The body must stay, because it decides more than what the function does: the function is `async`, or a macro
    /// reads it.
    kept: bool,
    constant: bool,
}

impl Blanks<'_> {
    /// Reads items up to the end of the text, or of the group that was just opened.
    fn items(&mut self, nested: bool) -> Option<()> {
        let mut head = ItemHead::default();
        loop {
            let word = match self.tokens.next() {
                None => return (!nested && self.tokens.ended()).then_some(()),
                Some(Token::Close('}')) if nested => return Some(()),
                Some(Token::Punct('#')) => {
                    head.kept |= self.attribute()?;
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
                    if ahead.next() == Some(Token::Open('{')) {
                        ahead.leave()?;
                        self.tokens = ahead;
                    } else {
                        continue;
                    }
                }
                "fn" => self.function(&head)?,
                "mod" | "impl" | "trait" => self.container(&head)?,
                "struct" | "enum" | "union" => {
                    if self.group()? {
                        self.tokens.leave()?;
                    }
                }
                "static" | "use" | "type" => self.statement()?,
                _ if head.constant => self.statement()?,
                _ => self.invocation()?,
            }
            head = ItemHead::default();
        }
    }

    /// Reads an attribute, and tells whether it may be a macro that reads the next item.
    fn attribute(&mut self) -> Option<bool> {
        let mut token = self.tokens.next()?;
        let inner = token == Token::Punct('!');
        if inner {
            token = self.tokens.next()?;
        }
        if token != Token::Open('[') {
            return None;
        }
        let Token::Word(name) = self.tokens.next()? else {
            return None;
        };
        self.tokens.leave()?;
        Some(!inner && !PLAIN.contains(&name))
    }

    /// Goes behind the `{` of an item that stands outside of brackets, parentheses and the arguments of types, or
    /// behind the `;` of an item. Tells whether it was a `{`.
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

    fn container(&mut self, head: &ItemHead) -> Option<()> {
        match self.group()? {
            true if head.kept => self.tokens.leave(),
            true => self.items(true),
            false => Some(()),
        }
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

    fn function(&mut self, head: &ItemHead) -> Option<()> {
        let start = self.tokens.at();
        if !self.group()? {
            return Some(());
        }
        let open = self.tokens.at() - 1;
        self.tokens.leave()?;
        let body = &self.text[open..self.tokens.at()];
        // The body decides what an `impl Trait` is, and what an `impl` within it adds.
        if !head.kept && !head.constant && !self.text[start..self.tokens.at()].contains("impl") {
            self.replace(open, body);
        }
        Some(())
    }

    /// Puts an endless loop in the place of a body, on as many lines and with its last brace in the same column.
    fn replace(&mut self, open: usize, body: &str) {
        let lines = body.matches('\n').count();
        let last = body.rsplit('\n').next().unwrap_or_default().chars().count() - 1;
        let Some(width) = last.checked_sub(if lines == 0 { EMPTY.len() } else { 0 }) else {
            return;
        };
        self.out.push_str(&self.text[self.copied..open]);
        self.out.push_str(EMPTY);
        self.out.push_str(&"\n".repeat(lines));
        self.out.push_str(&" ".repeat(width));
        self.out.push('}');
        self.copied = open + body.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the text without the blanks between its tokens; `unread` stands for a file that cannot be read.
    fn check(text: &str, expect: &str) {
        let blanked = blank(text);
        if let Some(blanked) = &blanked {
            assert_eq!(blanked.lines().count(), text.lines().count(), "{blanked}");
            let last = |text: &str| text.lines().last().map(|line| line.chars().count());
            assert_eq!(last(blanked), last(text), "{blanked}");
        }
        let words = blanked.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(words.as_deref().unwrap_or("unread"), expect);
    }

    #[test]
    fn bodies_of_functions() {
        check("fn f(a: u8) -> u8 { a + 1000 }", "fn f(a: u8) -> u8 {loop{} }");
        check(
            "pub(crate) unsafe fn f() {\n  let é = 1;\n  }",
            "pub(crate) unsafe fn f() {loop{} }",
        );
        check("extern \"C\" fn f() { a(); b(); }", "extern \"C\" fn f() {loop{} }");
        check(
            "#[inline] fn f() { a(); b(); } // end",
            "#[inline] fn f() {loop{} } // end",
        );
        check(
            "fn f<T>(t: [T; { 3 }]) -> A<{ 4 }> where T: Fn(u8) -> B<T> { long(t) }",
            "fn f<T>(t: [T; { 3 }]) -> A<{ 4 }> where T: Fn(u8) -> B<T> {loop{} }",
        );
        check("#![no_std] fn f() { a(); b(); }", "#![no_std] fn f() {loop{} }");
        check("fn f() {}", "fn f() {}");
    }

    #[test]
    fn bodies_within_items() {
        check(
            "impl<T> A<T> for B { const C: u8 = { 1 }; fn f() { a(); b(); } }",
            "impl<T> A<T> for B { const C: u8 = { 1 }; fn f() {loop{} } }",
        );
        check(
            "mod m { trait T { type A; fn f(); fn g() { a(); b(); } } }",
            "mod m { trait T { type A; fn f(); fn g() {loop{} } } }",
        );
        check(
            "mod m; use a::{b, c}; struct A { f: fn() } struct B(fn()); fn f() { a(); b(); }",
            "mod m; use a::{b, c}; struct A { f: fn() } struct B(fn()); fn f() {loop{} }",
        );
    }

    #[test]
    fn what_others_can_see_stays() {
        for text in [
            "const fn f() -> u8 { a(); b() }",
            "async fn f() { a(); b(); }",
            "fn f() -> impl A { a(); b() }",
            "fn f() { impl A for B {} a() }",
            "#[hookable] fn f() { a(); b(); }",
            "#[hookable] impl A { fn f() { a(); b(); } }",
            "#[cfg_attr(a, b)] mod m { fn f() { a(); b(); } }",
            "macro_rules! m { () => { fn f() { a(); b(); } } }",
            "a::m! { fn f() { a(); b(); } }",
            "m!(fn f() { a(); b(); });",
            "static F: fn() = || { a(); b(); };",
            "const F: fn() = || { a(); b(); };",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        check("fn f() { a(); b();", "unread");
        check("fn f() { \"a }", "unread");
        check("1 + 2", "unread");
    }
}
