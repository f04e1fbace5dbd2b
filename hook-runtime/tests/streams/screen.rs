//! Full-screen programs on a pseudo-terminal, which answers as this test has it.

use super::terminal::Terminal;

/// What every terminal is asked last.
const LAST_QUESTION: &str = "\x1b[?u\x1b[c";
const ENTERED: &str = "\x1b[?1049h\x1b[?1003h\x1b[?25l";

#[track_caller]
fn asked(answers: &str) -> Terminal {
    let mut terminal = Terminal::obeyed(super::command("screen", None));
    terminal.sees(ENTERED);
    assert!(terminal.sees(LAST_QUESTION).contains("\x1b[?1049$p"));
    terminal.press(answers);
    terminal
}

#[track_caller]
fn prompted(terminal: &mut Terminal) {
    // Each printed line begins at the left margin, and what is typed is shown.
    terminal.sees("hooked at screen.rs:5 in screen, thread child, 1 local\r\n");
    terminal.sees("hook> ");
    terminal.press("a = 5\r");
    terminal.sees("hook> ");
    terminal.control('d');
}

#[test]
fn the_screen_the_modes_and_the_settings_come_back() {
    // As xterm does. A key of the program's is not in the way.
    let mut terminal =
        asked("\x1b[?47;1$y\x1b[?1049;1$yq\x1b[?7;1$y\x1b[?25;2$y\x1b[?1003;1$y\x1b[?2004;2$y\x1b[4;9R\x1b[?64c");
    terminal.sees("\x1b7\x1b[?1003l\x1b[?1049l\r\x1b[?25h\x1b[0m");
    prompted(&mut terminal);
    terminal.sees("\x1b7\x1b[?47h\x1b8\x1b[4;9H\x1b[?1003h\x1b[?25l");
    terminal.sees("5, settings: as before");
    terminal.ends();
}

#[test]
fn a_terminal_that_does_not_keep_the_screen_says_how_it_is_drawn_again() {
    let mut terminal = asked("\x1b[?47;0$y\x1b[?1049;1$y\x1b[?25;2$y\x1b[?1003;1$y\x1b[4;9R\x1b[?6c");
    terminal.sees("\x1b7\x1b[?1003l\x1b[?1049l\r\x1b[?25h\x1b[0m");
    terminal.sees("resize the window");
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.sees("\x1b[?1049h\x1b[0m\x1b[4;9H\x1b[?1003h\x1b[?25l");
    terminal.sees("1, settings: as before");
    terminal.ends();
}

#[test]
fn a_terminal_that_tells_nothing_saves_its_modes_itself() {
    let mut terminal = asked("\x1b[?1;2c");
    terminal.sees("2048s\x1b[?9l");
    terminal.sees("\x1b[?1049l");
    prompted(&mut terminal);
    terminal.sees("\x1b[?1049h");
    terminal.sees("2048r");
    terminal.sees("5, settings: as before");
    terminal.ends();
}

#[test]
fn the_end_of_the_program_leaves_a_terminal_for_the_shell() {
    let mut terminal = asked("\x1b[?47;1$y\x1b[?1049;1$y\x1b[?25;2$y\x1b[?1003;1$y\x1b[4;9R\x1b[?64c");
    terminal.sees("\x1b[?1049l");
    terminal.sees("hook> ");
    terminal.press(":exit\r");
    let rest = terminal.ends();
    assert!(!rest.contains("\x1b[?47h") && !rest.contains("\x1b[?25l"), "{rest:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_thread_that_reads_keys_is_named() {
    let mut terminal = Terminal::open("keys", "xterm");
    terminal.sees("hooked at keys.rs:5");
    terminal.sees("thread events of the program reads this terminal, too");
    terminal.sees("HOOKABLE=tty=PATH");
    terminal.sees("hook> ");
}

#[cfg(target_os = "linux")]
#[test]
fn what_others_draw_over_is_drawn_again_below() {
    let mut terminal = Terminal::obeyed(super::command("bars", None));
    terminal.sees("hooked at bars.rs:5");
    // Where is the cursor? Behind the bar; and a key was typed before that.
    terminal.sees("\x1b[6n");
    terminal.press("a\x1b[9;6R");
    terminal.sees("hooked at bars.rs:5");
    terminal.sees("another thread draws on this terminal");
    terminal.sees("hook> ");
    terminal.press("\r");
    // It takes more room than the bar has lines.
    terminal.sees("1\r\n");
    terminal.sees("\r\n\r\n\r\n\r\n\r\n\r\n");
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.ends();
}

#[test]
fn hooks_that_resume_out_of_order_each_take_the_terminal_over() {
    let mut terminal = Terminal::obeyed(super::command("pair", None));
    terminal.sees("thread first");
    terminal.sees("hook");
    // The other has come to its hook when it is listed.
    std::thread::sleep(std::time::Duration::from_secs(1));
    terminal.press(":thread 2\r");
    terminal.sees("hooked at pair.rs:5 in pair, thread second, 1 local\r\n");
    terminal.sees("hook[second]> ");
    terminal.press(":thread 1\r");
    terminal.sees("back at pair.rs:5 in pair, thread first, hit 1\r\n");
    terminal.sees("hook[first]> ");
    terminal.press(":c\r");
    // The first has given the program its terminal back, and the second has it as it was before.
    terminal.sees("back at pair.rs:5 in pair, thread second, hit 2\r\n");
    terminal.sees("hook[second]> ");
    terminal.press("n\r");
    terminal.sees("1\r\n");
    terminal.sees("hook[second]> ");
    terminal.press(":c\r");
    terminal.sees("settings: as before");
    terminal.ends();
}
