//! The text that `Debug` gives of a value is taken apart here, so that an editor can unfold the value.

/// How a part is reached from its whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Field(&'t str),
    /// The number of a field of a tuple.
    Position(usize),
    /// The number of an element of a sequence.
    Index(usize),
    /// A key of a map, which has the text of its `Debug`.
    Key(&'t str),
    /// An element of a set.
    Member(usize),
}

impl Part<'_> {
    /// Returns the name that an editor shows.
    pub(super) fn name(&self) -> String {
        match self {
            Part::Field(name) | Part::Key(name) => (*name).to_owned(),
            Part::Position(number) | Part::Member(number) => number.to_string(),
            Part::Index(number) => format!("[{number}]"),
        }
    }

    /// Returns the expression of the part, where there is one.
    pub(super) fn of(&self, whole: &str) -> Option<String> {
        match self {
            Part::Field(name) => Some(format!("{whole}.{name}")),
            Part::Position(number) => Some(format!("{whole}.{number}")),
            Part::Index(number) => Some(format!("{whole}[{number}]")),
            Part::Key(_) | Part::Member(_) => None,
        }
    }
}

/// Returns the parts of a value by its text, in their order. A text that is not understood has none.
pub(super) fn parts(text: &str) -> Vec<(Part<'_>, &str)> {
    let text = text.trim();
    let Some(open) = text.find(['{', '[', '(']) else {
        return Vec::new();
    };
    let (name, rest) = (text[..open].trim_end(), &text[open..]);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let closes = match &rest[..1] {
        "{" => '}',
        "[" => ']',
        _ => ')',
    };
    let (true, Some(inside)) = (is_name, rest[1..].strip_suffix(closes)) else {
        return Vec::new();
    };
    let Some(elements) = elements(inside) else {
        return Vec::new();
    };
    let numbered = elements.into_iter().filter(|element| *element != "..").enumerate();
    numbered
        .map(|(number, element)| part(number, element, closes, name.is_empty()))
        .collect()
}

fn part(number: usize, element: &str, closes: char, unnamed: bool) -> (Part<'_>, &str) {
    let entry = (closes == '}').then(|| split(element, ": ")).flatten();
    match (closes, entry) {
        (']', _) => (Part::Index(number), element),
        (')', _) => (Part::Position(number), element),
        (_, Some((key, value))) if unnamed => (Part::Key(key.trim()), value.trim()),
        (_, Some((field, value))) => (Part::Field(field.trim()), value.trim()),
        (_, None) => (Part::Member(number), element),
    }
}

/// Splits a text at its commas, except those within brackets and quotes. Returns `None` if brackets do not match.
fn elements(text: &str) -> Option<Vec<&str>> {
    let (mut elements, mut start) = (Vec::new(), 0);
    for (at, c) in outer(text)? {
        if c == ',' {
            elements.push(text[start..at].trim());
            start = at + 1;
        }
    }
    elements.push(text[start..].trim());
    elements.retain(|element| !element.is_empty());
    Some(elements)
}

/// Splits a text at the first `mark` that is not within brackets and quotes.
fn split<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let (at, _) = outer(text)?.into_iter().find(|(at, _)| text[*at..].starts_with(mark))?;
    Some((&text[..at], &text[at + mark.len()..]))
}

/// Returns the characters that are within no brackets and quotes, with their places.
fn outer(text: &str) -> Option<Vec<(usize, char)>> {
    let (mut found, mut open, mut quote) = (Vec::new(), Vec::new(), None);
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(mark), c) if mark == c => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some('"'),
            // A lifetime has no second quote, but no value has a lifetime in its text.
            (None, '\'') => quote = Some('\''),
            (None, '(' | '[' | '{') => open.push(c),
            (None, ')' | ']' | '}') => {
                let matching = matches!((open.pop(), c), (Some('('), ')') | (Some('['), ']') | (Some('{'), '}'));
                if !matching {
                    return None;
                }
            }
            (None, c) if open.is_empty() => found.push((at, c)),
            (None, _) => {}
        }
    }
    (open.is_empty() && quote.is_none()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let parts = parts(text).into_iter();
        let shown: Vec<_> = parts
            .map(|(part, value)| format!("{} {} = {value}", part.name(), part.of("v").unwrap_or_default()))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn structs_tuples_and_sequences() {
        check(
            "P { x: 1, y: Q { z: [1, 2] } }",
            &["x v.x = 1", "y v.y = Q { z: [1, 2] }"],
        );
        check("P {\n    x: 1,\n    y: 2,\n}", &["x v.x = 1", "y v.y = 2"]);
        check("P { x: 1, .. }", &["x v.x = 1"]);
        check("(1, \"a, b\")", &["0 v.0 = 1", "1 v.1 = \"a, b\""]);
        check("Some((1, 2))", &["0 v.0 = (1, 2)"]);
        check("[\"a\", \"]\"]", &["[0] v[0] = \"a\"", "[1] v[1] = \"]\""]);
        check("['\\'', ',']", &["[0] v[0] = '\\''", "[1] v[1] = ','"]);
    }

    #[test]
    fn maps_and_sets() {
        check("{\"a: b\": 1, \"c\": [2]}", &["\"a: b\"  = 1", "\"c\"  = [2]"]);
        check("{1, 2}", &["0  = 1", "1  = 2"]);
    }

    #[test]
    fn what_has_no_parts() {
        for text in [
            "",
            "1",
            "\"a { b: 1 }\"",
            "None",
            "[]",
            "P {}",
            "[1, 2",
            "P { x: [1 }",
            "2024-01-01T00:00 (x)",
            "[\"a]",
        ] {
            check(text, &[]);
        }
    }
}
