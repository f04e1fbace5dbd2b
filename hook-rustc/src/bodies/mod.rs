//! The functions of a file of Rust, as its tokens tell them: where their bodies are, and what depends on these.
//!
//! A body can be left out where nothing outside of the function can see it. What can be seen is a matter of syntax:
//! what a macro reads, what `impl` stands for, what is computed while the crate is compiled.

mod contents;
mod header;
mod items;
mod macros;
mod parameters;
mod replace;

pub use contents::Contents;
pub(crate) use macros::MacroNames;
pub use replace::replace_body;

use std::ops::Range;

/// What is known of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Functions<'t> {
    /// The functions with bodies, in order, those within other functions left out.
    pub functions: Vec<Function<'t>>,
    /// The macros that the file defines by rules, outside of functions.
    pub macros: Vec<(&'t str, Contents<'t>)>,
    /// The bytes of attributes that make lints stricter.
    pub lints: Vec<Range<usize>>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function<'t> {
    /// The name of the function.
    pub name: &'t str,
    /// The bytes of the body, with its braces.
    pub body: Range<usize>,
    /// The body decides more than what the function does: the function is `async` or `const`, it gives an `impl Trait`,
    /// a macro reads it, or it has an `impl` in it.
    pub is_seen: bool,
    /// There is code of the function only where it is called with types: it has type parameters, of which each
    /// `impl Trait` among its parameters is one, or stands in what has some.
    pub is_generic: bool,
    /// An expression that names the function from beside the item that it is, or that it is in; `None` where there is
    /// no such expression.
    pub named: Option<String>,
    /// The byte behind that item.
    pub beside: usize,
    /// The parameters that are given to it where it is called by its path, `self` among them.
    pub parameters: Vec<Parameter<'t>>,
    /// A call of it makes a future, which has code of its own.
    pub is_future: bool,
    /// It may be called as functions of other languages are.
    pub is_foreign: bool,
    /// It has the attribute `inline`.
    pub is_inline: bool,
    /// What the body has in it.
    pub contents: Contents<'t>,
}

/// A parameter of a function, by its type.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter<'t> {
    /// The name, where the pattern is no more than that.
    pub name: Option<&'t str>,
    /// The type as it is written; empty for `self`.
    pub ty: &'t str,
    /// The bytes of each `impl Trait` in the type, in the order in which rustc makes type parameters of them: one that
    /// is an argument of another comes before that.
    pub implied: Vec<Range<usize>>,
}

/// Returns the functions of a file; `None` where the file is not a list of items.
pub fn functions(text: &str) -> Option<Functions<'_>> {
    items::read(text)
}

/// Returns expressions that name the functions of a file which have this name and give a future, and of which each is
/// one type.
pub fn futures(text: &str, name: &str) -> Vec<String> {
    let all = functions(text).unwrap_or_default().functions.into_iter();
    let is_one = |function: &Function<'_>| function.name == name && function.is_future && !function.is_generic;
    all.filter(is_one).filter_map(|function| function.named).collect()
}
