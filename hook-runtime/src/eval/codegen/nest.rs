//! A line stands in its slot such that no path ever means two things there.
//!
//! rustc tells definitions apart by their paths, and numbers those that have none: closures, impls, and items that have
//! the name of another item in the same function. To rustc, two lines are two crates of the same name. So each line
//! that defines items opens a *level*, which is a closure in the closure of the level before it. Each line is a closure
//! of its level, and its number there is its own:
//!
//! ```text
//! |frame, line| {                                    the slot
//!     || ();                                         one for each era
//!     (move || {                                     a level
//!         items of a line
//!         let like = (|| {                           its lines: closures by number, empty but for those that made what this line uses
//!             || (); || ();
//!             let like2 = Like::of(|| { the line });
//!             like2
//!         })();
//!         (move || {                                 the next level
//!             items of another line
//!             (move || { || (); (move || { this line })() })()
//!         })()
//!     })()
//! }
//! ```
//!
//! So the meaning of an item never changes. It sees the items before it as they were when it was typed, and an item of
//! the same name that is typed later hides it only from later lines. A line that made a kept value is repeated where it
//! stood, with what it saw then, so the closures in it are the same types. What a line itself defines, as a static in a
//! block, belongs to that line alone.
//!
//! A module does not see the items of the block that it stands in. So items stand in modules, which are nested as the
//! levels are, and each level imports its own: see [`modules`].

mod modules;

pub(crate) use modules::NAME as MODULE;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::codegen::sight::Seen;

/// The number of the line that made a kept value, the name of the value, and its type.
pub(crate) type Type = (u64, String, String);

/// The levels around a line.
#[derive(Default)]
pub(crate) struct Nest<'n> {
    pub(crate) era: usize,
    /// The levels, the outermost first. There is at least one.
    pub(crate) levels: Vec<NestLevel<'n>>,
    /// The types of kept values that are given by name.
    pub(crate) types: Vec<Type>,
    /// Whether the line opens a level.
    pub(crate) opens: bool,
    /// The number of the line in its level.
    pub(crate) line: usize,
    /// The name of each item of the line, in order, and where it stands.
    pub(crate) own: Vec<(&'n str, ItemScope)>,
    /// The code that stands beside the types among the items.
    pub(crate) beside: BesideItems,
}

/// The code that stands beside types among the items, by [`item_source`] and the place in that text, in order.
pub(crate) type BesideItems = HashMap<String, Vec<(usize, String)>>;

/// Returns the name of the text of an item, which is like that of a source file.
pub(crate) fn item_source(id: usize, in_module: bool) -> String {
    format!("item {id}{}", if in_module { " in its module" } else { "" })
}

#[derive(Default)]
pub(crate) struct NestLevel<'n> {
    pub(crate) items: Vec<Item<'n>>,
    /// The lines to be repeated, by their numbers.
    pub(crate) replays: Vec<(usize, Replay<'n>)>,
}

/// An item of an earlier line.
#[derive(Clone, Copy)]
pub(crate) struct Item<'n> {
    /// The kind and the name.
    pub(crate) name: &'n str,
    pub(crate) text: &'n str,
    /// The text of the item for where it stands in a module.
    pub(crate) in_module: &'n str,
    pub(crate) id: usize,
    pub(crate) scope: ItemScope,
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemScope {
    /// The item stands in the block of its level, where it sees the function's own items, and no module sees it.
    Block,
    /// The item stands in the module of its level.
    Module,
    /// The item stands in both, because it defines nothing but a name.
    Both,
}

impl ItemScope {
    pub(crate) fn is_in_module(self) -> bool {
        self != ItemScope::Block
    }

    pub(crate) fn is_in_block(self) -> bool {
        self != ItemScope::Module
    }
}

/// A kept value that a line used.
#[derive(Clone, Debug)]
pub(crate) struct UsedValue {
    pub(crate) name: String,
    /// The number of the line that made the value.
    pub(crate) line: u64,
    /// The name under which that line kept it.
    pub(crate) kept_as: String,
    /// Whether the value is kept for good, and not held until the hook goes on.
    pub(crate) is_kept: bool,
}

/// A line that made kept values.
#[derive(Clone, Copy)]
pub(crate) struct Replay<'n> {
    pub(crate) number: u64,
    /// The names that the line binds.
    pub(crate) names: &'n [String],
    /// The code of a closure that gives the values of these names as a tuple.
    pub(crate) text: &'n str,
    /// The way in which the line saw its places.
    pub(crate) seen: &'n Seen,
    /// The kept values that the line uses.
    pub(crate) values: &'n [UsedValue],
    /// Those of these values to which the line has a reference.
    pub(crate) pinned: &'n [String],
    /// Those of the names whose values the line kept for good.
    pub(crate) kept: &'n [String],
}

/// The way in which rustc is told the type of a kept value.
pub(crate) enum TypeSource<'n> {
    /// The line that made the value is repeated where it stood, which is given by level and number.
    Line((usize, usize), Replay<'n>),
    Type(String),
}

impl Nest<'_> {
    /// Returns the items of earlier lines that no module sees.
    pub(crate) fn in_block(&self) -> Vec<String> {
        let items = self.levels.iter().flat_map(|level| &level.items);
        let items = items.filter(|item| item.scope == ItemScope::Block);
        items.map(|item| item.text.to_owned()).collect()
    }

    /// Returns the text of an item, with the code that stands beside its types.
    fn text_of<'t>(&self, item: &Item<'t>, in_module: bool) -> Cow<'t, str> {
        let text = if in_module { item.in_module } else { item.text };
        match self.beside.get(&item_source(item.id, in_module)) {
            None => Cow::Borrowed(text),
            Some(additions) => {
                let mut whole = text.to_owned();
                // They are sorted by their places.
                for (at, code) in additions.iter().rev() {
                    whole.insert_str(*at, code);
                }
                Cow::Owned(whole)
            }
        }
    }
}

/// Returns the name that the type of a kept value has in the file.
pub(crate) fn like(number: u64, name: &str) -> String {
    format!("__hookable_like{number}_{}", name.trim_start_matches("r#"))
}

/// Writes the levels. `body` writes the line, `own` those of its items that stand within so many modules, and `head`
/// the code around a line that is repeated.
pub(crate) fn write(
    out: &mut Written,
    nest: &Nest<'_>,
    own: impl Fn(&mut Written, usize),
    head: impl Fn(&mut Written, &Replay<'_>, &dyn Fn(&mut Written)),
    body: impl FnOnce(&mut Written),
) {
    out.push(
        "let __hookable_frame_like = __hookable_private::Like::of_ref(&__hookable_frame);\n\
         let __hookable_line_like = __hookable_private::Like::of_ref(&__hookable_line);\n",
    );
    for (number, name, ty) in &nest.types {
        let like = like(*number, name);
        let text = format!("let {like}: __hookable_private::Like<{ty}> = __hookable_private::Like::new();\n");
        out.piece_of(&text, Piece::Named(*number, name.clone()));
    }
    modules::write(out, nest, &own);
    out.push(&NOTHING.repeat(nest.era));
    let last = nest.levels.len().saturating_sub(1);
    for (at, level) in nest.levels.iter().enumerate() {
        out.push(OPEN);
        modules::import(out, nest, at);
        for item in level.items.iter().filter(|item| item.scope.is_in_block()) {
            out.piece_of(&nest.text_of(item, false), Piece::Item(item.id));
            out.push("\n");
        }
        if at < last || nest.opens {
            lines(out, level, &nest.types, &head);
        }
    }
    if nest.opens {
        out.push(OPEN);
        modules::import(out, nest, nest.levels.len());
        own(out, 0);
    }
    out.push(OPEN);
    let mut next = 0;
    let level = nest.levels.last().filter(|_| !nest.opens);
    for (line, replay) in level.iter().flat_map(|level| &level.replays) {
        out.push(&NOTHING.repeat(line - next));
        next = line + 1;
        repeat(out, replay, &nest.types, &head);
    }
    out.push(&NOTHING.repeat(nest.line - next));
    out.push(OPEN);
    body(out);
    out.push(&CLOSE.repeat(nest.levels.len() + usize::from(nest.opens) + 2));
}

/// Returns the names of the types of what a line binds, except for types that are given by name.
fn inferred<'r>(replay: &'r Replay<'_>, types: &'r [Type]) -> impl Iterator<Item = Option<String>> + 'r {
    let is_given = |name: &str| {
        types
            .iter()
            .any(|(number, other, _)| *number == replay.number && other == name)
    };
    let names = replay.names.iter();
    names.map(move |name| (!is_given(name)).then(|| like(replay.number, name)))
}

/// A function that writes the code around a line that is repeated.
type Head<'h> = dyn Fn(&mut Written, &Replay<'_>, &dyn Fn(&mut Written)) + 'h;

const NOTHING: &str = "|| ();\n";
const OPEN: &str = "(move || {\n";
const CLOSE: &str = "})()\n";

/// Writes the lines of a level that are repeated.
fn lines(out: &mut Written, level: &NestLevel<'_>, types: &[Type], head: &Head<'_>) {
    let replays = level.replays.iter().map(|(_, replay)| replay);
    let likes = replays.flat_map(|replay| inferred(replay, types)).flatten();
    let likes: String = likes.map(|like| like + ",").collect();
    out.push(&format!("let ({likes}) = (|| {{\n"));
    let mut next = 0;
    for (line, replay) in &level.replays {
        out.push(&NOTHING.repeat(line - next));
        next = line + 1;
        repeat(out, replay, types, head);
    }
    out.push(&format!("({likes})\n}})();\n"));
}

/// Writes a line that is repeated without running, for the types of what it makes.
fn repeat(out: &mut Written, replay: &Replay<'_>, types: &[Type], head: &Head<'_>) {
    let Replay {
        number,
        names,
        values,
        pinned,
        kept,
        ..
    } = *replay;
    let mut text = Written::default();
    text.push(&format!(
        "let __hookable_line{number} = __hookable_private::Like::of(|| {{\n\
         let __hookable_frame = __hookable_private::never_of(__hookable_frame_like);\n\
         let __hookable_line = __hookable_private::never_of(__hookable_line_like);\n"
    ));
    // A mention of a value of which the line has a reference is written as a dereference, behind these.
    let (references, own): (Vec<&UsedValue>, Vec<_>) = values.iter().partition(|value| pinned.contains(&value.name));
    for UsedValue {
        name, line, kept_as, ..
    } in references
    {
        let like = like(*line, kept_as);
        text.push(&format!(
            "let {name} = __hookable_private::never_pinned({like}, &__hookable_opening);\n"
        ));
    }
    head(&mut text, replay, &|text| {
        for UsedValue {
            name,
            line,
            kept_as,
            is_kept,
        } in &own
        {
            let (like, never) = (like(*line, kept_as), if *is_kept { "never_kept" } else { "never_of" });
            text.push(&format!("let mut {name} = __hookable_private::{never}({like});\n"));
        }
        text.push(replay.text);
    });
    text.push("});\n");
    let likes = inferred(replay, types).map(|like| like.unwrap_or_else(|| "_".to_owned()) + ",");
    let likes: String = likes.collect();
    let parts: String = (0..names.len()).map(|part| format!("__hookable_{part},")).collect();
    let of = names.iter().enumerate().map(|(part, name)| {
        let of = if kept.contains(name) { "of_kept" } else { "of_value" };
        format!("__hookable_private::Like::{of}(__hookable_{part}),")
    });
    let new = "__hookable_private::Like::new(),".repeat(names.len());
    text.push(&format!(
        "let ({likes}) = if false {{ let ({parts}) = __hookable_private::never_of(__hookable_line{number}); ({}) }} else {{ ({new}) }};\n",
        of.collect::<String>()
    ));
    out.piece_of(&text.text, Piece::Like(number));
}
