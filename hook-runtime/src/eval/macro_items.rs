//! Calls of macros that make items. Only rustc can tell whether a call does, and it is asked when a line is refused
//! that may need such an item.

use std::collections::HashMap;

use super::attempt::{LineAnswer, attempt, spared, where_it_is};
use super::codegen::input::Purpose;
use super::compile::{CrateCompiler, fallback};
use super::error::EvaluateError;
use super::frame::EvalFrame;
use super::parse::{self, ParsedLine};
use super::session::history::numbering;

/// Finds those of the calls that make items, and makes the items available to all later lines. Returns the answers of
/// the calls, each as if it had been typed as an item.
pub(super) fn define(frame: &EvalFrame<'_>, calls: Vec<String>, width: usize) -> HashMap<String, LineAnswer> {
    let Ok(made) = make_items(frame, &calls) else {
        return HashMap::new();
    };
    let items = calls.into_iter().zip(made).filter(|(_, made)| *made);
    let held = items.filter_map(|(call, _)| {
        let answer = attempt(frame, ParsedLine::of_items(&call).ok()?, Purpose::Run, width).ok()?;
        Some((call, answer))
    });
    held.collect()
}

/// Asks rustc for each call of a macro whether it makes items. The call is put into a module, where nothing else can
/// stand.
fn make_items(frame: &EvalFrame<'_>, calls: &[String]) -> Result<Vec<bool>, EvaluateError> {
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let modules = calls.iter().enumerate();
    let modules = modules.map(|(number, call)| format!("mod __hookable_items{number} {{ {call} }}\n"));
    let text: String = modules.collect();
    let source = parse::parse(&text).map_err(EvaluateError::Lex)?;
    let (_, hook) = where_it_is(frame)?;
    let _numbers = numbering();
    spared(|| fallback::are_items(frame, &source, &hook, &*CrateCompiler::of(frame)?))
}
