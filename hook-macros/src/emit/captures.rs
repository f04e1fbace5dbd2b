//! What a hook captures of the bindings that it sees, each as a line of code.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Planned;
use super::at::{self, ProbeNames};
use super::body::{ask_traits, late, late_marker, resolve};
use super::lines::TaggedLine;
use crate::plan::{Capture, Level, ReturnEdge, State, Typing};
use crate::probe::protocol::{BindingKey, Question, Tag};
use crate::scope::{Binding, BindingId, BindingKind, Reach, Scopes, Site};
use crate::syntax::hook::HookKey;
use crate::syntax::root;

/// What a hook captures of the bindings that it sees.
pub(super) struct HookCaptures<'a> {
    pub(super) planned: &'a Planned<'a>,
    pub(super) site: &'a Site,
    pub(super) captures: &'a [Capture],
    /// Whether the function can be left at the hook; `None` if no line can be typed there.
    pub(super) edge: Option<&'a ReturnEdge>,
    pub(super) key: &'a HookKey,
    pub(super) hit: Ident,
}

/// A binding that the hook sees.
pub(super) struct LocalCapture<'a> {
    position: usize,
    pub(super) id: BindingId,
    pub(super) binding: &'a Binding,
    pub(super) capture: &'a Capture,
    pub(super) cfgs: TokenStream,
    /// The name of the hook's own marker.
    marker: Ident,
    /// The names of the variables that hold the binding's `Late`, and the marker that goes with it.
    pub(super) late: Ident,
    late_marker: Ident,
}

impl LocalCapture<'_> {
    /// Returns the borrow that a capture takes.
    pub(super) fn place(&self) -> TokenStream {
        self.borrow(&self.binding.place())
    }

    /// Returns the pointer to what a capture borrows, for the list of the slot's places. Where a line uses it, the
    /// borrow checker has to see the borrow.
    pub(super) fn pointer(&self, is_judged: bool) -> TokenStream {
        let (private, place) = (root::private(), self.place());
        match (self.capture.level, is_judged) {
            (Level::Unique, true) => quote!(#private::written_place(#place)),
            (Level::Unique, false) => quote!(&raw mut *#place),
            (_, true) => quote!(#private::read_place(#place)),
            (_, false) => quote!(&raw const *#place),
        }
    }

    /// Returns whether the binding is borrowed at all.
    fn is_borrowed(&self) -> bool {
        self.capture.level != Level::None
    }

    /// Returns whether a capture that writes borrows what the binding points at, rather than the binding.
    pub(super) fn is_reborrowed(&self) -> bool {
        self.binding.kind == BindingKind::SelfMut || self.capture.state == State::WrittenThrough
    }

    /// Returns the borrow that a capture takes of the binding, which is written in the code as `name`.
    fn borrow(&self, name: &TokenStream) -> TokenStream {
        match self.capture.level {
            Level::Unique if self.is_reborrowed() => quote!(&mut &mut *#name),
            Level::Unique => quote!(&mut #name),
            Level::Copied => {
                let copy = snapshot(self.position);
                quote!(&#copy)
            }
            _ => quote!(&#name),
        }
    }
}

impl<'a> HookCaptures<'a> {
    /// Returns the names that are known to be those of bindings.
    pub(super) fn all(&self) -> impl Iterator<Item = LocalCapture<'a>> {
        self.every().filter(|local| local.capture.state != State::Doubtful)
    }

    /// Returns all names that the hook sees, also those that perhaps are no bindings.
    pub(super) fn every(&self) -> impl Iterator<Item = LocalCapture<'a>> {
        let (scopes, site) = (self.planned.scopes, self.site);
        site.visible
            .iter()
            .zip(self.captures)
            .enumerate()
            .map(move |(position, (visible, capture))| {
                let cfgs = &visible.cfgs;
                LocalCapture {
                    position,
                    id: visible.binding,
                    binding: &scopes.bindings[visible.binding],
                    capture,
                    cfgs: quote!(#(#[cfg(#cfgs)])*),
                    marker: format_ident!("__hookable_marker{}", position),
                    late: late(scopes, visible.binding),
                    late_marker: late_marker(scopes, visible.binding),
                }
            })
    }

    /// Returns what the hook may take of all of the local of this name; `None` if it sees none.
    pub(super) fn level(&self, name: &str) -> Option<Level> {
        let named = self.every().filter(|local| local.binding.ident == name);
        let levels = named.map(|local| match local.binding.path.is_empty() {
            true => local.capture.level,
            false => Level::None,
        });
        levels.min()
    }

    pub(super) fn typed(&self) -> impl Iterator<Item = LocalCapture<'a>> {
        self.all().filter(|local| local.capture.typing != Typing::Unknown)
    }

    /// Returns what to write for a binding in the tokens or the file at this place.
    pub(super) fn named(&self, names: &mut ProbeNames, local: &LocalCapture<'_>) -> TokenStream {
        names.of(local.binding.place())
    }

    pub(super) fn line(&self, local: &LocalCapture<'_>, question: Question, code: TokenStream) -> TaggedLine {
        let cfgs = &local.cfgs;
        let key = BindingKey::new(self.key, local.position);
        (quote!(#cfgs #code), Tag { key, question })
    }

    /// Returns the markers of the bindings, and the import of what captures by them. A probe has them of what is
    /// borrowed alone.
    pub(super) fn markers(&self, is_probe: bool) -> TokenStream {
        let private = root::private();
        let locals = self.typed().filter(|local| !is_probe || local.is_borrowed());
        let markers = locals.map(|LocalCapture { cfgs, marker, .. }| quote!(#cfgs let #marker = [];));
        let markers: TokenStream = markers.collect();
        match markers.is_empty() {
            true => markers,
            false => quote!(#private::captures!(); #markers),
        }
    }

    /// Returns the code that tells rustc the type of a binding, and of its marker if there is one.
    fn tie(&self, names: &mut ProbeNames, local: &LocalCapture<'_>, is_probe: bool) -> TokenStream {
        let (name, marker) = (self.named(names, local), &local.marker);
        let late = names.of(&local.late_marker);
        // A constant has no address, by which a probe knows it. Where none was asked, a name in a pattern may still be
        // that of one, and a value gets an address by being borrowed. A field of a packed struct cannot be.
        let place = match local.binding.kind {
            BindingKind::Const => quote!(&#name),
            BindingKind::Field => quote!(&raw const #name),
            _ if is_probe => quote!(&raw const #name),
            _ => quote!(&raw const *&#name),
        };
        match is_probe && !local.is_borrowed() {
            true => quote!(#late.__hookable_of(#place);),
            false => quote!(#late.__hookable_tie(#place, #marker);),
        }
    }

    /// Returns what stands elsewhere before the body of the function, if this hook stands where no other code may
    /// depend on it.
    pub(super) fn early(&self, is_probe: bool) -> TokenStream {
        let early = self.typed().filter(|_| self.site.conditional);
        let early = early.map(|LocalCapture { cfgs, id, .. }| declared(self.planned.scopes, &cfgs, id, is_probe));
        early.collect()
    }

    pub(super) fn ties(&self, names: &mut ProbeNames, is_probe: bool) -> Vec<TaggedLine> {
        let mut lines = Vec::new();
        let mut locals: Vec<_> = self.typed().collect();
        if !is_probe {
            // What a closure or a future captures is laid out in the order in which its code first names it. A hook
            // before all of that code is the first to name it, and has to do so in the same order.
            locals.sort_by_cached_key(|local| self.outer_mention(local));
        }
        for local in locals {
            let tie = self.tie(names, &local, is_probe);
            lines.push(self.line(&local, Question::Type, tie));
            if self.site.conditional {
                let (imports, resolve) = (ask_traits(), resolve(&names.of(&local.late), local.capture.typing));
                lines.push(self.line(&local, Question::Traits, quote!({ #imports #resolve })));
            }
        }
        lines
    }

    /// Returns the number of the first mention of what the closure or the future around the hook captures; `None` for
    /// what is its own.
    fn outer_mention(&self, local: &LocalCapture<'_>) -> Option<usize> {
        let (scopes, site) = (self.planned.scopes, self.site);
        let is_outer = scopes.reach(site, local.id) != Reach::Own;
        is_outer.then(|| scopes.first_mention(site.body, local.id)).flatten()
    }

    /// Returns the snapshots and the copies that are taken before the others are captured.
    pub(super) fn snapshots(&self, names: &mut ProbeNames) -> Vec<TaggedLine> {
        let private = root::private();
        let is_taken = |level| matches!(level, Level::Snapshot | Level::Copied);
        let snapshots = self.typed().filter(|local| is_taken(local.capture.level));
        let take = |local: LocalCapture<'_>| {
            let (name, marker, kept) = (self.named(names, &local), &local.marker, snapshot(local.position));
            let code = match local.capture.level {
                Level::Copied => quote!(let #kept = #private::copied(#name);),
                _ => quote!(let #kept = #marker.__hookable_snapshot()(&#name);),
            };
            self.line(&local, Question::Capture, code)
        };
        snapshots.map(take).collect()
    }

    /// Returns the captures. Those of a probe have their markers, too: an impl may ask more of the lifetimes in a type
    /// than the borrow does, and what it asks the borrow checker sees by the marker alone.
    pub(super) fn captures(&self, names: &mut ProbeNames, is_probe: bool) -> Vec<TaggedLine> {
        let private = root::private();
        let capture = |local: LocalCapture<'_>| {
            let (name, marker, kept) = (self.named(names, &local), &local.marker, snapshot(local.position));
            let place = local.borrow(&name);
            let code = match (local.capture.typing, local.capture.level) {
                (Typing::Unknown, _) => quote!(#private::unknown(),),
                (_, Level::None) if is_probe => quote!(#private::unknown(),),
                (_, Level::None) => quote!(#private::Access::Type(#marker.__hookable_type()),),
                (_, Level::Snapshot) => quote!(#private::Access::Snapshot(&#kept),),
                (_, Level::Shared | Level::Copied) => quote!(#marker.__hookable_readable()(#place),),
                (_, Level::Unique) => quote!(#marker.__hookable_writable()(#place),),
            };
            self.line(&local, Question::Capture, code)
        };
        self.all().map(capture).collect()
    }
}

/// Returns the declaration of the variables that hold a binding's `Late` and its marker. In a probe it seems to stand
/// at the binding, so that what rustc says of the type as a whole points there.
pub(super) fn declared(scopes: &Scopes, cfgs: &TokenStream, id: BindingId, is_probe: bool) -> TokenStream {
    let (private, late, marker) = (root::private(), late(scopes, id), late_marker(scopes, id));
    let declared = quote!(#cfgs let (#late, #marker) = #private::late(););
    match is_probe {
        true => at::standing(declared, scopes.bindings[id].ident.span()),
        false => declared,
    }
}

fn snapshot(position: usize) -> Ident {
    format_ident!("__hookable_snapshot{}", position)
}
