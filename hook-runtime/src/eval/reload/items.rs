//! The items in the text of a source, as far as a reload depends on them.

use self::scan::Scanner;
use self::tokens::trees;
use crate::syntax::lex;

mod scan;
#[cfg(test)]
mod tests;
pub(super) mod tokens;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ItemKind {
    Struct,
    Enum,
    Union,
    /// A trait, of which the default bodies do not count.
    Trait,
    Static,
    /// An `impl Drop`.
    Drop,
    /// A type that the impl of a trait names. Its scope is what stands before the braces of the impl.
    Associated,
    /// A `type`, or a `const`: what mentions it may mean something else when it changes.
    Meaning,
    /// A name that a `use` brings in.
    Import,
    /// A macro that is defined, or one that is called where items stand.
    Macro,
    /// A macro that is called within a body.
    Call,
    Function,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    pub(super) name: String,
    /// The tokens that count; of a function, those of its signature.
    pub(super) text: String,
    /// Of a function, the tokens that say how it is called: its signature without the names of parameters, and without
    /// what is no difference to a caller.
    pub(super) interface: String,
    /// The tokens of a function's body.
    pub(super) body: String,
    /// The modules, types and functions around it, each with `::` behind it.
    pub(super) scope: String,
    /// So many bytes of that are modules. What stands further out is not seen without a path or an import.
    pub(super) module: usize,
    /// The line that it begins in, counted from 1.
    pub(super) line: usize,
    /// The byte behind it.
    pub(super) end: usize,
    /// It is a function that a type parameter of its own or of what is around it makes several of.
    pub(super) is_generic: bool,
    /// What calls it makes has a type that follows from its body: it is `async`, or returns an `impl Trait`.
    pub(super) is_opaque: bool,
    /// It is an `async fn`.
    pub(super) is_async: bool,
    pub(super) is_inline: bool,
    /// It is a function in which there may be an async block.
    pub(super) may_await: bool,
}

/// Returns the items of a source.
pub(super) fn items(text: &str) -> Vec<Item> {
    let tokens = lex(text).unwrap_or_default();
    let mut scanner = Scanner::default();
    scanner.scan(&trees(tokens), false, true);
    scanner.items
}
