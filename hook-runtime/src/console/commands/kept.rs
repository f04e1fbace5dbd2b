//! The values that the session keeps, as `:save` and `:load` access them.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::Console;
use super::super::error::ConsoleError;
use crate::eval::frame::EvalFrame;
use crate::eval::{self, LineAnswer, Purpose};
use crate::value::Access;

/// Returns whether a name means a value that the session keeps, and not a local.
pub(super) fn is_kept(console: &Console<'_, '_, '_>, name: &str) -> bool {
    let is_local = console.frame.find(name).is_ok();
    let is_known = || {
        eval::session(console.frame.opening)
            .1
            .iter()
            .any(|(kept, _)| kept == name)
    };
    eval::shadows(name, console.frame.opening) || !is_local && is_known()
}

/// Calls `then` with a kept value and gives its result, or says why the value cannot be used at this hook.
pub(super) fn with<R: 'static>(
    console: &mut Console<'_, '_, '_>,
    name: &str,
    mut then: impl FnMut(&'static str, &mut Access<'_>) -> R + 'static,
) -> Result<(R, LineAnswer), ConsoleError> {
    let result: Rc<RefCell<Option<R>>> = Rc::default();
    let set = result.clone();
    let each = move |name: &'static str, access: &mut Access<'_>| *set.borrow_mut() = Some(then(name, access));
    let mut frame = EvalFrame::of(console.frame);
    let answer = eval::capture(&mut frame, &[name], Rc::new(RefCell::new(each)))?;
    let result = result.borrow_mut().take();
    match result {
        Some(result) => Ok((result, answer)),
        None => Err(match eval::evaluate(&frame, name, Purpose::Type, 80) {
            Err(error) => error.into(),
            Ok(_) => ConsoleError::Unserved(name.to_owned()),
        }),
    }
}
