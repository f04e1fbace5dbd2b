//! What earlier lines left behind.

use std::collections::HashMap;
use std::ptr;

use crate::loader::archive::ArchiveMember;
use crate::loader::image::Image;
use crate::loader::memory::Arena;
use crate::loader::object::SectionIndex;
use crate::loader::tls::TlsAddress;

#[derive(Default)]
pub(crate) struct Sessions {
    /// Lines near one image have nothing to do with those near another: what one has of a library, the other has not.
    by_image: HashMap<usize, Session>,
    /// So many bytes of the static TLS block are taken.
    pub(crate) tls_used: u64,
}

#[derive(Default)]
pub(crate) struct Session {
    pub(crate) arena: Option<Arena>,
    /// These are variables that the image does not have. A later line that has them too means the same ones.
    pub(crate) variables: HashMap<Box<str>, LoadedVariable>,
    /// Sections of archives are known by their member and index.
    sections: HashMap<(usize, SectionIndex), Placement>,
    /// Loaded functions begin at these addresses.
    functions: HashMap<u64, &'static str>,
}

/// A section that is in memory already is at an address, or in each thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    Address(u64),
    ThreadLocal(TlsAddress),
}

/// An earlier line left this variable. Another of the same name is the same one if it also begins the same.
#[derive(PartialEq, Eq)]
pub(crate) struct LoadedVariable {
    pub(crate) placement: Placement,
    pub(crate) size: u64,
    pub(crate) initially: Box<[u8]>,
}

impl Sessions {
    pub(crate) fn take(&mut self, image: &'static Image) -> Session {
        self.by_image.remove(&image.key()).unwrap_or_default()
    }

    pub(crate) fn put(&mut self, image: &'static Image, session: Session) {
        self.by_image.insert(image.key(), session);
    }

    /// Returns the name of the function that was loaded near an image and begins at an address.
    pub(super) fn function_at(&self, image: &'static Image, address: u64) -> Option<&'static str> {
        self.by_image.get(&image.key())?.functions.get(&address).copied()
    }
}

impl Session {
    /// Returns where a section of an archive is, if it was loaded.
    pub(crate) fn placement(&self, member: &'static ArchiveMember, section: SectionIndex) -> Option<Placement> {
        self.sections.get(&(ptr::from_ref(member).addr(), section)).copied()
    }

    pub(crate) fn add_section(&mut self, member: &'static ArchiveMember, section: SectionIndex, placement: Placement) {
        self.sections.insert((ptr::from_ref(member).addr(), section), placement);
    }

    pub(crate) fn add_function(&mut self, address: u64, name: &str) {
        self.functions
            .entry(address)
            .or_insert_with(|| Box::leak(name.to_owned().into_boxed_str()));
    }
}
