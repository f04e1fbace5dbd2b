//! The debug information that rustc writes for a crate, as LLVM's text: how the state of each coroutine is laid out,
//! and of which types code asks for the `TypeId`. Pure.
//!
//! Each type is a line of the text, a node with a number:
//!
//! ```text
//! !955 = !DICompositeType(tag: DW_TAG_structure_type, name: "{async_fn_env#0}", scope: !956, size: 1344, elements: !957)
//! !957 = !{!958}
//! !24052 = distinct !DISubprogram(name: "{async_fn#0}", linkageName: "_ZN..", scope: !956, type: !24053)
//! ```

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use hook_loader::{FunctionKind, parent_of_closure, symbol_path};

/// The types by which the instance of a slot is known, by which functions are kept that show values, and by which is
/// known what a literal is written to.
const OURS: [&str; 3] = ["::SlotInstance<", "::ShownType<", "::ReadType<"];

/// The number of a node.
type Id = usize;

/// Types nest no deeper.
const DEEPEST: usize = 200;

/// The debug information of a crate.
pub(super) struct DebugTypes<'t> {
    nodes: HashMap<Id, &'t str>,
    /// The functions by their mangled names.
    functions: HashMap<&'t str, Id>,
    /// Hashes of how types are laid out.
    known: RefCell<HashMap<Id, u64>>,
}

/// How the state of a coroutine is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CoroutineLayout {
    /// The size and the alignment in bits.
    size: (u64, u64),
    /// What it keeps in each state, in the order of the states.
    states: Vec<(String, BTreeSet<KeptField>)>,
}

/// What a coroutine keeps while it is suspended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct KeptField {
    offset: u64,
    name: String,
    ty: u64,
}

impl CoroutineLayout {
    /// Returns whether what is laid out so is the same in code for either. What cannot be told apart by its name is
    /// taken for another.
    pub(super) fn is_same(&self, other: &CoroutineLayout) -> bool {
        let is_told = |fields: &BTreeSet<KeptField>| {
            let named: BTreeSet<(&str, u64)> = fields.iter().map(|field| (field.name.as_str(), field.ty)).collect();
            named.len() == fields.len()
        };
        self == other && self.states.iter().all(|(_, fields)| is_told(fields))
    }

    /// Returns the names of what the other keeps longer, or of all that it keeps if that has none.
    fn kept_longer_in(&self, other: &CoroutineLayout) -> BTreeSet<String> {
        let states = self.states.iter().zip(&other.states);
        let mut longer = BTreeSet::new();
        for ((_, before), (_, after)) in states {
            longer.extend(&other.kept(after) - &self.kept(before));
        }
        // What has no name is called by a number, which changes with that of others.
        if longer.iter().all(|name| name.starts_with("__")) {
            let all = other.states.iter().flat_map(|(_, fields)| fields);
            longer.extend(all.map(|field| field.name.clone()));
        }
        longer
    }

    /// Returns the names of what is kept in a state. What the coroutine begins with is listed in each, moved or not.
    fn kept(&self, fields: &BTreeSet<KeptField>) -> BTreeSet<String> {
        let begun = self.states.first().map(|(_, fields)| fields);
        let is_kept = |field: &&KeptField| begun.is_none_or(|begun| !begun.contains(field));
        fields.iter().filter(is_kept).map(|field| field.name.clone()).collect()
    }
}

impl<'t> DebugTypes<'t> {
    /// Reads the nodes of a text.
    pub(super) fn read(text: &'t str) -> DebugTypes<'t> {
        let (mut nodes, mut functions) = (HashMap::new(), HashMap::new());
        for line in text.lines().filter(|line| line.starts_with('!')) {
            let Some((id, node)) = line[1..].split_once(" = ") else {
                continue;
            };
            let Ok(id) = id.parse::<Id>() else { continue };
            let node = node.strip_prefix("distinct ").unwrap_or(node);
            if node.starts_with("!DISubprogram(")
                && let Some(name) = field(node, "linkageName")
            {
                functions.insert(name, id);
            }
            nodes.insert(id, node);
        }
        DebugTypes {
            nodes,
            functions,
            known: RefCell::default(),
        }
    }

    /// Returns how the state of the coroutine is laid out whose code a function is, by its mangled name.
    pub(super) fn coroutine(&self, function: &str) -> Option<CoroutineLayout> {
        // The first parameter is a `Pin<&mut Coroutine>`.
        let function = self.functions.get(function)?;
        let ty = self.node(*function, "type")?;
        let pin = *self.list(self.node(ty, "types")?).get(1)?;
        let [pointer] = self.list(self.node(pin, "elements")?)[..] else {
            return None;
        };
        let pointer = self.node(pointer, "baseType")?;
        let coroutine = self.node(pointer, "baseType")?;
        let [part] = self.list(self.node(coroutine, "elements")?)[..] else {
            return None;
        };
        (self.field(part, "tag") == Some("DW_TAG_variant_part")).then_some(())?;
        let mut states = Vec::new();
        for state in self.list(self.node(part, "elements")?) {
            let kept = self.node(state, "baseType")?;
            let mut fields = BTreeSet::new();
            for member in self.list(self.node(kept, "elements")?) {
                fields.insert(KeptField {
                    offset: self.number(member, "offset"),
                    name: self.field(member, "name")?.to_owned(),
                    ty: self.layout(self.node(member, "baseType")?, 0)?,
                });
            }
            states.push((
                format!("{} {}", self.field(state, "extraData")?, self.field(kept, "name")?),
                fields,
            ));
        }
        Some(CoroutineLayout {
            size: (self.number(coroutine, "size"), self.number(coroutine, "align")),
            states,
        })
    }

    /// Returns whether there is code that gives the `TypeId` of a type with a closure or a coroutine in it, or that
    /// takes a value of one out of a `dyn Any`. Of each such type, `counts` is given the name.
    pub(super) fn asks_for_type_ids(&self, counts: &dyn Fn(&str) -> bool) -> bool {
        let mut functions = self.functions.values();
        functions.any(|id| {
            let name = self.field(*id, "name").unwrap_or_default();
            let (function, types) = name.split_once('<').unwrap_or((name, ""));
            // No value is told by ours.
            let counts =
                |types: &str| types.contains("_env#") && !OURS.iter().any(|ours| types.contains(ours)) && counts(types);
            let is_asker = || match self.scopes(*id)[..] {
                [.., "any", "core"] => !function.starts_with("type_name"),
                [.., "alloc"] => function.starts_with("downcast"),
                // Libraries have such functions of their own.
                _ => function.contains("type_id"),
            };
            counts(types) && is_asker()
        })
    }

    /// Returns the names of the modules and types that something is in, the innermost first.
    fn scopes(&self, id: Id) -> Vec<&'t str> {
        let (mut at, mut names) = (id, Vec::new());
        while let Some(scope) = self.node(at, "scope").filter(|_| names.len() < DEEPEST) {
            names.push(self.field(scope, "name").unwrap_or_default());
            at = scope;
        }
        names
    }

    /// Returns hashes of how what a function returns and takes is laid out.
    fn signature(&self, function: &str) -> Option<Vec<u64>> {
        let ty = self.node(*self.functions.get(function)?, "type")?;
        let types = self.list(self.node(ty, "types")?).into_iter();
        types
            .map(|ty| if ty == 0 { Some(0) } else { self.layout(ty, 0) })
            .collect()
    }

    /// Returns a hash of how a type is laid out. What it points at does not count, for that is not within it; nor do
    /// the numbers of closures in their names, for a hook has closures of its own.
    fn layout(&self, id: Id, depth: usize) -> Option<u64> {
        if let Some(&known) = self.known.borrow().get(&id) {
            return Some(known);
        }
        let node = self.nodes.get(&id).filter(|_| depth < DEEPEST)?;
        let tag = field(node, "tag").unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        let kind = node.split('(').next();
        (kind, tag, without_numbers(field(node, "name").unwrap_or_default())).hash(&mut hasher);
        for of in ["size", "align", "offset", "extraData", "encoding", "count"] {
            field(node, of).hash(&mut hasher);
        }
        if tag != "DW_TAG_pointer_type" {
            for of in ["baseType", "discriminator"] {
                let ty = self.node(id, of).map(|ty| self.layout(ty, depth + 1));
                ty.map_or(Some(0), |ty| ty)?.hash(&mut hasher);
            }
            if let Some(elements) = self.node(id, "elements") {
                for element in self.list(elements) {
                    self.layout(element, depth + 1)?.hash(&mut hasher);
                }
            }
        }
        let layout = hasher.finish();
        self.known.borrow_mut().insert(id, layout);
        Some(layout)
    }

    fn field(&self, id: Id, name: &str) -> Option<&'t str> {
        field(self.nodes.get(&id)?, name)
    }

    fn number(&self, id: Id, name: &str) -> u64 {
        self.field(id, name).and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// Returns the node that a field names.
    fn node(&self, id: Id, name: &str) -> Option<Id> {
        reference(self.field(id, name)?)
    }

    /// Returns the nodes of a list: `!{!958, null, !960}`. One that is not there is 0.
    fn list(&self, id: Id) -> Vec<Id> {
        let list = self
            .nodes
            .get(&id)
            .and_then(|node| node.strip_prefix("!{")?.strip_suffix('}'));
        let parts = list.unwrap_or_default().split(", ").filter(|part| !part.is_empty());
        parts.map(|part| reference(part).unwrap_or(0)).collect()
    }
}

fn reference(text: &str) -> Option<Id> {
    text.strip_prefix('!')?.parse().ok()
}

/// Returns a field of a node: `!DIBasicType(name: "u32", size: 32)`.
fn field<'t>(node: &'t str, wanted: &str) -> Option<&'t str> {
    let (_, mut rest) = node.split_once('(')?;
    loop {
        let (name, behind) = rest.split_once(": ")?;
        let (value, next) = match behind.strip_prefix('"') {
            Some(text) => text.split_once('"')?,
            None => behind.split_at(behind.find([',', ')'])?),
        };
        if name == wanted {
            return Some(value);
        }
        rest = next.strip_prefix(", ")?;
    }
}

/// Returns the name of a type without the numbers that tell closures of a function from each other.
fn without_numbers(name: &str) -> String {
    let mut parts = name.split('#');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += part.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out
}

/// The types of the running code and of the new one, which differ only in hooks.
#[derive(Clone, Copy)]
pub(super) struct BothTypes<'b, 't> {
    pub(super) before: &'b DebugTypes<'t>,
    pub(super) after: &'b DebugTypes<'t>,
}

impl BothTypes<'_, '_> {
    /// Returns the functions of a crate with a coroutine that is laid out in another way than before, by their paths,
    /// each with the names of what it keeps longer.
    pub(super) fn kept_longer(&self, krate: &str) -> Vec<(String, Vec<String>)> {
        let mut longer: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for function in self.after.functions.keys() {
            let of_crate = |path: &String| path.trim_start_matches('<').starts_with(krate);
            let Some(path) = symbol_path(function).filter(of_crate) else {
                continue;
            };
            let Some(parent) = parent_of_closure(&path) else {
                continue;
            };
            if let (Some(before), Some(after)) = (self.before.coroutine(function), self.after.coroutine(function))
                && !before.is_same(&after)
            {
                longer
                    .entry(parent.to_owned())
                    .or_default()
                    .extend(before.kept_longer_in(&after));
            }
        }
        let longer = longer
            .into_iter()
            .map(|(path, names)| (path, names.into_iter().collect()));
        longer.collect()
    }

    /// Returns what a function is to a reload. A coroutine that is laid out as before is like any other function then,
    /// for all in its code but the hooks is as it was; and so is a function that returns something laid out as before.
    pub(super) fn kind(&self, function: &str, kind: FunctionKind) -> FunctionKind {
        if !matches!(kind, FunctionKind::Coroutine | FunctionKind::Closure) {
            return kind;
        }
        if symbol_path(function).is_some_and(|path| parent_of_closure(&path).is_none()) {
            let (before, after) = (self.before.signature(function), self.after.signature(function));
            return match before.is_some() && before == after {
                true => FunctionKind::Plain,
                false => kind,
            };
        }
        match (self.before.coroutine(function), self.after.coroutine(function)) {
            (Some(before), Some(after)) if before.is_same(&after) => FunctionKind::Plain,
            (None, None) => FunctionKind::Closure,
            _ => FunctionKind::Coroutine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The nodes of a coroutine with one state, in which it keeps these: an offset, a name, a type.
    fn text(kept: &[(u64, &str, usize)], size: u64) -> String {
        let members: Vec<String> = (0..kept.len()).map(|number| format!("!{}", 100 + number)).collect();
        let mut text = format!(
            "define void @f() {{\n!1 = distinct !DISubprogram(name: \"{{async_fn#0}}\", linkageName: \"_ZN4demo5later28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE\", scope: !2, type: !3)\n\
             !3 = !DISubroutineType(types: !4)\n!4 = !{{null, !5, !9}}\n!5 = !DICompositeType(tag: DW_TAG_structure_type, name: \"Pin<&mut A>\", elements: !6)\n\
             !6 = !{{!7}}\n!7 = !DIDerivedType(tag: DW_TAG_member, name: \"pointer\", baseType: !8)\n\
             !8 = !DIDerivedType(tag: DW_TAG_pointer_type, name: \"&mut A\", baseType: !10)\n\
             !9 = !DIBasicType(name: \"u8\", size: 8, encoding: DW_ATE_unsigned)\n\
             !10 = !DICompositeType(tag: DW_TAG_structure_type, name: \"{{async_fn_env#0}}\", size: {size}, align: 64, elements: !11)\n\
             !11 = !{{!12}}\n!12 = !DICompositeType(tag: DW_TAG_variant_part, elements: !13)\n!13 = !{{!30, !14}}\n\
             !30 = !DIDerivedType(tag: DW_TAG_member, name: \"0\", baseType: !31, extraData: i8 0)\n\
             !31 = !DICompositeType(tag: DW_TAG_structure_type, name: \"Unresumed\", elements: !32)\n!32 = !{{!33}}\n\
             !33 = !DIDerivedType(tag: DW_TAG_member, name: \"p\", baseType: !9, offset: 99)\n\
             !14 = !DIDerivedType(tag: DW_TAG_member, name: \"3\", baseType: !15, extraData: i8 3)\n\
             !15 = !DICompositeType(tag: DW_TAG_structure_type, name: \"Suspend0\", elements: !16)\n!16 = !{{{}}}\n\
             !20 = !DICompositeType(tag: DW_TAG_structure_type, name: \"{{closure_env#1}}<(A, B)>\", size: 8, elements: !21)\n!21 = !{{}}\n\
             !22 = !DICompositeType(tag: DW_TAG_structure_type, name: \"{{closure_env#2}}<(A, B)>\", size: 8, elements: !21)\n",
            members.join(", ")
        );
        for (member, (offset, name, ty)) in members.iter().zip(kept) {
            text += &format!(
                "{member} = !DIDerivedType(tag: DW_TAG_member, name: \"{name}\", baseType: !{ty}, offset: {offset})\n"
            );
        }
        text
    }

    /// Checks whether both are laid out in the same way, and if not, what the second keeps longer.
    #[track_caller]
    fn check(before: &[(u64, &str, usize)], after: &[(u64, &str, usize)], expected: Option<&[&str]>) {
        let (before, after) = (text(before, 64), text(after, 64));
        let (before, after) = (DebugTypes::read(&before), DebugTypes::read(&after));
        let both = BothTypes {
            before: &before,
            after: &after,
        };
        let longer = both.kept_longer("demo");
        let expected: Vec<(String, Vec<String>)> = expected
            .map(|names| {
                (
                    "demo::later".into(),
                    names.iter().map(|name| (*name).to_owned()).collect(),
                )
            })
            .into_iter()
            .collect();
        assert_eq!(longer, expected);
        let name = *after.functions.keys().next().unwrap();
        let kind = both.kind(name, FunctionKind::Coroutine);
        assert_eq!(kind == FunctionKind::Plain, expected.is_empty(), "{kind:?}");
    }

    #[test]
    fn coroutines_are_compared() {
        check(&[(0, "a", 9), (8, "b", 9)], &[(8, "b", 9), (0, "a", 9)], None);
        check(&[(0, "a", 9)], &[(0, "a", 9), (8, "b", 9)], Some(&["b"]));
        check(
            &[(0, "a", 9), (8, "b", 9)],
            &[(0, "b", 9), (8, "a", 9)],
            Some(&["a", "b", "p"]),
        );
        check(&[(0, "a", 9)], &[(0, "a", 20)], Some(&["a", "p"]));
        // What it began with is listed in each state, and kept where it is elsewhere.
        check(&[(99, "p", 9)], &[(8, "p", 9)], Some(&["p"]));
        // Which of two of one name is which is not known.
        check(
            &[(0, "a", 9), (8, "a", 9)],
            &[(0, "a", 9), (8, "a", 9)],
            Some(&["a", "p"]),
        );
        // Closures have other numbers beside those of a hook.
        check(&[(0, "a", 20)], &[(0, "a", 22)], None);
    }

    #[test]
    fn a_size_counts() {
        let (before, after) = (text(&[], 64), text(&[], 128));
        let (before, after) = (DebugTypes::read(&before), DebugTypes::read(&after));
        let both = BothTypes {
            before: &before,
            after: &after,
        };
        assert_eq!(
            both.kept_longer("demo"),
            [("demo::later".to_owned(), vec!["p".to_owned()])]
        );
    }

    #[test]
    fn what_is_not_there_is_no_coroutine() {
        for broken in [
            "",
            "!1 = ",
            "!1 = !DISubprogram(linkageName: \"f\", type: !1)",
            "!1 = !DISubprogram(linkageName: \"f",
        ] {
            assert_eq!(DebugTypes::read(broken).coroutine("f"), None, "{broken}");
        }
        // What is within itself ends.
        let circle = "!1 = !DISubprogram(linkageName: \"f\", type: !2)\n!2 = !DISubroutineType(types: !3)\n!3 = !{!4}\n!4 = !DIDerivedType(tag: DW_TAG_member, baseType: !4)";
        assert_eq!(DebugTypes::read(circle).signature("f"), None);
    }

    #[track_caller]
    fn asks(scopes: &[&str], function: &str, expected: bool) {
        let mut text = format!("!1 = !DISubprogram(name: \"{function}\", linkageName: \"f\", scope: !2)\n");
        for (number, scope) in (2..).zip(scopes) {
            let outer = match number > scopes.len() {
                true => "null".to_owned(),
                false => format!("!{}", number + 1),
            };
            text += &format!("!{number} = !DINamespace(name: \"{scope}\", scope: {outer})\n");
        }
        assert_eq!(
            DebugTypes::read(&text).asks_for_type_ids(&|_| true),
            expected,
            "{function}"
        );
    }

    #[test]
    fn types_that_are_asked_for() {
        asks(&["TypeId", "any", "core"], "of<demo::later::{async_fn_env#0}>", true);
        asks(&["TypeId", "any", "core"], "of<demo::Order>", false);
        asks(&["any", "core"], "type_name<demo::later::{async_fn_env#0}>", false);
        asks(
            &["{impl#0}", "any", "core"],
            "type_id<fn() -> demo::later::{async_fn_env#0}>",
            true,
        );
        asks(&["boxed", "alloc"], "downcast<demo::run::{closure_env#0}>", true);
        asks(&["boxed", "alloc"], "new<demo::run::{closure_env#0}>", false);
        asks(&["net"], "their_type_id<demo::run::{closure_env#0}>", true);
        asks(
            &["TypeId", "any", "core"],
            "of<a::SlotInstance<demo::run::{closure_env#0}, ()>>",
            false,
        );
    }
}
