//! The variables of a function at an address of its code.

use gimli::{AttributeValue, EntriesTreeNode, UnitOffset, constants as dw};

use crate::DebugInfoError;
use crate::file::{DebugFile, Entry, Reader, Unit};
use crate::types::{EntryReader, TypeId};

/// A variable that is in scope.
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) ty: TypeId,
    /// Where its value is, as an expression, a list of them by address, or the value itself.
    pub(crate) location: Option<AttributeValue<Reader>>,
    pub(crate) is_constant: bool,
}

/// A function, or one that was inlined into it.
#[derive(Default)]
pub(crate) struct Scope {
    pub(crate) variables: Vec<Declared>,
}

/// The functions that the code at an address is of: the one that was called, and in it those that were inlined.
pub(crate) struct Function {
    /// Says where the frame of a call begins.
    pub(crate) frame_base: AttributeValue<Reader>,
    /// From the function that was called inwards.
    pub(crate) scopes: Vec<Scope>,
}

/// Reads the function of a unit that has the code at an address of the file.
pub(crate) fn function(file: &DebugFile, unit_id: usize, address: u64) -> Result<Function, DebugInfoError> {
    let unit = file.unit(unit_id)?;
    let offset = find(file, &unit, address)?.ok_or(DebugInfoError::NoVariables)?;
    let mut tree = unit.entries_tree(Some(offset))?;
    let root = tree.root()?;
    // A function has none where only the lines of its code are known.
    let frame_base = root.entry().attr_value(dw::DW_AT_frame_base);
    let mut function = Function {
        frame_base: frame_base.ok_or(DebugInfoError::NoVariables)?,
        scopes: vec![Scope::default()],
    };
    let reader = EntryReader {
        file,
        unit: &unit,
        id: unit_id,
    };
    walk(&reader, root, address, &mut function.scopes)?;
    Ok(function)
}

/// Finds the entry of the function that has the code at an address.
fn find(file: &DebugFile, unit: &Unit, address: u64) -> Result<Option<UnitOffset>, DebugInfoError> {
    let mut entries = unit.entries_raw(None)?;
    while !entries.is_empty() {
        let offset = entries.next_offset();
        let Some(abbreviation) = entries.read_abbreviation()? else {
            continue;
        };
        entries.skip_attributes(abbreviation.attributes())?;
        if abbreviation.tag() == dw::DW_TAG_subprogram && contains(file, unit, &unit.entry(offset)?, address)? {
            return Ok(Some(offset));
        }
    }
    Ok(None)
}

/// Returns whether the code of an entry is at an address.
fn contains(file: &DebugFile, unit: &Unit, entry: &Entry, address: u64) -> Result<bool, DebugInfoError> {
    let mut ranges = file.dwarf.die_ranges(unit, entry)?;
    while let Some(range) = ranges.next()? {
        if range.begin <= address && address < range.end {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Adds the variables below an entry that are in scope at an address.
fn walk(
    reader: &EntryReader<'_>,
    node: EntriesTreeNode<'_, '_, Reader>,
    address: u64,
    scopes: &mut Vec<Scope>,
) -> Result<(), DebugInfoError> {
    let mut children = node.children();
    while let Some(child) = children.next()? {
        let entry = child.entry();
        match entry.tag() {
            dw::DW_TAG_formal_parameter | dw::DW_TAG_variable => {
                if let (Some(variable), Some(scope)) = (declared(reader, entry), scopes.last_mut()) {
                    scope.variables.push(variable);
                }
            }
            dw::DW_TAG_lexical_block if contains(reader.file, reader.unit, entry, address)? => {
                walk(reader, child, address, scopes)?;
            }
            dw::DW_TAG_inlined_subroutine if contains(reader.file, reader.unit, entry, address)? => {
                scopes.push(Scope::default());
                walk(reader, child, address, scopes)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads a variable. What is the same in all copies of an inlined function is said at another entry.
fn declared(reader: &EntryReader<'_>, entry: &Entry) -> Option<Declared> {
    let origin = entry.attr_value(dw::DW_AT_abstract_origin);
    let origin = origin.and_then(|origin| reader.file.reference(reader.id, &origin));
    let origin = origin.filter(|(unit, _)| *unit == reader.id);
    let origin = origin.and_then(|(_, offset)| reader.unit.entry(UnitOffset(offset)).ok());
    let name = reader.name(entry).or_else(|| reader.name(origin.as_ref()?))?;
    let ty = reader.type_of(entry).or_else(|| reader.type_of(origin.as_ref()?))?;
    let constant = entry.attr_value(dw::DW_AT_const_value);
    let is_constant = constant.is_some();
    Some(Declared {
        name,
        ty,
        location: constant.or_else(|| entry.attr_value(dw::DW_AT_location)),
        is_constant,
    })
}
