//! The commands that draw values: `:table`, `:plot`, `:hist`.

use std::fs;

use proc_macro2::TokenTree;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome, conditions};
use super::usage;
use crate::eval::Purpose;
use crate::eval::abi::LineOutcome;
use crate::format::{self, Limit, Patience, Shown};
use crate::os::streams::draws_unicode;
use crate::render::{self, plot};
use crate::syntax::lex;

pub(super) fn table(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let text = text_of(console, "table", rest)?;
    let lines = render::table(&text, console.out.width).ok_or_else(|| ConsoleError::NoDrawing {
        text: rest.to_owned(),
        why: "it is no sequence of structs or of rows, or its Debug is one of its own".to_owned(),
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
    let series = match two_expressions(rest) {
        Some((places, heights)) => {
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
        None => plot::series(&text_of(console, "plot", rest)?),
    };
    let series = series.ok_or_else(|| ConsoleError::NoDrawing {
        text: rest.to_owned(),
        why: "it is no sequence of numbers".to_owned(),
    })?;
    let Some(path) = file else {
        let lines = plot::curve(&series, console.out.width, draws_unicode());
        lines.iter().for_each(|line| console.out.value(line));
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

/// Splits `XS, YS` at the comma that is in no bracket and in no string.
fn two_expressions(rest: &str) -> Option<(&str, &str)> {
    let tokens = lex(rest).ok()?;
    let comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    // A comma between angle brackets stands behind `::<`.
    let mut angles = 0_usize;
    let mut before = ' ';
    for tree in tokens {
        let is = |c: char| matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == c);
        if is('<') && (before == ':' || angles > 0) {
            angles += 1;
        } else if is('>') {
            angles = angles.saturating_sub(1);
        } else if comma(&tree) && angles == 0 {
            let at = tree.span().byte_range().start;
            return Some((rest[..at].trim(), rest[at + 1..].trim()));
        }
        before = match &tree {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
    }
    None
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
    plot::numbers(&text).ok_or_else(|| ConsoleError::NoDrawing {
        text: rest.to_owned(),
        why: "it is no sequence of numbers".to_owned(),
    })
}

/// Gives the whole text of a value, with one element in each line.
fn text_of(console: &mut Console<'_, '_, '_>, command: &str, rest: &str) -> Result<String, ConsoleError> {
    if rest.is_empty() {
        return Err(usage(command));
    }
    let no_drawing = |why: String| ConsoleError::NoDrawing {
        text: rest.to_owned(),
        why,
    };
    let shown = match console.frame.find(rest) {
        Ok(local) if !console.is_rust(rest) => match local.formattable() {
            Some(value) => format::fitting(value, 0, Limit::NONE, Patience::Prompt),
            None => local.shown(0, Limit::NONE)?,
        },
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
    fn two_expressions_are_told_from_one() {
        let check = |text, expected| assert_eq!(two_expressions(text), expected);
        check("xs, ys", Some(("xs", "ys")));
        check("f(a, b), [1, 2]", Some(("f(a, b)", "[1, 2]")));
        check(
            "x.collect::<HashMap<_, _>>(), y",
            Some(("x.collect::<HashMap<_, _>>()", "y")),
        );
        check("v.iter().map(|(a, b)| a + b)", None);
        check("vec![1, 2]", None);
    }

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
