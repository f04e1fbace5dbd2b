//! What earlier lines left behind.

use std::collections::HashMap;
use std::ops::Range;
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
    /// Code and constants that were loaded are at these addresses.
    constant: Vec<Range<u64>>,
    /// Functions that a reload replaced or added, by their names.
    versions: HashMap<Box<str>, Versions>,
    /// Reloaded code differs from the code that it replaces in the number of its build, which is one of these.
    pub(crate) builds: Vec<u64>,
    /// What loaded functions began with, where jumps to newer versions were written.
    pub(crate) overwritten: HashMap<u64, [u8; Patch::LEN]>,
    /// What takes back each reload, the last one last.
    pub(crate) reloads: Vec<UndoReload>,
}

/// A jump that is written over the beginning of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    pub(crate) address: u64,
    pub(crate) before: [u8; Patch::LEN],
    pub(crate) code: [u8; Patch::LEN],
}

impl Patch {
    /// A jump has so many bytes.
    pub(crate) const LEN: usize = if cfg!(target_arch = "x86_64") { 5 } else { 4 };
}

/// What a reload changed.
#[derive(Default)]
pub(crate) struct UndoReload {
    /// They are in the order of their addresses.
    pub(crate) patches: Vec<Patch>,
    /// The versions that functions had before, if they had any.
    pub(crate) versions: Vec<(Box<str>, Option<Versions>)>,
}

/// A function that was reloaded has several versions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions {
    /// That of the image goes on as it is, for those who know it.
    pub(crate) is_image_severed: bool,
    /// The versions that were loaded, the newest last.
    pub(crate) loaded: Vec<Version>,
    /// The newest sources have another one, which was not loaded, since nothing leads to it.
    pub(crate) is_missing: bool,
}

impl Versions {
    /// Returns those of a function that is at these addresses, of these sizes, the newest last.
    pub(crate) fn at(entries: &[(u64, u64)]) -> Versions {
        let version = |&(address, size): &(u64, u64)| Version {
            address,
            size,
            is_severed: false,
        };
        Versions {
            loaded: entries.iter().map(version).collect(),
            ..Versions::default()
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Version {
    pub(crate) address: u64,
    pub(crate) size: u64,
    /// It goes on as it is, for those who know it.
    pub(crate) is_severed: bool,
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
    /// It takes the place of one of the image, in code that is compiled from the sources of the reload that loaded it.
    pub(crate) is_reloaded: bool,
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

    /// Returns the name of the loaded function whose code is at an address.
    pub(super) fn function_around(&self, address: u64) -> Option<&'static str> {
        let mut sessions = self.by_image.values();
        let session = sessions.find(|session| session.is_constant(address, 1))?;
        let before = session.functions.iter().filter(|(begin, _)| **begin <= address);
        before.max_by_key(|(begin, _)| **begin).map(|(_, name)| *name)
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

    /// Returns the versions of a function that was reloaded.
    pub(crate) fn versions(&self, name: &str) -> Option<&Versions> {
        self.versions.get(name)
    }

    /// Sets the versions of a function, and returns those that it had.
    pub(crate) fn set_versions(&mut self, name: &str, versions: Option<Versions>) -> Option<Versions> {
        match versions {
            Some(versions) => self.versions.insert(name.into(), versions),
            None => self.versions.remove(name),
        }
    }

    /// Puts into bytes from an address on what was there before a jump was written.
    pub(crate) fn restore_overwritten(&self, address: u64, bytes: &mut [u8]) {
        if let Some(before) = self.overwritten.get(&address) {
            let len = before.len().min(bytes.len());
            bytes[..len].copy_from_slice(&before[..len]);
        }
    }

    /// Takes note of code and constants that were loaded.
    pub(crate) fn add_constant(&mut self, range: Range<u64>) {
        self.constant.push(range);
    }

    /// Returns whether all of these addresses are those of loaded code and constants, which nobody writes.
    pub(crate) fn is_constant(&self, address: u64, len: u64) -> bool {
        let is_in = |range: &Range<u64>| range.start <= address && address.saturating_add(len) <= range.end;
        self.constant.iter().any(is_in)
    }

    pub(crate) fn add_function(&mut self, address: u64, name: &str) {
        self.functions
            .entry(address)
            .or_insert_with(|| Box::leak(name.to_owned().into_boxed_str()));
    }
}
