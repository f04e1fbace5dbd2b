//! One round of a probe. Each error of rustc is about a capture, about a function, or about neither, and what it is
//! about is lowered.

use std::collections::{BTreeMap, BTreeSet};

use hook_rustc::{ANSWER, Diagnostic};

use super::permit::{alone_permits, current, hindered, mistyped, rank};
use super::{Lowering, Progress, edges, exits, futures, hiding, yielding};
use crate::plan::{Capture, Level, State, Typing};
use crate::probe::diagnostics::{concerns, is_borrow_check, is_of_type, is_ours, reason, subject, used_later};
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey, FunctionMark, MoveTold, Question, Tag, messages};
use crate::syntax::hook::HookKey;

impl<'a> Round<'a> {
    /// Takes the errors among the diagnostics. With `all`, a borrow that ended before one hook counts as ended at every
    /// hook of the function.
    pub(super) fn of(
        lowering: &'a mut Lowering,
        facts: &'a BindingFacts,
        diagnostics: &'a [Diagnostic],
        all: bool,
    ) -> Round<'a> {
        let mut round = Round {
            lowering,
            facts,
            all,
            alone: BTreeMap::new(),
            hidden: Vec::new(),
            together: Vec::new(),
            seen: RoundFindings::default(),
        };
        for diagnostic in diagnostics {
            match diagnostic.is_error() {
                true => round.take(diagnostic),
                false => round.answer(diagnostic),
            }
        }
        round.lower_alone();
        round.lower_together();
        for function in yielding::restore(round.lowering, round.facts) {
            round.seen.lowered.insert(function);
        }
        round
    }
}

/// What is known of a round while its errors are taken.
pub(super) struct Round<'a> {
    lowering: &'a mut Lowering,
    facts: &'a BindingFacts,
    /// A borrow that ended before one hook counts as ended at every hook of the function.
    all: bool,
    /// What the answers about each binding by itself permit.
    alone: BTreeMap<BindingKey, Capture>,
    /// Borrows that only the hook keeps alive, each with the binding that it hides.
    hidden: Vec<(BindingKey, BindingKey)>,
    /// The errors about captures as they stand together.
    together: Vec<(BindingKey, &'a Diagnostic)>,
    seen: RoundFindings<'a>,
}

/// The functions that are to be probed again, by the reason for that.
#[derive(Default)]
struct RoundFindings<'a> {
    mistyped: BTreeSet<String>,
    entangled: BTreeSet<String>,
    lowered: BTreeSet<String>,
    /// The exits at which something was given up.
    exits: BTreeSet<HookKey>,
    foreign: Option<&'a Diagnostic>,
    /// Less is asked of a type, which may be the reason of the errors that are about no capture.
    lessened: bool,
}

impl<'a> Round<'a> {
    fn take(&mut self, diagnostic: &'a Diagnostic) {
        if let Some(hook) = edges::subject(diagnostic) {
            if let Some(function) = edges::refuse(self.lowering, &hook, diagnostic) {
                self.again(&function);
            }
            return;
        }
        if let Some(function) = self.refuses_closures(diagnostic) {
            self.lowering.marks.insert((function.clone(), FunctionMark::NoClosures));
            return self.again(&function);
        }
        let Some(tag) = subject(diagnostic) else {
            if let Some(function) = futures::refuse(self.lowering, self.facts, diagnostic) {
                return self.again(&function);
            }
            return match exits::refuse(self.lowering, &mut self.seen.exits, diagnostic) {
                Some(function) => self.again(&function),
                None => self.foreign(diagnostic),
            };
        };
        let key = tag.key.clone();
        let Some(fact) = self.facts.get(&key) else { return };
        let function = &fact.function;
        if tag.question == Question::Sent {
            futures::leave_out(self.lowering, self.facts, fact, futures::BEHIND);
            return self.again(function);
        }
        if let Question::Name | Question::Enclosed = tag.question {
            return self.name(&tag, key, function, diagnostic);
        }
        if !is_borrow_check(diagnostic.code()) {
            self.seen.mistyped.insert(function.clone());
        }
        // rustc gathers all mutable borrows of an immutable binding in one error at its declaration.
        let gathered = diagnostic.has_code("E0596");
        if gathered
            && diagnostic
                .spans
                .iter()
                .any(|span| reason::tag(span).is_none() && span.label.starts_with("cannot borrow"))
        {
            return self.foreign(diagnostic);
        }
        if self.lessens_lifetime(diagnostic) {
            return;
        }
        if diagnostic.has_code("E0382") && fact.move_told == MoveTold::OnceUnlessAsked {
            self.lowering.moved.extend(everywhere(self.facts, fact).cloned());
            self.again(function);
        }
        let elsewhere = diagnostic
            .spans
            .iter()
            .find(|span| !gathered && span.primary && reason::tag(span).is_none());
        if self.is_entangled(&tag, fact, diagnostic, elsewhere.is_some())
            && (self.seen.entangled.contains(function)
                || self.lowering.marks.insert((function.clone(), FunctionMark::Alone)))
        {
            self.seen.entangled.insert(function.clone());
            return;
        }
        match (elsewhere, tag.question) {
            // The user's line is right unless this binding is used after it.
            (Some(span), _) if is_borrow_check(diagnostic.code()) => {
                let ended = Capture::refused(
                    State::Borrowed,
                    format!("its borrow ended at line {}", reason::place(span).line),
                );
                let everywhere = everywhere(self.facts, fact).filter(|_| self.all).cloned();
                self.alone
                    .extend(everywhere.chain([key]).map(|key| (key, ended.clone())));
            }
            // No other capture moves a value, and none helps against it.
            (_, Question::Capture) if !diagnostic.has_code("E0382") => self.together.push((key, diagnostic)),
            (_, question) => {
                if let Some(other) = hiding::hides(self.lowering, self.facts, &key, question, diagnostic) {
                    self.hidden.push((other, key));
                    return;
                }
                if hiding::restore(self.lowering, self.facts, &key, diagnostic) {
                    self.again(function);
                }
                if let Some(capture) = alone_permits(question, fact, self.facts, &key.hook, diagnostic) {
                    let entry = self.alone.entry(key).or_insert_with(|| capture.clone());
                    if rank(&capture) < rank(entry) {
                        *entry = capture;
                    }
                }
            }
        }
    }

    /// Takes what name resolution says of a name, or of what is around a hook.
    fn name(&mut self, tag: &Tag, key: BindingKey, function: &str, diagnostic: &Diagnostic) {
        let is_new = match (tag.question, diagnostic.code()) {
            // The name is not that of a constant.
            (Question::Name, Some("E0435")) => self.lowering.bound.insert(key),
            // Something that a `break` cannot leave is around the hook, or the macro made the hook in a way of its own.
            // The errors are E0767, E0426 and E0267. Any other one does not say that there is nothing, and to capture
            // across a closure could take a value away.
            (Question::Enclosed, _) => self.lowering.enclosed.insert(key.hook),
            _ => false,
        };
        if is_new {
            self.again(function);
        }
    }

    /// Returns the function that can have no closure, if the error says so.
    fn refuses_closures(&self, diagnostic: &Diagnostic) -> Option<String> {
        let mut tags = diagnostic.spans.iter().filter_map(reason::tag);
        let tag = tags.find(|tag| tag.question == Question::Closure)?;
        let of_binding = self.facts.get(&tag.key).map(|fact| &fact.function);
        let of_edge = self.lowering.edges.get(&tag.key.hook).map(|fact| &fact.function);
        of_binding.or(of_edge).cloned()
    }

    /// Takes the answer that a binding is a mutable reference or none, that a function calls itself, or that it never
    /// returns.
    fn answer(&mut self, diagnostic: &Diagnostic) {
        edges::recurses(self.lowering, diagnostic);
        if let Some(function) = edges::never_returns(self.lowering, diagnostic) {
            return self.again(&function);
        }
        let Some(tag) = subject(diagnostic) else { return };
        let Some(fact) = self.facts.get(&tag.key).filter(|_| diagnostic.has_code(ANSWER)) else {
            return;
        };
        if tag.question == Question::Sent && futures::leave_out(self.lowering, self.facts, fact, futures::BEHIND) {
            return self.again(&fact.function);
        }
        if tag.question != Question::Reference {
            return;
        }
        // The notes are those of `hook_frame::value::reborrow`.
        let is_value = diagnostic.message.ends_with("no reference");
        let answers = match is_value {
            true => &mut self.lowering.values,
            false => &mut self.lowering.references,
        };
        let known = answers.len();
        answers.extend(everywhere(self.facts, fact).cloned().chain([tag.key]));
        if answers.len() > known && (!is_value || fact.may_add_mut) {
            self.again(&fact.function);
        }
    }

    /// Has all questions about a function asked again.
    fn again(&mut self, function: &str) {
        self.seen.lowered.insert(function.to_string());
        self.seen.mistyped.insert(function.to_string());
    }

    /// Takes an error that is about no capture: it is the user's, or about a copy of a function.
    fn foreign(&mut self, diagnostic: &'a Diagnostic) {
        if diagnostic.message.starts_with("aborting due to") {
            return;
        }
        match (messages::function_of_copy(&diagnostic.message), diagnostic.code()) {
            // The copy is no member of the trait that is implemented here, but rustc checks it like those that are.
            (Some(_), Some("E0407")) => {}
            (Some(function), _) => {
                self.lowering.retreat(function, false, &edges::said(diagnostic));
                self.seen.lowered.insert(function.to_string());
            }
            (None, _) if self.lessens_type(diagnostic) => {}
            (None, _) => {
                self.seen.foreign.get_or_insert(diagnostic);
            }
        }
    }

    /// Asks less of the binding whose type has a lifetime that is too short for an `impl` of what is asked. Returns
    /// whether there is one.
    fn lessens_lifetime(&mut self, diagnostic: &Diagnostic) -> bool {
        let facts = self.facts;
        let asking = reason::asks_longer(diagnostic).and_then(|key| facts.get(&key));
        let Some(fact) = asking.filter(|fact| fact.capture.typing > Typing::Named) else {
            return false;
        };
        let everywhere = everywhere(facts, fact).map(|key| (key.clone(), facts[key].capture.clone()));
        let known = everywhere.filter(|(_, capture)| capture.typing > Typing::Named);
        let less = known.map(|(key, capture)| (key, mistyped(capture, diagnostic)));
        self.lowering.lowered.extend(less);
        self.again(&fact.function);
        true
    }

    /// Asks less of the bindings whose type rustc does not accept as it is asked about. So it is where a lifetime in
    /// the type is one of a closure, of which no bound of the function says how long it is, and where a hook in the
    /// tokens of a macro stands before anything tells the type. Returns whether there are any.
    fn lessens_type(&mut self, diagnostic: &Diagnostic) -> bool {
        let facts = self.facts;
        let typed = |(key, fact): &(&BindingKey, &BindingFact)| is_of_type(diagnostic, key, fact);
        let everywhere = facts.iter().filter(typed).flat_map(|(_, fact)| everywhere(facts, fact));
        let known = everywhere.filter(|key| facts[*key].capture.typing > Typing::Unknown);
        let less: Vec<_> = known
            .map(|key| (key.clone(), mistyped(facts[key].capture.clone(), diagnostic)))
            .collect();
        let any = !less.is_empty();
        for (key, capture) in less {
            self.alone.entry(key).or_insert(capture);
        }
        self.seen.lessened |= any;
        any
    }

    /// Returns whether the error at one hook stands for others, or is caused by another.
    fn is_entangled(&self, tag: &Tag, fact: &BindingFact, diagnostic: &Diagnostic, elsewhere: bool) -> bool {
        let other_hook = used_later(diagnostic).is_some_and(|other| other.hook != tag.key.hook);
        let told_once = match diagnostic.code() {
            Some("E0381") => true,
            Some("E0382") => fact.move_told == MoveTold::Once || diagnostic.message.contains("partially"),
            _ => false,
        };
        elsewhere || other_hook || told_once
    }

    fn lower_alone(&mut self) {
        for (borrow, owner) in std::mem::take(&mut self.hidden) {
            if !self.alone.contains_key(&borrow) && !self.alone.contains_key(&owner) {
                let function = &self.facts[&owner].function;
                hiding::give_up(self.lowering, self.facts, borrow, owner);
                self.again(function);
            }
        }
        for (key, capture) in std::mem::take(&mut self.alone) {
            let current = current(self.lowering, self.facts, &key);
            if rank(&capture) < rank(&current) {
                let typing = capture.typing.min(current.typing);
                let fact = &self.facts[&key];
                match fact.has_fields && capture.level == Level::None {
                    true => self.again(&fact.function),
                    false => drop(self.seen.lowered.insert(fact.function.clone())),
                }
                self.lowering.lowered.insert(key, Capture { typing, ..capture });
            }
        }
    }

    fn lower_together(&mut self) {
        let before = self.seen.lowered.clone();
        let mut changed = BTreeSet::new();
        for (key, diagnostic) in std::mem::take(&mut self.together) {
            let function = &self.facts[&key].function;
            if before.contains(function) || self.seen.entangled.contains(function) {
                continue;
            }
            // Only one of two captures that hinder each other is lowered in a round: that one may have been all that
            // was in the way.
            let other = used_later(diagnostic);
            if !changed.contains(&key) && !other.is_some_and(|other| changed.contains(&other)) {
                let lowered = hindered(self.lowering, self.facts, &key, diagnostic);
                self.seen.lowered.extend(lowered.iter().map(|_| function.clone()));
                changed.extend(lowered);
            }
        }
    }

    /// Returns the functions that there was an error in, and approves of none.
    pub(super) fn functions(self) -> BTreeSet<String> {
        let RoundFindings {
            mistyped,
            entangled,
            lowered,
            ..
        } = self.seen;
        [mistyped, entangled, lowered].into_iter().flatten().collect()
    }

    /// Returns what the round came to, and marks what is known of each function now.
    pub(super) fn close(self) -> Progress {
        let Some(error) = self.seen.foreign else {
            return self.mark();
        };
        if self.seen.lessened {
            return Progress::Lowered;
        }
        // The hooks may be the reason of an error in a function that has some.
        let blamed = |(key, fact): &(&BindingKey, &BindingFact)| concerns(error, key, fact);
        let blamed: Vec<(&BindingKey, &BindingFact)> = self.facts.iter().filter(blamed).collect();
        let asked = match blamed.is_empty() {
            true => self.facts.values().collect(),
            false => blamed.iter().map(|(_, fact)| *fact).collect::<Vec<_>>(),
        };
        let asked: BTreeMap<&String, bool> = asked.iter().map(|fact| (&fact.function, fact.made_mutable)).collect();
        let retreats = asked
            .into_iter()
            .map(|(function, made_mutable)| self.lowering.retreat(function, made_mutable, &edges::said(error)));
        let retreats = retreats.filter(|retreats| *retreats).count();
        let ours = blamed.iter().filter(|(_, fact)| is_ours(error, fact));
        let ours: BTreeSet<&String> = ours.map(|(_, fact)| &fact.function).collect();
        if retreats > 0 || self.lowering.refuse(&blamed, &error.message) || self.lowering.give_up(&ours) {
            Progress::Lowered
        } else if blamed.is_empty() {
            Progress::Foreign(error.message.clone())
        } else {
            Progress::Own(error.message.clone())
        }
    }

    /// Marks what is known of each function now, and tells whether all are accepted.
    fn mark(self) -> Progress {
        let Round {
            lowering, facts, seen, ..
        } = self;
        let writes = |(key, fact): &(&BindingKey, &BindingFact)| {
            fact.may_add_mut && current(lowering, facts, key).level == Level::Unique
        };
        let writing: BTreeSet<&String> = facts.iter().filter(writes).map(|(_, fact)| &fact.function).collect();
        let made_mutable = facts.values().filter(|fact| fact.made_mutable);
        let made_mutable: BTreeSet<&String> = made_mutable.map(|fact| &fact.function).collect();
        let (mut marks, mut settled) = (Vec::new(), true);
        for function in facts.values().map(|fact| &fact.function).collect::<BTreeSet<_>>() {
            let (mistyped, entangled) = (seen.mistyped.contains(function), seen.entangled.contains(function));
            let made_mutable = made_mutable.contains(function);
            if made_mutable {
                marks.push((function.clone(), FunctionMark::Mutable));
            }
            if !mistyped && !entangled {
                marks.push((function.clone(), FunctionMark::Judged));
            }
            if mistyped || entangled || seen.lowered.contains(function) {
                settled = false;
            } else if writing.contains(function) && !made_mutable {
                // rustc accepts the function but for what is not `mut`: that is added, and the borrow checker looks
                // again.
                marks.push((function.clone(), FunctionMark::Mutable));
                settled = false;
            } else {
                marks.push((function.clone(), FunctionMark::Settled));
            }
        }
        lowering.marks.extend(marks);
        if settled { Progress::Done } else { Progress::Lowered }
    }
}

/// Returns the same binding at all hooks of its function.
pub(super) fn everywhere<'a>(facts: &'a BindingFacts, of: &'a BindingFact) -> impl Iterator<Item = &'a BindingKey> {
    let same = |fact: &BindingFact| fact.function == of.function && fact.name == of.name && fact.extent == of.extent;
    facts.iter().filter(move |(_, fact)| same(fact)).map(|(key, _)| key)
}
