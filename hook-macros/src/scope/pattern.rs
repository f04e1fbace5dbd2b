//! The names that a pattern binds.

use proc_macro2::{Ident, TokenStream};
use syn::visit::Visit;
use syn::{Attribute, Expr, Pat, Type};

/// A name that a pattern binds.
pub(crate) struct Bound<'p> {
    pub(crate) ident: &'p Ident,
    pub(crate) mutable: bool,
    /// The pattern is nothing but this name, by value.
    pub(super) plain: bool,
    pub(super) mode: BindingMode,
    /// The name is perhaps that of a constant or of a variant.
    pub(super) doubtful: bool,
    pub(crate) cfgs: Vec<TokenStream>,
}

/// How a name is bound, as far as the syntax says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BindingMode {
    /// By value, so that `mut` before the name changes nothing else.
    Move,
    /// By value or by reference: that depends on the type of what is matched.
    Inferred,
    /// By reference, with `ref`, or perhaps by a macro, in which nothing is changed.
    Ref,
}

/// What is known at a place within a pattern.
#[derive(Clone, Copy)]
struct Within {
    /// Nothing of the pattern stands around this place.
    plain: bool,
    /// How a name without `ref` is bound here.
    mode: BindingMode,
    /// What is matched here is surely no reference.
    by_value: bool,
}

impl Within {
    /// Returns what is known of the parts of what is matched here.
    fn part(self) -> Within {
        let mode = match self.mode {
            BindingMode::Move if !self.by_value => BindingMode::Inferred,
            mode => mode,
        };
        Within {
            plain: false,
            mode,
            by_value: false,
        }
    }
}

/// Returns the name and the span of what a pattern binds, by which it is found again. A macro may make several such of
/// one span.
pub(crate) fn place_of(ident: &Ident) -> String {
    format!("{ident} {:?}", ident.span())
}

/// Returns the names that a pattern binds, in order. An or-pattern binds the same names in each case, so the first case
/// says all, unless a macro binds some there.
pub(crate) fn names(pattern: &Pat) -> Vec<Bound<'_>> {
    names_in(pattern, false)
}

/// As [`names`]; `by_value` says that what is matched is surely no reference.
pub(super) fn names_in(pattern: &Pat, by_value: bool) -> Vec<Bound<'_>> {
    let whole = Within {
        plain: true,
        mode: BindingMode::Move,
        by_value,
    };
    let mut found = Vec::new();
    collect(pattern, whole, &[], &mut found);
    found
}

fn collect<'p>(pattern: &'p Pat, within: Within, cfgs: &[TokenStream], found: &mut Vec<Bound<'p>>) {
    let part = within.part();
    // A parameter of a closure has its attributes at its pattern.
    let all = [cfgs, &self::cfgs(attrs(pattern))].concat();
    let cfgs = &all[..];
    match pattern {
        Pat::Ident(p) => {
            let bare = p.subpat.is_none() && p.by_ref.is_none();
            found.push(Bound {
                ident: &p.ident,
                mutable: p.mutability.is_some() && p.by_ref.is_none(),
                plain: within.plain && bare,
                mode: match p.by_ref {
                    Some(_) => BindingMode::Ref,
                    None => within.mode,
                },
                doubtful: bare && p.mutability.is_none() && may_be_constant(&p.ident),
                cfgs: cfgs.to_vec(),
            });
            if let Some((_, sub)) = &p.subpat {
                collect(sub, Within { plain: false, ..within }, cfgs, found);
            }
        }
        Pat::Type(p) => {
            let by_value = within.by_value || is_value(&p.pat, &p.ty);
            collect(&p.pat, Within { by_value, ..within }, cfgs, found);
        }
        Pat::Paren(p) => collect(&p.pat, within, cfgs, found),
        // Behind an explicit `&`, names are bound by value again.
        Pat::Reference(p) => {
            let mode = BindingMode::Move;
            collect(&p.pat, Within { mode, ..part }, cfgs, found);
        }
        Pat::Or(p) => {
            let (within, first) = (Within { plain: false, ..within }, found.len());
            let has_macro = p.cases.iter().any(has_macro);
            for (index, case) in p.cases.iter().enumerate() {
                let mut names = Vec::new();
                collect(case, within, cfgs, &mut names);
                for bound in names {
                    match found[first..].iter_mut().find(|known| known.ident == bound.ident) {
                        // Where a case binds a reference by value, another one may bind by reference.
                        Some(known) if bound.mode == BindingMode::Inferred => known.mode = bound.mode,
                        Some(_) => {}
                        None if index == 0 || has_macro && !bound.doubtful => found.push(bound),
                        None => {}
                    }
                }
            }
            // No `mut` can be added to what a macro binds, and each case has to bind a name in the same way.
            if has_macro {
                found[first..]
                    .iter_mut()
                    .for_each(|bound| bound.mode = BindingMode::Ref);
            }
        }
        Pat::Slice(p) => p.elems.iter().for_each(|p| collect(p, part, cfgs, found)),
        Pat::Tuple(p) => p.elems.iter().for_each(|p| collect(p, part, cfgs, found)),
        Pat::TupleStruct(p) => p.elems.iter().for_each(|p| collect(p, part, cfgs, found)),
        Pat::Struct(p) => {
            for field in &p.fields {
                let mut all = cfgs.to_vec();
                all.extend(self::cfgs(&field.attrs));
                collect(&field.pat, part, &all, found);
            }
        }
        // Only some versions of syn know a pattern with a guard of its own, but all of them visit what is in it.
        other => syn::visit::visit_pat(&mut Inner { within, cfgs, found }, other),
    }
}

/// Returns whether a type is surely no reference where this pattern matches it. A path may be an alias of a reference,
/// also where the pattern has the same name: constructors and types have different namespaces, but for those with
/// named fields.
pub(super) fn is_value(pattern: &Pat, ty: &Type) -> bool {
    let path = match pattern {
        Pat::Struct(pattern) if pattern.qself.is_none() => Some(&pattern.path),
        Pat::Paren(pattern) => return is_value(&pattern.pat, ty),
        _ => None,
    };
    let names = |path: &syn::Path| {
        let segments = path.segments.iter().map(|segment| segment.ident.clone());
        (path.leading_colon.is_some(), segments.collect::<Vec<_>>())
    };
    match ty {
        Type::Tuple(_) | Type::Array(_) => true,
        Type::Path(ty) if ty.qself.is_none() => path.is_some_and(|path| names(path) == names(&ty.path)),
        Type::Paren(ty) => is_value(pattern, &ty.elem),
        Type::Group(ty) => is_value(pattern, &ty.elem),
        _ => false,
    }
}

/// Visits the patterns right inside another.
struct Inner<'c, 'p> {
    within: Within,
    cfgs: &'c [TokenStream],
    found: &'c mut Vec<Bound<'p>>,
}

impl<'p> Visit<'p> for Inner<'_, 'p> {
    fn visit_pat(&mut self, pattern: &'p Pat) {
        collect(pattern, self.within, self.cfgs, self.found);
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

/// Returns whether a part of a pattern comes out of a macro.
fn has_macro(pattern: &Pat) -> bool {
    struct Finder(bool);
    impl<'p> Visit<'p> for Finder {
        fn visit_macro(&mut self, _: &'p syn::Macro) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    finder.visit_pat(pattern);
    finder.0
}

/// Returns the attributes of a pattern, if it is of a kind that all versions of syn know.
fn attrs(pattern: &Pat) -> &[Attribute] {
    macro_rules! of {
        ($($kind:ident)*) => { match pattern { $(Pat::$kind(p) => &p.attrs,)* _ => &[] } };
    }
    of!(Const Ident Lit Macro Or Paren Path Range Reference Rest Slice Struct Tuple TupleStruct Type Wild)
}

/// Returns the conditions of the `cfg` attributes among `attrs`.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<TokenStream> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .filter_map(|attr| attr.meta.require_list().ok())
        .map(|list| list.tokens.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    /// `expect`: the names, each with `=` behind it if it is surely bound by value, `?` if its type decides, and `&` if
    /// it is bound by reference.
    fn check(pattern: &str, ty: Option<&str>, expect: &str) {
        let parsed = Pat::parse_multi.parse_str(pattern).unwrap();
        let by_value = ty.is_some_and(|ty| is_value(&parsed, &syn::parse_str(ty).unwrap()));
        let names = names_in(&parsed, by_value).into_iter().map(|bound| {
            let mode = match bound.mode {
                BindingMode::Move => "=",
                BindingMode::Inferred => "?",
                BindingMode::Ref => "&",
            };
            format!("{}{mode}", bound.ident)
        });
        assert_eq!(names.collect::<Vec<_>>().join(" "), expect, "{pattern}");
    }

    #[test]
    fn places_of_two_names() {
        let [a, b] = ["a", "b"].map(|name| Ident::new(name, proc_macro2::Span::call_site()));
        assert_ne!(place_of(&a), place_of(&b));
    }

    #[test]
    fn modes_of_what_may_be_a_reference() {
        check("a", None, "a=");
        check("a @ Some(b)", None, "a= b?");
        check("(a, ref b)", None, "a? b&");
        check("&a", None, "a=");
        check("&(a, b)", None, "a? b?");
        check("(&a, &mut b)", None, "a= b=");
        check("[a, .., rest @ ..]", None, "a? rest?");
        check("P { a, b: Some(c) }", None, "a? c?");
        check("Some(a) | None", None, "a?");
        check("(&a, Some(_)) | (_, Some(a))", None, "a?");
        check("(&a, &b) | (&b, &a)", None, "a= b=");
        check("(a)", None, "a=");
        check("Ok(a) | wrap!(a)", None, "a&");
        check("wrap!(a) | Ok(a) | None", None, "a&");
        check("(Ok(a) | Err(a), wrap!(b))", None, "a?");
    }

    #[test]
    fn modes_of_what_is_no_reference() {
        check("(a, (b, c))", Some("(A, B)"), "a= b? c?");
        check("Json(a)", Some("Json<Add>"), "a?");
        check("P { a, .. }", Some("P<Add>"), "a=");
        check("P { a, .. }", Some("&P"), "a?");
        check("P { a, .. }", Some("T::P"), "a?");
        check("Path((a, b))", Some("Path<(A, B)>"), "a? b?");
        check("(a, b)", Some("Pair"), "a? b?");
        check("P { a, .. }", Some("P"), "a=");
        check("[a, b]", Some("[u8; 2]"), "a= b=");
    }
}
