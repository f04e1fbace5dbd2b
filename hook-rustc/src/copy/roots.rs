//! Functions are kept in code from which what called them was left out.
//!
//! rustc makes code of a function only if the crate hands it out or something calls it. A variable that has the address
//! of the function is such a caller, and the optimizer keeps it if it is said to be used. It stands in a constant of
//! its own, beside the item that the function is, so that no symbol of the crate changes.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::bodies::Function;

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
    let (kept, code) = match function.is_future {
        false => (called, String::new()),
        true => {
            let arguments = "any(),".repeat(function.parameters);
            let code = format!(
                "fn any<T>() -> T {{ ::{core}::hint::black_box(::{core}::option::Option::None).unwrap() }} \
                 fn poll<F: ::{core}::future::Future>(future: F) {{ \
                 let _ = ::{core}::future::Future::poll(::{core}::pin::pin!(future), any()); }} \
                 fn awaits() {{ poll({called}({arguments})) }} "
            );
            ("awaits", code)
        }
    };
    let root = format!(
        " const __HOOKABLE_INSTANCE_{number:x}: () = {{ {code}#[used] static ROOT: ::{core}::sync::atomic::AtomicPtr<()> = \
         ::{core}::sync::atomic::AtomicPtr::new({kept} as *mut ()); }};",
    );
    (function.beside, root)
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
