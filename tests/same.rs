//! A program does the same with its hooks as without.

use std::fs;
use std::process::Command;

use crate::support::hits::file;
use crate::support::{Package, Said, bare, program, root, run, succeeds};

/// The program, and the same without any hook, at the same lines and columns.
fn both() -> (Command, Command) {
    let source = fs::read_to_string(root().join("tests/programs/src/bin/same.rs")).expect("it is in the tree");
    let mut plain = source.replace("#[hookable]", "           ");
    while let Some(start) = plain.find("hook!(") {
        let end = start + plain[start..].find(");").expect("every hook is a statement") + 2;
        plain.replace_range(start..end, &" ".repeat(end - start));
    }
    // Under the same path as the other, for panics tell it.
    let package = Package::new("same_plain")
        .manifest("[[bin]]\nname = \"same_plain\"\npath = \"src/bin/same.rs\"")
        .file("src/bin/same.rs", &plain);
    succeeds(&mut package.cargo(&["build", "-q"]));
    (bare(&program("same")), bare(&package.executable("debug")))
}

/// What it printed, with its own name and the numbers of its threads left out.
fn said(command: &mut Command) -> Said {
    let said = run(command, "");
    // A failed assertion shows its own text.
    let stderr = said.stderr.replace("same_plain", "same").replace("hook!(); ", "");
    let lines = stderr.lines().map(|line| match line.split_once("thread 'main' (") {
        Some((_, rest)) => format!("thread {}\n", rest.split_once(") ").map_or(rest, |(_, rest)| rest)),
        None => format!("{line}\n"),
    });
    let stdout = said.stdout.replace("same_plain", "same");
    Said {
        stdout,
        stderr: lines.collect(),
        code: said.code,
    }
}

#[test]
fn what_it_prints() {
    let (mut hooked, mut plain) = both();
    let plain = said(&mut plain);
    assert_eq!(plain.code, Some(0), "{}", plain.stderr);
    assert_eq!(plain.stderr.matches("panicked at").count(), 8, "{}", plain.stderr);
    let record = file();
    for setting in ["off".to_owned(), format!("record={}", record.display())] {
        let hooked = said(hooked.env("HOOKABLE", &setting));
        assert_eq!(hooked.stdout, plain.stdout, "{setting}");
        assert_eq!(hooked.stderr, plain.stderr, "{setting}");
        assert_eq!(hooked.code, plain.code, "{setting}");
    }
    fs::remove_file(record).expect("hits were recorded");
}

/// A frame grows by no more than this for each binding that a hook captures.
const GROWTH: usize = 90;

#[test]
fn what_a_frame_costs() {
    let source = |hook: &str| {
        format!(
            "use hookable::{{hook, hookable}};
            {attribute}
            fn deep(n: usize, a: u64, b: u64, top: usize) -> usize {{
                let c = a + b;
                {hook}
                if n == 0 {{ return top - &raw const c as usize; }}
                deep(n - 1, b, c % 7, top) + (c - c) as usize
            }}
            fn main() {{
                let top = 0_u8;
                println!(\"{{}}\", deep(1000, 1, 2, &raw const top as usize) / 1000);
            }}",
            attribute = if hook.is_empty() { "" } else { "#[hookable]" },
        )
    };
    let frame = |name: &str, hook: &str| -> usize {
        let package = Package::new(name).main(&format!("#![allow(unused)]\n{}", source(hook)));
        succeeds(&mut package.cargo(&["build", "-q"]));
        let said = run(bare(&package.executable("debug")).env("HOOKABLE", "off"), "");
        said.stdout.trim().parse().unwrap_or_else(|_| panic!("{said:?}"))
    };
    let (plain, hooked) = (frame("frame_plain", ""), frame("frame_hooked", "hook!();"));
    let bindings = 5;
    assert!(
        hooked <= plain + GROWTH * bindings,
        "{plain} bytes without, {hooked} with"
    );
}
