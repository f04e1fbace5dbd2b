//! All hooks that have a number, and the texts that are compiled for them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hook_rustc::sorted::sort_by_key;

use super::breakpoint::{BreakState, Breakpoint, HookAction, Planted};
use crate::breakpoints::insert::{Insertion, insert};
use crate::breakpoints::place::{CrateSource, Place};
use crate::breakpoints::shape::HookShape;
use crate::frame::{Site, numbers, stops};

/// All of them, and the texts of the files in which something is planted, without that.
#[derive(Clone, Default)]
pub(crate) struct Breakpoints {
    all: Vec<Breakpoint>,
    bases: HashMap<PathBuf, Arc<str>>,
    last: usize,
    /// How many of them sleep, and so have a number that is never seen.
    asleep: usize,
    /// The sites of what was deleted. One that is planted again at the place of another has its site.
    gone: Vec<&'static Site>,
    /// What was there before each reload of a crate that was not taken back.
    before: Vec<Breakpoints>,
}

/// Where a hook is to be planted.
#[derive(Clone)]
pub(crate) struct PlantedPlace {
    /// The file as rustc names it.
    pub(crate) shown: String,
    pub(crate) line: usize,
    pub(crate) function: String,
    /// The absolute path of the file.
    pub(crate) file: PathBuf,
    /// The text of the file without anything planted in it.
    pub(crate) base: Arc<str>,
}

impl Breakpoints {
    /// Returns the one that a site belongs to.
    pub(super) fn of(&mut self, site: &'static Site) -> Option<&mut Breakpoint> {
        self.all.iter_mut().find(|one| one.is_of(site))
    }

    fn next(&mut self) -> usize {
        self.last += 1;
        self.last
    }

    /// Gives a hook of the source a number, and returns that.
    pub(super) fn add_own(&mut self, site: &'static Site) -> usize {
        let number = self.next();
        numbers::set(site, number);
        self.all.push(Breakpoint {
            number,
            shown: site.file.to_owned(),
            file: site.path.map(PathBuf::from),
            line: site.line as usize,
            at: (site.line as usize, site.column as usize),
            own_column: site.column as usize,
            function: site.function.to_owned(),
            is_in_new_code_alone: false,
            place: String::new(),
            planted: None,
            state: BreakState::On,
            sites: vec![site],
        });
        number
    }

    /// Returns those that were not deleted, in order.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Breakpoint> {
        self.all.iter().filter(|one| one.state != BreakState::Deleted)
    }

    /// Returns the text of a file without what is planted in it, if something is.
    pub(crate) fn base(&self, file: &Path) -> Option<&Arc<str>> {
        self.bases.get(file)
    }

    /// Adds a hook to be planted, and returns its number.
    pub(crate) fn add(&mut self, place: PlantedPlace, planted: Planted) -> usize {
        let number = match planted.action {
            HookAction::Sleep => {
                self.asleep += 1;
                usize::MAX - self.asleep
            }
            HookAction::Stop { .. } | HookAction::Trace(_) => self.next(),
        };
        let PlantedPlace {
            shown,
            line,
            function,
            file,
            base,
        } = place;
        self.bases.entry(file.clone()).or_insert(base);
        self.all.push(Breakpoint {
            number,
            place: format!("{shown}:{line} {function}"),
            shown,
            file: Some(file),
            line,
            at: (0, 0),
            own_column: 0,
            function,
            is_in_new_code_alone: false,
            planted: Some(planted),
            state: BreakState::On,
            sites: Vec::new(),
        });
        number
    }

    /// Says that old code of the function goes on without a hook.
    pub(crate) fn keep_to_new_code(&mut self, number: usize) {
        for one in self.all.iter_mut().filter(|one| one.number == number) {
            one.is_in_new_code_alone = true;
        }
    }

    /// Takes out what was deleted.
    pub(crate) fn clear(&mut self) {
        self.clear_but(&[]);
    }

    /// Takes out what was deleted, except the hooks of these numbers.
    fn clear_but(&mut self, kept: &[usize]) {
        let is_gone = |one: &mut Breakpoint| {
            one.state == BreakState::Deleted && one.planted.is_some() && !kept.contains(&one.number)
        };
        for one in self.all.extract_if(.., is_gone) {
            self.gone.extend(one.sites);
        }
    }

    /// Takes the place of others. `is_reload` says that the program was given other code for these.
    pub(super) fn follow(&mut self, mut others: Breakpoints, is_reload: bool) {
        self.before = std::mem::take(&mut others.before);
        self.adopt();
        if is_reload {
            self.before.push(others);
        }
    }

    /// Returns those from before the last reload that was not taken back.
    pub(super) fn undone(mut self) -> Breakpoints {
        match self.before.pop() {
            Some(before) => Breakpoints {
                // Only the code is what it was: hooks stay switched as they are, and what was deleted stays off.
                all: before
                    .all
                    .into_iter()
                    .map(|one| one.switched_as_in(&self.all))
                    .collect(),
                before: self.before,
                last: self.last,
                asleep: self.asleep,
                gone: self.gone,
                ..before
            },
            None => self,
        }
    }

    /// Returns whether the hook of a site was deleted.
    pub(super) fn is_deleted(&mut self, site: &'static Site) -> bool {
        self.gone.iter().any(|gone| std::ptr::eq(*gone, site))
            || self.of(site).is_some_and(|one| one.state == BreakState::Deleted)
    }

    /// Has the hooks that are on take the sites of what was deleted at their places.
    fn adopt(&mut self) {
        for one in self.all.iter_mut().filter(|one| one.state == BreakState::On) {
            let sites: Vec<_> = self.gone.extract_if(.., |site| one.is_of(site)).collect();
            for site in sites {
                site.forget_hits();
                stops::on_again(site);
                one.add_site(site);
            }
        }
    }

    /// Returns the text of a file with all that is planted in it, and notes where that stands.
    pub(crate) fn text(&mut self, file: &Path) -> Option<String> {
        let base = self.bases.get(file)?.clone();
        let mut here: Vec<&mut Breakpoint> = self
            .all
            .iter_mut()
            .filter(|one| one.file.as_deref() == Some(file))
            .collect();
        // A hook of the source stands behind what is planted before it, and all that within what is around a body.
        let is_around = |planted: &Planted| planted.shape == HookShape::Return;
        let order = |one: &&mut Breakpoint| (one.planted.is_none(), !one.planted.as_ref().is_some_and(is_around));
        sort_by_key(&mut here, &order);
        let (mut insertions, mut sleeping, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for planted in here.iter().filter_map(|one| one.planted.as_ref()) {
            match planted.shape {
                HookShape::Statements | HookShape::Steppable => {
                    let mut others: Vec<&Insertion> = planted.insertions.iter().collect();
                    own.push(insertions.len());
                    if planted.action != HookAction::Sleep {
                        insertions.push(others.remove(planted.hook).clone());
                    }
                    sleeping.extend(others);
                }
                HookShape::Alone | HookShape::Return => {
                    own.push(insertions.len() + planted.hook);
                    insertions.extend(planted.insertions.iter().cloned());
                }
            }
        }
        // Behind all hooks that stop at a statement sleeps one, whichever of them it came with.
        for (at, one) in sleeping.iter().enumerate() {
            if !sleeping[..at].contains(one) {
                insertions.push((*one).clone());
            }
        }
        for (one, own) in here.iter().zip(&mut own) {
            if let Some(planted) = one.planted.as_ref().filter(|one| one.action == HookAction::Sleep) {
                let first = &planted.insertions[planted.hook];
                *own = insertions.iter().position(|one| one == first).unwrap_or(*own);
            }
        }
        for one in here.iter().filter(|one| one.planted.is_none()) {
            own.push(insertions.len());
            insertions.push(Insertion::of_column(&base, one.line, one.own_column));
        }
        let (text, places) = insert(&base, &insertions);
        for (one, own) in here.iter_mut().zip(own) {
            one.at = places[own];
        }
        Some(text)
    }

    /// Finds the places again in the texts that the files have now, as `now` gives them; a file for which it gives none
    /// stays as it is. Returns the numbers of hooks that have no place any more.
    ///
    /// What was deleted stays in an async function that is as it was: without it the function would be another one to a
    /// reload, and futures that run would keep the old one.
    pub(crate) fn find_again(&mut self, now: &dyn Fn(&Path) -> Option<String>) -> Vec<usize> {
        let (mut lost, mut kept) = (Vec::new(), Vec::new());
        for (file, base) in std::mem::take(&mut self.bases) {
            let Some(text) = now(&file) else {
                self.bases.insert(file, base);
                continue;
            };
            let source = CrateSource {
                file: &file,
                text: &text,
            };
            let here = |one: &&mut Breakpoint| one.planted.is_some() && one.file.as_ref() == Some(&file);
            for one in self.all.iter_mut().filter(here) {
                let Some(planted) = &mut one.planted else { continue };
                let before = match one.state {
                    BreakState::Deleted => async_function_at(one.line, &file, &base),
                    _ => None,
                };
                match planted.find_again(one.line, &base, &source) {
                    Some(line) => {
                        if before.is_some_and(|before| async_function_at(line, &file, &text) == Some(before)) {
                            kept.push(one.number);
                        }
                        one.line = line;
                        one.place = format!("{}:{line} {}", one.shown, one.function);
                    }
                    None if one.state == BreakState::Deleted => {}
                    None => {
                        one.state = BreakState::Deleted;
                        lost.push(one.number);
                    }
                }
            }
            self.bases.insert(file, text.into());
        }
        self.clear_but(&kept);
        lost
    }

    /// Finds the one of that number, unless it was deleted.
    pub(super) fn find(&mut self, number: usize) -> Option<&mut Breakpoint> {
        let mut left = self.all.iter_mut().filter(|one| one.state != BreakState::Deleted);
        left.find(|one| one.number == number)
    }

    /// Returns the files in which something is planted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.bases.keys().cloned().collect()
    }
}

/// Returns the text of the function that a line of a file is in, if that is an async one.
fn async_function_at<'t>(line: usize, file: &Path, text: &'t str) -> Option<&'t str> {
    let found = Place::Line(None, line).find(&[CrateSource { file, text }], file).ok()?;
    let function = Some(found.function).filter(|function| function.is_async)?;
    text.get(function.keyword..function.body.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breakpoints::planted::HookAction;
    use crate::breakpoints::shape::HookCode;

    const FILE: &str = "/src/main.rs";

    /// Plants a hook at a line of a text, and deletes it.
    fn deleted(text: &str, line: usize) -> Breakpoints {
        let place = Place::Line(None, line);
        let file = Path::new(FILE);
        let found = place.find(&[CrateSource { file, text }], file).expect("a place");
        let code = HookCode {
            hook: "hookable::hook!();".into(),
            attribute: None,
            root: "hookable".into(),
            copied: Default::default(),
            without: Default::default(),
        };
        let action = HookAction::Trace(Vec::new());
        let planted = Planted::new(place, (HookShape::Alone, code, action), &found, text);
        let at = PlantedPlace {
            shown: FILE.into(),
            line,
            function: "f".into(),
            file: FILE.into(),
            base: text.into(),
        };
        let mut all = Breakpoints::default();
        let number = all.add(at, planted);
        all.find(number).expect("the hook").state = BreakState::Deleted;
        all
    }

    #[test]
    fn what_was_deleted_stays_in_an_async_function_that_is_as_it_was() {
        let before = "async fn f() {\n    a();\n}\nfn g() {}\n";
        let check = |now: &str, is_kept: bool| {
            let mut all = deleted(before, 2);
            assert_eq!(all.find_again(&|_| Some(now.to_owned())), [0; 0], "{now}");
            let text = all.text(Path::new(FILE)).expect("a text");
            assert_eq!(text.contains("hook!"), is_kept, "{text}");
        };
        check(before, true);
        check("fn g() { b() }\n\nasync fn f() {\n    a();\n}\n", true);
        check("async fn f() {\n    a(); b();\n}\n", false);
        check("fn f() {\n    a();\n}\n", false);
        check("fn g() {}\n", false);
    }
}
