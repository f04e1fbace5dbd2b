//! The values that lines leave for later ones.

pub mod held;
pub mod kept;
