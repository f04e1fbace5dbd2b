//! The command that lists and changes settings: `:set`.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::usage;
use crate::settings::{self, SETTINGS, Setting};

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
    let set = format!(" = {}", setting.value());
    let padding = " ".repeat(18_usize.saturating_sub(setting.name.len() + set.len()));
    console.out.value_parts(&[
        (Style::Bold, setting.name),
        (Style::Plain, &format!("{set}{padding}  ")),
        (Style::Dim, setting.about),
    ]);
}
