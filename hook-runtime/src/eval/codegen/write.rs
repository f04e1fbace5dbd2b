//! The file that rustc compiles into a slot: the typed line with the places of the frame around it. Pure.
//!
//! ```text
//! |frame, line| {
//!     within the levels of the session, see `nest`:
//!     let (place1, frame) = frame.next();
//!     places! { how a place is given to the line: see `sight`, and the crate of the attribute, `line`
//!     let mut a = place1.take();                                           what the line mentions, under its own name
//!     if let Some(mut y) = line.kept("y", like_y) {                        what the session keeps
//!         let value = run(|| { the line });
//!         show it;
//!         line.put_back("y", y);
//!     }
//!     place1.put(a); }
//! }
//! ```
//!
//! Every piece of it knows where it was typed, so that what rustc says of it can be said of the line.

use std::borrow::Cow;

use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::nest::{self, Nest, Replay};
use crate::eval::codegen::piece::{Piece, Spelling, Spot, Written};
use crate::eval::codegen::runtime;
use crate::eval::codegen::sight::Seen;
use crate::eval::parse::names::{RECEIVER, part};
use crate::eval::parse::{Kind, ParsedLine, Statement, mentions};
use crate::render;

/// What the last value is called at the prompt.
pub(crate) const LAST: &str = "it";

const SHOW: &str = "(&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line);\n";
const SHOW_PLACE: &str = "(&&&__hookable_private::ShownValue(__hookable_value)).__hookable_show(__hookable_line);\n";
const KEEP_PLACE: &str =
    "(&&__hookable_private::ShownValue(__hookable_value)).__hookable_keep(__hookable_line, __hookable_send);\n";
const TRAITS: &str = "#[allow(unused_imports)] use __hookable_private::{HasClone as _, HasCopy as _, HasNoClone as _, \
                      HasNoCopy as _, IsNotSend as _, IsSend as _, LendCopy as _, LendNone as _, SaveClone as _, SaveCopy as _, SaveNone as _, \
                      SavePlain as _, ShowDebug as _, ShowDisplay as _, ShowType as _, Try as _, ViewCopy as _, ViewRef as _};\n";
/// The standard one would name the file that the line is compiled from.
const DBG: &str = "macro_rules! dbg { ($($value:expr),+ $(,)?) => { dbg!(@ $(::std::stringify!($value), $value,)+) }; \
                   (@ $($text:expr, $value:expr,)+) => { ($(match $value { value => { \
                   ::std::eprintln!(\"[hook] {} = {:#?}\", __hookable_private::as_typed($text), &value); value } }),+) } }\n";

/// A captured place, in the order of the frame's list: last first.
pub(crate) struct Named<'n> {
    pub(crate) name: &'n str,
    pub(crate) writable: bool,
    /// It keeps the value that it has: only what that points at can be written.
    pub(crate) fixed: bool,
    /// Why it cannot be written, where it cannot.
    pub(crate) reason: &'static str,
    /// A binding further in has its name.
    pub(crate) shadowed: bool,
    /// A const parameter, which a line can name itself.
    pub(crate) constant: bool,
    /// As `std::any::type_name` gives it.
    pub(crate) type_name: &'static str,
    /// In bytes.
    pub(crate) size: usize,
}

/// A value kept by `let`.
pub(crate) struct KeptValue<'v> {
    pub(crate) name: &'v str,
    /// The line that made it.
    pub(crate) line: u64,
}

/// All that a line is compiled with.
pub(crate) struct CompileInput<'s> {
    pub(crate) places: &'s [Named<'s>],
    pub(crate) nest: Nest<'s>,
    pub(crate) values: Vec<KeptValue<'s>>,
    /// The crate of the hook.
    pub(crate) krate: &'s str,
    pub(crate) spot: Spot<'s>,
    /// What the crate calls tokio, where it can name it.
    pub(crate) tokio: Option<&'s str>,
}

/// What is wanted of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It runs.
    Run,
    /// It runs, and all of its value is shown.
    Full,
    /// Only its type is wanted.
    Type,
}

/// The whole file.
pub(crate) fn write(
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    purpose: Purpose,
    fallbacks: &Fallbacks,
) -> Written {
    let mut out = Written::default();
    out.push("|__hookable_frame, __hookable_line| {\n");
    out.push(TRAITS);
    out.push("#[cfg(panic = \"abort\")] __hookable_private::RunningLine::aborts(__hookable_line);\n");
    let replays = input.nest.levels.iter().flat_map(|level| &level.replays);
    let mut texts = replays.map(|(_, replay)| replay.text).chain([source.text]);
    if texts.any(|text| mentions(text, "dbg")) {
        out.push(DBG);
    }
    let own = |out: &mut Written| {
        for (_, statement) in source.items() {
            item(out, source, statement, input.spot);
        }
    };
    let head = |out: &mut Written, replay: &Replay<'_>, line: &dyn Fn(&mut Written)| {
        let used = used(input.places, &|name| mentions(replay.text, &receiver(name)));
        places(out, input, (fallbacks, replay.seen), &used, Lives::Never, &mut |out| {
            line(out);
        });
    };
    nest::write(&mut out, &input.nest, own, head, |out| {
        call(out, source, input, purpose, fallbacks);
    });
    out.push("}\n");
    out
}

/// What is called: the line with its places.
fn call(out: &mut Written, source: &ParsedLine<'_>, input: &CompileInput<'_>, purpose: Purpose, fallbacks: &Fallbacks) {
    let used = used(input.places, &|name| mentions(source.text, name));
    let lives = match purpose {
        Purpose::Type => Lives::Unsaved,
        Purpose::Run | Purpose::Full => Lives::Saved,
    };
    places(out, input, (fallbacks, &fallbacks.seen), &used, lives, &mut |out| {
        within(out, source, input, purpose, fallbacks);
    });
}

/// The line where its places are.
fn within(
    out: &mut Written,
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    purpose: Purpose,
    fallbacks: &Fallbacks,
) {
    for KeptValue { name, line } in &input.values {
        let like = nest::like(*line, name);
        out.push("if let __hookable_private::Option::Some(");
        out.piece_of(&format!("mut {name}"), Piece::Kept((*name).to_owned()));
        out.push(&format!(
            ") = __hookable_private::RunningLine::kept(__hookable_line, {name:?}, {like}) {{\n"
        ));
        if fallbacks.copies(name) {
            let lend =
                format!("(&&__hookable_private::ShownValue(&{name})).__hookable_lend(__hookable_line, {name:?});\n");
            out.piece_of(&lend, Piece::KeptCopy((*name).to_owned()));
        }
    }
    match purpose {
        Purpose::Run | Purpose::Full => body(out, source, input, fallbacks),
        Purpose::Type => type_of(out, source, &Spelling::never(input.spot, fallbacks), fallbacks.awaits),
    }
    let bound = source.bound();
    for KeptValue { name, .. } in input.values.iter().rev() {
        if !bound.contains(name) && !fallbacks.moves(name) {
            put_back(out, name);
        }
        out.push("}\n");
    }
}

/// A line that names all that another may, and has a value.
pub(crate) fn common(places: &[Named<'_>]) -> String {
    let named = places.iter().filter(|place| !place.shadowed && !place.constant);
    let names: String = named.map(|place| format!("&{}, ", place.name)).collect();
    let text = format!("let _ = ({names}); 0");
    let input = CompileInput {
        places,
        nest: Nest {
            levels: vec![nest::Level::default()],
            ..Nest::default()
        },
        values: Vec::new(),
        krate: "",
        spot: Spot::default(),
        tokio: None,
    };
    match crate::eval::parse::parse(&text) {
        Ok(mut source) => {
            source.find_parts(places.iter().map(|place| place.name));
            write(&source, &input, Purpose::Run, &Fallbacks::default()).text
        }
        Err(_) => String::new(),
    }
}

pub(crate) fn receiver(name: &str) -> Cow<'_, str> {
    match name {
        "self" => Cow::Borrowed(RECEIVER),
        name if name.contains('.') => Cow::Owned(part(name)),
        name => Cow::Borrowed(name),
    }
}

/// Which places are mentioned.
fn used(places: &[Named<'_>], mentioned: &dyn Fn(&str) -> bool) -> Vec<bool> {
    let used = |place: &Named<'_>| !place.shadowed && !place.constant && mentioned(place.name);
    places.iter().map(used).collect()
}

/// The places that the line mentions and can write, by position.
pub(crate) fn writable(source: &ParsedLine<'_>, input: &CompileInput<'_>, fallbacks: &Fallbacks) -> Vec<usize> {
    let used = used(input.places, &|name| mentions(source.text, name));
    let used = used.into_iter().zip(input.places).enumerate();
    let writable = used.filter(|(index, (used, place))| *used && place.sight(*index, &fallbacks.seen).writes());
    writable.map(|(index, _)| index).collect()
}

/// What becomes of the places.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lives {
    /// What the line may write is kept before.
    Saved,
    /// It writes nothing.
    Unsaved,
    /// It never runs.
    Never,
}

/// Gives places their names, and writes what sees them. What it may write is noted before, in a closure of its own: so the next one has
/// the same number where the line is repeated and nothing is noted.
fn places(
    out: &mut Written,
    input: &CompileInput<'_>,
    (fallbacks, seen): (&Fallbacks, &Seen),
    used: &[bool],
    lives: Lives,
    line: &mut dyn FnMut(&mut Written),
) {
    for (index, used) in used.iter().enumerate() {
        let place = if *used {
            format!("__hookable_place{index}")
        } else {
            "_".to_owned()
        };
        out.push(&format!(
            "let ({place}, __hookable_frame) = __hookable_private::Places::next(__hookable_frame);\n"
        ));
    }
    let places = || input.places.iter().enumerate().filter(|(index, _)| used[*index]);
    for (index, place) in places() {
        if fallbacks.typed && !fallbacks.nameless.contains(&index) && !render::is_anonymous(place.type_name) {
            let ty = render::path(place.type_name, input.krate);
            let like = format!("__hookable_private::Like::<{ty}>::new()");
            let is = format!("__hookable_private::CapturedPlace::is(&__hookable_place{index}, {like});\n");
            out.piece_of(&is, Piece::Type(index));
        }
    }
    out.push("__hookable_private::places!(");
    for (index, place) in places() {
        let saved = lives == Lives::Saved && !fallbacks.unsaved.contains(&index);
        place.given(out, index, seen, saved);
    }
    out.push("\n{\n");
    for (index, place) in places() {
        place.take(out, index, seen);
    }
    out.push("} {\n");
    line(out);
    out.push("} {\n");
    // What never runs gives what the line gives, and has nothing to put back.
    for (index, place) in places().filter(|_| lives != Lives::Never) {
        place.put(out, index, seen);
    }
    out.push("})\n");
}

fn put_back(out: &mut Written, name: &str) {
    out.push("__hookable_private::RunningLine");
    out.piece_of(
        &format!("::put_back(__hookable_line, {name:?}, {name})"),
        Piece::Back(name.to_owned()),
    );
    out.push(";\n");
}

/// What a copy of a kept value is called.
fn old(name: &str) -> String {
    format!("__hookable_old_{}", name.trim_start_matches("r#"))
}

/// Hides the places themselves from what was typed.
fn hidden(input: &CompileInput<'_>, source: &ParsedLine<'_>) -> String {
    let used = used(input.places, &|name| mentions(source.text, name));
    let used = used.iter().enumerate().filter(|(_, used)| **used);
    let places = used.map(|(index, _)| format!("let __hookable_place{index} = ();\n"));
    places.chain(["let __hookable_frame = ();\n".to_owned()]).collect()
}

/// Asks whether a value is `Send`, by a reference to it.
fn send(out: &mut Written, reference: &str, fallbacks: &Fallbacks) {
    if fallbacks.unsent {
        out.push("let __hookable_send = false;\n");
    } else {
        let asked =
            format!("let __hookable_send = (&&__hookable_private::ShownValue({reference})).__hookable_is_send();\n");
        out.piece_of(&asked, Piece::Send);
    }
}

/// Keeps a value under a name.
fn keep(out: &mut Written, call: &str, name: &str, fallbacks: &Fallbacks) {
    send(out, &format!("&{name}"), fallbacks);
    out.push(&format!(
        "__hookable_private::RunningLine::{call}{name}, __hookable_send);\n"
    ));
}

/// Runs the line, shows its value, keeps what it binds.
fn body(out: &mut Written, source: &ParsedLine<'_>, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    let bound = source.bound();
    let again: Vec<&str> = input.values.iter().map(|value| value.name).collect();
    let again = || again.iter().filter(|name| bound.contains(name));
    for name in again().filter(|name| fallbacks.moves(name) && fallbacks.copies(name)) {
        let copy = format!(
            "let {} = (&&__hookable_private::ShownValue(&{name})).__hookable_clone();\n",
            old(name)
        );
        out.piece_of(&copy, Piece::KeptCopy((*name).to_owned()));
    }
    let tokio = input.tokio.filter(|_| fallbacks.awaits);
    runtime::name(out, tokio, fallbacks.runtime);
    let (open, close) = run(source, fallbacks);
    out.push(&open);
    out.push(&hidden(input, source));
    let within = !bound.is_empty() || source.ends_in_place || fallbacks.in_place || fallbacks.borrows;
    let tail = source.tail().filter(|_| within);
    let spelling = &Spelling::of(input.spot, fallbacks);
    let ended = source.ended_value().filter(|_| bound.is_empty());
    statements(out, source, tail.or(ended.as_ref().map(|(whole, _)| *whole)), spelling);
    if let Some((_, value)) = &ended {
        out.push("__hookable_private::RunningLine::ended(__hookable_line, ");
        out.statement(source, value, spelling);
        out.push(");\n");
    }
    let names: String = bound.iter().map(|name| format!("{name},")).collect();
    match tail {
        // It is looked at where it is.
        Some(tail) if source.ends_in_place || fallbacks.in_place => {
            // Of a place, rustc speaks as it is written.
            let (open, close) = if source.ends_in_place { ("", "") } else { ("(", ")") };
            out.push(&format!("match &{open}"));
            out.statement(source, tail, spelling);
            out.push(&format!("{close} {{ __hookable_value => {{\n"));
            out.push(SHOW_PLACE);
            if bound.is_empty() && !fallbacks.borrows {
                send(out, "__hookable_value", fallbacks);
                out.piece_of(KEEP_PLACE, Piece::Copy);
            }
            out.push("} };\n");
        }
        Some(tail) => {
            out.push("let __hookable_value = {\n");
            out.statement(source, tail, spelling);
            out.push("};\n");
            out.push(SHOW);
        }
        None => {}
    }
    if !bound.is_empty() {
        out.push(&format!("({names})\n"));
    }
    out.push(&format!("{close};\nif let __hookable_private::Option::Some(__hookable_value) = __hookable_private::RunningLine::ran(__hookable_line, __hookable_value) {{\n"));
    if bound.is_empty() && !within {
        out.push(SHOW);
        keep(out, "keep_last(__hookable_line, ", "__hookable_value", fallbacks);
    } else if !bound.is_empty() {
        out.push("let (");
        for name in &bound {
            // `mut` is what no constant and no unit struct can be, so that rustc says whether this is one.
            out.piece_of(&format!("mut {name}"), Piece::Bound((*name).to_owned()));
            out.push(",");
        }
        out.push(") = __hookable_value;\n");
    }
    for name in &bound {
        keep(out, &format!("keep(__hookable_line, {name:?}, "), name, fallbacks);
    }
    out.push("}");
    if again().next().is_some() {
        out.push(" else {\n");
        for name in again() {
            if fallbacks.moves(name) && !fallbacks.copies(name) {
                continue;
            } else if fallbacks.moves(name) {
                out.push(&format!(
                    "__hookable_private::RunningLine::restore(__hookable_line, {name:?}, {});\n",
                    old(name)
                ));
            } else {
                put_back(out, name);
            }
        }
        out.push("}");
    }
    out.push("\n");
}

/// Asks for the type of the line's value, without running it.
fn type_of(out: &mut Written, source: &ParsedLine<'_>, spelling: &Spelling<'_>, awaits: bool) {
    let is_async = if awaits { "async " } else { "" };
    let open = |of: &str| format!("__hookable_private::RunningLine::type_of{of}(__hookable_line, || {is_async}{{\n");
    match source.tail().filter(|_| source.ends_in_place) {
        Some(tail) => {
            out.push(&open(if awaits { "_output_place" } else { "_place" }));
            statements(out, source, Some(tail), spelling);
            out.push("match &");
            out.statement(source, tail, spelling);
            out.push("{ __hookable_value => __hookable_private::type_of(__hookable_value) }\n");
        }
        None => {
            out.push(&open(if awaits { "_output" } else { "" }));
            statements(out, source, None, spelling);
        }
    }
    out.push("});\n");
}

/// All that is no item, but for `without`.
fn statements(out: &mut Written, source: &ParsedLine<'_>, without: Option<&Statement>, spelling: &Spelling<'_>) {
    for statement in source.statements.iter().filter(|statement| without != Some(statement)) {
        if !matches!(statement.kind, Kind::Item(_)) {
            out.statement(source, statement, spelling);
        }
    }
}

/// An item of the line.
pub(crate) fn item(out: &mut Written, source: &ParsedLine<'_>, statement: &Statement, spot: Spot<'_>) {
    out.statement(source, statement, &Spelling::never(spot, &Fallbacks::default()));
}

/// A closure of the statements of a line that gives what its `let`s bind, or else its value: for later lines, which repeat it without
/// running it. The statements are spelled as they were when they ran, so that the closures in them have the same numbers.
pub(crate) fn replay(source: &ParsedLine<'_>, spot: Spot<'_>, fallbacks: &Fallbacks) -> String {
    let mut out = Written::default();
    out.push(runtime::NONE);
    let (open, close) = run(source, fallbacks);
    out.push(&open);
    let (tail, bound) = (source.tail(), source.bound());
    let spelling = &Spelling::of(spot, fallbacks);
    statements(&mut out, source, tail, spelling);
    if let Some(tail) = tail {
        out.push("let __hookable_value = {\n");
        out.statement(source, tail, spelling);
        out.push("};\n");
    }
    let names: String = bound.iter().map(|name| format!("{name},")).collect();
    let value = if bound.is_empty() { "__hookable_value," } else { &names };
    out.push(&format!(
        "({value})\n{close};\nmatch __hookable_private::RunningLine::ran(__hookable_line, __hookable_value) {{\n\
         __hookable_private::Option::Some(__hookable_value) => __hookable_value,\n\
         __hookable_private::Option::None => loop {{}},\n}}\n"
    ));
    out.text
}

/// What stands around a line that runs.
fn run(source: &ParsedLine<'_>, fallbacks: &Fallbacks) -> (String, String) {
    let (ends, ok, close) = match source.ends_early() {
        _ if fallbacks.returns => ("returning", "__hookable_private::Result::Ok({\n", "})"),
        true => ("fallible", "__hookable_private::Result::Ok({\n", "})"),
        false => ("", "{\n", "}"),
    };
    let ends = match ends {
        "" => String::new(),
        ends => format!("__hookable_private::{ends}"),
    };
    let run = match fallbacks.awaits {
        true => "run_waiting(&__hookable_runtime, async",
        false => "run(||",
    };
    let open = format!("let __hookable_value = {ends}(__hookable_private::{run} {{ {ok}");
    (open, format!("{close} }}))"))
}
