//! What a line writes behind a shared reference, as far as its text tells: rustc says of no such write what it writes.

use proc_macro2::{Delimiter, TokenTree};

use super::{is_group, is_punct, lex};

/// The methods by which cells, locks, atomics and what these have in them are written, and by whose name no other one
/// of std goes that only reads.
const WRITERS: [&str; 26] = [
    "append",
    "borrow_mut",
    "clear",
    "compare_exchange",
    "drain",
    "extend",
    "fetch_add",
    "fetch_and",
    "fetch_max",
    "fetch_min",
    "fetch_or",
    "fetch_sub",
    "fetch_update",
    "insert",
    "pop",
    "push",
    "push_str",
    "remove",
    "retain",
    "set",
    "sort",
    "store",
    "swap",
    "truncate",
    "update",
    "write_all",
];

/// Returns the names in which the chains of a line begin that write what a call in them leads to: `cell` of
/// `*cell.lock().unwrap() = 2`, and `self` of `self.count.set(1)`.
pub(crate) fn written_through(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let trees: Vec<TokenTree> = lex(text).into_iter().flatten().collect();
    search(&trees, &mut names);
    names
}

fn search(trees: &[TokenTree], names: &mut Vec<String>) {
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        match tree {
            TokenTree::Ident(name) => {
                let (end, writes) = chain(trees, at);
                if writes {
                    names.push(name.to_string());
                }
                inside(&trees[at..end], names);
                at = end;
            }
            _ => {
                inside(std::slice::from_ref(tree), names);
                at += 1;
            }
        }
    }
}

fn inside(trees: &[TokenTree], names: &mut Vec<String>) {
    for tree in trees {
        if let TokenTree::Group(group) = tree {
            let trees: Vec<TokenTree> = group.stream().into_iter().collect();
            search(&trees, names);
        }
    }
}

/// Returns where the chain of fields, methods and indices ends that begins with a name, and whether it writes what a
/// call in it leads to.
fn chain(trees: &[TokenTree], start: usize) -> (usize, bool) {
    let (mut end, mut calls, mut writes) = (start + 1, false, false);
    loop {
        let tree = trees.get(end);
        if is_punct(tree, '?') || is_group(tree, Delimiter::Bracket) {
            end += 1;
        } else if is_punct(tree, '.') && !is_punct(trees.get(end + 1), '.') {
            let is_call = is_group(trees.get(end + 2), Delimiter::Parenthesis);
            if let (Some(TokenTree::Ident(method)), true) = (trees.get(end + 1), is_call) {
                writes |= WRITERS.contains(&method.to_string().as_str());
                calls = true;
            }
            end += 2 + usize::from(is_call);
        } else {
            break;
        }
    }
    let end = end.min(trees.len());
    (end, writes || calls && is_assigned(&trees[end..]))
}

/// Returns whether what stands before these tokens is assigned to.
fn is_assigned(behind: &[TokenTree]) -> bool {
    let is_operator = |tree: &TokenTree| "+-*/%&|^".chars().any(|operator| is_punct(Some(tree), operator));
    let at = usize::from(behind.first().is_some_and(is_operator));
    is_punct(behind.get(at), '=') && !is_punct(behind.get(at + 1), '=') && !is_punct(behind.get(at + 1), '>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_that_write() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(written_through(text), expected, "{text}");
        }
        check("*cell.lock().unwrap() = 2", &["cell"]);
        check("node.data.borrow_mut().open = false;", &["node"]);
        check("self.count.set(self.count.get() + 1)", &["self"]);
        check("hits.fetch_add(1, Ordering::SeqCst)", &["hits"]);
        check("self.rows.lock().unwrap()[0] += a.len()", &["self"]);
        check("map.read()?.name |= true", &["map"]);
        check("for n in &nodes { n.list.lock().push(1) }", &["n"]);
        check("if a.get() == 1 { b.set(2) }", &["b"]);
        check("(|| c.store(1))()", &["c"]);
        for text in [
            "a = b.get()",
            "a.b = 1",
            "let x = cell.lock().unwrap().len();",
            "cell.borrow().len() == 1",
            "cell.get() <= 2 && cell.get() != 3",
            "match a.b() { x => 1 }",
            "v.iter().take(2).collect::<Vec<_>>()",
            "0..n.len()",
            "a.b()..=c.d()",
            "a.",
            "a.push",
            "",
        ] {
            check(text, &[]);
        }
    }
}
