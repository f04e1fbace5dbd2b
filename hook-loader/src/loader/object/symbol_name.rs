//! Names as compilers write them.

use std::ffi::CStr;

/// Returns the string that begins at `start` in a string table. `CStr` is optimized along with the standard library,
/// which our own code is not.
#[cfg_attr(windows, allow(dead_code))]
pub(crate) fn string(table: &[u8], start: u32) -> Option<&[u8]> {
    let rest = table.get(start as usize..)?;
    Some(CStr::from_bytes_until_nul(rest).ok()?.to_bytes())
}

/// Returns a name without what LLVM puts behind that of something private which several modules of a crate share,
/// `.llvm.` and a number. The number is another one each time that the crate is compiled.
pub(crate) fn without_llvm_suffix(name: &[u8]) -> &[u8] {
    let end = name
        .iter()
        .rposition(|byte| !byte.is_ascii_digit())
        .map_or(0, |at| at + 1);
    match name[..end].strip_suffix(b".llvm.") {
        Some(without) if end < name.len() => without,
        _ => name,
    }
}

/// Returns what is imported, if a name is that of an entry of an import table. ELF has relocations for that, and no
/// such names.
pub(crate) fn import_of(name: &str) -> Option<&str> {
    name.strip_prefix("__imp_").filter(|_| cfg!(windows))
}

/// Returns whether the compiler, the assembler or the optimizer made up a name. Such a name means nothing outside of
/// its object. Those of vtables are numbers, and AddressSanitizer keeps them in the table of symbols.
pub(super) fn is_made_up(name: &str) -> bool {
    let has_suffix = || without_llvm_suffix(name.as_bytes()).len() != name.len();
    let is_of_object = || {
        [".L", "vtable.", "___asan_gen_"]
            .iter()
            .any(|begin| name.starts_with(begin))
    };
    name.is_empty() || is_of_object() || has_suffix()
}

/// Returns what a variable is called in all objects of its crate, if it has such a name. Of those to which LLVM adds
/// something these are the variables of Rust: constants get names with a number of their object before that.
pub(super) fn variable(name: &str) -> Option<&str> {
    if !is_made_up(name) {
        return Some(name);
    }
    let name = str::from_utf8(without_llvm_suffix(name.as_bytes())).ok()?;
    let is_of_rust = name.starts_with("_R") || name.starts_with("_ZN");
    is_of_rust.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_llvm_adds_is_left_out() {
        assert_eq!(without_llvm_suffix(b"_ZN1a1B17h0E.llvm.123"), b"_ZN1a1B17h0E");
        for name in [&b"a.llvm."[..], b"a123", b"12", b""] {
            assert_eq!(without_llvm_suffix(name), name);
        }
    }

    #[test]
    fn made_up_names_are_known() {
        for (name, expected) in [
            ("", true),
            (".Lanon.1", true),
            ("a.llvm.7", true),
            ("vtable.1a", true),
            ("___asan_gen_anon_global.3", true),
            ("a", false),
            ("L1", false),
        ] {
            assert_eq!(is_made_up(name), expected, "{name}");
        }
    }

    #[test]
    fn a_variable_has_one_name_in_all_objects() {
        for (name, expected) in [
            ("_ZN1a1B17h0E.llvm.7", Some("_ZN1a1B17h0E")),
            ("_RNvC1a1B.llvm.7", Some("_RNvC1a1B")),
            ("_ZN1a1B17h0E", Some("_ZN1a1B17h0E")),
            ("anon.2.7.llvm.7", None),
            (".Lanon.1", None),
        ] {
            assert_eq!(variable(name), expected, "{name}");
        }
    }
}
