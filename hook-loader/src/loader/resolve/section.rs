//! Where a section is: in the program, from an earlier line, or to be loaded.

use super::{Resolution, SectionId, SectionPlacement};
use crate::LoadError;
use crate::loader::image::ImageSymbol;
use crate::loader::object::{Definition, Section, SectionKind, Symbol};
use crate::loader::process::{LoadedVariable, Placement};
use crate::loader::tls::{self, TlsAddress};

impl Resolution<'_> {
    /// Decides where a section is.
    pub(super) fn resolve_section(&mut self, id: SectionId) -> Result<SectionPlacement, LoadError> {
        let object = self.object(id.object);
        let member = self.member(id.object);
        let section = object.section(id.section)?;
        if section.kind == SectionKind::Unwinding {
            return Ok(SectionPlacement::Loaded(self.load(id, &section, None)));
        }
        if let Some(earlier) = member.and_then(|member| self.session.placement(member, id.section)) {
            return Ok(SectionPlacement::Existing(earlier));
        }
        match self.decided.get(&id) {
            Some(Some(address)) => return Ok(SectionPlacement::Existing(Placement::Address(*address))),
            Some(None) => return Ok(SectionPlacement::Loaded(self.load(id, &section, None))),
            None => {}
        }
        let name = match section.kind {
            SectionKind::Variable | SectionKind::ThreadLocal => object.name_of_variable(id.section)?,
            SectionKind::Code | SectionKind::Constant | SectionKind::Unwinding => object.name_of_section(id.section)?,
        };
        if let Some(name) = &name {
            let existing = match section.kind {
                SectionKind::Code if member.is_none() && self.leads_to_change(id)? => None,
                SectionKind::Code | SectionKind::Constant => {
                    self.identical_in_image(id, &section, name).map(Placement::Address)
                }
                SectionKind::Unwinding => None,
                SectionKind::Variable | SectionKind::ThreadLocal => {
                    let found = self.existing_variable(&section, name, member.is_some());
                    #[cfg(windows)]
                    let found = match found {
                        Err(LoadError::Ambiguous(_)) => self.described_variable(id, &section, name).map(Some),
                        Ok(None) if name.is_local => self.undescribed_variable(id, name),
                        found => found,
                    };
                    found?
                }
            };
            if let Some(placement) = existing {
                return Ok(SectionPlacement::Existing(placement));
            }
        }
        let is_variable = matches!(section.kind, SectionKind::Variable | SectionKind::ThreadLocal);
        if is_variable && member.is_some_and(|member| member.is_of_c_library) {
            // The rest of the library, which is in the program, would know nothing of this variable.
            self.note_missing(name.map_or("a variable of the C library", |name| name.name));
            return Ok(SectionPlacement::Existing(Placement::Address(0)));
        }
        if section.kind != SectionKind::ThreadLocal {
            return Ok(SectionPlacement::Loaded(self.load(id, &section, None)));
        }
        let name = name.map_or("", |name| name.name);
        let address = self.add_thread_local(id, &section, name)?;
        Ok(SectionPlacement::Existing(Placement::ThreadLocal(address)))
    }

    /// Returns where the image has a function or constant that is what the section would be. `name` is the symbol that
    /// the section is called after.
    pub(super) fn identical_in_image(
        &mut self,
        id: SectionId,
        section: &Section<'_>,
        name: &Symbol<'_>,
    ) -> Option<u64> {
        let Definition::Section { offset, .. } = name.definition else {
            return None;
        };
        if section.kind == SectionKind::Code && self.member(id.object).is_some() {
            // A function that a library exports is what its name says; a private one may be any file's.
            let found = self.find_in_image(name.name)?;
            let is_it = found.tls_module.is_none() && !name.is_local;
            return is_it.then(|| found.value.wrapping_sub(offset));
        }
        if offset != 0 || name.size != section.size {
            return None;
        }
        let versions = self.session.versions(name.name).cloned();
        if section.kind == SectionKind::Code
            && let Some(stub) = self.stub_in(id)
        {
            // After a reload, only the body tells what a function is in the sources of the line, unless it is the same
            // in all of them.
            let found = self.function_of_stub(stub, name.name);
            return found.filter(|_| versions.is_none());
        }
        if let Some(versions) = versions {
            let of_size = versions
                .loaded
                .iter()
                .rev()
                .filter(|version| version.size == section.size);
            let mut addresses = of_size.map(|version| version.address);
            if let Some(version) = addresses.find(|&address| self.is_identical_at(id, address)) {
                return Some(version);
            }
        }
        let found: Vec<_> = self.image.find(name.name).collect();
        let mut addresses = found
            .into_iter()
            .filter(|found| found.tls_module.is_none() && found.may_have_size(name.size))
            .map(|found| found.value);
        addresses.find(|&address| self.is_identical_at(id, address))
    }

    /// Returns where the variable of that name is, in the image or from an earlier line.
    fn existing_variable(
        &self,
        section: &Section<'_>,
        name: &Symbol<'_>,
        is_of_library: bool,
    ) -> Result<Option<Placement>, LoadError> {
        let Definition::Section { offset, .. } = name.definition else {
            return Ok(None);
        };
        let earlier = self.session.variables.get(name.name);
        let same = earlier
            .filter(|LoadedVariable { size, initially, .. }| *size == section.size && **initially == *section.data);
        if let Some(same) = same.filter(|same| same.is_reloaded) {
            return Ok(Some(same.placement));
        }
        let found = match self.find_in_image(name.name) {
            None => self.find_piece(name)?,
            found => found,
        };
        if let Some(found) = found {
            if !found.may_have_size(name.size) || found.tls_module.is_some() != name.is_thread_local {
                return Err(LoadError::Changed(name.name.into()));
            }
            if name.is_local && self.is_ambiguous(name.name) {
                return Err(LoadError::Ambiguous(name.name.into()));
            }
            let start = found.value.wrapping_sub(offset);
            return Ok(Some(match found.tls_module {
                Some(module) => Placement::ThreadLocal(TlsAddress {
                    module,
                    offset: start,
                    is_lazy: false,
                }),
                None => Placement::Address(start),
            }));
        }
        if is_of_library && name.is_local {
            // Libraries may be in C, whose private names are not unique. Their sections are known by their member.
            return Ok(None);
        }
        Ok(same.map(|variable| variable.placement))
    }

    /// Returns the only piece of a variable that LLVM took to pieces, if it is as large as the variable was. Each piece
    /// is called after the variable, with its number or, where one bit is left of it, with a `b`.
    fn find_piece(&self, name: &Symbol<'_>) -> Result<Option<ImageSymbol>, LoadError> {
        let find = |suffix: &str| self.find_in_image(&format!("{}.{suffix}", name.name));
        let (first, second, bit) = (find("0"), find("1"), find("b"));
        match first {
            None if bit.is_none() => Ok(None),
            Some(first) if first.size == name.size && second.is_none() && bit.is_none() => Ok(Some(first)),
            _ => Err(LoadError::Pieces(name.name.into())),
        }
    }

    /// Finds room for a thread-local that the program does not have.
    fn add_thread_local(&mut self, id: SectionId, section: &Section<'_>, name: &str) -> Result<TlsAddress, LoadError> {
        let offset = self.tls_used.next_multiple_of(section.align);
        if section.align > tls::ALIGN || offset + section.size > tls::SIZE as u64 {
            return Err(LoadError::ThreadLocalRoom(name.into()));
        }
        let is_zero = section.data.iter().all(|&byte| byte == 0);
        let is_lazy = !is_zero || !self.object(id.object).relocations(id.section)?.is_empty();
        let address = self.host.thread_locals.in_block(offset, is_lazy);
        let address = address.ok_or_else(|| LoadError::ThreadLocalRoom(name.into()))?;
        self.tls_used = offset + section.size;
        if is_lazy {
            self.load(id, section, Some(offset));
        } else {
            self.zeroed_thread_locals.push((id, offset));
        }
        Ok(address)
    }
}
