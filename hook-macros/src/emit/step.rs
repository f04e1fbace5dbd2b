//! The run of a body in which hooks sleep. It is a variable at the beginning of the body, so that each run has its own:
//! a recursive call or another thread is not gone through by mistake. A hook that sleeps costs the load of it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Context;
use crate::scope::{BodyId, Site};
use crate::syntax::root;

fn name() -> Ident {
    Ident::new("__hookable_call", Span::mixed_site())
}

fn has_steps(context: &Context<'_>, body: BodyId) -> bool {
    let mut sites = context
        .scopes
        .sites
        .iter()
        .filter(|site| site.body == body && site.macros.is_empty());
    sites.any(|site| context.hooks[site.number].args.step)
}

/// Returns the variable that stands for the run of the body that a hook is in. There is none if no hook sleeps there,
/// or if the hook is in the tokens of a macro, which may make a closure of them.
pub(super) fn call_of(context: &Context<'_>, site: &Site) -> Option<Ident> {
    (site.macros.is_empty() && has_steps(context, site.body)).then(name)
}

/// Returns the declaration of that variable, if hooks sleep in the body.
pub(super) fn declared(context: &Context<'_>, body: BodyId) -> Option<TokenStream> {
    let (name, private) = (name(), root::private());
    has_steps(context, body).then(|| quote!(let #name = #private::BodyRun::enter();))
}
