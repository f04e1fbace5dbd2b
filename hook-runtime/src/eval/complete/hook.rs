//! The hook at whose prompt something is typed, without its values, for a thread that only asks rustc.

use std::sync::MutexGuard;
use std::thread::ThreadId;

use crate::eval::codegen::piece::Spot;
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::compile::{CrateCompiler, ahead};
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::frame::{Code, Frame, Recorded, Snapshot};

/// A hook as a question needs it.
pub(crate) struct AskedHook {
    code: Code,
    pub(super) recorded: &'static Recorded,
    snapshot: Option<Snapshot>,
    pub(super) places: Vec<VisiblePlace<'static>>,
    /// The module of the hook.
    pub(super) module: &'static str,
    krate: &'static str,
    spot: Spot<'static>,
    opening: u64,
    returns: Option<&'static str>,
    /// The thread at the hook, which owns kept values.
    pub(super) thread: ThreadId,
}

impl AskedHook {
    /// Takes from a frame what questions need. Returns `None` if no Rust can be compiled at the hook.
    pub(crate) fn of(frame: &mut Frame<'_, '_>) -> Option<AskedHook> {
        let (code, recorded) = frame.slot?;
        let (module, opening) = (frame.site.module_path, frame.opening);
        let EvalFrame {
            places,
            krate,
            spot,
            snapshot,
            returns,
            ..
        } = EvalFrame::of(frame);
        Some(AskedHook {
            code,
            recorded,
            snapshot,
            places,
            module,
            krate,
            spot,
            opening,
            returns,
            thread: std::thread::current().id(),
        })
    }

    /// Returns a frame without values.
    pub(super) fn frame(&self) -> EvalFrame<'static> {
        EvalFrame {
            slot: Some((self.code, self.recorded)),
            snapshot: self.snapshot.clone(),
            places: self.places.clone(),
            krate: self.krate,
            // Nothing runs that learns types.
            function: "",
            spot: self.spot,
            opening: self.opening,
            returns: self.returns,
            no_return: None,
            bindings: Vec::new(),
            pointers: Vec::new(),
            absent: Vec::new(),
            wants: None,
        }
    }

    /// Returns the compiler of the hook's crate, for one question at a time.
    pub(super) fn compiler(&self) -> Result<MutexGuard<'static, CrateCompiler>, EvaluateError> {
        CrateCompiler::of(&self.frame())
    }

    /// Notes that a line is being typed, so that rustc is started for it.
    pub(crate) fn line_begins(&self) {
        ahead::typed(self.opening);
    }

    /// Returns the number of the sources that questions are about.
    pub(super) fn fingerprint(&self) -> u64 {
        let snapshot = self.snapshot.as_ref();
        snapshot.map_or(self.recorded.fingerprint, |snapshot| snapshot.fingerprint)
    }

    /// Returns the type of the local that a name means.
    pub(super) fn type_of(&self, name: &str) -> Option<&'static str> {
        let is_it = |place: &&VisiblePlace<'_>| place.name == name && !place.shadowed;
        self.places.iter().find(is_it).map(|place| place.type_name)
    }
}
