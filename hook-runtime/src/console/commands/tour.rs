//! The command `:tour`, which suggests six lines to try, made with the names of the frame.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::nothing;
use crate::frame::Frame;
use crate::render::short;
use crate::value::Access;

pub(super) fn tour(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("tour", rest)?;
    let steps = steps(&locals(console.frame), console.frame.site.function);
    let widest = steps.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    console.out.say("Type these, in any order:");
    for (line, about) in &steps {
        let padding = " ".repeat(widest - line.len());
        console.out.value_parts(&[
            (Style::Plain, "  "),
            (Style::Bold, line),
            (Style::Dim, &format!("{padding}  {about}")),
        ]);
    }
    Ok(Flow::Stay)
}

/// A local whose value can be read.
struct TourLocal {
    name: &'static str,
    ty: String,
    is_writable: bool,
}

fn locals(frame: &Frame<'_, '_>) -> Vec<TourLocal> {
    let seen = frame
        .locals()
        .filter(|local| !local.shadowed && local.value().is_some());
    let named = seen.filter_map(|local| {
        Some(TourLocal {
            name: local.binding.name,
            ty: short(local.type_name()?),
            is_writable: matches!(local.access, Access::Writable(_)) && !frame.site.read_only,
        })
    });
    // The local that is declared last, nearest to the hook, is most likely of interest, so the list is reversed.
    let mut named: Vec<_> = named.collect();
    named.reverse();
    named
}

const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];

fn is_integer(ty: &str) -> bool {
    INTEGERS.contains(&ty.trim_start_matches('&'))
}

fn is_float(ty: &str) -> bool {
    matches!(ty.trim_start_matches('&'), "f32" | "f64")
}

fn has_length(ty: &str) -> bool {
    let ty = ty.trim_start_matches('&').trim_start_matches("mut ");
    ["Vec<", "HashMap<", "BTreeMap<", "HashSet<", "VecDeque<", "["]
        .iter()
        .any(|begins| ty.starts_with(begins))
        || matches!(ty, "String" | "str")
}

/// A line to type, and a description of what it does.
type Step = (String, &'static str);

/// Returns six steps that suit the locals of the frame.
fn steps(locals: &[TourLocal], function: &str) -> Vec<Step> {
    let find = |fits: &dyn Fn(&TourLocal) -> bool| locals.iter().find(|local| fits(local));
    let integer = find(&|local| is_integer(&local.ty));
    let number = integer.or_else(|| find(&|local| is_float(&local.ty)));
    let long = find(&|local| has_length(&local.ty));
    let mut steps: Vec<Step> = Vec::new();
    if let Some(first) = locals.first() {
        steps.push((first.name.to_owned(), "print a local"));
    }
    steps.push((":locals".to_owned(), "all of them, with types and values"));
    steps.push(match (long, number) {
        (Some(long), _) => (format!("{}.len() * 2", long.name), "any Rust, as if it stood here"),
        (None, Some(number)) => {
            let star = if number.ty.starts_with('&') { "*" } else { "" };
            let two = if is_float(&number.ty) { "2.0" } else { "2" };
            (
                format!("{star}{} * {two}", number.name),
                "any Rust, as if it stood here",
            )
        }
        (None, None) => ("(1..=10).sum::<i32>()".to_owned(), "any Rust, as if it stood here"),
    });
    let written = find(&|local| local.is_writable && value_of(&local.ty).is_some());
    if let Some((local, value)) = written.and_then(|local| Some((local, value_of(&local.ty)?))) {
        steps.push((format!("{} = {value}", local.name), "write it; `:undo` takes it back"));
    }
    if let Some(integer) = integer {
        let star = if integer.ty.starts_with('&') { "*" } else { "" };
        steps.push((
            format!(":when {star}{} == 3", integer.name),
            "stop here only when that is true",
        ));
    }
    let name = function.rsplit("::").next().unwrap_or(function);
    let others = [
        (format!(":source {name}"), "the source of a function"),
        (":bt".to_owned(), "the functions that led here"),
        (":c 3".to_owned(), "resume, stop at the third hit here"),
        (":diff".to_owned(), "what you changed here"),
        (":help".to_owned(), "all commands"),
    ];
    let missing = 6_usize.saturating_sub(steps.len());
    steps.extend(others.into_iter().take(missing));
    steps
}

/// Returns a value that a local of that type can be set to.
fn value_of(ty: &str) -> Option<&'static str> {
    match ty {
        "bool" => Some("true"),
        "String" | "&str" => Some("\"new\""),
        "char" => Some("'x'"),
        ty if !ty.starts_with('&') && is_integer(ty) => Some("5"),
        ty if !ty.starts_with('&') && is_float(ty) => Some("0.5"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(locals: &[(&'static str, &str, bool)], expected: [&str; 6]) {
        let named = locals.iter().map(|(name, ty, is_writable)| TourLocal {
            name,
            ty: (*ty).to_owned(),
            is_writable: *is_writable,
        });
        let steps = steps(&named.collect::<Vec<_>>(), "Account::deposit");
        let lines: Vec<_> = steps.iter().map(|(line, _)| line.as_str()).collect();
        assert_eq!(lines, expected);
        assert!(steps.iter().all(|(line, about)| line.len() < 23 && about.len() < 36));
    }

    #[test]
    fn six_of_the_frame() {
        check(
            &[
                ("i", "usize", true),
                ("total", "f64", true),
                ("words", "Vec<String>", true),
            ],
            [
                "i",
                ":locals",
                "words.len() * 2",
                "i = 5",
                ":when i == 3",
                ":source deposit",
            ],
        );
        check(
            &[("v", "&f64", false), ("name", "String", true)],
            [
                "v",
                ":locals",
                "name.len() * 2",
                "name = \"new\"",
                ":source deposit",
                ":bt",
            ],
        );
        check(
            &[("r", "&i32", false)],
            ["r", ":locals", "*r * 2", ":when *r == 3", ":source deposit", ":bt"],
        );
        check(
            &[],
            [
                ":locals",
                "(1..=10).sum::<i32>()",
                ":source deposit",
                ":bt",
                ":c 3",
                ":diff",
            ],
        );
    }
}
