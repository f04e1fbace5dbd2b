//! The paths that can be typed in a caller: a variable, and what is within it. Pure.

/// A part of a path behind its variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'p> {
    Field(&'p str),
    Element(u64),
}

/// Reads `name.field.0[3]`. Returns `None` for anything else. A value is shown by what it points at anyway, so a `*` or
/// a `&` before it changes nothing.
pub(super) fn path(text: &str) -> Option<(&str, Vec<Part<'_>>)> {
    let text = text
        .trim()
        .trim_end_matches(';')
        .trim_start_matches(['*', '&', ' '])
        .trim_end();
    let (name, mut rest) = split(text);
    let is_name = |name: &str| !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    let mut parts = Vec::new();
    while !rest.is_empty() {
        if let Some(field) = rest.strip_prefix('.') {
            let (field, behind) = split(field);
            if field.is_empty() {
                return None;
            }
            parts.push(Part::Field(field));
            rest = behind;
        } else {
            let (index, behind) = rest.strip_prefix('[')?.split_once(']')?;
            parts.push(Part::Element(index.trim().parse().ok()?));
            rest = behind;
        }
    }
    is_name(name).then_some((name, parts))
}

/// Splits a text behind the name or number that it begins with.
fn split(text: &str) -> (&str, &str) {
    let start = if text.starts_with("r#") { 2 } else { 0 };
    let len = text[start..].find(|c: char| !c.is_alphanumeric() && c != '_');
    text.split_at(len.map_or(text.len(), |len| start + len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &[Part<'_>])>) {
        let found = path(text);
        assert_eq!(found.as_ref().map(|(name, parts)| (*name, &parts[..])), expected);
    }

    #[test]
    fn paths() {
        check("order", Some(("order", &[])));
        check(" *order ;", Some(("order", &[])));
        check(
            "&self.lines[2].0",
            Some(("self", &[Part::Field("lines"), Part::Element(2), Part::Field("0")])),
        );
        check("a[ 1 ][0]", Some(("a", &[Part::Element(1), Part::Element(0)])));
    }

    #[test]
    fn what_is_no_path() {
        for text in ["", "1", "a + 1", "f(a)", "a.", "a[i]", "a[1", "a = 1", "a..b", "a::B"] {
            check(text, None);
        }
    }
}
