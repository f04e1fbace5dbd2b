//! A call that has not returned.

use gimli::Register;

/// The registers of a call, as they were when it called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    /// The call goes on at this address.
    pub return_address: u64,
    /// The stack pointer.
    pub stack: u64,
    /// The frame pointer: `rbp`, or `x29`.
    pub frame: u64,
    /// What the stack pointer was before the call, if that is known.
    pub cfa: Option<u64>,
}

impl Registers {
    /// Returns an address of the instruction that called on. It is that before the one where the call goes on, which
    /// can be of another line, or of another function where this one never returns.
    pub(crate) fn code(&self) -> u64 {
        self.return_address.wrapping_sub(1)
    }

    /// Returns the value of a register by its number in debug information.
    pub(crate) fn get(&self, register: Register) -> Option<u64> {
        let (frame, stack) = match cfg!(target_arch = "aarch64") {
            true => (29, 31),
            false => (6, 7),
        };
        match register.0 {
            number if number == frame => Some(self.frame),
            number if number == stack => Some(self.stack),
            _ => None,
        }
    }
}
