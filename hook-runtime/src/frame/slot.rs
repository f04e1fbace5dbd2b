//! The slot of a hook, into which a line that is typed there is compiled.

/// The slot of a hook as the program has it.
#[derive(Clone, Copy)]
pub struct Code(usize);

/// The record of the crate's call of rustc.
pub struct Recorded {
    /// The folder that it is in.
    pub folder: &'static str,
    /// A hash of what was recorded there when this program was built.
    pub fingerprint: u64,
    /// The number that the attribute gave the hook.
    pub id: u64,
}

impl Code {
    /// Names the code that begins at an address.
    pub(crate) fn at(address: usize) -> Self {
        Code(address)
    }

    /// Gives the address at which the running slot begins.
    pub(crate) fn address(self) -> usize {
        self.0
    }
}
