//! From a plan to code: the function rewritten, once with its hooks and once without.

mod at;
mod body;
mod expected;
mod foreseen;
mod guarded;
mod mention;
mod probed;
mod questions;
mod returns;
mod site;
mod slot;

pub(crate) use expected::allow_around;
pub(crate) use foreseen::foreseen;
pub(crate) use probed::{may_try, probed};

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use crate::plan::CapturePlan;
use crate::probe::protocol::RecordedBuild;
use crate::scope::Scopes;
use crate::syntax::function::Function;
use crate::syntax::hook::{Hook, HookKey};

/// What becomes of a hook.
#[derive(Clone, Copy)]
pub(crate) enum EmitStyle<'a> {
    /// It opens nothing, and the function is as it is without the attribute.
    Mention,
    /// Its captures are code in place.
    Final {
        /// What the user should know of this build.
        note: Option<&'a str>,
        /// Where a line typed at the prompt is compiled to; `None` where none can be.
        build: Option<&'a RecordedBuild>,
    },
    /// Its captures are `include!`s of files in this folder, one a line, for rustc to judge.
    Probe {
        folder: &'a Path,
        /// Ask about each binding by itself, too.
        questions: bool,
        /// Declare `mut` what the plan writes. rustc keeps no account of the borrows of an immutable binding.
        mutable: bool,
        /// Only these hooks, by number; the others vanish.
        only: Option<&'a BTreeSet<usize>>,
        /// What the files name is in the tokens beside them: a macro made some of it.
        by_tokens: bool,
    },
}

/// What is known about one function.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) hooks: &'a [Hook],
    /// A key for every hook, by number, the same in every run of rustc on the same source.
    pub(crate) keys: &'a [HookKey],
    pub(crate) scopes: &'a Scopes,
    /// The types of which only bounds are known.
    pub(crate) generics: &'a [String],
    /// A call of the function that calls itself, by itself.
    pub(crate) recursion: Option<&'a TokenStream>,
}

/// And what its hooks shall capture.
pub(crate) struct Planned<'a> {
    pub(crate) context: Context<'a>,
    /// Not read for [`EmitStyle::Mention`].
    pub(crate) plan: &'a CapturePlan,
}

impl<'a> Deref for Planned<'a> {
    type Target = Context<'a>;

    fn deref(&self) -> &Context<'a> {
        &self.context
    }
}

/// The one hook of a function of which nothing else is known.
pub(crate) fn bare(planned: &Planned<'_>, note: &str) -> TokenStream {
    site::emit(
        planned,
        0,
        EmitStyle::Final {
            note: Some(note),
            build: None,
        },
    )
}

/// The function with its hooks.
pub(crate) fn hooked(function: &Function, planned: &Planned<'_>, style: EmitStyle<'_>) -> TokenStream {
    let mut function = function.clone();
    body::rewrite(&mut function, planned, style);
    quote!(#function)
}
