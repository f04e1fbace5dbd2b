//! What is wrong with how a user uses `#[hookable]` or `hook!`.

use proc_macro2::Span;

/// A mistake of the user's. Each says what to do, and is reported at the tokens that are to be changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misuse {
    /// The attribute stands on an item that is no function and has none in it.
    #[error(
        "`#[hookable]` cannot stand on {0}: put it on the function, `impl`, `trait` or `mod` in which `hook!` stands"
    )]
    OnItem(&'static str),
    /// The attribute stands on a method of a trait that has no body.
    #[error("`#[hookable]` needs a function with a body: put it on the implementation, or on a default method")]
    OnMethodWithoutBody,
    /// The attribute has arguments that it does not know.
    #[error(
        "`#[hookable]` takes no arguments but `on_err`, `on_panic`, `step` and `crate = PATH`: options go into `hook!(..)`"
    )]
    AttributeArguments,
    /// The macro has arguments that it does not know.
    #[error("`this_crate!` takes no arguments but `crate = PATH`")]
    CrateArguments,
    /// A hook stands in a function that may run at compile time.
    #[error("`hook!` cannot stand in a `const fn`: it may run at compile time; remove `const`, or the hook")]
    InConstFunction,
    /// A hook stands in code that runs at compile time.
    #[error("`hook!` cannot stand in {0}: it is evaluated at compile time")]
    InConstant(&'static str),
    /// A hook stands in a function that no attribute saw.
    #[error("`hook!` needs `#[hookable]` on the function it stands in")]
    WithoutAttribute,
    /// A hook has an argument that is neither a message nor an option.
    #[error("expected a message in quotes, or one of `read_only`, `target = \"..\"`, `when = EXPR`, `every = N`{0}")]
    NoArgument(&'static str),
    /// A hook has an option twice.
    #[error("`{0}` is given twice")]
    GivenTwice(String),
}

impl Misuse {
    /// Returns the error that rustc reports at this place.
    pub(crate) fn at(self, span: Span) -> syn::Error {
        syn::Error::new(span, self)
    }
}
