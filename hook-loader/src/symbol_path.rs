//! The path in a mangled name.

/// The mark of a closure, or of the body of an async function, in a path.
pub const CLOSURE: &str = "{{closure}}";

/// Returns the path that a mangled name of rustc's stands for, as far as it can be read: `demo::Account::total`. It has
/// no hash, and no type arguments where the name has none.
pub fn symbol_path(name: &str) -> Option<String> {
    legacy(name)
}

/// Returns the path of the function that a closure is written in.
pub fn parent_of_closure(path: &str) -> Option<&str> {
    path.split_once(CLOSURE)?.0.strip_suffix("::")
}

fn legacy(name: &str) -> Option<String> {
    let mut rest = name.strip_prefix("_ZN")?;
    let mut parts = Vec::new();
    while !rest.starts_with('E') {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let len: usize = rest[..digits].parse().ok()?;
        let part = rest.get(digits..digits.checked_add(len)?)?;
        rest = &rest[digits + len..];
        parts.push(part);
    }
    let is_hash =
        |part: &&str| part.len() == 17 && part.starts_with('h') && u64::from_str_radix(&part[1..], 16).is_ok();
    if parts.last().is_some_and(is_hash) {
        parts.pop();
    }
    let parts: Vec<String> = parts.into_iter().map(unescaped).collect();
    Some(parts.join("::"))
}

/// Returns a part of a path of which characters were written as `$LT$`, `$u20$` and `..`.
fn unescaped(part: &str) -> String {
    let mut rest = part;
    if let Some(behind) = rest.strip_prefix('_')
        && behind.starts_with('$')
    {
        rest = behind;
    }
    let mut out = String::new();
    while let Some(c) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("..") {
            out.push_str("::");
            rest = behind;
        } else if let Some((escape, behind)) = rest.strip_prefix('$').and_then(|rest| rest.split_once('$')) {
            match character(escape) {
                Some(c) => out.push(c),
                None => out.extend(["$", escape, "$"]),
            }
            rest = behind;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn character(escape: &str) -> Option<char> {
    Some(match escape {
        "SP" => '@',
        "BP" => '*',
        "RF" => '&',
        "LT" => '<',
        "GT" => '>',
        "LP" => '(',
        "RP" => ')',
        "C" => ',',
        _ => char::from_u32(u32::from_str_radix(escape.strip_prefix('u')?, 16).ok()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(symbol_path(name).as_deref(), Some(expected), "{name}");
    }

    #[test]
    fn legacy_names() {
        check("_ZN4demo5total17h0123456789abcdefE", "demo::total");
        check(
            "_ZN4demo1f28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
            "demo::f::{{closure}}",
        );
        check(
            "_ZN48_$LT$demo..Foo$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE",
            "<demo::Foo as core::fmt::Display>::fmt",
        );
        check(
            "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
            "core::ptr::drop_in_place<alloc::string::String>",
        );
        for name in ["main", "_ZN", "_ZN9demoE", "_ZN4demo", "_ZN99999999999999999999aE"] {
            assert_eq!(symbol_path(name), None, "{name}");
        }
    }

    #[test]
    fn the_function_around_a_closure() {
        assert_eq!(parent_of_closure("demo::f::{{closure}}::{{closure}}"), Some("demo::f"));
        assert_eq!(parent_of_closure("demo::f"), None);
    }
}
