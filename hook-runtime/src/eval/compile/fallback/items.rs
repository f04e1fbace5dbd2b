//! Calls of macros that may make items: a later line can use such items, so they have to be told from expressions.

use super::{Fallbacks, write};
use crate::eval::codegen::input::Purpose;
use crate::eval::compile::{Compiled, CrateCompiler};
use crate::eval::diagnostics::findings;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{ParsedLine, Statement};
use crate::eval::session::history::{HookContext, ItemChoices, history};

/// Tells for each module of a line, which has one call of a macro in it, whether the macro makes items. rustc refuses
/// anything else there as it parses, before it looks up any name.
pub(crate) fn are_items(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    hook: &HookContext<'_>,
    compiler: &CrateCompiler,
) -> Result<Vec<bool>, EvaluateError> {
    let written = {
        let history = history();
        let given_up = (&ItemChoices::default(), &Fallbacks::default());
        let (input, _) = history.recall(source, hook, &frame.places, given_up);
        write::write(source, &input, Purpose::Type, &Fallbacks::default())
    };
    let file = compiler.line().to_string_lossy().into_owned();
    let refused = match compiler.compile(hook.id, &written.text, &hook.outer)? {
        Compiled::Objects(..) => Vec::new(),
        Compiled::Rejected(diagnostics) => findings::unread(&diagnostics, &written, &file),
    };
    let is_whole = |statement: &Statement| !refused.iter().any(|at| statement.bytes.contains(at));
    Ok(source.statements.iter().map(is_whole).collect())
}
