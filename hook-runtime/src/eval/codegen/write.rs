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

use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::{CompileInput, KeptValue, Purpose};
use crate::eval::codegen::nest::{self, Nest, Replay};
use crate::eval::codegen::piece::{Piece, Spelling, Spot, Written};
use crate::eval::codegen::places::{Lives, hidden, places, used};
use crate::eval::codegen::runtime;
use crate::eval::codegen::sight::Named;
use crate::eval::parse::names::receiver;
use crate::eval::parse::{Kind, ParsedLine, Statement, mentions};

const SHOW: &str = "(&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line);\n";
const SHOW_PLACE: &str = "(&&&__hookable_private::ShownValue(__hookable_value)).__hookable_show(__hookable_line);\n";
const KEEP_PLACE: &str =
    "(&&__hookable_private::ShownValue(__hookable_value)).__hookable_keep(__hookable_line, __hookable_send);\n";
const TRAITS: &str = "#[allow(unused_imports)] use __hookable_private::{HasClone as _, HasCopy as _, HasNoClone as _, \
                      HasNoCopy as _, IsNotSend as _, IsSend as _, KeptClone as _, KeptCopy as _, KeptNone as _, KeptPlain as _, SaveClone as _, SaveCopy as _, SaveNone as _, \
                      SavePlain as _, ShowDebug as _, ShowDisplay as _, ShowType as _, Try as _, ViewCopy as _, ViewRef as _};\n";
/// The standard one would name the file that the line is compiled from.
const DBG: &str = "macro_rules! dbg { ($($value:expr),+ $(,)?) => { dbg!(@ $(::std::stringify!($value), $value,)+) }; \
                   (@ $($text:expr, $value:expr,)+) => { ($(match $value { value => { \
                   ::std::eprintln!(\"[hook] {} = {:#?}\", __hookable_private::as_typed($text), &value); value } }),+) } }\n";

/// Gives the whole file.
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
        Purpose::Type | Purpose::Capture | Purpose::Parts { .. } => Lives::Unsaved,
        Purpose::Run | Purpose::Full | Purpose::Aside | Purpose::Text => Lives::Saved,
    };
    lent(out, input);
    places(out, input, (fallbacks, &fallbacks.seen), &used, lives, &mut |out| {
        within(out, source, input, purpose, fallbacks);
    });
}

/// Gives values their names that a running line has: by reference, for no longer than the line.
fn lent(out: &mut Written, input: &CompileInput<'_>) {
    out.push("let __hookable_lends = ();\n");
    for KeptValue { name, line, .. } in input.values.iter().filter(|value| value.lent) {
        let like = nest::like(*line, name);
        out.push(&format!(
            "let __hookable_private::Option::Some({name}) = \
             __hookable_private::RunningLine::lent(__hookable_line, {name:?}, {like}, &__hookable_lends) else {{ return }};\n"
        ));
    }
}

/// The line where its places are.
fn within(
    out: &mut Written,
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    purpose: Purpose,
    fallbacks: &Fallbacks,
) {
    let own = || input.values.iter().filter(|value| !value.lent);
    for KeptValue { name, line, .. } in own() {
        let like = nest::like(*line, name);
        out.push("if let __hookable_private::Option::Some(");
        out.piece_of(&format!("mut {name}"), Piece::Kept((*name).to_owned()));
        out.push(&format!(
            ") = __hookable_private::RunningLine::kept(__hookable_line, {name:?}, {like}) {{\n"
        ));
        out.push(&format!(
            "__hookable_private::RunningLine::lend(__hookable_line, {name:?}, &{name});\n"
        ));
        if fallbacks.copies(name)
            && matches!(purpose, Purpose::Run | Purpose::Full | Purpose::Capture)
            && !source.only_looks()
        {
            let copy = format!(
                "__hookable_private::RunningLine::before_kept(__hookable_line, {name:?}, (&&&&__hookable_private::ShownValue(&{name})).__hookable_copy());\n"
            );
            out.piece_of(&copy, Piece::KeptCopy((*name).to_owned()));
        }
    }
    match purpose {
        Purpose::Run | Purpose::Full | Purpose::Aside | Purpose::Text => body(out, source, input, fallbacks),
        Purpose::Type => type_of(out, source, &Spelling::never(input.spot, fallbacks), fallbacks.awaits),
        Purpose::Capture => capture(out, input, fallbacks),
        Purpose::Parts { .. } => parts_of(out, source, input, fallbacks),
    }
    let bound = source.bound();
    for KeptValue { name, .. } in own().collect::<Vec<_>>().into_iter().rev() {
        if !bound.contains(name) && !fallbacks.moves(name) {
            put_back(out, name);
        }
        out.push("}\n");
    }
}

/// Captures kept values as the attribute captures places, with the traits that their types have.
fn capture(out: &mut Written, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    for KeptValue { name, lent, .. } in input.values.iter().filter(|value| fallbacks.copies(value.name)) {
        let captured = match lent {
            true => format!("readable(&{name}"),
            false => format!("writable(&mut {name}"),
        };
        let capture = format!(
            "{{\nlet __hookable_late = __hookable_private::late();\n\
             let __hookable_marker = __hookable_private::Marker::new();\n\
             __hookable_private::Late::tie(&__hookable_late, &raw const {name}, &__hookable_marker);\n\
             __hookable_private::RunningLine::captured(__hookable_line, {name:?}, __hookable_private::{captured}, &__hookable_marker));\n\
             __hookable_private::resolve!(__hookable_late);\n}}\n"
        );
        out.piece_of(&capture, Piece::KeptCopy((*name).to_owned()));
    }
}

/// Gives a line that names all that another may, and has a value.
pub(crate) fn common(places: &[Named<'_>]) -> String {
    let named = places.iter().filter(|place| !place.shadowed && !place.constant);
    let names: String = named.map(|place| format!("&{}, ", place.name)).collect();
    let text = format!("let _ = ({names}); 0");
    let input = CompileInput {
        places,
        nest: Nest {
            levels: vec![nest::NestLevel::default()],
            ..Nest::default()
        },
        values: Vec::new(),
        krate: "",
        spot: Spot::default(),
        tokio: None,
        parts: "",
    };
    match crate::eval::parse::parse(&text) {
        Ok(mut source) => {
            source.find_parts(places.iter().map(|place| place.name));
            write(&source, &input, Purpose::Run, &Fallbacks::default()).text
        }
        Err(_) => String::new(),
    }
}

fn put_back(out: &mut Written, name: &str) {
    out.push("__hookable_private::RunningLine");
    out.piece_of(
        &format!("::put_back(__hookable_line, {name:?}, {name})"),
        Piece::Back(name.to_owned()),
    );
    out.push(";\n");
}

/// Gives what a copy of a kept value is called.
fn old(name: &str) -> String {
    format!("__hookable_old_{}", name.trim_start_matches("r#"))
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
    let own = input.values.iter().filter(|value| !value.lent);
    let again: Vec<&str> = own.map(|value| value.name).collect();
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
        out.push("(");
        for name in &bound {
            out.piece_of(name, Piece::Gives((*name).to_owned()));
            out.push(",");
        }
        out.push(")\n");
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

/// Shows the value of the place that the line is, by its parts.
fn parts_of(out: &mut Written, source: &ParsedLine<'_>, input: &CompileInput<'_>, fallbacks: &Fallbacks) {
    if let Some(tail) = source.tail() {
        out.push("__hookable_private::RunningLine::show_parts(__hookable_line, &");
        out.statement(source, tail, &Spelling::of(input.spot, fallbacks));
        out.push(&format!(", {});\n", input.parts));
    }
}

/// Asks for the type of the line's value, without running it.
fn type_of(out: &mut Written, source: &ParsedLine<'_>, spelling: &Spelling<'_>, awaits: bool) {
    let is_async = if awaits { "async " } else { "" };
    let is_signed = !awaits && may_be_called(source);
    if is_signed {
        out.push("let __hookable_type = ");
    }
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
    if is_signed {
        out.push("{ use __hookable_private::{NoSignature as _, Signature as _};\n");
        out.push("(&&&&&&&&__hookable_type).__hookable_signature(__hookable_line); }\n");
    }
}

/// Tells whether a line may be the name of a function, or a closure: then its signature is asked for, too. It takes
/// rustc to know more of a type than its name, and that must not be what it refuses the line for.
fn may_be_called(source: &ParsedLine<'_>) -> bool {
    let text = source.text.trim();
    let is_path = text.chars().all(|c| c.is_alphanumeric() || "_:<>, ".contains(c));
    is_path || text.starts_with('|') || text.starts_with("move ")
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

/// Gives a closure of the statements of a line that gives what its `let`s bind, or else its value: for later lines,
/// which repeat it without running it. The statements are spelled as they were when they ran, so that the closures in
/// them have the same numbers.
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

/// Gives what stands around a line that runs.
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
