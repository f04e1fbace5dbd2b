//! The command that lists and changes settings: `:set`.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::usage;
use crate::render::wrapped;
use crate::settings::{self, SETTINGS, Setting};

/// The column at which is told what a setting is for.
const ABOUT: usize = 20;

pub(super) fn set(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || c == '=')
        .filter(|word| !word.is_empty())
        .collect();
    match words[..] {
        [] => SETTINGS.iter().for_each(|setting| list(console, setting)),
        [name] => list(console, settings::find(name)?),
        [name, value] => {
            settings::set(name, value)?;
            console.out.recolour();
        }
        _ => return Err(usage("set")),
    }
    Ok(Flow::Stay)
}

fn list(console: &mut Console<'_, '_, '_>, setting: &Setting) {
    let set = format!(
        "{:width$}",
        format!(" = {}", setting.value()),
        width = ABOUT - setting.name.len()
    );
    let before = setting.name.len() + set.len();
    let about = wrapped(
        &format!("{}{}", " ".repeat(before), setting.about),
        console.out.width,
        ABOUT,
    );
    console.out.value_parts(&[
        (Style::Bold, setting.name),
        (Style::Plain, &set),
        (Style::Dim, &about[before..]),
    ]);
}
