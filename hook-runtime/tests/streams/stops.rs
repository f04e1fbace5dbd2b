//! Where a program stops, and how a stop looks on a terminal.

use super::terminal::Terminal;

const HINT: &str = "type any Rust; :c or Ctrl-D resumes; :tour shows more\r\n";

#[test]
fn in_a_loop_a_stop_is_one_line() {
    let mut terminal = Terminal::open("often", "xterm");
    let first = terminal.sees("hook> ");
    let place = "hooked at often.rs:5 in often, thread child, 1 local\r\n";
    assert!(first.contains(&format!("{place}{HINT}")), "{first}");
    // Nothing was typed that an empty line could repeat.
    terminal.press("\r");
    assert!(terminal.sees("hook> ").contains(HINT));
    terminal.control('c');
    assert!(!terminal.sees("hook> ").contains(HINT));
    terminal.press(":c\r");
    terminal.sees("often.rs:5, hit 2, no local changed\r\n");
    terminal.sees("hook> ");
    terminal.press("\r");
    terminal.sees(":c\r\n");
    terminal.sees("often.rs:5, hit 3: n = 1\r\n");
    terminal.sees("hook> ");
    terminal.press(":c 2\r");
    terminal.sees("often.rs:5, hit 5: n = 2\r\n");
    terminal.sees("hook> ");
    terminal.press("n = 70\r");
    terminal.sees("hook> ");
    terminal.press("\r");
    terminal.sees(":c 2\r\n");
    terminal.sees("changed here: n: 2 -> 70\r\n");
    // Compared with how the hook was left.
    terminal.sees("often.rs:5, hit 7: n = 3\r\n");
    terminal.sees("hook> ");
    terminal.press(":skip 1\r");
    terminal.sees("this hook does not stop at its next hit\r\n");
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.sees("often.rs:5, hit 9: n = 4\r\n");
    terminal.sees("hook> ");
    terminal.control('d');
    assert!(terminal.ends().contains("0 0 1 1 70 2 3 3 4\r\n"));
}

#[test]
fn a_hook_that_is_off_stops_no_more() {
    let mut terminal = Terminal::open("often", "xterm");
    terminal.sees("hook> ");
    terminal.press(":off\r");
    terminal.sees("`:on` switches it on again");
    terminal.sees("hook> ");
    terminal.press(":on\r");
    terminal.sees("on again: often.rs:5\r\n");
    terminal.sees("hook> ");
    terminal.press(":c\r");
    terminal.sees("hit 2");
    terminal.sees("hook> ");
    terminal.press(":off\r");
    terminal.sees("hook> ");
    terminal.control('d');
    assert!(terminal.ends().contains("0 0 1 1 2 2 3 3 4\r\n"));

    let mut terminal = Terminal::open("twice", "xterm");
    terminal.sees("hook> ");
    terminal.press(":off all\r");
    terminal.sees("hook> ");
    terminal.press(":on\r");
    terminal.sees("all hooks stop again\r\n");
    terminal.sees("hook> ");
    terminal.press(":off all\r");
    terminal.sees("hook> ");
    terminal.control('d');
    let rest = terminal.ends();
    assert!(rest.ends_with("one\r\n3\r\n") && !rest.contains("hooked at"), "{rest}");
}

#[test]
fn the_hook_of_another_thread_can_be_had() {
    let mut terminal = Terminal::open("waiting", "xterm");
    terminal.sees("thread first, 1 local");
    // The others have come to their hooks when this is listed.
    std::thread::sleep(std::time::Duration::from_secs(1));
    terminal.press(":threads\r");
    terminal.sees("> 1  waiting.rs:5 in waiting, thread first\r\n");
    terminal.sees("  2  waiting.rs:5 in waiting, thread second\r\n");
    terminal.sees("  3  waiting.rs:5 in waiting, thread third\r\n");
    terminal.sees("hook[first]> ");
    terminal.press(":thread 4\r");
    terminal.sees("`4` is no thread that waits at a hook");
    terminal.sees("hook[first]> ");
    terminal.press(":thread 3\r");
    terminal.sees("hooked at waiting.rs:5 in waiting, thread third");
    terminal.sees("hook[third]> ");
    terminal.press("n = 3\r");
    terminal.sees("hook[third]> ");
    terminal.press(":thread 1\r");
    terminal.sees("back at waiting.rs:5 in waiting, thread first, hit 1\r\n");
    terminal.sees("hook[first]> ");
    terminal.press(":c\r");
    terminal.sees("first 1\r\n");
    terminal.sees("back at waiting.rs:5 in waiting, thread third, hit ");
    terminal.sees("hook[third]> ");
    // Also where it was reached already.
    terminal.press(":off\r");
    terminal.sees("hook[third]> ");
    terminal.press(":c\r");
    // The two threads go on together.
    let rest = terminal.sees("third 3\r\n") + &terminal.ends();
    assert!(rest.contains("second 1\r\n") && !rest.contains("hooked at"), "{rest}");
}

#[test]
fn values_at_the_last_hits() {
    let mut terminal = Terminal::open("often", "xterm");
    terminal.sees("hook> ");
    terminal.press(":history n\r");
    terminal.sees("hit 1  0\r\n");
    terminal.sees("from now on the values at hits that do not stop are kept, too");
    terminal.sees("hook> ");
    terminal.press("n = 7\r");
    terminal.sees("hook> ");
    terminal.press(":c 6\r");
    terminal.sees("hit 7: n = 3");
    terminal.sees("hook> ");
    terminal.press(":history n\r");
    terminal.sees("hit 1  0\r\nhit 2  0\r\nhit 3  1\r\nhit 4  1\r\nhit 5  2\r\nhit 6  2\r\nhit 7  3\r\n");
    terminal.sees("hook> ");
    terminal.press(":history nn\r");
    terminal.sees("no local");
    terminal.sees("hook> ");
    terminal.press(":off all\r");
    terminal.sees("hook> ");
    terminal.control('d');
    terminal.ends();
}
