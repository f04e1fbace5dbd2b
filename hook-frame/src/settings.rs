//! What the user can set, by `:set` or in a file. Each setting holds for the whole process.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

use crate::suggest::nearest;

static LINES: AtomicUsize = AtomicUsize::new(SCREEN);
static ROWS: AtomicUsize = AtomicUsize::new(0);
static CHARS: AtomicUsize = AtomicUsize::new(4000);
static DEPTH: AtomicUsize = AtomicUsize::new(5);
static SOURCE: AtomicUsize = AtomicUsize::new(1);
static COLOURS: AtomicU8 = AtomicU8::new(AUTO);
static VI: AtomicBool = AtomicBool::new(false);
static HISTORY: AtomicBool = AtomicBool::new(true);
static STARTUP: AtomicBool = AtomicBool::new(true);
static PAGER: AtomicBool = AtomicBool::new(true);

/// The states of `colours`.
const COLOURS_ARE: [&str; 3] = ["auto", "on", "off"];
const AUTO: u8 = 0;

/// This stands for the number of lines that fit on the screen.
const SCREEN: usize = 0;
/// The word for that.
const SCREEN_WORD: &str = "screen";

/// The most and the fewest lines that are shown of a value where the screen decides. Without a screen it is the most.
const ON_SCREEN: (usize, usize) = (60, 10);
/// What else is to be on the screen: the line that was typed, what is said below the value, and the next prompt.
const BESIDE: usize = 4;

/// The largest number that can be set.
const MOST: usize = 1 << 30;

/// A setting: its name, what it may be, what it does, and where its value is.
pub struct Setting {
    /// The name, as it is typed behind `:set`.
    pub name: &'static str,
    /// What the setting does, in a few words.
    pub about: &'static str,
    value: Storage,
}

enum Storage {
    Number(&'static AtomicUsize),
    NumberOrScreen(&'static AtomicUsize),
    Word(&'static AtomicU8, &'static [&'static str]),
    Switch(&'static AtomicBool, [&'static str; 2]),
}

const ON_OR_OFF: [&str; 2] = ["off", "on"];

/// The table of all settings.
pub static SETTINGS: &[Setting] = &[
    Setting {
        name: "lines",
        about: "how many lines of a value are shown: a number, or what fits on the screen",
        value: Storage::NumberOrScreen(&LINES),
    },
    Setting {
        name: "chars",
        about: "how many characters of a value are shown",
        value: Storage::Number(&CHARS),
    },
    Setting {
        name: "depth",
        about: "how many levels of a nested value are unfolded",
        value: Storage::Number(&DEPTH),
    },
    Setting {
        name: "source",
        about: "how many lines of source are shown before and after a hook",
        value: Storage::Number(&SOURCE),
    },
    Setting {
        name: "colours",
        about: "colours: auto, which obeys NO_COLOR, or on or off",
        value: Storage::Word(&COLOURS, &COLOURS_ARE),
    },
    Setting {
        name: "keys",
        about: "the keys that edit a line: emacs or vi",
        value: Storage::Switch(&VI, ["emacs", "vi"]),
    },
    Setting {
        name: "history",
        about: "lines are kept for later sessions: on or off",
        value: Storage::Switch(&HISTORY, ON_OR_OFF),
    },
    Setting {
        name: "pager",
        about: "`:full` and `:help` show what is higher than the terminal in a pager: on or off",
        value: Storage::Switch(&PAGER, ON_OR_OFF),
    },
    Setting {
        name: "startup",
        about: "`.hookable.rs` of the project runs when a session starts: on or off",
        value: Storage::Switch(&STARTUP, ON_OR_OFF),
    },
];

/// The reason for which something cannot be set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingError {
    #[error("there is no setting `{name}`{}", suggestion.map_or("; `:set` lists them".to_owned(), |suggestion| format!(", did you mean `{suggestion}`?")))]
    Unknown {
        name: String,
        suggestion: Option<&'static str>,
    },
    #[error("`{value}` is not possible for `{name}`: it is {possible}")]
    Value {
        name: &'static str,
        value: String,
        possible: String,
    },
    #[error("a setting is `name = value`, and this is `{0}`")]
    Form(String),
}

impl Setting {
    /// Returns the value as it is set now.
    pub fn value(&self) -> String {
        match &self.value {
            Storage::NumberOrScreen(number) if number.load(Ordering::Relaxed) == SCREEN => SCREEN_WORD.to_owned(),
            Storage::Number(number) | Storage::NumberOrScreen(number) => number.load(Ordering::Relaxed).to_string(),
            Storage::Word(word, words) => words[usize::from(word.load(Ordering::Relaxed))].to_owned(),
            Storage::Switch(switch, words) => words[usize::from(switch.load(Ordering::Relaxed))].to_owned(),
        }
    }

    /// Returns what the value may be.
    fn possible(&self) -> String {
        match &self.value {
            Storage::Number(_) => format!("a number from 1 to {MOST}"),
            Storage::NumberOrScreen(_) => format!("a number from 1 to {MOST}, or {SCREEN_WORD}"),
            Storage::Word(_, words) => words.join(" or "),
            Storage::Switch(_, words) => words.join(" or "),
        }
    }

    fn set(&self, value: &str) -> Option<()> {
        let among = |words: &[&str]| words.iter().position(|word| *word == value);
        match &self.value {
            Storage::NumberOrScreen(number) if value == SCREEN_WORD => number.store(SCREEN, Ordering::Relaxed),
            Storage::Number(number) | Storage::NumberOrScreen(number) => {
                let value = value.parse().ok().filter(|value| (1..=MOST).contains(value))?;
                number.store(value, Ordering::Relaxed);
            }
            Storage::Word(word, words) => word.store(u8::try_from(among(words)?).ok()?, Ordering::Relaxed),
            Storage::Switch(switch, words) => switch.store(among(words)? == 1, Ordering::Relaxed),
        }
        Some(())
    }
}

/// Returns the setting of that name, which may be spelled as in American English.
pub fn find(name: &str) -> Result<&'static Setting, SettingError> {
    let name = if name == "colors" { "colours" } else { name };
    let found = SETTINGS.iter().find(|setting| setting.name == name);
    found.ok_or_else(|| SettingError::Unknown {
        name: name.to_owned(),
        suggestion: nearest(name, SETTINGS.iter().map(|setting| setting.name)),
    })
}

/// Sets a value.
pub fn set(name: &str, value: &str) -> Result<(), SettingError> {
    let setting = find(name)?;
    setting.set(value).ok_or_else(|| SettingError::Value {
        name: setting.name,
        value: value.to_owned(),
        possible: setting.possible(),
    })
}

/// Sets what a text says, which has `name = value` in each line, or a comment. Returns the errors with the numbers of
/// their lines. What the other lines say is set all the same.
pub fn read(text: &str) -> Vec<(usize, SettingError)> {
    let mut errors = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let done = match line.split_once('=') {
            _ if line.is_empty() => Ok(()),
            Some((name, value)) => set(name.trim(), value.trim()),
            None => Err(SettingError::Form(line.to_owned())),
        };
        errors.extend(done.err().map(|error| (number, error)));
    }
    errors
}

/// Returns how many lines and characters of a value are shown.
pub fn limits() -> (usize, usize) {
    let (lines, rows) = (LINES.load(Ordering::Relaxed), ROWS.load(Ordering::Relaxed));
    let (most, fewest) = ON_SCREEN;
    let lines = match (lines, rows) {
        (SCREEN, 0) => most,
        (SCREEN, rows) => rows.saturating_sub(BESIDE).clamp(fewest, most),
        (lines, _) => lines,
    };
    (lines, CHARS.load(Ordering::Relaxed))
}

/// Notes how many rows the terminal of the console has.
pub fn note_rows(rows: usize) {
    ROWS.store(rows, Ordering::Relaxed);
}

/// Returns how many levels of a nested value are unfolded.
pub fn depth() -> usize {
    DEPTH.load(Ordering::Relaxed)
}

/// Returns how many lines of source are shown before and after a hook.
pub fn source() -> usize {
    SOURCE.load(Ordering::Relaxed)
}

/// Returns whether colours are wanted, or gives `None` where the environment decides.
pub fn colours() -> Option<bool> {
    match COLOURS.load(Ordering::Relaxed) {
        AUTO => None,
        state => Some(state == 1),
    }
}

/// Returns whether lines are edited with the keys of vi.
pub fn is_vi() -> bool {
    VI.load(Ordering::Relaxed)
}

/// Returns whether typed lines are kept for later sessions.
pub fn keeps_history() -> bool {
    HISTORY.load(Ordering::Relaxed)
}

/// Returns whether the project's own lines run when a session starts.
pub fn has_startup() -> bool {
    STARTUP.load(Ordering::Relaxed)
}

/// Returns whether a pager may be used.
pub fn has_pager() -> bool {
    PAGER.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &[&str]) {
        let errors = read(text).into_iter().map(|(line, error)| format!("{line}: {error}"));
        assert_eq!(errors.collect::<Vec<_>>(), expected);
    }

    /// Each value is what it was before, since tests share the settings.
    #[test]
    fn every_setting_takes_its_own_value() {
        for setting in SETTINGS {
            assert_eq!(set(setting.name, &setting.value()), Ok(()));
        }
        refused(
            "# nothing\n\nkeys = emacs # the default\n  source=1\ncolors = auto",
            &[],
        );
    }

    #[test]
    fn what_cannot_be_set_is_named_with_its_line() {
        refused(
            "keys = emacs\nkees = vi\n\nfrobnicate = 1",
            &[
                "2: there is no setting `kees`, did you mean `keys`?",
                "4: there is no setting `frobnicate`; `:set` lists them",
            ],
        );
        refused(
            "keys = nano",
            &["1: `nano` is not possible for `keys`: it is emacs or vi"],
        );
        refused(
            "lines = 0\nchars = many",
            &[
                "1: `0` is not possible for `lines`: it is a number from 1 to 1073741824, or screen",
                "2: `many` is not possible for `chars`: it is a number from 1 to 1073741824",
            ],
        );
        refused("vi", &["1: a setting is `name = value`, and this is `vi`"]);
    }
}
