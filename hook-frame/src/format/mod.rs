//! The values of the program are formatted as text. Their `Debug` and `Display` run within limits, and in a copy of the
//! process where they could do harm.

pub mod apart;
mod limit;
mod values;

pub use apart::Patience;
pub use limit::Limit;
pub(crate) use values::{AnyWidth, compact_all};
pub use values::{Form, Formattable, Shown, append, compact, fitting, full, text};
