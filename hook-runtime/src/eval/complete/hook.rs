//! The hook at whose prompt something is typed, without its values, for a thread that only asks rustc.

use std::sync::{Arc, MutexGuard};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::eval::codegen::piece::Spot;
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::compile::{CrateCompiler, ahead};
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::frame::{Code, Frame, Recorded, Snapshot};
use crate::guard;
use crate::progress::NotTheProgram;

/// The number of times that a busy compiler is asked for, while a line is typed, and how long it is left alone between.
const TRIES: u32 = 1000;
const INTERVAL: Duration = Duration::from_millis(5);

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
            thread: thread::current().id(),
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

    /// Has rustc started for the line that is being typed, as soon as the crate's compiler serves no one else. That is
    /// done on a thread of its own, which gives up once the line is there. Where a compiler is a program of another
    /// system, as it may be on Windows, nobody knows what it does with its standard input: there nothing is started.
    pub(crate) fn start_ahead(self: &Arc<AskedHook>) {
        if cfg!(windows) {
            return;
        }
        ahead::typed();
        let hook = self.clone();
        let run = move || {
            let _here = NotTheProgram::new();
            guard::unhooked(|| {
                let snapshot = hook.snapshot.as_ref()?;
                let mut tries = (0..TRIES).take_while(|_| ahead::is_typed());
                let compiler = tries.find_map(|_| {
                    let idle = CrateCompiler::idle(hook.recorded.folder, snapshot);
                    if idle.is_none() {
                        thread::sleep(INTERVAL);
                    }
                    idle
                })?;
                compiler.turn_to(hook.recorded.id, hook.spot.path, (hook.spot.line, hook.spot.column));
                compiler.start_ahead();
                Some(())
            });
        };
        // If no thread can be made, the line only takes longer.
        let _ = thread::Builder::new().name("hookable-ahead".into()).spawn(run);
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
