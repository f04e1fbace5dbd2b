//! A script whose lines are for certain hooks: those behind `# at PLACE` are read by the hooks at that place.

use std::collections::VecDeque;

use hook_rustc::ends_with;

use crate::console::line::goes_on;
use crate::frame::Site;

/// The lines of a script that is a file.
pub(crate) struct PlacedLines {
    /// The lines before the first `# at` are for all hooks.
    sections: Vec<Section>,
}

struct Section {
    place: Option<SectionPlace>,
    lines: VecDeque<String>,
}

/// Names hooks.
#[derive(Debug, PartialEq, Eq)]
enum SectionPlace {
    Line { file: String, line: u32 },
    Function(String),
}

/// Says which section a hook reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionChoice {
    Section(usize),
    /// What is left of the script is for other hooks.
    ForOthers,
    /// The script has ended.
    Over,
}

impl PlacedLines {
    pub(crate) fn parse(text: &str) -> Self {
        let section = |place| Section {
            place,
            lines: VecDeque::new(),
        };
        let mut sections = vec![section(None)];
        for line in text.lines() {
            if let Some(place) = SectionPlace::parse(line) {
                sections.push(section(Some(place)));
            } else if let Some(last) = sections.last_mut() {
                last.lines.push_back(line.to_owned());
            }
        }
        PlacedLines { sections }
    }

    /// Finds the lines for a hook. Those for its place come before those for all hooks.
    pub(crate) fn find(&self, site: &Site) -> SectionChoice {
        let position = |is_meant: &dyn Fn(&Section) -> bool| {
            let is_found = |section: &Section| !section.lines.is_empty() && is_meant(section);
            self.sections.iter().position(is_found)
        };
        let own = position(&|section| section.place.as_ref().is_some_and(|place| place.is_of(site)));
        match own.or_else(|| position(&|section| section.place.is_none())) {
            Some(at) => SectionChoice::Section(at),
            None if position(&|_| true).is_some() => SectionChoice::ForOthers,
            None => SectionChoice::Over,
        }
    }

    /// Takes the next line of a section, with the lines that only continue it.
    pub(crate) fn next(&mut self, section: usize) -> Option<String> {
        let lines = &mut self.sections.get_mut(section)?.lines;
        let mut text = lines.pop_front()?;
        while lines.front().is_some_and(|next| goes_on(&text, next))
            && let Some(next) = lines.pop_front()
        {
            text = text + "\n" + &next;
        }
        Some(text)
    }
}

impl SectionPlace {
    /// Reads `# at FILE:LINE` or `# at FUNCTION`.
    fn parse(line: &str) -> Option<Self> {
        let place = line.trim().strip_prefix('#')?.trim_start().strip_prefix("at ")?.trim();
        Some(match place.rsplit_once(':') {
            Some((file, line)) if !file.ends_with(':') && line.parse::<u32>().is_ok() => SectionPlace::Line {
                file: file.to_owned(),
                line: line.parse().ok()?,
            },
            _ => SectionPlace::Function(place.to_owned()),
        })
    }

    fn is_of(&self, site: &Site) -> bool {
        match self {
            SectionPlace::Line { file, line } => site.line == *line && ends_with(site.file, file),
            SectionPlace::Function(name) => {
                let path = format!("{}::{}", site.module_path, site.function);
                path.strip_suffix(&**name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &'static str, line: u32, function: &'static str) -> Site {
        Site {
            file,
            line,
            function,
            module_path: "shop::orders",
            ..Site::of_trace(("", 0, 5), "")
        }
    }

    /// Checks which lines hooks read that come to these places one after another.
    #[track_caller]
    fn check(script: &str, sites: &[Site], expected: &[&str]) {
        let mut lines = PlacedLines::parse(script);
        let mut read = Vec::new();
        for site in sites {
            match lines.find(site) {
                SectionChoice::Section(at) => {
                    let all: Vec<_> = std::iter::from_fn(|| lines.next(at)).collect();
                    read.push(all.join(" "));
                }
                other => read.push(format!("{other:?}")),
            }
        }
        assert_eq!(read, expected);
    }

    #[test]
    fn lines_are_for_places() {
        let (here, there) = (|| at("src/a.rs", 9, "take"), || at("src/b.rs", 9, "Orders::give"));
        check("a\nb", &[here(), there()], &["a b", "Over"]);
        check(
            "a\n# at src/a.rs:9\nb",
            &[there(), here(), there()],
            &["a", "b", "Over"],
        );
        check("a\n# at src/a.rs:9\nb", &[here(), there()], &["b", "a"]);
        check("# at a.rs:9\nb", &[there(), here()], &["ForOthers", "b"]);
        check("# at rs:9\nb", &[here()], &["ForOthers"]);
        check("# at a.rs:8\nb", &[here()], &["ForOthers"]);
        check(
            "# at take\nb\n#at give\nc\n# at orders::Orders::give\nd",
            &[there(), here(), there()],
            &["c", "b", "d"],
        );
        check(
            "# at take\nb\n# at take\nc",
            &[here(), here(), here()],
            &["b", "c", "Over"],
        );
        check("# at ake\nb", &[here()], &["ForOthers"]);
        check("", &[here()], &["Over"]);
    }
}
