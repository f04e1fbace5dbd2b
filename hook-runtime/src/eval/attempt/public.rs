//! rustc is asked by which paths the hook's crate can name types whose own modules are private.

use super::attempt;
use crate::eval::codegen::input::Purpose;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse;
use crate::render;

/// A refusal shows no more errors than these.
const QUESTION: usize = 9;

/// Finds public paths for the types in the name of a type or of an instance that cannot be named by the paths of their
/// definitions. Returns `false` if there is none that was not known.
pub(super) fn find(frame: &EvalFrame<'_>, name: &str) -> bool {
    let mut paths = render::paths(name, frame.krate);
    paths.retain(|(defined, _)| render::ask_for(defined, frame.krate));
    let mut is_found = false;
    for some in paths.chunks(QUESTION) {
        let written: Vec<&str> = some.iter().map(|(_, written)| &**written).collect();
        let Some(refused) = refused(frame, &written) else {
            return is_found;
        };
        for (number, (defined, _)) in some.iter().enumerate() {
            if refused.contains(&number) {
                is_found |= find_one(frame, defined);
            }
        }
    }
    is_found
}

/// Finds a public path for the type that is defined at a path.
fn find_one(frame: &EvalFrame<'_>, defined: &str) -> bool {
    let mut possible = render::possible_paths(defined);
    possible.truncate(QUESTION);
    let written: Vec<&str> = possible.iter().map(|path| &**path).collect();
    let Some(refused) = refused(frame, &written) else {
        return false;
    };
    let accepted = (0..possible.len()).find(|number| !refused.contains(number));
    let Some(accepted) = accepted else { return false };
    render::remember_public_path(defined, possible.swap_remove(accepted));
    true
}

/// Returns the positions of the paths that are not those of types which can be named at the hook.
fn refused(frame: &EvalFrame<'_>, paths: &[&str]) -> Option<Vec<usize>> {
    let text = question(paths);
    let source = parse::parse(&text).ok()?;
    match attempt(frame, source, Purpose::Learn { ty: "()" }, 80) {
        Err(EvaluateError::Rejected(refusal)) => Some(answered(&refusal.text)),
        _ => None,
    }
}

/// Returns a line that rustc refuses in any case, as soon as it knows what each path leads to.
fn question(paths: &[&str]) -> String {
    let asked = paths.iter().map(|path| format!("let _: {path};\n"));
    let asked: String = asked.collect();
    format!("{{ #[allow(warnings)] fn __asked() {{\n{asked}let _: __hookable_none::None;\n}} }}")
}

/// Returns the positions of the paths that do not lead to a type. One that leads to a type may want arguments.
fn answered(errors: &str) -> Vec<usize> {
    let mut refused = Vec::new();
    let mut leads_to_type = false;
    for line in errors.lines() {
        if line.starts_with("error") {
            leads_to_type = line.starts_with("error[E0107]");
        }
        let place = line.trim_start().strip_prefix("--> hook:").filter(|_| !leads_to_type);
        let line = place.and_then(|place| place.split(':').next()?.parse::<usize>().ok());
        refused.extend(line.and_then(|line| line.checked_sub(2)));
    }
    refused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_refused() {
        let text = question(&["::a::B", "::a::c::B"]);
        assert_eq!(text.lines().nth(2), Some("let _: ::a::c::B;"));
        let errors =
            "error[E0603]: module `c` is private\n --> hook:3:15\n | let _\nerror[E0433]: none\n --> hook:4:8\n";
        assert_eq!(answered(errors), [1, 2]);
    }
}
