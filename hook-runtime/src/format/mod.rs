//! The values of the program as text. Its `Debug` and `Display` run within limits, and in a copy of the process where they could
//! do harm.

pub(crate) mod apart;
mod values;

pub(crate) use apart::Patience;
pub(crate) use values::{Form, Shown, compact, compact_all, fitting, fitting_form, full, text};
