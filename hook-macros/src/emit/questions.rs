//! What a probe asks of each binding by itself, and of the names at a hook.
//!
//! A plain `&mut` beside its neighbours answers none of these alone:
//!
//! - *unique*, *shared*: `let _ = &mut a;`, `let _ = &a;`. Nothing lives on, so only the user's own borrows are in the
//!   way.
//! - *whole*: rustc reports a moved value once per set of moves that reach a use, not once per use. So a branch that
//!   never comes back moves the value itself before it uses it: each hook's set is its own, each gets its error, and
//!   the error lists every other move that reaches this hook, or none.
//!
//! Two are for name resolution, and cost nothing where the answer is as expected:
//!
//! - *name*: `const _: () = { A; };` is an error if `A` is a variable, and none if it is a constant.
//! - *enclosed*: a `break` out of the body is an error if a macro made a closure, an async block or a function in
//!   between.
//!
//! Two are for the type checker, which answers by a lint, behind the choice of the traits:
//!
//! - *reference*: what is no reference was bound by value, so it can become `mut` in the pattern that binds it.
//! - *sent*: what is not `Send`, and is kept by a future only where a hook borrows it, must not be borrowed.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::at::{ProbeNames, label};
use super::captures::HookCaptures;
use super::lines::TaggedLine;
use crate::plan::{Capture, Level, State, Typing, asks_reference, may_ask_whole};
use crate::probe::protocol::Question;
use crate::scope::{BindingId, Kept};
use crate::syntax::root;

impl HookCaptures<'_> {
    /// Returns the questions about names, which are items and stand before the others.
    pub(super) fn doubts(&self, names: &mut ProbeNames) -> Vec<TaggedLine> {
        let doubtful = self.every().filter(|local| local.capture.state == State::Doubtful);
        let doubtful = doubtful.filter(|local| local.binding.doubtful);
        let ask = |local| {
            let name = self.named(names, &local);
            self.line(&local, Question::Name, quote!(const _: () = { #name; };))
        };
        doubtful.map(ask).collect()
    }

    /// Returns the questions about each binding by itself, which are arms of a `match`. Of those in `whole` it is asked
    /// whether they are whole.
    pub(super) fn questions(&self, names: &mut ProbeNames, whole: &BTreeSet<BindingId>) -> Vec<TaggedLine> {
        let (private, mut lines) = (root::private(), Vec::new());
        let across = |id| self.planned.scopes.across_macro(self.site, id);
        if let Some(local) = self.typed().find(|local| across(local.id)) {
            let label = label(self.planned);
            let leave = names.of(quote!(break #label #private::never()));
            lines.push(self.line(&local, Question::Enclosed, quote!(0 => { #leave })));
        }
        // Nothing is asked again of a binding that is left out, for a question that names it might hide another's
        // error.
        for local in self.typed().filter(|local| local.capture.level > Level::None) {
            let name = self.named(names, &local);
            if local.capture.level == Level::Unique {
                let place = match local.is_reborrowed() {
                    true => quote!(*#name),
                    false => name.clone(),
                };
                lines.push(self.line(&local, Question::Unique, quote!(0 => { let _ = &mut #place; })));
            }
            lines.push(self.line(&local, Question::Shared, quote!(0 => { let _ = &#name; })));
            if whole.contains(&local.id) && may_ask_whole(self.planned.scopes, self.site, local.id) {
                let moved = quote!(if #private::maybe() { #private::consume(#name); });
                let whole = quote!(0 => { #moved let _ = &#name; #private::never() });
                lines.push(self.line(&local, Question::Whole, whole));
            }
        }
        lines
    }

    /// Returns the questions about types at a hook whose traits are chosen where it stands.
    pub(super) fn about_types(&self, names: &mut ProbeNames) -> Vec<TaggedLine> {
        let (scopes, site) = (self.planned.scopes, self.site);
        let mut lines = Vec::new();
        for local in self.typed().filter(|_| site.conditional) {
            let Capture {
                level, typing, state, ..
            } = local.capture;
            let read_only = *typing == Typing::Full && *state == State::ReadOnly;
            let late = names.of(&local.late);
            if read_only && asks_reference(scopes, site, local.id) {
                lines.push(self.line(&local, Question::Reference, reference(&late)));
            }
            if let Some(kept) = scopes.may_keep(site, local.id).filter(|_| level.borrows()) {
                lines.push(self.line(&local, Question::Sent, sent(&late, kept)));
            }
        }
        lines
    }
}

/// Returns the question whether the type that a `Late` carries is not `Send`, and may be kept in that way.
pub(super) fn sent(late: &TokenStream, kept: Kept) -> TokenStream {
    let private = root::private();
    let otherwise = match kept {
        Kept::Any => quote!(IsNotSent as _),
        Kept::IfCopied => quote!(IsNotSentBehind as _, IsNotSentCopied as _),
    };
    quote!({
        use #private::{#otherwise, IsNotKept as _, IsSent as _};
        (&&&#private::Late::probe(&#late)).__hookable_sent();
    })
}

/// Returns the question whether the type that a `Late` carries is a mutable reference, or none.
pub(super) fn reference(late: &TokenStream) -> TokenStream {
    let private = root::private();
    quote!({
        use #private::{IsMutableReference as _, IsSharedReference as _, IsValue as _};
        (&&#private::Late::probe(&#late)).__hookable_reference();
    })
}
