//! Puts hooks into the text of a crate. All else, and every line's number, stays as it is.

use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Signature, Stmt, Visibility};

/// Also what is taken out again where rustc is asked about the crate without its hooks.
const ATTRIBUTE: &str = "#[::hookable::hookable]";
const HOOK: &str = "::hookable::hook!();";

/// What was put into a crate.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) functions: usize,
    pub(crate) hooks: usize,
}

/// Rewrites the files of a folder, with the attribute on each function and a hook before every so many statements.
pub(crate) fn folder(folder: &Path, every: usize) -> Result<Counts, Box<dyn Error>> {
    let mut inject = Inject {
        every: every.max(1),
        statements: 0,
        counts: Counts::default(),
        insertions: Vec::new(),
    };
    inject.folder(folder)?;
    Ok(inject.counts)
}

struct Inject {
    every: usize,
    /// Counted over all files, so that short functions get their share.
    statements: usize,
    counts: Counts,
    /// Of the file at hand: where in its text, and what.
    insertions: Vec<(usize, &'static str)>,
}

impl Inject {
    fn folder(&mut self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let mut paths = fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>, std::io::Error>>()?;
        // The order of a folder's entries is that of the file system; the hooks are to be the same everywhere.
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.folder(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)?;
                match self.file(&text) {
                    Ok(hooked) => fs::write(&path, hooked)?,
                    Err(error) => eprintln!("{} stays without hooks: {error}", path.display()),
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, text: &str) -> syn::Result<String> {
        let file: syn::File = syn::parse_str(text)?;
        self.visit_file(&file);
        self.insertions.sort_by_key(|(at, _)| *at);
        let mut hooked = String::with_capacity(text.len() + self.insertions.len() * HOOK.len());
        let mut copied = 0;
        for (at, inserted) in self.insertions.drain(..) {
            hooked.push_str(&text[copied..at]);
            hooked.push_str(inserted);
            hooked.push(' ');
            copied = at;
        }
        hooked.push_str(&text[copied..]);
        Ok(hooked)
    }

    /// A function with a body: its attribute goes behind those that it has.
    fn function(&mut self, attributes: &[Attribute], start: Span, signature: &Signature, body: &Block) {
        let cannot = |attribute: &Attribute| {
            ["naked", "panic_handler"]
                .iter()
                .any(|name| attribute.path().is_ident(name))
        };
        if signature.constness.is_some() || attributes.iter().any(cannot) {
            return;
        }
        self.counts.functions += 1;
        self.insertions.push((range(start).start, ATTRIBUTE));
        self.visit_block(body);
    }
}

fn range(span: Span) -> Range<usize> {
    span.byte_range()
}

/// Where the item begins behind its attributes.
fn start(visibility: &Visibility, default: Option<Span>, signature: &Signature) -> Span {
    match visibility {
        Visibility::Inherited => default.unwrap_or_else(|| signature.span()),
        visibility => visibility.span(),
    }
}

/// Whether it may be one of several values of a block, of which all but one are left out.
fn is_value_in_some_builds(statement: &Stmt) -> bool {
    let Stmt::Expr(expression, None) = statement else {
        return false;
    };
    // The attribute is the expression's, and of a binary one that of its left side: the text tells for all.
    expression
        .span()
        .source_text()
        .is_some_and(|text| text.starts_with("#[cfg"))
}

impl<'ast> Visit<'ast> for Inject {
    fn visit_block(&mut self, block: &'ast Block) {
        for statement in &block.stmts {
            if is_value_in_some_builds(statement) {
                break;
            }
            if !matches!(statement, Stmt::Item(_)) {
                self.statements += 1;
                if self.statements.is_multiple_of(self.every) {
                    self.counts.hooks += 1;
                    self.insertions.push((range(statement.span()).start, HOOK));
                }
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.attrs, start(&item.vis, None, &item.sig), &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let default = item.defaultness.as_ref().map(|default| default.span());
        self.function(
            &item.attrs,
            start(&item.vis, default, &item.sig),
            &item.sig,
            &item.block,
        );
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.attrs, item.sig.span(), &item.sig, body);
        }
    }

    // What is evaluated at compile time can hold no hook.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_variant(&mut self, _: &'ast syn::Variant) {}
    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hooked(every: usize, text: &str) -> String {
        let mut inject = Inject {
            every,
            statements: 0,
            counts: Counts::default(),
            insertions: Vec::new(),
        };
        let hooked = inject.file(text).expect("it is Rust");
        assert_eq!(hooked.matches(HOOK).count(), inject.counts.hooks);
        assert_eq!(hooked.matches(ATTRIBUTE).count(), inject.counts.functions);
        hooked.replace(ATTRIBUTE, "@").replace(HOOK, "!")
    }

    #[test]
    fn each_statement_of_each_function() {
        assert_eq!(
            hooked(
                1,
                "/// é\npub fn f(a: u8) -> u8 { // b\n    let b = || { a };\n    b() }"
            ),
            "/// é\n@ pub fn f(a: u8) -> u8 { // b\n    ! let b = || { ! a };\n    ! b() }"
        );
        assert_eq!(
            hooked(
                1,
                "impl S { #[inline] pub(crate) fn f() { x!(); } default fn g() { 1; } } trait T { fn h(); fn i() { 2 } }"
            ),
            "impl S { #[inline] @ pub(crate) fn f() { ! x!(); } @ default fn g() { ! 1; } } trait T { fn h(); @ fn i() { ! 2 } }"
        );
    }

    #[test]
    fn every_second_counted_over_functions() {
        assert_eq!(
            hooked(2, "fn f() { 1; } fn g() { 2; 3; 4 }"),
            "@ fn f() { 1; } @ fn g() { ! 2; 3; ! 4 }"
        );
    }

    #[test]
    fn none_where_code_runs_at_compile_time() {
        let text = "const fn f() { 1; } const A: u8 = { 1; 2 }; static B: u8 = { 1; 2 }; enum E { V = { 1; 2 } }";
        assert_eq!(hooked(1, text), text);
        assert_eq!(
            hooked(1, "fn f() { [{ 1; 2 }; { 3; 4 }]; }"),
            "@ fn f() { ! [{ ! 1; ! 2 }; { 3; 4 }]; }"
        );
        assert_eq!(hooked(1, "fn f() { const { 1; 2 } }"), "@ fn f() { ! const { 1; 2 } }");
    }

    #[test]
    fn none_between_the_values_that_a_block_has_in_different_builds() {
        assert_eq!(
            hooked(
                1,
                "fn f() -> u8 { let a = 1; #[cfg(unix)] { 2 } #[cfg(not(unix))] { 3 } }"
            ),
            "@ fn f() -> u8 { ! let a = 1; #[cfg(unix)] { ! 2 } #[cfg(not(unix))] { ! 3 } }"
        );
    }
}
