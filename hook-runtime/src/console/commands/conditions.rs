//! The commands that set when a hook stops, and the one that measures time: `:when`, `:condition`, `:check`, `:watch`,
//! `:time`.

use std::time::{Duration, Instant};

use hook_rustc::sorted::sort;

use super::super::conditions::{self, ConditionKind};
use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::{breakpoints, single, usage};
use crate::eval::Purpose;
use crate::eval::abi::{LineOutcome, Role};
use crate::eval::again::LoadedLine;
use crate::eval::frame::EvalFrame;
use crate::frame::numbers;
use crate::interruption::LineRuns;
use crate::os::interrupt::InterruptWatch;

pub(super) fn when(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, ConditionKind::When, rest)
}

pub(super) fn check(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, ConditionKind::Check, rest)
}

pub(super) fn watch(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, ConditionKind::Watch, rest)
}

/// Lists, removes or sets the conditions of one kind.
fn change(console: &mut Console<'_, '_, '_>, kind: ConditionKind, rest: &str) -> Outcome {
    let key = numbers::key(console.frame.site);
    let none = format!("this hook has no `:{}`", kind.name());
    match rest {
        "" => {
            let texts = conditions::listed(key, kind);
            texts
                .iter()
                .for_each(|text| console.out.value(&format!(":{} {text}", kind.name())));
            if texts.is_empty() {
                console.out.say(&none);
            }
        }
        "off" => {
            let removed = conditions::remove(key, kind);
            console.out.remark(&match &removed[..] {
                [] => none,
                removed => format!("removed: {}", removed.join(", ")),
            });
        }
        text => {
            let text = text.trim_end_matches(';').trim_end();
            let aside = console.aside(text, Purpose::Aside)?;
            let is_bool = matches!(aside.outcome, LineOutcome::Value(_, "bool"));
            let value = conditions::text(aside.outcome).map_err(|why| ConsoleError::NoCondition {
                text: text.to_owned(),
                why,
            })?;
            if kind != ConditionKind::Watch && !is_bool {
                let why = "it is no `bool`".to_owned();
                let text = text.to_owned();
                return Err(ConsoleError::NoCondition { text, why });
            }
            let said = match kind {
                ConditionKind::When => format!("this hook stops when `{text}`, which is {value} now"),
                ConditionKind::Check => format!("this hook stops when `{text}` is false; it is {value} now"),
                ConditionKind::Watch => format!("a stop shows `{text}` when it is not {value} any more"),
            };
            conditions::set(key, kind, text, value, aside.loaded);
            console.out.remark(&said);
        }
    }
    Ok(Flow::Stay)
}

/// Sets the condition of the hook with a number, or removes it.
pub(super) fn condition(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (number, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let number = breakpoints::number(single("condition", number)?)?;
    let text = text.trim().trim_end_matches(';').trim_end();
    if console.frame.is_stopped() && number == numbers::key(console.frame.site) {
        return change(console, ConditionKind::When, if text.is_empty() { "off" } else { text });
    }
    if text.is_empty() {
        let removed = conditions::remove(number, ConditionKind::When);
        console.out.remark(&match &removed[..] {
            [] => format!("hook {number} has no `:when`"),
            removed => format!("removed: {}", removed.join(", ")),
        });
        return Ok(Flow::Stay);
    }
    conditions::set(number, ConditionKind::When, text, String::new(), None);
    console.out.remark(&format!(
        "hook {number} stops when `{text}`; rustc reads that at its next hit, and what it refuses stops there"
    ));
    Ok(Flow::Stay)
}

/// The highest number of runs that `:time` measures.
const RUNS: usize = 1000;
/// The time after which `:time` begins no more runs.
const ENOUGH: Duration = Duration::from_secs(1);

pub(super) fn time(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    if rest.is_empty() {
        return Err(usage("time"));
    }
    let aside = console.aside(rest, Purpose::Aside)?;
    let mut times = vec![aside.took];
    if let LineOutcome::Panicked(_) | LineOutcome::Early(_) | LineOutcome::Interrupted = aside.outcome {
        let text = rest.to_owned();
        return Err(match conditions::text(aside.outcome) {
            Err(why) => ConsoleError::NoCondition { text, why },
            Ok(_) => usage("time"),
        });
    }
    if let Some(loaded) = aside.loaded {
        let (watch, _runs) = (InterruptWatch::new(), LineRuns::begin(0));
        times.extend(again(&EvalFrame::of(console.frame), &loaded, aside.took, &watch));
    }
    console.out.after_line();
    console.out.value(&told(&mut times));
    Ok(Flow::Stay)
}

/// Runs a line repeatedly, until `RUNS` is reached, `ENOUGH` time has passed, or the user presses Ctrl-C.
fn again(frame: &EvalFrame<'_>, loaded: &LoadedLine, first: Duration, watch: &InterruptWatch) -> Vec<Duration> {
    let (begin, mut times) = (Instant::now(), Vec::new());
    while times.len() + 1 < RUNS && begin.elapsed() + first < ENOUGH && !watch.was_interrupted() {
        match loaded.call(frame, Role::Timed) {
            Some((LineOutcome::Nothing, took)) => times.push(took),
            _ => break,
        }
    }
    times
}

/// Returns the text that `:time` prints for the measured times.
fn told(times: &mut [Duration]) -> String {
    sort(times);
    match &*times {
        [] => String::new(),
        [one] => format!("{one:.1?}, one run of a debug build"),
        [fastest, .., slowest] => format!(
            "{:.1?}, the median of {} runs of a debug build ({fastest:.1?} to {slowest:.1?})",
            times[times.len() / 2],
            times.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_told() {
        let micros = |times: &[u64]| {
            told(
                &mut times
                    .iter()
                    .map(|time| Duration::from_micros(*time))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(micros(&[5]), "5.0µs, one run of a debug build");
        assert_eq!(
            micros(&[9, 1, 2000]),
            "9.0µs, the median of 3 runs of a debug build (1.0µs to 2.0ms)"
        );
    }
}
