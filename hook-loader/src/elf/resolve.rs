//! What has to be loaded for a slot, and where everything it refers to is.
//!
//! From the slot's section on, each relocation is followed. The unit of decision is the section, as it is for
//! linkers: where a section is, all its symbols are, the section's own included, by which rustc reaches private
//! statics.
//!
//! - A *variable* or *thread-local* of the program is the program's own. One that it lacks is loaded once, and is
//!   the same in all later lines.
//! - A *function* or *constant* of the program is used if it still is what the object says (see `settle` and
//!   `twin`); so is everything of a library, by the names that it exports.
//! - The slot, and what only it has, is loaded. What no object defines is that of a shared library of the process
//!   (std may be one), or else comes out of the archives.

use std::collections::HashMap;

use super::archive::{Archives, Member};
use super::host::{Host, RunningSlot, Session};
use super::image::{HostSymbol, Image};
use super::names::NameTable;
use super::object::{Object, Place, Relocation, Role, Section, Symbol};
use super::relocate::{Source, machine};
use super::system::{self, Library};
use super::tls;
use super::unwind::{Frames, Table};
use crate::LoadError;

/// An object that takes part.
pub(super) struct Unit<'a> {
    pub(super) object: &'a Object<'a>,
    /// `None` for those of the line's crate.
    pub(super) member: Option<&'static Member>,
    homes: HashMap<u32, Home>,
}

/// Where a section is.
#[derive(Clone, Copy)]
pub(super) enum Home {
    /// At this address, in the program or from an earlier line.
    At(u64),
    Thread {
        module: usize,
        place: u64,
        initial: bool,
    },
    /// Among what is loaded now.
    Piece(usize),
}

/// A section to load.
pub(super) struct Piece {
    pub(super) unit: usize,
    pub(super) section: u32,
    pub(super) role: Role,
    pub(super) size: u64,
    pub(super) align: u64,
    /// For the initial value of a thread-local: its place in the reserve.
    pub(super) place: Option<u64>,
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    At(u64),
    Piece { piece: usize, offset: u64 },
    Thread { module: usize, offset: u64, initial: bool },
}

/// All that is to be loaded.
pub(super) struct Plan<'a> {
    pub(super) host: &'a Host,
    /// What the slot is a part of, and where that refers to.
    pub(super) near: &'static Image,
    pub(super) library: Library,
    pub(super) session: &'a Session,
    archives: &'a Archives,
    pub(super) exports: Exports<'a>,
    pub(super) units: Vec<Unit<'a>>,
    pub(super) pieces: Vec<Piece>,
    pub(super) table: Table,
    targets: HashMap<(usize, u32), Target>,
    /// Words that relocations refer to, and stubs that calls may need.
    pub(super) words: Vec<(Source, Target)>,
    pub(super) word_index: HashMap<(Source, Target), usize>,
    /// Thread-locals that start as zero and need no piece: unit, section, size.
    pub(super) zeroed: Vec<(usize, u32, u64)>,
    pub(super) reserved: u64,
    missing: Vec<String>,
    /// The section of the slot: what leads to the slot of the program still does.
    pub(super) slot: Option<(usize, u32)>,
    /// By unit and section: whether it leads to a function that the program has otherwise.
    pub(super) changed: HashMap<(usize, u32), bool>,
    /// By unit, section and address: whether the image has there what the section is.
    pub(super) twins: HashMap<(usize, u32, u64), bool>,
}

/// The definitions of the line's objects, which refer to each other by name.
pub(super) struct Exports<'a> {
    symbols: Vec<(usize, u32, &'a [u8])>,
    names: NameTable,
}

impl<'a> Exports<'a> {
    pub(super) fn of(objects: &'a [Object<'a>]) -> Exports<'a> {
        let mut symbols = Vec::new();
        if objects.len() > 1 {
            for (unit, object) in objects.iter().enumerate() {
                symbols.extend(object.exports().map(|(index, name)| (unit, index, name)));
            }
        }
        let mut names = NameTable::with_capacity(symbols.len());
        for (index, (_, _, name)) in (0..).zip(&symbols) {
            names.insert(name, index);
        }
        Exports { symbols, names }
    }

    pub(super) fn find(&self, name: &str) -> Option<(usize, u32)> {
        let called = |index: u32| self.symbols[index as usize].2 == name.as_bytes();
        let index = self.names.find(name.as_bytes(), called).next()?;
        let (unit, symbol, _) = self.symbols[index as usize];
        Some((unit, symbol))
    }
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        host: &'a Host,
        slot: &RunningSlot,
        session: &'a Session,
        archives: &'a Archives,
        objects: &'a [Object<'a>],
        exports: Exports<'a>,
    ) -> Plan<'a> {
        Plan {
            host,
            near: slot.image,
            library: slot.library(),
            session,
            archives,
            exports,
            units: objects
                .iter()
                .map(|object| Unit {
                    object,
                    member: None,
                    homes: HashMap::new(),
                })
                .collect(),
            pieces: Vec::new(),
            table: Table::default(),
            targets: HashMap::new(),
            words: Vec::new(),
            word_index: HashMap::new(),
            zeroed: Vec::new(),
            reserved: 0,
            missing: Vec::new(),
            slot: None,
            changed: HashMap::new(),
            twins: HashMap::new(),
        }
    }

    /// Follows everything from the slot on. Returns where the slot will be.
    pub(super) fn follow(&mut self, slot: &str) -> Result<Target, LoadError> {
        let defined = self.units.iter().map(|unit| unit.object.definition(slot)).enumerate();
        let (unit, symbol) = defined
            .filter_map(|(unit, symbol)| Some((unit, symbol?)))
            .next()
            .ok_or_else(|| LoadError::NoSlot(slot.into()))?;
        let Place::Section { index, offset } = self.units[unit].object.symbol(symbol)?.place else {
            return Err(LoadError::NoSlot(slot.into()));
        };
        let section = self.units[unit].object.section(index)?;
        let piece = self.load(unit, index, &section, None);
        self.units[unit].homes.insert(index, Home::Piece(piece));
        self.slot = Some((unit, index));

        let mut next = 0;
        while let Some(&Piece {
            unit, section, role, ..
        }) = self.pieces.get(next)
        {
            self.scan(unit, section)?;
            if role == Role::Code {
                self.scan_frames(unit, section)?;
            }
            next += 1;
        }
        if !self.table.bytes.is_empty() {
            self.table.close();
        }
        if !self.missing.is_empty() {
            return Err(self
                .archives
                .unreadable()
                .unwrap_or(LoadError::Missing(std::mem::take(&mut self.missing))));
        }
        Ok(Target::Piece { piece, offset })
    }

    fn scan(&mut self, unit: usize, section: u32) -> Result<(), LoadError> {
        for raw in self.units[unit].object.relocations(section)? {
            self.refer(unit, Relocation::read(raw))?;
        }
        Ok(())
    }

    fn scan_frames(&mut self, unit: usize, section: u32) -> Result<(), LoadError> {
        let frames = Frames::of(self.units[unit].object)?;
        for frame in frames.within(section)? {
            let first = self.table.relocations.len();
            self.table.add(unit, &frames, frame);
            for index in first..self.table.relocations.len() {
                self.refer(unit, self.table.relocations[index].1)?;
            }
        }
        Ok(())
    }

    fn refer(&mut self, unit: usize, relocation: Relocation) -> Result<(), LoadError> {
        let (source, _) = machine::form(relocation.kind).ok_or_else(|| self.unsupported(unit, relocation))?;
        if source == Source::Hint {
            return Ok(());
        }
        let target = self.target(unit, relocation.symbol)?;
        match (source, target) {
            (Source::FromThreadPointer | Source::ThreadPointer, Target::Thread { initial: true, .. }) => {
                return Err(LoadError::ThreadLocal(self.symbol_name(unit, relocation.symbol)));
            }
            (Source::Symbol | Source::FromThreadPointer | Source::FromModule, _) => return Ok(()),
            (Source::Callee, Target::Piece { .. }) => return Ok(()),
            _ => {}
        }
        let key = (source, target);
        if !self.word_index.contains_key(&key) {
            self.word_index.insert(key, self.words.len());
            self.words.push(key);
        }
        Ok(())
    }

    /// What a symbol of a unit stands for.
    pub(super) fn target(&mut self, unit: usize, symbol: u32) -> Result<Target, LoadError> {
        if let Some(&target) = self.targets.get(&(unit, symbol)) {
            return Ok(target);
        }
        let target = if symbol == 0 {
            Target::At(0)
        } else {
            self.find(unit, symbol)?
        };
        self.targets.insert((unit, symbol), target);
        Ok(target)
    }

    fn find(&mut self, unit: usize, symbol: u32) -> Result<Target, LoadError> {
        let symbol = self.units[unit].object.symbol(symbol)?;
        match symbol.place {
            Place::Absolute(value) => Ok(Target::At(value)),
            Place::Section { index, offset } => self.within(unit, index, offset),
            Place::Undefined => self.find_outside(&symbol),
        }
    }

    fn within(&mut self, unit: usize, section: u32, offset: u64) -> Result<Target, LoadError> {
        let home = match self.units[unit].homes.get(&section) {
            Some(&home) => home,
            None => {
                let home = self.settle(unit, section)?;
                self.units[unit].homes.insert(section, home);
                home
            }
        };
        Ok(match home {
            Home::At(address) => Target::At(address.wrapping_add(offset)),
            Home::Piece(piece) => Target::Piece { piece, offset },
            Home::Thread { module, place, initial } => Target::Thread {
                module,
                offset: place.wrapping_add(offset),
                initial,
            },
        })
    }

    fn find_outside(&mut self, symbol: &Symbol<'_>) -> Result<Target, LoadError> {
        let name = symbol.name;
        if let Some((unit, definition)) = self.exports.find(name) {
            return self.target(unit, definition);
        }
        if name == "_GLOBAL_OFFSET_TABLE_" {
            // Of the program's it would be too far, and what is reached from there is added to it again.
            return Ok(Target::At(0));
        }
        if name == "__tls_get_addr" {
            return Ok(Target::At(tls::get_addr_address()));
        }
        if let Some(found) = self.find_near(name) {
            return Ok(match found.tls_module {
                Some(module) => Target::Thread {
                    module,
                    offset: found.value,
                    initial: false,
                },
                None => Target::At(found.value),
            });
        }
        if symbol.thread_local
            && let Some((module, offset)) = self.host.find_thread_local(name)
        {
            return Ok(Target::Thread {
                module,
                offset,
                initial: false,
            });
        }
        let member = self.archives.find(name)?;
        if !symbol.thread_local
            && let Some(address) = self.library.find(name, member.is_some())
        {
            return Ok(Target::At(address));
        }
        if let Some(member) = member
            && let Some(definition) = member.object.definition(name)
        {
            let unit = self.unit_of(member);
            return self.target(unit, definition);
        }
        if let Some(address) = system::find_math(name) {
            return Ok(Target::At(address));
        }
        if !symbol.weak && !self.missing.iter().any(|missing| missing == name) {
            self.missing.push(name.into());
        }
        Ok(Target::At(0))
    }

    /// The definition of `name` in the image of the slot: one that is seen outside of its object before one that is not.
    pub(super) fn find_near(&self, name: &str) -> Option<HostSymbol> {
        let mut found = self.near.find(name);
        let first = found.next()?;
        let global = if first.local {
            found.find(|symbol| !symbol.local)
        } else {
            None
        };
        Some(global.unwrap_or(first))
    }

    /// Whether `name` is that of several variables, each local to some object.
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        let mut found = self.near.find(name);
        found
            .next()
            .is_some_and(|first| found.any(|other| other.value != first.value))
    }

    fn unit_of(&mut self, member: &'static Member) -> usize {
        let known = self
            .units
            .iter()
            .position(|unit| unit.member.is_some_and(|known| std::ptr::eq(known, member)));
        known.unwrap_or_else(|| {
            self.units.push(Unit {
                object: &member.object,
                member: Some(member),
                homes: HashMap::new(),
            });
            self.units.len() - 1
        })
    }

    pub(super) fn load(&mut self, unit: usize, index: u32, section: &Section<'_>, place: Option<u64>) -> usize {
        let Section { role, size, align, .. } = *section;
        self.pieces.push(Piece {
            unit,
            section: index,
            role,
            size,
            align,
            place,
        });
        self.pieces.len() - 1
    }

    pub(super) fn symbol_name(&self, unit: usize, symbol: u32) -> String {
        let object = self.units[unit].object;
        let Ok(found) = object.symbol(symbol) else {
            return "?".into();
        };
        match found.place {
            Place::Section { index, .. } if found.name.is_empty() => {
                String::from_utf8_lossy(object.section_name(index)).into_owned()
            }
            _ => found.name.into(),
        }
    }

    pub(super) fn unsupported(&self, unit: usize, relocation: Relocation) -> LoadError {
        LoadError::Relocation {
            kind: relocation.kind,
            symbol: self.symbol_name(unit, relocation.symbol),
        }
    }
}
