//! Which bindings are in scope at each hook. This is a pure reading of one function's syntax: it asks no compiler and
//! reads no file.
//!
//! A function is a tree of [`Body`]s: its own, and one for each closure and async block in it, for those are what a
//! hook's borrows must not leave or change. [`walk`] goes through it in the order of evaluation and keeps every
//! [`Binding`], every [`Mention`] of one, and at every hook a [`Site`] with what is visible there.

mod awaits;
mod branches;
mod definition;
mod fields;
mod macros;
mod mention;
mod pattern;
mod surely;
mod visit;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use awaits::{Anyway, Kept};
pub(crate) use branches::{Branch, BranchKind};
pub(crate) use macros::arguments_of_matches;
pub(crate) use mention::{Mention, MentionKind};
pub(crate) use pattern::{cfgs, names, place_of};
pub(crate) use visit::is_assignment;
pub(crate) use walk::walk;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Member;

/// The index of a [`Binding`] in [`Scopes::bindings`].
pub(crate) type BindingId = usize;
/// The number of a macro call in whose tokens something stands.
pub(crate) type MacroId = usize;
/// The index of a [`Body`] in [`Scopes::bodies`].
pub(crate) type BodyId = usize;
/// The number of a point in the walk. Mentions and sites are numbered in one sequence.
pub(crate) type Moment = usize;

/// What the walk found in one function and the functions nested in it.
#[derive(Default)]
pub(crate) struct Scopes {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) sites: Vec<Site>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) branches: Vec<Branch>,
    /// Of each binding, what the function itself does at each place of its body where something is awaited.
    pub(crate) anyway: Vec<Vec<Anyway>>,
}

/// The body of a function, of a closure or of an async block.
pub(crate) struct Body {
    /// The body whose bindings this one sees by capturing them; a function sees none.
    pub(crate) parent: Option<BodyId>,
    /// The name of a function, as `Account::deposit`; a closure and an async block have none.
    pub(crate) name: Option<String>,
    /// The number that `mark` gave the body, if there is a hook in it.
    pub(crate) number: Option<usize>,
    /// What the function returns; `None` if this is no function's body.
    pub(crate) output: Option<syn::ReturnType>,
    /// This is a closure or a block with `move`.
    pub(crate) moves: bool,
    /// This is the body of a future.
    pub(crate) is_async: bool,
    /// The first binding that is none of a parameter.
    pub(crate) first_local: BindingId,
    /// Where something is awaited, or may be.
    pub(crate) awaits: Vec<Await>,
}

/// A place where something is awaited, or may be.
pub(crate) struct Await {
    /// Where that begins, and where it ends.
    pub(crate) extent: (Moment, Moment),
    /// This is an `.await`, and no macro of which nothing is known.
    pub(crate) surely: bool,
}

/// A name that a pattern, a receiver or a const parameter binds.
#[derive(Clone)]
pub(crate) struct Binding {
    pub(crate) ident: Ident,
    pub(crate) body: BodyId,
    pub(crate) kind: BindingKind,
    /// The binding is declared `mut`.
    pub(crate) mutable: bool,
    /// The `cfg`s on the declaration of the binding, which go with everything that names it.
    pub(crate) cfgs: Vec<TokenStream>,
    /// The whole of what introduces the binding: a borrow that begins in there is held by the binding.
    pub(crate) extent: Extent,
    /// The type or the value of the binding, as far as the syntax says it, is surely a number, `bool`, `char` or
    /// literal.
    pub(crate) surely_copy: bool,
    /// The binding surely holds no borrow of another local: none was named where it got its value.
    pub(crate) surely_free: bool,
    /// A macro made another binding of the same name and the same span, which is not one that `mut` can be added to:
    /// the two cannot be told apart, so neither is changed.
    pub(crate) repeated: bool,
    /// The binding is a parameter whose type is a shared reference, as it is written.
    pub(crate) refers: bool,
    /// This is perhaps no binding at all, but a constant in a pattern, or a name that a macro makes something else of.
    /// rustc is asked.
    pub(crate) doubtful: bool,
    /// The binding whose name this is. That is the binding itself, unless a macro in between may have bound the name
    /// again.
    pub(crate) origin: BindingId,
    /// The innermost macro in whose tokens the binding is declared.
    pub(crate) within: Option<MacroId>,
    /// Where the scope of the binding begins, and where it ends.
    pub(crate) scope: (Moment, Moment),
    /// The fields that lead from a binding to the part of it that this is, for a [`BindingKind::Field`]; else there are
    /// none.
    pub(crate) path: Vec<Member>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingKind {
    /// A plain identifier binds by value: `let`, a parameter, a closure's parameter, a `for`. The attribute may add
    /// `mut`.
    Plain,
    /// The binding is assigned later: `let x;`.
    Late,
    /// The binding is a part of a larger pattern, and is bound by reference if what is matched is one. `mut` would
    /// reset the binding mode, so the attribute may add it only if the type of the binding is no reference.
    Destructured,
    /// The binding is a part of a pattern in which no `mut` can be added.
    InPattern,
    /// The binding is as a `Plain` one, but in the arguments of a macro, in which nothing is changed.
    InMacro,
    /// The receiver `&mut self`, which can be reborrowed but not declared `mut`.
    SelfMut,
    /// The receiver `&self`, or a typed receiver.
    SelfRef,
    /// A const parameter of the function.
    Const,
    /// A name given to a macro, which may bind it.
    ByMacro,
    /// A part of another binding, as `self.count`, which is shown where the whole cannot be.
    Field,
}

/// The name that `#[async_trait]` gives `self` where the body of an `async fn` is in a block of its own.
const MADE_OF_SELF: &str = "__self";

impl Binding {
    /// Returns the name by which the user calls the binding, as `self.count`.
    pub(crate) fn name(&self) -> String {
        let parts = self.path.iter().map(|part| format!(".{}", part.to_token_stream()));
        self.whole().trim_start_matches("r#").to_owned() + &parts.collect::<String>()
    }

    /// Returns the name of the whole that this is, or is a part of, as the user wrote it.
    pub(crate) fn whole(&self) -> String {
        match self.ident.to_string() {
            made if made == MADE_OF_SELF => "self".to_owned(),
            name => name,
        }
    }

    /// Returns what to write for the binding in code.
    pub(crate) fn place(&self) -> TokenStream {
        let (ident, path) = (&self.ident, &self.path);
        quote!(#ident #(.#path)*)
    }
}

/// A `hook!` and what is visible at it.
pub(crate) struct Site {
    /// The number that `mark` gave the hook.
    pub(crate) number: usize,
    pub(crate) body: BodyId,
    pub(crate) moment: Moment,
    /// The bindings that the hook sees, outermost first. A name occurs once, unless a `cfg` decides which is meant.
    pub(crate) visible: Vec<Visible>,
    /// The hook stands in a loop: what comes after it comes before it, too.
    pub(crate) looped: bool,
    /// The hook stands where a `cfg` or another macro may drop or repeat it: no other code may depend on its being
    /// there.
    pub(crate) conditional: bool,
    /// The macros in whose tokens the hook stands, outermost first.
    pub(crate) macros: Vec<MacroId>,
    /// The hook stands in the definition of a macro.
    pub(crate) defined: bool,
    /// The names of bindings that the hook is not to capture.
    pub(crate) without: Vec<String>,
    /// The names of the bindings of which it captures a copy.
    pub(crate) copied: Vec<String>,
}

/// The first and the last token of a piece of code.
pub(crate) type Extent = (Span, Span);

/// A binding as seen from a hook.
#[derive(Clone)]
pub(crate) struct Visible {
    pub(crate) binding: BindingId,
    /// The `cfg`s under which the hook sees the binding: the binding's own, and the negation of those of what may
    /// shadow it.
    pub(crate) cfgs: Vec<TokenStream>,
}

/// How a hook reaches a binding across the closures between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// A closure in between does not capture the binding, or only a part of it.
    None,
    /// The closures capture all of the binding, so that a shared borrow changes nothing about them.
    Shared,
    /// The closures capture all of the binding mutably, so that a mutable borrow changes nothing about them.
    Mutable,
    /// The binding is of the body that the hook is in.
    Own,
}

impl Scopes {
    /// Returns the scopes of one hook with nothing around it.
    pub(crate) fn of_nothing() -> Scopes {
        let site = Site {
            number: 0,
            body: 0,
            moment: 0,
            visible: Vec::new(),
            looped: false,
            conditional: true,
            macros: Vec::new(),
            defined: false,
            without: Vec::new(),
            copied: Vec::new(),
        };
        let body = Body {
            parent: None,
            name: None,
            number: None,
            output: None,
            moves: false,
            is_async: false,
            first_local: 0,
            awaits: Vec::new(),
        };
        Scopes {
            bodies: vec![body],
            sites: vec![site],
            ..Scopes::default()
        }
    }

    /// Tells how a hook reaches a binding. Only what is captured whole counts: `&a` beside `a.x` would make a closure
    /// capture all of `a`.
    pub(crate) fn reach(&self, site: &Site, binding: BindingId) -> Reach {
        let Binding {
            body: home,
            path,
            refers,
            ..
        } = &self.bindings[binding];
        let home = *home;
        if self.bindings[binding].kind == BindingKind::Const {
            return Reach::Own;
        }
        let mut reach = Reach::Own;
        let mut body = site.body;
        while body != home {
            let (mut whole, mut mutable) = (false, false);
            for mention in &self.mentions {
                if !self.is_of(mention, binding) || !self.within(mention.body, body) {
                    continue;
                }
                // What captures more than the part captures the part, too. No part is moved out of what is behind a
                // reference: a closure that moves takes the reference.
                if path.starts_with(&mention.path) || *refers && self.moves_within(mention.body, body) {
                    whole |= mention.kind.captures_whole();
                    mutable |= mention.kind.captures_mutably();
                }
            }
            reach = reach.min(match (whole, mutable) {
                (false, _) => Reach::None,
                (true, false) => Reach::Shared,
                (true, true) => Reach::Mutable,
            });
            body = self.bodies[body]
                .parent
                .expect("a visible binding is of an enclosing body");
        }
        reach
    }

    /// Returns the innermost body around the hook that is rewritten, which none in the tokens of a macro is.
    pub(crate) fn rewritten(&self, site: &Site) -> BodyId {
        let mut body = site.body;
        while let (None, Some(parent)) = (self.bodies[body].number, self.bodies[body].parent) {
            body = parent;
        }
        body
    }

    /// Returns whether a mention names the binding, or what its name meant before.
    pub(crate) fn is_of(&self, mention: &Mention, binding: BindingId) -> bool {
        self.bindings[mention.binding].origin == self.bindings[binding].origin
    }

    /// Returns the number of the first mention of the binding in a body, hooks left aside.
    pub(crate) fn first_mention(&self, body: BodyId, binding: BindingId) -> Option<usize> {
        let first =
            |mention: &Mention| !mention.by_hook && self.is_of(mention, binding) && self.within(mention.body, body);
        self.mentions.iter().position(first)
    }

    /// Returns the position of the binding that a field is a part of, if the hook sees both.
    pub(crate) fn whole(&self, site: &Site, field: BindingId) -> Option<usize> {
        let of = |visible: &Visible| {
            let binding = &self.bindings[visible.binding];
            binding.kind != BindingKind::Field && binding.origin == self.bindings[field].origin
        };
        site.visible.iter().position(of)
    }

    /// Returns whether a macro in whose tokens the hook stands is between the hook and the binding: it may make a
    /// closure around the hook.
    pub(crate) fn across_macro(&self, site: &Site, binding: BindingId) -> bool {
        let Binding { kind, within, .. } = &self.bindings[binding];
        *kind != BindingKind::Const && *within != site.macros.last().copied()
    }

    /// Returns whether the macro around the hook has the name of the binding elsewhere in its tokens, too.
    pub(crate) fn named_in_macro(&self, site: &Site, binding: BindingId) -> bool {
        let outermost = site.macros.first();
        let named = |mention: &&Mention| !mention.by_hook && self.is_of(mention, binding);
        let mut mentions = self.mentions.iter().filter(named);
        outermost.is_none() || mentions.any(|mention| mention.within.as_ref() == outermost)
    }

    /// Returns the hooks that see the binding, by their index, and its position there.
    pub(crate) fn seen_at(&self, binding: BindingId) -> impl Iterator<Item = (usize, usize)> {
        let at = move |site: &Site| site.visible.iter().position(|visible| visible.binding == binding);
        self.sites
            .iter()
            .enumerate()
            .filter_map(move |(index, site)| Some((index, at(site)?)))
    }

    /// Returns the names that the hook of this number sees.
    pub(crate) fn seen_from(&self, number: usize) -> impl Iterator<Item = &Ident> {
        let site = self.sites.iter().find(move |site| site.number == number);
        let visible = site.into_iter().flat_map(|site| &site.visible);
        visible.map(|visible| &self.bindings[visible.binding].ident)
    }

    /// Returns whether more than one hook sees the binding.
    pub(crate) fn seen_often(&self, binding: BindingId) -> bool {
        self.seen_at(binding).nth(1).is_some()
    }

    /// Returns whether the text may move the binding or a part of it.
    pub(crate) fn may_be_moved(&self, binding: BindingId) -> bool {
        let moves = |mention: &Mention| {
            let borrows = match mention.kind {
                MentionKind::Shared | MentionKind::Mutable | MentionKind::Assigned => true,
                MentionKind::Formatted => !mention.unsure,
                _ => false,
            };
            let own = self.bindings[binding].body;
            !borrows || mention.body != own && self.moves_within(mention.body, own)
        };
        let mut named = self.mentions.iter().filter(|mention| self.is_of(mention, binding));
        named.any(moves)
    }

    /// Returns whether a body moves what it captures, or another one in between does.
    fn moves_within(&self, mut body: BodyId, ancestor: BodyId) -> bool {
        while body != ancestor && !self.bodies[body].moves {
            match self.bodies[body].parent {
                Some(parent) => body = parent,
                None => return false,
            }
        }
        self.bodies[body].moves
    }

    fn within(&self, mut body: BodyId, ancestor: BodyId) -> bool {
        loop {
            if body == ancestor {
                return true;
            }
            match self.bodies[body].parent {
                Some(parent) => body = parent,
                None => return false,
            }
        }
    }
}
