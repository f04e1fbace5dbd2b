//! The values of the program are formatted as text. Their `Debug` and `Display` run within limits, and in a copy of the
//! process where they could do harm.

pub(crate) mod apart;
mod limit;
mod values;

pub(crate) use apart::Patience;
pub(crate) use limit::Limit;
pub(crate) use values::{AnyWidth, Form, Formattable, Shown, append, compact, compact_all, fitting, full, text};
