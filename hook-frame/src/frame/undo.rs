//! The locals of a frame are written here, and the writes are taken back.

use hook_rustc::sorted::{sort, sort_by_key};

use super::error::FrameError;
use super::{Frame, Local};
use crate::guard;
use crate::literal::Literal;
use crate::render;
use crate::turn;
use crate::value::{Access, Old, Saved, Value};

/// Takes back what a line did to a kept value, and tells whether it could.
pub type Restores = Box<dyn FnOnce() -> bool>;

/// Holds all that is needed to take a write back.
pub(super) enum Write<'f> {
    /// A literal was written to the local at this position, which had this value before.
    Literal(usize, Old<'f>),
    /// A line of Rust ran.
    Rust {
        text: String,
        saves: Vec<(usize, Saved)>,
        /// The line may have written these locals, and it is not known what they had before.
        lost: Vec<usize>,
        /// The line may have written these kept values. Each has what takes the write back, where that is known.
        kept: Vec<(String, Option<Restores>)>,
    },
}

impl Write<'_> {
    /// Returns the positions of the bindings that may have been written.
    fn indices(&self) -> Vec<usize> {
        match self {
            Write::Literal(index, _) => vec![*index],
            Write::Rust { saves, lost, .. } => {
                let saved = saves.iter().map(|(index, _)| *index);
                saved.chain(lost.iter().copied()).collect()
            }
        }
    }
}

/// Tells what came of taking a write back.
pub struct Undone<'l, 'f> {
    /// These locals are again as they were.
    pub locals: Vec<Local<'l, 'f>>,
    /// These kept values are again as they were before the line whose text is the second element.
    pub kept: (Vec<String>, String),
    /// This says which others could not be put back.
    pub lost: Option<FrameError>,
}

impl<'f> Frame<'_, 'f> {
    /// Writes a literal into a local, and keeps the value that it replaces.
    pub fn write(&mut self, name: &str, literal: &Literal) -> Result<(), FrameError> {
        let local = self.find(name)?;
        let (index, name) = (local.index, local.binding.name);
        if self.site.read_only {
            let why = "the hook is read_only".to_owned();
            return Err(FrameError::Unwritable { name, why });
        }
        if let Some(why) = local.why_not_writable() {
            return Err(FrameError::Unwritable { name, why });
        }
        self.touch();
        let Access::Writable(value) = &mut self.access[index] else {
            unreachable!("what is not writable has a reason");
        };
        let old = guard::caught(|| turn::lend(|| assign(&mut **value, literal))).map_err(|message| {
            FrameError::Panicked {
                what: "reading the new value",
                name,
                message,
            }
        })??;
        self.written.push(Write::Literal(index, old));
        Ok(())
    }

    /// Notes what a line of Rust may have written. Places are given by their positions among those that the line can
    /// use.
    pub fn ran(&mut self, text: &str, writes: Vec<(usize, Option<Vec<Saved>>)>, kept: Vec<(String, Option<Restores>)>) {
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

    /// Returns the positions of the bindings that the next `undo` writes.
    pub fn undone_next(&self) -> Vec<usize> {
        self.written.last().map(Write::indices).unwrap_or_default()
    }

    /// Returns the names of the locals that may have been written and were not put back.
    pub fn written_names(&self) -> Vec<&'static str> {
        let names = self.written_indices().into_iter();
        names.map(|index| self.site.bindings[index].name).collect()
    }

    /// Returns the positions of the locals that may have been written and were not put back, sorted.
    pub(super) fn written_indices(&self) -> Vec<usize> {
        let mut indices: Vec<usize> = self.written.iter().flat_map(Write::indices).collect();
        sort(&mut indices);
        indices.dedup();
        indices
    }

    /// Returns whether there is a write that was not taken back.
    pub fn is_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// Takes the last write back, as far as the values before it are known.
    pub fn undo(&mut self) -> Result<Undone<'_, 'f>, FrameError> {
        let (mut indices, mut gone) = (Vec::new(), None);
        let mut restored = (Vec::new(), String::new());
        match self.written.pop().ok_or(FrameError::NothingToUndo)? {
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
                sort(&mut lost);
                lost.dedup();
                let (back, kept): (Vec<_>, Vec<_>) = kept
                    .into_iter()
                    .map(|(name, back)| (name, back.is_some_and(|back| back())))
                    .partition(|(_, back)| *back);
                restored = (back.into_iter().map(|(name, _)| name).collect(), text.clone());
                if !lost.is_empty() || !kept.is_empty() {
                    let names = lost.iter().map(|index| self.site.bindings[*index].name);
                    let names: Vec<_> = names.chain(kept.iter().map(|(name, _)| name.as_str())).collect();
                    let names = names.join("` and `");
                    gone = Some(FrameError::NotUndone { names, text });
                }
            }
        }
        let mut locals: Vec<_> = self.locals().filter(|local| indices.contains(&local.index)).collect();
        sort_by_key(&mut locals, &|local| local.index);
        Ok(Undone {
            locals,
            kept: restored,
            lost: gone,
        })
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

/// Drops a value of the user's, whose `Drop` may panic.
fn discard(old: Old<'_>) {
    if let Err(message) = guard::caught(|| turn::lend(|| drop(old))) {
        log::warn!("dropping a value that was replaced at a hook panicked: {message}");
    }
}

/// Assigns a literal to a value, and returns what takes that back.
///
/// # Errors
///
/// The error says why the type cannot be read from the literal.
pub fn assign<'f>(value: &mut (dyn Value<'f> + 'f), literal: &Literal) -> Result<Old<'f>, FrameError> {
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
