//! The names that rustc is asked about. It decides which of them are there, so a name too many costs only time.
//!
//! The names are those of the standard library, which are written in a file, those in the sources of the crate and of
//! the libraries that the hook's file names, and those typed in the session.

use std::collections::BTreeSet;

use hook_rustc::lexer::{Lexer, Token};

/// The stable names of the standard library, one section for each kind.
const STD: &str = include_str!("std_names.txt");
/// The largest number of names that a text gives, so that rustc answers in time.
const MOST: usize = 6000;

/// The names of methods and fields, and the names of items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The names that may stand behind a dot.
    pub(crate) members: BTreeSet<String>,
    /// Those of them that name a function which is not `pub`.
    pub(crate) private: BTreeSet<String>,
    /// The names that may stand behind the `::` of a type.
    pub(crate) associated: BTreeSet<String>,
    /// The names that may stand behind the `::` of a module, or alone.
    pub(crate) items: BTreeSet<String>,
}

impl Names {
    /// Returns the names of the standard library.
    pub(crate) fn of_std() -> Names {
        let mut names = Names::default();
        for section in STD.split("# ").skip(1) {
            let (title, words) = section.split_once('\n').unwrap_or((section, ""));
            let words = || words.split_whitespace().map(str::to_owned);
            match title {
                "methods" => {
                    names.members.extend(words());
                    names.associated.extend(words());
                }
                "fields" => names.members.extend(words()),
                "associated" => names.associated.extend(words()),
                "items" => names.items.extend(words()),
                _ => {}
            }
        }
        // The fields of tuples.
        names.members.extend((1..12).map(|number| number.to_string()));
        names
    }

    /// Adds the names in a text: those behind a keyword, those behind a dot, and those before a colon or a brace.
    pub(crate) fn read(&mut self, text: &str) {
        let mut lexer = Lexer::default();
        let (mut before, mut is_public, mut last): (Option<Token<'_>>, bool, Option<&str>) = (None, false, None);
        while let Some((_, token)) = lexer.token(text) {
            if self.members.len() + self.items.len() > MOST {
                return;
            }
            match (before, token) {
                (Some(Token::Word("fn")), Token::Word(name)) => {
                    self.member(name);
                    self.associated.insert(name.to_owned());
                    self.items.insert(name.to_owned());
                    if !is_public {
                        self.private.insert(name.to_owned());
                    }
                }
                (Some(Token::Word(keyword)), Token::Word(name)) if is_item(keyword) && !is_item(name) => {
                    self.items.insert(name.to_owned());
                    self.associated.insert(name.to_owned());
                }
                (Some(Token::Punct('.')), Token::Word(name)) => self.member(name),
                (_, Token::Punct(':')) => {
                    if let Some(name) = last {
                        self.member(name);
                    }
                }
                // What begins with a capital may be a variant, or may come from an import or a macro.
                (_, Token::Word(name)) if name.starts_with(char::is_uppercase) => {
                    self.associated.insert(name.to_owned());
                    self.items.insert(name.to_owned());
                }
                (Some(Token::Punct(':')), Token::Word(name)) => {
                    self.associated.insert(name.to_owned());
                    self.items.insert(name.to_owned());
                }
                _ => {}
            }
            match token {
                Token::Word("pub") => is_public = true,
                // Between `pub` and the name stand other keywords, and a scope in parentheses.
                Token::Word("fn" | "const" | "async" | "unsafe" | "extern" | "crate")
                | Token::Open('(')
                | Token::Close(')') => {}
                _ => is_public = false,
            }
            last = match token {
                Token::Word(word) => Some(word),
                _ => None,
            };
            before = Some(token);
        }
    }

    fn member(&mut self, name: &str) {
        if !name.starts_with(|c: char| c.is_ascii_digit()) {
            self.members.insert(name.to_owned());
        }
    }

    /// Leaves only what can be written as a name in a line, since one that cannot would spoil the question.
    pub(crate) fn spelled(mut self) -> Names {
        let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        self.members.retain(|name| is_name(name) || is_number(name));
        for names in [&mut self.private, &mut self.associated, &mut self.items] {
            names.retain(|name| is_name(name));
        }
        self
    }
}

fn is_name(name: &str) -> bool {
    let plain = name.strip_prefix("r#").unwrap_or(name);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c.is_alphabetic();
    let is_reserved = plain.starts_with("__") || plain == "_" || matches!(plain, "self" | "Self" | "super" | "crate");
    let is_keyword = plain == name && crate::syntax::spelled(name) != name;
    !plain.is_empty()
        && plain.chars().all(is_part)
        && !plain.starts_with(|c: char| c.is_ascii_digit())
        && !is_reserved
        && !is_keyword
}

fn is_item(word: &str) -> bool {
    matches!(
        word,
        "struct" | "enum" | "union" | "trait" | "mod" | "type" | "const" | "static" | "mut"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_library() {
        let names = Names::of_std();
        for name in ["push", "len", "unwrap", "iter", "map", "entry", "start", "0", "3"] {
            assert!(names.members.contains(name), "{name}");
        }
        for name in ["new", "from", "MAX", "Some", "with_capacity"] {
            assert!(names.associated.contains(name), "{name}");
        }
        for name in ["collections", "HashMap", "Vec", "swap", "io"] {
            assert!(names.items.contains(name), "{name}");
        }
    }

    #[test]
    fn names_of_a_text() {
        let mut names = Names::default();
        names.read(
            "pub struct P { x: f64, pub(crate) r#type: Q }\nimpl P { fn hidden(&self) {} pub(crate) const fn seen() { self.a.b() } }\n\
             enum E { First, Second(u8) } mod deep {} use a::some_fn; // x.comment\nstatic mut COUNT: u8 = 1; fn g<T>() { if true {} }",
        );
        let names = names.spelled();
        for name in ["x", "r#type", "hidden", "seen", "a", "b"] {
            assert!(names.members.contains(name), "{name}: {names:?}");
        }
        for name in ["P", "E", "First", "deep", "some_fn", "COUNT", "g"] {
            assert!(names.items.contains(name), "{name}: {names:?}");
        }
        assert!(names.private.contains("hidden") && names.private.contains("g") && !names.private.contains("seen"));
        assert!(!is_name("1") && !is_name("a→") && !is_name("") && is_name("é") && is_name("r#fn"));
        assert!(!names.members.contains("comment") && !names.members.contains("self") && !names.items.contains("if"));
    }
}
