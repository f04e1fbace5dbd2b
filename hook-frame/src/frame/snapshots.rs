//! The sources that code of a crate was compiled from: those of the build, and those of each reload since.
//!
//! Code tells by its [`Recorded`] from which of them it was compiled. A function that a reload did not replace goes on
//! with the record of before, and is as the latest sources have it all the same. So it is kept of each reload which
//! hooks are in functions that it replaced, or would have if the crate had made their code: a frame of such a hook that
//! has an earlier record runs old code.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hook_rustc::builds;

use super::Recorded;

/// Names what a build or a reload left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The folder that has the builds, and copies of the sources.
    pub unit: PathBuf,
    /// The number of the build among them.
    pub fingerprint: u64,
}

/// A reload that was done.
struct Reloaded {
    snapshot: Snapshot,
    /// The number of the build of the program that this and earlier reloads changed.
    built: u64,
    /// The addresses of the sites of hooks in functions that were replaced, or that are written otherwise now.
    replaced: Vec<usize>,
    is_undone: bool,
    /// This lock keeps later reloads from removing what this one left.
    _held: Option<File>,
}

/// The reloads of all crates, in order.
static RELOADED: Mutex<Vec<Reloaded>> = Mutex::new(Vec::new());

impl Snapshot {
    /// Returns the folder of its records.
    pub fn build(&self) -> PathBuf {
        builds::folder(&self.unit, self.fingerprint)
    }
}

impl Recorded {
    /// Returns the sources that code with this record was compiled from.
    pub fn snapshot(&self) -> Snapshot {
        let reloaded = reloaded();
        match position(&reloaded, self.fingerprint) {
            Some(position) => reloaded[position].snapshot.clone(),
            None => self.as_built(self.fingerprint),
        }
    }

    fn as_built(&self, fingerprint: u64) -> Snapshot {
        Snapshot {
            unit: PathBuf::from(self.folder),
            fingerprint,
        }
    }

    /// Returns the sources that the crate is compiled from now: those of the last reload, or else those of the build.
    pub fn latest(&self) -> Snapshot {
        let reloaded = reloaded();
        let built = built(&reloaded, self.fingerprint);
        let last = reloaded
            .iter()
            .rfind(|reload| reload.built == built && !reload.is_undone);
        last.map_or_else(|| self.as_built(built), |reload| reload.snapshot.clone())
    }

    /// Returns whether a frame of the hook with the site at this address, which has this record, runs code that was
    /// replaced.
    pub fn is_old(&self, site: usize) -> bool {
        let reloaded = reloaded();
        let own = position(&reloaded, self.fingerprint);
        let built = built(&reloaded, self.fingerprint);
        let later = reloaded.iter().skip(own.map_or(0, |own| own + 1));
        let mut later = later.filter(|reload| reload.built == built && !reload.is_undone);
        own.is_some_and(|own| reloaded[own].is_undone) || later.any(|reload| reload.replaced.contains(&site))
    }

    /// Returns the sources that lines at a frame of the hook with the site at this address are compiled against.
    pub fn at(&self, site: usize) -> Snapshot {
        match self.is_old(site) {
            true => self.snapshot(),
            false => self.latest(),
        }
    }

    /// Notes a reload that was done. `replaced` has the addresses of the sites in the functions that were replaced, or
    /// that are written otherwise now.
    pub fn reloaded(&self, snapshot: Snapshot, replaced: Vec<usize>) {
        let mut reloaded = reloaded();
        let held = builds::hold(&snapshot.build()).ok();
        let built = built(&reloaded, self.fingerprint);
        reloaded.push(Reloaded {
            snapshot,
            built,
            replaced,
            is_undone: false,
            _held: held,
        });
    }

    /// Notes that the last reload was undone.
    pub fn reload_undone(&self) {
        let mut reloaded = reloaded();
        let built = built(&reloaded, self.fingerprint);
        let last = reloaded
            .iter_mut()
            .rfind(|reload| reload.built == built && !reload.is_undone);
        if let Some(last) = last {
            last.is_undone = true;
        }
    }
}

fn reloaded() -> MutexGuard<'static, Vec<Reloaded>> {
    RELOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn position(reloaded: &[Reloaded], fingerprint: u64) -> Option<usize> {
    reloaded
        .iter()
        .position(|reload| reload.snapshot.fingerprint == fingerprint)
}

/// Returns the number of the build of the program that code of this number replaces code of.
fn built(reloaded: &[Reloaded], fingerprint: u64) -> u64 {
    position(reloaded, fingerprint).map_or(fingerprint, |position| reloaded[position].built)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(fingerprint: u64) -> Recorded {
        Recorded {
            folder: "/target/hookable/demo",
            fingerprint,
            id: 1,
            root: "::hookable",
        }
    }

    fn reload(fingerprint: u64) -> Snapshot {
        Snapshot {
            unit: PathBuf::from("/tmp/hookable/demo"),
            fingerprint,
        }
    }

    #[test]
    fn old_code_keeps_its_sources_and_all_other_code_has_the_latest() {
        // The numbers are of no other test, and the reloads of a build have nothing to do with those of another.
        let (first, second) = (reload(0xa1), reload(0xa2));
        let built = recorded(0xa0);
        assert_eq!(built.at(10), built.as_built(0xa0));
        built.reloaded(first.clone(), vec![10]);
        assert!(built.is_old(10) && !built.is_old(20));
        assert_eq!((built.at(10), built.at(20)), (built.as_built(0xa0), first.clone()));
        let anew = recorded(0xa1);
        assert_eq!((anew.at(10), anew.at(11)), (first.clone(), first.clone()));
        anew.reloaded(second.clone(), vec![11, 20]);
        assert!(anew.is_old(11) && !anew.is_old(10) && built.is_old(20));
        assert_eq!((anew.at(11), anew.at(10)), (first.clone(), second.clone()));
        built.reload_undone();
        assert!(recorded(0xa2).is_old(11) && !anew.is_old(11) && !built.is_old(20));
        assert_eq!(recorded(0xa2).at(11), second);
        assert_eq!(built.at(20), first);
        built.reload_undone();
        assert!(anew.is_old(11) && !built.is_old(10));
        assert_eq!(recorded(0xb0).latest(), recorded(0xb0).as_built(0xb0));
    }
}
