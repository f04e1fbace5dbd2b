//! The files that the running program consists of: where each is in memory, and what its symbol table says.
#![allow(unsafe_code)]

use std::borrow::Cow;
use std::ffi::{CStr, OsStr};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use object::LittleEndian as LE;
use object::elf::{self, Sym64};
use object::read::elf::{FileHeader as _, SectionHeader as _};

use super::memory::Mapping;
use super::names::{NameTable, plain};
use super::object::{Elf, MACHINE, string};
use super::system::Library;
use crate::LoadError;

/// The program or one of its shared libraries.
pub(super) struct Image {
    path: PathBuf,
    /// The program itself, and not a library.
    is_program: bool,
    /// What is added to an address of the file to get one in memory.
    bias: u64,
    segments: Vec<Segment>,
    /// By which `__tls_get_addr` knows its thread-locals; 0 if it has none.
    pub(super) tls_module: usize,
    symbols: OnceLock<Result<Symbols, LoadError>>,
    library: OnceLock<Library>,
}

/// The bytes of an instruction that stops a program.
#[cfg(target_arch = "x86_64")]
const BREAKPOINT: &[u8] = &[0xcc];
#[cfg(target_arch = "aarch64")]
const BREAKPOINT: &[u8] = &[0x00, 0x20, 0xd4];

struct Segment {
    /// Its addresses in memory.
    range: Range<u64>,
    /// It is as it is in the file.
    constant: bool,
    /// Where its bytes are in the file, and how many: the rest is zero.
    offset: u64,
    len: u64,
}

struct Symbols {
    /// The whole file.
    data: &'static [u8],
    table: &'static [Sym64<LE>],
    strings: &'static [u8],
    names: NameTable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HostSymbol {
    /// Its address, or for a thread-local its place in the module.
    pub(super) value: u64,
    pub(super) size: u64,
    /// The module of a thread-local.
    pub(super) tls_module: Option<usize>,
    pub(super) local: bool,
}

/// All that is loaded now; the program itself first. What was known before stays the same one.
pub(super) fn images(known: &[&'static Image]) -> Vec<&'static Image> {
    let same = |image: &Image| known.iter().find(|known| known.is(image)).copied();
    let all = all().into_iter();
    all.map(|image| same(&image).unwrap_or_else(|| Box::leak(Box::new(image)))).collect()
}

/// Where this thread has the thread-locals of the program.
pub(super) fn only_thread_locals() -> u64 {
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, found: *mut libc::c_void) -> libc::c_int {
        // SAFETY: `info` is valid during the call, and `found` is the number given to `dl_iterate_phdr` below.
        unsafe { *found.cast::<u64>() = (*info).dlpi_tls_data as u64 };
        // The program is the first.
        1
    }
    let mut found = 0_u64;
    // SAFETY: `visit` takes a number, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut found).cast()) };
    found
}

fn all() -> Vec<Image> {
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, images: *mut libc::c_void) -> libc::c_int {
        // SAFETY: `images` is the vector given to `dl_iterate_phdr` below, and `info` is valid during the call, as
        // are the name and the `dlpi_phnum` headers that it points to.
        let (info, images) = unsafe { (&*info, &mut *images.cast::<Vec<Image>>()) };
        // SAFETY: as above.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        // SAFETY: as above; a name is not null and ends in zero.
        let name = unsafe { CStr::from_ptr(info.dlpi_name) };
        let path = if images.is_empty() {
            OsStr::new("/proc/self/exe")
        } else {
            OsStr::from_bytes(name.to_bytes())
        };
        let loaded = headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        let segment = |header: &libc::Elf64_Phdr| {
            let start = info.dlpi_addr.wrapping_add(header.p_vaddr);
            Segment {
                range: start..start + header.p_memsz,
                constant: header.p_flags & libc::PF_W == 0 && header.p_flags & libc::PF_R != 0,
                offset: header.p_offset,
                len: header.p_filesz,
            }
        };
        images.push(Image {
            path: path.into(),
            is_program: images.is_empty(),
            bias: info.dlpi_addr,
            segments: loaded.map(segment).collect(),
            tls_module: info.dlpi_tls_modid,
            symbols: OnceLock::new(),
            library: OnceLock::new(),
        });
        0
    }
    let mut images: Vec<Image> = Vec::new();
    // SAFETY: `visit` takes a vector of images, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut images).cast()) };
    images
}

impl Image {
    /// What tells it from all others that were ever loaded.
    pub(super) fn key(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn is(&self, other: &Image) -> bool {
        (&self.path, self.bias, self.tls_module) == (&other.path, other.bias, other.tls_module)
            && self.range() == other.range()
    }

    /// Where shared libraries define what it refers to. It is not unloaded any more then: what is loaded near it leads to it.
    pub(super) fn library(&self) -> Library {
        *self.library.get_or_init(|| {
            let path = (!self.is_program).then_some(&*self.path);
            path.map_or(Library::OF_PROGRAM, Library::kept)
        })
    }

    pub(super) fn holds(&self, address: u64) -> bool {
        self.segments.iter().any(|segment| segment.range.contains(&address))
    }

    pub(super) fn range(&self) -> Range<u64> {
        let ranges = || self.segments.iter().map(|segment| &segment.range);
        let start = ranges().map(|range| range.start).min().unwrap_or(0);
        start..ranges().map(|range| range.end).max().unwrap_or(start)
    }

    /// The bytes of code or constants. What nobody writes is taken from the file, for a debugger may have put breakpoints into it;
    /// what is constant once the program has started, from memory.
    pub(super) fn contents(&self, address: u64, len: u64) -> Option<Cow<'static, [u8]>> {
        let data = self.symbols.get()?.as_ref().ok()?.data;
        let segment = self.segments.iter().find(|segment| segment.range.contains(&address))?;
        let start = address - segment.range.start;
        let end = start.checked_add(len).filter(|end| *end <= segment.len)?;
        let at = |place: u64| usize::try_from(segment.offset.checked_add(place)?).ok();
        if segment.constant {
            return data.get(at(start)?..at(end)?).map(Cow::Borrowed);
        }
        let mut copy = vec![0; usize::try_from(len).ok()?];
        // SAFETY: it lies within a segment that the system told of. Another thread may write there, if it is no constant: what was
        // copied then is compared, and nothing more.
        unsafe { std::ptr::copy_nonoverlapping(address as *const u8, copy.as_mut_ptr(), copy.len()) };
        Some(Cow::Owned(copy))
    }

    /// Reads the symbol table, if that was not done yet.
    pub(super) fn read_symbols(&self) -> Result<(), LoadError> {
        self.symbols
            .get_or_init(|| self.parse())
            .as_ref()
            .map(|_| ())
            .map_err(LoadError::clone)
    }

    fn parse(&self) -> Result<Symbols, LoadError> {
        let data = Mapping::of(&self.path)?.leak();
        // Of the program, the system knows the file itself.
        if !self.is_program && !self.is_of(data) {
            return Err(LoadError::Replaced(self.path.clone()));
        }
        let unreadable = |error: object::read::Error| LoadError::Read {
            path: std::fs::read_link(&self.path).unwrap_or_else(|_| self.path.clone()),
            reason: error.to_string(),
        };
        let header = Elf::parse(data).map_err(unreadable)?;
        if header.e_machine(LE) != MACHINE {
            return Err(LoadError::Platform);
        }
        let sections = header.sections(LE, data).map_err(unreadable)?;
        let mut table = sections.symbols(LE, data, elf::SHT_SYMTAB).map_err(unreadable)?;
        if table.is_empty() && header.e_entry(LE) == 0 {
            // A stripped library still says what it exports.
            table = sections.symbols(LE, data, elf::SHT_DYNSYM).map_err(unreadable)?;
        }
        if table.is_empty() {
            return Err(LoadError::Stripped(
                std::fs::read_link(&self.path).unwrap_or_else(|_| self.path.clone()),
            ));
        }
        let strings = sections
            .section(table.string_section())
            .and_then(|section| section.data(LE, data));
        let strings = strings.map_err(unreadable)?;
        let mut names = NameTable::with_capacity(table.len());
        for (index, symbol) in (0..).zip(table.symbols()) {
            let named = matches!(
                symbol.st_info.st_type(),
                elf::STT_FUNC | elf::STT_OBJECT | elf::STT_TLS | elf::STT_NOTYPE
            );
            if named && symbol.st_shndx.get(LE) != elf::SHN_UNDEF && symbol.st_name.get(LE) != 0 {
                names.insert(plain(string(strings, symbol.st_name.get(LE)).unwrap_or_default()), index);
            }
        }
        Ok(Symbols {
            data,
            table: table.symbols(),
            strings,
            names,
        })
    }

    /// Whether a file is what was loaded: what is constant is as in memory, but for the breakpoints of a debugger.
    fn is_of(&self, data: &[u8]) -> bool {
        self.segments.iter().filter(|segment| segment.constant).all(|segment| {
            let range = segment.offset as usize..segment.offset.saturating_add(segment.len) as usize;
            let Some(file) = data.get(range) else { return false };
            // SAFETY: a segment that the system told of, readable, and never written but by debuggers.
            let memory = unsafe { std::slice::from_raw_parts(segment.range.start as *const u8, file.len()) };
            file == memory || file.iter().zip(memory).all(|(file, memory)| file == memory || BREAKPOINT.contains(memory))
        })
    }

    /// The symbols of that name; none if the table has not been read.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = HostSymbol> + 'a {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        symbols.into_iter().flat_map(move |Symbols { table, strings, names, .. }| {
            let raw = |index: u32| &table[index as usize];
            let found = names.find(plain(name.as_bytes()), move |index| {
                let known = string(strings, raw(index).st_name.get(LE)).unwrap_or_default();
                known == name.as_bytes() || plain(known) == name.as_bytes()
            });
            found.map(move |index| {
                let symbol = raw(index);
                let thread_local = symbol.st_info.st_type() == elf::STT_TLS;
                let value = symbol.st_value.get(LE);
                HostSymbol {
                    value: if thread_local {
                        value
                    } else {
                        value.wrapping_add(self.bias)
                    },
                    size: symbol.st_size.get(LE),
                    tls_module: thread_local.then_some(self.tls_module),
                    local: symbol.st_info.st_bind() == elf::STB_LOCAL,
                }
            })
        })
    }

    /// The functions that begin at `address`: several where the optimizer found them to be the same.
    pub(super) fn functions_at(&self, address: u64) -> impl Iterator<Item = &'static str> {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        let value = address.wrapping_sub(self.bias);
        symbols.into_iter().flat_map(move |Symbols { table, strings, .. }| {
            let at = table.iter().filter(move |symbol| {
                symbol.st_value.get(LE) == value
                    && symbol.st_info.st_type() == elf::STT_FUNC
                    && symbol.st_shndx.get(LE) != elf::SHN_UNDEF
            });
            at.filter_map(|symbol| str::from_utf8(plain(string(strings, symbol.st_name.get(LE))?)).ok())
        })
    }
}
