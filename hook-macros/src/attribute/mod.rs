//! The pipeline: an item goes in, the same item with its hooks comes out, and every mistake found on the way besides.

mod item;

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::emit::{self, Context, Planned, Style, hooked, probed};
use crate::hook_macro;
use crate::plan::{Plan, conservative};
use crate::probe::{self, Answer};
use crate::scope::{self, Scopes};
use crate::syntax::function::Function;
use crate::syntax::hook::{self, Hook, names};
use crate::syntax::place;
use crate::syntax::recursion;
use crate::syntax::root;

const UNREAD: &str = "this function could not be read: its bindings are not known";

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    hook_macro::see(&item);
    if let Some(first) = item.clone().into_iter().next() {
        know_aliases(first.span());
    }
    if hook::any_call(&item) {
        probe::prepare();
    }
    let root::Given(given) = syn::parse2(args).unwrap_or_else(|error| {
        errors.push(error);
        root::Given::default()
    });
    let item = root::with(given.as_ref(), || {
        item::rewrite(item, &mut errors, &mut function, &unread)
    });
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote!(#item #(#errors)*)
}

/// Reads, once, what a file calls that is ours.
fn know_aliases(span: Span) {
    let file = place::file(span);
    if !names::has_aliases(&file) {
        let text = place::local_file(span).and_then(|file| std::fs::read_to_string(file).ok());
        names::know_aliases(file, names::aliases(&text.unwrap_or_default()));
    }
}

fn function(mut function: Function, errors: &mut Vec<syn::Error>) -> TokenStream {
    // Once is enough.
    function.attrs.retain(|attr| !hook::names_hookable(attr));
    let hooks = hook::mark(&mut function.block, errors);
    if hooks.is_empty() {
        return quote!(#function);
    }
    let scopes = scope::walk(&function.attrs, &function.sig, &function.block, &function.owner, &hooks);
    let generics = function.generics();
    let (keys, recursion) = (keys(&hooks), recursion::of(&function));
    let is_recursive = |_: &TokenStream| !names::calls().not_recursive.contains(&keys[0]);
    let recursion = recursion.filter(is_recursive);
    let context = Context {
        hooks: &hooks,
        keys: &keys,
        scopes: &scopes,
        generics: &generics,
        recursion: recursion.as_ref(),
    };
    let emit = |plan: &Plan, style: Style<'_>| hooked(&function, &Planned { context, plan }, style);
    let off = || emit(&Plan::new(), Style::Mention);
    let on = match probe::about(&function, &keys, &scopes) {
        Answer::Mention => return off(),
        Answer::Probe { plan, folder, ask } => {
            return probed(&function, &Planned { context, plan: &plan }, &folder, ask);
        }
        // rustc was asked, so it is known that this is a debug build.
        Answer::Plan(plan, note, live) => return emit(&plan, Style::Final { note: &note, live }),
        Answer::NotAsked(why) => emit(&conservative(&scopes), Style::Final { note: &why, live: None }),
    };
    let off = off();
    quote!(#[cfg(debug_assertions)] #on #[cfg(not(debug_assertions))] #off)
}

/// A function in a Rust that is newer than our parser: its hooks open, and know nothing.
fn unread(tokens: TokenStream) -> TokenStream {
    match probe::opens() {
        true => hook::replace(tokens, &mut |span, tokens| bare(span, tokens, UNREAD)),
        false => hook::replace(tokens, &mut |_, _| quote!(@hookable {})),
    }
}

/// A hook that opens, and knows nothing but the note.
pub(crate) fn bare(span: Span, tokens: TokenStream, note: &str) -> TokenStream {
    let hooks = [Hook {
        span,
        args: syn::parse2(tokens.clone()).unwrap_or_default(),
        tokens,
        is_frame: false,
    }];
    let scopes = Scopes::of_nothing();
    let context = Context {
        hooks: &hooks,
        keys: &[String::new()],
        scopes: &scopes,
        generics: &[],
        recursion: None,
    };
    let plan = vec![Vec::new()];
    emit::bare(&Planned { context, plan: &plan }, note)
}

/// A name for each hook that every run of rustc on this source finds again.
fn keys(hooks: &[Hook]) -> Vec<String> {
    thread_local!(static SEEN: RefCell<HashMap<String, usize>> = RefCell::default());
    let key = |hook: &Hook| {
        let place = in_line(hook.span).unwrap_or_else(|| names::place(hook.span));
        let times = SEEN.with_borrow_mut(|seen| {
            let times = seen.entry(place.clone()).or_default();
            *times += 1;
            *times - 1
        });
        format!("{place}#{times}")
    };
    hooks.iter().map(key).collect()
}

/// The place of a hook that was typed in a line: by what the line is, since its file is called otherwise when it is compiled with others.
fn in_line(span: Span) -> Option<String> {
    let session = std::env::var_os(hook_rustc::LINE)?;
    let file = place::local_file(span)?;
    let text = std::fs::read(&file)
        .ok()
        .filter(|_| file.parent() == Some(session.as_ref()))?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let start = place::start(span);
    Some(format!("{:x}:{}:{}", hasher.finish(), start.line, start.column))
}
