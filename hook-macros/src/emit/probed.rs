//! A function as rustc is to judge it.
//!
//! rustc reports one error per place and span, so where a borrow ended before several hooks only one of them is named.
//! And hooks hinder each other: what one shows, another must not have lent out. So a function in which either happened
//! is probed once more with each hook alone, in copies beside it. Where the function implements a method of a trait,
//! rustc says that the copies are no members of the trait, and judges them all the same.
//!
//! A capture that writes needs its binding `mut`, or rustc keeps no account of its borrows. To declare it so at once
//! would hide that the user forgot to. So the body without hooks stands before the one with them, and rustc finds the
//! mistake there.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Block, Expr, FnArg, Stmt};

use super::{EmitStyle, Planned, at, body};
use crate::probe::protocol::{DeclaredMut, ProbeRequest, messages};
use crate::scope::{cfgs, names};
use crate::syntax::function::Function;
use crate::syntax::root;

/// At most so many copies of a function stand beside it.
const BESIDE: usize = 128;
/// Returns the function with its hooks as questions, and writes their files into `folder`.
pub(crate) fn probed(function: &Function, planned: &Planned<'_>, folder: &Path, request: ProbeRequest) -> TokenStream {
    let ProbeRequest {
        questions,
        whole,
        declared_mut,
        alone,
        closures,
    } = request;
    let by_tokens = !at::is_plain(planned);
    let variant = |folder: &Path, questions, mutable, only: Option<&BTreeSet<usize>>| -> Function {
        let mut function = function.clone();
        body::rewrite(
            &mut function,
            planned,
            EmitStyle::Probe {
                folder,
                questions,
                whole: &whole,
                mutable,
                only,
                by_tokens,
                closures,
            },
        );
        function
    };
    let rewritten = |folder: &Path, questions, only: Option<&BTreeSet<usize>>| {
        variant(folder, questions, declared_mut != DeclaredMut::No, only)
    };
    if declared_mut == DeclaredMut::BesidePlainCopy {
        let plain = variant(folder, false, false, Some(&BTreeSet::new()));
        return after(plain, rewritten(folder, questions, None)).into_token_stream();
    }
    if !alone || !function.may_stand_twice() {
        return rewritten(folder, questions, None).into_token_stream();
    }
    let key = folder.file_name().unwrap_or_default().to_string_lossy();
    let numbers: Vec<usize> = (0..planned.hooks.len()).collect();
    let each = numbers.chunks(numbers.len().div_ceil(BESIDE)).enumerate();
    let beside = each.map(|(copy, only)| {
        let only = only.iter().copied().collect();
        let mut function = rewritten(&folder.join(copy.to_string()), true, Some(&only));
        function.sig.ident = messages::copy_name(&key, copy);
        function
            .attrs
            .retain(|attr| !attr.path().is_ident("test") && !exports(attr));
        function
    });
    let (beside, whole) = (beside.collect::<Vec<_>>(), rewritten(folder, false, None));
    quote!(#(#beside)* #whole)
}

/// Puts the bodies of two functions one after another into one function, which has the signature of the second. In the
/// first, what is declared `mut` there alone is bound anew. It is not in the second: a variable that is bound anew has
/// lifetimes of its own, and rustc finds conflicts with those of the signature that it does not find with them.
fn after(first: Function, second: Function) -> Function {
    let pairs = first.sig.inputs.iter().zip(&second.sig.inputs);
    let rebound = pairs.filter_map(|pair| match pair {
        (FnArg::Typed(first), FnArg::Typed(second)) => Some((first, second)),
        _ => None,
    });
    let rebound = rebound.flat_map(|(first, second)| {
        let outer = cfgs(&second.attrs);
        let names = names(&first.pat).into_iter().zip(names(&second.pat));
        let made_mut = names.filter(|(first, second)| !first.mutable && second.mutable);
        made_mut.map(move |(_, bound)| {
            let (ident, inner) = (bound.ident, bound.cfgs);
            quote!(#(#[cfg(#outer)])* #(#[cfg(#inner)])* let #ident = #ident;)
        })
    });
    let (private, plain, hooked) = (root::private(), &first.block, &second.block);
    // Both bodies are returned with `return`, for then what the tail borrows of a parameter ends before the parameter
    // does.
    let both = quote! {
        if #private::maybe() {
            #(#rebound)*
            return #plain;
        }
        return #hooked
    };
    let block = Block {
        brace_token: plain.brace_token,
        stmts: vec![Stmt::Expr(Expr::Verbatim(both), None)],
    };
    Function { block, ..second }
}

fn exports(attr: &syn::Attribute) -> bool {
    let text = attr.meta.to_token_stream().to_string();
    text.contains("no_mangle") || text.contains("export_name")
}
