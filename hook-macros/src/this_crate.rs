//! The macro `this_crate!`: what a crate needs so that hooks can be planted in it, and no hook of its own.
//!
//! That is a site that names the record of the build, in a function that nothing calls. The runtime finds it by the
//! symbol table.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Path;
use syn::parse::{Parse, ParseStream};

use crate::emit;
use crate::probe;
use crate::syntax::hook::HookKey;
use crate::syntax::location::SourceLocation;
use crate::syntax::misuse::Misuse;
use crate::syntax::root;

/// What may stand in the parentheses: nothing, or `crate = a::path`.
struct CrateArgs(Option<Path>);

impl Parse for CrateArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let all = input.fork().parse::<TokenStream>()?;
        let path = match input.is_empty() {
            true => Ok(None),
            false => root::given_path(input).map(Some),
        };
        match path {
            Ok(path) if input.is_empty() => Ok(CrateArgs(path)),
            _ => {
                input.parse::<TokenStream>()?;
                Err(syn::Error::new_spanned(all, Misuse::CrateArguments))
            }
        }
    }
}

pub(crate) fn expand(args: TokenStream) -> TokenStream {
    let CrateArgs(path) = match syn::parse2(args) {
        Ok(args) => args,
        Err(error) => return error.to_compile_error(),
    };
    let Some(build) = probe::recorded() else {
        return TokenStream::new();
    };
    root::with(path.as_ref(), || {
        let key = HookKey {
            location: SourceLocation::of(Span::call_site()),
            repetition: 0,
        };
        let (root, site) = (root::path(), emit::unnamed(&key, build));
        quote! {
            const _: () = {
                fn this_crate() {
                    #root::hook! { #site }
                }
                // Without a variable that the linker keeps, nothing of the function would be in the program.
                #[used]
                static THIS_CRATE: fn() = this_crate;
            };
        }
    })
}
