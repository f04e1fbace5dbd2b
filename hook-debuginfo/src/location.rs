//! Where the value of a variable is.

use gimli::{AttributeValue, EvaluationResult, Expression, Location, Piece, Register, Value};

use crate::call::Registers;
use crate::file::{DebugFile, Reader, Unit};
use crate::memory::Memory;

/// The place of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is in memory.
    Memory(u64),
    /// Its bytes are known.
    Bytes(Vec<u8>),
    /// The optimizer left nothing of it, or it is where nobody can look.
    Gone,
}

/// Evaluates the locations of one call.
pub(crate) struct Locations<'l> {
    pub(crate) file: &'l DebugFile,
    pub(crate) unit: &'l Unit,
    pub(crate) registers: Registers,
    /// What is added to an address of the file.
    pub(crate) bias: u64,
    pub(crate) memory: &'l dyn Memory,
}

impl Locations<'_> {
    /// Returns where the frame of the call begins.
    pub(crate) fn frame_base(&self, value: &AttributeValue<Reader>) -> Option<u64> {
        match self.place(value, None) {
            Place::Memory(address) => Some(address),
            Place::Bytes(bytes) => Some(crate::memory::number(&bytes) as u64),
            Place::Gone => None,
        }
    }

    /// Returns where a value is that an attribute describes.
    pub(crate) fn place(&self, value: &AttributeValue<Reader>, frame_base: Option<u64>) -> Place {
        let found = match value {
            AttributeValue::Exprloc(expression) => self.evaluate(*expression, frame_base),
            other => self
                .listed(other)
                .and_then(|expression| self.evaluate(expression, frame_base)),
        };
        found.unwrap_or(Place::Gone)
    }

    /// Returns the expression for the address of the call, of a list of them.
    fn listed(&self, value: &AttributeValue<Reader>) -> Option<Expression<Reader>> {
        let address = self.registers.code().wrapping_sub(self.bias);
        let mut locations = self.file.dwarf.attr_locations(self.unit, *value).ok()??;
        while let Some(entry) = locations.next().ok()? {
            if entry.range.begin <= address && address < entry.range.end {
                return Some(entry.data);
            }
        }
        None
    }

    fn evaluate(&self, expression: Expression<Reader>, frame_base: Option<u64>) -> Option<Place> {
        let mut evaluation = expression.evaluation(self.unit.encoding());
        evaluation.set_max_iterations(1000);
        let mut result = evaluation.evaluate().ok()?;
        loop {
            result = match result {
                EvaluationResult::Complete => break,
                EvaluationResult::RequiresFrameBase => evaluation.resume_with_frame_base(frame_base?).ok()?,
                EvaluationResult::RequiresRegister { register, .. } => {
                    let value = Value::Generic(self.registers.get(register)?);
                    evaluation.resume_with_register(value).ok()?
                }
                EvaluationResult::RequiresCallFrameCfa => {
                    evaluation.resume_with_call_frame_cfa(self.registers.cfa?).ok()?
                }
                EvaluationResult::RequiresMemory { address, size, .. } => {
                    let value = Value::Generic(self.memory.number(address, size.into())?);
                    evaluation.resume_with_memory(value).ok()?
                }
                EvaluationResult::RequiresRelocatedAddress(address) => evaluation
                    .resume_with_relocated_address(address.wrapping_add(self.bias))
                    .ok()?,
                EvaluationResult::RequiresIndexedAddress { index, .. } => {
                    let address = self.file.dwarf.address(self.unit, index).ok()?;
                    let address = address.wrapping_add(self.bias);
                    evaluation.resume_with_indexed_address(address).ok()?
                }
                _ => return None,
            };
        }
        match &evaluation.result()[..] {
            [piece] => self.piece(piece),
            pieces => self.bytes(pieces).map(Place::Bytes),
        }
    }

    fn piece(&self, piece: &Piece<Reader>) -> Option<Place> {
        Some(match piece.location {
            Location::Address { address } => Place::Memory(address),
            Location::Register { register } => Place::Bytes(self.register(register)?),
            Location::Value { value } => Place::Bytes(value.to_u64(u64::MAX).ok()?.to_le_bytes().into()),
            Location::Bytes { value } => Place::Bytes(value.slice().into()),
            _ => return None,
        })
    }

    fn register(&self, register: Register) -> Option<Vec<u8>> {
        self.registers.get(register).map(|value| value.to_le_bytes().into())
    }

    /// Puts a value together that lies in several places.
    fn bytes(&self, pieces: &[Piece<Reader>]) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        for piece in pieces {
            let len = piece.size_in_bits? / 8;
            let bytes = match self.piece(piece)? {
                Place::Memory(address) => self.memory.read(address, len)?,
                Place::Bytes(bytes) => bytes,
                Place::Gone => return None,
            };
            all.extend(bytes.get(..usize::try_from(len).ok()?)?);
        }
        (!all.is_empty()).then_some(all)
    }
}
