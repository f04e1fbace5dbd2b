//! What of a loaded line has to be remembered.

use super::archive::{Member, Placed};
use super::host::{Session, Sessions, Variable};
use super::link::Linked;
use super::object::{Place, Role};
use super::resolve::Plan;
use super::system;
use super::tls::{self, Initial};
use crate::LoadError;

/// Gathered first, since that can fail; then made known at once.
pub(super) struct Keep {
    members: Vec<(&'static Member, u32, Placed)>,
    variables: Vec<(Box<str>, Variable)>,
    functions: Vec<(u64, Box<str>)>,
    initial: Vec<Initial>,
    reserved: u64,
    table: Option<u64>,
}

impl Keep {
    pub(super) fn of(plan: &Plan<'_>, linked: &Linked) -> Result<Keep, LoadError> {
        let mut keep = Keep {
            members: Vec::new(),
            variables: Vec::new(),
            functions: Vec::new(),
            initial: Vec::new(),
            reserved: plan.reserved,
            table: linked.table,
        };
        for (piece, &address) in plan.pieces.iter().zip(&linked.addresses) {
            match piece.place {
                None => keep.add(plan, piece.unit, piece.section, Placed::At(address))?,
                Some(place) => {
                    let len = piece.size as usize;
                    keep.initial.push(Initial {
                        place: place as usize,
                        address,
                        len,
                    });
                    keep.add(plan, piece.unit, piece.section, Placed::Thread { place, initial: true })?;
                }
            }
        }
        for &(unit, section, place) in &plan.zeroed {
            keep.add(plan, unit, section, Placed::Thread { place, initial: false })?;
        }
        Ok(keep)
    }

    fn add(&mut self, plan: &Plan<'_>, unit: usize, index: u32, placed: Placed) -> Result<(), LoadError> {
        let unit = &plan.units[unit];
        if let Some(member) = unit.member {
            self.members.push((member, index, placed));
        }
        let Some(symbol) = unit.object.name_of_section(index)? else {
            return Ok(());
        };
        let name = symbol.name;
        let section = unit.object.section(index)?;
        match (section.role, placed) {
            (Role::Code, Placed::At(address)) => {
                if let Place::Section { offset, .. } = symbol.place {
                    self.functions.push((address.wrapping_add(offset), name.into()));
                }
            }
            (Role::Code | Role::Constant, _) => {}
            _ if unit.member.is_some() && symbol.local => {}
            (Role::Variable | Role::ThreadLocal, _) => {
                let variable = Variable {
                    placed,
                    size: section.size,
                    initially: section.data.into(),
                };
                self.variables.push((name.into(), variable));
            }
        }
        Ok(())
    }

    /// From here on the line is part of the program.
    #[allow(unsafe_code)]
    pub(super) fn commit(self, sessions: &mut Sessions, session: &mut Session) {
        for (member, section, placed) in self.members {
            session.place(member, section, placed);
        }
        session.variables.extend(self.variables);
        sessions.reserved = self.reserved;
        for (address, name) in self.functions {
            session.add_function(address, &name);
        }
        for initial in self.initial {
            tls::add_initial(initial);
        }
        if let Some(table) = self.table {
            // SAFETY: `link` wrote the whole table, closed by `Plan::follow`, into memory that stays.
            unsafe { system::register_frames(table) };
        }
    }
}
