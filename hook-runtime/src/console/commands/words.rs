//! The words of other debuggers, with what is used here in the place of each.

use super::{COMMANDS, LETTERS};

/// Words that gdb, pdb, pry or IEx have for something, and what does it here.
const WORDS: &[(&[&str], &str)] = &[
    (
        &["p", "print", "pp", "inspect", "call", "output"],
        "an expression is typed alone, and its value is printed; `:full EXPR` prints all of it",
    ),
    (
        &["l", "list", "ll", "longlist", "whereami"],
        "`:where` shows the source around the hook",
    ),
    (
        &["info"],
        "`:locals` lists the locals, `:breaks` the hooks, `:threads` the threads that wait at one",
    ),
    (&["args", "a"], "`:locals` lists the arguments with the other locals"),
    (
        &["select-frame"],
        "`:frame N` looks at the caller with this number in `:bt`",
    ),
    (
        &["display", "undisplay"],
        "`:watch EXPR` shows it at each stop where it changed",
    ),
    (
        &["until", "advance", "unt"],
        "`:tbreak LINE` and `:continue` go on to a line, from the next call of the function on",
    ),
    (
        &["commands"],
        "`:trace PLACE EXPR` prints values at each hit, and does not stop",
    ),
    (
        &["clear"],
        "`:delete N` takes a hook away, and `:breaks` lists the numbers",
    ),
    (&["whatis", "ptype", "pt"], "`:type EXPR` prints the type"),
    (
        &["jump", "j"],
        "a function cannot go on at another line; `:return EXPR` ends it, and `:retry` evaluates again what failed",
    ),
    (
        &["run", "start", "restart", "rerun"],
        "the program runs already, and is started again from the shell; `:reload` gives it the sources as they are now",
    ),
    (&["kill"], "`:exit` ends the program"),
    (
        &["detach", "resume", "respawn"],
        "`:continue` or Ctrl-D resumes, `:off all` lets no hook stop any more",
    ),
    (&["interact"], "any Rust is typed at this prompt itself"),
    (&["backtrace", "stack"], "`:bt` lists the callers"),
    (&["shell", "sh"], PROGRAM),
    (&["_", "__", "___", "$", "$$", "_oh", "Out"], VALUES),
    (
        &[
            "print/x", "p/x", "print/t", "p/t", "print/o", "p/o", "print/d", "p/d", "x/s",
        ],
        "formats are those of Rust: `format!(\"{n:#x}\")`",
    ),
    (
        &["%time", "%timeit", "%%time", "%%timeit", "%prun"],
        "`:time EXPR` says how long an expression takes",
    ),
    (
        &["%who", "%whos", "%who_ls"],
        "`:vars` lists what was defined, `:locals` the locals",
    ),
    (
        &["%history", "%hist", "%recall", "%rerun"],
        "the arrow keys lead to what was typed before, and Ctrl-R searches it",
    ),
    (
        &["%paste", "%cpaste"],
        "what is pasted is typed line by line, and a block as one",
    ),
    (
        &["%load", "%run", "%edit"],
        "`include!(\"FILE\")` reads Rust from a file",
    ),
    (
        &["%pdoc", "%pinfo", "%pinfo2"],
        "`?NAME` shows type, value, place and doc comment",
    ),
    (&["%psource"], "`:source NAME` shows the source of a function or type"),
];

const PROGRAM: &str = "`std::process::Command` runs a program";
const VALUES: &str = "`it` is the last value, `_1` and `_2` are those before it";

/// Returns what is used here in the place of a word of another debugger.
pub(super) fn instead(word: &str) -> Option<&'static str> {
    let found = WORDS.iter().find(|(words, _)| words.contains(&word));
    found.map(|(_, instead)| *instead)
}

/// Returns what to say of a line that rustc refused, if it looks like a command without its colon.
pub(crate) fn without_colon(line: &str) -> Option<String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    if let Some(instead) = of_other_prompts(word, rest) {
        return Some(instead);
    }
    let is_operand = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '*' | '&');
    // What these words begin is Rust, and its errors are about something else.
    let is_rust = matches!(word, "return" | "type");
    if is_rust || !rest.is_empty() && !rest.starts_with(is_operand) {
        return None;
    }
    let is_command =
        COMMANDS.iter().any(|command| command.name == word) || LETTERS.iter().any(|(letter, _)| *letter == word);
    match instead(word) {
        Some(instead) => Some(instead.to_owned()),
        None => is_command.then(|| format!("a command begins with a colon: `:{line}`")),
    }
}

/// Returns what does here what IPython has a sign for, or gdb two words.
fn of_other_prompts(word: &str, rest: &str) -> Option<String> {
    let is_name = |text: &str| {
        let all = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        text.split("::").all(all)
    };
    if let Some(name) = word.strip_suffix('?').filter(|_| rest.is_empty()) {
        let name = name.trim_end_matches('?');
        return is_name(name)
            .then(|| format!("`?{name}` shows type and value, `:doc {name}` and `:source {name}` what it is"));
    }
    let is_argument = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '~'));
    if word.strip_prefix('!').is_some_and(is_name) && is_argument {
        return Some(PROGRAM.to_owned());
    }
    if word
        .strip_prefix('$')
        .is_some_and(|number| number.parse::<u32>().is_ok())
    {
        return Some(VALUES.to_owned());
    }
    let written = rest.strip_prefix("variable ").or_else(|| rest.strip_prefix("var "));
    match (word, written) {
        ("set", Some(written)) => Some(format!("a local is written as in Rust: `{}`", written.trim())),
        _ if word.starts_with('%') => instead(word).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let said = without_colon(line);
        let beginning = said.as_deref().map(|said| said.split(' ').next().unwrap_or_default());
        assert_eq!(beginning, expected, "{line}: {said:?}");
    }

    #[test]
    fn a_command_without_its_colon() {
        assert_eq!(
            without_colon("c").as_deref(),
            Some("a command begins with a colon: `:c`")
        );
        check("break main", Some("a"));
        check("p total", Some("an"));
        check("p *total", Some("an"));
        check("info locals", Some("`:locals`"));
    }

    #[test]
    fn words_of_other_prompts() {
        check("_", Some("`it`"));
        check("$1", Some("`it`"));
        check("$", Some("`it`"));
        check("f?", Some("`?f`"));
        check("shop::total??", Some("`?shop::total`"));
        check("!echo hi", Some("`std::process::Command`"));
        check("!ls -l", Some("`std::process::Command`"));
        check("%timeit f(3)", Some("`:time"));
        check("%who", Some("`:vars`"));
        check("p/x n", Some("formats"));
        assert_eq!(
            without_colon("set var n = 5").as_deref(),
            Some("a local is written as in Rust: `n = 5`")
        );
        check("f()?", None);
        check("!flag", None);
        check("!flag && other", None);
        check("_ = f()", None);
    }

    #[test]
    fn what_is_rust() {
        check("n + 1", None);
        check("p(total)", None);
        check("list.len()", None);
        check("return total", None);
        check("type T = u8;", None);
        check("next = 5", None);
    }

    #[test]
    fn no_word_is_a_command() {
        for (words, _) in WORDS {
            for word in *words {
                assert!(COMMANDS.iter().all(|command| command.name != *word), "{word}");
                assert!(LETTERS.iter().all(|(letter, _)| letter != word), "{word}");
            }
        }
    }
}
