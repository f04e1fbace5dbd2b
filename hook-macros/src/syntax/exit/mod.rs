//! The places where an error leaves a function: each `?`, each `return`, and each value at the end of the body. With
//! `#[hookable(on_err)]` a hook stands at each of these *exits*, and sees the error as `err`.
//!
//! [`expose`] finds them and makes of each a call that is no Rust yet: `__hookable_exit(EXPR, AGAIN, IS_RETURNED, {
//! __hookable_exit!(); })`. `AGAIN` is the expression once more, for `:retry`, or the reason why there is none. So the
//! hooks are numbered along with those of the user. Then [`settle`] makes code of it, as far as rustc permits, or the
//! expression alone:
//!
//! ```text
//! (match EXPR {
//!     tried => match checked(tried) {
//!         Ok(whole) => whole,
//!         Err(failed) => { let err = failed; HOOK failed(err) }
//!     }
//! })?
//! ```
//!
//! A `match` keeps what `EXPR` holds for a while alive for as long as it lived without. What the function returns is
//! known to rustc before it reads the value at the end, so such a value goes through `returned(&out, EXPR)`, where
//! `out` has the type that the function returns: an argument is coerced as a returned value is.
//!
//! With `on_panic` a closure stands at the beginning of the function, and in it a hook. It captures nothing, for where
//! a panic begins rustc accepted no borrow; it is called by the panic hook, before anything unwinds.
//!
//! What stands in the tokens of a macro is no exit, for a macro may show their text.

mod expose;
mod obstacle;
mod settle;
#[cfg(test)]
mod tests;

pub(crate) use expose::{expose, expose_panics};
pub(crate) use settle::{SettledExit, settle};

use syn::Expr;

use super::hook::EXIT;

/// The variable that is there while the function runs whose panics are caught.
const UNDER: &str = "__hookable_under";
/// The variable of the type that the function returns.
const OUT: &str = "__hookable_out";

/// What rustc permits at an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExitVerdict {
    /// The hook may have the expression evaluated again.
    Retries,
    /// It may not, for this reason.
    Stops(String),
    /// No hook can stand there.
    Refused,
}

/// Returns whether an expression is an exit that is exposed.
fn is_exposed(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident(EXIT)))
}
