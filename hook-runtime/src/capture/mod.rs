//! What the code that the attribute emits names: the site, the markers, the captures.

mod ability;
mod erase;
mod local;
mod marker;
mod site;
mod snapshot;
mod value;

pub use ability::*;
pub use local::*;
pub use marker::*;
pub use site::*;
pub use snapshot::*;
pub use value::*;
