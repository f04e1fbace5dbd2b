//! The pipeline: an item goes in, the same item with its hooks comes out, and every mistake found on the way besides.

mod item;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::emit::{self, Context, EmitStyle, Planned, hooked, probed};
use crate::hook_macro;
use crate::plan::{CapturePlan, ReturnEdges, conservative};
use crate::probe::protocol::messages;
use crate::probe::{self, FunctionAnswer};
use crate::scope;
use crate::syntax::function::Function;
use crate::syntax::hook::{self, names};
use crate::syntax::location;
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
    let root::AttributeArgs(given) = syn::parse2(args).unwrap_or_else(|error| {
        errors.push(error);
        root::AttributeArgs::default()
    });
    let item = root::with(given.as_ref(), || {
        item::rewrite(item, &mut errors, &mut function, &unread)
    });
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote!(#item #(#errors)*)
}

/// Reads the names that a file gives to `hook!` and to the crate, unless that was done before.
fn know_aliases(span: Span) {
    let file = location::file(span);
    if !names::has_aliases(&file) {
        let text = location::local_file(span).and_then(|file| std::fs::read_to_string(file).ok());
        names::know_aliases(file, names::aliases(&text.unwrap_or_default()));
    }
}

fn function(mut function: Function, errors: &mut Vec<syn::Error>) -> TokenStream {
    // What the attribute stands on may have it twice, and is rewritten once.
    function.attrs.retain(|attr| !hook::names_hookable(attr));
    let hooks = hook::mark(&mut function.block, errors);
    if hooks.is_empty() {
        return quote!(#function);
    }
    let scopes = scope::walk(
        &function.attrs,
        &function.sig,
        &function.block,
        function.owner.as_deref(),
        &hooks,
    );
    let generics = function.generics();
    let keys = hook::keys(&hooks);
    let context = Context {
        hooks: &hooks,
        keys: &keys,
        scopes: &scopes,
        generics: &generics,
    };
    let emit = |plan: &CapturePlan, edges: &ReturnEdges, style: EmitStyle<'_>| {
        hooked(&function, &Planned { context, plan, edges }, style)
    };
    let none = ReturnEdges::new();
    let off = || emit(&CapturePlan::new(), &none, EmitStyle::Mention);
    let on = match probe::about(&function, &keys, &scopes) {
        FunctionAnswer::Mention => return off(),
        FunctionAnswer::Probe {
            plan,
            edges,
            folder,
            request,
        } => {
            let planned = Planned {
                context,
                plan: &plan,
                edges: &edges,
            };
            return probed(&function, &planned, &folder, request);
        }
        FunctionAnswer::CannotProbe(why) => {
            errors.push(syn::Error::new(Span::call_site(), messages::failed(&why)));
            return off();
        }
        // rustc was asked, so it is known that this is a debug build.
        FunctionAnswer::Asked {
            plan,
            edges,
            note,
            build,
        } => {
            let note = note.as_deref();
            return emit(&plan, &edges, EmitStyle::Final { note, build });
        }
        FunctionAnswer::NotAsked(why) => {
            let note = why.as_deref();
            emit(&conservative(&scopes), &none, EmitStyle::Final { note, build: None })
        }
    };
    let off = off();
    quote!(#[cfg(debug_assertions)] #on #[cfg(not(debug_assertions))] #off)
}

/// Rewrites a function that syn cannot read, since its Rust is newer: its hooks open, and know nothing.
fn unread(tokens: TokenStream) -> TokenStream {
    match probe::opens() {
        true => hook::replace(tokens, &mut |span, tokens| emit::bare(span, tokens, UNREAD)),
        false => hook::replace(tokens, &mut |_, _| quote!(@hookable {})),
    }
}
