//! `HOOKABLE=catch=err|panic`: every function with the attribute has hooks where errors or panics leave it.
//!
//! A build has them only where the attribute asks for them. So before `main` the crates that have hooks are compiled
//! again with attributes that ask for more, as by `:reload`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::notice;
use crate::breakpoints::caught;
use crate::eval::frame::EvalFrame;
use crate::eval::hooked;
use crate::eval::reload::{self, ReloadCause};
use crate::eval::sites;
use crate::guard;
use crate::os::stack;

/// What stands before the events that are caught.
const CATCH: &str = "catch=";

/// Takes what is to be caught off the value of `HOOKABLE`, before or behind the rest of it. Returns the rest, and the
/// arguments of the attribute.
pub(super) fn split(value: &str) -> Result<(&str, Option<String>), String> {
    let (rest, caught) = match value.strip_prefix(CATCH) {
        Some(first) => match first.split_once(',') {
            Some((caught, rest)) => (rest, caught),
            None => ("", first),
        },
        None => match value.rsplit_once(",catch=") {
            Some(split) => split,
            None => return Ok((value, None)),
        },
    };
    let argument = |event| match event {
        "err" => Ok("on_err, "),
        "panic" => Ok("on_panic, "),
        other => Err(format!(
            "HOOKABLE={value} is not understood: {CATCH}{other} is not err, panic or err|panic"
        )),
    };
    let mut events: Vec<&str> = caught.split('|').collect();
    events.dedup();
    let arguments = events.into_iter().map(argument).collect::<Result<String, _>>()?;
    Ok((rest, Some(arguments + "__in_running")))
}

/// Has the functions of the program catch what `HOOKABLE` says.
pub(super) fn begin() {
    let value = std::env::var("HOOKABLE").unwrap_or_default();
    if let Ok((_, Some(arguments))) = split(&value) {
        stack::with_room(|| guard::unhooked(|| everywhere(&arguments)));
    }
}

fn everywhere(arguments: &str) {
    caught::begin(arguments);
    let crates = hooked::crates();
    for krate in &crates {
        let begin = Instant::now();
        let texts: Vec<(PathBuf, Arc<str>)> = crate::console::texts(krate.recorded)
            .into_iter()
            .map(|(path, text)| (path, caught::compiled(&text).unwrap_or(text)))
            .collect();
        let amended = |path: &Path| {
            let text = texts.iter().find(|(file, _)| file == path);
            text.map(|(_, text)| text.as_bytes().to_vec())
        };
        let crate_name = krate.name();
        // Futures that run are to have their hooks.
        let cause = ReloadCause::Planted(&|_| true);
        let said = match reload::replace(&EvalFrame::of(&mut krate.frame()), cause, &amended) {
            Ok(report) if report.replaced.is_empty() && report.others == 0 => format!(
                "nothing of {crate_name} is caught: no function with `#[hookable]` can fail so, or they are async or return an `impl Trait`, where the attribute has to ask, as by `#[hookable(on_err)]`"
            ),
            Ok(report) => {
                let count = report.replaced.len() + report.others;
                let functions = if count == 1 { "function" } else { "functions" };
                let took = begin.elapsed().as_secs_f64();
                format!("hooks stand where {count} {functions} of {crate_name} fail, compiled in {took:.1} s")
            }
            Err(why) => format!("nothing of {crate_name} is caught: {why}"),
        };
        notice::print(&format!("hookable: {said}"));
    }
    if crates.is_empty() {
        let why = sites::unreadable().map_or_else(
            || "no crate of the program has a hook or the line `hookable::this_crate!();`, or it was built without asking rustc".to_owned(),
            |error| error.to_string(),
        );
        notice::print(&format!("hookable: nothing is caught: {why}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_caught() {
        let arguments = |text: &str| Some(format!("{text}__in_running"));
        assert_eq!(split("tty"), Ok(("tty", None)));
        assert_eq!(split("catch=err"), Ok(("", arguments("on_err, "))));
        assert_eq!(
            split("listen,catch=err|panic"),
            Ok(("listen", arguments("on_err, on_panic, ")))
        );
        assert_eq!(
            split("catch=panic,script=a,b"),
            Ok(("script=a,b", arguments("on_panic, ")))
        );
        assert_eq!(
            split("record=/a,b,catch=panic"),
            Ok(("record=/a,b", arguments("on_panic, ")))
        );
        assert_eq!(
            split("catch=all"),
            Err("HOOKABLE=catch=all is not understood: catch=all is not err, panic or err|panic".to_owned())
        );
    }
}
