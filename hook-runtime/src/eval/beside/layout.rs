//! Tables of how rustc lays out the types of a crate, which are compiled along with it.
//!
//! A table is a static behind the definition of a type. It has the size, the alignment and the offsets of the fields as
//! numbers, and refers to a function of the standard library for the type and for that of each field: the names of
//! these functions tell types apart, by a hash of all that defines them. Names of the scheme v0 have no such hash, so
//! there a table has the ids of the types as well. What is generic has no table, for it has no layout.

use std::collections::HashMap;

use super::definition::{Definition, Fields, Shape};
use super::{Additions, definitions};

/// The names of tables begin with this.
pub(crate) const LAYOUT_TABLE: &str = "__HOOKABLE_LAYOUT_";

/// A crate has at most so many tables.
const MOST: usize = 4000;

/// A type that has a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TabledType {
    pub(crate) name: String,
    /// The name of the table.
    pub(crate) table: String,
    /// The byte behind the definition.
    pub(crate) end: usize,
}

/// Returns the tables of all types in sources, which are files with their texts, by file. `with_ids` says that they
/// have the ids of the types, too.
pub(crate) fn tables(sources: &[(String, String)], with_ids: bool) -> HashMap<String, Additions> {
    let mut count = 0;
    let mut tables = HashMap::new();
    for (file, text) in sources {
        let mut of_file: Additions = Vec::new();
        for (tabled, definition) in tabled(file, text) {
            count += 1;
            if count <= MOST {
                of_file.push((tabled.end, table(&tabled, &definition, with_ids)));
            }
        }
        if !of_file.is_empty() {
            of_file.sort_by_key(|(at, _)| *at);
            tables.insert(file.clone(), of_file);
        }
    }
    tables
}

/// Returns the types of a source that have tables.
pub(crate) fn tabled_types(file: &str, text: &str) -> Vec<TabledType> {
    tabled(file, text).map(|(tabled, _)| tabled).collect()
}

fn tabled(file: &str, text: &str) -> impl Iterator<Item = (TabledType, Definition)> {
    let has_types = text.contains("struct") || text.contains("enum");
    let all = if has_types { definitions(text) } else { Vec::new() };
    let file = file.to_owned();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let concrete = all
        .into_iter()
        .filter(|definition| definition.params.iter().all(|param| param.name.starts_with('\'')));
    concrete.map(move |definition| {
        let number = numbers.entry(definition.name.clone()).or_default();
        *number += 1;
        let tabled = TabledType {
            name: definition.name.clone(),
            table: format!(
                "{LAYOUT_TABLE}{:016X}",
                hash(&[&file, &definition.name, &number.to_string()])
            ),
            end: definition.end,
        };
        (tabled, definition)
    })
}

fn table(tabled: &TabledType, definition: &Definition, with_ids: bool) -> String {
    let arguments = vec!["'static"; definition.params.len()].join(", ");
    let ty = format!("{}<{arguments}>", definition.name).replace("<>", "");
    let mut numbers = vec![
        (String::new(), format!("::core::mem::size_of::<{ty}>()")),
        (String::new(), format!("::core::mem::align_of::<{ty}>()")),
    ];
    let mut types = vec![(String::new(), ty.clone())];
    let mut add_types = |cfgs: &str, fields: &Fields| {
        for field in fields.all() {
            let mut of_field = field.ty.clone();
            for param in &definition.params {
                of_field = with(&of_field, &param.name, "'static");
            }
            types.push((format!("{cfgs}{}", field.cfgs), with(&of_field, "Self", &ty)));
        }
    };
    match &definition.shape {
        Shape::Struct(fields) => {
            add_types("", fields);
            let offset = |name: &str| format!("::core::mem::offset_of!({ty}, {name})");
            let offsets = fields.all().iter();
            numbers.extend(offsets.map(|field| (field.cfgs.clone(), offset(&field.name))));
        }
        Shape::Enum(variants) => variants
            .iter()
            .for_each(|variant| add_types(&variant.cfgs, &variant.fields)),
    }
    let of_types = |what: &str, end: &str| -> String {
        let all = types
            .iter()
            .map(|(cfgs, ty)| format!("{cfgs} ::core::any::{what}::<{ty}>{end}"));
        all.collect::<Vec<_>>().join(", ")
    };
    let all_numbers: Vec<String> = numbers.iter().map(|(cfgs, number)| format!("{cfgs}{number}")).collect();
    let count = length(&types);
    let (ids_type, ids) = match with_ids {
        true => (
            format!(", [::core::any::TypeId; {count}]"),
            format!(", [{}]", of_types("TypeId::of", "()")),
        ),
        false => Default::default(),
    };
    format!(
        " {} #[allow(warnings)] #[used] static {}: ([usize; {}], [fn() -> &'static str; {count}]{ids_type}) = ([{}], [{}]{ids});",
        definition.cfgs,
        tabled.table,
        length(&numbers),
        all_numbers.join(", "),
        of_types("type_name", "")
    )
}

/// Returns the length of an array of parts with their attributes, of which rustc knows how many there are.
fn length(parts: &[(String, String)]) -> String {
    if parts.iter().all(|(cfgs, _)| cfgs.is_empty()) {
        return parts.len().to_string();
    }
    let parts: Vec<String> = parts.iter().map(|(cfgs, _)| format!("{cfgs}()")).collect();
    format!("[{}].len()", parts.join(", "))
}

/// Returns the text of a type with something else in the place of a lifetime or a name.
fn with(ty: &str, name: &str, other: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let (mut out, mut at) = (String::new(), 0);
    for (found, _) in ty.match_indices(name) {
        let before = ty[..found].ends_with(is_part) && name.starts_with(is_part);
        if !before && !ty[found + name.len()..].starts_with(is_part) {
            out = out + &ty[at..found] + other;
            at = found + name.len();
        }
    }
    out + &ty[at..]
}

/// Returns a hash that is the same in each process.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let tables = tables(&[("a.rs".into(), text.to_owned())], false);
        let all: Vec<&str> = tables.values().flatten().map(|(_, text)| text.as_str()).collect();
        assert_eq!(all.len(), expected.len(), "{all:?}");
        for (table, expected) in all.iter().zip(expected) {
            assert!(table.contains(expected), "{table}\n{expected}");
        }
    }

    #[test]
    fn what_a_table_has() {
        check(
            "struct A { a: u8, b: String }",
            &[
                "([usize; 4], [fn() -> &'static str; 3]) = ([::core::mem::size_of::<A>(), ::core::mem::align_of::<A>(), \
               ::core::mem::offset_of!(A, a), ::core::mem::offset_of!(A, b)]",
            ],
        );
        check("struct A(u8);", &["offset_of!(A, 0)"]);
        check("struct A;", &["([usize; 2], [fn() -> &'static str; 1])"]);
        check(
            "enum E { A(u8), B { c: u16 }, D }",
            &["type_name::<E>,  ::core::any::type_name::<u8>,  ::core::any::type_name::<u16>"],
        );
        check(
            "struct A<'a, 'ab>(&'a u8, &'ab u8);",
            &["type_name::<&'static u8>,  ::core::any::type_name::<&'static u8>"],
        );
        // `Self` has no meaning outside of the definition.
        check(
            "struct A<'a>(Option<&'a Self>, Selfish, MySelf);",
            &[
                "type_name::<Option<&'static A<'static>>>,  ::core::any::type_name::<Selfish>,  ::core::any::type_name::<MySelf>",
            ],
        );
        // What is not compiled is not counted.
        check(
            "enum E { A(u8), #[cfg(windows)] B(ctrlc::Error, #[cfg(test)] u16) }",
            &["[fn() -> &'static str; [(), (), #[cfg(windows)](), #[cfg(windows)]#[cfg(test)]()].len()]) = ("],
        );
        check(
            "struct A { #[cfg(windows)] a: u8, b: u16 }",
            &[
                "::core::mem::align_of::<A>(), #[cfg(windows)]::core::mem::offset_of!(A, a), ::core::mem::offset_of!(A, b)]",
            ],
        );
        check(
            "struct A<T>(T); struct B<const N: usize>([u8; N]); union C { a: u8 }",
            &[],
        );
        check(
            "#[cfg(unix)] struct A;",
            &["#[cfg(unix)] #[allow(warnings)] #[used] static"],
        );
    }

    #[test]
    fn what_a_table_with_ids_has() {
        let tables = tables(&[("a.rs".into(), "struct A(u8);".to_owned())], true);
        let (_, table) = &tables["a.rs"][0];
        assert!(table.contains("[::core::any::TypeId; 2]) = "), "{table}");
        assert!(
            table.ends_with("[ ::core::any::TypeId::of::<A>(),  ::core::any::TypeId::of::<u8>()]);"),
            "{table}"
        );
    }

    #[test]
    fn types_of_one_name_have_tables_of_their_own() {
        let text = "fn f() { struct A; } fn g() { struct A; }";
        let types = tabled_types("a.rs", text);
        assert_eq!((types.len(), types[0].end), (2, text.find(';').unwrap() + 1));
        assert_ne!(types[0].table, types[1].table);
        assert_ne!(types[0].table, tabled_types("b.rs", text)[0].table);
    }
}
