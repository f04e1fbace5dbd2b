//! The running program, as loaded code sees it.

use std::collections::HashMap;
use std::ptr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::archive::{Member, Placed};
use super::image::{Image, images};
use super::memory::Arena;
use super::system::Library;
use super::tls::ThreadLocals;
use crate::LoadError;

/// The symbols of this process, and what has been loaded into it.
pub struct Host {
    /// All that is loaded, the program itself first. Libraries come and go.
    images: Mutex<Vec<&'static Image>>,
    pub(super) threads: ThreadLocals,
    sessions: Mutex<Sessions>,
}

/// A function of the program, to be loaded anew.
#[derive(Clone, Copy)]
pub struct RunningSlot {
    /// Its mangled name. Where the optimizer made one function out of several equal ones, any of their names.
    pub name: &'static str,
    /// The file that it is in, or that code which was loaded is near to: the program, or a library. What a line refers to is
    /// that file's before anybody else's, as it is for the code around the slot.
    pub(super) image: &'static Image,
}

/// What earlier lines left behind.
#[derive(Default)]
pub(super) struct Sessions {
    /// By the image that they are near. What one has of a library is not what another has of it.
    by_image: HashMap<usize, Session>,
    /// Bytes of the reserve that are given away.
    pub(super) reserved: u64,
}

/// What they left behind for one image.
#[derive(Default)]
pub(super) struct Session {
    pub(super) arena: Option<Arena>,
    /// Variables that the image does not have, by name: a later line that has them too means the same ones.
    pub(super) variables: HashMap<Box<str>, Variable>,
    /// By member of an archive and section.
    placed: HashMap<(usize, u32), Placed>,
    /// Where loaded functions begin.
    functions: HashMap<u64, &'static str>,
}

/// A variable of an earlier line. Another of the same name is the same one if it also begins the same.
#[derive(PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) placed: Placed,
    pub(super) size: u64,
    pub(super) initially: Box<[u8]>,
}

impl Host {
    /// This process. Symbol tables are read when they are needed: some milliseconds for a large program, so ask for a slot in
    /// the background before.
    ///
    /// # Errors
    ///
    /// [`LoadError::Platform`] if the system does not tell what is loaded.
    pub fn of_this_process() -> Result<&'static Host, LoadError> {
        static HOST: OnceLock<Option<Host>> = OnceLock::new();
        let read = || {
            let images = images(&[]);
            let threads = ThreadLocals::of(&images);
            let is_known = !images.is_empty();
            is_known.then(|| Host {
                images: Mutex::new(images),
                threads,
                sessions: Mutex::default(),
            })
        };
        HOST.get_or_init(read).as_ref().ok_or(LoadError::Platform)
    }

    /// The function that begins at `address`, in the program, in one of its shared libraries, or in code that was loaded; `None`
    /// if none does.
    ///
    /// # Errors
    ///
    /// [`LoadError::Stripped`] if the file around it has no symbol table, [`LoadError::Replaced`] if it was built again,
    /// [`LoadError::Read`] if it cannot be read.
    pub fn slot_at(&self, address: usize) -> Result<Option<RunningSlot>, LoadError> {
        let address = address as u64;
        let images = self.images();
        let sessions = self.sessions();
        for &image in &images {
            let session = sessions.by_image.get(&image.key());
            if let Some(name) = session.and_then(|session| session.functions.get(&address)) {
                return Ok(Some(RunningSlot { name, image }));
            }
        }
        drop(sessions);
        let Some(image) = images.into_iter().find(|image| image.holds(address)) else {
            return Ok(None);
        };
        image.read_symbols()?;
        let name = image.functions_at(address).next();
        Ok(name.map(|name| RunningSlot { name, image }))
    }

    /// All that is loaded now.
    pub(super) fn images(&self) -> Vec<&'static Image> {
        let mut known = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        *known = images(&known);
        known.clone()
    }

    /// A thread-local of any library, whose symbols are read for that: module and place.
    pub(super) fn find_thread_local(&self, name: &str) -> Option<(usize, u64)> {
        let images = self.images();
        let libraries = images
            .iter()
            .filter(|image| image.tls_module != 0 && image.read_symbols().is_ok());
        libraries
            .flat_map(|image| image.find(name))
            .find_map(|symbol| Some((symbol.tls_module.filter(|_| !symbol.local)?, symbol.value)))
    }

    /// Held while loading: one line at a time.
    pub(super) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunningSlot {
    /// Where shared libraries define what the image does not.
    pub(super) fn library(&self) -> Library {
        self.image.library()
    }
}

impl Sessions {
    pub(super) fn take(&mut self, image: &'static Image) -> Session {
        self.by_image.remove(&image.key()).unwrap_or_default()
    }

    pub(super) fn put(&mut self, image: &'static Image, session: Session) {
        self.by_image.insert(image.key(), session);
    }
}

impl Session {
    pub(super) fn placed(&self, member: &'static Member, section: u32) -> Option<Placed> {
        self.placed.get(&(ptr::from_ref(member).addr(), section)).copied()
    }

    pub(super) fn place(&mut self, member: &'static Member, section: u32, placed: Placed) {
        self.placed.insert((ptr::from_ref(member).addr(), section), placed);
    }

    pub(super) fn add_function(&mut self, address: u64, name: &str) {
        self.functions
            .entry(address)
            .or_insert_with(|| Box::leak(name.to_owned().into_boxed_str()));
    }
}
