//! What was lowered so far for every hook of the crate. The rustc that asks leaves it for each round, and, when it is
//! done, for the lines that are compiled later.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use hook_rustc::{enum_fields, records, struct_fields};

use super::{BindingKey, DeclaredMut, ProbeRequest};
use crate::plan::{
    Capture, CapturePlan, Level, NameAnswers, ReturnEdges, State, Typing, ambitious, parts, return_edges,
};
use crate::scope::{Scopes, Site};
use crate::syntax::exit::ExitVerdict;
use crate::syntax::hook::HookKey;
use crate::syntax::hook::calls::MacroCalls;
use crate::syntax::location::SourceLocation;

const FILE: &str = hook_rustc::TABLE;

/// What is known so far of the captures and the macro calls of a crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CaptureTable {
    /// The captures below the ambitious plan.
    pub(crate) lowered: BTreeMap<BindingKey, Capture>,
    /// What is known of the functions, each named by its folder.
    pub(crate) marks: BTreeSet<(String, FunctionMark)>,
    /// Names that were doubtful, and are those of bindings.
    pub(crate) bound: BTreeSet<BindingKey>,
    /// Bindings that are known to be mutable references.
    pub(crate) references: BTreeSet<BindingKey>,
    /// Bindings that are known to be no references.
    pub(crate) values: BTreeSet<BindingKey>,
    /// Bindings that something moves, and of which it was not asked at each hook whether they are whole.
    pub(crate) moved: BTreeSet<BindingKey>,
    /// Hooks around which a macro makes a closure, an async block or a function.
    pub(crate) enclosed: BTreeSet<HookKey>,
    /// Hooks at which the function cannot be left, each with the reason.
    pub(crate) no_return: BTreeMap<HookKey, String>,
    /// Exits at which no hook can stand.
    pub(crate) no_exit: BTreeSet<HookKey>,
    /// Exits whose expression cannot be evaluated again, each with the reason.
    pub(crate) no_retry: BTreeMap<HookKey, String>,
    pub(crate) calls: MacroCalls,
}

/// What is known of a function as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FunctionMark {
    /// No further questions about each of its bindings by itself are needed.
    Judged,
    /// rustc accepts it, so that it is not probed any more.
    Settled,
    /// What its captures write is declared `mut` in every probe from now on.
    Mutable,
    /// What its captures write must not be declared `mut` before a round in which nothing was.
    NotMutableAtOnce,
    /// Each of its hooks is probed in a copy of the function.
    Alone,
    /// No copies of it may stand beside it.
    NotBeside,
    /// It can have no closure, so its hooks have no slot for a line.
    NoClosures,
}

enum_fields!(FunctionMark {
    Judged = "judged",
    Settled = "settled",
    Mutable = "mutable",
    NotMutableAtOnce = "not mutable at once",
    Alone = "alone",
    NotBeside = "not beside",
    NoClosures = "no closures",
});

struct_fields!(Capture {
    level,
    typing,
    state,
    reason
});
enum_fields!(Level {
    None = "none",
    Snapshot = "snapshot",
    Copied = "copied",
    Shared = "shared",
    Unique = "unique",
});
enum_fields!(Typing {
    Unknown = "unknown",
    Named = "named",
    OfStd = "of_std",
    Shown = "shown",
    Full = "full",
});
enum_fields!(State {
    Writable = "writable",
    WrittenThrough = "written through",
    ReadOnly = "read only",
    Moved = "moved",
    Borrowed = "borrowed",
    Unassigned = "unassigned",
    Unavailable = "unavailable",
    Doubtful = "doubtful",
});

/// A record of the table's file.
#[derive(Clone, Debug)]
enum TableRecord {
    Lowered(BindingKey, Capture),
    Mark(String, FunctionMark),
    Bound(BindingKey),
    Reference(BindingKey),
    Value(BindingKey),
    Moved(BindingKey),
    Enclosed(HookKey),
    NoReturn(HookKey, String),
    NoExit(HookKey),
    NoRetry(HookKey, String),
    Renamed(SourceLocation),
    Other(SourceLocation),
    Around(SourceLocation, SourceLocation),
    Frame(SourceLocation),
    Unforeseen(SourceLocation),
}

enum_fields!(TableRecord {
    Lowered(key, capture) = "lowered",
    Mark(function, mark) = "function",
    Bound(key) = "bound",
    Reference(key) = "reference",
    Value(key) = "value",
    Moved(key) = "moved",
    Enclosed(hook) = "enclosed",
    NoReturn(hook, reason) = "no return",
    NoExit(hook) = "no exit",
    NoRetry(hook, reason) = "no retry",
    Renamed(hook) = "renamed",
    Other(call) = "other",
    Around(call, hook) = "around",
    Frame(call) = "frame",
    Unforeseen(hook) = "unforeseen",
});

impl CaptureTable {
    /// Returns whether this is known of a function.
    pub(crate) fn is(&self, function: &str, mark: FunctionMark) -> bool {
        self.marks.contains(&(function.to_string(), mark))
    }

    /// Returns what is to be asked about a function next, but for which bindings are whole; `may_try` says whether a
    /// plain copy of its body can stand in it.
    pub(crate) fn request(&self, function: &str, may_try: bool) -> ProbeRequest {
        let alone = self.is_probed_alone(function);
        let declared_mut = if self.is(function, FunctionMark::Mutable) {
            DeclaredMut::Yes
        } else if may_try && !alone && !self.is(function, FunctionMark::NotMutableAtOnce) {
            DeclaredMut::BesidePlainCopy
        } else {
            DeclaredMut::No
        };
        ProbeRequest {
            questions: !self.is(function, FunctionMark::Judged),
            whole: BTreeSet::new(),
            declared_mut,
            alone,
            closures: !self.is(function, FunctionMark::NoClosures),
        }
    }

    /// Returns whether each of the function's hooks is to be probed in a copy next.
    pub(crate) fn is_probed_alone(&self, function: &str) -> bool {
        let is = |mark| self.is(function, mark);
        is(FunctionMark::Alone) && !is(FunctionMark::Judged) && !is(FunctionMark::NotBeside)
    }

    /// Returns a function's plan: the ambitious one with what was lowered in it.
    pub(crate) fn plan(&self, keys: &[HookKey], scopes: &Scopes) -> CapturePlan {
        let mut plan = ambitious(scopes, &AnswersFromTable { table: self, keys });
        for (site, captures) in scopes.sites.iter().zip(&mut plan) {
            let lowered = |position| {
                self.lowered
                    .get(&BindingKey::new(&keys[site.number], position))
                    .cloned()
            };
            for (position, capture) in captures.iter_mut().enumerate() {
                if let Some(lowered) = lowered(position) {
                    *capture = lowered;
                }
            }
            parts(scopes, site, captures, &lowered);
        }
        plan
    }

    /// Tells at which hooks of a function it can be left.
    pub(crate) fn return_edges(&self, keys: &[HookKey], scopes: &Scopes) -> ReturnEdges {
        return_edges(scopes, &|site| self.no_return.get(&keys[site.number]).cloned())
    }

    /// Tells what is permitted at an exit.
    pub(crate) fn exit(&self, key: &HookKey) -> ExitVerdict {
        if self.no_exit.contains(key) {
            return ExitVerdict::Refused;
        }
        let refused = self.no_retry.get(key).cloned();
        refused.map_or(ExitVerdict::Retries, ExitVerdict::Stops)
    }

    /// Leaves the table in the folder of a probe.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        records::write_file(&folder.join(FILE), FILE, &self.records())
    }

    /// Reads it back.
    pub(crate) fn read(folder: &Path) -> io::Result<CaptureTable> {
        let mut table = CaptureTable::default();
        for record in records::read_file(&folder.join(FILE), FILE)? {
            table.add(record);
        }
        Ok(table)
    }

    fn records(&self) -> Vec<TableRecord> {
        use TableRecord as Record;
        fn each<'a, T: Clone + 'a>(all: &'a BTreeSet<T>, record: fn(T) -> Record) -> impl Iterator<Item = Record> + 'a {
            all.iter().cloned().map(record)
        }
        let calls = &self.calls;
        let lowered = self.lowered.clone().into_iter();
        let no_return = self.no_return.clone().into_iter();
        let no_retry = self.no_retry.clone().into_iter();
        lowered
            .map(|(key, capture)| Record::Lowered(key, capture))
            .chain(each(&self.marks, |(function, mark)| Record::Mark(function, mark)))
            .chain(each(&self.bound, Record::Bound))
            .chain(each(&self.references, Record::Reference))
            .chain(each(&self.values, Record::Value))
            .chain(each(&self.moved, Record::Moved))
            .chain(each(&self.enclosed, Record::Enclosed))
            .chain(no_return.map(|(hook, reason)| Record::NoReturn(hook, reason)))
            .chain(each(&self.no_exit, Record::NoExit))
            .chain(no_retry.map(|(hook, reason)| Record::NoRetry(hook, reason)))
            .chain(each(&calls.renamed, Record::Renamed))
            .chain(each(&calls.others, Record::Other))
            .chain(each(&calls.around, |(call, hook)| Record::Around(call, hook)))
            .chain(each(&calls.frames, Record::Frame))
            .chain(each(&calls.unforeseen, Record::Unforeseen))
            .collect()
    }

    fn add(&mut self, record: TableRecord) {
        let calls = &mut self.calls;
        match record {
            TableRecord::Lowered(key, capture) => drop(self.lowered.insert(key, capture)),
            TableRecord::Mark(function, mark) => _ = self.marks.insert((function, mark)),
            TableRecord::Bound(key) => _ = self.bound.insert(key),
            TableRecord::Reference(key) => _ = self.references.insert(key),
            TableRecord::Value(key) => _ = self.values.insert(key),
            TableRecord::Moved(key) => _ = self.moved.insert(key),
            TableRecord::Enclosed(hook) => _ = self.enclosed.insert(hook),
            TableRecord::NoReturn(hook, reason) => drop(self.no_return.insert(hook, reason)),
            TableRecord::NoExit(hook) => _ = self.no_exit.insert(hook),
            TableRecord::NoRetry(hook, reason) => drop(self.no_retry.insert(hook, reason)),
            TableRecord::Renamed(hook) => _ = calls.renamed.insert(hook),
            TableRecord::Other(call) => _ = calls.others.insert(call),
            TableRecord::Around(call, hook) => _ = calls.around.insert((call, hook)),
            TableRecord::Frame(call) => _ = calls.frames.insert(call),
            TableRecord::Unforeseen(hook) => _ = calls.unforeseen.insert(hook),
        }
    }
}

/// What the table knows of the names of one function.
struct AnswersFromTable<'a> {
    table: &'a CaptureTable,
    keys: &'a [HookKey],
}

impl NameAnswers for AnswersFromTable<'_> {
    fn is_bound(&self, site: &Site, position: usize) -> bool {
        let key = BindingKey::new(&self.keys[site.number], position);
        self.table.bound.contains(&key)
    }

    fn is_reference(&self, site: &Site, position: usize) -> bool {
        let key = BindingKey::new(&self.keys[site.number], position);
        self.table.references.contains(&key)
    }

    fn is_value(&self, site: &Site, position: usize) -> bool {
        let key = BindingKey::new(&self.keys[site.number], position);
        self.table.values.contains(&key)
    }

    fn is_enclosed(&self, site: &Site) -> bool {
        self.table.enclosed.contains(&self.keys[site.number])
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::probe::protocol::tests::in_folder;

    fn place(file: &str, line: usize) -> SourceLocation {
        SourceLocation {
            file: file.into(),
            line,
            column: 2,
        }
    }

    fn table() -> CaptureTable {
        let hook = HookKey {
            location: place("src/a b.rs", 1),
            repetition: 1,
        };
        let mut table = CaptureTable::default();
        table.marks.insert(("0123".into(), FunctionMark::NotBeside));
        table.marks.insert(("0123".into(), FunctionMark::NotMutableAtOnce));
        let moved = Capture::refused(State::Moved, "moved at line 3");
        table.lowered.insert(BindingKey::new(&hook, 3), moved);
        let borrowed = Capture::read_only("borrowed by\tr\n");
        table.lowered.insert(BindingKey::new(&hook, 0), borrowed);
        table.bound.insert(BindingKey::new(&hook, 4));
        table.references.insert(BindingKey::new(&hook, 5));
        table.values.insert(BindingKey::new(&hook, 6));
        table.moved.insert(BindingKey::new(&hook, 7));
        table.no_return.insert(hook.clone(), "why\tnot\n".into());
        table.no_exit.insert(hook.clone());
        table.no_retry.insert(hook.clone(), "why\tnot\n".into());
        table.enclosed.insert(hook);
        let calls = &mut table.calls;
        calls.renamed.insert(place("a.rs", 1));
        calls.others.insert(place("a.rs", 2));
        calls.around.insert((place("a > b.rs", 3), place("a.rs", 4)));
        calls.frames.insert(place("a > b.rs", 3));
        calls.unforeseen.insert(place("a.rs", 4));
        table
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        in_folder("table", |folder| {
            table().write(folder).unwrap();
            assert_eq!(CaptureTable::read(folder).unwrap(), table());
            CaptureTable::default().write(folder).unwrap();
            assert_eq!(CaptureTable::read(folder).unwrap(), CaptureTable::default());
        });
    }

    #[test]
    fn what_is_no_table_is_an_error() {
        in_folder("table-broken", |folder| {
            assert_eq!(CaptureTable::read(folder).unwrap_err().kind(), io::ErrorKind::NotFound);
            table().write(folder).unwrap();
            let whole = fs::read_to_string(folder.join(FILE)).unwrap();
            let other = whole.replacen("records 1", "records 2", 1);
            let unknown = whole.replacen("not beside", "not aside", 1);
            let half = whole[..whole.len() / 2].to_owned();
            for text in ["", "\n", &half, &other, &unknown, "\u{0}\u{0}"] {
                fs::write(folder.join(FILE), text).unwrap();
                let error = CaptureTable::read(folder).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{text:?}");
            }
        });
    }
}
