//! The variables of a call.

use std::fmt;
use std::rc::Rc;

use hook_loader::Host;

use crate::DebugInfoError;
use crate::call::Registers;
use crate::file::DebugFile;
use crate::function::{Declared, function};
use crate::location::{Locations, Place};
use crate::memory::ProcessMemory;
use crate::object::{Data, Object, Reading};
use crate::show::{elements, member};
use crate::types::{TypeId, TypeReader, shown_name};

/// A variable of a call, or what is within one.
#[derive(Clone)]
pub struct Variable {
    /// The name in the source.
    pub name: String,
    /// The name of its type, as rustc writes it in debug information.
    pub type_name: String,
    value: Option<Object>,
}

impl fmt::Debug for Variable {
    /// Writes the value, as the `Debug` of its type would if that were derived.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str("<optimized out>"),
        }
    }
}

impl Variable {
    fn of(name: String, object: Object) -> Variable {
        Variable {
            name,
            type_name: shown_name(&*object.reading.types, object.ty),
            value: Some(object),
        }
    }

    /// Returns a field by its name, or by its number in a tuple. What points at a value has the fields of that.
    pub fn field(&self, name: &str) -> Option<Variable> {
        let object = member(self.value.as_ref()?, name)?;
        Some(Variable::of(name.to_owned(), object))
    }

    /// Returns an element of an array, a slice or a vector.
    pub fn element(&self, index: u64) -> Option<Variable> {
        let object = elements(self.value.as_ref()?)?.get(index)?;
        Some(Variable::of(index.to_string(), object))
    }
}

/// Returns the variables of a call that are in scope where it called on, the innermost last. Of several of one name
/// only the innermost is there. Where calls were inlined there, `inlined` says how many of those lie between what is
/// meant and the innermost.
///
/// # Errors
///
/// It returns an error if there is no debug information, or if it does not tell of variables.
pub fn variables(registers: &Registers, inlined: usize) -> Result<Vec<Variable>, DebugInfoError> {
    let host = Host::of_this_process().map_err(|error| DebugInfoError::Program(error.to_string()))?;
    let loaded = host
        .file_at(registers.code() as usize)
        .map_err(|error| DebugInfoError::Program(error.to_string()))?;
    let loaded = loaded.ok_or(DebugInfoError::Loaded)?;
    let file = Rc::new(DebugFile::read(&loaded)?);
    let address = registers.code().wrapping_sub(loaded.bias);
    let unit_id = file.unit_of(address, &loaded.path)?;
    let function = function(&file, unit_id, address)?;
    let unit = file.unit(unit_id)?;
    let memory = ProcessMemory;
    let locations = Locations {
        file: &file,
        unit: &unit,
        registers: *registers,
        bias: loaded.bias,
        memory: &memory,
    };
    let base = locations.frame_base(&function.frame_base);
    let reading = Rc::new(Reading {
        types: Box::new(TypeReader::new(file.clone(), loaded.bias)),
        memory: Box::new(ProcessMemory),
    });
    let place = |declared: &Declared| match &declared.location {
        None => Place::Gone,
        Some(value) if declared.is_constant => constant(value),
        Some(value) => locations.place(value, base),
    };
    let at = function.scopes.len().saturating_sub(1 + inlined);
    let mut found: Vec<Variable> = Vec::new();
    for declared in function.scopes.get(at).map_or(&[][..], |scope| &scope.variables) {
        let (name, ty) = (declared.name.clone(), declared.ty);
        found.retain(|other| other.name != name);
        found.push(variable(name, ty, place(declared), &reading));
    }
    Ok(found)
}

fn variable(name: String, ty: TypeId, place: Place, reading: &Rc<Reading>) -> Variable {
    let data = match place {
        Place::Memory(address) => Some(Data::Memory(address)),
        Place::Bytes(bytes) => Some(Data::Bytes(bytes.into(), 0)),
        Place::Gone => None,
    };
    Variable {
        name,
        type_name: shown_name(&*reading.types, ty),
        value: data.map(|data| Object {
            reading: reading.clone(),
            ty,
            data,
            depth: 0,
        }),
    }
}

/// Returns a value that the optimizer knew.
fn constant(value: &gimli::AttributeValue<crate::file::Reader>) -> Place {
    let bits = crate::types::bits(value).map(u128::to_le_bytes);
    bits.map_or(Place::Gone, |bytes| Place::Bytes(bytes.into()))
}
