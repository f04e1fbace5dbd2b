//! The frame of a hook as a line of Rust needs it.

use super::abi::{LARGEST, Wants};
use super::codegen::piece::Spot;
use super::codegen::sight::VisiblePlace;
use super::session::history::history;
use crate::frame::{CONSTANT, Code, Frame, Recorded, Returns, Snapshot, State};
use crate::syntax::spelled;
use crate::value::Access;

/// The reason for which a line does not return a value of more than [`LARGEST`] bytes.
const TOO_LARGE: &str = "what it returns is too large to be moved over the stack";

/// The parts of a frame that a line needs.
pub(crate) struct EvalFrame<'s> {
    pub(crate) slot: Option<(Code, &'static Recorded)>,
    /// The sources that a line is compiled against.
    pub(crate) snapshot: Option<Snapshot>,
    /// The places of the frame, the last first.
    pub(crate) places: Vec<VisiblePlace<'static>>,
    /// The crate of the hook.
    pub(crate) krate: &'static str,
    /// The function around the hook.
    pub(crate) function: &'static str,
    pub(crate) spot: Spot<'static>,
    /// The number of this opening among all openings of hooks.
    pub(crate) opening: u64,
    /// The positions of the places' bindings among those of the hook.
    pub(crate) bindings: Vec<usize>,
    /// The addresses of the places, before them that of the place for what the function returns, if it can be left. The
    /// frame is borrowed for as long as this lives.
    pub(crate) pointers: Vec<*mut ()>,
    /// The type that the function returns, as `std::any::type_name` gives it, if there is a place for such a value.
    pub(crate) returns: Option<&'static str>,
    /// The reason for which a line cannot return from the function, if it cannot.
    pub(crate) no_return: Option<&'static str>,
    /// The bindings that the frame does not have, with the reasons.
    pub(crate) absent: Vec<(&'s str, String)>,
    /// The function that is given the kept values that a line names, if one asked for them.
    pub(crate) wants: Option<Wants>,
}

impl<'s> EvalFrame<'s> {
    /// Returns the position of the binding that a line with this name sees, if it is a local of this type. Where a
    /// value of the session has the name, the line sees that.
    pub(crate) fn binding(&self, name: &str, ty: &str) -> Option<usize> {
        let name = spelled(name);
        let is_it = |place: &VisiblePlace<'_>| place.name == name && !place.shadowed && place.type_name == ty;
        let position = self.places.iter().position(is_it)?;
        let binding = self.bindings.get(position).copied();
        binding.filter(|_| !history().shadows(name, self.opening))
    }

    /// Returns the frame for lines that use no place, though the name of one may be a segment of a path in them.
    pub(crate) fn without_places(&self) -> EvalFrame<'static> {
        let mut places = self.places.clone();
        places.iter_mut().for_each(|place| place.shadowed = true);
        EvalFrame {
            slot: self.slot,
            snapshot: self.snapshot.clone(),
            places,
            krate: self.krate,
            function: self.function,
            spot: self.spot,
            opening: self.opening,
            bindings: self.bindings.clone(),
            pointers: self.pointers.clone(),
            returns: self.returns,
            no_return: None,
            absent: Vec::new(),
            wants: None,
        }
    }

    /// Takes from a frame what a line can use.
    pub(crate) fn of(frame: &'s mut Frame<'_, '_>) -> Self {
        let (site, slot, opening) = (frame.site, frame.slot, frame.opening);
        let shadowed: Vec<bool> = frame.locals().map(|local| local.shadowed).collect();
        let reasons: Vec<&'static str> = frame.locals().map(|local| local.reason()).collect();
        let (mut places, mut pointers, mut absent) = (Vec::new(), Vec::new(), Vec::new());
        let (returns, no_return) = match &frame.returns {
            Returns::Into(place) => {
                pointers.push(place.address());
                let too_large = (place.size() > LARGEST).then_some(TOO_LARGE);
                (Some(place.type_name()), too_large)
            }
            Returns::Not(why) => (None, Some(*why)),
        };
        let mut bindings = Vec::new();
        for (index, access) in frame.reach().iter_mut().enumerate().rev() {
            let (name, shadowed) = (site.bindings[index].name, shadowed[index]);
            let (writable, pointer, type_name, size) = match access {
                Access::Writable(value) => {
                    let pointer = (&raw mut **value).cast::<()>();
                    (!site.read_only, pointer, value.type_name(), size_of_val(&**value))
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
            let reason = if site.read_only {
                "the hook is read_only"
            } else {
                reasons[index]
            };
            let constant = site.bindings[index].reason == Some(CONSTANT);
            let fixed = site.bindings[index].state == State::WrittenThrough;
            places.push(VisiblePlace {
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
            bindings.push(index);
        }
        let krate = site.module_path.split("::").next().unwrap_or_default();
        EvalFrame {
            krate,
            function: site.function,
            spot: Spot {
                file: site.file,
                path: site.path,
                line: site.line,
                column: site.column,
            },
            slot,
            snapshot: slot.map(|(_, recorded)| recorded.at(site.address())),
            opening,
            places,
            pointers,
            returns,
            no_return,
            bindings,
            absent,
            wants: None,
        }
    }
}
