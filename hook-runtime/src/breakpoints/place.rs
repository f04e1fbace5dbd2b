//! Where a hook is wanted, as it is typed: `FILE:LINE`, `LINE`, or the name of a function. Pure.

use std::fmt;
use std::path::Path;

use super::functions::{SourceFunction, functions};
use super::points::Point;
use crate::suggest::nearest;
use crate::syntax::items::modules;

/// A place as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A line of a file, counted from 1. Without a name it is the file of the hook.
    Line(Option<String>, usize),
    Function(String),
}

/// A source of the crate.
#[derive(Clone, Copy)]
pub(crate) struct CrateSource<'s> {
    /// Its path as rustc names it.
    pub(crate) file: &'s Path,
    pub(crate) text: &'s str,
}

/// A place at which a hook can be planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BreakpointLocation {
    /// The position of the source.
    pub(crate) source: usize,
    /// The line of the point, counted from 1.
    pub(crate) line: usize,
    pub(crate) point: Point,
    pub(crate) function: SourceFunction,
}

impl BreakpointLocation {
    /// Returns the first point of the function in place of this one.
    pub(crate) fn entered(self, text: &str) -> BreakpointLocation {
        let point = entry(&self.function);
        BreakpointLocation {
            line: line_of(text, point.at),
            point,
            ..self
        }
    }
}

/// The reason for which no hook can be planted at a place.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum PlaceError {
    #[error("`{0}` is no place: a place is `FILE:LINE`, `LINE`, or the name of a function")]
    NoPlace(String),
    #[error("`{file}` is no source of this crate{}", likelier(suggestion.as_ref()))]
    NoFile { file: String, suggestion: Option<String> },
    #[error("`{file}` could be {}", .of.join(" or "))]
    SomeFile { file: String, of: Vec<String> },
    #[error("nothing can stop at {file}:{line}{}", nearest.map_or(String::new(), |line| format!(": the nearest statement is at line {line}")))]
    NoStatement {
        file: String,
        line: usize,
        nearest: Option<usize>,
    },
    #[error("{file} has {lines} lines")]
    NoLine { file: String, lines: usize },
    #[error("no function of this crate is called `{name}`{}", likelier(suggestion.as_ref()))]
    NoFunction { name: String, suggestion: Option<String> },
    #[error("`{name}` could be {}", .of.join(" or "))]
    SomeFunction { name: String, of: Vec<String> },
    #[error("`{place}` could be {}", .of.join(" or "))]
    SomeCrate { place: String, of: Vec<String> },
    #[error("`{0}` is a `const fn`, which may be evaluated at compile time: no hook can be there")]
    InConst(String),
}

/// Says which name may have been meant, or else where one is sought that this crate does not have.
fn likelier(suggestion: Option<&String>) -> String {
    match suggestion {
        Some(name) => format!(", did you mean `{name}`?"),
        None => ", nor of another one that has a hook or the line `hookable::this_crate!();`".to_owned(),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(None, line) => write!(f, "{line}"),
            Place::Line(Some(file), line) => write!(f, "{file}:{line}"),
            Place::Function(name) => f.write_str(name),
        }
    }
}

impl Place {
    /// Reads a place.
    pub(crate) fn parse(text: &str) -> Result<Place, PlaceError> {
        let line = |text: &str| text.parse::<usize>().ok().filter(|line| *line > 0);
        let is_path = |text: &str| {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '#');
            text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(part) && !text.ends_with(':')
        };
        let place = match (line(text), text.rsplit_once(':')) {
            (Some(line), _) => Place::Line(None, line),
            (None, Some((file, last))) if line(last).is_some() && !file.ends_with(':') => {
                Place::Line(Some(file.to_owned()), line(last).unwrap_or_default())
            }
            _ if is_path(text) => Place::Function(text.to_owned()),
            _ => return Err(PlaceError::NoPlace(text.to_owned())),
        };
        Ok(place)
    }

    /// Returns the place within a crate, whose name a path may begin with.
    pub(crate) fn within(&self, krate: &str) -> Place {
        match self {
            Place::Function(path) => {
                let rest = path.strip_prefix(krate).and_then(|rest| rest.strip_prefix("::"));
                Place::Function(rest.unwrap_or(path).to_owned())
            }
            Place::Line(..) => self.clone(),
        }
    }

    /// Returns the place in a text that was changed: a line is the nearest one with the same text, if there is one.
    pub(crate) fn moved(&self, line: usize, before: &str, now: &str) -> Place {
        let Place::Line(..) = self else { return self.clone() };
        let text = before.lines().nth(line - 1).unwrap_or_default().trim();
        let same = (1..).zip(now.lines()).filter(|(_, other)| other.trim() == text);
        let same = same
            .map(|(number, _)| number)
            .min_by_key(|number| line.abs_diff(*number));
        Place::Line(None, same.unwrap_or(line))
    }

    /// Finds the place in the sources of the crate. `here` is the file of the hook.
    pub(crate) fn find(&self, sources: &[CrateSource<'_>], here: &Path) -> Result<BreakpointLocation, PlaceError> {
        let found = match self {
            Place::Line(None, line) => {
                let own = sources.iter().position(|source| source.file == here);
                let own = own.ok_or_else(|| PlaceError::NoFile {
                    file: here.display().to_string(),
                    suggestion: None,
                })?;
                at_line(sources, own, *line)?
            }
            Place::Line(Some(file), line) => at_line(sources, source(sources, file)?, *line)?,
            Place::Function(name) => function(sources, name)?,
        };
        match found.function.is_const {
            true => Err(PlaceError::InConst(found.function.path.join("::"))),
            false => Ok(found),
        }
    }
}

/// Returns the position of the source whose path ends with this one. An absolute path, as an editor has it, ends with
/// that of the source.
pub(super) fn source(sources: &[CrateSource<'_>], file: &str) -> Result<usize, PlaceError> {
    let wanted = Path::new(file.strip_prefix("./").unwrap_or(file));
    let of = |source: &CrateSource<'_>| match wanted.is_absolute() {
        true => wanted.ends_with(source.file),
        false => source.file.ends_with(wanted),
    };
    let found: Vec<usize> = (0..sources.len()).filter(|&at| of(&sources[at])).collect();
    let exact = match wanted.is_absolute() {
        true => found.iter().max_by_key(|&&at| sources[at].file.iter().count()),
        false => found.iter().find(|&&at| sources[at].file == wanted),
    };
    match (&found[..], exact) {
        ([only], _) => Ok(*only),
        (_, Some(exact)) => Ok(*exact),
        ([], _) => {
            let names: Vec<&str> = sources
                .iter()
                .flat_map(|source| {
                    [
                        source.file.to_str(),
                        source.file.file_name().and_then(|name| name.to_str()),
                    ]
                })
                .flatten()
                .collect();
            Err(PlaceError::NoFile {
                file: file.to_owned(),
                suggestion: nearest(file, names.iter().copied()).map(str::to_owned),
            })
        }
        _ => Err(PlaceError::SomeFile {
            file: file.to_owned(),
            of: found.iter().map(|&at| sources[at].file.display().to_string()).collect(),
        }),
    }
}

/// Returns the line of a byte, counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn at_line(sources: &[CrateSource<'_>], source: usize, line: usize) -> Result<BreakpointLocation, PlaceError> {
    let CrateSource { file, text } = sources[source];
    let mut lines = text.split_inclusive('\n');
    let begin: usize = lines.by_ref().take(line - 1).map(str::len).sum();
    let Some(length) = lines.next().map(str::len) else {
        return Err(PlaceError::NoLine {
            file: file.display().to_string(),
            lines: text.lines().count(),
        });
    };
    let functions = functions(text);
    let found = |function: &SourceFunction, point: &Point| BreakpointLocation {
        source,
        line: line_of(text, point.at),
        point: *point,
        function: function.clone(),
    };
    let points = || {
        functions
            .iter()
            .flat_map(|function| function.points.iter().map(move |point| (function, point)))
    };
    let on_line = points()
        .filter(|(_, point)| (begin..begin + length).contains(&point.at))
        .min_by_key(|(_, point)| point.at);
    if let Some((function, point)) = on_line {
        return Ok(found(function, point));
    }
    // The innermost function that the line is in begins last.
    let around = functions
        .iter()
        .filter(|function| function.bytes.start < begin + length && begin < function.bytes.end);
    let around = around.max_by_key(|function| function.bytes.start);
    let next = around.and_then(|function| Some((function, function.points.iter().find(|point| point.at >= begin)?)));
    if let Some((function, point)) = next {
        return Ok(found(function, point));
    }
    if let Some(function) = around.filter(|function| function.points.is_empty()) {
        return Ok(found(function, &entry(function)));
    }
    let near = points().map(|(_, point)| line_of(text, point.at));
    Err(PlaceError::NoStatement {
        file: file.display().to_string(),
        line,
        nearest: near.min_by_key(|other| other.abs_diff(line)),
    })
}

/// Returns the first point of a function.
pub(super) fn entry(function: &SourceFunction) -> Point {
    let first = function.points.first().copied();
    first.unwrap_or(Point::before(function.body.start))
}

fn function(sources: &[CrateSource<'_>], name: &str) -> Result<BreakpointLocation, PlaceError> {
    let wanted: Vec<&str> = name
        .split("::")
        .map(|part| part.trim().trim_start_matches("r#"))
        .filter(|part| !matches!(*part, "crate" | "self" | "super" | ""))
        .collect();
    let (mut found, mut names) = (Vec::new(), Vec::new());
    for (at, source) in sources.iter().enumerate() {
        let last = wanted.last().copied().unwrap_or_default();
        let modules = modules(&source.file.to_string_lossy());
        for function in functions(source.text) {
            let whole: Vec<&str> = modules.iter().chain(&function.path).map(String::as_str).collect();
            if !last.is_empty() && whole.ends_with(&wanted) {
                let point = entry(&function);
                found.push(BreakpointLocation {
                    source: at,
                    line: line_of(source.text, point.at),
                    point,
                    function: function.clone(),
                });
            }
            names.extend(function.path.last().cloned());
            names.push(function.path.join("::"));
        }
    }
    match <[BreakpointLocation; 1]>::try_from(found) {
        Ok([only]) => Ok(only),
        Err(found) if found.is_empty() => Err(PlaceError::NoFunction {
            name: name.to_owned(),
            suggestion: nearest(name, names.iter().map(String::as_str)).map(str::to_owned),
        }),
        Err(found) => Err(PlaceError::SomeFunction {
            name: name.to_owned(),
            of: found
                .iter()
                .map(|found| {
                    let file = sources[found.source].file.display();
                    format!("{} ({file}:{})", found.function.path.join("::"), found.line)
                })
                .collect(),
        }),
    }
}

#[cfg(test)]
mod tests;
