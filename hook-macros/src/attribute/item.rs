//! What the attribute stands on, which is one function, or an item with functions in it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Attribute, ImplItem, ImplItemFn, Item, TraitItem, TraitItemFn, Type};

use crate::emit::allow_around;
use crate::syntax::function::{Function, type_params};
use crate::syntax::grouped;
use crate::syntax::hook;
use crate::syntax::misuse::Misuse;

/// Rewrites every function of the item in which a hook stands, and leaves the rest of it as it is. What the attribute
/// cannot stand on, and hooks where none can be, are added to `errors`. What syn cannot read goes to `unread`.
/// With `everywhere`, every function is one of these.
pub(crate) fn rewrite(
    tokens: TokenStream,
    everywhere: bool,
    errors: &mut Vec<syn::Error>,
    each: &mut dyn FnMut(Function, &mut Vec<syn::Error>) -> TokenStream,
    unread: &dyn Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    // A function with a body is parsed once, since that takes most of an expansion's time.
    if ends_in_semicolon(&tokens)
        && let Ok(method) = syn::parse2::<TraitItemFn>(tokens.clone())
        && method.default.is_none()
    {
        errors.push(Misuse::OnMethodWithoutBody.at(method.sig.ident.span()));
        return tokens;
    }
    match syn::parse2::<Item>(tokens.clone()) {
        Ok(mut item) if everywhere && has_functions(&item) || hook::any(&tokens) => {
            grouped::keep(&mut item, &tokens, VisitMut::visit_item_mut);
            ItemRewrite {
                everywhere,
                errors,
                each,
            }
            .item(item, &tokens)
        }
        Ok(Item::Fn(_) | Item::Impl(_) | Item::Mod(_) | Item::Trait(_)) => tokens,
        Ok(item) => {
            errors.push(unsupported(&item));
            tokens
        }
        Err(_) => match syn::parse2::<ImplItemFn>(tokens.clone()) {
            Ok(mut method) if everywhere || hook::any(&tokens) => {
                grouped::keep(&mut method, &tokens, VisitMut::visit_impl_item_fn_mut);
                ItemRewrite {
                    everywhere,
                    errors,
                    each,
                }
                .method(method, None, &[])
            }
            Ok(_) => tokens,
            // rustc has better words for what is no Rust.
            Err(_) if hook::any(&tokens) => unread(tokens),
            Err(_) => tokens,
        },
    }
}

fn ends_in_semicolon(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().last(), Some(TokenTree::Punct(last)) if last.as_char() == ';')
}

struct ItemRewrite<'a> {
    everywhere: bool,
    errors: &'a mut Vec<syn::Error>,
    each: &'a mut dyn FnMut(Function, &mut Vec<syn::Error>) -> TokenStream,
}

impl ItemRewrite<'_> {
    fn item(&mut self, item: Item, tokens: &TokenStream) -> TokenStream {
        match item {
            Item::Fn(item) => self.function(item.into()),
            Item::Impl(mut item) => {
                allow_around(&mut item.attrs);
                let owner = type_name(&item.self_ty);
                let outer: Vec<String> = type_params(&item.generics).collect();
                for member in &mut item.items {
                    if let ImplItem::Fn(method) = member
                        && self.ours(&method.attrs, method.to_token_stream())
                    {
                        *member = ImplItem::Verbatim(self.method(method.clone(), Some(&owner), &outer));
                    }
                }
                item.into_token_stream()
            }
            Item::Trait(mut item) => {
                allow_around(&mut item.attrs);
                let owner = item.ident.to_string();
                let outer: Vec<String> = type_params(&item.generics).chain(["Self".to_owned()]).collect();
                for member in &mut item.items {
                    if let TraitItem::Fn(method) = member
                        && self.ours(&method.attrs, method.to_token_stream())
                        && let Some(block) = method.default.clone()
                    {
                        *member = TraitItem::Verbatim(self.function(Function {
                            attrs: method.attrs.clone(),
                            vis: None,
                            default: None,
                            sig: method.sig.clone(),
                            block,
                            owner: Some(owner.clone()),
                            outer: outer.clone(),
                        }));
                    }
                }
                item.into_token_stream()
            }
            Item::Mod(mut item) => {
                allow_around(&mut item.attrs);
                for inner in item.content.iter_mut().flat_map(|(_, items)| items) {
                    let tokens = inner.to_token_stream();
                    if has_functions(inner) && self.ours(attrs(inner), tokens.clone()) {
                        *inner = Item::Verbatim(self.item(inner.clone(), &tokens));
                    }
                }
                item.into_token_stream()
            }
            other => {
                self.errors.push(unsupported(&other));
                tokens.clone()
            }
        }
    }

    /// Returns whether something in the item is to be rewritten along with it.
    fn ours(&self, attrs: &[Attribute], tokens: TokenStream) -> bool {
        !hook::is_hookable(attrs) && (self.everywhere || hook::any(&tokens))
    }

    fn method(&mut self, method: ImplItemFn, owner: Option<&str>, outer: &[String]) -> TokenStream {
        self.function(Function {
            default: default(&method),
            attrs: method.attrs,
            vis: Some(method.vis),
            sig: method.sig,
            block: method.block,
            owner: owner.map(str::to_owned),
            outer: outer.to_vec(),
        })
    }

    fn function(&mut self, mut function: Function) -> TokenStream {
        if let Some(constness) = function.sig.constness {
            if !hook::any(&function.block.to_token_stream()) {
                return function.into_token_stream();
            }
            self.errors.push(Misuse::InConstFunction.at(constness.span));
            hook::silence(&mut function.block);
            return function.into_token_stream();
        }
        (self.each)(function, self.errors)
    }
}

/// Returns the word `default` before a method, if it is there.
fn default(method: &ImplItemFn) -> Option<Ident> {
    let mut bare = method.clone();
    bare.attrs.clear();
    let behind = bare.vis.to_token_stream().into_iter().count();
    match bare.into_token_stream().into_iter().nth(behind) {
        Some(TokenTree::Ident(word)) if word == "default" => Some(word),
        _ => None,
    }
}

fn has_functions(item: &Item) -> bool {
    matches!(item, Item::Fn(_) | Item::Impl(_) | Item::Mod(_) | Item::Trait(_))
}

fn attrs(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => &[],
    }
}

fn unsupported(item: &Item) -> syn::Error {
    let (what, span): (&'static str, Span) = match item {
        Item::Struct(item) => ("a struct", item.struct_token.span),
        Item::Enum(item) => ("an enum", item.enum_token.span),
        Item::Union(item) => ("a union", item.union_token.span),
        Item::Const(item) => ("a `const`", item.const_token.span),
        Item::Static(item) => ("a `static`", item.static_token.span),
        Item::Macro(item) => ("a macro", item.mac.path.span()),
        // A nightly rustc joins the spans of an item, and a stable one gives the first.
        item => {
            let first = item.to_token_stream().into_iter().next();
            ("this item", first.map_or_else(Span::call_site, |token| token.span()))
        }
    };
    Misuse::OnItem(what).at(span)
}

/// Returns the last name in the path of a type: `Account` for `crate::Account<T>`.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default(),
        other => other.to_token_stream().to_string(),
    }
}
