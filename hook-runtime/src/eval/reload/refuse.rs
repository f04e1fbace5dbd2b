//! What changed in the sources that the running program cannot follow: it has values that are laid out as before, and
//! code that relies on it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use hook_rustc::sorted::sort;

use super::items::{Item, ItemKind, items, words};

/// The texts of the Rust sources of a crate, by their paths.
pub(super) type Texts = BTreeMap<PathBuf, String>;
/// An item in a file.
pub(super) type ItemInFile = (PathBuf, Item);
/// What takes an item that is refused, with what it is and the reason.
type Refuse<'r> = &'r mut dyn FnMut(&ItemInFile, &str, &'static str);

/// An item that keeps a reload from being done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReloadRefusal {
    pub(super) what: String,
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) why: &'static str,
    /// The byte behind the definition of a type of which rustc can tell whether its layout has changed.
    pub(super) type_end: Option<usize>,
}

/// The items of those files that are not the same before and after.
pub(super) struct Changes {
    pub(super) before: Vec<ItemInFile>,
    pub(super) after: Vec<ItemInFile>,
}

impl Changes {
    pub(super) fn of(before: &Texts, after: &Texts) -> Changes {
        let of = |texts: &Texts, others: &Texts| -> Vec<ItemInFile> {
            let changed = texts.iter().filter(|(path, text)| others.get(*path) != Some(text));
            let found = changed.flat_map(|(path, text)| items(text).into_iter().map(|item| (path.clone(), item)));
            found.collect()
        };
        Changes {
            before: of(before, after),
            after: of(after, before),
        }
    }

    /// Adds items that code of the program was once compiled with, and that are in no source any more. Values of such
    /// types may be there.
    pub(super) fn with_gone(mut self, gone: &[ItemInFile]) -> Changes {
        self.before.extend_from_slice(gone);
        self
    }

    /// Gives the items that the sources before had and that the new ones do not have, as far as values of them live on.
    pub(super) fn gone(&self) -> Vec<ItemInFile> {
        let after: HashSet<Key<'_>> = self.after.iter().map(key).collect();
        let lives_on = |item: &Item| LASTING.contains(&item.kind);
        let gone = self
            .before
            .iter()
            .filter(|found| lives_on(&found.1) && !after.contains(&key(found)));
        gone.cloned().collect()
    }

    /// Gives the items of a kind that are others than before: another text stands at the same place among those of its
    /// file, scope and name, or one of its name went and another came elsewhere.
    fn changed(&self, kind: ItemKind) -> Vec<&ItemInFile> {
        let (before, after) = (by_key(&self.before, kind), by_key(&self.after, kind));
        let mut gone: HashMap<&str, Vec<&str>> = HashMap::new();
        for (key, texts) in &before {
            let now = after.get(key);
            for text in texts.iter().filter(|text| now.is_none_or(|now| !now.contains(text))) {
                gone.entry(key.3).or_default().push(text);
            }
        }
        let mut places: HashMap<Key<'_>, usize> = HashMap::new();
        let mut changed = Vec::new();
        for found in self.after.iter().filter(|(_, item)| item.kind == kind) {
            let key = key(found);
            let place = places.entry(key).or_insert(0);
            *place += 1;
            let text = found.1.text.as_str();
            let is_changed = match before.get(&key) {
                // In what order blocks of a function have items of one name tells these apart.
                Some(texts) if LASTING.contains(&kind) => texts.get(*place - 1).is_some_and(|before| *before != text),
                Some(texts) => !texts.contains(&text) && gone.contains_key(key.3),
                None => gone
                    .get(key.3)
                    .is_some_and(|gone| gone.iter().any(|gone| *gone != text)),
            };
            changed.extend(is_changed.then_some(found));
        }
        changed
    }

    /// Gives what may mean something else than before: constants, macros, types that another name stands for, and what
    /// is imported. A name that came or went may hide another, or have hidden it.
    fn meanings<'a>(&'a self, all: &'a [ItemInFile]) -> Vec<&'a ItemInFile> {
        let mut found = Vec::new();
        for kind in [ItemKind::Meaning, ItemKind::Import, ItemKind::Macro] {
            let (before, after) = (by_key(&self.before, kind), by_key(&self.after, kind));
            let is_in = |texts: &HashMap<Key<'_>, Vec<&str>>, found: &ItemInFile| {
                texts
                    .get(&key(found))
                    .is_some_and(|texts| texts.contains(&found.1.text.as_str()))
            };
            let of_kind = |found: &&ItemInFile| found.1.kind == kind;
            found.extend(self.after.iter().filter(of_kind).filter(|found| !is_in(&before, found)));
            found.extend(self.before.iter().filter(of_kind).filter(|found| !is_in(&after, found)));
        }
        for kind in [ItemKind::Struct, ItemKind::Enum, ItemKind::Union, ItemKind::Trait] {
            let (before, after) = (by_key(&self.before, kind), by_key(&self.after, kind));
            let of_kind = |found: &&ItemInFile| found.1.kind == kind;
            let came = self
                .after
                .iter()
                .filter(of_kind)
                .filter(|found| !before.contains_key(&key(found)));
            let went = self
                .before
                .iter()
                .filter(of_kind)
                .filter(|found| !after.contains_key(&key(found)));
            found.extend(came.chain(went));
        }
        if found.is_empty() {
            return found;
        }
        let mut rest: Vec<&ItemInFile> = all
            .iter()
            .filter(|(_, item)| matches!(item.kind, ItemKind::Meaning | ItemKind::Import | ItemKind::Macro))
            .filter(|item| !found.contains(item))
            .collect();
        loop {
            let (more, others): (Vec<&ItemInFile>, _) = rest.into_iter().partition(|item| mentions(item, &found, all));
            if more.is_empty() {
                return found;
            }
            found.extend(more);
            rest = others;
        }
    }

    /// Gives the functions whose texts are others than before.
    pub(super) fn functions(&self) -> impl Iterator<Item = &ItemInFile> {
        let is_function = |item: &Item| item.kind == ItemKind::Function;
        let is_known = move |item: &Item| {
            self.before.iter().any(|(_, other)| {
                is_function(other) && (&other.name, &other.text, &other.body) == (&item.name, &item.text, &item.body)
            })
        };
        self.after
            .iter()
            .filter(move |(_, item)| is_function(item) && !is_known(item))
    }

    /// Tells whether there was a function of this name before.
    fn had(&self, name: &str) -> bool {
        let mut before = self.before.iter();
        before.any(|(_, item)| item.kind == ItemKind::Function && item.name == name)
    }

    /// Gives what keeps the program from following. `after` are all texts; of a library, other crates have code.
    pub(super) fn refusals(&self, after: &Texts, is_library: bool) -> Vec<ReloadRefusal> {
        let mut refusals = Vec::new();
        let mut refuse = |(file, item): &ItemInFile, what: &str, why| {
            refusals.push(ReloadRefusal {
                what: format!("{what} `{}`", item.name),
                file: file.clone(),
                line: item.line,
                why,
                type_end: Some(item.end).filter(|_| self.is_told_by_layout(item)),
            });
        };
        let types = "values of it are in memory as they were";
        for (kind, what, why) in [
            (ItemKind::Struct, "struct", types),
            (ItemKind::Enum, "enum", types),
            (ItemKind::Union, "union", types),
            (
                ItemKind::Trait,
                "trait",
                "tables of its methods are in memory as they were",
            ),
            (
                ItemKind::Static,
                "static",
                "it has its type, and a value, since the program started",
            ),
            (ItemKind::Macro, "macro", "it may define types or statics"),
            (
                ItemKind::Associated,
                "type",
                "values that are made of it are in memory as they were",
            ),
        ] {
            for changed in self.changed(kind) {
                if kind != ItemKind::Macro || defines(&changed.1) {
                    refuse(changed, what, why);
                }
            }
        }
        self.dropped(after, &mut refuse);
        for function in self.functions() {
            if function.1.is_opaque && self.had(&function.1.name) {
                refuse(
                    function,
                    "function",
                    "the type of what it returns follows from its body, and values of that are in memory as they were",
                );
            }
        }
        for function in self.functions().filter(|(_, item)| is_library && self.had(&item.name)) {
            if !function.1.is_opaque && (function.1.is_generic || function.1.is_inline) {
                refuse(
                    function,
                    "function",
                    "it is generic or inline, and crates that use it have their own copies",
                );
            }
        }
        for function in self.changed(ItemKind::Function) {
            if is_exported(&function.1) {
                refuse(
                    function,
                    "function",
                    "its symbol does not tell its signature, which has changed",
                );
            }
        }
        let all = after
            .iter()
            .flat_map(|(file, text)| items(text).into_iter().map(|item| (file.clone(), item)));
        let all: Vec<ItemInFile> = all.collect();
        let meanings = self.meanings(&all);
        for found in all.iter().filter(|_| !meanings.is_empty()) {
            let what = match found.1.kind {
                ItemKind::Struct => "struct",
                ItemKind::Enum => "enum",
                ItemKind::Union => "union",
                ItemKind::Static => "static",
                ItemKind::Trait => "trait",
                ItemKind::Associated => "type",
                ItemKind::Function if is_exported(&found.1) => "function",
                _ => continue,
            };
            if !self.is_new(found) && mentions(found, &meanings, &all) {
                refuse(
                    found,
                    what,
                    "it mentions a name that came, went, or means something else now",
                );
            }
        }
        sort(&mut refusals);
        refusals.dedup_by(|a, b| (&a.what, &a.file, a.line) == (&b.what, &b.file, b.line));
        refusals
    }

    /// Tells whether two types are the same if their fields are of the same types, at the same places. A representation
    /// and the numbers of variants have to be compared as texts.
    fn is_told_by_layout(&self, item: &Item) -> bool {
        let is_more = |text: &str| match item.kind {
            ItemKind::Struct => words(text).any(|word| word == "repr"),
            _ => words(text).any(|word| word == "repr") || text.contains('='),
        };
        let of_name = |(_, other): &&ItemInFile| (other.kind, &other.name) == (item.kind, &item.name);
        let mut before = self.before.iter().filter(of_name);
        matches!(item.kind, ItemKind::Struct | ItemKind::Enum)
            && !is_more(&item.text)
            && !before.any(|(_, before)| is_more(&before.text))
    }

    /// Tells whether there was no item of this kind, scope and name in its file before.
    fn is_new(&self, found: &ItemInFile) -> bool {
        self.after.iter().any(|other| key(other) == key(found))
            && !self.before.iter().any(|other| key(other) == key(found))
    }

    /// Refuses an `impl Drop` that came or went, unless its type did, too.
    fn dropped(&self, after: &Texts, refuse: Refuse<'_>) {
        let drops = |all: &'_ [ItemInFile]| -> Vec<ItemInFile> {
            let drops = all.iter().filter(|(_, item)| item.kind == ItemKind::Drop);
            drops.cloned().collect()
        };
        let (old, new) = (drops(&self.before), drops(&self.after));
        let is_type = |item: &Item, name: &str| {
            matches!(item.kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Union) && item.name == name
        };
        for drop in &new {
            let name = words(&drop.1.name).next().unwrap_or_default().to_owned();
            let was_there = old.iter().any(|(_, other)| other.text == drop.1.text);
            let is_of_new = self.after.iter().any(|(_, item)| is_type(item, &name))
                && !self.before.iter().any(|(_, item)| is_type(item, &name));
            if !was_there && !is_of_new {
                refuse(drop, "impl Drop for", "running code does not call it");
            }
        }
        for drop in &old {
            let name = words(&drop.1.name).next().unwrap_or_default().to_owned();
            let is_there = new.iter().any(|(_, other)| other.text == drop.1.text);
            let mut texts = after.values();
            let has_type = texts.any(|text| items(text).iter().any(|item| is_type(item, &name)));
            if !is_there && has_type {
                refuse(drop, "impl Drop for", "it is gone, and running code calls it");
            }
        }
    }
}

/// What lives on in memory, as values or as tables.
const LASTING: [ItemKind; 6] = [
    ItemKind::Struct,
    ItemKind::Enum,
    ItemKind::Union,
    ItemKind::Trait,
    ItemKind::Static,
    ItemKind::Associated,
];

/// The kind, file, scope and name of an item.
type Key<'f> = (ItemKind, &'f Path, &'f str, &'f str);

fn key((file, item): &ItemInFile) -> Key<'_> {
    (item.kind, file, &item.scope, &item.name)
}

/// Gives the texts of the items of a kind, in order.
fn by_key(all: &[ItemInFile], kind: ItemKind) -> HashMap<Key<'_>, Vec<&str>> {
    let mut found: HashMap<Key<'_>, Vec<&str>> = HashMap::new();
    for item in all.iter().filter(|(_, item)| item.kind == kind) {
        found.entry(key(item)).or_default().push(&item.1.text);
    }
    found
}

/// Tells whether the symbol of a function does not tell its signature.
fn is_exported(item: &Item) -> bool {
    words(&item.text).any(|word| matches!(word, "no_mangle" | "export_name"))
}

/// Tells whether an item mentions one of others, which it sees, names by a path, or imports.
fn mentions((file, item): &ItemInFile, meanings: &[&ItemInFile], all: &[ItemInFile]) -> bool {
    let sees = |of: &PathBuf, other: &Item| {
        of == file && item.scope.starts_with(&other.scope) && other.scope.len() >= item.module
    };
    meanings.iter().any(|(meant, meaning)| {
        if meaning.kind == ItemKind::Import && meaning.name.ends_with('*') {
            return sees(meant, meaning);
        }
        let own = usize::from(meaning.name == item.name && item.kind != ItemKind::Import);
        if words(&item.text).filter(|word| *word == meaning.name).count() <= own {
            return false;
        }
        let is_import = |(of, import): &ItemInFile| {
            let names_it = import.name == meaning.name || import.name.ends_with('*') && is_of(import, (meant, meaning));
            import.kind == ItemKind::Import && names_it && sees(of, import)
        };
        sees(meant, meaning)
            || meaning.kind == ItemKind::Macro
            || item.text.contains(&format!(": {}", meaning.name)) && item.text.contains(": : ")
            || all.iter().any(is_import)
    })
}

/// Tells whether an import of all that a module has may bring in an item.
fn is_of(import: &Item, (file, item): (&Path, &Item)) -> bool {
    let from = import
        .text
        .trim_end_matches("::*")
        .rsplit("::")
        .next()
        .unwrap_or_default();
    let named = |path: Option<&Path>| path.and_then(Path::file_stem).is_some_and(|name| name == from);
    let within = item.scope.trim_end_matches("::").rsplit("::").next();
    matches!(from, "super" | "self" | "crate") || within == Some(from) || named(Some(file)) || named(file.parent())
}

/// Tells whether a macro may define what is laid out in memory.
fn defines(item: &Item) -> bool {
    const KEYWORDS: [&str; 6] = ["struct", "enum", "union", "static", "trait", "impl"];
    !item.text.starts_with("macro_rules") || words(&item.text).any(|word| KEYWORDS.contains(&word))
}

/// Gives a path as rustc names it, relative to the folder that it ran in.
pub(super) fn shown<'p>(path: &'p Path, dir: &Path) -> &'p Path {
    path.strip_prefix(dir).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Texts {
        Texts::from([("src/main.rs".into(), text.to_owned())])
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        let (before, after) = (texts(before), texts(after));
        let refusals = Changes::of(&before, &after).refusals(&after, false);
        let what: Vec<&str> = refusals.iter().map(|refusal| refusal.what.as_str()).collect();
        assert_eq!(what, expected, "{before:?} {after:?}");
    }

    #[test]
    fn what_changes_the_memory_is_refused() {
        check("struct A { a: u8 }", "struct A { a: u16 }", &["struct `A`"]);
        check(
            "struct A { a: u8, b: u8 }",
            "struct A { b: u8, a: u8 }",
            &["struct `A`"],
        );
        check("struct A { a: u8 }", "struct A { pub a: u8 }", &["struct `A`"]);
        check("enum A { B }", "enum A { B, C }", &["enum `A`"]);
        check("enum A { B = 1 }", "enum A { B = 2 }", &["enum `A`"]);
        check("union A { a: u8 }", "union A { a: u16 }", &["union `A`"]);
        check("struct A(u8);", "#[repr(C)] struct A(u8);", &["struct `A`"]);
        check("static A: u8 = 1;", "static A: u8 = 2;", &["static `A`"]);
        check("static A: u8 = 1;", "static A: i8 = 1;", &["static `A`"]);
        check(
            "thread_local! { static A: u8 = 1; }",
            "thread_local! { static A: u8 = 2; }",
            &["static `A`"],
        );
        check(
            "fn f() { static A: u8 = 1; }",
            "fn f() { static A: u8 = 2; }",
            &["static `A`"],
        );
        check(
            "trait T { fn f(&self); }",
            "trait T { fn f(&self); fn g(&self); }",
            &["trait `T`"],
        );
        check(
            "trait T { fn f(&self); }",
            "trait T { fn f(&mut self); }",
            &["trait `T`"],
        );
        check("trait T {}", "trait T: Copy {}", &["trait `T`"]);
        check(
            "struct A;",
            "struct A; impl Drop for A { fn drop(&mut self) {} }",
            &["impl Drop for `A`"],
        );
        check(
            "struct A; impl Drop for A { fn drop(&mut self) {} }",
            "struct A;",
            &["impl Drop for `A`"],
        );
        check(
            "mod m { struct A { a: u8 } }",
            "mod m { struct A { a: u16 } }",
            &["struct `A`"],
        );
        check("fn f() { struct A(u8); }", "fn f() { struct A(u16); }", &["struct `A`"]);
        check("bitflags! { A }", "bitflags! { B }", &["macro `bitflags`"]);
        check(
            "macro_rules! m { () => { struct A(u8); } }",
            "macro_rules! m { () => { struct A(u16); } }",
            &["macro `m`"],
        );
    }

    #[test]
    fn items_of_one_name_are_told_apart() {
        // Two modules, and two blocks of a function, exchange theirs.
        check(
            "mod a { struct A(u8); }\nmod b { struct A(u16); }",
            "mod a { struct A(u16); }\nmod b { struct A(u8); }",
            &["struct `A`", "struct `A`"],
        );
        check(
            "fn f() { { static A: u8 = 1; } }",
            "fn f() { { static A: u16 = 1; } { static A: u8 = 1; } }",
            &["static `A`"],
        );
        check("struct A(u8);", "struct A(u8); mod b { struct A(u16); }", &[]);
        check(
            "const _: () = { struct A(u8); };",
            "const _: () = { struct A(u16); };",
            &["struct `A`"],
        );
        check(
            "impl A { fn f() { struct A; } }",
            "impl A { fn f() { struct A; } fn g() {} }",
            &[],
        );
    }

    #[test]
    fn types_of_impls() {
        check(
            "struct A; impl Iterator for A { type Item = u8; }",
            "struct A; impl Iterator for A { type Item = u16; }",
            &["type `Item`"],
        );
        check(
            "impl T for A { type O = u8; }\nimpl T for B { type O = u16; }",
            "impl T for A { type O = u16; }\nimpl T for B { type O = u8; }",
            &["type `O`", "type `O`"],
        );
        check(
            "impl<X> T for X { type O = u8; }",
            "impl T for A { type O = u8; } impl T for B { type O = u16; }",
            &["type `O`"],
        );
        check(
            "impl T for A { type O = u8; }",
            "impl T for A { type O = u8; } impl T for B { type O = u16; }",
            &[],
        );
    }

    #[test]
    fn types_that_are_gone_are_remembered() {
        let (with, without) = (texts("struct A(u8); fn f() {}"), texts("fn f() {}"));
        let gone = Changes::of(&with, &without).gone();
        let refusals = |text: &str| {
            let changes = Changes::of(&without, &texts(text)).with_gone(&gone);
            changes.refusals(&texts(text), false).len()
        };
        assert_eq!(
            [
                refusals("struct A(u16);"),
                refusals("struct A(u8);"),
                refusals("struct B(u16);")
            ],
            [1, 0, 0]
        );
    }

    #[test]
    fn what_follows_from_a_body_is_refused() {
        check("async fn f() { 1; }", "async fn f() { 2; }", &["function `f`"]);
        check(
            "fn f() -> impl Iterator<Item = u8> { 0..3 }",
            "fn f() -> impl Iterator<Item = u8> { 0..4 }",
            &["function `f`"],
        );
        check("async fn f() {}", "async fn f() {} async fn g() {}", &[]);
    }

    #[test]
    fn a_symbol_that_does_not_tell_the_signature() {
        let before = "#[unsafe(no_mangle)] pub extern \"C\" fn f(a: u8) -> u8 { a }";
        check(before, &before.replace("a: u8", "a: u64"), &["function `f`"]);
        check(before, &before.replace("{ a }", "{ a + 1 }"), &[]);
    }

    #[test]
    fn what_other_crates_have_copies_of() {
        let check = |before: &str, is_library, expected: usize| {
            let after = texts(&before.replace('1', "2"));
            let refusals = Changes::of(&texts(before), &after).refusals(&after, is_library);
            assert_eq!(refusals.len(), expected, "{before}");
        };
        check("pub fn f<T>(_: T) -> u8 { 1 }", true, 1);
        check("pub fn f<T>(_: T) -> u8 { 1 }", false, 0);
        check("#[inline] pub fn f() -> u8 { 1 }", true, 1);
        check("pub fn f() -> u8 { 1 }", true, 0);
        check("pub trait T { fn f(&self) -> u8 { 1 } }", true, 1);
    }

    #[test]
    fn names_that_mean_something_else() {
        check(
            "type A = u8; struct B { a: A }",
            "type A = u16; struct B { a: A }",
            &["struct `B`"],
        );
        check(
            "const N: usize = 1; const M: usize = N; static B: [u8; M] = [0; M];",
            "const N: usize = 2; const M: usize = N; static B: [u8; M] = [0; M];",
            &["static `B`"],
        );
        check(
            "use a::A; struct B { a: A }",
            "use b::A; struct B { a: A }",
            &["struct `B`"],
        );
        check("use a::{A}; struct B { a: A }", "use a::{A, C}; struct B { a: A }", &[]);
        check("const N: u8 = 1; struct B;", "const N: u8 = 2; struct B;", &[]);
        // A macro stands for a type, in a trait too, of which the tables are kept.
        let macros = "macro_rules! a { () => { u8 } } struct B { a: a!() } trait T { fn f(&self, a: a!()); }";
        check(macros, &macros.replacen("u8", "u16", 1), &["struct `B`", "trait `T`"]);
        // A name hides another.
        let hidden = "use a::*; struct B { a: A }";
        check(hidden, &format!("{hidden} type A = u16;"), &["struct `B`"]);
        check(hidden, &format!("{hidden} use b::A;"), &["struct `B`"]);
        check(hidden, &format!("{hidden} struct A;"), &["struct `B`"]);
        check(hidden, "use b::*; struct B { a: A }", &["struct `B`"]);
        check(
            "type A = u8; use A as C; struct B(C);",
            "type A = u16; use A as C; struct B(C);",
            &["struct `B`"],
        );
        let exported = "type A = u8; #[unsafe(no_mangle)] fn f(a: A) {}";
        check(exported, &exported.replacen("u8", "u16", 1), &["function `f`"]);
        check("type A = u8;", "type A = u8; type C = u8; struct B { a: C }", &[]);
    }

    #[test]
    fn what_changes_code_alone_is_not() {
        check("fn f() -> u8 { 1 }", "fn f() -> u8 { 2 }", &[]);
        check("fn f() -> u8 { 1 }", "fn f() -> u16 { 2 }", &[]);
        check(
            "struct A { a: u8 }",
            "/// text\n#[derive(Debug)]\nstruct A {\n a: u8\n}",
            &[],
        );
        check(
            "struct A;",
            "struct A; struct B { b: u8 } static C: u8 = 1; trait T {}",
            &[],
        );
        check("struct A; struct B;", "struct B;", &[]);
        check("trait T { fn f(&self) { 1; } }", "trait T { fn f(&self) { 2; } }", &[]);
        check("macro_rules! m { () => { 1 } }", "macro_rules! m { () => { 2 } }", &[]);
        check("", "struct A; impl Drop for A { fn drop(&mut self) {} }", &[]);
        check("struct A; impl Drop for A { fn drop(&mut self) {} }", "", &[]);
        check(
            "impl A { fn f(&self) {} }",
            "impl A { fn f(&self) {} fn g(&self) {} }",
            &[],
        );
    }
}
