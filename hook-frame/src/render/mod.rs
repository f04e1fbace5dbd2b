//! Text is made readable here: types get short names, sequences become tables and drawings, and control characters are
//! spelled out. All of it is pure.

mod called;
mod columns;
mod fitted;
mod packed;
pub mod plot;
mod public;
pub mod rebuild;
mod table;
mod tree;
mod types;
mod visible;

pub use called::{around_closure, called};
pub use columns::{beginning, columns};
pub use fitted::{fitted, wrapped};
pub(crate) use packed::Room;
pub use packed::{Packed, packed};
pub use public::{ask_for, possible_paths, remember_public_path};
pub use table::table;
pub use types::{is_anonymous, is_open, path, paths, short};
pub(crate) use visible::is_obeyed;
pub use visible::{visible, visible_line};
