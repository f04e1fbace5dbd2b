//! A line is compiled with what was typed before it: items, kept values, and the code that tells rustc the types of
//! these values.

use std::collections::BTreeMap;

use hook_rustc::sorted::sort_by_key;

use super::{History, HookContext, ItemChoices, LINES_OF_A_LEVEL, Lost, OldItem, OldLevel, OldLine};
use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::{CompileInput, KeptValue, LAST, RESULTS, ValueSource};
use crate::eval::codegen::nest::{Item, ItemScope, Nest, NestLevel, Replay, TypeSource};
use crate::eval::codegen::sight::{SCALAR, VisiblePlace};
use crate::eval::parse::{ParsedLine, occurrences};
use crate::eval::session::held::{self, HeldAbout};
use crate::eval::session::kept;
use crate::eval::session::scopes::BlockNames;
use crate::render;

/// The reason for which a value cannot be used at another hook.
const UNNAMEABLE: &str = "it was made at another hook, and its type cannot be written here";
/// The reason for which a value that borrowed from the frame is gone.
const ELSEWHERE: &str =
    "it borrowed from the frame of another hook, and such a value is held only while its hook is open";
const NOT_REPEATED: &str = "rustc cannot infer its type again: make it again";
const IN_USE: &str = "a line that is running has it, and may write or move it";
const NO_RESULT: &str = "there is no such earlier value, or a line moved it out";
const MOVED: &str = "an earlier line moved it out";
const MOVED_OR_OLD: &str = "an earlier line moved it out, or typed an impl anew that its type may depend on";

/// How rustc is told the types of kept values.
struct Likes<'h, 'u> {
    /// By the line that made each, and its name.
    sources: BTreeMap<(u64, String), TypeSource<'h>>,
    /// Those whose types cannot be named.
    unnameable: &'u [(u64, String)],
}

impl History {
    /// Returns the input that a line is compiled with, and those of its names that are known but cannot be used.
    pub(crate) fn recall<'h>(
        &'h self,
        source: &'h ParsedLine<'_>,
        hook: &HookContext<'h>,
        places: &'h [VisiblePlace<'h>],
        (items, fallbacks): (&ItemChoices, &Fallbacks),
    ) -> (CompileInput<'h>, Vec<Lost>) {
        let mut lost = Vec::new();
        let mut values = Vec::new();
        let mut likes = Likes {
            sources: BTreeMap::new(),
            unnameable: &fallbacks.unnameable,
        };
        let kept = kept::all();
        for name in self.names_in(source, places, hook.opening) {
            let here = kept.iter().find(|(kept, _)| kept == name).map(|(_, about)| about);
            let held = held::about(hook.opening, name).filter(|held| !fallbacks.ended.contains(&held.id));
            if let Some(held) = held.filter(|held| here.is_none_or(|kept| kept.line < held.line)) {
                let is_made = self.lines.iter().any(|line| line.number == held.line);
                let made = (held.line, held.type_name.to_owned());
                match is_made && self.like(name, made, hook, &mut likes) && self.like_linked(hook, &mut likes) {
                    true => values.push(KeptValue {
                        name,
                        line: held.line,
                        kept_as: name,
                        source: match is_pinned(&held, hook, fallbacks) {
                            true => ValueSource::Pinned,
                            false => ValueSource::Held,
                        },
                    }),
                    false => lost.push((name.to_owned(), NOT_REPEATED.to_owned())),
                }
                continue;
            }
            let lent = kept::lent(name).filter(|_| here.is_none());
            let Some(about) = here.or(lent.as_ref()) else {
                if kept::is_in_use(name) {
                    lost.push((name.to_owned(), IN_USE.to_owned()));
                    continue;
                }
                lost.push((name.to_owned(), self.why_gone(name, hook)));
                continue;
            };
            if let Some(thread) = about.elsewhere() {
                let why = format!("it belongs to thread {thread}, where it was made: its type is not `Send`");
                lost.push((name.to_owned(), why));
                continue;
            }
            let ty = render::path(about.type_name, hook.krate);
            let kept_as = if about.is_result { LAST } else { name };
            if !self.like(kept_as, (about.line, ty), hook, &mut likes) {
                lost.push((name.to_owned(), UNNAMEABLE.to_owned()));
                continue;
            }
            values.push(KeptValue {
                name,
                line: about.line,
                kept_as,
                source: match lent {
                    Some(_) => ValueSource::Lent,
                    None => ValueSource::Kept,
                },
            });
        }
        let nest = self.nest(source, hook, likes.sources, items);
        let input = CompileInput {
            places,
            nest,
            values,
            krate: hook.krate,
            spot: hook.spot,
            returns: hook.returns,
            parts: hook.parts,
            tokio: hook.tokio,
        };
        (input, lost)
    }

    /// Returns whether a line names a kept value, or one that was kept once.
    pub(crate) fn means_kept(&self, source: &ParsedLine<'_>, places: &[VisiblePlace<'_>], opening: u64) -> bool {
        !self.names_in(source, places, opening).is_empty()
    }

    /// Returns the names in a line that are those of kept values, and not of locals.
    fn names_in(&self, source: &ParsedLine<'_>, places: &[VisiblePlace<'_>], opening: u64) -> Vec<&str> {
        let bound = source.bound();
        let mut names = self.names();
        names.retain(|name| {
            // A `let` of the name is itself one mention.
            let used = occurrences(source.text, name) > usize::from(bound.contains(name));
            used && (!is_local(places, name) || self.shadows(name, opening))
        });
        names
    }

    /// Returns the levels for a slot, with the lines that tell the types of kept values.
    fn nest<'h>(
        &'h self,
        source: &'h ParsedLine<'_>,
        hook: &HookContext<'_>,
        likes: BTreeMap<(u64, String), TypeSource<'h>>,
        choices: &ItemChoices,
    ) -> Nest<'h> {
        let replaced = &choices.replaced;
        let mut names = BlockNames::new(hook.own_names.as_deref());
        let levels = self.levels.iter().map(|level| NestLevel {
            items: self.items(level, hook.slot, replaced, &mut names),
            replays: Vec::new(),
        });
        let mut levels: Vec<NestLevel<'h>> = levels.collect();
        if levels.is_empty() {
            levels.push(NestLevel::default());
        }
        let in_block = choices.in_block.then_some(ItemScope::Block);
        let own = source.items();
        let own = own.map(|(name, statement)| (name, names.place(name, source.slice(statement), in_block)));
        let own: Vec<(&str, ItemScope)> = own.collect();
        let mut types = Vec::new();
        for ((number, name), like) in likes {
            match like {
                TypeSource::Type(ty) => types.push((number, name, ty)),
                TypeSource::Line((level, line), replay) => {
                    let replays = &mut levels[level].replays;
                    if !replays.iter().any(|(other, _)| *other == line) {
                        replays.push((line, replay));
                    }
                }
            }
        }
        for level in &mut levels {
            sort_by_key(&mut level.replays, &|(line, _)| *line);
        }
        let before = self.levels.last().map_or(0, |level| level.lines);
        let opens = !own.is_empty() || before >= LINES_OF_A_LEVEL;
        Nest {
            era: self.era + usize::from(!replaced.is_empty()),
            levels,
            types,
            opens,
            line: if opens { 0 } else { before },
            own,
            beside: hook.parts.items.cloned().unwrap_or_default(),
        }
    }

    /// Returns the items of a level for a slot.
    fn items<'h>(
        &self,
        level: &'h OldLevel,
        slot: &'static str,
        replaced: &[usize],
        names: &mut BlockNames,
    ) -> Vec<Item<'h>> {
        let seen = |item: &&OldItem| !self.left_out.contains(&(slot, item.id)) && !replaced.contains(&item.id);
        let items = level.items.iter().filter(seen).map(|item| {
            // In another era all have other paths.
            let loaded = self.loaded.get(&(slot, item.id)).filter(|_| replaced.is_empty());
            let in_block = self.in_block.contains(&(slot, item.id)).then_some(ItemScope::Block);
            Item {
                name: &item.name,
                text: &item.text,
                in_module: &item.in_module,
                id: item.id,
                scope: names.place(&item.name, &item.text, loaded.copied().or(in_block)),
            }
        });
        items.collect()
    }

    /// Tells why a name that once had a value has none.
    fn why_gone(&self, name: &str, hook: &HookContext<'_>) -> String {
        let made = self
            .lines
            .iter()
            .rfind(|line| line.names.iter().any(|bound| bound == name));
        let was_held = made.is_some_and(|line| line.held.iter().any(|held| held == name));
        match held::why_gone(hook.opening, name) {
            Some(why) => why,
            None if made.is_none() && RESULTS.contains(&name) => NO_RESULT.to_owned(),
            None if was_held && made.is_some_and(|line| line.opening != hook.opening) => ELSEWHERE.to_owned(),
            None if self.era > 0 => MOVED_OR_OLD.to_owned(),
            None => MOVED.to_owned(),
        }
    }

    /// Adds the lines at this opening of the hook that used what the given lines hold, and what these hold in turn.
    /// Each may have bound lifetimes that stand in the types of several values. Returns `false` if one cannot be
    /// repeated.
    fn like_linked<'h>(&'h self, hook: &HookContext<'_>, likes: &mut Likes<'h, '_>) -> bool {
        loop {
            let is_known = |number: u64| likes.sources.keys().any(|(known, _)| *known == number);
            let is_linked = |line: &&OldLine| {
                let mut held = line.values.iter().filter(|value| !value.is_kept);
                line.opening == hook.opening && !is_known(line.number) && held.any(|value| is_known(value.line))
            };
            let linked = self.lines.iter().find(is_linked);
            let Some(line) = linked else { return true };
            let name = line.names.first().map_or("", String::as_str);
            if !self.like(name, (line.number, String::new()), hook, likes) {
                return false;
            }
        }
    }

    /// Finds how rustc is told the type of a kept value, and of the kept values that it was made of: by the line that
    /// made it, if that ran in this slot, or else by name, which the name of a type with lifetimes cannot do. Returns
    /// `false` if there is no way.
    fn like<'h>(
        &'h self,
        name: &str,
        (line, ty): (u64, String),
        hook: &HookContext<'_>,
        likes: &mut Likes<'h, '_>,
    ) -> bool {
        let mut found = BTreeMap::new();
        let mut open = vec![(line, name.to_owned(), ty)];
        while let Some((number, name, ty)) = open.pop() {
            let key = (number, name);
            if likes.sources.contains_key(&key) || found.contains_key(&key) {
                continue;
            }
            let line = self.lines.iter().rfind(|line| line.number == number);
            let is_named = |key: &(u64, String)| self.by_name.contains(&(key.0, key.1.clone(), hook.slot));
            let is_held = line.is_some_and(|line| line.held.contains(&key.1));
            // What is a number by now has a type, though `{integer}` is all that the line alone would tell.
            let is_plain = SCALAR.contains(&&*ty) && !is_held;
            let line = line.filter(|line| line.slot == hook.slot && !is_named(&key) && !is_plain);
            let Some(line) = line else {
                if is_held && !SCALAR.contains(&&*ty) || ty.is_empty() || ty.contains("{{") {
                    return false;
                }
                if likes.unnameable.contains(&key) {
                    return false;
                }
                found.insert(key, TypeSource::Type(ty));
                continue;
            };
            for value in &line.values {
                let key = (value.line, value.kept_as.clone());
                let ty = line.types.get(&key).cloned().unwrap_or_default();
                open.push((key.0, key.1, ty));
            }
            let replay = Replay {
                number,
                names: &line.names,
                text: &line.text,
                seen: &line.seen,
                values: &line.values,
                pinned: &line.seen.pinned,
                kept: &line.kept,
            };
            found.insert(key, TypeSource::Line(line.at, replay));
        }
        likes.sources.extend(found);
        true
    }
}

/// Returns whether a line has a reference to a held value, because something borrows from that.
fn is_pinned(held: &HeldAbout, hook: &HookContext<'_>, fallbacks: &Fallbacks) -> bool {
    let all = held::all(hook.opening);
    let mut others = all.iter().filter(|other| !fallbacks.ended.contains(&other.id));
    fallbacks.seen.pinned.contains(&held.name) || others.any(|other| other.borrows.values.contains(&held.id))
}

fn is_local(places: &[VisiblePlace<'_>], name: &str) -> bool {
    places.iter().any(|place| place.name == name)
}
