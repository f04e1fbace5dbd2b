//! Completion of Rust: what rustc knows, or only the names of the frame and the session.

use std::time::Duration;

use hook_rustc::sorted::{sort_by, sort_by_key};
use rustyline::completion::Pair;

use crate::console::input::Scope;
use crate::eval::complete::{Completion, CompletionContext, ItemKind, completions, cursor};
use crate::syntax;

/// The largest number of completions that are listed with their types, one in a row. More are listed by their names.
const ROWS: usize = 20;

/// The words that may begin or continue a line.
const WORDS: &str = "as async await break continue else enum false for impl let loop match move return struct trait \
                     true unsafe use while";
/// What std's prelude has, and its macros that a line is likely to call.
const PRELUDE: &str = "Box Clone Copy Debug Default Drop Eq Err From Into Iterator None Ok Option Ord PartialEq Result \
                       Some String Vec assert! assert_eq! bool char dbg! drop eprintln! f64 format! i32 i64 matches! \
                       println! str u8 usize vec!";

/// Returns the byte from which a text is completed, and what can stand there. rustc is given up after `patience`.
pub(super) fn complete(text: &str, after: &str, scope: &Scope, width: usize, patience: Duration) -> (usize, Vec<Pair>) {
    let Some(found) = cursor(text) else {
        return inline_argument(text, scope);
    };
    let typed = &text[found.word..];
    // Without anything typed, all that there is in the module is too much.
    let asks = found.before != CompletionContext::Nothing || !typed.is_empty();
    let hook = scope.hook.as_ref().filter(|_| asks);
    // A long list has no types.
    let enough = |known: &[Completion]| known.iter().filter(|found| begins(found, typed)).count() > ROWS;
    let known = hook.and_then(|hook| completions(hook, text, &found.before, patience, &enough));
    let mut pairs: Vec<Pair> = match known {
        Some(known) => pairs(&known, typed, after, width),
        None => Vec::new(),
    };
    if found.before == CompletionContext::Nothing {
        let mut words: Vec<&str> = scope.names.iter().map(String::as_str).collect();
        if !typed.is_empty() && scope.hook.is_some() {
            words.extend(WORDS.split_whitespace().chain(PRELUDE.split_whitespace()));
        }
        words.retain(|word| word.starts_with(typed) && !pairs.iter().any(|pair| pair.replacement.starts_with(word)));
        pairs.extend(words.into_iter().map(|word| Pair {
            display: word.to_owned(),
            replacement: word.to_owned(),
        }));
        sort_by(&mut pairs, &|one, other| one.replacement.cmp(&other.replacement));
        pairs.dedup_by(|one, other| one.replacement == other.replacement);
    }
    (found.word, pairs)
}

/// Returns the byte from which a name is completed that is not called, and what can stand there.
pub(super) fn name(text: &str, scope: &Scope, width: usize, patience: Duration) -> (usize, Vec<Pair>) {
    let (from, mut pairs) = complete(text, "(", scope, width, patience);
    pairs.retain(|pair| !WORDS.split_whitespace().any(|word| word == pair.replacement));
    for pair in &mut pairs {
        let length = pair.replacement.trim_end_matches([' ', '{', '!']).len();
        pair.replacement.truncate(length);
    }
    (from, pairs)
}

/// Completes the name of a local in the braces of a string that is being typed, as in `format!("{alp`.
fn inline_argument(text: &str, scope: &Scope) -> (usize, Vec<Pair>) {
    let Some(typed) = syntax::inline_argument(text) else {
        return (text.len(), Vec::new());
    };
    let is_name = |name: &&String| name.starts_with(typed) && !name.contains('.');
    let pair = |name: &String| Pair {
        display: name.clone(),
        replacement: name.clone(),
    };
    (
        text.len() - typed.len(),
        scope.names.iter().filter(is_name).map(pair).collect(),
    )
}

/// Returns whether a completion begins with what was typed.
fn begins(found: &Completion, typed: &str) -> bool {
    let plain = |name: &str| name.trim_start_matches("r#").to_owned();
    plain(&found.name).starts_with(&plain(typed))
}

/// Returns the completions that begin with what was typed. Fields come first.
fn pairs(known: &[Completion], typed: &str, after: &str, width: usize) -> Vec<Pair> {
    let mut found: Vec<&Completion> = known.iter().filter(|found| begins(found, typed)).collect();
    found.retain(|found| !matches!(found.kind, ItemKind::PrivateField(_)) || found.signature.is_some());
    sort_by_key(&mut found, &|found| !matches!(found.kind, ItemKind::Field(_)));
    let in_rows = found.len() <= ROWS;
    let is_called = after.starts_with('(');
    let pair = |found: &Completion| {
        let name = &found.name;
        let (call, told) = match (&found.kind, &found.signature) {
            (ItemKind::Field(ty), _) => ("", format!("{name}: {ty}")),
            (ItemKind::Value(ty), _) => ("", format!("{name}: {ty}")),
            (ItemKind::Function | ItemKind::PrivateField(_), Some(signature)) => {
                let call = if signature.parameters.is_empty() { "()" } else { "(" };
                (call, signature.of(name))
            }
            (ItemKind::Function | ItemKind::PrivateField(_), None) => ("(", format!("{name}(..)")),
            (ItemKind::Module, _) => ("::", format!("{name}::")),
            (ItemKind::Named, _) => (" { ", format!("{name} {{ .. }}")),
            (ItemKind::Type, _) => ("", name.clone()),
        };
        let call = if is_called && call.starts_with('(') { "" } else { call };
        Pair {
            display: if in_rows { cut(told, width) } else { name.clone() },
            replacement: format!("{name}{call}"),
        }
    };
    found.into_iter().map(pair).collect()
}

/// Cuts a text to a width.
pub(super) fn cut(text: String, width: usize) -> String {
    let room = width.saturating_sub(3).max(20);
    match text.char_indices().nth(room) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completion(name: &str, kind: ItemKind) -> Completion {
        Completion {
            name: name.into(),
            kind,
            signature: None,
        }
    }

    #[test]
    fn what_is_listed_and_what_is_put_in() {
        let known = [
            completion("io", ItemKind::Module),
            completion("len", ItemKind::Function),
            completion("limit", ItemKind::Field("u8".into())),
            completion("lock", ItemKind::PrivateField("M".into())),
        ];
        let told = |typed, after| {
            let pairs = pairs(&known, typed, after, 60).into_iter();
            pairs
                .map(|pair| format!("{} {}", pair.display, pair.replacement))
                .collect::<Vec<_>>()
        };
        assert_eq!(told("l", ""), ["limit: u8 limit", "len(..) len("]);
        assert_eq!(told("le", "()"), ["len(..) len"]);
        assert_eq!(told("i", ""), ["io:: io::"]);
        let many: Vec<_> = (0..30)
            .map(|number| completion(&format!("m{number}"), ItemKind::Function))
            .collect();
        assert_eq!(pairs(&many, "", "", 60)[0].display, "m0");
        assert_eq!(cut("ä".repeat(30), 25), "ä".repeat(22) + "..");
    }
}
