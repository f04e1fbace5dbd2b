//! Sources whose lines end as on Windows, in a folder with a space in its name.

use super::{merged, typed};
use crate::support::{Package, is_for_windows, succeeds};

const MAIN: &str = "use hookable::{hook, hookable};

#[path = \"with space/größe.rs\"]
mod inner;

fn total(n: u32) -> u32 {
    let twice = n * 2;
    twice
}

#[hookable]
fn main() {
    for n in 1..4 {
        hook!();
        println!(\"{} {}\", total(n), inner::size(n));
    }
}
";

const INNER: &str = "pub fn size(n: u32) -> u32 {
    let text = \"a
b\";
    n + text.len() as u32
}
";

/// Returns a path with the separators of the system that the program is for. The compiler may run on another.
fn as_the_system_spells(path: &str) -> String {
    match is_for_windows() {
        true => path.replace('/', r"\"),
        false => path.to_owned(),
    }
}

#[test]
fn of_windows() {
    let package = Package::new("live_line_ends")
        .file("src/with space/größe.rs", &INNER.replace('\n', "\r\n"))
        .main(&MAIN.replace('\n', "\r\n"));
    succeeds(&mut package.cargo(&["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            (
                ":where 1",
                "src/main.rs:14 in main\n  13      for n in 1..4 {\n> 14          hook!();\n  15          println!(\"{} {}\", total(n), inner::size(n));",
            ),
            ("total(n) + inner::size(n)", "6"),
            // rustc, too, takes the end of a line within a text for one character.
            ("fn doubled(n: u32) -> u32 {\r\n    n * 2\r\n}", ""),
            ("doubled(4)\r", "8"),
            (
                ":break total size",
                "hook 2 is planted at src/main.rs:7 in total\nhook 3 is planted at src/with space/größe.rs:2 in size",
            ),
            (":c", ""),
            ("n", "1"),
            (":where 0", "src/main.rs:7 in total\n> 7      let twice = n * 2;"),
            (":c", ""),
            ("n + 5", "6"),
            (":delete 2 3\n:disable 1", ""),
            (
                ":reload",
                &format!(
                    "replaced live_line_ends::inner::size ({}:1)\nreplaced live_line_ends::total ({}:6)\n\
                     the function at this hook goes on in its old code, and so does what is typed here",
                    as_the_system_spells("src/with space/größe.rs"),
                    as_the_system_spells("src/main.rs"),
                ),
            ),
        ],
        "2 4\n4 5\n6 6",
    );
}
