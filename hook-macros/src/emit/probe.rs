//! A function as rustc is to judge it.
//!
//! rustc reports one error per place and span: where a borrow ended before several hooks, only one of them is named in a
//! round. So a function in which that happened is probed in copies of its body, a few hooks in each: every copy has locals of
//! its own, and so its own errors.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Block, parse_quote};

use super::{Planned, Style, body};
use crate::item::Function;

/// More copies would make a long function too long for rustc.
const COPIES: usize = 64;

/// The function with its hooks as questions, in one body or in copies of it.
pub(crate) fn probed(
    function: &Function,
    planned: &Planned<'_>,
    folder: &Path,
    questions: bool,
    copies: bool,
) -> TokenStream {
    let rewritten = |folder: &Path, questions, only: Option<&BTreeSet<usize>>| -> Function {
        let mut function = function.clone();
        body::rewrite(&mut function, planned, Style::Probe { folder, questions, only });
        function
    };
    if !copies || !copyable(function) {
        return rewritten(folder, questions, None).into_token_stream();
    }
    let numbers: Vec<usize> = (0..planned.hooks.len()).collect();
    let size = numbers.len().div_ceil(COPIES);
    let copies = numbers.chunks(size).enumerate().map(|(copy, numbers)| -> Block {
        let only = numbers.iter().copied().collect();
        *Box::new(rewritten(&folder.join(copy.to_string()), questions, Some(&only)).block)
    });
    let copies: Vec<Block> = copies.collect();
    let mut whole = rewritten(folder, false, None);
    let block = &whole.block;
    whole.block = parse_quote!({ #(if ::hookable::__private::maybe() { return #copies })* return #block });
    quote!(#whole)
}

/// Whether the body may stand there twice: not if it implements a trait, or decides what an `impl Trait` is.
fn copyable(function: &Function) -> bool {
    #[derive(Default)]
    struct Once(bool);
    impl<'ast> Visit<'ast> for Once {
        fn visit_item_impl(&mut self, _: &'ast syn::ItemImpl) {
            self.0 = true;
        }
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
        fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
            // An `impl Trait` of a nested function is another one in each copy.
            let mut inner = Once::default();
            visit::visit_block(&mut inner, &item.block);
            self.0 |= inner.0;
        }
    }
    let mut once = Once::default();
    once.visit_return_type(&function.sig.output);
    once.visit_block(&function.block);
    !once.0
}
