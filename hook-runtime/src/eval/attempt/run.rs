//! The loaded code of a line is called on the frame.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hook_loader::LoadedSlot;

use super::holding;
use crate::eval::abi::{LineOutcome, Role, RunningLine};
use crate::eval::again::LineCode;
use crate::eval::codegen::input::Purpose;
use crate::eval::codegen::piece::Written;
use crate::eval::compile::fallback::CompiledLine;
use crate::eval::frame::EvalFrame;
use crate::eval::session::kept;
use crate::guard::{self, At};
use crate::interruption;
use crate::os::stack;
use crate::progress::{self, Phase};
use crate::turn;

/// The parts of a line's code are no further apart in memory than this.
const MARGIN: usize = 1 << 20;

/// Returns the number of the next line in the session.
pub(super) fn next_number() -> u64 {
    static LINES: AtomicU64 = AtomicU64::new(1);
    LINES.fetch_add(1, Ordering::Relaxed)
}

/// Makes what the code of the line of that number is given besides the frame.
pub(super) fn prepared<'l>(
    frame: &EvalFrame<'_>,
    compiled: &CompiledLine,
    number: u64,
    purpose: Purpose,
    width: usize,
) -> RunningLine<'l> {
    let role = match purpose {
        Purpose::Aside | Purpose::Text | Purpose::Learn { .. } => Role::Aside,
        _ => Role::Typed,
    };
    let mut line = RunningLine::new(number, role);
    line.width = width;
    holding::prepare(frame, compiled, &mut line);
    line.full = matches!(
        purpose,
        Purpose::Full | Purpose::Text | Purpose::Parts { full: true, .. }
    );
    line.wants = frame.wants.clone();
    let writes = |name: &String| compiled.kept_written.contains(name) || compiled.fallbacks.moves(name);
    let reads = compiled.values.iter().filter(|name| !writes(name));
    line.reads = reads.cloned().collect();
    line
}

/// Calls the code of a line on a frame of the slot that it was compiled for.
pub(super) fn call(frame: &EvalFrame<'_>, compiled: &CompiledLine, code: LineCode, line: &mut RunningLine<'_>) {
    let in_use = kept::InUse::new(compiled.values.clone());
    progress::enter(Some(Phase::Running));
    let interruptible = interruption::LineRuns::begin(line.number);
    stack::watch();
    let called = turn::lend(|| code.call(frame, line));
    debug_assert!(called.is_some(), "a line of another slot was called");
    drop(interruptible);
    progress::enter(None);
    drop(in_use);
}

/// Has panics on threads that the line starts told with the place that was typed.
pub(super) fn remember(compiled: &CompiledLine, (text, file): (&str, &str), loaded: &LoadedSlot) {
    let code = addresses(loaded);
    let (written, text, file) = (Arc::clone(&compiled.written), text.to_owned(), file.to_owned());
    let within = code.clone();
    let typed = move |at: At| match at.file == file {
        true => Some(written.told(&text, &file, within.clone(), at)),
        false => None,
    };
    guard::lines::remember(code, Box::new(typed));
}

/// Returns the addresses of a line's code and of the names of files in it.
fn addresses(loaded: &LoadedSlot) -> Range<usize> {
    loaded.address..loaded.address + loaded.code + loaded.data + MARGIN
}

/// Tells of a panic in terms of what was typed. `text` is the line, and `file` the file that it was compiled from.
pub(super) fn tell_panic(
    line: &mut RunningLine<'_>,
    written: &Written,
    (text, file): (&str, &str),
    loaded: &LoadedSlot,
) {
    if let LineOutcome::Panicked(panic) = &mut line.outcome {
        panic.message = written.as_typed(&panic.message);
        panic.at = panic
            .at
            .take()
            .and_then(|at| written.told(text, file, addresses(loaded), at));
    }
}
