//! Completion: finds what can stand at the end of a line that is being typed.

use super::{COMMANDS, Command, Takes, find};
use crate::console::input::Completion;
use crate::settings::SETTINGS;

/// Returns whether a word after a colon is the name of a command, or the beginning of exactly one name.
pub(crate) fn is_command(word: &str) -> bool {
    find(word).is_ok()
}

/// Completes a text. `names` are the names that a line of Rust can use.
pub(crate) fn complete(text: &str, names: &[String]) -> Completion {
    let trimmed = text.trim_start();
    let words = |start: usize, known: &mut dyn Iterator<Item = (&str, bool)>| {
        let begins = known.filter(|(name, _)| name.starts_with(&text[start..]));
        let spaced = |(name, more)| format!("{name}{}", if more { " " } else { "" });
        Completion::Words(start, begins.map(spaced).collect())
    };
    let names = |more| names.iter().map(move |name| (name.as_str(), more));
    let commands = |more: fn(&Command) -> bool| COMMANDS.iter().map(move |command| (command.name, more(command)));
    let last_word = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let asked = trimmed.trim_start_matches('?');
    if asked.len() < trimmed.len() {
        return Completion::Name(text.len() - asked.len());
    }
    let Some(command) = trimmed.strip_prefix(':').filter(|command| !command.starts_with(':')) else {
        return Completion::Rust(0);
    };
    let mut typed = command.split_whitespace();
    let name = typed.next().unwrap_or_default();
    let arguments = typed.count() + usize::from(text.ends_with(char::is_whitespace));
    if arguments == 0 {
        let takes_any = |command: &Command| command.takes != Takes::Nothing;
        return words(text.len() - name.len(), &mut commands(takes_any));
    }
    match find(name).map(|command| command.takes) {
        Ok(Takes::NameThenFile) if arguments > 1 => Completion::File,
        Ok(Takes::NameThenFile) => words(last_word, &mut names(true)),
        Ok(Takes::Rust) => Completion::Rust(text.len() - command.len() + name.len()),
        Ok(Takes::Name) => Completion::Name(text.len() - command.len() + name.len()),
        Ok(Takes::Places) => match text.find(" if ") {
            Some(at) => Completion::Rust(at + " if ".len()),
            None => Completion::Place(last_word),
        },
        Ok(Takes::PlaceThenRust) if arguments > 1 => {
            let place = text.len() - command.trim_start_matches(name).trim_start().len();
            Completion::Rust(place + text[place..].find(char::is_whitespace).unwrap_or_default())
        }
        Ok(Takes::PlaceThenRust) => Completion::Place(last_word),
        Ok(Takes::Names) => words(last_word, &mut names(false)),
        Ok(Takes::Commands) => words(last_word, &mut commands(|_| false)),
        Ok(Takes::Settings) if arguments == 1 => {
            words(last_word, &mut SETTINGS.iter().map(|setting| (setting.name, true)))
        }
        Ok(Takes::Nothing | Takes::Settings) | Err(_) => Completion::Words(text.len(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, start: usize, words: &[&str]) {
        let words = words.iter().map(|word| word.to_string()).collect();
        let names = ["alpha", "alps", "words"].map(str::to_owned);
        assert_eq!(complete(text, &names), Completion::Words(start, words));
    }

    #[test]
    fn rust() {
        let rust = |text, start| assert_eq!(complete(text, &[]), Completion::Rust(start));
        rust("al", 0);
        rust("", 0);
        rust("::std::io", 0);
        rust(":type wo", 5);
        rust("  :full v.iter().ma", 7);
        rust(":break f if al", 12);
        rust(":trace f al", 8);
    }

    #[test]
    fn names_and_places() {
        let name = |text, start| assert_eq!(complete(text, &[]), Completion::Name(start));
        name("?al", 1);
        name("?words.jo", 1);
        name(":doc Set::", 4);
        name(":source ru", 7);
        let place = |text, start| assert_eq!(complete(text, &[]), Completion::Place(start));
        place(":break ", 7);
        place(":tb f vm.rs:", 6);
        place(":tbreak Set::me", 8);
        place(":trace ru", 7);
    }

    #[test]
    fn command_names() {
        check(
            ":lo",
            1,
            if cfg!(feature = "serde") {
                &["locals ", "load "]
            } else {
                &["locals "]
            },
        );
        check("  :und", 3, &["undo"]);
        check(":help un", 6, &["undo"]);
    }

    #[test]
    fn arguments() {
        check(":history wo", 9, &["words"]);
        check(":locals words al", 14, &["alpha", "alps"]);
        check(":undo al", 8, &[]);
        check(":frob al", 8, &[]);
        #[cfg(feature = "serde")]
        check(":save wo", 6, &["words "]);
        #[cfg(feature = "serde")]
        assert_eq!(complete(":save words mo", &["words".to_owned()]), Completion::File);
    }
}
