//! Which functions a reload can replace, by what the sources say of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hook_loader::{CLOSURE, FunctionKind, is_within_closure, parent_of_closure, symbol_path};

use super::changes::{ItemInFile, Resigned, Texts};
use super::items::tokens::words;
use super::items::{Item, ItemKind, items};

/// Names of the scheme v0 begin with this.
pub(super) const V0: &str = "_R";

/// The functions in the sources of a crate, as far as they were looked for until now.
pub(super) struct CrateFunctions<'t> {
    krate: &'t str,
    texts: &'t Texts,
    /// These are called in another way than before.
    resigned: Vec<Resigned>,
    files: RefCell<HashMap<&'t Path, Vec<Item>>>,
}

impl<'t> CrateFunctions<'t> {
    pub(super) fn new(krate: &'t str, texts: &'t Texts, resigned: Vec<Resigned>) -> Self {
        CrateFunctions {
            krate,
            texts,
            resigned,
            files: RefCell::default(),
        }
    }

    /// Returns the kind of a function by its mangled name. A function of which the sources do not tell is taken for an
    /// instance of a generic one.
    pub(super) fn kind(&self, name: &str) -> FunctionKind {
        let Some(path) = symbol_path(name) else {
            return FunctionKind::Generic;
        };
        // A name of the scheme v0 has the types that a generic function was made with, which may be those of closures.
        let is_closure = match name.starts_with(V0) {
            true => is_within_closure(&path),
            false => path.contains(CLOSURE) || path.contains("{closure"),
        };
        if is_closure || path.contains("{{vtable.shim}}") {
            let parent = parent_of_closure(&path).filter(|parent| self.is_own(parent));
            let is_coroutine = parent.is_some_and(|parent| {
                let found = self.find(parent);
                found.is_empty() || found.iter().any(|(_, item)| item.may_await || item.is_opaque)
            });
            return match is_coroutine {
                true => FunctionKind::Coroutine,
                false => FunctionKind::Closure,
            };
        }
        if !self.is_own(&path) {
            return FunctionKind::Generic;
        }
        let found = self.find(&path);
        let is_resigned = found.iter().any(|found| {
            let mut resigned = self.resigned.iter().filter(|resigned| resigned.function == *found);
            resigned.any(|resigned| resigned.attributes || name.starts_with(V0))
        });
        // A trait says how its methods are called. What a macro made is called as that has it, of which a name of the
        // scheme v0 does not tell.
        let is_unknown = found.is_empty() && name.starts_with(V0) && !path.starts_with('<');
        if found.iter().any(|(_, item)| item.is_opaque) {
            FunctionKind::Coroutine
        } else if is_resigned || is_unknown {
            FunctionKind::Resigned
        } else if found.is_empty() || found.iter().any(|(_, item)| item.is_generic) {
            FunctionKind::Generic
        } else {
            FunctionKind::Plain
        }
    }

    /// Returns whether a function, by its mangled name, is one that is called as it was before.
    pub(super) fn is_called_as_before(&self, name: &str) -> bool {
        let Some(path) = symbol_path(name).filter(|path| self.is_own(path) && !path.contains(CLOSURE)) else {
            return false;
        };
        // Of a method of a trait, the declaration is found as well.
        let declared = trait_of(&path);
        let mut found = self.find(&path);
        found.retain(|(_, item)| !is_declaration(item, declared));
        let is_resigned = |item: &ItemInFile| self.resigned.iter().any(|resigned| resigned.function == *item);
        !found.is_empty()
            && !found
                .iter()
                .any(|found| is_resigned(found) || found.1.is_generic || found.1.is_opaque)
    }

    /// Returns whether a closure, by its mangled name, is that of one function: a name of the old scheme does not tell
    /// the types that a generic one was made with.
    pub(super) fn is_of_one_function(&self, name: &str) -> bool {
        let path = symbol_path(name).unwrap_or_default();
        let Some(parent) = parent_of_closure(&path).filter(|parent| self.is_own(parent)) else {
            return false;
        };
        let declared = trait_of(parent);
        let mut found = self.find(parent);
        found.retain(|(_, item)| !is_declaration(item, declared));
        name.starts_with(V0) || !found.is_empty() && found.iter().all(|(_, item)| !item.is_generic)
    }

    /// Returns the trait of a method, by the path of that, if the trait has a default for it.
    pub(super) fn with_default<'p>(&self, path: &'p str) -> Option<&'p str> {
        let declared = trait_of(path)?;
        let has_body = |(_, item): &ItemInFile| is_declaration(item, Some(declared)) && !item.text.ends_with(';');
        self.find(path).iter().any(has_body).then_some(declared)
    }

    /// Returns whether this is the name of the crate.
    pub(super) fn is_crate(&self, name: &str) -> bool {
        name == self.krate
    }

    /// Returns whether a path is that of a function of the crate.
    pub(super) fn is_own(&self, path: &str) -> bool {
        let own = path.trim_start_matches(['<', '&', '[', '(']);
        own.strip_prefix(self.krate).is_some_and(|rest| rest.starts_with("::"))
    }

    /// Returns whether a path is that of the function that the program begins with.
    pub(super) fn is_main(&self, path: &str) -> bool {
        path.strip_prefix(self.krate) == Some("::main")
    }

    /// Returns the file and the line of a function, if it can be told from others of its name.
    pub(super) fn place(&self, path: &str) -> Option<(PathBuf, usize)> {
        let found = self.find(path);
        let [(file, item)] = &found[..] else { return None };
        Some((file.clone(), item.line))
    }

    /// Returns the functions that a path may name.
    fn find(&self, path: &str) -> Vec<(PathBuf, Item)> {
        let name = path.rsplit("::").next().unwrap_or(path);
        let mut files = self.files.borrow_mut();
        let mut found = Vec::new();
        for (path, text) in self.texts {
            let is_named = text
                .match_indices(name)
                .any(|(at, _)| text[..at].trim_end().ends_with("fn"));
            if !is_named {
                continue;
            }
            let items = files.entry(path).or_insert_with(|| items(text));
            let functions = items
                .iter()
                .filter(|item| item.kind == ItemKind::Function && item.name == name);
            found.extend(functions.map(|item| (path.clone(), item.clone())));
        }
        // What is around a function is in its path, so the functions that have the most in common with it count.
        let parts: Vec<&str> = words(path).collect();
        let within = |item: &Item| item.scope.split_terminator("::").map(str::to_owned).collect::<Vec<_>>();
        found.retain(|(_, item)| within(item).iter().all(|around| parts.contains(&around.as_str())));
        let most = found.iter().map(|(_, item)| within(item).len()).max().unwrap_or(0);
        found.retain(|(_, item)| within(item).len() == most);
        found
    }
}

/// Returns the name of the trait that a method is of, by its path.
fn trait_of(path: &str) -> Option<&str> {
    let (_, of) = path.split_once(" as ")?;
    of.split(['<', '>']).next()?.rsplit("::").next()
}

/// Returns whether a function stands in the declaration of a trait.
fn is_declaration(item: &Item, declared: Option<&str>) -> bool {
    let scope = item.scope.trim_end_matches("::").rsplit("::").next();
    declared.is_some() && scope == declared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_with_a_default() {
        let text = "trait T { fn get(&self); fn name(&self) {} } impl T for A { fn get(&self) {} fn name(&self) {} }";
        let texts = Texts::from([("src/main.rs".into(), text.to_owned())]);
        let functions = CrateFunctions::new("demo", &texts, Vec::new());
        assert_eq!(functions.with_default("<demo::A as demo::T>::name"), Some("T"));
        assert_eq!(functions.with_default("<demo::A as demo::T>::get"), None);
        assert_eq!(functions.with_default("demo::A::name"), None);
    }

    #[test]
    fn what_is_called_as_before() {
        let text = "trait T { fn get(&self); fn by_default(&self) {} } impl T for A { fn get(&self) {} } fn plain() {} \
                    impl<U> T for W<U> { fn get(&self) {} } mod own { fn later() -> impl Fn() { || () } }";
        let texts = Texts::from([("src/main.rs".into(), text.to_owned())]);
        let functions = CrateFunctions::new("demo", &texts, Vec::new());
        let is_called_as_before = |name: &str| functions.is_called_as_before(name);
        assert!(is_called_as_before("_ZN4demo5plain17h0123456789abcdefE"));
        assert!(is_called_as_before("_RNvXs_C4demoNtB4_1ANtB4_1T3get"));
        assert!(!is_called_as_before("_RNvXs_C4demoINtB4_1WhENtB4_1T3get"));
        assert!(!is_called_as_before("_RNvYNtC4demo1ANtB4_1T10by_default"));
        assert!(!is_called_as_before("_RNvNtC4demo3own5later"));
        assert!(!is_called_as_before("_RNvC4demo7unknown"));
    }

    #[test]
    fn what_can_be_replaced() {
        let text = "fn plain() {} fn generic<T>() {} async fn later() {} impl<T> A<T> { fn method(&self) {} }";
        let texts = Texts::from([("src/main.rs".into(), text.to_owned())]);
        let functions = CrateFunctions::new("demo", &texts, Vec::new());
        let kind = |path: &[&str]| {
            let parts: String = path.iter().map(|part| format!("{}{part}", part.len())).collect();
            functions.kind(&format!("_ZN{parts}17h0123456789abcdefE"))
        };
        assert_eq!(kind(&["demo", "plain"]), FunctionKind::Plain);
        assert_eq!(kind(&["demo", "generic"]), FunctionKind::Generic);
        assert_eq!(kind(&["demo", "A$LT$T$GT$", "method"]), FunctionKind::Generic);
        assert_eq!(kind(&["demo", "later"]), FunctionKind::Coroutine);
        assert_eq!(
            kind(&["demo", "plain", "_$u7b$$u7b$closure$u7d$$u7d$"]),
            FunctionKind::Closure
        );
        assert_eq!(kind(&["demo", "made_by_a_macro"]), FunctionKind::Generic);
        assert_eq!(kind(&["demonstration", "plain"]), FunctionKind::Generic);
        assert_eq!(kind(&["core", "iter", "plain"]), FunctionKind::Generic);
        let place = functions.place("demo::plain");
        assert_eq!(place, Some((PathBuf::from("src/main.rs"), 1)));
    }
}
