//! What rustc says of the layouts of types, beside what the texts say.

use std::path::Path;

use hook_loader::{ComparedTable, symbol_path};

use super::changes::Texts;
use super::refuse::ReloadRefusal;
use crate::eval::beside::{LAYOUT_TABLE, tabled_types};

/// Returns the refusals that hold once the tables of layouts are compared. `texts` are the new sources.
///
/// Of a type with a table in both, the table decides: it goes on if rustc lays it out as before, of the same parts,
/// whatever its text says, and it is refused if not.
pub(super) fn decided(
    mut refusals: Vec<ReloadRefusal>,
    compared: &[ComparedTable<'_>],
    texts: &Texts,
) -> Vec<ReloadRefusal> {
    let is_open = refusals.iter().any(|refusal| refusal.type_end.is_some());
    if !is_open && compared.iter().all(|table| table.is_same) {
        return refusals;
    }
    let compared: Vec<(String, bool)> = compared
        .iter()
        .filter_map(|table| {
            let path = symbol_path(table.name)?;
            Some((path.rsplit("::").next()?.to_owned(), table.is_same))
        })
        .filter(|(name, _)| name.starts_with(LAYOUT_TABLE))
        .collect();
    for (file, text) in texts {
        let Some(path) = file.to_str() else { continue };
        for tabled in tabled_types(path, text) {
            let mut of_type = compared.iter().filter(|(name, _)| *name == tabled.table).peekable();
            if of_type.peek().is_none() {
                continue;
            }
            let is_same = of_type.all(|(_, is_same)| *is_same);
            let is_it = |refusal: &ReloadRefusal| refusal.type_end == Some(tabled.end) && refusal.file == *file;
            if is_same {
                refusals.retain(|refusal| !is_it(refusal));
            } else if !refusals.iter().any(|refusal| is_at(refusal, file, text, tabled.end)) {
                refusals.push(ReloadRefusal {
                    what: format!("type `{}`", tabled.name),
                    file: file.clone(),
                    line: line(text, tabled.end),
                    why: "rustc lays it out in another way than before, and values of it are in memory",
                    type_end: Some(tabled.end),
                });
            }
        }
    }
    refusals
}

/// Returns whether a refusal is that of the type whose definition ends at a byte.
fn is_at(refusal: &ReloadRefusal, file: &Path, text: &str, end: usize) -> bool {
    refusal.file == *file && (refusal.type_end == Some(end) || refusal.line == line(text, end))
}

fn line(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::reload::changes::Changes;

    /// Compares two texts, of which the tables are the same but for the types named in `other`.
    #[track_caller]
    fn check(before: &str, after: &str, other: &[&str], expected: &[&str]) {
        let texts = |text: &str| Texts::from([("/src/main.rs".into(), text.to_owned())]);
        let (before, after) = (texts(before), texts(after));
        let refusals = Changes::of(&before, &after).refusals((false, false));
        let path = Path::new("/src/main.rs");
        let tables = tabled_types("/src/main.rs", &after[path]);
        let symbols: Vec<(String, bool)> = tables
            .iter()
            .map(|tabled| {
                let name = &tabled.table;
                let is_same = !other.contains(&tabled.name.as_str());
                (format!("_ZN4demo{}{name}17h0123456789abcdefE", name.len()), is_same)
            })
            .collect();
        let compared: Vec<ComparedTable<'_>> = symbols
            .iter()
            .map(|(name, is_same)| ComparedTable {
                name,
                is_same: *is_same,
            })
            .collect();
        let decided = decided(refusals, &compared, &after);
        let what: Vec<&str> = decided.iter().map(|refusal| refusal.what.as_str()).collect();
        assert_eq!(what, expected);
    }

    #[test]
    fn rustc_decides_of_types() {
        let renamed = ("struct A { a: B } type B = u8;", "struct A { a: C } type C = u8;");
        check(renamed.0, renamed.1, &[], &[]);
        check(renamed.0, renamed.1, &["A"], &["struct `A`"]);
        check("#[serde(x)] struct A(u8);", "struct A(u8);", &[], &[]);
        check("enum E { A(u8) }", "enum E { #[serde(x)] A(u8) }", &[], &[]);
        // The texts say nothing of it.
        check(
            "struct A(u8);\nfn f() {}",
            "struct A(u8);\nfn f() { 1; }",
            &["A"],
            &["type `A`"],
        );
    }

    #[test]
    fn texts_decide_where_rustc_does_not() {
        check("struct A<T>(T);", "struct A<T>(u8, T);", &[], &["struct `A`"]);
        check("#[repr(C)] struct A(u8);", "struct A(u8);", &[], &["struct `A`"]);
        check("enum E { A = 1 }", "enum E { A = 2 }", &[], &["enum `E`"]);
        check("static A: u8 = 1;", "static A: u8 = 2;", &[], &["static `A`"]);
        check("union A { a: u8 }", "union A { a: i8 }", &[], &["union `A`"]);
    }
}
