//! The files that the running program consists of: where each is in memory, and what its symbol table says.
//!
//! The system tells what is loaded (`loaded`), and defines what an image takes from shared libraries (`dynamic`). Of
//! what an image defines itself, private functions included, only the symbol table in its file tells (`elf`).
//!
//! A library can be unloaded at any time by another thread. So no memory of an image is looked at directly, and
//! [`Image::scope`] keeps an image from being unloaded as soon as loaded code is to refer to it.

#[cfg(any(windows, all(test, target_os = "linux")))]
#[cfg_attr(not(windows), allow(dead_code))]
mod codeview;
#[cfg(windows)]
#[path = "windows/described.rs"]
mod described;
#[cfg_attr(windows, path = "windows/dynamic.rs")]
mod dynamic;
#[cfg(target_os = "linux")]
mod elf;
#[cfg_attr(windows, path = "windows/loaded.rs")]
#[cfg_attr(target_os = "macos", path = "macos/loaded.rs")]
mod loaded;
mod loaded_file;
#[cfg(any(target_os = "macos", all(test, target_os = "linux")))]
pub(super) mod macho;
#[cfg(any(windows, all(test, target_os = "linux")))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod pdb;
#[cfg(any(windows, all(test, target_os = "linux")))]
pub(super) mod pe;
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", allow(dead_code))]
pub(super) mod placed;
#[cfg(any(windows, all(test, target_os = "linux")))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod private_names;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

pub(super) use self::dynamic::{DynamicScope, find_math_function};
#[cfg(target_os = "linux")]
use self::elf::{FileSymbol, SymbolTable};
pub(super) use self::loaded::TlsModule;
#[cfg(target_os = "linux")]
pub(super) use self::loaded::program_thread_locals;
use self::loaded_file::{LoadedFile, Segment};
#[cfg(not(target_os = "linux"))]
use self::placed::{FileSymbol, SymbolTable};
#[cfg(windows)]
pub(super) use self::private_names::DescribedSymbol;
use super::memory::{leak_file, read_process};
use crate::LoadError;

/// An image is the program or one of its shared libraries.
pub(super) struct Image {
    loaded: LoadedFile,
    symbols: OnceLock<Result<SymbolTable, LoadError>>,
    scope: OnceLock<DynamicScope>,
    #[cfg(windows)]
    private_names: private_names::PrivateNames,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ImageSymbol {
    /// The symbol is at this address, or a thread-local at this offset in its module.
    pub(super) value: u64,
    pub(super) size: u64,
    /// Only a thread-local has a module.
    pub(super) tls_module: Option<TlsModule>,
    pub(super) is_local: bool,
    /// No other object could refer to it, as far as is known.
    pub(super) is_private: bool,
}

impl ImageSymbol {
    /// Returns a symbol of which only the address is known.
    pub(super) fn at(address: u64) -> ImageSymbol {
        ImageSymbol {
            value: address,
            size: 0,
            tls_module: None,
            is_local: false,
            is_private: true,
        }
    }

    /// Returns whether something of this size may be there. ELF tells the size; elsewhere `size` is the distance to the
    /// next symbol.
    pub(super) fn may_have_size(&self, size: u64) -> bool {
        match cfg!(target_os = "linux") {
            true => self.size == size,
            false => self.size >= size,
        }
    }
}

/// An instruction that stops a program consists of these bytes.
#[cfg(target_arch = "x86_64")]
const BREAKPOINT: &[u8] = &[0xcc];
#[cfg(target_arch = "aarch64")]
const BREAKPOINT: &[u8] = &[0x00, 0x20, 0xd4];

/// Returns all images that are loaded now, the program itself first. An image that was `known` stays the same value.
pub(super) fn images(known: &[&'static Image]) -> Vec<&'static Image> {
    let same = |loaded: &LoadedFile| known.iter().find(|known| known.loaded.is(loaded)).copied();
    let image = |loaded| {
        &*Box::leak(Box::new(Image {
            loaded,
            symbols: OnceLock::new(),
            scope: OnceLock::new(),
            #[cfg(windows)]
            private_names: private_names::PrivateNames::default(),
        }))
    };
    let all = loaded::all().into_iter();
    all.map(|loaded| same(&loaded).unwrap_or_else(|| image(loaded)))
        .collect()
}

impl Image {
    /// Returns a number that no other image has, of all that were ever loaded.
    pub(super) fn key(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Returns the path to name in messages.
    pub(super) fn path(&self) -> PathBuf {
        let path = &self.loaded.path;
        std::fs::read_link(path).unwrap_or_else(|_| path.clone())
    }

    pub(super) fn tls_module(&self) -> Option<TlsModule> {
        self.loaded.tls_module
    }

    /// Returns where shared libraries define what the image refers to. The image is not unloaded any more then.
    pub(super) fn scope(&self) -> DynamicScope {
        *self.scope.get_or_init(|| {
            let loaded = &self.loaded;
            match loaded.is_program {
                true => DynamicScope::OF_PROGRAM,
                #[cfg(unix)]
                false => DynamicScope::of_library(&loaded.path),
                #[cfg(windows)]
                false => DynamicScope::of_library(loaded.bias),
            }
        })
    }

    pub(super) fn holds(&self, address: u64) -> bool {
        self.segment_at(address).is_some()
    }

    fn segment_at(&self, address: u64) -> Option<&Segment> {
        let mut segments = self.loaded.segments.iter();
        segments.find(|segment| segment.range.contains(&address))
    }

    pub(super) fn range(&self) -> Range<u64> {
        self.loaded.range()
    }

    /// Returns the bytes of code or of constants, if all of them are within one segment of the file. What nobody writes
    /// is taken from the file, for a debugger may have put breakpoints into memory; what is constant only since the
    /// program has started is taken from memory.
    pub(super) fn contents(&self, address: u64, len: u64) -> Option<Cow<'static, [u8]>> {
        let data = self.symbols.get()?.as_ref().ok()?.data;
        let segment = self.segment_at(address)?;
        let start = address - segment.range.start;
        let end = start.checked_add(len).filter(|end| *end <= segment.len)?;
        let in_file = |at: u64| usize::try_from(segment.offset.checked_add(at)?).ok();
        if segment.is_constant {
            return data.get(in_file(start)?..in_file(end)?).map(Cow::Borrowed);
        }
        let mut copy = Vec::with_capacity(usize::try_from(len).ok()?);
        let is_read = read_process(address, len, |bytes| {
            copy.extend_from_slice(bytes);
            true
        });
        is_read.then_some(Cow::Owned(copy))
    }

    /// Reads the symbol table, if that was not done yet. The errors are [`LoadError::Replaced`] for a library whose
    /// file is another now, [`LoadError::Stripped`] for one without symbols, and those of reading.
    pub(super) fn read_symbols(&self) -> Result<(), LoadError> {
        let read = || {
            if self.loaded.is_stripped {
                return Err(LoadError::Stripped(self.path()));
            }
            let data = leak_file(&self.loaded.path)?;
            #[cfg(target_os = "macos")]
            let data = macho::slice_of_this_machine(data);
            // Of the program, Linux knows the file itself.
            let is_certain = self.loaded.is_program && cfg!(target_os = "linux");
            if !is_certain && !self.is_of(data) {
                return Err(LoadError::Replaced(self.path()));
            }
            #[cfg(windows)]
            return pe::symbol_table(data, &self.path());
            #[cfg(not(windows))]
            SymbolTable::parse(data, &self.path())
        };
        let symbols = self.symbols.get_or_init(read);
        symbols.as_ref().map(|_| ()).map_err(LoadError::clone)
    }

    /// Returns the bytes of the file, and what is added to an address in it to get one in memory. The errors are those
    /// of [`Image::read_symbols`].
    pub(super) fn file(&self) -> Result<(&'static [u8], u64), LoadError> {
        self.read_symbols()?;
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        let data = symbols.map_or(&[][..], |symbols| symbols.data);
        Ok((data, self.loaded.bias))
    }

    /// Returns whether a file is what was loaded: its constant parts are in memory, but for breakpoints of a debugger.
    fn is_of(&self, data: &[u8]) -> bool {
        let mut constant = self.loaded.segments.iter().filter(|segment| segment.is_constant);
        constant.all(|segment| {
            let range = segment.offset as usize..segment.offset.saturating_add(segment.len) as usize;
            let Some(mut rest) = data.get(range) else { return false };
            read_process(segment.range.start, rest.len() as u64, |memory| {
                let (file, behind) = rest.split_at(memory.len());
                rest = behind;
                let is_same = |(file, memory): (&u8, &u8)| file == memory || BREAKPOINT.contains(memory);
                file == memory || file.iter().zip(memory).all(is_same)
            })
        })
    }

    /// Returns the symbols of that name. There are none before the table was read.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = ImageSymbol> + 'a {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        let found = symbols.into_iter().flat_map(move |symbols| symbols.find(name));
        let found = found.filter_map(|symbol| self.symbol(&symbol));
        #[cfg(windows)]
        let found = private_names::or_else(found, || self.find_private(name));
        found
    }

    fn symbol(&self, symbol: &FileSymbol) -> Option<ImageSymbol> {
        let (value, tls_module) = match symbol.is_thread_local {
            true => (symbol.value, Some(self.loaded.tls_module?)),
            false => (symbol.value.wrapping_add(self.loaded.bias), None),
        };
        Some(ImageSymbol {
            value,
            size: symbol.size,
            tls_module,
            is_local: symbol.is_local,
            is_private: symbol.is_private,
        })
    }

    /// Returns the names of the functions in whose names is `part`, and whether any object could call them.
    pub(super) fn shared_functions(&self, part: &str) -> impl Iterator<Item = (&'static str, bool)> {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        symbols
            .into_iter()
            .flat_map(move |symbols| symbols.shared_functions(part))
    }

    /// Returns the addresses of the variables whose names contain `part`, each with its size, and the address of some
    /// function that is named by the same scheme. There are none before the table was read.
    pub(super) fn variables(&self, part: &str) -> Vec<(u64, u64, u64)> {
        let Some(symbols) = self.symbols.get().and_then(|symbols| symbols.as_ref().ok()) else {
            return Vec::new();
        };
        let at = |value: u64| value.wrapping_add(self.loaded.bias);
        let mut known: HashMap<&[u8], Option<u64>> = HashMap::new();
        // std may have names of the newer scheme, whatever the program has.
        let of_linkers = || match symbols.functions().any(|(_, name)| name.starts_with("_Z")) {
            true => b"_Z",
            false => b"_R",
        };
        let found = symbols.variables(part).filter_map(|(value, size, name)| {
            // The debug information has other names than linkers.
            let scheme = match name.get(..2)? {
                scheme @ (b"_Z" | b"_R") => scheme,
                _ => of_linkers(),
            };
            let function = *known.entry(scheme).or_insert_with(|| {
                let mut functions = symbols.functions();
                functions
                    .find(|(_, name)| name.as_bytes().starts_with(scheme))
                    .map(|(value, _)| value)
            });
            Some((at(value), size, at(function?)))
        });
        found.collect()
    }

    /// Returns the addresses and the names of all functions. There are none before the table was read.
    pub(super) fn functions(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        let all = symbols.into_iter().flat_map(|symbols| symbols.functions());
        all.map(|(value, name)| (value.wrapping_add(self.loaded.bias), name))
    }

    /// Returns the names of all functions that begin at some addresses.
    pub(super) fn names_of(&self, addresses: &HashSet<u64>) -> HashMap<u64, Vec<&'static str>> {
        let mut names: HashMap<u64, Vec<&str>> = HashMap::new();
        for (address, name) in self.functions().filter(|(address, _)| addresses.contains(address)) {
            names.entry(address).or_default().push(name);
        }
        names
    }

    /// Returns the names of the functions that begin at `address`. There are several where the optimizer found them to
    /// be the same.
    pub(super) fn functions_at(&self, address: u64) -> impl Iterator<Item = &'static str> {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        let value = address.wrapping_sub(self.loaded.bias);
        symbols.into_iter().flat_map(move |symbols| symbols.functions_at(value))
    }
}
