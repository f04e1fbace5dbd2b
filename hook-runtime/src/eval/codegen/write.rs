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
//! Every piece of the file knows where it was typed, so that rustc's errors can be related to the line.

use crate::eval::codegen::body::{body, put_back};
use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::held;
use crate::eval::codegen::input::{CompileInput, KeptValue, PartsCode, Purpose, ValueSource};
use crate::eval::codegen::nest::{self, ItemScope, Nest, Replay};
use crate::eval::codegen::piece::{Piece, Spelling, Spot, Written};
use crate::eval::codegen::places::{Lives, places, used};
use crate::eval::codegen::question::{capture, parts_of, type_of};
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::parse::names::receiver;
use crate::eval::parse::{ParsedLine, Statement, mentions};

const TRAITS: &str = "__hookable_private::line_traits!();\n";
/// A hook that comes out of a macro of the program calls a macro of this name, which the attribute writes before the
/// call of the program's macro. A line must not get that of the hook it is typed at, which contains the line; it gets
/// one that does nothing, and calls it, lest that counts as unused.
const FRAME: &str = "macro_rules! __hookable_frame { () => {{}} } __hookable_frame! {}\n";
/// Stands in for the standard `dbg!`, which would print the name of the file that the line is compiled from.
const DBG: &str = "macro_rules! dbg { ($($value:expr),+ $(,)?) => { dbg!(@ $(::std::stringify!($value), $value,)+) }; \
                   (@ $($text:expr, $value:expr,)+) => { ($(match $value { value => { \
                   ::std::eprintln!(\"[hook] {} = {:#?}\", __hookable_private::as_typed($text), &value); value } }),+) } }\n";

/// Writes the whole file.
pub(crate) fn write(
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    purpose: Purpose,
    fallbacks: &Fallbacks,
) -> Written {
    let mut out = Written::default();
    out.push("|__hookable_frame, __hookable_line| {\n");
    out.push(TRAITS);
    out.push(FRAME);
    out.push("#[cfg(panic = \"abort\")] __hookable_private::RunningLine::aborts(__hookable_line);\n");
    let replays = input.nest.levels.iter().flat_map(|level| &level.replays);
    let mut texts = replays.map(|(_, replay)| replay.text).chain([source.text]);
    if texts.any(|text| mentions(text, "dbg")) {
        out.push(DBG);
    }
    let own = |out: &mut Written, modules: usize| {
        let stands = |scope: ItemScope| match modules {
            0 => scope.is_in_block(),
            _ => scope.is_in_module(),
        };
        let items = source.items().zip(&input.nest.own);
        for ((_, statement), _) in items.filter(|(_, (_, scope))| stands(*scope)) {
            item(out, source, statement, input.spot, (fallbacks, modules));
        }
    };
    let head = |out: &mut Written, replay: &Replay<'_>, line: &dyn Fn(&mut Written)| {
        let used = used(input.places, replay.seen, &|name| {
            mentions(replay.text, &receiver(name))
        });
        let pinned: Vec<&str> = replay.pinned.iter().map(String::as_str).collect();
        let fallbacks = (fallbacks, replay.seen);
        places(out, input, fallbacks, &used, &pinned, Lives::Never, &mut |out| {
            line(out);
        });
    };
    held::opening(&mut out, input, fallbacks);
    nest::write(&mut out, &input.nest, own, head, |out| {
        call(out, source, input, purpose, fallbacks);
    });
    out.push("}\n");
    out
}

/// Writes the line with its places, behind the items that it sees.
fn call(out: &mut Written, source: &ParsedLine<'_>, input: &CompileInput<'_>, purpose: Purpose, fallbacks: &Fallbacks) {
    let used = used(input.places, &fallbacks.seen, &|name| mentions(source.text, name));
    let lives = match purpose {
        Purpose::Type | Purpose::Capture | Purpose::Parts { .. } => Lives::Unsaved,
        Purpose::Run | Purpose::Full | Purpose::Aside | Purpose::Text | Purpose::Learn { .. } => Lives::Saved,
    };
    held::references(out, input);
    let references = input.values.iter().filter(|value| value.source.is_reference());
    let references: Vec<&str> = references.map(|value| value.name).collect();
    let fallbacks_seen = (fallbacks, &fallbacks.seen);
    places(out, input, fallbacks_seen, &used, &references, lives, &mut |out| {
        within(out, source, input, purpose, fallbacks);
    });
}

/// Writes the line where its places are, with the kept values that it mentions.
fn within(
    out: &mut Written,
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    purpose: Purpose,
    fallbacks: &Fallbacks,
) {
    let own = || input.values.iter().filter(|value| !value.source.is_reference());
    if purpose == Purpose::Type {
        return type_of(out, source, input, fallbacks);
    }
    for value in own() {
        take(out, value);
        let keeps_copies = matches!(purpose, Purpose::Run | Purpose::Full | Purpose::Capture);
        if value.source == ValueSource::Kept && fallbacks.copies(value.name) && keeps_copies && !source.only_looks() {
            let name = value.name;
            let copy = format!(
                "__hookable_private::RunningLine::before_kept(__hookable_line, {name:?}, (&&&&__hookable_private::ShownValue(&{name})).__hookable_copy());\n"
            );
            out.piece_of(&copy, Piece::KeptCopy(name.to_owned()));
        }
    }
    match purpose {
        Purpose::Run | Purpose::Full | Purpose::Aside | Purpose::Text | Purpose::Learn { .. } => {
            body(out, source, input, purpose, fallbacks);
        }
        Purpose::Type => {}
        Purpose::Capture => capture(out, input, fallbacks),
        Purpose::Parts { .. } => parts_of(out, source, input, fallbacks),
    }
    let bound = source.bound();
    for value in own().collect::<Vec<_>>().into_iter().rev() {
        if !bound.contains(&value.name) && !fallbacks.moves(value.name) {
            put_back(out, value);
        }
        out.push("}\n");
    }
}

/// Writes what takes a kept or held value, behind which the line runs if the value is there.
fn take(
    out: &mut Written,
    KeptValue {
        name,
        line,
        kept_as,
        source,
    }: &KeptValue<'_>,
) {
    let like = nest::like(*line, kept_as);
    out.push("if let __hookable_private::Option::Some(");
    out.piece_of(&format!("mut {name}"), Piece::Kept((*name).to_owned()));
    let (function, opening) = match source.is_held() {
        true => ("held", ", &__hookable_opening"),
        false => ("kept", ""),
    };
    out.push(&format!(
        ") = __hookable_private::RunningLine::{function}(__hookable_line, {name:?}, {like}{opening}) {{\n"
    ));
    if !source.is_held() {
        out.push(&format!(
            "__hookable_private::RunningLine::lend(__hookable_line, {name:?}, &{name});\n"
        ));
    }
}

/// Returns the text of a file for a line that names every place of the frame and has a value, so that compiling it
/// prepares rustc for most lines.
pub(crate) fn common(places: &[VisiblePlace<'_>], returns: Option<&'static str>) -> String {
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
        returns,
        tokio: None,
        parts: PartsCode::default(),
    };
    match crate::eval::parse::parse(&text) {
        Ok(mut source) => {
            source.find_parts(places.iter().map(|place| place.name));
            write(&source, &input, Purpose::Run, &Fallbacks::default()).text
        }
        Err(_) => String::new(),
    }
}

/// Writes an item of the line, as it stands within so many modules.
pub(crate) fn item(
    out: &mut Written,
    source: &ParsedLine<'_>,
    statement: &Statement,
    spot: Spot<'_>,
    (fallbacks, modules): (&Fallbacks, usize),
) {
    let fallbacks = Fallbacks {
        unstopped: fallbacks.unstopped,
        ..Fallbacks::default()
    };
    let spelling = Spelling {
        modules,
        ..Spelling::never(spot, &fallbacks)
    };
    out.statement(source, statement, &spelling);
}
