//! The symbol table in the file of an image, where the format gives symbols no size: one ends where the next begins.

use crate::loader::name_table::NameTable;
use crate::loader::object::without_llvm_suffix;

pub(crate) struct SymbolTable {
    /// This is the whole file.
    pub(crate) data: &'static [u8],
    symbols: Vec<PlacedSymbol>,
    names: NameTable,
    /// Symbols begin and sections end at these addresses, as the file counts them, which are in order.
    bounds: Vec<u64>,
    /// Thread-locals begin, and all of them end, at these offsets in the module, which are in order.
    thread_bounds: Vec<u64>,
    /// Only a PDB describes.
    #[cfg_attr(not(windows), allow(dead_code))]
    only_describes: bool,
}

pub(crate) struct PlacedSymbol {
    pub(crate) name: &'static [u8],
    /// The symbol is at this address, as the file counts them, or a thread-local at this offset in its module.
    pub(crate) address: u64,
    pub(crate) is_function: bool,
    pub(crate) is_variable: bool,
    pub(crate) is_thread_local: bool,
    pub(crate) is_local: bool,
    /// The name is that of the debug information, and linkers do not know it.
    pub(crate) is_described: bool,
}

pub(crate) struct FileSymbol {
    /// The symbol is at this address, as the file counts them, or a thread-local at this offset in its module.
    pub(crate) value: u64,
    /// So many bytes are before the next symbol.
    pub(crate) size: u64,
    pub(crate) is_thread_local: bool,
    pub(crate) is_local: bool,
    /// Whether other objects could refer to it is not known.
    pub(crate) is_private: bool,
}

impl SymbolTable {
    /// Returns the table of these symbols. `bounds` are where anything begins or ends, each in its section, and
    /// `thread_locals` has so many bytes.
    pub(crate) fn of(
        data: &'static [u8],
        symbols: Vec<PlacedSymbol>,
        mut bounds: Vec<u64>,
        thread_locals: u64,
    ) -> SymbolTable {
        bounds.sort_unstable();
        let thread_bounds = symbols.iter().filter(|symbol| symbol.is_thread_local);
        let mut thread_bounds: Vec<u64> = thread_bounds.map(|symbol| symbol.address).collect();
        thread_bounds.push(thread_locals);
        thread_bounds.sort_unstable();
        let mut names = NameTable::with_capacity(symbols.len());
        for (index, symbol) in (0..).zip(&symbols) {
            names.insert(without_llvm_suffix(symbol.name), index);
        }
        SymbolTable {
            data,
            only_describes: symbols.iter().all(|symbol| symbol.is_described || !symbol.is_local),
            symbols,
            names,
            bounds,
            thread_bounds,
        }
    }

    /// Returns the symbols of that name, whatever LLVM put behind it here or there.
    pub(crate) fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = FileSymbol> + 'a {
        self.called(name, false)
    }

    /// Returns the symbols that the debug information calls so.
    #[cfg_attr(not(windows), allow(dead_code))]
    pub(crate) fn find_described<'a>(&'a self, name: &'a str) -> impl Iterator<Item = FileSymbol> + 'a {
        self.called(name, true)
    }

    /// Returns whether what is private has only the names of the debug information.
    #[cfg_attr(not(windows), allow(dead_code))]
    pub(crate) fn only_describes(&self) -> bool {
        self.only_describes
    }

    fn called<'a>(&'a self, name: &'a str, is_described: bool) -> impl Iterator<Item = FileSymbol> + 'a {
        let found = self.names.find(without_llvm_suffix(name.as_bytes()), move |index| {
            let symbol = &self.symbols[index as usize];
            let is_it = symbol.name == name.as_bytes() || without_llvm_suffix(symbol.name) == name.as_bytes();
            is_it && symbol.is_described == is_described
        });
        found.map(move |index| {
            let symbol = &self.symbols[index as usize];
            FileSymbol {
                value: symbol.address,
                size: self.size_of(symbol),
                is_thread_local: symbol.is_thread_local,
                is_local: symbol.is_local,
                is_private: true,
            }
        })
    }

    /// Returns none: it is not known which functions any object could call.
    pub(crate) fn shared_functions(&self, _: &str) -> impl Iterator<Item = (&'static str, bool)> {
        std::iter::empty()
    }

    /// Returns how many bytes there are from a symbol on to the next one, or to the end of the section.
    fn size_of(&self, symbol: &PlacedSymbol) -> u64 {
        let bounds = match symbol.is_thread_local {
            true => &self.thread_bounds,
            false => &self.bounds,
        };
        let next = bounds.partition_point(|bound| *bound <= symbol.address);
        bounds.get(next).map_or(0, |bound| bound - symbol.address)
    }

    /// Returns the addresses, as the file counts them, and the names of all functions.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let functions = self
            .symbols
            .iter()
            .filter(|symbol| symbol.is_function && !symbol.is_described);
        functions.filter_map(|symbol| Some((symbol.address, name_of(symbol)?)))
    }

    /// Returns the addresses, as the file counts them, the sizes and the names of the variables whose names contain
    /// `part`.
    pub(crate) fn variables(&self, part: &str) -> impl Iterator<Item = (u64, u64, &'static [u8])> {
        let part = part.as_bytes();
        let named = move |symbol: &&PlacedSymbol| symbol.name.windows(part.len().max(1)).any(|window| window == part);
        let found = self.symbols.iter().filter(|symbol| symbol.is_variable).filter(named);
        found.map(|symbol| (symbol.address, self.size_of(symbol), symbol.name))
    }

    /// Returns the names of the functions that begin at an address as the file counts them, those of the debug
    /// information last.
    pub(crate) fn functions_at(&self, value: u64) -> impl Iterator<Item = &'static str> {
        let of_linkers = self.symbols.iter().filter(|symbol| !symbol.is_described);
        let others = self.symbols.iter().filter(|symbol| symbol.is_described);
        let is_at = move |symbol: &&PlacedSymbol| symbol.address == value && symbol.is_function;
        of_linkers.chain(others).filter(is_at).filter_map(name_of)
    }
}

fn name_of(symbol: &PlacedSymbol) -> Option<&'static str> {
    str::from_utf8(without_llvm_suffix(symbol.name)).ok()
}
