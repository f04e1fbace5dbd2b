//! Commands by their names.

use super::*;

#[track_caller]
fn finds(typed: &str, expected: &str) {
    match find(typed) {
        Ok(command) => assert_eq!(command.name, expected),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}

#[test]
fn by_name_or_beginning() {
    finds("locals", "locals");
    finds("loc", "locals");
    finds("c", "continue");
    finds("h", "help");
    finds("w", "where");
    finds("un", "undo");
    #[cfg(feature = "serde")]
    finds("lo", "`:lo` could be :locals or :load");
}

#[test]
fn unknown() {
    finds("local_", "there is no command `:local_`, did you mean `:locals`?");
    finds("hlep", "there is no command `:hlep`, did you mean `:help`?");
    finds("frobnicate", "there is no command `:frobnicate`; `:help` lists them");
    finds("", "there is no command `:`; `:help` lists them");
}

#[test]
fn words_of_others() {
    finds("kill", "there is no command `:kill`: `:exit` ends the program");
    finds("u", "up");
}

#[test]
fn the_table_is_in_order() {
    for (at, command) in COMMANDS.iter().enumerate() {
        assert!(
            COMMANDS[..at].iter().all(|other| other.name != command.name),
            "{} twice",
            command.name
        );
        assert!(command.about.len() < 60, "{}: too long a line", command.name);
    }
}
