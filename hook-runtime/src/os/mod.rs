//! What the console asks of the operating system: room on the stack, Ctrl-C, what another thread waits for, what runs
//! at the end, and the two standard streams without the locks that std puts around them.

pub(crate) mod exit;
pub(crate) mod interrupt;
pub(crate) mod stack;
pub(crate) mod streams;
pub(crate) mod wait;
