//! A file of Rust without the bodies that nothing outside can see. This is pure: it reads a text and gives another.

use hook_rustc::bodies::{functions, replace_body};

const EMPTY: &str = "{loop{}";

/// Returns the file with an endless loop for every body that can be left out, and each other token where it was. It
/// gives `None` where the file cannot be read.
pub(super) fn blank(text: &str) -> Option<String> {
    let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
    for function in functions(text)?.functions {
        if function.is_seen || function.contents.declares {
            continue;
        }
        if let Some(empty) = replace_body(&text[function.body.clone()], EMPTY) {
            out.push_str(&text[copied..function.body.start]);
            out.push_str(&empty);
            copied = function.body.end;
        }
    }
    out.push_str(&text[copied..]);
    Some(out)
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
