//! Text is made readable here: types get short names, sequences become tables and drawings, and control characters are
//! spelled out. All of it is pure.

mod called;
mod columns;
mod fitted;
mod packed;
pub(crate) mod plot;
mod public;
pub(crate) mod rebuild;
mod table;
mod tree;
mod types;
mod visible;

pub(crate) use called::{around_closure, called};
pub(crate) use columns::{beginning, columns};
pub(crate) use fitted::{fitted, wrapped};
pub(crate) use packed::{Packed, Room, packed};
pub(crate) use public::{possible_paths, remember_public_path};
pub(crate) use table::table;
pub(crate) use types::{is_anonymous, path, paths, short};
pub(crate) use visible::{is_obeyed, visible, visible_line};
