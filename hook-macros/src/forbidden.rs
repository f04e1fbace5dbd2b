//! The lints that a crate forbids. An `#[allow]` of one is an error, or a warning where a group of lints is forbidden.

use std::sync::LazyLock;

/// The groups that have the lints which we allow.
const GROUPS: [&str; 2] = ["unused", "warnings"];

/// Returns whether one of the lints, or a group that has it, is forbidden on rustc's command line or in the crate's
/// first file.
pub(crate) fn any(lints: &[&str]) -> bool {
    static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let args: Vec<String> = std::env::args().collect();
        let root = args.iter().find(|arg| arg.ends_with(".rs"));
        let text = root.and_then(|root| std::fs::read_to_string(root).ok());
        let mut all = on_command_line(&args);
        all.extend(in_source(&text.unwrap_or_default()));
        all
    });
    ALL.iter()
        .any(|lint| lints.contains(&&**lint) || GROUPS.contains(&&**lint))
}

fn on_command_line(args: &[String]) -> Vec<String> {
    let next = args.iter().skip(1).map(String::as_str).chain([""]);
    let lists = args.iter().zip(next).filter_map(|(arg, next)| match arg.as_str() {
        "-F" | "--forbid" => Some(next),
        arg => arg.strip_prefix("--forbid=").or_else(|| arg.strip_prefix("-F")),
    });
    lists.flat_map(names).collect()
}

fn in_source(text: &str) -> Vec<String> {
    let lists = text.split("forbid(").skip(1).filter_map(|rest| rest.split(')').next());
    lists.flat_map(names).collect()
}

fn names(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(|lint| lint.trim().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_command_line_forbids() {
        let forbidden = |line: &str| on_command_line(&line.split(' ').map(String::from).collect::<Vec<_>>()).join(" ");
        assert_eq!(
            forbidden("rustc a.rs -F unused-mut --forbid=unsafe_code,warnings -Funused -D a"),
            "unused_mut unsafe_code warnings unused"
        );
        assert_eq!(forbidden("rustc a.rs -D warnings"), "");
    }

    #[test]
    fn what_a_source_forbids() {
        let forbidden = |text| in_source(text).join(" ");
        assert_eq!(
            forbidden("//! A.\n#![forbid(unsafe_code, unused)]\nfn main() {}"),
            "unsafe_code unused"
        );
        assert_eq!(forbidden("#![forbid(\n    warnings\n)]"), "warnings");
        assert_eq!(forbidden("#![deny(unused, warnings)]"), "");
    }
}
