//! Patterns that name private fields of the crate's types.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"
use hookable::{hook, hookable};
use store::Place;

mod store {
    pub struct Cache {
        slots: Vec<u32>,
        pub hits: usize,
        at: Place,
        word: Option<Word<'static>>,
        r#type: u8,
    }
    pub struct Place(u32, pub u32);
    pub struct Word<'w> {
        text: &'w str,
    }
    pub struct Both<T> {
        one: T,
        other: T,
    }
    // Another struct has a field of the same name.
    pub struct Other {
        slots: u8,
    }
    pub enum State {
        Idle,
        Busy { at: Place },
    }
    pub fn cache() -> Cache {
        Cache { slots: vec![1, 2], hits: 3, at: Place(4, 5), word: Some(Word { text: "w" }), r#type: 6 }
    }
    pub fn both() -> (Both<u8>, Other, [State; 2]) {
        (Both { one: 7, other: 8 }, Other { slots: 9 }, [State::Idle, State::Busy { at: Place(1, 2) }])
    }
    pub fn sum(cache: &Cache, both: &Both<u8>, other: &Other) -> u32 {
        let text = cache.word.as_ref().map_or(0, |word| word.text.len() as u32);
        cache.slots[0] + cache.at.0 + text + u32::from(cache.r#type + both.one + both.other + other.slots)
    }
}

#[hookable]
fn stop() -> u32 {
    let mut cache = store::cache();
    let (both, other, states) = store::both();
    hook!();
    let _: Option<&Place> = None;
    cache.hits += states.iter().filter(|state| matches!(state, store::State::Busy { at } if at.1 > 0)).count();
    store::sum(&cache, &both, &other) + cache.hits as u32
}

fn main() {
    println!("{}", stop());
}
"#;

const HELP: &str = "  = help: a pattern names what is private where it takes a reference apart, as in `let Type { field, .. } = &value`; else read \
                    the field: `value.";

#[track_caller]
fn check(name: &str, level: &str) {
    let refused = |line: &str, owner: &str| {
        let at = line.find("slots").expect("it is in the line");
        let mark = format!("{}^^^^^ private field", " ".repeat(at));
        format!(
            "error[E0451]: field `slots` of struct `{owner}` is private\n --> hook:1:{}\n | {line}\n | {mark}\n{HELP}slots`",
            at + 1
        )
    };
    let by_value = "let store::Cache { slots, .. } = store::cache()";
    let refused_by_value = refused(by_value, "Cache");
    let no_rest = "match &cache { store::Cache { word: Some(_), .. } => 1, store::Cache { word: None, .. } => 2 }";
    let refused_no_rest = format!(
        "error[E0004]: non-exhaustive patterns: `&_` not covered\n --> hook:1:7\n | {no_rest}\n |       ^^^^^^ pattern `&_` not covered\n  \
         = note: the matched value is of type `&Cache`\n  = note: match arms with guards don't count towards exhaustivity\n  = help: \
         ensure that all possible cases are being handled by adding a match arm with a wildcard pattern or an explicit pattern as \
         shown: `{}, &_ => todo!() }}`\n  = help: what an arm wants of private fields is a condition to rustc, so the last arm has to be one \
         for all that is left: `_ => ..`",
        no_rest.trim_end_matches(" }")
    );
    let lines = [
        ("let store::Cache { slots, hits, .. } = &cache", ""),
        ("slots.len() + hits", "5"),
        (":type slots", "&Vec<u32>"),
        // What is bound is held, as any borrow is.
        (
            "cache.hits = 4",
            "`hits`, `slots` are gone: they borrowed from `cache`, which this may write or move",
        ),
        (
            "{ let store::Cache { at: store::Place(a, b), slots: s, .. } = &cache; a + b + s[1] }",
            "11",
        ),
        ("{ let store::Cache { slots, .. } = &store::cache(); slots.len() }", "2"),
        (
            "{ let r = &cache; let store::Cache { r#type, at: place, .. } = r; u32::from(*r#type) + place.1 }",
            "11",
        ),
        ("let store::Both { one, other: second } = &both", ""),
        ("one + second", "15"),
        ("let store::Other { slots: s, .. } = &other", ""),
        ("s", "9"),
        (by_value, &refused_by_value),
        // So do those of closures, conditions, loops and arms.
        ("[&other].map(|store::Other { slots, .. }| *slots)", "[9]"),
        (
            "[&other].map(|store::Other { slots: s, .. }: &store::Other| -> u8 { *s + 1 })",
            "[10]",
        ),
        (
            "if let store::Cache { slots, r#type: 6, .. } = &cache && cache.hits == 4 { slots.len() } else { 0 }",
            "2",
        ),
        (
            "if let Some(store::Word { text }) = &cache.word { text } else { \"none\" }",
            "\"w\"",
        ),
        ("while let store::Cache { r#type: 6, .. } = &cache { break }", ""),
        ("{ let store::Other { slots: 9 } = &other else { panic!() }; 1 }", "1"),
        (
            "{ let Some(store::Word { text }) = &cache.word else { panic!() }; text.len() }",
            "1",
        ),
        ("{ let (store::Both { one, .. }, n) = (&both, 3); one + n }", "10"),
        (
            "for (n, store::Both { one, other }) in [&both].into_iter().enumerate() { println!(\"{n} {one} {other}\") }",
            "0 7 8",
        ),
        (
            "match &cache { store::Cache { at: Place(4, n), .. } if *n > 5 => 0, store::Cache { at: Place(4, n), .. } => *n, _ => 1 }",
            "5",
        ),
        (
            "match (&both, 7) { (store::Both { one: 6, .. }, _) => 0, (store::Both { one, other }, n) => one + other + n }",
            "22",
        ),
        (
            "states.iter().map(|state| match state { store::State::Busy { at: Place(n, _) } => *n, store::State::Idle => 0 }).sum::<u32>()",
            "1",
        ),
        ("matches!(&other, store::Other { slots: 9 })", "true"),
        (
            "matches!(&cache.word, Some(store::Word { text }) if text.is_empty())",
            "false",
        ),
        (no_rest, &refused_no_rest),
        ("store::Place(7, 8).0 + { let p = store::Place(1, 1); p.0 }", "8"),
    ];
    let package = Package::new(name).main(MAIN);
    let mut build = package.cargo(&["build", "-q"]);
    build.args(["--config", &format!("profile.dev.package.{name}.opt-level={level}")]);
    succeeds(&mut build);
    typed(&mut merged(&package.executable("debug"), &[]), &lines, "41");
}

#[test]
fn private_fields_in_patterns() {
    check("patterns_live", "0");
}

#[test]
fn private_fields_in_patterns_where_code_is_optimized() {
    check("patterns_optimized", "3");
}

const BORROWED: &str = r#"#![deny(warnings)]
use hookable::{hook, hookable};

fn length(text: &'static str) -> usize {
    text.len()
}

#[hookable]
fn fixed(text: &'static str) -> usize {
    let call = || length(text);
    hook!();
    call()
}

#[hookable]
fn kept<'a>((text, n): (&'a str, u8), list: &mut Vec<&'a str>) -> u8 {
    let mut call = || list.push(text);
    hook!();
    call();
    n
}

fn main() {
    println!("{}", fixed("a"));
    println!("{}", kept(("b", 1), &mut Vec::new()));
}
"#;

/// A lifetime that the signature names makes a borrow by a closure last where one that is inferred does not.
#[test]
fn what_a_closure_borrows_for_a_lifetime_of_the_signature() {
    let package = Package::new("patterns_borrowed").main(BORROWED);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let lines = &[
        ("text = \"c\"", "`text` cannot be written: borrowed by call, line 10"),
        ("text.len()", "1"),
        (":c", "1"),
        ("text", "\"b\""),
        ("n = 5", ""),
    ];
    typed(&mut merged(&package.executable("debug"), &[]), lines, "5");
}
