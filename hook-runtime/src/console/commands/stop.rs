//! The commands that choose which hooks stop, `:off`, `:on` and `:skip`, and the commands for hooks in several threads,
//! `:threads` and `:thread`.

use super::super::error::ConsoleError;
use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::{breakpoints, nothing, single};
use crate::breakpoints::planted;
use crate::frame::{numbers, stops};
use crate::turn::{self, ReachedHook, Waits};

pub(super) fn off(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let said = match rest {
        "" => {
            stops::off(console.frame.site);
            "this hook does not stop any more; `:on` switches it on again"
        }
        "all" => {
            stops::off_all();
            "no hook stops any more, once this one resumes; `:on` takes that back"
        }
        named => return breakpoints::off(console, named),
    };
    console.out.remark(said);
    Ok(Flow::Stay)
}

pub(super) fn on(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    if !rest.is_empty() {
        return breakpoints::on(console, rest);
    }
    let were_all_off = stops::are_all_off();
    // A hook that was deleted is no hook any more.
    let (deleted, sites): (Vec<_>, Vec<_>) = stops::on().into_iter().partition(|site| planted::is_deleted(site));
    deleted.into_iter().for_each(stops::off);
    let mut places: Vec<_> = sites
        .iter()
        .map(|site| format!("{}:{}", site.file, site.line))
        .collect();
    // Code that replaces a function has sites of its own.
    places.dedup();
    console.out.remark(&match &places[..] {
        _ if were_all_off => "all hooks stop again".to_owned(),
        [] => "no hook was off".to_owned(),
        places => format!("on again: {}", places.join(", ")),
    });
    Ok(Flow::Stay)
}

pub(super) fn skip(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let hits = number(single("skip", rest)?, "number of hits")?;
    stops::skip(numbers::key(console.frame.site), hits);
    console.out.remark(&match hits {
        0 => "this hook stops at its next hit".to_owned(),
        1 => "this hook does not stop at its next hit".to_owned(),
        hits => format!("this hook does not stop at its next {hits} hits"),
    });
    Ok(Flow::Stay)
}

pub(super) fn number(text: &str, what: &'static str) -> Result<u64, ConsoleError> {
    text.parse().map_err(|_| ConsoleError::Argument {
        text: text.to_owned(),
        what,
    })
}

pub(super) fn threads(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("threads", rest)?;
    for reached in turn::reached() {
        let ReachedHook { number, place, is } = reached;
        let (style, mark, note) = match is {
            Waits::Here => (Style::Bold, ">", ""),
            Waits::ForTheTerminal => (Style::Plain, " ", ""),
            Waits::ForItsLine => (Style::Plain, " ", ": its line runs"),
        };
        console
            .out
            .value_parts(&[(style, &format!("{mark} {number}  {place}{note}"))]);
    }
    Ok(Flow::Stay)
}

pub(super) fn thread(_: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let wanted = number(single("thread", rest)?, "number of a thread; `:threads` lists them")?;
    let reached = turn::reached();
    let mut of_thread = reached.iter().filter(|reached| reached.number == wanted);
    match of_thread.next_back().map(|reached| reached.is) {
        Some(Waits::ForTheTerminal) => Ok(Flow::To(wanted)),
        Some(Waits::Here) => Ok(Flow::Stay),
        Some(Waits::ForItsLine) => Err(ConsoleError::ThreadRuns(wanted)),
        None => Err(ConsoleError::Argument {
            text: rest.to_owned(),
            what: "thread that waits at a hook; `:threads` lists them",
        }),
    }
}
