//! From a plan to code: the function rewritten, once with its hooks and once without.

mod body;
mod lines;
mod mention;
mod site;

pub(crate) use lines::{Role, Tag};

use proc_macro2::TokenStream;
use quote::quote;
use syn::Block;

use crate::hook::Hook;
use crate::item::Function;
use crate::plan::Plan;
use crate::scope::Scopes;

/// What becomes of a hook.
#[derive(Clone, Copy)]
pub(crate) enum Style<'a> {
    /// It opens nothing, and the function is as it is without the attribute.
    Mention,
    /// As code in place.
    Final {
        /// What the user should know of this build.
        note: &'a str,
    },
    /// As `include!`s of files in this folder, one capture a line, for rustc to judge.
    Probe {
        folder: &'a std::path::Path,
        /// rustc has answered the questions about each binding by itself.
        judged: bool,
    },
}

/// One function with all that is known about it.
pub(crate) struct Planned<'a> {
    pub(crate) hooks: &'a [Hook],
    /// A key for every hook, by number, the same in every run of rustc on the same source.
    pub(crate) keys: &'a [String],
    pub(crate) scopes: &'a Scopes,
    /// Not read for [`Style::Mention`].
    pub(crate) plan: &'a Plan,
}

/// The function with its hooks.
pub(crate) fn hooked(function: &Function, planned: &Planned<'_>, style: Style<'_>) -> TokenStream {
    let mut function = function.clone();
    body::rewrite(&mut function, planned, style);
    quote!(#function)
}

fn block_of(stmts: Vec<syn::Stmt>, like: &Block) -> Block {
    Block { brace_token: like.brace_token, stmts }
}
