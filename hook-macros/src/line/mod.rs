//! The macro `places!`, through which a typed line goes: what the line says of the places of the frame is rewritten.
//!
//! A place that a line may only read, or that is too large to be moved into it, is given to the line as a reference of
//! its name. Here every mention of that name becomes what the reference points at, so that the line sees a place of the
//! place's own type. And before the line runs, what it may write is kept for `:undo`: of each path that it names, not
//! of the whole.
//!
//! ```text
//! places! { (ref pts) (save inv 3) (ref through big 4) { before the line } { the line } { behind it } }
//! ```

mod macros;
mod path;
mod save;
mod visit;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::visit_mut::VisitMut;
use syn::{Block, LitInt};

use visit::LineRewrite;

/// The input of `places!`: what a line is given, and the line.
struct LineInput {
    given: Vec<GivenName>,
    before: TokenStream,
    line: TokenStream,
    behind: TokenStream,
}

/// A name that the line mentions.
struct GivenName {
    name: String,
    /// The name is a reference to the place: `ref`.
    by_reference: bool,
    /// The place is itself a mutable reference, and is written through: `through`.
    through: bool,
    /// The place's number in the frame, if the line is to keep what the place has.
    saved: Option<SavedPlace>,
}

/// The number of a place, and the place where the runtime wrote that: errors about what is kept point there.
struct SavedPlace {
    position: String,
    span: Span,
}

impl Parse for LineInput {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut given: Vec<GivenName> = Vec::new();
        while input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let by_reference = content.parse::<Option<syn::Token![ref]>>()?.is_some();
            let way = if content.peek2(syn::Ident) {
                content.parse::<Option<Ident>>()?
            } else {
                None
            };
            let through = way.is_some_and(|way| way == "through");
            let name = content.parse::<Ident>()?.to_string();
            let number: Option<LitInt> = content.parse()?;
            let saved = number.map(|number| SavedPlace {
                position: number.to_string(),
                span: number.span(),
            });
            given.push(GivenName {
                name,
                by_reference,
                through,
                saved,
            });
        }
        let part = || -> syn::Result<TokenStream> { Ok(input.parse::<Group>()?.stream()) };
        Ok(LineInput {
            given,
            before: part()?,
            line: part()?,
            behind: part()?,
        })
    }
}

pub(crate) fn places(tokens: TokenStream) -> TokenStream {
    let LineInput {
        given,
        before,
        line,
        behind,
    } = match syn::parse2(tokens) {
        Ok(line) => line,
        Err(error) => return error.to_compile_error(),
    };
    let mut rewrite = LineRewrite::new(&given);
    let block: syn::Result<Block> = syn::parse2(Group::new(Delimiter::Brace, line.clone()).into_token_stream());
    let line = match block {
        Ok(mut block) => {
            rewrite.visit_block_mut(&mut block);
            let statements = block.stmts;
            quote!(#(#statements)*)
        }
        // rustc judges what syn does not know.
        Err(_) => macros::tokens(&mut rewrite, line),
    };
    let saves = save::saves(&given, &rewrite.uses);
    // What keeps values stands in a closure, which is there even where nothing is kept: closures are numbered, and
    // those of the line have the same numbers where the line is repeated.
    quote!({ #before (|| { #saves })(); #line #behind })
}

trait IntoTokenStream {
    fn into_token_stream(self) -> TokenStream;
}

impl IntoTokenStream for Group {
    fn into_token_stream(self) -> TokenStream {
        TokenTree::Group(self).into()
    }
}

#[cfg(test)]
mod tests;
