//! The tables of methods behind trait objects. rustc describes each as a variable, whose type names the type that has
//! the methods.

use std::collections::HashMap;

use gimli::{AttributeValue, Operation, UnitOffset, constants as dw};

use super::TypeId;
use crate::DebugInfoError;
use crate::file::{DebugFile, Unit};

/// The type that each table has the methods of, by the address of the table in the file.
pub(super) type Vtables = HashMap<u64, TypeId>;

/// Returns all tables that a file describes. A unit that cannot be read has none.
pub(super) fn all(file: &DebugFile) -> Vtables {
    let mut tables = Vtables::new();
    let mut headers = file.dwarf.units();
    while let Ok(Some(header)) = headers.next() {
        let Some(id) = header.debug_info_offset() else { continue };
        let Ok(unit) = file.unit(id.0) else { continue };
        let _ = gather(file, &unit, id.0, &mut tables);
    }
    tables
}

fn gather(file: &DebugFile, unit: &Unit, id: usize, tables: &mut Vtables) -> Result<(), DebugInfoError> {
    let mut entries = unit.entries_raw(None)?;
    while !entries.is_empty() {
        let (offset, depth) = (entries.next_offset(), entries.next_depth());
        let Some(abbreviation) = entries.read_abbreviation()? else {
            continue;
        };
        entries.skip_attributes(abbreviation.attributes())?;
        // A variable of a function is deeper.
        if depth == 1 && abbreviation.tag() == dw::DW_TAG_variable {
            tables.extend(table(file, unit, id, offset));
        }
    }
    Ok(())
}

/// Reads a variable. Returns `None` if it is no table.
fn table(file: &DebugFile, unit: &Unit, id: usize, offset: UnitOffset) -> Option<(u64, TypeId)> {
    let entry = unit.entry(offset).ok()?;
    let (of, at) = file.reference(id, &entry.attr_value(dw::DW_AT_type)?)?;
    if of != id {
        return None;
    }
    let ty = unit.entry(UnitOffset(at)).ok()?;
    let (unit_of, offset) = file.reference(id, &ty.attr_value(dw::DW_AT_containing_type)?)?;
    let AttributeValue::Exprloc(expression) = entry.attr_value(dw::DW_AT_location)? else {
        return None;
    };
    let mut operations = expression.operations(unit.encoding());
    let address = match operations.next().ok()?? {
        Operation::Address { address } => address,
        Operation::AddressIndex { index } => file.dwarf.address(unit, index).ok()?,
        _ => return None,
    };
    let holder = TypeId { unit: unit_of, offset };
    Some((address, holder))
}
