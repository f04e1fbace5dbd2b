//! The commands that draw values: `:table`, `:plot`, `:hist`.

use std::fs;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome, conditions};
use super::usage;
use crate::eval::Purpose;
use crate::eval::abi::LineOutcome;
use crate::format::{self, Limit, Patience, Shown};
use crate::os::streams::draws_unicode;
use crate::render::{self, plot};
use crate::syntax::arguments;

pub(super) fn table(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let text = text_of(console, "table", rest)?;
    let lines = render::table(&text, console.out.width).ok_or_else(|| {
        let why = "it is no sequence of structs or of rows, or its Debug is one of its own";
        undrawn(rest, &text, why)
    })?;
    lines.iter().for_each(|line| console.out.value(line));
    Ok(Flow::Stay)
}

pub(super) fn hist(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let numbers = numbers_of(console, "hist", rest)?;
    let lines = plot::bars(&numbers, console.out.width, draws_unicode());
    lines.iter().for_each(|line| console.out.value(line));
    Ok(Flow::Stay)
}

pub(super) fn plot(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let (rest, file) = expression_and_file(rest);
    let series = match arguments(rest)[..] {
        [places, heights] => {
            let places = numbers_of(console, "plot", places)?;
            let heights = numbers_of(console, "plot", heights)?;
            if places.len() != heights.len() {
                return Err(ConsoleError::NoDrawing {
                    text: rest.to_owned(),
                    why: format!("there are {} and {} numbers", places.len(), heights.len()),
                });
            }
            plot::over(places.into_iter().zip(heights).collect())
        }
        _ => {
            let text = text_of(console, "plot", rest)?;
            Some(plot::series(&text).ok_or_else(|| undrawn(rest, &text, NO_NUMBERS))?)
        }
    };
    let series = series.ok_or_else(|| undrawn(rest, "", NO_NUMBERS))?;
    let others = series.numbers.iter().filter(|number| !number.is_finite()).count();
    let Some(path) = file else {
        let lines = plot::curve(&series, console.out.width, draws_unicode());
        lines.iter().for_each(|line| console.out.value(line));
        if others > 0 {
            console.out.remark(&plot::not_finite(others));
        }
        return Ok(Flow::Stay);
    };
    fs::write(path, plot::svg(&series, rest)).map_err(|error| ConsoleError::File {
        what: "write",
        path: path.to_owned(),
        error,
    })?;
    console
        .out
        .remark(&format!("drew {} numbers to {path}", series.numbers.len()));
    Ok(Flow::Stay)
}

/// Splits `EXPR > FILE.svg` into the expression and the file.
fn expression_and_file(rest: &str) -> (&str, Option<&str>) {
    match rest.rsplit_once('>') {
        Some((text, path)) if path.trim().ends_with(".svg") => (text.trim_end(), Some(path.trim())),
        _ => (rest, None),
    }
}

fn numbers_of(console: &mut Console<'_, '_, '_>, command: &str, rest: &str) -> Result<Vec<f64>, ConsoleError> {
    let text = text_of(console, command, rest)?;
    plot::numbers(&text).ok_or_else(|| undrawn(rest, &text, NO_NUMBERS))
}

const NO_NUMBERS: &str = "it is no sequence of numbers";

/// Says why an expression with this text as its value is not drawn: it is empty, or else what is said of it.
fn undrawn(rest: &str, text: &str, why: &str) -> ConsoleError {
    ConsoleError::NoDrawing {
        text: rest.to_owned(),
        why: if matches!(text, "[]" | "{}") {
            "it is empty"
        } else {
            why
        }
        .to_owned(),
    }
}

/// Returns the whole text of a value, with one element in each line.
fn text_of(console: &mut Console<'_, '_, '_>, command: &str, rest: &str) -> Result<String, ConsoleError> {
    if rest.is_empty() {
        return Err(usage(command));
    }
    let no_drawing = |why: String| ConsoleError::NoDrawing {
        text: rest.to_owned(),
        why,
    };
    let of_local = match console.frame.find(rest) {
        Ok(local) if !console.is_rust(rest) => match local.formattable() {
            Some(value) => Some(format::fitting(value, 0, Limit::NONE, Patience::Prompt)),
            None => Some(local.shown(0, Limit::NONE)?),
        },
        _ => None,
    };
    let shown = match of_local {
        Some(shown) if shown != Shown::Opaque || console.frame.slot.is_none() => shown,
        // A line shows a value without a text by its fields.
        _ => {
            let aside = console.aside(rest, Purpose::Text)?;
            match aside.outcome {
                LineOutcome::Value(shown, _) => shown,
                other => return conditions::text(other).map_err(no_drawing),
            }
        }
    };
    match shown {
        Shown::Text { text, cut: false } => Ok(text),
        Shown::Text { .. } => Err(no_drawing(
            "not all of it was kept, as another local borrows it".to_owned(),
        )),
        Shown::Opaque => Err(no_drawing("its type has neither Debug nor Display".to_owned())),
        Shown::Failed(why) => Err(no_drawing(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_from_a_comparison() {
        let check = |text, expected| assert_eq!(expression_and_file(text), expected);
        check("v > a b.svg", ("v", Some("a b.svg")));
        check(
            "v.iter().map(|x| x > 1) > p.svg",
            ("v.iter().map(|x| x > 1)", Some("p.svg")),
        );
        check("a > b", ("a > b", None));
        check("v", ("v", None));
    }
}
