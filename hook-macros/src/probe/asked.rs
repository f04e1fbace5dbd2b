//! The side of a probe that is asked: what is to be written of a function, and what is reported of it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

use proc_macro2::Ident;
use syn::FnArg;

use super::FunctionAnswer;
use super::protocol::report::{self, ReportRecord};
use super::protocol::{
    BindingFact, BindingKey, CaptureTable, DeclaredMut, EdgeFact, ExitFact, ExpectedHook, FunctionMark, MoveTold,
    ProbeRequest,
};
use crate::plan::{CapturePlan, Level, ReturnEdge, ReturnEdges, State, made_mutable, may_add_mut, may_ask_whole};
use crate::scope::{BindingId, BindingKind, Scopes, Site, names};
use crate::syntax::exit::SettledExit;
use crate::syntax::function::{Function, may_rewrite};
use crate::syntax::hook::HookKey;
use crate::syntax::hook::calls::MacroCalls;
use crate::syntax::location;

/// In a function with at most so many such questions, a probe asks of all that may be moved whether it is whole.
const WHOLE_AT_ONCE: usize = 100;

/// Says what a probe does with a function, and leaves the report on it in the folder of the function.
pub(super) fn about(
    probe: &Path,
    table: &CaptureTable,
    function: &Function,
    keys: &[HookKey],
    scopes: &Scopes,
    exits: &[SettledExit],
) -> io::Result<FunctionAnswer> {
    let name = folder_name(keys);
    let folder = probe.join(&name);
    let asked = AskedFunction {
        calls: &table.calls,
        function,
        keys,
        scopes,
        exits,
    };
    if table.is(&name, FunctionMark::Settled) {
        let is_frame = |hook: &ExpectedHook| matches!(hook, ExpectedHook::Framed(_));
        let frames = asked.hooks().filter(is_frame).map(ReportRecord::Hook);
        report::write(&folder, &frames.collect::<Vec<_>>())?;
        return Ok(FunctionAnswer::Mention);
    }
    let plan = table.plan(keys, scopes);
    let made = made_mutable(scopes, &plan);
    let made: Vec<_> = made.iter().map(|&id| &scopes.bindings[id].ident).collect();
    // Another attribute reads the parameters as the program has them, with `mut`.
    let shown = function.attrs.iter().any(may_rewrite) && parameters(function).any(|ident| made.contains(&ident));
    let request = ProbeRequest {
        whole: asked.whole(table, &plan),
        ..table.request(&name, !shown && function.may_have_plain_copy(&made))
    };
    let edges = table.return_edges(keys, scopes);
    let facts = asked.facts(&name, &plan, &request);
    let facts = facts.into_iter().map(|(key, fact)| ReportRecord::Binding(key, fact));
    let hooks = asked.hooks().map(ReportRecord::Hook);
    let report: Vec<ReportRecord> = hooks
        .chain(facts)
        .chain(asked.edges(&name, &edges))
        .chain(asked.exits(&name))
        .collect();
    report::write(&folder, &report)?;
    Ok(FunctionAnswer::Probe {
        plan,
        edges,
        folder,
        request,
    })
}

/// Returns the names that the parameters of a function bind.
fn parameters(function: &Function) -> impl Iterator<Item = &Ident> {
    let typed = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(names(&input.pat)),
        FnArg::Receiver(_) => None,
    });
    typed.flatten().map(|bound| bound.ident)
}

/// Names the folder of the function with these hooks.
pub(super) fn folder_name(keys: &[HookKey]) -> String {
    let mut hasher = DefaultHasher::new();
    keys.first().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// A function about which rustc is asked.
struct AskedFunction<'a> {
    calls: &'a MacroCalls,
    function: &'a Function,
    keys: &'a [HookKey],
    scopes: &'a Scopes,
    exits: &'a [SettledExit],
}

impl AskedFunction<'_> {
    /// Returns the places of the hooks that code is written for, and those of the frames.
    fn hooks(&self) -> impl Iterator<Item = ExpectedHook> {
        let may_vanish = self.function.attrs.iter().any(may_rewrite);
        // No `hook!` of the user's stands at an exit.
        let is_exit = |site: &&Site| self.exits.iter().any(|exit| exit.number == site.number);
        self.scopes
            .sites
            .iter()
            .filter(move |site| !is_exit(site))
            .map(move |site| {
                let place = self.keys[site.number].location.clone();
                match (self.calls.is_around(&place), site.conditional || may_vanish) {
                    (true, _) => ExpectedHook::Framed(place),
                    (false, true) => ExpectedHook::Perhaps(place),
                    (false, false) => ExpectedHook::Surely(place),
                }
            })
    }

    /// Returns the bindings of which to ask at each hook whether they are whole. Each such question is an error,
    /// whatever the answer is, and rustc takes long for hundreds of them. So in a function with that many it is asked
    /// of what was found to be moved; elsewhere of all that may be, which spares a round.
    fn whole(&self, table: &CaptureTable, plan: &CapturePlan) -> BTreeSet<BindingId> {
        let mut at_once = BTreeMap::<BindingId, usize>::new();
        let mut moved = BTreeSet::new();
        for (site, captures) in self.scopes.sites.iter().zip(plan) {
            for (position, (visible, capture)) in site.visible.iter().zip(captures).enumerate() {
                let id = visible.binding;
                if capture.level == Level::None || !may_ask_whole(self.scopes, site, id) {
                    continue;
                }
                if table
                    .moved
                    .contains(&BindingKey::new(&self.keys[site.number], position))
                {
                    moved.insert(id);
                } else if at_once.contains_key(&id) || self.scopes.may_be_moved(id) {
                    *at_once.entry(id).or_default() += 1;
                }
            }
        }
        if at_once.values().sum::<usize>() <= WHOLE_AT_ONCE {
            moved.extend(at_once.into_keys());
        }
        moved
    }

    /// Returns what is known of each binding at each hook.
    fn facts(&self, function: &str, plan: &CapturePlan, request: &ProbeRequest) -> Vec<(BindingKey, BindingFact)> {
        let made_mutable = request.declared_mut != DeclaredMut::No;
        let attribute = location::start(proc_macro2::Span::call_site()).line;
        let mut facts = Vec::new();
        for (site, captures) in self.scopes.sites.iter().zip(plan) {
            for (position, (visible, capture)) in site.visible.iter().zip(captures).enumerate() {
                let binding = &self.scopes.bindings[visible.binding];
                if binding.kind == BindingKind::Field && capture.state == State::Doubtful {
                    continue;
                }
                let start = location::start(binding.extent.0);
                let end = location::end(binding.extent.1);
                let name = location::start(binding.ident.span());
                let seen_often = self.scopes.seen_often(visible.binding);
                let fact = BindingFact {
                    function: function.to_owned(),
                    named: self.function.sig.ident.to_string(),
                    lines: self.function.lines(),
                    attribute,
                    name: binding.name(),
                    may_add_mut: may_add_mut(binding, capture),
                    made_mutable,
                    move_told: match may_ask_whole(self.scopes, site, visible.binding) {
                        true if request.whole.contains(&visible.binding) => MoveTold::EachTime,
                        true => MoveTold::OnceUnlessAsked,
                        false if seen_often => MoveTold::Once,
                        false => MoveTold::EachTime,
                    },
                    has_fields: self.has_fields(site, binding.origin),
                    declared: one_based(name),
                    extent: (one_based(start), one_based(end)),
                    capture: capture.clone(),
                };
                facts.push((BindingKey::new(&self.keys[site.number], position), fact));
            }
        }
        facts
    }

    /// Returns the hooks at which the function may be left.
    fn edges(&self, function: &str, edges: &ReturnEdges) -> impl Iterator<Item = ReportRecord> {
        let fact = EdgeFact {
            function: function.to_owned(),
            lines: self.function.lines(),
        };
        let sites = self.scopes.sites.iter().zip(edges);
        let asked = sites.filter(|(_, edge)| **edge == ReturnEdge::Possible);
        asked.map(move |(site, _)| ReportRecord::Edge(self.keys[site.number].clone(), fact.clone()))
    }

    /// Returns the exits at which a hook stands.
    fn exits(&self, function: &str) -> impl Iterator<Item = ReportRecord> {
        self.exits.iter().map(move |exit| {
            let (first, last) = exit.extent;
            let fact = ExitFact {
                function: function.to_owned(),
                extent: (one_based(location::start(first)), one_based(location::end(last))),
                retries: exit.no_retry.is_none(),
            };
            ReportRecord::Exit(self.keys[exit.number].clone(), fact)
        })
    }

    /// Returns whether a hook sees fields of a binding.
    fn has_fields(&self, site: &Site, origin: usize) -> bool {
        let mut others = site.visible.iter().map(|other| &self.scopes.bindings[other.binding]);
        others.any(|other| other.kind == BindingKind::Field && other.origin == origin)
    }
}

/// Returns a place as rustc's diagnostics count, from the first column as 1.
fn one_based(place: proc_macro2::LineColumn) -> (usize, usize) {
    (place.line, place.column + 1)
}
