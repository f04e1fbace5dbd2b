//! Names as rustc made them first: `_ZN4demo5total17h0123456789abcdefE`.

/// Returns the path of a name of the old scheme, which ends in a hash.
pub(super) fn path(name: &str) -> Option<String> {
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

/// Returns what stands before the hash of a name of the old scheme.
pub(super) fn without_hash(name: &str) -> Option<&str> {
    let (path, hash) = name.strip_suffix('E')?.rsplit_once("17h")?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && name.starts_with("_ZN")).then_some(path)
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
