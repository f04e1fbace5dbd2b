//! The frame of one hit: its locals, found by name, read, written, and put back.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::console::ConsoleError;
use crate::eval::abi::{Code, Recorded, Save};
use crate::eval::{Named, Spot, Stage};
use crate::format;
use crate::format::Patience;
use crate::format::Shown;
use crate::guard;
use crate::hooks::{Binding, CONSTANT, Hit, Site, State};
use crate::literal::Literal;
use crate::render::{self, Limit};
use crate::suggest::nearest;
use crate::syntax::spelled;
use crate::turn;
use crate::value::{Access, Old, Value};

/// A hit with what it captured.
pub(crate) struct Frame<'a, 'f> {
    pub(crate) site: &'static Site,
    /// Which hit of the site this is, from 1.
    pub(crate) number: u64,
    pub(crate) message: Option<String>,
    pub(crate) thread: String,
    pub(crate) slot: Option<(Code, &'static Recorded)>,
    access: &'a mut [Access<'f>],
    /// Which opening of a hook this is, counted over all.
    pub(crate) opening: u64,
    /// The last one last.
    written: Vec<Write<'f>>,
}

/// What a line wrote.
enum Write<'f> {
    /// A literal: the local, and what it had.
    Literal(usize, Old<'f>),
    /// Rust: what each local had.
    Rust {
        text: String,
        saves: Vec<(usize, Save)>,
        /// The locals of which that is not known.
        lost: Vec<usize>,
        /// The kept values that it wrote.
        kept: Vec<String>,
    },
}

/// A write that was taken back.
pub(crate) struct Undone<'l, 'f> {
    /// The locals that are as they were.
    pub(crate) locals: Vec<Local<'l, 'f>>,
    /// What is not, and why.
    pub(crate) lost: Option<ConsoleError>,
}

/// One binding of a frame.
#[derive(Clone, Copy)]
pub(crate) struct Local<'l, 'f> {
    /// Its place among the site's bindings.
    pub(crate) index: usize,
    pub(crate) binding: &'static Binding,
    pub(crate) access: &'l Access<'f>,
    /// A binding further in has its name.
    pub(crate) shadowed: bool,
}

impl<'a, 'f> Frame<'a, 'f> {
    pub(crate) fn new(hit: Hit, access: &'a mut [Access<'f>]) -> Self {
        static OPENINGS: AtomicU64 = AtomicU64::new(0);
        Frame {
            opening: OPENINGS.fetch_add(1, Ordering::Relaxed),
            site: hit.site,
            number: hit.number,
            message: hit.message,
            slot: None,
            thread: thread_name(),
            access,
            written: Vec::new(),
        }
    }

    /// All bindings in scope, outermost first.
    pub(crate) fn locals(&self) -> impl DoubleEndedIterator<Item = Local<'_, 'f>> {
        let bindings = self.site.bindings;
        bindings
            .iter()
            .zip(self.access.iter())
            .enumerate()
            .map(move |(index, (binding, access))| Local {
                index,
                binding,
                access,
                shadowed: bindings[index + 1..].iter().any(|inner| inner.name == binding.name),
            })
    }

    /// Each name once, sorted.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.site.bindings.iter().map(|binding| binding.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The innermost binding of a name.
    pub(crate) fn find(&self, name: &str) -> Result<Local<'_, 'f>, ConsoleError> {
        let plain = |name: &str| name.strip_prefix("r#").unwrap_or(name).to_owned();
        let wanted = plain(name);
        self.locals()
            .rfind(|local| plain(local.binding.name) == wanted)
            .ok_or_else(|| ConsoleError::Unknown {
                name: name.to_owned(),
                near: nearest(name, self.site.bindings.iter().map(|binding| binding.name)),
            })
    }

    /// Writes a literal into a local and keeps what it replaced.
    pub(crate) fn write(&mut self, name: &str, literal: &Literal) -> Result<(), ConsoleError> {
        let local = self.find(name)?;
        let (index, name) = (local.index, local.binding.name);
        if self.site.read_only {
            let why = "the hook is read_only".to_owned();
            return Err(ConsoleError::Unwritable { name, why });
        }
        if let Some(why) = local.why_not_writable() {
            return Err(ConsoleError::Unwritable { name, why });
        }
        let Access::Writable(value) = &mut self.access[index] else {
            unreachable!("what is not writable has a reason");
        };
        let old = guard::caught(|| turn::lend(|| assign(&mut **value, literal))).map_err(|message| {
            ConsoleError::Panicked {
                what: "reading the new value",
                name,
                message,
            }
        })??;
        self.written.push(Write::Literal(index, old));
        Ok(())
    }

    /// A line of Rust may have written these places, given by their positions in the [`Stage`].
    pub(crate) fn ran(&mut self, text: &str, writes: Vec<(usize, Option<Vec<Save>>)>, kept: Vec<String>) {
        let places: Vec<usize> = self.places().collect();
        let (mut saves, mut lost) = (Vec::new(), Vec::new());
        for (position, saved) in writes {
            let index = places[position];
            match saved {
                Some(saved) => saves.extend(saved.into_iter().map(|save| (index, save))),
                None => lost.push(index),
            }
        }
        if !saves.is_empty() || !lost.is_empty() || !kept.is_empty() {
            let text = text.to_owned();
            self.written.push(Write::Rust {
                text,
                saves,
                lost,
                kept,
            });
        }
    }

    /// The locals that a line of Rust can use, last first.
    fn places(&self) -> impl Iterator<Item = usize> {
        let captured = |access: &Access<'_>| matches!(access, Access::Writable(_) | Access::ReadOnly(_));
        let indices = self.access.iter().enumerate().rev();
        indices
            .filter(move |(_, access)| captured(access))
            .map(|(index, _)| index)
    }

    /// The frame for a line of Rust.
    pub(crate) fn stage(&mut self) -> Stage<'_> {
        let shadowed: Vec<bool> = self.locals().map(|local| local.shadowed).collect();
        let reasons: Vec<&'static str> = self.locals().map(|local| local.reason()).collect();
        let (mut places, mut pointers, mut absent) = (Vec::new(), Vec::new(), Vec::new());
        for (index, access) in self.access.iter_mut().enumerate().rev() {
            let (name, shadowed) = (self.site.bindings[index].name, shadowed[index]);
            let (writable, pointer, type_name, size) = match access {
                Access::Writable(value) => {
                    let pointer = (&raw mut **value).cast::<()>();
                    (!self.site.read_only, pointer, value.type_name(), size_of_val(&**value))
                }
                Access::ReadOnly(value) => {
                    let pointer = (&raw const **value).cast_mut().cast::<()>();
                    (false, pointer, value.type_name(), size_of_val(&**value))
                }
                Access::Snapshot(_) | Access::Type(_) | Access::Unknown => {
                    if !shadowed {
                        absent.push((name, reasons[index].to_owned()));
                    }
                    continue;
                }
            };
            let reason = if self.site.read_only {
                "the hook is read_only"
            } else {
                reasons[index]
            };
            let constant = self.site.bindings[index].reason == CONSTANT;
            let fixed = self.site.bindings[index].state == State::WrittenThrough;
            places.push(Named {
                type_name,
                size,
                constant,
                name: spelled(name),
                writable,
                fixed,
                reason,
                shadowed,
            });
            pointers.push(pointer);
        }
        let krate = self.site.module_path.split("::").next().unwrap_or_default();
        Stage {
            krate,
            spot: Spot {
                file: self.site.file,
                path: self.site.path,
                line: self.site.line,
                column: self.site.column,
            },
            slot: self.slot,
            opening: self.opening,
            places,
            pointers,
            absent,
        }
    }

    /// Whether anything is written that was not taken back.
    pub(crate) fn is_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// Takes the last write back, as far as what was there is known.
    pub(crate) fn undo(&mut self) -> Result<Undone<'_, 'f>, ConsoleError> {
        let (mut indices, mut gone) = (Vec::new(), None);
        match self.written.pop().ok_or(ConsoleError::NothingToUndo)? {
            Write::Literal(index, old) => {
                if let Access::Writable(value) = &mut self.access[index] {
                    let replaced = value.restore(old);
                    discard(replaced);
                }
                indices.push(index);
            }
            Write::Rust {
                text,
                saves,
                mut lost,
                kept,
            } => {
                for (index, save) in saves.into_iter().rev() {
                    if let Access::Writable(value) = &mut self.access[index] {
                        let restored = save.restore(&mut **value);
                        let which = if restored.is_ok() { &mut indices } else { &mut lost };
                        which.push(index);
                    }
                }
                indices.retain(|index| !lost.contains(index));
                lost.sort_unstable();
                lost.dedup();
                if !lost.is_empty() || !kept.is_empty() {
                    let names = lost.iter().map(|index| self.site.bindings[*index].name);
                    let names: Vec<_> = names.chain(kept.iter().map(String::as_str)).collect();
                    let names = names.join("` and `");
                    gone = Some(ConsoleError::NotUndone { names, text });
                }
            }
        }
        let mut locals: Vec<_> = self.locals().filter(|local| indices.contains(&local.index)).collect();
        locals.sort_by_key(|local| local.index);
        Ok(Undone { locals, lost: gone })
    }
}

impl Drop for Frame<'_, '_> {
    fn drop(&mut self) {
        for write in self.written.drain(..) {
            if let Write::Literal(_, old) = write {
                discard(old);
            }
        }
    }
}

/// The name of this thread. Where it has none, std's number tells it from the others; where even that is gone, at the end of the
/// thread, the system's name for it serves.
fn thread_name() -> String {
    let known = guard::caught(|| {
        let thread = std::thread::current();
        let number: String = format!("{:?}", thread.id())
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        thread.name().map_or(format!("unnamed-{number}"), str::to_owned)
    });
    known.unwrap_or_else(|_| {
        let name = std::fs::read_to_string("/proc/thread-self/comm").unwrap_or_default();
        format!("{} (ending)", name.trim_end())
    })
}

/// Drops a value of the user's, whose `Drop` may panic.
fn discard(old: Old<'_>) {
    if let Err(message) = guard::caught(|| turn::lend(|| drop(old))) {
        log::warn!("dropping a value that was replaced at a hook panicked: {message}");
    }
}

fn assign<'f>(value: &mut (dyn Value<'f> + 'f), literal: &Literal) -> Result<Old<'f>, ConsoleError> {
    #[cfg(feature = "serde")]
    if let Some(written) = value.write(literal) {
        return Ok(written?);
    }
    let ty = value.type_name();
    let text = literal.plain_text(ty)?;
    match value.write_str(&text) {
        Some(written) => Ok(written.map_err(|()| literal.refusal(text, ty))?),
        None => Err(crate::literal::LiteralError::NoReading { ty: render::short(ty) }.into()),
    }
}

/// Values, each on one line. `None` where there is none.
pub(crate) fn lines(locals: &[(Local<'_, '_>, Limit)], patience: Patience) -> Vec<Option<Shown>> {
    let live = locals
        .iter()
        .filter_map(|(local, limit)| Some((local.value()?, *limit)));
    let live: Vec<(&dyn Value<'_>, Limit)> = live.map(|(value, limit)| (value as _, limit)).collect();
    let mut live = format::compact_all(&live, patience).into_iter();
    let line = |(local, limit): &(Local<'_, '_>, Limit)| match (local.access, local.value()) {
        (_, Some(_)) => live.next(),
        (Access::Snapshot(snapshot), None) => Some(snapshot.line().cut_to(limit.chars)),
        _ => None,
    };
    locals.iter().map(line).collect()
}

impl<'l, 'f> Local<'l, 'f> {
    /// The value, where it can be asked.
    pub(crate) fn value(&self) -> Option<&'l (dyn Value<'f> + 'f)> {
        match self.access {
            Access::Writable(value) => Some(&**value),
            Access::ReadOnly(value) => Some(*value),
            Access::Snapshot(_) | Access::Type(_) | Access::Unknown => None,
        }
    }

    /// As `std::any::type_name` gives it.
    pub(crate) fn type_name(&self) -> Option<&'static str> {
        match self.access {
            Access::Writable(value) => Some(value.type_name()),
            Access::ReadOnly(value) => Some(value.type_name()),
            Access::Snapshot(snapshot) => Some(snapshot.type_name()),
            Access::Type(type_of) => Some(type_of()),
            Access::Unknown => None,
        }
    }

    /// The value on one line. `None` where there is none.
    pub(crate) fn line(&self, limit: Limit) -> Option<Shown> {
        lines(&[(*self, limit)], Patience::Prompt).pop().flatten()
    }

    /// The value as it is printed at the prompt.
    pub(crate) fn shown(&self, width: usize, limit: Limit) -> Result<Shown, ConsoleError> {
        match (self.access, self.value()) {
            (_, Some(value)) => Ok(format::fitting(value, width, limit, Patience::Prompt)),
            (Access::Snapshot(snapshot), None) => Ok(snapshot.shown().clone()),
            _ => Err(self.unreadable()),
        }
    }

    pub(crate) fn unreadable(&self) -> ConsoleError {
        ConsoleError::Unreadable {
            name: self.binding.name,
            why: self.reason().to_owned(),
        }
    }

    /// Why it is not writable, or not even readable.
    pub(crate) fn reason(&self) -> &'static str {
        if !self.binding.reason.is_empty() {
            return self.binding.reason;
        }
        match (self.access, self.binding.state) {
            (Access::Snapshot(_), _) => "shown as the hook opened: another local borrows it",
            (_, State::Moved) => "moved out before the hook",
            (_, State::Borrowed) => "mutably borrowed",
            (_, State::Unassigned) => "not yet assigned",
            (Access::Writable(_) | Access::ReadOnly(_), _) => "it can only be read here",
            (_, State::Writable | State::WrittenThrough | State::ReadOnly | State::Unavailable) => "not captured",
        }
    }

    fn why_not_writable(&self) -> Option<String> {
        match self.access {
            Access::Writable(_) => None,
            _ => Some(self.reason().to_owned()),
        }
    }
}
