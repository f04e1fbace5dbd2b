//! Where typed items stand: in a module, where a `mod` typed later sees them, unless they need the names of a block.
//! Pure.

use crate::eval::codegen::nest::ItemScope;
use crate::eval::parse::mentions;
use crate::syntax::may_be_defined;

/// The names that have a meaning of their own in the blocks around a line, and none in the modules.
pub(crate) struct BlockNames(Option<Vec<String>>);

impl BlockNames {
    /// `own` are the names of the function's own items, if they are known.
    pub(crate) fn new(own: Option<&[String]>) -> BlockNames {
        BlockNames(own.map(<[String]>::to_vec))
    }

    /// Returns where the next item stands. An item that was loaded before stands where it stood then.
    pub(crate) fn place(&mut self, name: &str, text: &str, before: Option<ItemScope>) -> ItemScope {
        let scope = before.unwrap_or_else(|| self.scope(name, text));
        if scope == ItemScope::Block {
            self.add(name, text);
        }
        scope
    }

    fn scope(&self, name: &str, text: &str) -> ItemScope {
        let is_of_module = |names: &Vec<String>| !names.iter().any(|name| mentions(text, name));
        if !self.0.as_ref().is_some_and(is_of_module) {
            return ItemScope::Block;
        }
        match name.split_once(' ').unwrap_or((name, "")) {
            ("call", call) if is_thread_local(call) => ItemScope::Module,
            // What another macro makes has the visibility that the macro gives it.
            ("call", _) => ItemScope::Block,
            ("use" | "macro", _) => ItemScope::Both,
            ("extern", rest) if rest.starts_with("crate") => ItemScope::Both,
            _ => ItemScope::Module,
        }
    }

    /// Adds the names that an item defines in a block.
    fn add(&mut self, name: &str, text: &str) {
        let Some(names) = &mut self.0 else { return };
        match name.split_once(' ') {
            Some(("value" | "type" | "macro", name)) => names.push(name.to_owned()),
            _ if name.starts_with("impl") => {}
            _ if name.starts_with("use") && name.contains('*') => self.0 = None,
            _ => {
                let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                names.extend(words.filter(|word| may_be_defined(word)).map(str::to_owned));
            }
        }
    }
}

fn is_thread_local(call: &str) -> bool {
    let path = call.split('!').next().unwrap_or_default().trim();
    matches!(path, "thread_local" | "std::thread_local" | "::std::thread_local")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::parse::{ParsedLine, parse};

    /// The items of a line stand, in order, in the block, the module or both.
    #[track_caller]
    fn check(own: Option<&[&str]>, line: &str, expected: &str) {
        let own = own.map(|own| own.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let mut names = BlockNames::new(own.as_deref());
        let source = match line.contains('!') && !line.contains("macro_rules") {
            true => ParsedLine::of_items(line),
            false => parse(line),
        };
        let source = source.expect("a line");
        let scopes = source.items().map(
            |(name, statement)| match names.place(name, source.slice(statement), None) {
                ItemScope::Block => 'b',
                ItemScope::Module => 'm',
                ItemScope::Both => '2',
            },
        );
        assert_eq!(scopes.collect::<String>(), expected, "{line}");
    }

    #[test]
    fn items_that_need_no_block() {
        check(
            Some(&[]),
            "struct P; impl P {} fn f() {} const K: u8 = 1; mod m { use super::*; }",
            "mmmmm",
        );
        check(
            Some(&["Q"]),
            "use a::b; macro_rules! m { () => {} } extern crate c; extern \"C\" {}",
            "222m",
        );
        check(Some(&["Q"]), "fn f() -> Queue { }", "m");
    }

    #[test]
    fn items_that_need_a_block() {
        check(Some(&["Q"]), "fn f() -> Q { } fn g() { f() } fn h() {}", "bbm");
        check(Some(&["Q"]), "struct Q; impl Q {} struct R;", "bbm");
        check(Some(&["Q"]), "use Q::A; fn a() -> A {} fn b() -> B {}", "bbm");
        check(Some(&["Q"]), "use Q::*; fn b() {}", "bb");
        check(
            Some(&[]),
            "make! { static T: u8 = 1; } thread_local! { static U: u8 = 1; } fn f() { T.get() } fn g() { U.get() }",
            "bmbm",
        );
        check(None, "fn f() {} use a::b;", "bb");
    }
}
