//! The text that `Debug` gives of a value is read into a tree.

use crate::render::tree::literal;

/// A value as its `Debug` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node<'t> {
    /// A number, a string, a character or a word, as it stands.
    Atom(&'t str),
    Sequence(Vec<Node<'t>>),
    /// The entries of a map.
    Map(Vec<(Node<'t>, Node<'t>)>),
    Set(Vec<Node<'t>>),
    /// A tuple, or a struct or variant with fields in parentheses.
    Tuple(&'t str, Vec<Node<'t>>),
    /// A struct or variant with named fields. It is open if it ends in `..`.
    Struct {
        name: &'t str,
        fields: Vec<(&'t str, Node<'t>)>,
        open: bool,
    },
}

/// Values nest no deeper than this, since reading them recurses.
const DEEPEST: usize = 64;

/// Reads a text. Returns `None` if it has another form than derived impls and those of std give.
pub(super) fn read(text: &str) -> Option<Node<'_>> {
    let mut reader = Reader { rest: text.trim() };
    let node = reader.node(0)?;
    reader.rest.is_empty().then_some(node)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn node(&mut self, depth: usize) -> Option<Node<'t>> {
        if depth > DEEPEST {
            return None;
        }
        if self.rest.starts_with(['"', '\'']) {
            return self.take(literal(self.rest)?).map(Node::Atom);
        }
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '#');
        let name = self.take(self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len()))?;
        let spaced = self
            .rest
            .strip_prefix(' ')
            .filter(|rest| rest.starts_with('{') && !name.is_empty());
        let after = spaced.unwrap_or(self.rest);
        match after.chars().next() {
            Some('[') if name.is_empty() => {
                self.rest = &after[1..];
                self.list(']', depth, Reader::node).map(Node::Sequence)
            }
            Some('(') => {
                self.rest = &after[1..];
                self.list(')', depth, Reader::node)
                    .map(|fields| Node::Tuple(name, fields))
            }
            Some('{') => {
                self.rest = &after[1..];
                match name {
                    "" => self.entries(depth),
                    name => self.fields(name, depth),
                }
            }
            _ if name.is_empty() => None,
            _ => Some(Node::Atom(name)),
        }
    }

    fn fields(&mut self, name: &'t str, depth: usize) -> Option<Node<'t>> {
        let mut open = false;
        let fields = self.list('}', depth, |reader, depth| {
            if reader.eat("..") {
                open = true;
                return Some(None);
            }
            let end = reader
                .rest
                .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '#')?;
            let field = reader.take(end).filter(|field| !field.is_empty())?;
            reader.eat(": ").then_some(())?;
            Some(Some((field, reader.node(depth)?)))
        })?;
        let fields = fields.into_iter().flatten().collect();
        Some(Node::Struct { name, fields, open })
    }

    /// Reads the entries of a map or the elements of a set.
    fn entries(&mut self, depth: usize) -> Option<Node<'t>> {
        let entries = self.list('}', depth, |reader, depth| {
            let key = reader.node(depth)?;
            match reader.eat(": ") {
                true => Some((key, Some(reader.node(depth)?))),
                false => Some((key, None)),
            }
        })?;
        if entries.iter().all(|(_, value)| value.is_none()) {
            return Some(Node::Set(entries.into_iter().map(|(key, _)| key).collect()));
        }
        let entries = entries.into_iter().map(|(key, value)| Some((key, value?)));
        entries.collect::<Option<_>>().map(Node::Map)
    }

    /// Reads what is separated by commas, up to a closing bracket.
    fn list<T>(
        &mut self,
        close: char,
        depth: usize,
        mut element: impl FnMut(&mut Self, usize) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut elements = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                return Some(elements);
            }
            elements.push(element(self, depth + 1)?);
            self.rest = self.rest.trim_start();
            if !self.eat(",") && !self.rest.starts_with(close) {
                return None;
            }
        }
    }

    fn take(&mut self, length: usize) -> Option<&'t str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let node = read(text).map_or("none".to_owned(), |node| shown(&node));
        assert_eq!(node, expected);
    }

    fn shown(node: &Node<'_>) -> String {
        let all = |nodes: &[Node<'_>]| nodes.iter().map(shown).collect::<Vec<_>>().join(" ");
        match node {
            Node::Atom(text) => (*text).to_owned(),
            Node::Sequence(nodes) => format!("seq<{}>", all(nodes)),
            Node::Set(nodes) => format!("set<{}>", all(nodes)),
            Node::Tuple(name, nodes) => format!("{name}<{}>", all(nodes)),
            Node::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}={}", shown(key), shown(value)));
                format!("map<{}>", entries.collect::<Vec<_>>().join(" "))
            }
            Node::Struct { name, fields, open } => {
                let fields = fields.iter().map(|(field, value)| format!("{field}={}", shown(value)));
                let rest = if *open { " .." } else { "" };
                format!("{name}<{}{rest}>", fields.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn values() {
        check("1", "1");
        check("-1.5e-7", "-1.5e-7");
        check("\"a, \\\" b\"", "\"a, \\\" b\"");
        check("'\\''", "'\\''");
        check("[1, [2]]", "seq<1 seq<2>>");
        check("()", "<>");
        check("(1, \"a\")", "<1 \"a\">");
        check("Some((1, None))", "Some<<1 None>>");
        check("P { x: 1, r#type: [2], .. }", "P<x=1 r#type=seq<2> ..>");
        check("P {\n    x: 1,\n}", "P<x=1>");
        check("{\"k\": 1, \"l\": 2}", "map<\"k\"=1 \"l\"=2>");
        check("{1, 2}", "set<1 2>");
        check("{}", "set<>");
    }

    #[test]
    fn other_texts() {
        for text in [
            "",
            "a b",
            "[1, 2",
            "1.5s x",
            "<Blank>",
            "P { x }",
            "{1: 2, 3}",
            "[1 2]",
            "2024-01-01T10:00",
            "\"open",
        ] {
            check(text, "none");
        }
        check(&"[".repeat(10_000), "none");
    }
}
