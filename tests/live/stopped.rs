//! Ctrl-C ends a line that runs, and nothing else.

use crate::support::terminal::Terminal;
use crate::support::{bare, program};

const INTERRUPTED: &str = "interrupted: what the line did before that is done";

fn patient() -> Terminal {
    let mut command = bare(&program("live_functions"));
    command.arg("patient");
    Terminal::open(&command)
}

/// Types a line that says when it runs, and presses Ctrl-C then.
fn interrupts(terminal: &mut Terminal, line: &str) {
    terminal.types(&format!("println!(\".. it {{}}\", \"runs\"); {line}"));
    terminal.sees("it runs");
    terminal.control('c');
}

#[test]
fn what_was_typed_stops() {
    let mut terminal = patient();
    let lines = [
        "loop { n += 1; }",
        "(0_u64..).map(|x| x + 1).filter(|x| *x == 0).count()",
        "fn fib(n: u64) -> u64 { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } } fib(90)",
        "while let Some(_) = Some(n) {}",
        "std::thread::scope(|s| { s.spawn(|| loop { std::hint::black_box(n); }); })",
        "std::thread::spawn(|| loop {}).join().unwrap()",
        "loop { let _ = std::panic::catch_unwind(|| loop {}); }",
        "struct Slow; impl Drop for Slow { fn drop(&mut self) { loop {} } } drop(Slow)",
        "{ trait Forever { fn forever(&self) -> u8 { loop {} } } impl Forever for u8 {} 1_u8.forever() }",
        "println!(\"{}\", (0..).map(|x: u64| x).filter(|x| *x > u64::MAX - 1).count())",
    ];
    for line in lines {
        interrupts(&mut terminal, line);
        let said = terminal.prompt();
        assert!(said.contains(INTERRUPTED), "{line}: {said}");
    }
    assert_eq!(terminal.answer("n > 1"), "true");
    // A closure of an earlier line stops, too, and no later line does.
    assert_eq!(terminal.answer("let f = |m: u64| loop { if m == 0 { break 7 } };"), "");
    interrupts(&mut terminal, "f(1)");
    assert!(terminal.prompt().contains(INTERRUPTED));
    assert_eq!(terminal.answer("f(0)"), "7");
    assert_eq!(terminal.answer("(0..3).map(|x| x * 2).sum::<i32>()"), "6");
    // What asks for the fields of a value is asked again.
    assert_eq!(
        terminal.answer("n = 3; struct Of<'n>(&'n u64, Inner); struct Inner(u8);"),
        ""
    );
    interrupts(&mut terminal, "Of(&n, Inner(1))");
    terminal.prompt();
    assert_eq!(terminal.answer("Of(&n, Inner(2))"), "Of(3, Inner(2))");
    // Without a line, it is the program's own again.
    terminal.types("n = 2; :c");
    terminal.prompt();
    terminal.types(":c");
    terminal.sees("2");
    terminal.ends();
}

/// The text of a constant cannot call anything at run time, nor can what a foreign caller may call be left by a panic.
#[test]
fn nothing_is_refused_for_the_sake_of_it() {
    let mut terminal = patient();
    let lines = [
        (
            "const fn sum(n: u64) -> u64 { let mut s = 0; let mut i = 0; while i < n { i += 1; s += i } s }",
            "",
        ),
        ("const SIX: u64 = sum(3); SIX", "6"),
        ("{ const { let mut i = 0; while i < 4 { i += 1 } i } }", "4"),
        ("extern \"C\" fn seven() -> u64 { loop { break 7 } } seven()", "7"),
        (
            "mod inner { pub fn eight() -> u64 { for i in 8.. { return i } 0 } } inner::eight()",
            "8",
        ),
        (
            "fn of<const N: usize>() -> usize { N } of::<{ let mut i = 0; while i < 9 { i += 1 } i }>()",
            "9",
        ),
        (
            "[0_u8; { let mut i = 0; loop { i += 1; if i > 9 { break i } } }].len()",
            "10",
        ),
        (
            "fn quiet() -> u64 { #![allow(unused)] for _ in 0..2 {} 12 } quiet()",
            "12",
        ),
        ("(|a: u64| move |b: u64| a + b)(6)(7)", "13"),
        ("match n { 0 | 1 => (|| 14)(), | 2 | 3 => 0, _ => 1 }", "14"),
        ("macro_rules! looped { () => { loop { break 15 } } } looped!()", "15"),
    ];
    for (line, expected) in lines {
        assert_eq!(terminal.answer(line), expected, "{line}");
    }
    terminal.types(":exit");
    terminal.ends();
}

#[test]
fn in_code_of_the_program_there_is_a_question() {
    let mut terminal = patient();
    let question = "still running: [w]ait, [p]ause at the next hook, [e]nd the program";
    // The hook in the loop is off, and is on for the pause alone.
    terminal.types("stepped(1)");
    terminal.sees("hook(2)> ");
    terminal.types(":off");
    terminal.sees("hook(2)> ");
    terminal.types(":c");
    terminal.sees("2");
    terminal.prompt();
    interrupts(&mut terminal, "simulated()");
    terminal.sees(question);
    terminal.press("w");
    terminal.sees("w\r");
    terminal.control('c');
    terminal.sees(question);
    terminal.press("p");
    terminal.sees("paused");
    terminal.sees("hook(2)> ");
    terminal.types("TELLS.store(true, Ordering::Relaxed); at > 0");
    terminal.sees("true");
    terminal.sees("hook(2)> ");
    // A line that is typed meanwhile is the one that is meant.
    terminal.types("println!(\".. it {}\", \"runs\"); loop {}");
    terminal.sees("it runs");
    terminal.control('c');
    terminal.sees(INTERRUPTED);
    terminal.sees("hook(2)> ");
    terminal.types(":c");
    terminal.sees("goes on");
    terminal.control('c');
    terminal.sees(question);
    terminal.press("e");
    terminal.ends();
}
