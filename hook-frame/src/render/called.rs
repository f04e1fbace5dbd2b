//! An instance of a function is named as an expression of its crate names it.

use super::types::path;

/// Returns the path by which the crate `krate` calls the function that a closure is in, by the name of the closure's
/// type: `crate::Stack::<u8>::pop` for `demo::Stack<u8>::pop::{{closure}}`. Returns `None` where a type argument cannot
/// be written.
pub fn called(closure: &str, krate: &str) -> Option<String> {
    let function = around_closure(closure)?;
    if function.contains("{{") {
        return None;
    }
    let function = path(function, krate);
    let (mut out, mut last) = (String::with_capacity(function.len()), None);
    for (at, depth) in depths(&function) {
        let c = function[at..].chars().next()?;
        // Behind the name of a function or type, `<` alone is an operator.
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if c == '<' && depth == 0 && last.is_some_and(is_name) {
            out.push_str("::");
        }
        out.push(c);
        last = Some(c);
    }
    Some(out)
}

/// Returns the name of the function that a closure is in, by the name of the closure's type.
pub fn around_closure(closure: &str) -> Option<&str> {
    let ends = |(at, depth): &(usize, usize)| *depth == 0 && closure[*at..].starts_with("::{{closure}}");
    let (at, _) = depths(closure).find(ends)?;
    Some(&closure[..at])
}

/// Returns the places of the characters of a type, each with the number of `<` around it.
fn depths(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let (mut depth, mut last) = (0_usize, ' ');
    text.char_indices().map(move |(at, c)| {
        if c == '>' && last != '-' {
            depth = depth.saturating_sub(1);
        }
        let around = depth;
        if c == '<' {
            depth += 1;
        }
        last = c;
        (at, around)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(closure: &str, expect: Option<&str>) {
        assert_eq!(called(closure, "demo").as_deref(), expect, "{closure}");
    }

    #[test]
    fn functions_by_their_closures() {
        check("demo::m::f::{{closure}}::{{closure}}", Some("crate::m::f"));
        check("demo::f<u8>::{{closure}}", Some("crate::f::<u8>"));
        check(
            "demo::Stack<alloc::vec::Vec<demo::A>>::pop<fn() -> u8, 3>::{{closure}}",
            Some("crate::Stack::<::std::vec::Vec<crate::A>>::pop::<fn() -> u8, 3>"),
        );
        check(
            "<demo::Stack<u8> as demo::Pop<u8>>::pop<other::B>::{{closure}}",
            Some("<crate::Stack<u8> as crate::Pop<u8>>::pop::<::other::B>"),
        );
    }

    #[test]
    fn functions_around_closures() {
        let name = "demo::run<tokio::ctrl_c::{{closure}}>";
        assert_eq!(
            around_closure(&format!("{name}::{{{{closure}}}}::{{{{closure}}}}")),
            Some(name)
        );
        assert_eq!(around_closure(name), None);
    }

    #[test]
    fn what_has_no_name() {
        check("demo::f<main::main::{{closure}}>::{{closure}}", None);
        check("demo::f<u8>", None);
    }
}
