//! `--replay FILE`: the hits of a record that `HOOKABLE=record=FILE` wrote, in their order, each with what changed.

use std::collections::HashMap;
use std::io::{self, BufRead};

use serde_json::Value;

use crate::client::error::AttachError;

/// The values of the locals at the last hit of each site, by the place of the site.
type Last = HashMap<String, Vec<(String, String)>>;

/// Returns the hits as text. `only` chooses those whose place or function has this text in it. `said` is told of lines
/// that are no hits, which a program that was killed may have left.
pub(crate) fn read(from: impl BufRead, only: &str, said: &mut dyn FnMut(String)) -> Result<Vec<String>, AttachError> {
    let (mut last, mut hits) = (Last::new(), Vec::new());
    for (number, line) in (1..).zip(from.lines()) {
        let line = match line {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                said(format!("line {number} is no text"));
                continue;
            }
            line => line?,
        };
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(&line) {
            Ok(hit) if hit["site"]["file"].is_string() => {
                let text = one(&hit, hits.len() + 1, &mut last);
                let (place, _) = text.split_once('\n').unwrap_or((&text, ""));
                if place.contains(only) {
                    hits.push(text);
                }
            }
            Ok(_) => said(format!("line {number} is no hit")),
            Err(error) => said(format!("line {number} is no hit: {error}")),
        }
    }
    Ok(hits)
}

/// Returns a hit as text: its place, and the locals that changed since the last hit there.
fn one(hit: &Value, number: usize, last: &mut Last) -> String {
    let site = &hit["site"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = format!(
        "{}:{} in {}",
        text(&site["file"]),
        site["line"],
        text(&site["function"])
    );
    let mut lines = vec![format!(
        "#{number} {place}, thread {}, hit {}",
        text(&hit["thread"]),
        hit["hit"]
    )];
    let locals = hit["locals"].as_array().into_iter().flatten();
    let now: Vec<_> = locals
        .map(|local| {
            let shown = local["value"].as_str().or(local["reason"].as_str());
            (
                text(&local["name"]),
                shown.or(local["state"].as_str()).unwrap_or_default().to_owned(),
            )
        })
        .collect();
    match last.get(&place) {
        None => lines.extend(now.iter().map(|(name, value)| format!("   {name} = {value}"))),
        Some(before) => {
            // Shadowed bindings have the same name, so a binding is known by its position, too.
            let changed = now
                .iter()
                .enumerate()
                .filter(|(at, local)| before.get(*at) != Some(local));
            let changed: Vec<_> = changed
                .map(|(at, (name, value))| match before.get(at) {
                    Some((same, before)) if same == name => format!("   {name}: {before} -> {value}"),
                    _ => format!("   {name} = {value}"),
                })
                .collect();
            match &changed[..] {
                [] => lines.push("   no local changed".to_owned()),
                _ => lines.extend(changed),
            }
        }
    }
    last.insert(place, now);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(record: &str, only: &str, expected: &str) {
        let mut said = Vec::new();
        let hits = read(record.as_bytes(), only, &mut |text| said.push(format!("! {text}"))).unwrap();
        assert_eq!([hits, said].concat().join("\n"), expected);
    }

    fn hit(line: u32, a: &str) -> String {
        format!(
            "{{\"site\":{{\"file\":\"a.rs\",\"line\":{line},\"function\":\"f\"}},\"hit\":1,\"thread\":\"main\",\"locals\":[\
             {{\"name\":\"a\",\"state\":\"writable\",\"reason\":null,\"value\":\"{a}\"}},\
             {{\"name\":\"b\",\"state\":\"moved\",\"reason\":null,\"value\":null}}]}}\n"
        )
    }

    #[test]
    fn hits_in_order_with_what_changed() {
        check(
            &[hit(1, "1"), hit(2, "7"), hit(1, "2"), hit(1, "2")].concat(),
            "",
            "#1 a.rs:1 in f, thread main, hit 1\n   a = 1\n   b = moved\n\
             #2 a.rs:2 in f, thread main, hit 1\n   a = 7\n   b = moved\n\
             #3 a.rs:1 in f, thread main, hit 1\n   a: 1 -> 2\n\
             #4 a.rs:1 in f, thread main, hit 1\n   no local changed",
        );
        check(
            &[hit(1, "1"), hit(2, "7")].concat(),
            "a.rs:2",
            "#1 a.rs:2 in f, thread main, hit 1\n   a = 7\n   b = moved",
        );
    }

    #[test]
    fn what_is_no_hit_is_said() {
        let torn = &hit(1, "1")[..30];
        check(
            &format!("[]\n\n{torn}"),
            "",
            &format!(
                "! line 1 is no hit\n! line 3 is no hit: EOF while parsing a value at line 1 column {}",
                30
            ),
        );
        check("", "", "");
    }
}
