//! The names that a pattern binds.

use proc_macro2::{Ident, TokenStream};
use syn::visit::Visit;
use syn::{Attribute, Expr, Pat};

/// A name that a pattern binds.
pub(crate) struct Bound<'p> {
    pub(crate) ident: &'p Ident,
    pub(super) mutable: bool,
    /// The pattern is nothing but this name, by value.
    pub(super) plain: bool,
    /// The name is perhaps that of a constant or of a variant.
    pub(super) doubtful: bool,
    pub(super) cfgs: Vec<TokenStream>,
}

/// Returns the names that a pattern binds, in order. An or-pattern binds the same names in each case, so one case says
/// all.
pub(crate) fn names(pattern: &Pat) -> Vec<Bound<'_>> {
    let mut found = Vec::new();
    collect(pattern, true, &[], &mut found);
    found
}

fn collect<'p>(pattern: &'p Pat, plain: bool, cfgs: &[TokenStream], found: &mut Vec<Bound<'p>>) {
    match pattern {
        Pat::Ident(p) => {
            let bare = p.subpat.is_none() && p.by_ref.is_none();
            found.push(Bound {
                ident: &p.ident,
                mutable: p.mutability.is_some() && p.by_ref.is_none(),
                plain: plain && bare,
                doubtful: bare && p.mutability.is_none() && may_be_constant(&p.ident),
                cfgs: cfgs.to_vec(),
            });
            if let Some((_, sub)) = &p.subpat {
                collect(sub, false, cfgs, found);
            }
        }
        Pat::Type(p) => collect(&p.pat, plain, cfgs, found),
        Pat::Paren(p) => collect(&p.pat, plain, cfgs, found),
        Pat::Reference(p) => collect(&p.pat, false, cfgs, found),
        Pat::Or(p) => {
            if let Some(case) = p.cases.first() {
                collect(case, false, cfgs, found);
            }
        }
        Pat::Slice(p) => p.elems.iter().for_each(|p| collect(p, false, cfgs, found)),
        Pat::Tuple(p) => p.elems.iter().for_each(|p| collect(p, false, cfgs, found)),
        Pat::TupleStruct(p) => p.elems.iter().for_each(|p| collect(p, false, cfgs, found)),
        Pat::Struct(p) => {
            for field in &p.fields {
                let mut all = cfgs.to_vec();
                all.extend(self::cfgs(&field.attrs));
                collect(&field.pat, false, &all, found);
            }
        }
        // Only some versions of syn know a pattern with a guard of its own, but all of them visit what is in it.
        other => syn::visit::visit_pat(&mut Inner { plain, cfgs, found }, other),
    }
}

/// Visits the patterns right inside another.
struct Inner<'c, 'p> {
    plain: bool,
    cfgs: &'c [TokenStream],
    found: &'c mut Vec<Bound<'p>>,
}

impl<'p> Visit<'p> for Inner<'_, 'p> {
    fn visit_pat(&mut self, pattern: &'p Pat) {
        collect(pattern, self.plain, self.cfgs, self.found);
    }

    fn visit_expr(&mut self, _: &'p Expr) {}
}

/// Returns whether a name may be that of a constant or a unit variant. One that does not begin in lower case, as `None`
/// and `MAX`, names such far more often than it binds, so rustc is asked before it counts as a binding. Any other name
/// is one, unless rustc says that it has no address.
fn may_be_constant(ident: &Ident) -> bool {
    let text = ident.to_string();
    let first = text.trim_start_matches("r#").trim_start_matches('_').chars().next();
    first.is_some_and(|first| !first.is_lowercase() && !first.is_numeric())
}

/// Returns the conditions of the `cfg` attributes among `attrs`.
pub(super) fn cfgs(attrs: &[Attribute]) -> Vec<TokenStream> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .filter_map(|attr| attr.meta.require_list().ok())
        .map(|list| list.tokens.clone())
        .collect()
}
