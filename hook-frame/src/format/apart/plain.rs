//! A type that consists only of the standard library's types is formatted without a copy of the process, since its
//! formatting neither waits nor recurses without an end.

/// Returns whether a type is such a one, by the name that `std::any::type_name` gives.
pub(super) fn is_plain(type_name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    type_name
        .split(|c| !is_word(c))
        .filter(|path| !path.is_empty())
        .all(|path| match path.split_once("::") {
            Some((krate, _)) => matches!(krate, "core" | "alloc" | "std"),
            // A value behind a trait object can be of any type.
            None => !matches!(path, "dyn" | "impl"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for plain in [
            "i32",
            "&str",
            "[u8; 4]",
            "(bool, *const u8)",
            "fn(usize) -> char",
            "alloc::vec::Vec<core::option::Option<alloc::string::String>>",
            "std::sync::mutex::Mutex<i32>",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in [
            "demo::Tree",
            "alloc::vec::Vec<demo::Tree>",
            "&dyn core::fmt::Debug",
            "demo::main::{{closure}}",
            "stdx::Tree",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
