//! A line that is typed at a hook is compiled into the slot of that hook.

use std::marker::PhantomData;

/// Identifies the slot of a hook in the program by the address of its code. It is kept in the frames of the user's
/// functions, so it is no larger than an address.
#[derive(Clone, Copy)]
pub struct Code(usize);

/// This is set in the address of a function that is no slot. Addresses that have it are the kernel's.
const NO_SLOT: usize = 1 << (usize::BITS - 1);

/// Identifies the slot of a hook at which the function can be left with a value of the type `R`.
pub struct ReturningCode<R>(Code, PhantomData<fn() -> R>);

/// Names the record of the crate's call of rustc.
pub struct Recorded {
    /// The folder that it is in.
    pub folder: &'static str,
    /// A hash of what was recorded there when this program was built.
    pub fingerprint: u64,
    /// The number that the attribute gave the hook.
    pub id: u64,
    /// The path of the crate `hookable` in the crate.
    pub root: &'static str,
}

impl<R> ReturningCode<R> {
    /// Says of a slot that lines in it can return a value of this type.
    pub fn of(code: Code) -> Self {
        ReturningCode(code, PhantomData)
    }

    /// Returns the slot.
    pub fn code(self) -> Code {
        self.0
    }
}

impl Code {
    /// Names the slot whose code begins at an address.
    ///
    /// # Safety
    ///
    /// The code of a slot is there, and stays there.
    #[allow(unsafe_code)]
    pub unsafe fn at(address: usize) -> Self {
        Code(address)
    }

    /// Names a function that is no slot. It tells which file a hook is in that was not reached, so no line is called
    /// there.
    pub fn of_file(address: usize) -> Self {
        Code(address | NO_SLOT)
    }

    /// Returns whether a slot is at the address.
    pub fn is_slot(self) -> bool {
        self.0 & NO_SLOT == 0
    }

    /// Returns the address at which the code begins.
    pub fn address(self) -> usize {
        self.0 & !NO_SLOT
    }
}
