//! What is private in an image whose symbol table describes such symbols in another way than linkers name them.

use super::{DescribedSymbol, Image, ImageSymbol, pe};

impl Image {
    /// Takes note of how the objects of one crate, or a member of an archive, describe symbols.
    pub(crate) fn learn_private_names(&self, described: &[DescribedSymbol<'_>]) {
        self.private_names.learn(described);
    }

    /// Returns whether descriptions are all that the symbol table has of what is private.
    pub(crate) fn only_describes(&self) -> bool {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        symbols.is_some_and(|symbols| symbols.only_describes())
    }

    /// Returns whether it is known how the symbol table would describe a symbol.
    pub(crate) fn would_know(&self, name: &str) -> bool {
        self.private_names.description(name).is_some()
    }

    /// Returns what is in the file of the image for some addresses in memory, before the system has written any.
    pub(crate) fn initial(&self, address: u64, len: u64) -> Option<&'static [u8]> {
        let data = self.symbols.get()?.as_ref().ok()?.data;
        let address = address.checked_sub(self.loaded.bias)?;
        pe::initial(data, u32::try_from(address).ok()?, u32::try_from(len).ok()?)
    }

    /// Returns how many symbols are described as this one is.
    pub(crate) fn sharing_description(&self, name: &str) -> usize {
        self.private_names.sharing(name)
    }

    /// Returns the symbols that have the description of one of this name.
    pub(super) fn find_private(&self, name: &str) -> Vec<ImageSymbol> {
        let symbols = self.symbols.get().and_then(|symbols| symbols.as_ref().ok());
        let Some((symbols, description)) = symbols.zip(self.private_names.description(name)) else {
            return Vec::new();
        };
        let mut found: Vec<ImageSymbol> = Vec::new();
        for symbol in symbols.find_described(&description) {
            if let Some(symbol) = self.symbol(&symbol)
                && found.iter().all(|known| known.value != symbol.value)
            {
                found.push(symbol);
            }
        }
        found
    }
}
