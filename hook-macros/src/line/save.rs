//! The code that keeps, before a line runs, what the line may write.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::GivenName;
use super::path::{PlacePath, located};
use super::visit::Use;

/// Returns the code that keeps what the line may write. Nothing is kept of a place that the line names in no way that
/// may write to it.
pub(super) fn saves(given: &[GivenName], uses: &[Use]) -> TokenStream {
    let of = |(root, given): (usize, &GivenName)| {
        let Some(saved) = &given.saved else {
            return TokenStream::new();
        };
        let mut paths: Vec<&PlacePath> = Vec::new();
        let uses = || uses.iter().filter(|used| used.root == root);
        for path in uses().map(|used| &used.path) {
            if !paths.iter().any(|other| other.covers(path)) {
                paths.retain(|other| !path.covers(other));
                paths.push(path);
            }
        }
        let saves = paths
            .into_iter()
            .map(|path| save(path, given.through, &saved.position, uses().any(|used| used.sure)));
        located(saves.collect(), saved.span)
    };
    given.iter().enumerate().map(of).collect()
}

fn save(path: &PlacePath, through: bool, position: &str, sure: bool) -> TokenStream {
    let place = format_ident!("__hookable_place{}", position);
    let position: proc_macro2::Literal = position.parse().expect("it was read as a number");
    let root = Ident::new("__hookable_root", Span::call_site());
    let target = match through && path.is_root() {
        true => quote!((**#root)),
        false => path.place(quote!((*#root))),
    };
    let mut indices = path.indices.clone();
    indices.dedup();
    quote! {
        __hookable_private::RunningLine::before(__hookable_line, #position, #sure, (&&&&unsafe { __hookable_private::At::new(
            &#place,
            (#(#indices,)*),
            |#root, (#(#indices,)*)| &mut #target,
        ) }).__hookable_save());
    }
}
