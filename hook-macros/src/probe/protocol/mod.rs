//! What the two sides of a probe say to each other: the rustc that asks, and the one that is asked.

pub(crate) mod facts;
pub(crate) mod table;
mod tag;

pub(crate) use tag::{Role, Tag};
