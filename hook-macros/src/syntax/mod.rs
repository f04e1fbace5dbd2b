//! What every later step reads of the source: spans, tokens, functions, hooks, and the path of the crate `hookable`
//! itself.

pub(crate) mod exit;
pub(crate) mod function;
pub(crate) mod grouped;
pub(crate) mod hook;
pub(crate) mod location;
pub(crate) mod misuse;
pub(crate) mod root;
