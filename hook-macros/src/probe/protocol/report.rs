//! What a probe reports of a function besides rustc's diagnostics: the places of its hooks, and the bindings that they
//! see.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use hook_rustc::{enum_fields, records, struct_fields};

use super::{BindingKey, arrivals};
use crate::plan::Capture;
use crate::syntax::hook::HookKey;
use crate::syntax::location::SourceLocation;

const FILE: &str = "report";

/// A binding at a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BindingFact {
    /// The name of the function's folder.
    pub(crate) function: String,
    /// The name of the function in the program.
    pub(crate) named: String,
    /// The first line of the function and the last.
    pub(crate) lines: (usize, usize),
    /// The line of the attribute, where all lies that it emits.
    pub(crate) attribute: usize,
    /// The name of the binding.
    pub(crate) name: String,
    /// The attribute may declare the binding `mut`.
    pub(crate) may_add_mut: bool,
    /// The probe declared `mut` whatever the captures of the function write.
    pub(crate) made_mutable: bool,
    /// Where rustc reports that the binding was moved.
    pub(crate) move_told: MoveTold,
    /// Fields of the binding are asked for once it is out of reach.
    pub(crate) has_fields: bool,
    /// The line and the column of its name.
    pub(crate) declared: (usize, usize),
    /// The line and the column where what introduces it begins, and where that ends.
    pub(crate) extent: ((usize, usize), (usize, usize)),
    /// What the probe asked for.
    pub(crate) capture: Capture,
}

struct_fields!(BindingFact {
    function,
    named,
    lines,
    attribute,
    name,
    may_add_mut,
    made_mutable,
    move_told,
    has_fields,
    declared,
    extent,
    capture,
});

/// Where rustc reports that a binding was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MoveTold {
    /// It does at each hook that sees the binding after the move.
    EachTime,
    /// It does at one of them. It would at each if that were asked.
    OnceUnlessAsked,
    /// It does at one of them, and nothing can be asked.
    Once,
}

enum_fields!(MoveTold {
    EachTime = "each time",
    OnceUnlessAsked = "once unless asked",
    Once = "once",
});

/// A hook at which it is asked whether its function can be left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EdgeFact {
    /// The name of the function's folder.
    pub(crate) function: String,
    /// The first line of the function and the last.
    pub(crate) lines: (usize, usize),
}

struct_fields!(EdgeFact { function, lines });

/// An exit at which a hook stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExitFact {
    /// The name of the function's folder.
    pub(crate) function: String,
    /// The line and the column where the exit begins, and where it ends.
    pub(crate) extent: ((usize, usize), (usize, usize)),
    /// The expression stands there once more, to be evaluated again.
    pub(crate) retries: bool,
}

struct_fields!(ExitFact {
    function,
    extent,
    retries
});

/// What is known of all exits.
pub(crate) type ExitFacts = BTreeMap<HookKey, ExitFact>;

/// What is known of all hooks at which that is asked.
pub(crate) type EdgeFacts = BTreeMap<HookKey, EdgeFact>;

/// What is known of the bindings at all hooks.
pub(crate) type BindingFacts = BTreeMap<BindingKey, BindingFact>;

/// A place where the attribute takes a macro call for a hook, or put a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedHook {
    /// A hook in code that is surely compiled.
    Surely(SourceLocation),
    /// A hook in code that may not be compiled.
    Perhaps(SourceLocation),
    /// A frame.
    Framed(SourceLocation),
}

enum_fields!(ExpectedHook {
    Surely(place) = "surely",
    Perhaps(place) = "perhaps",
    Framed(place) = "framed",
});

/// A record of the report on a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReportRecord {
    Hook(ExpectedHook),
    Binding(BindingKey, BindingFact),
    Edge(HookKey, EdgeFact),
    Exit(HookKey, ExitFact),
}

enum_fields!(ReportRecord {
    Hook(hook) = "hook",
    Binding(key, fact) = "binding",
    Edge(hook, fact) = "edge",
    Exit(hook, fact) = "exit",
});

/// What the functions of a crate reported in one round.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reports {
    pub(crate) expected: Vec<ExpectedHook>,
    /// The hooks that rustc came to.
    pub(crate) arrived: BTreeSet<SourceLocation>,
    pub(crate) facts: BindingFacts,
    pub(crate) edges: EdgeFacts,
    pub(crate) exits: ExitFacts,
}

/// Leaves the report on a function in the function's folder.
pub(crate) fn write(folder: &Path, report: &[ReportRecord]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    records::write_file(&folder.join(FILE), FILE, report)
}

impl Reports {
    /// Reads the report on every function of a probe; `probe` is the probe's folder.
    pub(crate) fn read(probe: &Path) -> io::Result<Reports> {
        let mut reports = Reports::default();
        for entry in fs::read_dir(probe)? {
            let folder = entry?.path();
            if folder.is_dir() {
                reports.arrived.extend(arrivals::read(&folder)?);
                reports.add(&folder)?;
            }
        }
        Ok(reports)
    }

    /// Adds the report in a folder, if it is that of a function.
    fn add(&mut self, folder: &Path) -> io::Result<()> {
        let report = match records::read_file(&folder.join(FILE), FILE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            report => report?,
        };
        for record in report {
            match record {
                ReportRecord::Hook(hook) => self.expected.push(hook),
                ReportRecord::Binding(key, fact) => drop(self.facts.insert(key, fact)),
                ReportRecord::Edge(hook, fact) => drop(self.edges.insert(hook, fact)),
                ReportRecord::Exit(hook, fact) => drop(self.exits.insert(hook, fact)),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::State;
    use crate::probe::protocol::tests::in_folder;

    fn place(line: usize) -> SourceLocation {
        SourceLocation {
            file: "src/a b.rs".into(),
            line,
            column: 4,
        }
    }

    fn report() -> Vec<ReportRecord> {
        let hook = HookKey {
            location: place(3),
            repetition: 0,
        };
        let fact = BindingFact {
            function: "0123".into(),
            named: "go".into(),
            lines: (1, 9),
            attribute: 1,
            name: "self.count".into(),
            may_add_mut: true,
            made_mutable: false,
            move_told: MoveTold::Once,
            has_fields: false,
            declared: (2, 9),
            extent: ((2, 5), (2, 20)),
            capture: Capture::refused(State::Moved, "moved\tat\nline 3"),
        };
        let edge = EdgeFact {
            function: "0123".into(),
            lines: (1, 9),
        };
        vec![
            ReportRecord::Hook(ExpectedHook::Surely(place(3))),
            ReportRecord::Hook(ExpectedHook::Perhaps(place(4))),
            ReportRecord::Hook(ExpectedHook::Framed(place(5))),
            ReportRecord::Binding(BindingKey::new(&hook, 2), fact),
            ReportRecord::Edge(hook, edge),
        ]
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        in_folder("report", |folder| {
            write(&folder.join("0123"), &report()).unwrap();
            fs::create_dir(folder.join("incremental")).unwrap();
            fs::write(folder.join("table"), "").unwrap();
            let read = Reports::read(folder).unwrap();
            let facts = read.facts.into_iter();
            let bindings = facts.map(|(key, fact)| ReportRecord::Binding(key, fact));
            let hooks = read.expected.into_iter().map(ReportRecord::Hook);
            let edges = read
                .edges
                .into_iter()
                .map(|(hook, fact)| ReportRecord::Edge(hook, fact));
            assert_eq!(hooks.chain(bindings).chain(edges).collect::<Vec<_>>(), report());
        });
    }

    #[test]
    fn a_part_of_a_report_is_an_error() {
        in_folder("report-part", |folder| {
            let function = folder.join("0123");
            write(&function, &report()).unwrap();
            let text = fs::read_to_string(function.join(FILE)).unwrap();
            for end in 0..text.len() {
                fs::write(function.join(FILE), &text[..end]).unwrap();
                assert_eq!(
                    Reports::read(folder).unwrap_err().kind(),
                    io::ErrorKind::InvalidData,
                    "{end}"
                );
            }
        });
    }
}
