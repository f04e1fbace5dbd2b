//! Which macros can be called in a body that is left out: nothing outside of a body depends on what they make.

use std::collections::HashMap;

use super::Contents;
use crate::std_macros;

/// More macros of the standard library.
const OF_STD: [&str; 12] = [
    "addr_of",
    "addr_of_mut",
    "asm",
    "assert_matches",
    "include_bytes",
    "is_aarch64_feature_detected",
    "is_x86_feature_detected",
    "offset_of",
    "pin",
    "ready",
    "thread_local",
    "try",
];
/// Macros of crates that many use. They make values, or items that only the code around them can name.
const OF_OTHERS: [&str; 61] = [
    "anyhow",
    "arg",
    "assert_debug_snapshot",
    "assert_eq_hex",
    "assert_json_snapshot",
    "assert_relative_eq",
    "assert_snapshot",
    "assert_yaml_snapshot",
    "bail",
    "btreemap",
    "btreeset",
    "command",
    "crate_version",
    "debug",
    "debug_span",
    "enabled",
    "ensure",
    "error",
    "error_span",
    "event",
    "execute",
    "eyre",
    "format_ident",
    "formatdoc",
    "hashmap",
    "hashset",
    "hex",
    "html",
    "indexmap",
    "indoc",
    "info",
    "info_span",
    "join",
    "json",
    "lazy_static",
    "log",
    "log_enabled",
    "params",
    "parse_quote",
    "pin_mut",
    "prop_assert",
    "prop_assert_eq",
    "prop_assert_ne",
    "query",
    "query_as",
    "query_scalar",
    "queue",
    "quote",
    "quote_spanned",
    "select",
    "smallvec",
    "span",
    "trace",
    "trace_span",
    "try_join",
    "tuple",
    "uuid",
    "warn",
    "warn_span",
    "whatever",
    "writedoc",
];

/// What is known of the macros that a crate can call.
pub(crate) struct MacroNames<'t> {
    /// Whether a body can be left out that calls a macro which the crate defines.
    own: HashMap<&'t str, bool>,
}

impl<'t> MacroNames<'t> {
    /// Tells of each macro that a crate defines whether what it makes, and what that calls, can matter elsewhere.
    pub(crate) fn of(macros: &[(&'t str, Contents<'t>)]) -> MacroNames<'t> {
        let mut names = MacroNames { own: HashMap::new() };
        for (name, contents) in macros {
            // Of several macros of a name, any may be the one that is called.
            *names.own.entry(name).or_insert(true) &= !contents.has_impl && !contents.declares;
        }
        loop {
            let calls_other = |(_, contents): &&(&str, Contents<'_>)| !names.all_are_local(&contents.calls);
            let more: Vec<&str> = macros.iter().filter(calls_other).map(|(name, _)| *name).collect();
            let mut changed = false;
            for name in more {
                changed |= names.own.insert(name, false) == Some(true);
            }
            if !changed {
                return names;
            }
        }
    }

    /// Returns whether all calls of macros of these names concern nothing but the code around them.
    pub(crate) fn all_are_local(&self, calls: &[&str]) -> bool {
        calls.iter().all(|name| {
            self.own.get(name).copied().unwrap_or_else(|| {
                std_macros::makes_value(name) || OF_STD.contains(name) || OF_OTHERS.binary_search(name).is_ok()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodies::functions;

    #[track_caller]
    fn check(text: &str, calls: &[&str], expect: bool) {
        let found = functions(text).expect("it can be read");
        let names = MacroNames::of(&found.macros);
        assert_eq!(names.all_are_local(calls), expect, "{text} {calls:?}");
    }

    #[test]
    fn macros_of_others() {
        check("", &["println", "info", "writedoc", "anyhow", "pin"], true);
        check("", &["include"], false);
        check("", &["hook"], false);
        check("", &["unheard_of"], false);
        check("", &[""], false);
        assert!(OF_OTHERS.is_sorted());
    }

    #[test]
    fn macros_of_the_crate() {
        check("macro_rules! m { () => { println!() } }", &["m"], true);
        check("macro_rules! m { ($t:ty) => { impl A for $t {} } }", &["m"], false);
        check(
            "macro_rules! m { () => { n!() } } macro_rules! n { () => { 1 } }",
            &["m"],
            true,
        );
        check(
            "macro_rules! m { () => { n!() } } macro_rules! n { () => { hook!() } }",
            &["m"],
            false,
        );
        check("macro_rules! m { () => { m!() } }", &["m"], true);
        check("macro_rules! m { ($n:ident) => { $n!() } }", &["m"], false);
        check("macro_rules! m { () => { #[a] fn f() {} } }", &["m"], false);
        // Another macro hides that of the standard library.
        check(
            "macro_rules! println { () => { impl A for B {} } }",
            &["println"],
            false,
        );
        check(
            "mod a { macro_rules! m { () => { 1 } } } mod b { macro_rules! m { () => { mod c {} } } }",
            &["m"],
            false,
        );
    }
}
