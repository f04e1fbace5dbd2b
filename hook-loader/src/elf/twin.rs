//! Whether a section of an object is the thing of the same name in the running program: its bytes are, and what it refers to is.
//!
//! Code that depends on the line keeps its name: the slot is found by it. Names alone would call the old code, so a function (or
//! constant) of the program is taken only if it is, byte for byte, what the new one would be in its place. What a relocation
//! would write there depends on what it refers to: something that has a name is where the program has it; what has none (the
//! text of a message, a number that code loads, the table of a `dyn`) is compared in turn. Where an optimizer gave a function
//! another interface, or where it cannot be told, the new code is loaded: more work, never wrong, as neither functions nor
//! constants hold state.

use super::image::HostSymbol;
use super::object::{Place, Relocation, Role, TEXT};
use super::relocate::{Source, machine};
use super::resolve::Plan;

/// Constants in constants. More is not looked at.
const DEPTH: u32 = 24;

/// Where a relocation writes, in the object and in the image.
#[derive(Clone, Copy)]
struct Written<'b> {
    old: &'b [u8],
    new: &'b [u8],
    /// In memory.
    place: u64,
    /// The linker took out a word between the code and what it refers to.
    direct: bool,
}

/// `old` is from the running program, where it stands at `start`; `new` is from the object. `leads` tells whether a relocation
/// would write what is there.
fn is_twin(
    old: &[u8],
    new: &[u8],
    start: u64,
    relocations: impl Iterator<Item = Relocation>,
    mut leads: impl FnMut(&Relocation, Written<'_>) -> bool,
) -> bool {
    let mut at = 0;
    for relocation in relocations {
        let Some((source, field)) = machine::form(relocation.kind) else {
            return false;
        };
        let Ok(begin) = usize::try_from(relocation.offset) else {
            return false;
        };
        let end = begin.saturating_add(if source == Source::Hint { 0 } else { field.len() });
        let (Some(old_gap), Some(new_gap)) = (old.get(at..begin), new.get(at..begin)) else {
            return false;
        };
        let direct = old_gap != new_gap;
        if direct && !machine::is_direct(relocation.kind, old_gap, new_gap) {
            return false;
        }
        let (Some(old), Some(new)) = (old.get(begin..end), new.get(begin..end)) else {
            return false;
        };
        let place = start.wrapping_add(relocation.offset);
        let written = Written { old, new, place, direct };
        if source != Source::Hint && !leads(&relocation, written) {
            return false;
        }
        at = end;
    }
    old.len() == new.len() && old[at..] == new[at..]
}

impl Plan<'_> {
    /// Whether the image has at an address what the section would be there.
    pub(super) fn is_at(&mut self, unit: usize, index: u32, address: u64) -> bool {
        self.is_at_depth(unit, index, address, DEPTH)
    }

    fn is_at_depth(&mut self, unit: usize, index: u32, address: u64, depth: u32) -> bool {
        let key = (unit, index, address);
        if let Some(&known) = self.twins.get(&key) {
            return known;
        }
        let object = self.units[unit].object;
        let (Ok(section), Ok(relocations)) = (object.section(index), object.relocations(index)) else {
            return false;
        };
        if depth == 0 || section.data.len() as u64 != section.size {
            return false;
        }
        let Some(old) = self.near.contents(address, section.size) else {
            return false;
        };
        // What comes back here, in a circle, does not tell.
        self.twins.insert(key, true);
        let relocations = relocations.iter().map(Relocation::read);
        let leads = |relocation: &Relocation, written: Written<'_>| self.leads(unit, relocation, written, depth);
        let is_twin = is_twin(&old, section.data, address, relocations, leads);
        if !is_twin {
            // In circles, what was found came of taking this for the same.
            self.twins.clear();
            self.twins.insert(key, false);
        }
        is_twin
    }

    /// Whether a relocation would write what is there.
    fn leads(&mut self, unit: usize, relocation: &Relocation, written: Written<'_>, depth: u32) -> bool {
        let Some((source, field)) = machine::form(relocation.kind) else {
            return false;
        };
        let addend = relocation.addend;
        let writes = |value: u64| {
            let mut bytes = [0; 8];
            let Some(bytes) = bytes.get_mut(..written.new.len()) else {
                return false;
            };
            bytes.copy_from_slice(written.new);
            let done = machine::write(field, bytes, value.wrapping_add_signed(addend), written.place);
            done.is_ok() && bytes == written.old
        };
        let referred = || {
            let value = machine::read(field, written.old, written.place)?;
            Some(value.wrapping_add_signed(addend.wrapping_neg()))
        };
        let Some(named) = self.named(unit, relocation.symbol) else {
            let is_direct = written.direct || matches!(source, Source::Symbol | Source::Callee);
            let address = referred().filter(|_| is_direct);
            return address.is_some_and(|address| {
                self.is_text(unit, relocation, address)
                    .unwrap_or_else(|| self.is_content(unit, relocation.symbol, address, depth))
            });
        };
        let constant = named.constant;
        let found = named.addresses.into_iter().find(|found| match (source, found.tls_module) {
            (Source::Symbol, None) => writes(found.value),
            (Source::Callee, None) => writes(found.value) || self.is_stub_of(referred(), found.value),
            (Source::Pointer, None) if written.direct => writes(found.value),
            (Source::Pointer, None) => self.is_word(referred(), found.value),
            (Source::FromThreadPointer, Some(module)) => {
                let distance = self.host.threads.thread_pointer_offset(module, found.value);
                distance.is_some_and(writes)
            }
            _ => false,
        });
        match (found, constant) {
            (Some(found), Some((unit, index, offset))) => {
                self.is_at_depth(unit, index, found.value.wrapping_sub(offset), depth - 1)
            }
            (found, _) => found.is_some(),
        }
    }

    /// Whether a word of the image is this.
    fn is_word(&self, word: Option<u64>, value: u64) -> bool {
        let word = word.and_then(|word| self.near.contents(word, 8));
        word.is_some_and(|word| *word == value.to_le_bytes())
    }

    /// Whether a function of the image does nothing but jump to another.
    fn is_stub_of(&self, stub: Option<u64>, value: u64) -> bool {
        let word = stub.and_then(|stub| machine::jumps_by(&self.near.contents(stub, 11)?, stub));
        word.is_some() && self.is_word(word, value)
    }

    /// Whether a text that ends in zero is what the image has at an address, to which the addend was added if it is one in the
    /// object, too; `None` if it is none. Linkers keep such a text once, or as the end of another.
    fn is_text(&self, unit: usize, relocation: &Relocation, address: u64) -> Option<bool> {
        let object = self.units[unit].object;
        let symbol = object.symbol(relocation.symbol).ok()?;
        let Place::Section { index, offset } = symbol.place else {
            return None;
        };
        let section = object.section(index).ok()?;
        if section.parts != Some(TEXT) || !object.relocations(index).is_ok_and(<[_]>::is_empty) {
            return None;
        }
        let (offset, address) = match machine::form(relocation.kind) {
            _ if !symbol.of_section => (offset, address),
            // The addend is where in the section the text is, and not where the field ends.
            Some((_, machine::Field::Word64)) => (
                offset.wrapping_add_signed(relocation.addend),
                address.wrapping_add_signed(relocation.addend),
            ),
            _ => return Some(false),
        };
        let text = section.data.get(usize::try_from(offset).ok()?..)?;
        let len = text.iter().position(|&byte| byte == 0)? + 1;
        let old = self.near.contents(address, len as u64);
        Some(old.is_some_and(|old| *old == text[..len]))
    }

    /// Whether the image has at an address what a symbol without a name stands for.
    fn is_content(&mut self, unit: usize, symbol: u32, address: u64, depth: u32) -> bool {
        let object = self.units[unit].object;
        let Ok(symbol) = object.symbol(symbol) else { return false };
        let Place::Section { index, offset } = symbol.place else {
            return false;
        };
        let Ok(section) = object.section(index) else { return false };
        if section.role != Role::Constant {
            return false;
        }
        // The linker moves the parts of such a section each for itself.
        match section.parts {
            Some(part) if part != section.size => {
                let range = usize::try_from(offset)
                    .ok()
                    .and_then(|start| Some(start..start.checked_add(usize::try_from(part).ok()?)?));
                let new = range.and_then(|range| section.data.get(range));
                let is_plain = !symbol.of_section && object.relocations(index).is_ok_and(<[_]>::is_empty);
                let old = self.near.contents(address, part);
                is_plain && part != 0 && old.is_some_and(|old| new == Some(&*old))
            }
            Some(_) if symbol.of_section => false,
            _ => self.is_at_depth(unit, index, address.wrapping_sub(offset), depth - 1),
        }
    }

    /// Where the image has what a symbol stands for, if that has a name.
    fn named(&self, unit: usize, symbol: u32) -> Option<Named> {
        let object = self.units[unit].object;
        let symbol = object.symbol(symbol).ok()?;
        match symbol.place {
            Place::Absolute(value) => Some(Named::at(value)),
            Place::Section { index, offset } => {
                let name = object.name_of_section(index).ok()??;
                let Place::Section { offset: start, .. } = name.place else {
                    return None;
                };
                let mut addresses: Vec<HostSymbol> = self.near.find(name.name).collect();
                for found in &mut addresses {
                    found.value = found.value.wrapping_sub(start).wrapping_add(offset);
                }
                let role = object.section(index).ok()?.role;
                let constant = (role == Role::Constant).then_some((unit, index, offset));
                Some(Named { addresses, constant })
            }
            Place::Undefined => {
                if let Some((unit, symbol)) = self.exports.find(symbol.name) {
                    return self.named(unit, symbol);
                }
                let addresses: Vec<HostSymbol> = self.near.find(symbol.name).collect();
                if !addresses.is_empty() || symbol.thread_local {
                    return Some(Named {
                        addresses,
                        constant: None,
                    });
                }
                Some(self.library.find(symbol.name, false).map_or_else(Named::nowhere, Named::at))
            }
        }
    }
}

/// What has a name.
struct Named {
    addresses: Vec<HostSymbol>,
    /// Its section, and where in that it is, if it has to have the same content, too.
    constant: Option<(usize, u32, u64)>,
}

impl Named {
    fn nowhere() -> Named {
        Named {
            addresses: Vec::new(),
            constant: None,
        }
    }

    fn at(value: u64) -> Named {
        let symbol = HostSymbol {
            value,
            size: 0,
            tls_module: None,
            local: false,
        };
        Named {
            addresses: vec![symbol],
            constant: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "x86_64")]
    const WORD: u32 = 2;
    #[cfg(target_arch = "aarch64")]
    const WORD: u32 = 261;

    fn compare(old: &[u8], new: &[u8], kind: u32, fields: &[u64], leads: bool, expected: bool) {
        let relocations = fields.iter().map(|&offset| Relocation {
            offset,
            kind,
            symbol: 0,
            addend: 0,
        });
        let found = is_twin(old, new, 0x1000, relocations, |relocation, written| {
            assert_eq!(written.place, 0x1000 + relocation.offset);
            assert_eq!(written.old, &old[relocation.offset as usize..][..4]);
            leads
        });
        assert_eq!(found, expected, "{old:?} {new:?}");
    }

    fn check(old: &[u8], new: &[u8], fields: &[u64], expected: bool) {
        compare(old, new, WORD, fields, true, expected);
        compare(old, new, WORD, fields, false, expected && fields.is_empty());
    }

    #[test]
    fn fields_count_by_where_they_lead() {
        check(b"call1234ret", b"call0000ret", &[4], true);
        check(b"call1234ret", b"call0000ret", &[], false);
        check(b"jump1234ret", b"call0000ret", &[4], false);
        check(b"call1234re!", b"call0000ret", &[4], false);
        check(b"12345678", b"00000000", &[0, 4], true);
    }

    #[test]
    fn sizes_do() {
        check(b"abc", b"abcd", &[], false);
        check(b"abcd", b"abc", &[], false);
        check(b"", b"", &[], true);
    }

    #[test]
    fn fields_outside_or_in_disorder_are_no_twin() {
        check(b"abcd", b"abcd", &[2], false);
        check(b"abcd", b"abcd", &[9], false);
        check(b"12345678", b"00000000", &[4, 0], false);
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_word_that_the_linker_took_out() {
        use object::elf::{R_X86_64_GOTPCRELX, R_X86_64_REX_GOTPCRELX};
        let check = |old: &[u8], new: &[u8], kind: u32, expected| compare(old, new, kind, &[3], true, expected);
        let kind = R_X86_64_GOTPCRELX.0;
        check(b"!\x67\xe81234", b"!\xff\x150000", kind, true);
        check(b"?\x67\xe81234", b"!\xff\x150000", kind, false);
        check(b"!\x67\xe91234", b"!\xff\x150000", kind, false);
        let kind = R_X86_64_REX_GOTPCRELX.0;
        check(b"\x48\x8d\x051234", b"\x48\x8b\x050000", kind, true);
        check(b"\x48\x8d\x0d1234", b"\x48\x8b\x050000", kind, false);
        check(b"\x48\x8d\x051234", b"\x48\x8b\x050000", WORD, false);
    }
}
