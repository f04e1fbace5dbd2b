//! The path of the crate `hookable`, as emitted code has to name it.
//!
//! A manifest may give the crate another name: `hk = { package = "hookable", .. }`. rustc's own command tells the name,
//! for it names each library by its file: `--extern hk=libhookable-0123.rlib`. A crate that only re-exports it has to
//! tell: `#[hookable(crate = facade::hookable)]`.
//!
//! In the edition of 2015 `::hookable` means what the root of the crate has of that name, and not every crate has
//! `extern crate hookable;` there. A path that is no import and begins with the name itself finds the library in every
//! edition.

use std::cell::RefCell;
use std::sync::LazyLock;

use hook_rustc::Invocation;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Token};

use super::misuse::Misuse;

/// The name of the crate where it is built.
const NAME: &str = "hookable";

thread_local! {
    /// The path that the attribute which is being expanded was given.
    static GIVEN: RefCell<Option<TokenStream>> = const { RefCell::new(None) };
    /// The path that the last attribute with a path was given, for hooks that no attribute saw.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Returns the path of the module that has all that emitted code names.
pub(crate) fn private() -> TokenStream {
    let root = path();
    quote!(#root::__private)
}

/// Returns the path of the crate.
pub(crate) fn path() -> TokenStream {
    let last = || LAST.with_borrow(Clone::clone)?.parse().ok();
    let root = GIVEN.with_borrow(Clone::clone).or_else(named).or_else(last);
    root.unwrap_or_else(|| of_name(&Ident::new(NAME, Span::call_site())))
}

/// Runs something with another path of the crate, or with none given.
pub(crate) fn with<R>(path: Option<&Path>, run: impl FnOnce() -> R) -> R {
    GIVEN.set(path.map(|path| quote!(#path)));
    if let Some(path) = path {
        LAST.set(Some(quote!(#path).to_string()));
    }
    let result = run();
    GIVEN.set(None);
    result
}

/// Returns the name by which rustc's command names the library.
fn name() -> Option<&'static str> {
    static NAMED: LazyLock<Option<String>> = LazyLock::new(|| Invocation::of_this_process().ok()?.name_of_hookable());
    NAMED.as_deref()
}

/// Returns whether the crate has this name in the crate that is compiled, or the path that the attribute was given ends
/// in it.
pub(crate) fn is_name(ident: &Ident) -> bool {
    let last = GIVEN.with_borrow(|given| given.clone()?.into_iter().last());
    let is_last = matches!(last, Some(TokenTree::Ident(last)) if last == *ident);
    is_last || name().is_some_and(|name| ident == name)
}

fn named() -> Option<TokenStream> {
    let name = name()?;
    let name = syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site()));
    Some(of_name(&name))
}

/// Returns the path of a library, which text that rustc includes into the crate may name as well.
fn of_name(name: &Ident) -> TokenStream {
    static IS_FROM_THE_ROOT: LazyLock<bool> =
        LazyLock::new(|| Invocation::of_this_process().is_ok_and(|call| call.edition() == 2015));
    match *IS_FROM_THE_ROOT {
        true => quote!(#name),
        false => quote!(::#name),
    }
}

/// What may stand in the parentheses of the attribute: `on_err`, `on_panic`, `step`, and `crate = a::path`, or as serde
/// writes that, `crate = "a::path"`.
#[derive(Default)]
pub(crate) struct AttributeArgs {
    pub(crate) path: Option<Path>,
    /// Hooks stand where errors leave the functions.
    pub(crate) on_err: bool,
    /// A hook opens when a panic begins under the functions.
    pub(crate) on_panic: bool,
    /// The program already runs, so that what its code knows of a function must stay as it is.
    pub(crate) in_running: bool,
    /// A hook that sleeps stands before each statement.
    pub(crate) steps: bool,
    /// The name of the type or trait that the function is a method of. The console writes it where it plants a hook.
    pub(crate) owner: Option<String>,
    /// The types of which only bounds are known in that, with blanks between them.
    pub(crate) outer: Option<String>,
}

/// Reads `name = "text"`, and returns the text.
fn named_text(input: ParseStream<'_>) -> syn::Result<String> {
    input.parse::<Ident>()?;
    input.parse::<Token![=]>()?;
    Ok(input.parse::<LitStr>()?.value())
}

/// Reads `crate = a::path`, or as serde writes that, `crate = "a::path"`.
pub(crate) fn given_path(input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    match input.peek(LitStr) {
        true => input.parse::<LitStr>()?.parse(),
        false => input.parse(),
    }
}

impl Parse for AttributeArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let all = input.fork().parse::<TokenStream>()?;
        let mistake = || syn::Error::new_spanned(&all, Misuse::AttributeArguments);
        let mut args = AttributeArgs::default();
        while !input.is_empty() {
            let word = input
                .fork()
                .parse::<Ident>()
                .map_or(String::new(), |word| word.to_string());
            let flag = match word.as_str() {
                "on_err" => Some(&mut args.on_err),
                "on_panic" => Some(&mut args.on_panic),
                "step" => Some(&mut args.steps),
                "__in_running" => Some(&mut args.in_running),
                _ => None,
            };
            if let Some(flag) = flag.filter(|flag| !**flag) {
                input.parse::<Ident>()?;
                *flag = true;
            } else if word == "owner" && args.owner.is_none() {
                args.owner = Some(named_text(input)?);
            } else if word == "outer" && args.outer.is_none() {
                args.outer = Some(named_text(input)?);
            } else if args.path.is_none() && input.peek(Token![crate]) && input.peek2(Token![=]) {
                args.path = Some(given_path(input)?);
            } else {
                input.parse::<TokenStream>()?;
                return Err(mistake());
            }
            if input.parse::<Option<Token![,]>>()?.is_none() && !input.is_empty() {
                input.parse::<TokenStream>()?;
                return Err(mistake());
            }
        }
        Ok(args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facade_has_the_name_of_the_crate() {
        let check = |path: &str, name: &str, expected: bool| {
            let (path, name): (Path, Ident) = (syn::parse_str(path).unwrap(), syn::parse_str(name).unwrap());
            assert_eq!(with(Some(&path), || is_name(&name)), expected, "{name}");
        };
        check("facade", "facade", true);
        check("facade::all", "all", true);
        check("facade::all", "facade", false);
        assert!(!is_name(&Ident::new("facade", Span::call_site())));
    }
}
