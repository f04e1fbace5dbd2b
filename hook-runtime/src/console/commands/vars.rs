//! The command `:vars`, which lists what was defined at the prompt.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::{Console, Flow, Outcome};
use super::nothing;
use crate::eval;
use crate::eval::frame::EvalFrame;
use crate::format::{self, Limit, Patience, Shown};
use crate::render;
use crate::value::{Access, Value};

/// The number of characters of a value that are shown.
const ROOM: usize = 60;

pub(super) fn vars(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("vars", rest)?;
    let (heads, kept) = eval::session(console.frame.opening);
    if heads.is_empty() && kept.is_empty() {
        console
            .out
            .remark("nothing was defined at the prompt yet; a `let` or an item defines something");
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
    // An error is ignored: if no line can run at this hook, the types are listed without values.
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
