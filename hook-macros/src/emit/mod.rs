//! From a plan to code: the function is rewritten, once with its hooks and once without.

mod at;
mod body;
mod captures;
mod expected;
mod foreseen;
mod guarded;
mod lines;
mod mention;
mod probed;
mod questions;
mod returns;
mod site;
mod slot;
mod step;

pub(crate) use expected::allow_around;
pub(crate) use foreseen::foreseen;
pub(crate) use probed::probed;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::Path;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::plan::{CapturePlan, ReturnEdge};
use crate::probe::protocol::RecordedBuild;
use crate::scope::{BindingId, Scopes};
use crate::syntax::function::Function;
use crate::syntax::hook::{Hook, HookArgs, HookKey};

/// What becomes of the hooks of a function.
#[derive(Clone, Copy)]
pub(crate) enum EmitStyle<'a> {
    /// The hooks open nothing, and the function is as it is without the attribute.
    Mention,
    /// The captures of the hooks are code in place.
    Final {
        /// What the user should know of this build.
        note: Option<&'a str>,
        /// The build in which a line typed at the prompt is compiled; `None` where no line can be.
        build: Option<&'a RecordedBuild>,
    },
    /// The captures of the hooks are `include!`s of files in this folder, one capture a line, for rustc to judge.
    Probe {
        folder: &'a Path,
        /// The files also ask about each binding by itself.
        questions: bool,
        /// The bindings of which they ask whether they are whole.
        whole: &'a BTreeSet<BindingId>,
        /// What the plan writes is declared `mut`. rustc keeps no account of the borrows of an immutable binding.
        mutable: bool,
        /// The numbers of the hooks that are written, if not all are; the others vanish.
        only: Option<&'a BTreeSet<usize>>,
        /// A macro made some of what the files name, so they name it by a macro in the tokens beside them.
        by_tokens: bool,
        /// The files also ask whether the function can have a closure.
        closures: bool,
    },
}

/// What is known about one function.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) hooks: &'a [Hook],
    /// The key of every hook, by the hook's number.
    pub(crate) keys: &'a [HookKey],
    pub(crate) scopes: &'a Scopes,
    /// The names of the types of which only bounds are known.
    pub(crate) generics: &'a [String],
}

/// A function, and what its hooks capture.
pub(crate) struct Planned<'a> {
    pub(crate) context: Context<'a>,
    /// The captures of each hook. [`EmitStyle::Mention`] does not read them.
    pub(crate) plan: &'a CapturePlan,
    /// Whether the function can be left at each hook. Where no line can be typed there are none.
    pub(crate) edges: &'a [ReturnEdge],
}

impl<'a> Deref for Planned<'a> {
    type Target = Context<'a>;

    fn deref(&self) -> &Context<'a> {
        &self.context
    }
}

/// Returns the code of a hook of which nothing else is known: it opens, and shows nothing but the note.
pub(crate) fn bare(span: Span, tokens: TokenStream, note: &str) -> TokenStream {
    let args = syn::parse2(tokens.clone()).unwrap_or_default();
    let note = Some(note);
    alone(
        (span, args, tokens),
        &HookKey::default(),
        EmitStyle::Final { note, build: None },
    )
}

/// Returns the code of a hook that has no function of the user's, and sees nothing.
pub(crate) fn unnamed(key: &HookKey, build: &RecordedBuild) -> TokenStream {
    let written = (Span::call_site(), HookArgs::default(), TokenStream::new());
    let build = Some(build);
    alone(written, key, EmitStyle::Final { note: None, build })
}

/// Returns the code of one hook, written so, around which nothing is known.
fn alone((span, args, tokens): (Span, HookArgs, TokenStream), key: &HookKey, style: EmitStyle<'_>) -> TokenStream {
    let hooks = [Hook {
        span,
        args,
        tokens,
        is_frame: false,
        exit: None,
    }];
    let scopes = Scopes::of_nothing();
    let context = Context {
        hooks: &hooks,
        keys: std::slice::from_ref(key),
        scopes: &scopes,
        generics: &[],
    };
    let plan = vec![Vec::new()];
    let planned = Planned {
        context,
        plan: &plan,
        edges: &[],
    };
    site::emit(&planned, 0, style)
}

/// Returns the function with its hooks.
pub(crate) fn hooked(function: &Function, planned: &Planned<'_>, style: EmitStyle<'_>) -> TokenStream {
    let mut function = function.clone();
    body::rewrite(&mut function, planned, style);
    quote!(#function)
}
