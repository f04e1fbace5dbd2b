//! A file without the bodies that nothing outside can see: pure.

use crate::syntax::scan::{Scan, Token};

/// Attributes of the language: any other may be a macro that reads what it stands on.
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

/// The file with an endless loop for every body that can be left out, each token where it was. None where it cannot be read.
pub(super) fn blank(text: &str) -> Option<String> {
    let mut blanks = Blanks {
        scan: Scan::new(text),
        text,
        copied: 0,
        out: String::with_capacity(text.len()),
    };
    blanks.items(false)?;
    blanks.out.push_str(&text[blanks.copied..]);
    Some(blanks.out)
}

struct Blanks<'a> {
    scan: Scan<'a>,
    text: &'a str,
    /// Up to here the text is in `out`.
    copied: usize,
    out: String,
}

/// What is known of an item before its keyword.
#[derive(Default)]
struct ItemHead {
    /// The body decides more than what the function does: it is `const`, `async`, or a macro's.
    kept: bool,
    constant: bool,
}

impl Blanks<'_> {
    /// Items up to the end of the text, or of the group that was just opened.
    fn items(&mut self, nested: bool) -> Option<()> {
        let mut head = ItemHead::default();
        loop {
            let word = match self.scan.token() {
                None => return (!nested && self.scan.ended()).then_some(()),
                Some(Token::Close(b'}')) if nested => return Some(()),
                Some(Token::Punct(b'#')) => {
                    head.kept |= self.attribute()?;
                    continue;
                }
                Some(Token::Punct(b';')) => continue,
                Some(Token::Word(word)) => word,
                Some(_) => return None,
            };
            match word {
                "pub" => {
                    let mut ahead = self.scan;
                    if ahead.token() == Some(Token::Open(b'(')) {
                        ahead.leave()?;
                        self.scan = ahead;
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
                    let mut ahead = self.scan;
                    if ahead.token() == Some(Token::Other) {
                        self.scan = ahead;
                    }
                    if ahead.token() == Some(Token::Open(b'{')) {
                        ahead.leave()?;
                        self.scan = ahead;
                    } else {
                        continue;
                    }
                }
                "fn" => self.function(&head)?,
                "mod" | "impl" | "trait" => self.container(&head)?,
                "struct" | "enum" | "union" => {
                    if self.group()? {
                        self.scan.leave()?;
                    }
                }
                "static" | "use" | "type" => self.statement()?,
                _ if head.constant => self.statement()?,
                _ => self.invocation()?,
            }
            head = ItemHead::default();
        }
    }

    /// Whether it may be a macro's that reads the next item.
    fn attribute(&mut self) -> Option<bool> {
        let mut token = self.scan.token()?;
        let inner = token == Token::Punct(b'!');
        if inner {
            token = self.scan.token()?;
        }
        if token != Token::Open(b'[') {
            return None;
        }
        let Token::Word(name) = self.scan.token()? else {
            return None;
        };
        self.scan.leave()?;
        Some(!inner && !PLAIN.contains(&name))
    }

    /// Behind the `{` of an item, outside of brackets, parentheses and the arguments of types; or behind its `;`, and then
    /// `false`.
    fn group(&mut self) -> Option<bool> {
        let (mut angles, mut arrow) = (0_usize, false);
        loop {
            let token = self.scan.token()?;
            match token {
                Token::Open(b'{') if angles == 0 => return Some(true),
                Token::Open(_) => self.scan.leave()?,
                Token::Close(_) => return None,
                Token::Punct(b';') => return Some(false),
                Token::Punct(b'<') => angles += 1,
                Token::Punct(b'>') if !arrow => angles = angles.saturating_sub(1),
                _ => {}
            }
            arrow = matches!(token, Token::Punct(b'-' | b'='));
        }
    }

    /// Behind the `;` of an item.
    fn statement(&mut self) -> Option<()> {
        loop {
            match self.scan.token()? {
                Token::Open(_) => self.scan.leave()?,
                Token::Close(_) => return None,
                Token::Punct(b';') => return Some(()),
                _ => {}
            }
        }
    }

    fn container(&mut self, head: &ItemHead) -> Option<()> {
        match self.group()? {
            true if head.kept => self.scan.leave(),
            true => self.items(true),
            false => Some(()),
        }
    }

    /// `name!(..);`, `path::name! name { .. }`
    fn invocation(&mut self) -> Option<()> {
        loop {
            match self.scan.token()? {
                Token::Open(b'{') => return self.scan.leave(),
                Token::Open(_) => self.scan.leave()?,
                Token::Punct(b';') => return Some(()),
                Token::Punct(b'!' | b':') | Token::Word(_) | Token::Other => {}
                _ => return None,
            }
        }
    }

    fn function(&mut self, head: &ItemHead) -> Option<()> {
        let start = self.scan.at();
        if !self.group()? {
            return Some(());
        }
        let open = self.scan.at() - 1;
        self.scan.leave()?;
        let body = &self.text[open..self.scan.at()];
        // What an `impl Trait` is, and what an `impl` within adds, is decided in here.
        if !head.kept && !head.constant && !self.text[start..self.scan.at()].contains("impl") {
            self.replace(open, body);
        }
        Some(())
    }

    /// A body of another text, on as many lines and with its last brace in the same column.
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

    /// The text without the blanks between its tokens; or that it cannot be read.
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
