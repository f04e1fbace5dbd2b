//! Where a line that is typed at a hook is compiled to.

/// The slot of a hook as the program has it.
#[derive(Clone, Copy)]
pub struct Code(usize);

/// Where the crate's call of rustc is recorded.
pub struct Recorded {
    /// The folder.
    pub folder: &'static str,
    /// Of what was recorded there when this program was built.
    pub fingerprint: u64,
    /// Of the hook.
    pub id: u64,
}

impl Code {
    /// The code that begins at an address.
    pub(crate) fn at(address: usize) -> Self {
        Code(address)
    }

    /// Where the running slot begins.
    pub(crate) fn address(self) -> usize {
        self.0
    }
}
