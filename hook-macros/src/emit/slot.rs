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
//! them, and those of a file that is included come last. An empty closure comes first in both: its type tells which
//! instance of the function the slot is in. Where another crate made that instance, the new slot has another name than
//! the running one, and is known by a variable that it refers to.
//!
//! Where the function can be left, the type that it returns is a part of the slot's, too. rustc infers it from the
//! `return` behind the call that opens the hook. So a line gives the very value that the function returns, and the
//! program's own code returns it.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::EmitStyle;
use super::captures::HookCaptures;
use super::lines::{TaggedLine, unreached};
use crate::plan::{Level, ReturnEdge, Typing};
use crate::probe::protocol::{BindingKey, Question, RecordedBuild, Tag, hook_id};
use crate::syntax::hook::HookKey;
use crate::syntax::root;

/// A list within the list of a hook's places has at most so many places.
const GROUP: usize = 32;

/// Returns the code that makes the slot and opens the hook with these captures.
pub(super) fn slot(locals: &HookCaptures<'_>, build: &RecordedBuild, captures: &TokenStream) -> TokenStream {
    let id = hook_id(locals.key);
    let private = root::private();
    let line = build
        .lines
        .iter()
        .find(|(wanted, _)| *wanted == id)
        .map(|(_, file)| file);
    let body = match line.map(|file| file.to_string_lossy()) {
        Some(file) => {
            let mark = format_ident!("{}", hook_rustc::slot_mark(id));
            quote!({
                use #private as __hookable_private;
                macro_rules! __hookable_safepoint { ($line:expr) => { #private::safepoint($line) }; }
                static #mark: #private::u64 = #id;
                #private::run_line(__hookable_frame, __hookable_line, &#mark, || (), #private::include!(#file))
            })
        }
        None => quote!(#private::idle(__hookable_frame, __hookable_line, #id, || ())),
    };
    let places = locals
        .all()
        .filter(|local| local.capture.typing != Typing::Unknown && local.capture.level >= Level::Copied);
    let is_line = line.is_some();
    let places = places.map(|local| (local.cfgs.clone(), local.pointer(is_line)));
    // The places are in a list of lists, for rustc lays out no tuple that is nested as deep as some functions have
    // locals.
    let places: Vec<(TokenStream, TokenStream)> = places.collect();
    let groups = places.chunks(GROUP).map(|places| {
        let group = list(places);
        quote!(let __hookable_places = (#group, __hookable_places);)
    });
    let ties = quote! {
        let __hookable_places = ();
        #(#groups)*
        #private::Slot::tie(&__hookable_slot, __hookable_places);
    };
    // The borrow checker judges what a line does with borrows where the types are tied in code that could run.
    let ties = match line {
        Some(_) => quote!(if #private::maybe() { #ties }),
        None => unreached(&ties),
    };
    let (hit, closure) = (&locals.hit, quote!(|__hookable_frame, __hookable_line| #body));
    let recorded = quote!(&__HOOKABLE_RECORDED);
    let made = quote! {
        let __hookable_slot = #private::Slot::new();
        #ties
    };
    match locals.edge {
        Some(ReturnEdge::Refused(why)) => quote! {
            #made
            #private::Hit::open_without_return(
                #hit, #private::Slot::code(&__hookable_slot, #closure), &mut [#captures], #recorded, #why,
            );
        },
        Some(ReturnEdge::Possible) | None => {
            // What a line returns is checked against this type, which rustc would infer only behind the line.
            let known = line.map(|_| {
                let returned = returned(&quote!(#private::Slot::early_return(&__hookable_slot)));
                quote!(if #private::maybe() { #returned })
            });
            let returned = returned(&quote!(__hookable_early));
            quote! {
                #made
                #known
                if let #private::Option::Some(__hookable_early) = #private::Hit::open_returning(
                    #hit, #private::Slot::returning_code(&__hookable_slot, #closure), &mut [#captures], #recorded,
                ) {
                    #returned
                }
            }
        }
    }
}

/// Returns a list of places, last first, each with the `cfg`s under which it is there.
fn list(places: &[(TokenStream, TokenStream)]) -> TokenStream {
    let add = |rest: TokenStream, (cfgs, place): &(TokenStream, TokenStream)| match cfgs.is_empty() {
        true => quote!((#place, #rest)),
        false => {
            quote!({ let __hookable_group = #rest; #cfgs let __hookable_group = (#place, __hookable_group); __hookable_group })
        }
    };
    places.iter().fold(quote!(()), add)
}

/// Returns the item that names the record of the build. The number of the build is another in each build. It stands in
/// an item of its own, so that rustc need not check the function again for it.
pub(super) fn recorded(key: &HookKey, build: &RecordedBuild) -> TokenStream {
    let (private, id) = (root::private(), hook_id(key));
    let (folder, fingerprint) = (build.folder.to_string_lossy(), Literal::u64_suffixed(build.fingerprint));
    let root = root::path().to_string().replace(' ', "");
    quote! {
        const __HOOKABLE_RECORDED: #private::Recorded =
            #private::Recorded { folder: #folder, fingerprint: #fingerprint, id: #id, root: #root };
    }
}

/// Returns the code that returns from the function what a line gave.
fn returned(early: &TokenStream) -> TokenStream {
    let private = root::private();
    quote!(return #private::EarlyReturn::value(#early);)
}

impl HookCaptures<'_> {
    /// Returns the question whether the function can be left here, if that is to be asked. The borrow checker takes the
    /// second arm for a way out, and the lint `unconditional_recursion` does not.
    pub(super) fn asked_edge(&self) -> Option<TaggedLine> {
        let private = root::private();
        let returned = returned(&quote!(#private::early_return()));
        let asked = self.edge.filter(|edge| **edge == ReturnEdge::Possible);
        let key = BindingKey::new(self.key, 0);
        let question = Question::Return;
        asked.map(|_| (quote!(match () { () => {} () => { #returned } }), Tag { key, question }))
    }

    /// Returns the question whether the function can have a closure, as each slot is one. rustc proves the bounds of a
    /// function once more where a closure stands in it, and some, as `for<'a> T: Lend<Item<'a> = &'a u8>`, it can prove
    /// for types that live forever only.
    pub(super) fn asked_closure(&self, style: EmitStyle<'_>) -> Option<TaggedLine> {
        let key = BindingKey::new(self.key, 0);
        let question = Question::Closure;
        let asked = matches!(style, EmitStyle::Probe { closures: true, .. });
        asked.then(|| (quote!(let _ = || ();), Tag { key, question }))
    }
}
