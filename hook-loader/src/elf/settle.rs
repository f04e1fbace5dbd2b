//! Where a section is: in the program, from an earlier line, or to be loaded. See `resolve` for the rules.

use super::archive::Placed;
use super::host::Variable;
use super::object::{Place, Role, Section, Symbol};
use super::resolve::{Home, Plan, Unit};
use super::tls;
use crate::LoadError;

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
                Role::Code if member.is_none() && self.reaches_change(unit, index)? => None,
                Role::Code | Role::Constant => self.twin(unit, index, &section, symbol),
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

    /// Where the image has the function or constant.
    pub(super) fn twin(
        &mut self,
        unit: usize,
        index: u32,
        section: &Section<'_>,
        symbol: &Symbol<'_>,
    ) -> Option<Home> {
        let Place::Section { offset, .. } = symbol.place else {
            return None;
        };
        let is_of_library = self.units[unit].member.is_some();
        if section.role == Role::Code && is_of_library {
            // A function that a library exports is what its name says; others may be any file's.
            let found = self.find_near(symbol.name).filter(|found| found.tls_module.is_none() && !symbol.local)?;
            return Some(Home::At(found.value.wrapping_sub(offset)));
        }
        if offset != 0 || symbol.size != section.size {
            return None;
        }
        let near = self.near;
        let found: Vec<_> = near.find(symbol.name).collect();
        let found = found
            .into_iter()
            .filter(|found| found.tls_module.is_none() && found.size == symbol.size)
            .find(|found| self.is_at(unit, index, found.value));
        found.map(|found| Home::At(found.value))
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
