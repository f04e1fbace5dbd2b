//! A function whose body was left out when the line was compiled is the program's function of that name.
//!
//! Its code in the object is a stub, a reference to a symbol of a name that nothing else has. So a stub is known by its
//! code, and a line that would have a stub in it, or a part of one, is never loaded, whatever became of the stub on the
//! way, and though somebody defines the symbol.

use super::{Resolution, SectionId};
use crate::STUB;
use crate::loader::object::Symbol;

/// Returns whether a symbol is one that a stub refers to.
pub(super) fn is_of_stub(symbol: &Symbol<'_>) -> bool {
    symbol.name.starts_with(STUB)
}

impl Resolution<'_> {
    /// Returns whether a section of the line's crate has a stub in it.
    pub(super) fn is_stub(&self, id: SectionId) -> bool {
        let object = self.object(id.object);
        let Ok(relocations) = object.relocations(id.section) else {
            return false;
        };
        let mut symbols = relocations.iter().map(|relocation| object.symbol(relocation.symbol));
        symbols.any(|symbol| symbol.is_ok_and(|symbol| is_of_stub(&symbol)))
    }

    /// Returns the address of the function that the image has under a name; `None` if it has several of that name.
    pub(super) fn only_function(&self, name: &str) -> Option<u64> {
        let found = self.find_in_image(name)?;
        let is_function = found.tls_module.is_none() && found.size != 0;
        (is_function && !self.is_ambiguous(name)).then_some(found.value)
    }
}
