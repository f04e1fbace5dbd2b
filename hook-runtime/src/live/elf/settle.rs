//! Where a section is: in the program, from an earlier line, or to be loaded. See `resolve` for the rules.

use super::archive::Placed;
use super::host::Variable;
use super::object::{Place, Relocation, Role, Section, Symbol};
use super::resolve::{Home, Plan, Unit};
use super::tls;
use super::twin::is_twin;
use crate::live::LoadError;

/// Bounds of what is looked at to find out which functions lead to the line.
const DEPTH: u32 = 12;
const FUNCTIONS: usize = 2000;

impl Plan<'_> {
    /// Decides where a section is.
    pub(super) fn settle(&mut self, unit: usize, index: u32) -> Result<Home, LoadError> {
        let Unit { object, member, .. } = self.units[unit];
        if let Some(&placed) = member.and_then(|member| self.session.placed(member, index)).as_ref() {
            return Ok(self.home(placed));
        }
        let section = object.section(index)?;
        let named = object.name_of_section(index)?;
        if let Some(symbol) = &named {
            let known = match section.role {
                Role::Code if member.is_none() && self.reaches_change(unit, index, DEPTH)? => None,
                Role::Code | Role::Constant => self.twin(unit, index, &section, symbol)?,
                Role::Variable | Role::ThreadLocal => self.variable(&section, symbol, member.is_some())?,
            };
            if let Some(home) = known {
                return Ok(home);
            }
        }
        if section.role != Role::ThreadLocal {
            return Ok(Home::Piece(self.load(unit, index, &section, None)));
        }
        self.reserve(unit, index, &section, named.map_or("", |symbol| symbol.name))
    }

    /// Whether a function of the line's crate leads to one that the program has otherwise. The slot calls the line by
    /// way of functions (`catch_unwind`, say) that are the same in the program, but lead to the empty line there.
    ///
    /// How the line is reached is a matter of few steps, while a function that it calls may lead to all of a large
    /// crate. So both the depth and the whole number of functions looked at for a line are bounded.
    fn reaches_change(&mut self, unit: usize, index: u32, depth: u32) -> Result<bool, LoadError> {
        if let Some(&known) = self.changed.get(&(unit, index)) {
            return Ok(known);
        }
        if depth == 0 || self.changed.len() > FUNCTIONS {
            return Ok(false);
        }
        // In a cycle, what comes back here does not count.
        self.changed.insert((unit, index), false);
        let object = self.units[unit].object;
        let section = object.section(index)?;
        let named = object.name_of_section(index)?;
        let mut changed = match (&named, section.role) {
            (Some(symbol), Role::Code) => self.twin(unit, index, &section, symbol)?.is_none(),
            (None, Role::Code | Role::Constant) => false,
            _ => return Ok(false),
        };
        for raw in object.relocations(index)? {
            let symbol = object.symbol(Relocation::read(raw).symbol)?;
            let next = match symbol.place {
                _ if changed => break,
                Place::Section { index, .. } => Some((unit, index)),
                Place::Undefined => self.exported(symbol.name)?,
                Place::Absolute(_) => None,
            };
            if let Some((unit, index)) = next {
                changed = self.reaches_change(unit, index, depth - 1)?;
            }
        }
        self.changed.insert((unit, index), changed);
        Ok(changed)
    }

    /// The section of what another object of the crate defines.
    fn exported(&self, name: &str) -> Result<Option<(usize, u32)>, LoadError> {
        let Some((unit, symbol)) = self.exports.find(name) else {
            return Ok(None);
        };
        Ok(match self.units[unit].object.symbol(symbol)?.place {
            Place::Section { index, .. } => Some((unit, index)),
            _ => None,
        })
    }

    fn twin(
        &self,
        unit: usize,
        index: u32,
        section: &Section<'_>,
        symbol: &Symbol<'_>,
    ) -> Result<Option<Home>, LoadError> {
        let Unit { object, member, .. } = &self.units[unit];
        let Some(found) = self.find_near(symbol.name).filter(|found| found.tls_module.is_none()) else {
            return Ok(None);
        };
        let Place::Section { offset, .. } = symbol.place else {
            return Ok(None);
        };
        if section.role == Role::Code && member.is_some() {
            // A function that a library exports is what its name says; others may be any file's.
            return Ok((!symbol.local).then_some(Home::At(found.value.wrapping_sub(offset))));
        }
        let whole = offset == 0 && found.size == symbol.size && symbol.size == section.data.len() as u64;
        let Some(old) = self.near.bytes(found.value, found.size).filter(|_| whole) else {
            return Ok(None);
        };
        let relocations = object.relocations(index)?.iter().map(Relocation::read);
        Ok(is_twin(old, section.data, relocations).then_some(Home::At(found.value)))
    }

    fn variable(
        &self,
        section: &Section<'_>,
        symbol: &Symbol<'_>,
        of_library: bool,
    ) -> Result<Option<Home>, LoadError> {
        let Place::Section { offset, .. } = symbol.place else {
            return Ok(None);
        };
        if let Some(found) = self.find_near(symbol.name) {
            if found.size != symbol.size || found.tls_module.is_some() != symbol.thread_local {
                return Err(LoadError::Changed(symbol.name.into()));
            }
            if symbol.local && self.is_ambiguous(symbol.name) {
                return Err(LoadError::Ambiguous(symbol.name.into()));
            }
            let start = found.value.wrapping_sub(offset);
            return Ok(Some(match found.tls_module {
                Some(module) => Home::Thread {
                    module,
                    place: start,
                    initial: false,
                },
                None => Home::At(start),
            }));
        }
        // Libraries may be in C, whose private names are not unique; theirs are known by their member.
        let earlier = self
            .session
            .variables
            .get(symbol.name)
            .filter(|_| !(of_library && symbol.local));
        let same =
            earlier.filter(|Variable { size, initially, .. }| *size == section.size && **initially == *section.data);
        Ok(same.map(|variable| self.home(variable.placed)))
    }

    fn home(&self, placed: Placed) -> Home {
        match placed {
            Placed::At(address) => Home::At(address),
            Placed::Thread { place, initial } => Home::Thread {
                module: self.host.threads.module,
                place: self.host.threads.reserve + place,
                initial,
            },
        }
    }

    /// Finds room for a thread-local that the program does not have.
    fn reserve(&mut self, unit: usize, index: u32, section: &Section<'_>, name: &str) -> Result<Home, LoadError> {
        let place = self.reserved.next_multiple_of(section.align);
        if section.align > tls::ALIGN || place + section.size > tls::ROOM as u64 {
            return Err(LoadError::ThreadLocalRoom(name.into()));
        }
        self.reserved = place + section.size;
        let zero = section.data.iter().all(|&byte| byte == 0);
        let initial = !zero || !self.units[unit].object.relocations(index)?.is_empty();
        if initial {
            self.load(unit, index, section, Some(place));
        } else {
            self.zeroed.push((unit, index, place));
        }
        Ok(self.home(Placed::Thread { place, initial }))
    }
}
