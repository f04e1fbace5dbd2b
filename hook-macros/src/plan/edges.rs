//! Whether the function around a hook can be left at the hook, with a value that is typed there.

use syn::{ReturnType, Type};

use crate::scope::{Scopes, Site};

/// The way out of the function at a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReturnEdge {
    /// The hook may return a value from the function.
    Possible,
    /// It may not, for this reason.
    Refused(String),
}

/// The edge of each site.
pub(crate) type ReturnEdges = Vec<ReturnEdge>;

/// The reason of a function that has no value to return.
pub(crate) const NEVER: &str = "it never returns, as its type `!` says";

/// Returns the edge of each site; `refused` says why rustc accepts none there.
pub(crate) fn return_edges(scopes: &Scopes, refused: &dyn Fn(&Site) -> Option<String>) -> ReturnEdges {
    let edge = |site: &Site| {
        let never = returns_never(scopes, site).then(|| NEVER.to_owned());
        never
            .or_else(|| refused(site))
            .map_or(ReturnEdge::Possible, ReturnEdge::Refused)
    };
    scopes.sites.iter().map(edge).collect()
}

fn returns_never(scopes: &Scopes, site: &Site) -> bool {
    matches!(&scopes.bodies[site.body].output, Some(ReturnType::Type(_, ty)) if matches!(**ty, Type::Never(_)))
}
