//! A function whose body was left out when the line was compiled is the program's function of that name.
//!
//! Its code in the object is a stub, a reference to a symbol of a name that nothing else has. So a stub is known by its
//! code, and a line that would have a stub in it, or a part of one, is never loaded, whatever became of the stub on the
//! way, and though somebody defines the symbol.

use super::{Resolution, SectionId};
use crate::loader::object::Symbol;
use crate::{OPTIMIZED_STUB, STUB};

/// Returns whether a symbol is one that a stub refers to.
pub(super) fn is_of_stub(symbol: &Symbol<'_>) -> bool {
    symbol.name.starts_with(STUB)
}

impl Resolution<'_> {
    /// Returns the symbol that a stub in a section of the line's crate refers to, if there is one.
    pub(super) fn stub_in(&self, id: SectionId) -> Option<&str> {
        let object = self.object(id.object);
        let relocations = object.relocations(id.section).ok()?;
        let symbols = relocations.iter().map(|relocation| object.symbol(relocation.symbol));
        symbols.flatten().find(is_of_stub).map(|symbol| symbol.name)
    }

    /// Returns the address of the function that a stub with this symbol stands for, which the image has under a name;
    /// `None` if it has several of that name, or if the function may be called in another way than its type says.
    pub(super) fn function_of_stub(&self, stub: &str, name: &str) -> Option<u64> {
        let found = self.find_in_image(name)?;
        let is_function = found.tls_module.is_none() && found.size != 0;
        let is_called_so = !stub.starts_with(OPTIMIZED_STUB) || !found.is_private;
        (is_function && is_called_so && !self.is_ambiguous(name)).then_some(found.value)
    }
}
