//! The values of lines: those that cannot be borrowed, those that a local hides, and lines without end.

use super::{merged, typed};
use crate::support::{Package, succeeds};

const MAIN: &str = r#"
use hookable::{hook, hookable};

#[repr(C, packed)]
pub struct Packed {
    tag: u8,
    pub wide: u32,
    name: String,
    pairs: [u16; 2],
}

pub struct Plain(u8);

#[hookable]
fn stop() -> usize {
    let mut packed = Packed { tag: 1, wide: 2, name: String::from("n"), pairs: [3, 4] };
    // The last value at the prompt would be called so.
    let it = vec![Plain(1)].into_iter();
    let r#match = 5_u8;
    struct Own(u8);
    let own = Own(6);
    hook!();
    packed.pairs = [5, 6];
    let Packed { tag, wide, name, pairs } = packed;
    usize::from(tag + r#match + own.0) + name.len() + it.map(|plain| usize::from(plain.0)).sum::<usize>() + wide as usize + usize::from(pairs[0])
}

fn main() {
    println!("{}", stop());
}
"#;

const TEST: &str = r#"/// The locals at src/main.rs:22 in stop.
#[test]
#[allow(unused_mut, unused_variables)]
fn again() {
    let mut packed: crate::Packed = todo!("it has neither Debug nor Display");
    let mut it: ::std::vec::IntoIter<crate::Plain> = todo!("it has neither Debug nor Display");
    let mut r#match: u8 = 5;
    let mut own = todo!("it has neither Debug nor Display");
    packed.wide;
    packed.pairs[1];
    packed.wide = 7;
    packed.wide;
    Plain(3);
    it.len();
    fn down(n: u64) -> u64 { std::hint::black_box(down(n + 1)) + n }
    down(0);
    unsafe { std::mem::zeroed::<u8>() };
    let mut kept = 1;
    kept = 2;
}
put it into a module with `use super::*;` in src/main.rs; a `todo!` stands for what could not be made"#;

#[track_caller]
fn check(name: &str, level: &str) {
    let lines = [
        ("packed.wide", "2"),
        ("packed.pairs[1]", "4"),
        (
            "packed.name",
            "error: a field of a packed struct cannot be borrowed, so one that is not `Copy` cannot be shown by itself; the struct can",
        ),
        ("packed.wide = 7", ""),
        ("packed.wide", "7"),
        (
            ":undo",
            "what `packed.wide = 7` may have written to `packed` cannot be taken back; `:undo` again goes on to the write before it",
        ),
        ("Plain(3)", "Plain(3)"),
        ("it.len()", "1"),
        ("fn down(n: u64) -> u64 { std::hint::black_box(down(n + 1)) + n }", ""),
        (
            "down(0)",
            "the line panicked: it used up the stack: does a function call itself without end?",
        ),
        ("unsafe { std::mem::zeroed::<u8>() }", "0"),
        ("let kept = 1", ""),
        ("kept = 2", ""),
        (":test again", TEST),
    ];
    let package = Package::new(name).main(MAIN);
    let mut build = package.cargo(&["build", "-q"]);
    build.args(["--config", &format!("profile.dev.package.{name}.opt-level={level}")]);
    succeeds(&mut build);
    typed(&mut merged(&package.executable("debug"), &[]), &lines, "26");
}

#[test]
fn values_of_lines() {
    check("shown_live", "0");
}

#[test]
fn values_of_lines_where_code_is_optimized() {
    check("shown_optimized", "3");
}
