//! The slot of a hook, into which a line typed at the prompt is compiled.
//!
//! A slot is a function that does nothing. Its type names the types of all captured places: `F` is the list of them,
//! last first, as raw pointers to just what is captured, and is inferred from code that never runs. Where a line stands
//! in the slot, that code could run for all that the borrow checker knows, so no line needs a lifetime to be longer
//! than the function permits. The slot is made before anything is captured, lest a lifetime in its type keeps a borrow
//! alive beside the captures. When the runtime wants a line compiled, it has rustc run again on the crate, and the slot
//! of that one hook becomes the line. Everything else comes out as it did, so that the new slot has the name that the
//! running one has.
//!
//! The line stands inside a closure that is there in both versions: closures are numbered within the function around
//! them, and those of a file that is included come last.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{ReturnType, Type};

use super::captures::HookCaptures;
use crate::plan::{Level, Typing};
use crate::probe::protocol::{RecordedBuild, hook_id};
use crate::syntax::function::returns_impl;
use crate::syntax::root;

/// A list within the list of a hook's places has at most so many places.
const GROUP: usize = 32;

/// Gives the code that makes the slot before the hook opens, and the arguments that the hook opens with besides its
/// captures.
pub(super) fn slot(locals: &HookCaptures<'_>, build: &RecordedBuild) -> (TokenStream, TokenStream) {
    let id = hook_id(locals.key);
    let private = root::private();
    let line = build
        .lines
        .iter()
        .find(|(wanted, _)| *wanted == id)
        .map(|(_, file)| file);
    let body = match line.map(|file| file.to_string_lossy()) {
        Some(file) => {
            let returned = returned(locals);
            quote!({
                use #private as __hookable_private;
                macro_rules! __hookable_safepoint { ($line:expr) => { #private::safepoint($line) }; }
                #returned
                #private::run_line(__hookable_frame, __hookable_line, #private::include!(#file))
            })
        }
        None => quote!(#private::idle(__hookable_frame, __hookable_line, #id, || ())),
    };
    // The borrow checker judges what a line does with borrows where the types are tied in code that could run.
    let tied = match line {
        Some(_) => quote!(if #private::maybe()),
        None => quote!(#private::unreached!),
    };
    let places = locals
        .all()
        .filter(|local| local.capture.typing != Typing::Unknown && local.capture.level >= Level::Shared);
    let places = places.map(|local| {
        let (cfgs, place) = (&local.cfgs, local.place());
        let place = match local.capture.level {
            Level::Unique => quote!(#private::written_place(#place)),
            _ => quote!(#private::read_place(#place)),
        };
        quote!(#cfgs let __hookable_group = (#place, __hookable_group);)
    });
    // The places are in a list of lists, for rustc lays out no tuple that is nested as deep as some functions have
    // locals.
    let places: Vec<TokenStream> = places.collect();
    let groups = places.chunks(GROUP).map(|places| {
        quote!(let __hookable_group = (); #(#places)* let __hookable_places = (__hookable_group, __hookable_places);)
    });
    let (folder, fingerprint) = (build.folder.to_string_lossy(), Literal::u64_suffixed(build.fingerprint));
    let before = quote! {
        let __hookable_slot = #private::Slot::new();
        #tied { let __hookable_places = (); #(#groups)* #private::Slot::tie(&__hookable_slot, __hookable_places); }
        let __hookable_code = #private::Slot::code(&__hookable_slot, |__hookable_frame, __hookable_line| #body);
    };
    let with = quote! {
        __hookable_code, &#private::Recorded { folder: #folder, fingerprint: #fingerprint, id: #id }
    };
    (before, with)
}

/// Gives a macro through which a line says what it returns with, so that the type of that is the one that the function
/// around the hook returns. In a closure, or where that type has no name, rustc infers it.
fn returned(locals: &HookCaptures<'_>) -> TokenStream {
    let output = locals.planned.scopes.bodies[locals.site.body].output.as_ref();
    let ty = match output.filter(|output| !returns_impl(output)) {
        Some(ReturnType::Default) => quote!(()),
        Some(ReturnType::Type(_, ty)) if !matches!(**ty, Type::Never(_)) => ty.to_token_stream(),
        _ => quote!(_),
    };
    quote! {
        macro_rules! __hookable_returned {
            ($value:expr) => {{ let __hookable_returned: #ty = $value; __hookable_returned }};
        }
    }
}
