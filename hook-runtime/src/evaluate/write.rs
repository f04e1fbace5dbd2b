//! The file that rustc compiles into a slot: the typed line with the places of the frame around it. Pure.
//!
//! ```text
//! |frame, line| {
//!     items of the session
//!     let (place1, frame) = frame.next(); let mut a = place1.take();       what the line mentions, under its own name
//!     let value = line.run(|| { the line });
//!     show it; place1.put(a);
//! }
//! ```
//!
//! Every piece of it knows where it was typed, so that what rustc says of it can be said of the line.

use std::ops::Range;

use super::source::{Kind, Mark, Source, Statement, mentions};

/// What the last value is called at the prompt.
pub(crate) const LAST: &str = "it";
/// What `self` is called in a slot.
pub(super) const RECEIVER: &str = "__hookable_self";

const SHOW: &str = "(&&&::hookable::__private::Worth(&__hookable_value)).__hookable_show(__hookable_line);\n";
/// In code that never runs.
const NEVER: &str = ".__hookable_try().unwrap_or_else(|_| loop {})";
const TRY: &str = ".__hookable_try()?";
const TRAITS: &str = "#[allow(unused_imports)] use ::hookable::__private::{ShowDebug as _, ShowDisplay as _, ShowType as _, \
                      Try as _, ViewCopy as _, ViewRef as _};\n";

/// A captured place, in the order of the frame's list: last first.
pub(crate) struct Named<'n> {
    pub(crate) name: &'n str,
    pub(crate) writable: bool,
    /// Why not, or empty.
    pub(crate) reason: &'static str,
    /// A binding further in has its name.
    pub(crate) shadowed: bool,
    /// A const parameter, which a line can name itself.
    pub(crate) constant: bool,
}

/// What later lines see of an item typed before.
pub(super) struct Item<'i> {
    pub(super) text: &'i str,
    /// How often its name was given before: what is loaded already must not be taken for it.
    pub(super) before: usize,
    pub(super) name: &'i str,
}

/// A value kept by `let`.
pub(super) struct Value<'v> {
    pub(super) name: &'v str,
    /// Statements that bind the name to a value of the same type, or that type.
    pub(super) like: Like,
}

pub(super) enum Like {
    Lines(Vec<String>),
    Type(String),
}

impl Like {
    /// A type without a name.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Like::Type(ty) if ty.contains(['{', '&']) || ty.contains("dyn "))
    }
}

/// All that a line is compiled with.
pub(super) struct Setting<'s> {
    pub(super) places: &'s [Named<'s>],
    pub(super) items: Vec<Item<'s>>,
    /// The items of this line, and how often each name was given before.
    pub(super) anew: Vec<(&'s str, usize)>,
    pub(super) values: Vec<Value<'s>>,
}

/// What is wanted of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Its value is kept as [`LAST`], if it owns its data.
    Run,
    /// Its value is not kept.
    RunOnly,
    /// Only its type is wanted.
    Type,
}

/// The file, and what of it was typed.
#[derive(Default)]
pub(super) struct Written {
    pub(super) text: String,
    typed: Vec<(Range<usize>, usize)>,
}

impl Written {
    /// Where in the line a range of the file was typed.
    pub(super) fn origin(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let at = |byte: usize| {
            let piece = self.typed.iter().find(|(range, _)| range.contains(&byte));
            piece.map(|(range, from)| from + byte - range.start)
        };
        let start = at(bytes.start)?;
        let end = bytes
            .end
            .checked_sub(1)
            .filter(|last| *last >= bytes.start)
            .and_then(at)
            .map_or(start, |last| last + 1);
        Some(start..end.max(start))
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A piece of the line, `at` its first byte.
    fn typed(&mut self, text: &str, at: usize) {
        let start = self.text.len();
        self.push(text);
        self.typed.push((start..self.text.len(), at));
    }

    fn statement(&mut self, source: &Source<'_>, statement: &Statement, attempt: &str) {
        let Range { start, end } = statement.bytes;
        let mut at = start;
        for (mark, kind) in source.marks.iter().filter(|(mark, _)| statement.bytes.contains(mark)) {
            self.typed(&source.text[at..*mark], at);
            at = *mark;
            match kind {
                Mark::Receiver => {
                    self.typed(RECEIVER, at);
                    at += "self".len();
                }
                Mark::Try => {
                    self.push(attempt);
                    at += 1;
                }
            }
        }
        self.typed(&source.text[at..end], at);
        if !statement.ended && statement.kind != Kind::Expression {
            self.push(";");
        }
        self.push("\n");
    }
}

/// The whole file.
pub(super) fn write(source: &Source<'_>, setting: &Setting<'_>, purpose: Purpose) -> Written {
    let mut out = Written::default();
    out.push("|__hookable_frame, __hookable_line| {\n");
    out.push(TRAITS);
    items(&mut out, source, setting);
    let receiver = |name| if name == "self" { RECEIVER } else { name };
    let mentioned = |name: &str| {
        let in_like = |value: &Value<'_>| matches!(&value.like, Like::Lines(lines) if lines.iter().any(|line| mentions(line, name)));
        mentions(source.text, name) || setting.values.iter().any(in_like)
    };
    let used: Vec<bool> = setting
        .places
        .iter()
        .map(|place| !place.shadowed && !place.constant && mentioned(place.name))
        .collect();
    for (index, used) in used.iter().enumerate() {
        let place = if *used {
            format!("__hookable_place{index}")
        } else {
            "_".to_owned()
        };
        out.push(&format!("let ({place}, __hookable_frame) = __hookable_frame.next();\n"));
    }
    let places = || setting.places.iter().enumerate().filter(|(index, _)| used[*index]);
    for (index, Named { name, writable, .. }) in places() {
        let name = receiver(name);
        out.push(&if *writable {
            format!("let mut {name} = __hookable_place{index}.take();\n")
        } else {
            format!("let {name} = (&&__hookable_place{index}).__hookable_view();\n")
        });
    }
    for value in &setting.values {
        let name = value.name;
        let like = match &value.like {
            Like::Lines(lines) => format!("|| {{ {} {name} }}", lines.concat()),
            Like::Type(ty) => format!("|| -> {ty} {{ loop {{}} }}"),
        };
        out.push(&format!("let mut {name} = __hookable_line.kept({name:?}, {like});\n"));
    }
    match purpose {
        Purpose::Run | Purpose::RunOnly => body(&mut out, source, setting, purpose),
        Purpose::Type => {
            out.push("__hookable_line.type_of(|| {\n");
            statements(&mut out, source, None, NEVER);
            out.push("});\n");
        }
    }
    for (index, Named { name, .. }) in places().filter(|(_, place)| place.writable) {
        out.push(&format!("__hookable_place{index}.put({});\n", receiver(name)));
    }
    let bound = source.bound();
    for Value { name, .. } in setting.values.iter().filter(|value| !bound.contains(&value.name)) {
        out.push(&format!("__hookable_line.put_back({name:?}, {name});\n"));
    }
    out.push("}\n");
    out
}

/// A line that names all that another may, and has a value.
pub(super) fn common(places: &[Named<'_>]) -> String {
    let named = places.iter().filter(|place| !place.shadowed && !place.constant);
    let names: String = named.map(|place| format!("&{}, ", place.name)).collect();
    let text = format!("let _ = ({names}); 0");
    let setting = Setting {
        places,
        items: Vec::new(),
        anew: Vec::new(),
        values: Vec::new(),
    };
    match super::source::parse(&text) {
        Ok(source) => write(&source, &setting, Purpose::Run).text,
        Err(_) => String::new(),
    }
}

/// Runs the line, shows its value, keeps what it binds.
fn body(out: &mut Written, source: &Source<'_>, setting: &Setting<'_>, purpose: Purpose) {
    let (run, open, close) = match source.tries() {
        true => ("run_fallible", "::hookable::__private::Result::Ok({\n", "})"),
        false => ("run", "{\n", "}"),
    };
    out.push(&format!(
        "let __hookable_value = ::hookable::__private::{run}(|| {open}"
    ));
    // A kept value that is only named is shown, not moved.
    let whole = source.text.trim();
    if setting.values.iter().any(|value| value.name == whole) {
        out.push("&");
    }
    let bound = source.bound();
    let tail = source.tail().filter(|_| !bound.is_empty());
    statements(out, source, tail, TRY);
    if let Some(tail) = tail {
        out.push("let __hookable_value = {\n");
        out.statement(source, tail, TRY);
        out.push("};\n");
        out.push(SHOW);
    }
    let names: String = bound.iter().map(|name| format!("{name},")).collect();
    if !bound.is_empty() {
        out.push(&format!("({names})\n"));
    }
    out.push(&format!("{close});\nif let ::hookable::__private::Option::Some(__hookable_value) = __hookable_line.ran(__hookable_value) {{\n"));
    if bound.is_empty() {
        out.push(SHOW);
        out.push(match purpose {
            Purpose::Run => "__hookable_line.keep_last(__hookable_value);\n",
            _ => "__hookable_line.discard(__hookable_value);\n",
        });
    } else {
        out.push(&format!("let ({names}) = __hookable_value;\n"));
    }
    for name in bound {
        out.push(&format!("__hookable_line.keep({name:?}, {name});\n"));
    }
    out.push("}\n");
}

/// All that is no item, but for `without`.
fn statements(out: &mut Written, source: &Source<'_>, without: Option<&Statement>, attempt: &str) {
    for statement in source.statements.iter().filter(|statement| without != Some(statement)) {
        if !matches!(statement.kind, Kind::Item(_)) {
            out.statement(source, statement, attempt);
        }
    }
}

/// The items of earlier lines that this one does not give anew, then its own.
fn items(out: &mut Written, source: &Source<'_>, setting: &Setting<'_>) {
    let names: Vec<&str> = source.items().map(|(name, _)| name).collect();
    for Item { text, name, before } in setting.items.iter().filter(|item| !names.contains(&item.name)) {
        past(out, name, *before);
        out.push(text);
        out.push("\n");
    }
    for (name, statement) in source.items() {
        let before = setting
            .anew
            .iter()
            .find(|(other, _)| *other == name)
            .map_or(0, |(_, before)| *before);
        past(out, name, before);
        out.statement(source, statement, TRY);
    }
}

/// Items of the same name that are nothing: rustc numbers them, so that the symbols of the next one are new. What was loaded
/// under the old ones stays as it is.
fn past(out: &mut Written, name: &str, times: usize) {
    let nothing = match name.split_once(' ') {
        Some(("value", name)) => format!("{{ fn {name}() {{}} }}\n"),
        Some(("type", name)) => format!("{{ struct {name}; }}\n"),
        Some(("impl", _)) => "{ struct T; impl T {} }\n".to_owned(),
        _ => return,
    };
    out.push(&nothing.repeat(times));
}

/// The statements of a line that make what its `let`s bind, as later lines repeat them without running them.
pub(super) fn replay(source: &Source<'_>) -> String {
    let mut out = Written::default();
    let tail = source.tail();
    statements(&mut out, source, tail, NEVER);
    if let (Some(tail), true) = (tail, source.bound().is_empty()) {
        out.push(&format!("let {LAST} = {{"));
        out.statement(source, tail, NEVER);
        out.push("};");
    }
    out.text
}
