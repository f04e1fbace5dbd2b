//! What makes a linked line part of the program.

use std::ops::Range;

use super::archive::ArchiveMember;
use super::link::Linked;
use super::object::{Definition, SectionIndex, SectionKind};
use super::process::{LoadedVariable, Placement, Session, Sessions};
use super::resolve::{Resolution, SectionId};
use super::tls::{InitialValue, add_initial_value};
use super::unwind::{PlacedTable, register_frames};
use crate::LoadError;

/// Later lines have to know this. It is gathered first, since that can fail, and then made known at once.
pub(super) struct Commit {
    sections: Vec<(&'static ArchiveMember, SectionIndex, Placement)>,
    variables: Vec<(Box<str>, LoadedVariable)>,
    functions: Vec<(u64, Box<str>)>,
    initial_values: Vec<InitialValue>,
    tls_used: u64,
    unwind_table: Option<PlacedTable>,
    constant: Range<u64>,
}

impl Commit {
    /// Gathers what is to be made known of a linked line.
    pub(super) fn of(resolution: &Resolution<'_>, linked: &Linked) -> Result<Commit, LoadError> {
        let mut commit = Commit {
            sections: Vec::new(),
            variables: Vec::new(),
            functions: Vec::new(),
            initial_values: Vec::new(),
            tls_used: resolution.tls_used,
            unwind_table: linked.unwind_table,
            constant: linked.constant.clone(),
        };
        for (section, &address) in resolution.sections.iter().zip(&linked.addresses) {
            let Some(offset) = section.tls_offset else {
                commit.add(resolution, section.id, Placement::Address(address))?;
                continue;
            };
            commit.initial_values.push(InitialValue {
                offset: offset as usize,
                address,
                len: section.size as usize,
            });
            commit.add_thread_local(resolution, section.id, offset, true)?;
        }
        for &(id, offset) in &resolution.zeroed_thread_locals {
            commit.add_thread_local(resolution, id, offset, false)?;
        }
        Ok(commit)
    }

    fn add_thread_local(
        &mut self,
        resolution: &Resolution<'_>,
        id: SectionId,
        offset: u64,
        is_lazy: bool,
    ) -> Result<(), LoadError> {
        match resolution.host.thread_locals.in_block(offset, is_lazy) {
            Some(address) => self.add(resolution, id, Placement::ThreadLocal(address)),
            None => Ok(()),
        }
    }

    fn add(&mut self, resolution: &Resolution<'_>, id: SectionId, placement: Placement) -> Result<(), LoadError> {
        let member = resolution.member(id.object);
        if let Some(member) = member {
            self.sections.push((member, id.section, placement));
        }
        let object = resolution.object(id.object);
        let Some(symbol) = object.name_of_section(id.section)? else {
            return Ok(());
        };
        let section = object.section(id.section)?;
        match (section.kind, placement) {
            (SectionKind::Code, Placement::Address(address)) => {
                if let Definition::Section { offset, .. } = symbol.definition {
                    self.functions.push((address.wrapping_add(offset), symbol.name.into()));
                }
            }
            (SectionKind::Code | SectionKind::Constant | SectionKind::Unwinding, _) => {}
            // Private names of libraries are not unique.
            _ if member.is_some() && symbol.is_local => {}
            (SectionKind::Variable | SectionKind::ThreadLocal, _) => {
                let variable = LoadedVariable {
                    placement,
                    size: section.size,
                    initially: section.data.into(),
                    is_reloaded: resolution.decided.contains_key(&id),
                };
                self.variables.push((symbol.name.into(), variable));
            }
        }
        Ok(())
    }

    /// Makes all of it known. From here on the line is part of the program.
    #[allow(unsafe_code)]
    pub(super) fn commit(self, sessions: &mut Sessions, session: &mut Session) {
        for (member, section, placement) in self.sections {
            session.add_section(member, section, placement);
        }
        session.variables.extend(self.variables);
        session.add_constant(self.constant);
        sessions.tls_used = self.tls_used;
        for (address, name) in self.functions {
            session.add_function(address, &name);
        }
        for value in self.initial_values {
            // SAFETY: `link` wrote the value into constants, which stay. `Resolution` found room for the variable in
            // the block and counted that as used in `tls_used`, and no code of the line has run.
            unsafe { add_initial_value(value) };
        }
        if let Some(table) = self.unwind_table {
            // SAFETY: `link` wrote the whole table, which `Resolution::follow` closed, into constants, which stay. Its
            // records were checked as they were taken, and each is for code of a loaded section.
            unsafe { register_frames(table) };
        }
    }
}
