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
use crate::syntax::exit::{self, ExitVerdict};
use crate::syntax::function::{Function, returns_impl};
use crate::syntax::hook::{self, HookExit, names};
use crate::syntax::location;
use crate::syntax::root;

const UNREAD: &str = "this function could not be read: its bindings are not known";

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    hook_macro::see(&item);
    if let Some(first) = item.clone().into_iter().next() {
        know_aliases(first.span());
    }
    let args = syn::parse2(args).unwrap_or_else(|error| {
        errors.push(error);
        root::AttributeArgs::default()
    });
    let everywhere = args.on_err || args.on_panic || args.steps;
    if everywhere || hook::any_call(&item) {
        probe::prepare();
    }
    let item = root::with(args.path.as_ref(), || {
        let mut each = |each, errors: &mut Vec<syn::Error>| function(each, &args, errors);
        item::rewrite(item, everywhere, &mut errors, &mut each, &unread)
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

fn function(mut function: Function, args: &root::AttributeArgs, errors: &mut Vec<syn::Error>) -> TokenStream {
    let root::AttributeArgs { steps, in_running, .. } = *args;
    if function.owner.is_none() {
        function.owner.clone_from(&args.owner);
        let outer = args.outer.iter().flat_map(|outer| outer.split_whitespace());
        function.outer.extend(outer.map(str::to_owned));
    }
    // What the attribute stands on may have it twice, and is rewritten once.
    function.attrs.retain(|attr| !hook::names_hookable(attr));
    let as_written = steps.then(|| function.clone());
    // The body of a future, and what is behind an `impl Trait`, is part of what callers know.
    let is_async = function.sig.asyncness.is_some();
    let is_fixed = in_running && (is_async || returns_impl(&function.sig.output));
    let (on_err, on_panic) = (args.on_err && !is_fixed, args.on_panic && !is_fixed && !is_async);
    if on_err {
        exit::expose(&mut function);
    }
    if on_panic {
        exit::expose_panics(&mut function);
    }
    let exposed = on_err || on_panic;
    let mut hooks = hook::mark(&mut function.block, steps, errors);
    if hooks.is_empty() {
        return quote!(#function);
    }
    let generics = function.generics();
    let keys = hook::keys(&hooks);
    let walk = |function: &Function| {
        let Function {
            attrs,
            sig,
            block,
            owner,
            ..
        } = function;
        scope::walk(attrs, sig, block, owner.as_deref(), &hooks)
    };
    // Where no hook opens, or rustc cannot be asked, nothing stands at the exits.
    let plain = exposed.then(|| {
        let mut plain = function.clone();
        exit::settle(&mut plain.block, &|_| ExitVerdict::Refused);
        let scopes = walk(&plain);
        (plain, scopes)
    });
    let exits = match exposed {
        true => exit::settle(&mut function.block, &|number| probe::exit(&keys[number])),
        false => Vec::new(),
    };
    let scopes = walk(&function);
    for exit in &exits {
        if let (Some(why), Some(HookExit::Retries)) = (&exit.no_retry, &hooks[exit.number].exit) {
            hooks[exit.number].exit = Some(HookExit::Stops(why.clone()));
        }
    }
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
    let (plain, plain_scopes) = plain
        .as_ref()
        .map_or((&function, &scopes), |(plain, scopes)| (plain, scopes));
    let plain_context = Context {
        scopes: plain_scopes,
        ..context
    };
    let emit_plain = |plan: &CapturePlan, style: EmitStyle<'_>| {
        let planned = Planned {
            context: plain_context,
            plan,
            edges: &none,
        };
        hooked(plain, &planned, style)
    };
    // Where no hook opens, nothing is left of those that the user did not write.
    let off = || match &as_written {
        Some(as_written) => mentioned(as_written.clone()),
        None => emit_plain(&CapturePlan::new(), EmitStyle::Mention),
    };
    let on = match probe::about(&function, &keys, &scopes, &exits) {
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
            emit_plain(&conservative(plain_scopes), EmitStyle::Final { note, build: None })
        }
    };
    let off = off();
    quote!(#[cfg(debug_assertions)] #on #[cfg(not(debug_assertions))] #off)
}

/// Returns a function in which the hooks that the user wrote open nothing.
fn mentioned(mut function: Function) -> TokenStream {
    let hooks = hook::mark(&mut function.block, false, &mut Vec::new());
    if hooks.is_empty() {
        return quote!(#function);
    }
    let (attrs, sig, block) = (&function.attrs, &function.sig, &function.block);
    let context = Context {
        hooks: &hooks,
        keys: &[],
        scopes: &scope::walk(attrs, sig, block, function.owner.as_deref(), &hooks),
        generics: &[],
    };
    let (plan, edges) = (&CapturePlan::new(), &ReturnEdges::new());
    hooked(&function, &Planned { context, plan, edges }, EmitStyle::Mention)
}

/// Rewrites a function that syn cannot read, since its Rust is newer: its hooks open, and know nothing.
fn unread(tokens: TokenStream) -> TokenStream {
    match probe::opens() {
        true => hook::replace(tokens, &mut |span, tokens| emit::bare(span, tokens, UNREAD)),
        false => hook::replace(tokens, &mut |_, _| quote!(@hookable {})),
    }
}
