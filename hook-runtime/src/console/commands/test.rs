//! The command `:test`, which prints a test that makes the locals of this hook anew.

use hook_rustc::sorted::sort_by_key;
use proc_macro2::{TokenStream, TokenTree};

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome, sources};
use super::single;
use crate::eval::parse;
use crate::format::{Limit, Patience, Shown};
use crate::frame::{Frame, Local, Site, lines};
use crate::render::{self, rebuild};
use crate::syntax::{lex, spelled};

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
    let names = seen.iter().map(|(local, _)| local.binding.name);
    let mut renamed: Vec<(&str, String)> = names.map(|name| (name, name_in_test(name))).collect();
    renamed.retain(|(name, other)| name != other);
    // The longest first: `self.count` is in `self`, too.
    sort_by_key(&mut renamed, &|(name, _)| usize::MAX - name.len());
    for line in &frame.typed {
        let line = &with_names(line, &renamed);
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
    let name = local.binding.name;
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
        (None, _) => return format!("    // `{}`: {}\n", spelled(name), local.reason()),
    };
    let ty = ty.map_or(String::new(), |ty| format!(": {}", render::path(ty, krate)));
    let in_test = name_in_test(name);
    format!("    let mut {in_test}{ty} = {value};\n")
}

/// Returns the name that a local has in a test: the part of one that is a local by itself, as `self.count`, is a
/// variable there.
fn name_in_test(name: &str) -> String {
    let name = match name.split_once('.') {
        _ if name == "self" => "this".to_owned(),
        Some(("self", part)) => format!("this_{part}"),
        _ => name.to_owned(),
    };
    match name.contains('.') {
        true => name.replace('.', "_").replace("r#", ""),
        false => spelled(&name).to_owned(),
    }
}

/// Returns a line with locals under other names. An item has names of its own.
fn with_names(line: &str, names: &[(&str, String)]) -> String {
    let mut tokens = Vec::new();
    flatten(lex(line).unwrap_or_default(), &mut tokens);
    let is_item = |(_, word): &(usize, String)| ["impl", "trait", "fn", "struct", "enum"].contains(&word.as_str());
    if tokens.iter().any(is_item) {
        return line.to_owned();
    }
    let (mut text, mut end, mut at) = (String::new(), 0, 0);
    while at < tokens.len() {
        let is_field = at > 0 && tokens[at - 1].1 == ".";
        let found = names.iter().find_map(|(name, other)| {
            let rest = tokens[at..].iter().map(|(_, token)| token.as_str());
            let parts = name.split('.').flat_map(|part| [".", part]).skip(1);
            let count = parts.clone().count();
            (!is_field && parts.eq(rest.take(count))).then_some((count, other))
        });
        let Some((count, other)) = found else {
            at += 1;
            continue;
        };
        let (last, token) = &tokens[at + count - 1];
        text += &line[end..tokens[at].0];
        text += other;
        end = last + token.len();
        at += count;
    }
    text + &line[end..]
}

/// Appends the tokens of a line, each with the byte at which it begins. A group is what is in it, between empty ones.
fn flatten(tokens: TokenStream, out: &mut Vec<(usize, String)>) {
    for token in tokens {
        let start = token.span().byte_range().start;
        match token {
            TokenTree::Group(group) => {
                out.push((start, String::new()));
                flatten(group.stream(), out);
                out.push((group.span_close().byte_range().start, String::new()));
            }
            token => out.push((start, token.to_string())),
        }
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
    fn lines_with_the_names_of_the_test() {
        #[track_caller]
        fn check(line: &str, names: &[&str], expect: &str) {
            let names: Vec<_> = names.iter().map(|name| (*name, name_in_test(name))).collect();
            assert_eq!(with_names(line, &names), expect, "{line}");
        }
        check("self.a(self, [self.b])", &["self"], "this.a(this, [this.b])");
        check(
            "self.count += x.self.count",
            &["self.count"],
            "this_count += x.self.count",
        );
        check("p.0 + p.1 + p.0.a", &["p.0"], "p_0 + p.1 + p_0.a");
        check("a.b.c = a.b", &["a.b"], "a_b.c = a_b");
        check("b.a.b = \"a.b\"", &["a.b"], "b.a.b = \"a.b\"");
        check("impl A { fn f(self) {} }", &["self"], "impl A { fn f(self) {} }");
        check("let é = (self.n, 'x')", &["self"], "let é = (this.n, 'x')");
    }

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
