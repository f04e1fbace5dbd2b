//! What the code that the attribute emits names: the site, the markers, the captures.

mod ability;
mod erase;
mod like;
mod line;
mod local;
mod marker;
mod save;
mod site;
mod slot;
mod snapshot;
mod value;

pub use ability::*;
pub use like::*;
pub use line::*;
pub use local::*;
pub use marker::*;
pub use save::*;
pub use site::*;
pub use slot::*;
pub use snapshot::*;
pub use value::*;
