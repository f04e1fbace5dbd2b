//! What a probe tells the asking process about its hooks, besides rustc's diagnostics.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::table::{field, fields, record};
use crate::plan::{Capture, Plan, State, asks_whole, may_add_mut};
use crate::scope::{BindingKind, Scopes};
use crate::syntax::function::Function;
use crate::syntax::place;

const FILE: &str = "facts";

/// A binding at a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The folder of the function's files.
    pub(crate) function: String,
    /// Its name in the program.
    pub(crate) named: String,
    /// Its first line and its last.
    pub(crate) lines: (usize, usize),
    /// The line of the attribute, where all lies that it emits.
    pub(crate) attribute: usize,
    pub(crate) name: String,
    pub(crate) may_add_mut: bool,
    /// The probe declared `mut` whatever the captures of its function write.
    pub(crate) made_mutable: bool,
    /// That it was moved is reported at one of the hooks that see it, and not at the others.
    pub(crate) told_once: bool,
    /// Fields of it are asked for once it is out of reach.
    pub(crate) has_fields: bool,
    /// Line and column of its name.
    pub(crate) declared: (usize, usize),
    /// Line and column where what introduces it begins and ends.
    pub(crate) extent: [(usize, usize); 2],
    /// What the probe asked for.
    pub(crate) capture: Capture,
}

/// The hook's key and the position of the binding.
pub(crate) type Key = (String, usize);

pub(crate) type Facts = HashMap<Key, Fact>;

/// The file of the hook with this key: `src/lib.rs:4:8#0`.
pub(crate) fn file_of(key: &str) -> &str {
    key.rsplitn(3, ':').last().unwrap_or_default()
}

/// The line of the hook with this key.
pub(crate) fn line_of(key: &str) -> &str {
    key.rsplit(':').nth(1).unwrap_or_default()
}

/// A name for the function of these hooks.
pub(crate) fn function(keys: &[String]) -> String {
    let mut hasher = DefaultHasher::new();
    keys.first().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Leaves the facts of one function.
pub(crate) fn write(
    folder: &Path,
    keys: &[String],
    scopes: &Scopes,
    plan: &Plan,
    made_mutable: bool,
    function: &Function,
) -> std::io::Result<()> {
    let (lines, named) = (function.lines(), &function.sig.ident);
    let attribute = place::start(proc_macro2::Span::call_site()).line;
    let mut text = String::new();
    for (site, captures) in scopes.sites.iter().zip(plan) {
        for (position, (visible, capture)) in site.visible.iter().zip(captures).enumerate() {
            let binding = &scopes.bindings[visible.binding];
            if binding.kind == BindingKind::Field && capture.state == State::Doubtful {
                continue;
            }
            let (start, end) = (place::start(binding.extent.0), place::end(binding.extent.1));
            let name = place::start(binding.ident.span());
            let places = [name, start, end]
                .map(|place| format!("{} {}", place.line, place.column + 1))
                .join(" ");
            let places = format!("{places} {} {} {attribute}", lines.0, lines.1);
            let at = record(&keys[site.number], position, capture);
            let told_once = scopes.seen_often(visible.binding) && !asks_whole(scopes, site, visible.binding);
            let mut others = site.visible.iter().map(|other| &scopes.bindings[other.binding]);
            let has_fields = others.any(|other| other.kind == BindingKind::Field && other.origin == binding.origin);
            let flags = [may_add_mut(binding), told_once, made_mutable, has_fields];
            let flags: String = flags.map(|flag| if flag { '1' } else { '0' }).iter().collect();
            let _ = writeln!(text, "{}\t{named}\t{flags}\t{places}\t{at}", binding.name());
        }
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(FILE), text)
}

/// Reads the facts of every function of the probe.
pub(crate) fn read(folder: &Path) -> std::io::Result<Facts> {
    let mut facts = Facts::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(text) = std::fs::read_to_string(entry.path().join(FILE)) else {
            continue;
        };
        let function = entry.file_name().to_string_lossy().into_owned();
        facts.extend(text.lines().filter_map(|line| fact(&function, line)));
    }
    Ok(facts)
}

fn fact(function: &str, line: &str) -> Option<(Key, Fact)> {
    let mut parts = fields(line, 5);
    let (name, named, flags) = (parts.next()?, parts.next()?, parts.next()?);
    let (places, at) = (parts.next()?, parts.next()?);
    let (key, capture) = field(at)?;
    let numbers: Vec<usize> = places.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [a, b, c, d, e, f, first, last, attribute] = numbers[..] else {
        return None;
    };
    let (declared, extent) = ((a, b), [(c, d), (e, f)]);
    let (function, named, name) = (function.to_string(), named.to_string(), name.to_string());
    let mut flags = flags.chars().map(|flag| flag == '1');
    let (may_add_mut, told_once, made_mutable) = (flags.next()?, flags.next()?, flags.next()?);
    let has_fields = flags.next()?;
    Some((
        key,
        Fact {
            function,
            named,
            lines: (first, last),
            attribute,
            name,
            may_add_mut,
            made_mutable,
            told_once,
            has_fields,
            declared,
            extent,
            capture,
        },
    ))
}
