//! The command `:test`, which prints a test that makes the locals of this hook anew.

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome, sources};
use super::single;
use crate::eval::parse;
use crate::format::{Limit, Patience, Shown};
use crate::frame::{Frame, Local, Site, lines};
use crate::render::{self, rebuild};
use crate::syntax::spelled;

/// A value whose text is longer than this is not made anew.
const LONGEST: Limit = Limit {
    chars: 20_000,
    lines: usize::MAX,
};

pub(super) fn test(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let name = single("test", rest)?;
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if !is_name || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(ConsoleError::Argument {
            text: name.to_owned(),
            what: "name of a function",
        });
    }
    let text = whole(name, console.frame);
    text.lines().for_each(|line| console.out.value(line));
    let site = console.frame.site;
    console.out.remark(&format!(
        "put it into a module with `use super::*;` in {}; a `todo!` stands for what could not be made",
        site.file
    ));
    Ok(Flow::Stay)
}

fn whole(name: &str, frame: &Frame<'_, '_>) -> String {
    let site = frame.site;
    let files = sources::all(frame);
    let is_struct = |name: &str| files.iter().any(|(_, text)| defines(text, name));
    let seen: Vec<_> = frame
        .locals()
        .filter(|local| !local.shadowed)
        .map(|local| (local, LONGEST))
        .collect();
    let values = lines(&seen, Patience::Prompt);
    let mut text = format!("/// The locals at {}.\n#[test]\n", site.place());
    text += &format!("#[allow(unused_mut, unused_variables)]\nfn {name}() {{\n");
    for ((local, _), value) in seen.iter().zip(values) {
        text += &binding(local, value, site, &is_struct);
    }
    for line in &frame.typed {
        // What ends the line may be an expression with a value, which a statement that goes on has no use for.
        let has_value = parse::parse(line).is_ok_and(|line| line.tail().is_some());
        let is_ended = line.ends_with(';') || line.ends_with('}') && !has_value;
        let end = if is_ended { "" } else { ";" };
        // A kept value can be written, whatever its `let` says.
        let line = match line.strip_prefix("let ") {
            Some(rest) if has_plain_name(rest) => format!("let mut {rest}"),
            _ => line.clone(),
        };
        text += &format!("    {}{end}\n", line.replace('\n', "\n    "));
    }
    text + "}\n"
}

/// Returns a `let` that makes a local.
fn binding(local: &Local<'_, '_>, value: Option<Shown>, site: &Site, is_struct: &dyn Fn(&str) -> bool) -> String {
    let krate = site.module_path.split("::").next().unwrap_or_default();
    // A type that the function defines has no path.
    let own = format!("{}::{}::", site.module_path, site.function);
    let name = spelled(local.binding.name);
    let ty = local
        .type_name()
        .filter(|ty| !render::is_anonymous(ty) && !ty.contains(&own));
    let value = match (value, ty) {
        (Some(Shown::Text { text, cut: false }), Some(ty)) => rebuild::rebuilt(&text, ty, krate, is_struct),
        (Some(Shown::Text { text, cut: true }), Some(_)) => {
            rebuild::missing(&format!("{}...", render::beginning(&text, 60)))
        }
        (Some(Shown::Text { text, .. }), None) => rebuild::missing(&text),
        (Some(Shown::Failed(why)), _) => rebuild::missing(&why),
        (Some(Shown::Opaque), _) => rebuild::missing("it has neither Debug nor Display"),
        (None, _) => return format!("    // `{name}`: {}\n", local.reason()),
    };
    let ty = ty.map_or(String::new(), |ty| format!(": {}", render::path(ty, krate)));
    match name {
        "self" => format!("    let this{ty} = {value};\n"),
        name => format!("    let mut {name}{ty} = {value};\n"),
    }
}

/// Returns whether a pattern begins with a name that it binds.
fn has_plain_name(pattern: &str) -> bool {
    let end = pattern.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '#');
    let (name, rest) = pattern.split_at(end.unwrap_or(pattern.len()));
    let is_binding = name != "mut" && name != "ref" && name != "_" && !name.starts_with(char::is_uppercase);
    let rest = rest.trim_start();
    is_binding && !rest.starts_with("::") && rest.starts_with(['=', ':'])
}

/// Returns whether a source defines a struct of that name.
fn defines(text: &str, name: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("struct ") {
        let end = after
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(after.len());
        if &after[..end] == name {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lets() {
        for (pattern, expect) in [
            ("a = 1", true),
            ("r#a: u8 = 1", true),
            ("mut a = 1", false),
            ("_ = 1", false),
            ("(a, b) = c", false),
            ("a::B { c } = d", false),
            ("A { c } = d", false),
        ] {
            assert_eq!(has_plain_name(pattern), expect, "{pattern}");
        }
    }

    #[test]
    fn structs_of_a_source() {
        let text = "struct A;\npub struct Be<T>(T);\n";
        assert!(defines(text, "A") && defines(text, "Be"));
        assert!(!defines(text, "B") && !defines(text, "T"));
    }
}
