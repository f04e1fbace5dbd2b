//! From rustc's diagnostics to what a hook may capture: pure.
//!
//! A diagnostic concerns a capture if one of its spans, primary or label, is a line of a probe file. What it says depends on
//! what the line asked ([`Role`]). The answers about each binding by itself come first, for they are about the user's code
//! alone. Only then do captures that hinder each other count: where `r` borrows `v` and is not used again, each may be
//! captured, but not both. Then `r`, which through the capture alone lives on, is kept as a snapshot taken before `v`.

pub(crate) mod crash;
pub(crate) mod hiding;
mod permit;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use hook_rustc::{ANSWER, Diagnostic};

use crate::emit::beside;
use crate::plan::{Capture, Level, State};
use crate::probe::diagnostics::reason;
use crate::probe::diagnostics::{concerns, is_borrow_check, is_ours, subject, used_later};
use crate::probe::protocol::facts::{Fact, Facts, Key};
use crate::probe::protocol::table::{Mark, Table};
use crate::probe::protocol::{Role, Tag};
use permit::{alone_permits, current, hindered, rank};

/// What a round came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing stands in the way.
    Done,
    /// Captures were lowered: ask again.
    Lowered,
    /// The first error that is about no capture.
    Foreign(String),
    /// The same in a function with hooks of which nothing is asked any more: the user's own mistake.
    Own(String),
}

/// Lowers the table by the errors among the diagnostics.
///
/// With `all`, a binding whose borrow ended before one hook counts as ended at every hook of the function.
pub(crate) fn lower(table: &mut Table, facts: &Facts, diagnostics: &[Diagnostic], all: bool) -> Progress {
    Round::of(table, facts, diagnostics, all).close()
}

/// Lowers the table by the errors of a round that did not come to its end. Gives the functions that there was an error in, and
/// approves of none.
pub(crate) fn lower_only(table: &mut Table, facts: &Facts, diagnostics: &[Diagnostic], all: bool) -> HashSet<String> {
    let Seen {
        mistyped,
        entangled,
        lowered,
        ..
    } = Round::of(table, facts, diagnostics, all).seen;
    [mistyped, entangled, lowered].into_iter().flatten().collect()
}

impl<'a> Round<'a> {
    fn of(table: &'a mut Table, facts: &'a Facts, diagnostics: &'a [Diagnostic], all: bool) -> Round<'a> {
        let mut round = Round {
            table,
            facts,
            all,
            alone: HashMap::new(),
            hidden: Vec::new(),
            together: Vec::new(),
            seen: Seen::default(),
        };
        for diagnostic in diagnostics {
            match diagnostic.is_error() {
                true => round.take(diagnostic),
                false => round.answer(diagnostic),
            }
        }
        round.lower_alone();
        round.lower_together();
        round
    }
}

struct Round<'a> {
    table: &'a mut Table,
    facts: &'a Facts,
    all: bool,
    /// What the answers about each binding by itself permit.
    alone: HashMap<Key, Capture>,
    /// Borrows that only the hook keeps alive, and what they hide.
    hidden: Vec<(Key, Key)>,
    /// The errors about captures as they stand together.
    together: Vec<(Key, &'a Diagnostic)>,
    seen: Seen<'a>,
}

/// Functions to probe again, and why.
#[derive(Default)]
struct Seen<'a> {
    mistyped: HashSet<String>,
    entangled: HashSet<String>,
    lowered: HashSet<String>,
    foreign: Option<&'a Diagnostic>,
}

impl<'a> Round<'a> {
    fn take(&mut self, diagnostic: &'a Diagnostic) {
        let Some((tag, key)) = subject(diagnostic) else {
            return self.foreign(diagnostic);
        };
        let Some(fact) = self.facts.get(&key) else { return };
        let function = &fact.function;
        if let Role::Name | Role::Enclosed = tag.role {
            return self.name(&tag, key, function, diagnostic);
        }
        if !is_borrow_check(&diagnostic.code) {
            self.seen.mistyped.insert(function.clone());
        }
        // rustc gathers all mutable borrows of an immutable binding in one error at its declaration.
        let gathered = diagnostic.code == "E0596";
        if gathered
            && diagnostic
                .spans
                .iter()
                .any(|span| reason::tag(span).is_none() && span.label.starts_with("cannot borrow"))
        {
            return self.foreign(diagnostic);
        }
        let elsewhere = diagnostic
            .spans
            .iter()
            .find(|span| !gathered && span.primary && reason::tag(span).is_none());
        if self.is_entangled(&tag, fact, diagnostic, elsewhere.is_some())
            && (self.seen.entangled.contains(function) || self.table.marks.insert((function.clone(), Mark::Alone)))
        {
            self.seen.entangled.insert(function.clone());
            return;
        }
        match (elsewhere, tag.role) {
            // The user's line is fine unless this binding is used after it.
            (Some(span), _) if is_borrow_check(&diagnostic.code) => {
                let ended = Capture::refused(
                    State::Borrowed,
                    format!("its borrow ended at line {}", reason::place(span).line),
                );
                let everywhere = everywhere(self.facts, fact).filter(|_| self.all).cloned();
                self.alone
                    .extend(everywhere.chain([key]).map(|key| (key, ended.clone())));
            }
            // No other capture moves a value, and none helps against it.
            (_, Role::Capture) if diagnostic.code != "E0382" => self.together.push((key, diagnostic)),
            (_, role) => {
                if let Some(other) = hiding::hides(self.table, self.facts, &key, role, diagnostic) {
                    self.hidden.push((other, key));
                    return;
                }
                if hiding::restore(self.table, self.facts, &key, diagnostic) {
                    self.again(function);
                }
                if let Some(capture) = alone_permits(role, fact, self.facts, &tag.key, diagnostic) {
                    let entry = self.alone.entry(key).or_insert_with(|| capture.clone());
                    if rank(&capture) < rank(entry) {
                        *entry = capture;
                    }
                }
            }
        }
    }

    /// What name resolution says.
    fn name(&mut self, tag: &Tag, key: Key, function: &str, diagnostic: &Diagnostic) {
        let is_new = match (tag.role, diagnostic.code.as_str()) {
            // Not a constant.
            (Role::Name, "E0435") => self.table.bound.insert(key),
            // Something that cannot be left is around the hook; or the macro made the hook in a way of its own.
            (Role::Enclosed, "E0767" | "E0426" | "E0267") => self.table.enclosed.insert(key.0),
            _ => false,
        };
        if is_new {
            self.again(function);
        }
    }

    /// A binding turns out to be a mutable reference.
    fn answer(&mut self, diagnostic: &Diagnostic) {
        let Some((tag, key)) = subject(diagnostic) else { return };
        if tag.role != Role::Reference || diagnostic.code != ANSWER {
            return;
        }
        let Some(fact) = self.facts.get(&key) else { return };
        let known = self.table.references.len();
        let everywhere = everywhere(self.facts, fact).cloned();
        self.table.references.extend(everywhere.chain([key]));
        if self.table.references.len() > known {
            self.again(&fact.function);
        }
    }

    /// All questions about a function are asked again.
    fn again(&mut self, function: &str) {
        self.seen.lowered.insert(function.to_string());
        self.seen.mistyped.insert(function.to_string());
    }

    /// An error about no capture: the user's, or that of a function put beside another.
    fn foreign(&mut self, diagnostic: &'a Diagnostic) {
        if diagnostic.message.starts_with("aborting due to") {
            return;
        }
        match (beside(&diagnostic.message), diagnostic.code.as_str()) {
            // Not a member of the trait that is implemented here, but checked like those that are.
            (Some(_), "E0407") => {}
            (Some(function), _) => {
                self.table.retreat(function, false);
                self.seen.lowered.insert(function.to_string());
            }
            (None, _) => {
                self.seen.foreign.get_or_insert(diagnostic);
            }
        }
    }

    /// Whether one hook speaks here for others, or hinders them.
    fn is_entangled(&self, tag: &Tag, fact: &Fact, diagnostic: &Diagnostic, elsewhere: bool) -> bool {
        let other_hook = used_later(diagnostic).is_some_and(|(site, _)| site != tag.key);
        let told_once = match diagnostic.code.as_str() {
            "E0381" => true,
            "E0382" => fact.told_once || diagnostic.message.contains("partially"),
            _ => false,
        };
        elsewhere || other_hook || told_once
    }

    fn lower_alone(&mut self) {
        for (borrow, owner) in std::mem::take(&mut self.hidden) {
            if !self.alone.contains_key(&borrow) && !self.alone.contains_key(&owner) {
                let function = &self.facts[&owner].function;
                hiding::give_up(self.table, self.facts, borrow, owner);
                self.again(function);
            }
        }
        for (key, capture) in std::mem::take(&mut self.alone) {
            let current = current(self.table, self.facts, &key);
            if rank(&capture) < rank(&current) {
                let typing = capture.typing.min(current.typing);
                let fact = &self.facts[&key];
                match fact.has_fields && capture.level == Level::None {
                    true => self.again(&fact.function),
                    false => drop(self.seen.lowered.insert(fact.function.clone())),
                }
                self.table.lowered.insert(key, Capture { typing, ..capture });
            }
        }
    }

    fn lower_together(&mut self) {
        let before = self.seen.lowered.clone();
        let mut changed = HashSet::new();
        for (key, diagnostic) in std::mem::take(&mut self.together) {
            let function = &self.facts[&key].function;
            if before.contains(function) || self.seen.entangled.contains(function) {
                continue;
            }
            // One step at a time: what was lowered just now may have been all that was in the way.
            let other = used_later(diagnostic);
            if !changed.contains(&key) && !other.is_some_and(|other| changed.contains(&other)) {
                let lowered = hindered(self.table, self.facts, &key, diagnostic);
                self.seen.lowered.extend(lowered.iter().map(|_| function.clone()));
                changed.extend(lowered);
            }
        }
    }

    fn close(self) -> Progress {
        let Some(error) = self.seen.foreign else {
            return self.mark();
        };
        // A function with hooks in which the error is may owe it to them.
        let blamed = |(key, fact): &(&Key, &Fact)| concerns(error, key, fact);
        let blamed: Vec<(&Key, &Fact)> = self.facts.iter().filter(blamed).collect();
        let asked = match blamed.is_empty() {
            true => self.facts.values().collect(),
            false => blamed.iter().map(|(_, fact)| *fact).collect::<Vec<_>>(),
        };
        let asked: HashMap<&String, bool> = asked.iter().map(|fact| (&fact.function, fact.made_mutable)).collect();
        let retreats = asked
            .into_iter()
            .map(|(function, made_mutable)| self.table.retreat(function, made_mutable));
        let retreats = retreats.filter(|retreats| *retreats).count();
        let ours = blamed.iter().filter(|(_, fact)| is_ours(error, fact));
        let ours: HashSet<&String> = ours.map(|(_, fact)| &fact.function).collect();
        if retreats > 0 || self.table.refuse(&blamed, &error.message) || self.table.give_up(&ours) {
            Progress::Lowered
        } else if blamed.is_empty() {
            Progress::Foreign(error.message.clone())
        } else {
            Progress::Own(error.message.clone())
        }
    }

    /// Marks what is known of each function now.
    fn mark(self) -> Progress {
        let Round { table, facts, seen, .. } = self;
        let writes =
            |(key, fact): &(&Key, &Fact)| fact.may_add_mut && current(table, facts, key).level == Level::Unique;
        let writing: HashSet<&String> = facts.iter().filter(writes).map(|(_, fact)| &fact.function).collect();
        let made_mutable = facts.values().filter(|fact| fact.made_mutable);
        let made_mutable: HashSet<&String> = made_mutable.map(|fact| &fact.function).collect();
        let (mut marks, mut settled) = (Vec::new(), true);
        for function in facts.values().map(|fact| &fact.function).collect::<HashSet<_>>() {
            let (mistyped, entangled) = (seen.mistyped.contains(function), seen.entangled.contains(function));
            let made_mutable = made_mutable.contains(function);
            if made_mutable {
                marks.push((function.clone(), Mark::Mutable));
            }
            if !mistyped && !entangled {
                marks.push((function.clone(), Mark::Judged));
            }
            if mistyped || entangled || seen.lowered.contains(function) {
                settled = false;
            } else if writing.contains(function) && !made_mutable {
                // It is fine but for what is not `mut`: that is added, and the borrow checker looks again.
                marks.push((function.clone(), Mark::Mutable));
                settled = false;
            } else {
                marks.push((function.clone(), Mark::Settled));
            }
        }
        table.marks.extend(marks);
        if settled { Progress::Done } else { Progress::Lowered }
    }
}

/// The same binding at all hooks of its function.
fn everywhere<'a>(facts: &'a Facts, of: &'a Fact) -> impl Iterator<Item = &'a Key> {
    let same = |fact: &Fact| fact.function == of.function && fact.name == of.name && fact.extent == of.extent;
    facts.iter().filter(move |(_, fact)| same(fact)).map(|(key, _)| key)
}
