//! What a terminal gives to whoever types: suggestions, a pager, settings.

use crate::support::terminal::Terminal;
use crate::support::{bare, program};

#[test]
fn a_session() {
    let folder = settings();
    let mut command = bare(&program("live_functions"));
    command.arg("patient");
    command.env("XDG_CONFIG_HOME", &folder).env("PAGER", "sed s/^/paged:/");
    let (mut terminal, opened) = Terminal::opened(&command);
    let wrong = "hookable/settings:2: there is no setting `kees`, did you mean `keys`?";
    assert!(opened.contains(wrong) && opened.contains("hook!();"), "{opened}");
    // The hint is repeated once for whoever types nothing.
    terminal.types("");
    terminal.sees("type any Rust; :c or Ctrl-D resumes");
    terminal.prompt();

    terminal.types("String::new().write_str(\"a\")");
    terminal.sees("Tab types: use std::fmt::Write; String::new().write_str(\"a\")");
    terminal.prompt();
    terminal.press("\t\r");
    terminal.sees("Ok(())");
    terminal.prompt();
    terminal.types("n.conut_ones()");
    terminal.sees("Tab types: n.count_ones()");
    terminal.prompt();
    // Once something else was typed, nothing is suggested.
    assert_eq!(terminal.answer("n"), "1");
    terminal.press("\t");
    terminal.control('c');
    terminal.prompt();

    // What was shown in part is shown in full without running again.
    terminal.types("{ n += 1; (0..9000).collect::<Vec<u32>>() }");
    terminal.sees("`:full it` prints all of it");
    terminal.prompt();
    terminal.types(":full");
    terminal.sees("paged:[");
    terminal.sees("8999");
    terminal.prompt();
    assert_eq!(terminal.answer("n"), "2");
    terminal.types(":help");
    terminal.sees("paged:  NAME = VALUE");
    terminal.prompt();
    let one = terminal.answer(":help undo");
    assert!(one.starts_with(":undo"), "{one}");
    terminal.answer(":set pager off");
    terminal.types(":full");
    let shown = terminal.prompt();
    assert!(shown.contains("8999") && !shown.contains("paged:"));
    terminal.types(":set lines 3");
    terminal.prompt();
    terminal.types("(0..9000).collect::<Vec<u32>>()");
    let shown = terminal.prompt();
    assert!(shown.lines().count() < 9, "{shown}");
    terminal.types(":plot [1, 2, 3], [3, 2, 1]");
    terminal.sees("1");
    terminal.prompt();
    terminal.types(":plot [1, 2], [1, 2, 3]");
    terminal.sees("there are 2 and 3 numbers");
    terminal.prompt();
    terminal.types(":exit");
    terminal.ends();
    let _ = std::fs::remove_dir_all(folder);
}

/// A folder with settings in it, one of which is wrong.
fn settings() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("hookable-settings-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("hookable")).expect("it is made");
    std::fs::write(folder.join("hookable/settings"), "source = 3\nkees = vi\n").expect("it is written");
    folder
}
