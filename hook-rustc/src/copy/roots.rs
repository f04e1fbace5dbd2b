//! Functions are kept in code from which what called them was left out.
//!
//! rustc makes code of a function only if the crate hands it out or something calls it. A variable that has the address
//! of the function is such a caller, and the optimizer keeps it if it is said to be used. It stands in a constant of
//! its own, beside the item that the function is, so that no symbol of the crate changes.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::bodies::{Function, Parameter};
use crate::lexer::{Token, Tokens};
use crate::sorted::sort_by_key;

/// Returns a root for a function, and the byte at which the root can stand.
pub(super) fn root(function: &Function<'_>, core: &str) -> Option<(usize, String)> {
    let (name, number) = (function.named.as_ref()?, function.body.start);
    let root = format!(
        " const __HOOKABLE_ROOT_{number}: () = {{ #[used] static ROOT: ::{core}::sync::atomic::AtomicPtr<()> = \
         ::{core}::sync::atomic::AtomicPtr::new({name} as *mut ()); }};",
    );
    Some((function.beside, root))
}

/// Returns a root for an instance of a function of which there is code only with types, or where it is awaited.
/// `called` names the instance.
pub(super) fn instance(function: &Function<'_>, called: &str, core: &str) -> (usize, String) {
    let mut hasher = DefaultHasher::new();
    (function.body.start, called).hash(&mut hasher);
    let number = hasher.finish();
    let has_implied = function
        .parameters
        .iter()
        .any(|parameter| !parameter.implied.is_empty());
    let (kept, code) = match function.is_future || has_implied {
        false => (called, String::new()),
        true => {
            let call = call(function, called);
            let any =
                format!("fn any<T>() -> T {{ ::{core}::hint::black_box(::{core}::option::Option::None).unwrap() }} ");
            let calls = match function.is_future {
                false => format!("fn calls() {{ let _ = {call}; }} "),
                true => format!(
                    "fn poll<F: ::{core}::future::Future>(future: F) {{ \
                     let _ = ::{core}::future::Future::poll(::{core}::pin::pin!(future), any()); }} \
                     fn calls() {{ poll({call}) }} "
                ),
            };
            ("calls", any + &calls)
        }
    };
    let root = format!(
        " const __HOOKABLE_INSTANCE_{number:x}: () = {{ {code}#[used] static ROOT: ::{core}::sync::atomic::AtomicPtr<()> = \
         ::{core}::sync::atomic::AtomicPtr::new({kept} as *mut ()); }};",
    );
    (function.beside, root)
}

/// Returns a call of a function with arguments that never are. A path cannot give the types that stand for
/// `impl Trait`, which rustc has behind the other type arguments: the arguments of the call have them.
fn call(function: &Function<'_>, called: &str) -> String {
    let count = function
        .parameters
        .iter()
        .map(|parameter| parameter.implied.len())
        .sum();
    let given = (count > 0).then(|| last_arguments(called)).flatten();
    let given = given.filter(|(_, types)| types.len() >= count);
    let (path, mut implied) = match given {
        None => (called.to_owned(), Vec::new()),
        Some((path, mut types)) => {
            let implied = types.split_off(types.len() - count);
            match types.is_empty() {
                true => (path.to_owned(), implied),
                false => (format!("{path}::<{}>", types.join(", ")), implied),
            }
        }
    };
    let mut arguments = String::new();
    for parameter in &function.parameters {
        let types = match parameter.implied.len() <= implied.len() {
            true => implied.drain(..parameter.implied.len()).collect(),
            false => Vec::new(),
        };
        arguments += &match types.is_empty() {
            true => "any(), ".to_owned(),
            false => format!("any::<{}>(), ", with_types(parameter, &types)),
        };
    }
    format!("{path}({arguments})")
}

/// Splits the arguments from the end of a path. Lifetimes are not among them.
fn last_arguments(path: &str) -> Option<(&str, Vec<&str>)> {
    let inner = path.strip_suffix('>')?;
    let (mut depth, mut arrow, mut start) = (0_usize, false, 0);
    let (mut opens, mut types) = (0, Vec::new());
    for (at, c) in path.char_indices() {
        let is_closing = c == '>' && !arrow || matches!(c, ')' | ']' | '}');
        if depth == 1 && (c == ',' || is_closing) {
            types.push(path[start..at].trim());
            start = at + 1;
        }
        if is_closing {
            depth = depth.checked_sub(1)?;
        } else if matches!(c, '<' | '(' | '[' | '{') {
            if depth == 0 {
                (opens, start) = (at, at + 1);
                types.clear();
            }
            depth += 1;
        }
        arrow = matches!(c, '-' | '=');
    }
    types.retain(|ty| !ty.is_empty() && (!ty.starts_with('\'') || ty.ends_with('\'')));
    let path = inner.get(..opens)?.strip_suffix("::")?;
    Some((path, types))
}

/// Returns the type of a parameter with these types in the place of what is `impl Trait`.
fn with_types(parameter: &Parameter<'_>, types: &[&str]) -> String {
    let (mut out, mut rest) = (String::new(), 0);
    // The type of one around others says theirs.
    let mut implied: Vec<_> = parameter.implied.iter().zip(types).collect();
    sort_by_key(&mut implied, &|(range, _)| range.start);
    for (range, ty) in implied {
        if range.start >= rest {
            out += &inferred(&parameter.ty[rest..range.start]);
            out += ty;
            rest = range.end;
        }
    }
    out + &inferred(&parameter.ty[rest..])
}

/// Returns a part of a type in which rustc is to infer what it can: lifetimes, and each path without arguments, which
/// may be a parameter that has no meaning beside the function.
fn inferred(text: &str) -> String {
    let (mut out, mut tokens) = (String::new(), Tokens::of(text));
    let (mut end, mut last) = (0, Token::Punct(' '));
    while let Some(token) = tokens.next() {
        let (mut behind, mut next) = (tokens.at(), tokens);
        let is_path = matches!(token, Token::Word(word) if !matches!(word, "mut" | "dyn" | "const" | "static"));
        while is_path && next.next() == Some(Token::Punct(':')) && next.next() == Some(Token::Punct(':')) {
            let Some(Token::Word(_)) = next.next() else { break };
            behind = next.at();
            tokens = next;
        }
        let mut next = tokens;
        let is_kept = last != Token::Literal && matches!(next.next(), Some(Token::Punct('<' | '=')));
        let start = text.len() - text[end..].trim_start().len();
        out += &text[end..start];
        out += if is_path && !is_kept { "_" } else { &text[start..behind] };
        (end, last) = (behind, token);
    }
    out + &text[end..]
}

/// Returns the function of a text around a place, counted as rustc does.
pub(super) fn at_place<'t>(
    functions: Vec<Function<'t>>,
    text: &str,
    (line, column): (u32, u32),
) -> Option<Function<'t>> {
    let before = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
    let start = match before(line)? {
        0 => 0,
        lines => text.match_indices('\n').nth(lines - 1)?.0 + 1,
    };
    let byte = start + text[start..].char_indices().nth(before(column)?)?.0;
    functions.into_iter().find(|function| function.body.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::functions;

    #[track_caller]
    fn check(text: &str, place: (u32, u32), expect: Option<(&str, &str)>) {
        let found = functions(text).unwrap_or_default().functions;
        let root = at_place(found, text, place).and_then(|function| root(&function, "core"));
        let told = root.as_ref().map(|(at, root)| {
            let name = root.split("new(").nth(1).and_then(|rest| rest.split(" as *mut").next());
            (&text[..*at], name.unwrap_or_default())
        });
        let told = told.map(|(before, name)| (before.lines().last().unwrap_or_default(), name));
        assert_eq!(told, expect, "{text} {place:?}");
    }

    #[test]
    fn what_names_a_function() {
        check("fn f() {\n  a;\n}\nfn g() {}", (2, 3), Some(("}", "f")));
        check("fn f() { é; a } fn g() {}", (1, 13), Some(("fn f() { é; a }", "f")));
        check("fn g() {}\n\nfn f() { a }", (3, 10), Some(("fn f() { a }", "f")));
        check(
            "mod m {\nimpl A {\nfn f() {\n a }\n fn g() {} }}",
            (4, 2),
            Some((" fn g() {} }", "<A>::f")),
        );
        check(
            "impl<'a> T for A<'a> { fn f(&self) { a } }",
            (1, 38),
            Some(("impl<'a> T for A<'a> { fn f(&self) { a } }", "<A<'_> as T>::f")),
        );
    }

    #[test]
    fn calls_with_types_in_the_place_of_impl() {
        #[track_caller]
        fn check(text: &str, called: &str, expect: &str) {
            let text = format!("{text} {{}}");
            let found = functions(&text).expect("it can be read").functions;
            assert_eq!(call(&found[0], called), expect, "{text} {called}");
        }
        check("fn f<T>(a: T, b: u8)", "f::<u8>", "f::<u8>(any(), any(), )");
        check("fn f(a: impl A)", "m::f::<&str>", "m::f(any::<&str>(), )");
        check(
            "fn f<'a, T>(&self, a: &'a mut [impl A<'a>], b: T, c: impl B)",
            "A::<u8>::f::<'_, u8, (u8, u16), fn(u8) -> A<u8>>",
            "A::<u8>::f::<u8>(any(), any::<&'_ mut [(u8, u16)]>(), any(), any::<fn(u8) -> A<u8>>(), )",
        );
        check(
            "fn f<const C: char>(a: impl Iterator<Item = impl A>, b: &'static m::M<K, m::V, impl B>, c: [impl C; N])",
            "<A<u8> as T<u8>>::f::<'c', u8, I<u8>, [u8; 3], u16>",
            "<A<u8> as T<u8>>::f::<'c'>(any::<I<u8>>(), any::<&'static m::M<_, _, [u8; 3]>>(), any::<[u16; _]>(), )",
        );
        check("fn f(a: impl A)", "f", "f(any(), )");
    }

    #[test]
    fn what_has_no_name() {
        check("fn f<T>() { a }", (1, 13), None);
        check("impl<T> A<T> { fn f() { a } }", (1, 25), None);
        check("trait T { fn f() { a } }", (1, 20), None);
        check("m! { fn f() { a } }", (1, 15), None);
        check("fn f() { a }", (2, 1), None);
        check("fn f() { a }", (1, 60), None);
        check("", (1, 1), None);
        check("fn f() { a }", (0, 0), None);
    }
}
