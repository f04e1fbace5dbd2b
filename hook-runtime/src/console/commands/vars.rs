//! `:vars`, and the kept values of the session as other commands see them.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::nothing;
use crate::eval::frame::EvalFrame;
use crate::eval::{self, Answer, Purpose};
use crate::format::{self, Limit, Patience, Shown};
use crate::render;
use crate::value::{Access, Value};

/// More characters of a value are not shown.
const ROOM: usize = 60;

pub(super) fn vars(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("vars", rest)?;
    let (heads, kept) = eval::session();
    if heads.is_empty() && kept.is_empty() {
        console
            .out
            .remark("nothing was defined at the prompt: a `let`, or an item, is");
        return Ok(Flow::Stay);
    }
    heads.iter().for_each(|head| console.out.say(head));
    let shown: Rc<RefCell<Vec<(&'static str, String)>>> = Rc::default();
    let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
    let add = shown.clone();
    let each = move |name: &'static str, access: &mut Access<'_>| {
        if let Some(value) = value(access) {
            let line = format::compact(value.into(), Limit::line(ROOM), Patience::Prompt);
            if let Shown::Text { text, cut } = line {
                add.borrow_mut().push((name, text + if cut { ".." } else { "" }));
            }
        }
    };
    // Where no line runs, the types are known all the same.
    let _ = eval::capture(&mut EvalFrame::of(console.frame), &names, Rc::new(RefCell::new(each)));
    for (name, ty) in &kept {
        let shown = shown.borrow();
        let value = shown.iter().find(|(shown, _)| shown == name);
        let value = value.map_or_else(String::new, |(_, value)| format!(" = {value}"));
        console.out.say(&format!("let {name}: {}{value}", render::short(ty)));
    }
    Ok(Flow::Stay)
}

fn value<'l, 'f>(access: &'l Access<'f>) -> Option<&'l (dyn Value<'f> + 'f)> {
    match access {
        Access::Writable(value) => Some(&**value),
        Access::ReadOnly(value) => Some(*value),
        Access::Snapshot(_) | Access::Type(_) | Access::Unknown => None,
    }
}

/// Whether a name means a value that the session keeps.
#[cfg(feature = "serde")]
pub(super) fn is_kept(console: &Console<'_, '_, '_>, name: &str) -> bool {
    let is_local = console.frame.find(name).is_ok();
    let is_known = || eval::session().1.iter().any(|(kept, _)| kept == name);
    eval::shadows(name, console.frame.opening) || !is_local && is_known()
}

/// Hands a kept value on, and gives what came of that; or says why the value cannot be used here.
#[cfg(feature = "serde")]
pub(super) fn with<R: 'static>(
    console: &mut Console<'_, '_, '_>,
    name: &str,
    mut then: impl FnMut(&'static str, &mut Access<'_>) -> R + 'static,
) -> Result<(R, Answer), ConsoleError> {
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
